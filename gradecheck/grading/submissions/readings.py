"""Readings of a text that Python cannot read: without magics, with plain blanks and quotes, without the prompts of a
console, moved to the left margin.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import Final

from gradecheck.grading.submissions import magics
from gradecheck.grading.submissions.syntax import is_bare, without_texts

BLANKS: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
NOTHING: Final = re.compile("[\x00\x1a\u200b-\u200d\u2060\ufeff]")
QUOTES: Final = re.compile("[\u201c-\u201e]|[\u2018\u2019]")
ODD: Final = {"blank": re.compile(f"{BLANKS.pattern}|{NOTHING.pattern}"), "quote": QUOTES}
"""Characters that a text editor or a page puts in place of plain ones, by what they are."""
PROMPT: Final = ">>>"
MORE: Final = "..."
PROMPTS: Final = re.compile(rf"^(?:{PROMPT}|{re.escape(MORE)})(?: |$)", re.MULTILINE)
"""What a console shows before a statement, and before every further line of it."""


def readings(text: str, where: str, first: int) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Each reading, notes on what was mended in it, and notes on what was skipped; first the text itself.

    first: lines of the file that stand above the text.
    """
    yield text, (), ()
    meant, told = _as_meant(text, where, first)
    for code, mended in {text: (), meant: told}.items():
        if mended:
            yield code, mended, ()
        plain, skipped = magics.without(code, where, first)
        if skipped:
            yield plain, mended, skipped
    if text[:1].isspace():
        told = (f"{where}line {first + 1} is indented, and was read as if it were not",)
        yield textwrap.dedent(text), told, ()


def _as_meant(text: str, where: str, first: int) -> tuple[str, tuple[str, ...]]:
    """The text without prompts, and with plain blanks and quotes outside of strings; a note on each kind of change."""
    notes = []
    if text.startswith(PROMPT):
        text = PROMPTS.sub("", text)
        notes.append(f"{where}line {first + 1} begins with {PROMPT}, as in a console, and was read without it")
    bare = without_texts(text)
    odd = {found.start(): what for what, pattern in ODD.items() for found in pattern.finditer(bare)}
    for what in ODD:
        if what in odd.values():
            line = first + 1 + text.count("\n", 0, min(place for place, kind in odd.items() if kind == what))
            notes.append(f"{where}line {line} has a {what} that is none to Python; it was read as a plain one")
    return "".join(_plain(c) if i in odd else c for i, c in enumerate(text)), tuple(notes)


def _plain(odd: str) -> str:
    """The plain character that was meant; "" for one that shows nothing."""
    if QUOTES.match(odd):
        return '"' if odd in "\u201c\u201d\u201e" else "'"
    return NOTHING.sub("", BLANKS.sub(" ", odd))


def is_at_margin(line: str) -> bool:
    """Whether something begins at the left margin."""
    said = line if line.isascii() else NOTHING.sub("", line)
    return not is_bare(said) and not said[0].isspace()
