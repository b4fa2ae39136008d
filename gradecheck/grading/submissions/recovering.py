"""A file that Python cannot read, read as far as it can: what breaks costs the statement that it breaks.

The file is taken as its statements at the top level. One that is no Python becomes comments, every other stays as it
is, and every line keeps its number.
"""

from __future__ import annotations

import re
import textwrap
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from gradecheck.grading.source import Lost
from gradecheck.grading.submissions import magics, newer
from gradecheck.grading.submissions.names import printable
from gradecheck.grading.submissions.syntax import TOKEN, is_bare, is_plain, without_texts, wrong

LONGEST: Final = 60
WORK: Final = 4 << 20  # characters that are passed or parsed for one text; no file that somebody wrote comes near
RIGHT: Final = (32, 1)
WRONG: Final = (640, 4)
"""What it takes to parse a text and to go on from there, as characters: for each text, and for each character of it.

Where one is wrong Python parses it once more for its message, and other readings of it are tried.
"""
NOT_TRIED: Final = "so much above it cannot be read that the rest was not tried"
MOST_PARTS: Final = 8
MOST_AT_ONCE: Final = 8  # statements that are parsed together: what they take is lost where one of them is wrong
GOES_ON: Final = re.compile(r"(?:else|elif|except|finally)\b|[)\]}]")
BLANKS: Final = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
NOTHING: Final = re.compile("[\x00\x1a\u200b-\u200d\u2060\ufeff]")
DEFINES: Final = re.compile(
    r"""^(?:>>>|\.\.\.|\+|\d+|In[ ]\[\d+\]:)?[ \t]*(?:  # pasted, too, with what stands before each line
        (?:async[ \t]+)?(?i:def|class)[ \t]+(?P<definition>\w+)
      | type[ \t]+(?P<alias>\w+)
      | (?P<assigned>\w+(?:[ \t]*,[ \t]*\w+)*)[ \t]*(?::[^=\n]+)?=(?!=)
      | (?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+(?P<imported>[^\n#;]+)
    )""",
    re.VERBOSE | re.MULTILINE,
)


@dataclass(frozen=True)
class Recovered:
    """Code that Python can read, and what it took: lines that were lost, notes about what was read otherwise.

    look: of the notes those on what Python itself would not have read.
    """

    code: str
    lost: tuple[Lost, ...] = ()
    notes: tuple[str, ...] = ()
    look: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Gap:
    """Lines that are lost, from `first` to before `end`, counted from 0.   at: of these the one to be told."""

    first: int
    end: int
    at: int
    why: str
    needs: str
    defines: frozenset[str]


def recovered(code: str, where: str = "") -> Recovered:
    """The code with all that is no Python as comments.   where: what a place in it is told to begin with."""
    if is_plain(code):
        return Recovered(code)
    plain, notes = magics.without(code, where)
    if plain != code and wrong(plain) is None:
        return Recovered(plain, (), notes)
    return _Walk(code, where).recovered()


