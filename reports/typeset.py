"""Formulas as MathML and coloured code, made with the page: showing them takes no script."""

from __future__ import annotations

import re
from html import escape
from typing import Any, Final
from xml.etree import ElementTree

NAMESPACE: Final = "http://www.w3.org/1998/Math/MathML"
ELEMENTS: Final = frozenset(
    {
        *("math", "mrow", "mi", "mo", "mn", "mtext", "mfrac", "msup", "msub"),
        *("msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mspace", "msqrt", "mstyle"),
    }
)
ATTRIBUTES: Final = frozenset(
    {
        *("display", "mathvariant", "stretchy", "fence", "form", "accent", "width", "columnalign", "displaystyle"),
        "scriptlevel",
    }
)

MARKED: Final = ("k", "kn", "kc", "ow", "s1", "s2", "sd", "sa", "si", "mi", "mf", "nf", "nd", "nc", "c1")
"""The kinds of words for which page.css has a colour, by Pygments' short names."""

UNMARKED: Final = re.compile(rf'<span class="(?!(?:{"|".join(MARKED)})")[^"]*">([^<]*)</span>')


def formula(latex: str, plain: str) -> str:
    """The formula as MathML; in plain text where the LaTeX cannot be read, or holds more than a formula."""
    from latex2mathml.converter import convert

    try:
        root = ElementTree.fromstring(convert(latex, display="block"))
    except Exception:  # the LaTeX is faulty: show the formula in plain text
        return f"<code>{escape(plain)}</code>"
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
        if element.tag not in ELEMENTS or not ATTRIBUTES.issuperset(element.attrib):
            return f"<code>{escape(plain)}</code>"
        _join_words(element)
    return ElementTree.tostring(root, encoding="unicode")


def _join_words(row: Any) -> None:
    """Joins upright letters in a row to one word: MSE, not M times S times E."""
    for letter, following in zip(list(row), list(row)[1:], strict=False):
        if all(x.tag.endswith("mi") and x.get("mathvariant") == "normal" for x in (letter, following)):
            following.text = (letter.text or "") + (following.text or "")
            row.remove(letter)
    for word in row:
        if len(word.text or "") > 1:
            word.attrib.pop("mathvariant", None)  # longer names are upright without it


def python(code: str) -> str:
    """Python code as HTML, its words in <span class="...">; the classes' colours are page.css's."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return UNMARKED.sub(r"\1", str(highlight(code, PythonLexer(), HtmlFormatter(nowrap=True))))
