"""Reads what can be read of a file that Python cannot read: an error costs only the statement that it stands in.

The file is divided into its statements at the top level. One that is not Python becomes comments, every other stays as
it is, and every line keeps its number.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from gradecheck.grading.source import Lost
from gradecheck.grading.submissions import magics, newer
from gradecheck.grading.submissions.gaps import NOT_TRIED, Gap, commented, defined, gap_of, lost
from gradecheck.grading.submissions.readings import MORE, PROMPT, is_at_margin, readings
from gradecheck.grading.submissions.syntax import TOKEN, is_bare, is_plain, wrong

WORK: Final = 4 << 20  # for one file, in characters scanned or parsed; no file that somebody wrote comes near
RIGHT: Final = (32, 1)
WRONG: Final = (640, 4)
"""What it costs to parse a right and a wrong text, in characters: for each text, and for each character of it.

A wrong one costs more: Python parses it once more for its message, and other readings of it are tried.
"""
MOST_PARTS: Final = 8
MOST_AT_ONCE: Final = 8  # statements that are parsed together; where one is wrong, they are parsed again one by one
GOES_ON: Final = re.compile(r"(?:else|elif|except|finally)\b|[)\]}]")


@dataclass(frozen=True)
class Recovered:
    """Code that Python can read, the lines that were lost, and notes on lines that were changed.

    look: the notes on lines that Python itself could not have read.
    """

    code: str
    lost: tuple[Lost, ...] = ()
    notes: tuple[str, ...] = ()
    look: tuple[str, ...] = ()


def recovered(code: str, where: str = "") -> Recovered:
    """The code with all that is not Python as comments.    where: the beginning of every place that is told."""
    if is_plain(code):
        return Recovered(code)
    plain, notes = magics.without(code, where)
    if plain != code and wrong(plain) is None:
        return Recovered(plain, (), notes)
    return _Walk(code, where).recovered()


class _Walk:
    """Goes through the file a statement at a time."""

    def __init__(self, code: str, where: str) -> None:
        self.code, self.where = code, where
        self.lines = code.split("\n")
        self.begins = [0]
        for line in self.lines:
            self.begins.append(self.begins[-1] + len(line) + 1)
        self.work = WORK
        self.errors: dict[tuple[int, int], Exception] = {}
        self.gaps: list[Gap] = []
        self.notes: list[str] = []
        self.look: list[str] = []

    def recovered(self) -> Recovered:
        kept = list(self.lines)
        at, stride = 0, 1
        while at < len(self.lines) and self.work >= 0:
            if is_bare(self.lines[at]):
                at += 1
                continue
            if stride > 1:
                several = self._several(at, stride)
                good = several > at and self._wrong(self._text(at, several)) is None
                stride = min(2 * stride, MOST_AT_ONCE) if good else 1
                at = several if good else at
                continue
            cut = next((i for i in range(at + 1, len(self.lines)) if self._begins(i, at)), len(self.lines))
            first, parts, end = self._ends(at)
            for stop in dict.fromkeys((end or cut, *reversed(parts), cut)):
                if (lines := self._repaired(at, stop)) is not None:
                    kept[at:stop] = lines
                    at, stride = stop, 2
                    break
            else:
                if self.work >= 0:
                    at = self._broken(kept, at, first, end or cut, cut)
        if at < len(self.lines):
            defines = defined(self._text(at, len(self.lines)), all_of_it=True)
            self.gaps.append(Gap(at, len(self.lines), at, NOT_TRIED, "", defines))
            kept[at:] = map(commented, self.lines[at:])
        code = "\n".join(kept)
        if wrong(code) is not None:  # every statement can be read alone, but not the whole
            self.gaps = [self._gap(0, len(self.lines), None)]
            code = "\n".join(map(commented, self.lines))
        return Recovered(code, tuple(lost(self.gaps, self.lines, self.where)), tuple(self.notes), tuple(self.look))

    def _broken(self, kept: list[str], at: int, first: int | None, end: int, cut: int) -> int:
        """Lose what begins at that line, and return the line to go on from.

        A first line that is right stays, where only the indented lines below it are wrong.
        """
        text = self._text(at, end)
        feature = newer.needed(text)
        self.work -= len(text)
        if feature is not None:
            cut = end
        elif first is not None and first < cut and self._wrong(self._text(at, first)) is None:
            at = first
            if (lines := self._repaired(at, cut)) is not None:
                kept[at:cut] = lines
                return cut
        self.gaps.append(self._gap(at, cut, feature))
        kept[at:cut] = map(commented, self.lines[at:cut])
        return cut

    def _wrong(self, code: str) -> Exception | None:
        error = wrong(code)
        call, character = RIGHT if error is None else WRONG
        self.work -= call + character * len(code)
        return error

    def _text(self, first: int, end: int) -> str:
        return "\n".join(self.lines[first:end])

    def _several(self, at: int, count: int) -> int:
        """The line after that many statements, or fewer."""
        for _ in range(count):
            end = self._ends(at)[2] if at < len(self.lines) else None
            if end is None:
                break
            at = end
        return at

    def _ends(self, at: int) -> tuple[int | None, list[int], int | None]:
        """Where the statement can end: after its first logical line, before an `else` or the like, after all of it.

        Each is the number of the line that follows; None where there is no such line.
        """
        depth, first, begin = 0, None, at  # begin: first line of the logical line being scanned
        parts: list[int] = []
        passed = self.begins[at]
        for token in TOKEN.finditer(self.code, passed):
            if token["open"]:
                break
            self.work -= token.end() - passed
            passed = token.end()
            if token[0] in ("(", "[", "{"):
                depth += 1
            elif token[0] in (")", "]", "}"):
                depth = max(0, depth - 1)
            elif token[0] == "\n" and not depth:
                line = bisect_right(self.begins, token.start())
                first = first or line
                goes_on = is_bare(self.lines[begin]) or self.lines[begin].startswith("@")
                if self._begins(line, at) and not goes_on:
                    if not GOES_ON.match(self.lines[line]):
                        return first, parts, line
                    if len(parts) < MOST_PARTS:
                        parts.append(line)
                begin = begin if is_bare(self.lines[line]) else line
        else:
            if not depth:
                return first or len(self.lines), parts, len(self.lines)
        self.work -= len(self.code) - passed
        return first, parts, None

    def _begins(self, line: int, at: int) -> bool:
        """Whether another statement may begin at that line than the one that begins at `at`."""
        goes_on = self.lines[at].startswith(PROMPT) and self.lines[line].startswith(MORE)
        return is_at_margin(self.lines[line]) and not goes_on

    def _repaired(self, first: int, end: int) -> list[str] | None:
        """The lines in the first reading that Python can read; None where it can read none."""
        text = self._text(first, end)
        for code, mended, skipped in readings(text, self.where, first):
            if self.work < 0:
                break
            error = self._wrong(code)
            if error is None:
                self.look += mended
                self.notes += (*mended, *skipped)
                return code.split("\n")
            self.errors.setdefault((first, end), error)
        return None

    def _gap(self, first: int, end: int, feature: newer.Feature | None) -> Gap:
        error = self.errors.get((first, end)) or self._wrong(self._text(first, end))
        return gap_of(self.lines, first, end, error, feature)
