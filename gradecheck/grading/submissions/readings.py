"""Readings of a text that Python cannot read: without magics, with plain blanks, moved to the left margin."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import Final

from gradecheck.grading.submissions import magics
from gradecheck.grading.submissions.syntax import is_bare, without_texts

BLANKS: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
NOTHING: Final = re.compile("[\x00\x1a\u200b-\u200d\u2060\ufeff]")


def readings(text: str, where: str, first: int) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Each reading, notes on what was mended in it, and notes on what was skipped; first the text itself.

    first: lines of the file that stand above the text.
    """
    yield text, (), ()
    blank, told = _with_blanks(text, where, first)
    for code, mended in {text: (), blank: told}.items():
        if mended:
            yield code, mended, ()
        plain, skipped = magics.without(code, where, first)
        if skipped:
            yield plain, mended, skipped
    if text[:1].isspace():
        told = (f"{where}line {first + 1} is indented, and was read as if it were not",)
        yield textwrap.dedent(text), told, ()


def _with_blanks(text: str, where: str, first: int) -> tuple[str, tuple[str, ...]]:
    """The text with every odd blank outside of strings as a plain one."""
    bare = without_texts(text)
    odd = {found.start() for pattern in (BLANKS, NOTHING) for found in pattern.finditer(bare)}
    if not odd:
        return text, ()
    code = "".join(
        NOTHING.sub("", BLANKS.sub(" ", character)) if i in odd else character for i, character in enumerate(text)
    )
    line = first + 1 + text.count("\n", 0, min(odd))
    return code, (f"{where}line {line} has a blank that is none to Python; it was read as a plain one",)


def is_at_margin(line: str) -> bool:
    """Whether something begins at the left margin."""
    said = line if line.isascii() else NOTHING.sub("", line)
    return not is_bare(said) and not said[0].isspace()
