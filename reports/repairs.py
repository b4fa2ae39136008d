"""What is said of a repair: where to look, what is wrong there, and the student's own lines before and after.

The catalogue's words count more than a repair's: where a mistake has a name there, a repair adds only place and change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from gradecheck.grading.marks import Change, Hint, Repair
from gradecheck.grading.submissions.names import printable
from gradecheck.verifying.records import Verification
from gradecheck.verifying.wording import counted
from reports.escaping import escaped, fenced
from reports.screen import paragraph


@dataclass(frozen=True)
class Lines:
    """Lines of a submission around a change: before it same + was + rest, after it same + now + rest."""

    same: str
    was: str
    now: str
    rest: str

    @property
    def before(self) -> str:
        return self.same + self.was + self.rest

    @property
    def after(self) -> str:
        return self.same + self.now + self.rest


@dataclass(frozen=True)
class Spot:
    """One changed place.    where: such as "line 12".    cause, remedy: sentences; "" where they are not told.

    lines: None where they are not shown.
    """

    where: str
    cause: str = ""
    remedy: str = ""
    lines: Lines | None = None


@dataclass(frozen=True)
class Told:
    """What a student is told of a repair.    proof: what all its changes do; "" where they are not shown."""

    spots: tuple[Spot, ...]
    proof: str = ""


def told(repair: Repair, hint: Hint, named: bool) -> Told:
    """What a student is told of it. named: the catalogue has a name for the mistake."""
    if hint == "line" or not repair.sure:
        return Told(tuple(map(Spot, places(repair))))
    if hint == "kind":
        spots = (Spot(change.where, "" if named else change.kind) for change in repair.changes)
        return Told(tuple(dict.fromkeys(spots)))
    with_it = "this change" if len(repair.changes) == 1 else "both changes"
    proof = f"With {with_it} all {counted(repair.cases, 'case')} pass."
    return Told(tuple(_spot(change, named) for change in repair.changes), proof)


def told_of(repair: Mapping[str, Any], named: bool) -> Told:
    """All of a repair as a document has it. named: as of `told`."""
    changes = tuple(Change(**change) for change in repair["changes"])
    return told(Repair(changes, repair["cases"], repair["sure"]), "edit", named)


def verified(v: Verification) -> Told | None:
    """What makes a verified function right; None where that is not known."""
    named = v.worst is not None and bool(v.worst.mistakes)
    return None if v.repair is None else told(v.repair, "edit", named)


def _spot(change: Change, named: bool) -> Spot:
    kind, remedy = ("", "") if named else (change.kind, change.remedy)
    return Spot(change.where, kind, remedy, _lines(change))


def places(repair: Repair) -> tuple[str, ...]:
    return tuple(dict.fromkeys(change.where for change in repair.changes))


def lines(repair: Repair) -> tuple[Lines, ...]:
    """The student's lines at each change, both without the indentation that they share."""
    return tuple(_lines(change) for change in repair.changes)


def _lines(change: Change) -> Lines:
    count = len(change.before.split("\n"))
    both = dedent(f"{change.before}\n{change.after}").split("\n")
    before, after = "\n".join(both[:count]), "\n".join(both[count:])
    start = _shared(before, after)
    was, now = before[start:], after[start:]
    end = _shared(was[::-1], now[::-1])
    return Lines(before[:start], was[: len(was) - end], now[: len(now) - end], was[len(was) - end :])


def _shared(a: str, b: str) -> int:
    """How many letters both begin with."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def sentence(spot: Spot) -> str:
    return " ".join(part for part in (f"Look at {spot.where}.", spot.cause, spot.remedy) if part)


def _diff(shown: Lines) -> list[str]:
    """The lines before the change behind a -, and those after it behind a +."""
    before, after = shown.before.split("\n"), shown.after.split("\n")
    return [*(f"- {line}" for line in before), *(f"+ {line}" for line in after)]


def _put_together(told: Told, said: Callable[[str], str], shown: Callable[[list[str]], str]) -> Iterator[str]:
    """Its parts from the first to the last. said, shown: turn a sentence, and lines of code, into text."""
    for spot in told.spots:
        yield said(sentence(spot))
        if spot.lines is not None:
            yield shown(_diff(spot.lines))
    if told.proof:
        yield said(told.proof)


def plain(told: Told) -> str:
    """All of it as text."""
    return "\n".join(_put_together(told, str, "\n".join))


def markdown(told: Told) -> Iterator[str]:
    """All of it as paragraphs of Markdown."""
    return _put_together(told, escaped, lambda lines: fenced("\n".join(lines), "diff"))


def terminal(told: Told) -> Iterator[str]:
    """All of it as lines of a terminal; those of the submission are not broken."""
    return _put_together(
        told,
        lambda text: paragraph(printable(text), "  "),
        lambda lines: "\n".join(f"  {printable(line)}" for line in lines),
    )