class _Walk:
    """From the first line to the last, a statement at a time."""

    def __init__(self, code: str, where: str) -> None:
        self.code, self.where = code, where
        self.lines = code.split("\n")
        self.begins = [0]
        for line in self.lines:
            self.begins.append(self.begins[-1] + len(line) + 1)
        self.work = WORK
        self.errors: dict[tuple[int, int], Exception] = {}
        self.gaps: list[_Gap] = []
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
            cut = next((i for i in range(at + 1, len(self.lines)) if self._is_left(i)), len(self.lines))
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
            defines = _defined(self._text(at, len(self.lines)), all_of_it=True)
            self.gaps.append(_Gap(at, len(self.lines), at, NOT_TRIED, "", defines))
            kept[at:] = map(_commented, self.lines[at:])
        code = "\n".join(kept)
        if wrong(code) is not None:  # each of it can be read, and all of it not
            self.gaps = [self._gap(0, len(self.lines), None)]
            code = "\n".join(map(_commented, self.lines))
        return Recovered(code, tuple(self._lost()), tuple(self.notes), tuple(self.look))

    def _broken(self, kept: list[str], at: int, first: int | None, end: int, cut: int) -> int:
        """Lose what begins here, but for a statement of its own before lines that are indented; where to go on."""
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
        kept[at:cut] = map(_commented, self.lines[at:cut])
        return cut

    def _wrong(self, code: str) -> Exception | None:
        error = wrong(code)
        call, character = RIGHT if error is None else WRONG
        self.work -= call + character * len(code)
        return error

    def _text(self, first: int, end: int) -> str:
        return "\n".join(self.lines[first:end])

    def _is_left(self, line: int) -> bool:
        """Whether something begins at the left margin."""
        said = self.lines[line] if self.lines[line].isascii() else NOTHING.sub("", self.lines[line])
        return not is_bare(said) and not said[0].isspace()

    def _several(self, at: int, count: int) -> int:
        """The line after that many statements, or fewer."""
        for _ in range(count):
            end = self._ends(at)[2] if at < len(self.lines) else None
            if end is None:
                break
            at = end
        return at

    def _ends(self, at: int) -> tuple[int | None, list[int], int | None]:
        """The line after the first that is whole, the first few of an `else` or the like, that after the statement.

        None where there is no such line.
        """
        depth, first, begin = 0, None, at  # begin: of the line, as Python counts them, that is passed now
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
                if self._is_left(line) and not goes_on:
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

    def _repaired(self, first: int, end: int) -> list[str] | None:
        """The lines as Python can read them: as they are, or as all can see that they are meant."""
        text = self._text(first, end)
        for code, mended, skipped in self._readings(text, first):
            if self.work < 0:
                break
            error = self._wrong(code)
            if error is None:
                self.look += mended
                self.notes += (*mended, *skipped)
                return code.split("\n")
            self.errors.setdefault((first, end), error)
        return None

    def _readings(self, text: str, first: int) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """The code, notes on what was mended in it, and on what was skipped."""
        yield text, (), ()
        blank, told = self._with_blanks(text, first)
        for code, mended in {text: (), blank: told}.items():
            if mended:
                yield code, mended, ()
            plain, skipped = magics.without(code, self.where, first)
            if skipped:
                yield plain, mended, skipped
        if text[:1].isspace():
            told = (f"{self.where}line {first + 1} is indented, and was read as if it were not",)
            yield textwrap.dedent(text), told, ()

    def _with_blanks(self, text: str, first: int) -> tuple[str, tuple[str, ...]]:
        """Every blank of another alphabet, outside of texts, as a plain one."""
        bare = without_texts(text)
        odd = {found.start() for pattern in (BLANKS, NOTHING) for found in pattern.finditer(bare)}
        if not odd:
            return text, ()
        code = "".join(
            NOTHING.sub("", BLANKS.sub(" ", character)) if i in odd else character for i, character in enumerate(text)
        )
        line = first + 1 + text.count("\n", 0, min(odd))
        return code, (f"{self.where}line {line} has a blank that is none to Python; it was read as a plain one",)

    # -- what is lost

    def _gap(self, first: int, end: int, feature: newer.Feature | None) -> _Gap:
        text = self._text(first, end)
        error = self.errors.get((first, end)) or self._wrong(text)
        line = getattr(error, "lineno", None) or 1
        at = min(first + line, end) - 1
        while is_bare(self.lines[at]) and at > first:
            at -= 1
        needs = "" if feature is None else ".".join(map(str, feature.since))
        said = feature.name if feature is not None else _said(error, first)
        return _Gap(first, end, at, said, needs, _defined(text))

    def _lost(self) -> Iterator[Lost]:
        """What is lost, neighbours as one."""
        told: list[_Gap] = []
        for gap in self.gaps:
            before = told[-1] if told else None
            alike = before and before.needs == gap.needs and gap.why != NOT_TRIED
            if before and alike and all(map(is_bare, self.lines[before.end : gap.first])):
                told[-1] = replace(before, end=gap.end, defines=before.defines | gap.defines)
            else:
                told.append(gap)
        for gap in told:
            last = max(i for i in range(gap.first, gap.end) if i == gap.first or not is_bare(self.lines[i]))
            lines = f"line {gap.first + 1}" if last == gap.first else f"lines {gap.first + 1} to {last + 1}"
            text = printable(self.lines[gap.at].strip())
            text = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
            yield Lost(f"{self.where}{lines}", text, gap.why, gap.needs, gap.defines)


def _commented(line: str) -> str:
    """The line as a comment that can be read, whatever stands in it."""
    line = line.replace("\0", "").encode(errors="backslashreplace").decode()
    return line if is_bare(line) else f"# {line}"


def _said(error: Exception | None, first: int) -> str:
    """What Python says, with the lines that it names counted in the whole file."""
    said = str(error.msg if isinstance(error, SyntaxError) else error) or type(error).__name__
    return printable(re.sub(r"\bline (\d+)", lambda found: f"line {int(found[1]) + first}", said))[:200]


def _defined(text: str, all_of_it: bool = False) -> frozenset[str]:
    """The names that lines would have defined; a function or a class defines its own alone.

    all_of_it: go on after a function or a class, as there are several statements.
    """
    names: set[str] = set()
    for found in DEFINES.finditer(text):
        if found["definition"] or found["alias"]:
            names.add(found["definition"] or found["alias"])
            if not all_of_it and not names - {found["definition"]} and not found[0][0].isspace():
                break
        elif found["assigned"]:
            names |= {name.strip() for name in found["assigned"].split(",")}
        else:
            words = [part.split() for part in found["imported"].strip(" ()").split(",")]
            names |= {part[-1].partition(".")[0] for part in words if part}
    return frozenset(name for name in names if name.isidentifier())
