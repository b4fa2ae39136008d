"""Texts from strangers in Markdown: text and nothing else, or code between fences that it cannot close."""

from __future__ import annotations

import re

from gradecheck.grading.submissions.names import printable


def escaped(text: str) -> str:
    """A text that Markdown and HTML take for nothing but text, on one line."""
    plain = printable(" ".join(text.split()))
    plain = plain.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_{}\[\]()#+!|~>$^=-]|(?<=\d)\.(?=\s)|:(?=//))", r"\\\1", plain)


def fenced(text: str, language: str = "text") -> str:
    """The text between fences longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = "\n".join(printable(line) for line in text.expandtabs().split("\n"))
    return f"{fence}{language}\n{lines}\n{fence}"
