"""Texts from strangers in Markdown: escaped, or as code between fences that they cannot close."""

from __future__ import annotations

import re

from gradecheck.grading.submissions.names import printable


def escaped(text: str) -> str:
    """The text on one line, without any markup for Markdown or HTML."""
    plain = printable(" ".join(text.split()))
    plain = plain.replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_{}\[\]()#+!|~>$^=-]|(?<=\d)\.(?=\s)|:(?=//))", r"\\\1", plain)


def fenced(text: str, language: str = "text") -> str:
    """The text between fences longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = "\n".join(printable(line) for line in text.expandtabs().split("\n"))
    return f"{fence}{language}\n{lines}\n{fence}"
