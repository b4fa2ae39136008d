"""What an assignment says on attempts, its deadline, lateness and groups. No mark of a submission depends on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from gradecheck.grading.assignments.table import Table

Counting = Literal["newest", "best"]
COUNTING: Final[tuple[Counting, ...]] = ("newest", "best")


@dataclass(frozen=True)
class Late:
    """percent_a_day: of all points of the assignment, for every day that has begun.    grace_minutes: cost nothing."""

    percent_a_day: float
    grace_minutes: float = 0.0


@dataclass(frozen=True)
class HandingIn:
    """attempts: which one counts.    deadline: after which an attempt is late.    late: what that costs; None: nothing.

    groups: what one member of a group on the roster handed in is the work of all of them.
    """

    attempts: Counting = "newest"
    deadline: datetime | None = None
    late: Late | None = None
    groups: bool = False


def handing_in(top: Table) -> HandingIn:
    """What the file says. Raises ValueError for a wrong value, or a late rule without a deadline."""
    attempts = COUNTING[COUNTING.index(top.one_of("attempts", COUNTING, "newest"))]
    deadline = top.take("deadline")
    if deadline is not None and not isinstance(deadline, datetime):
        raise top.wrong("deadline", str(deadline), "a date with a time, without quotes, such as 2026-11-01T12:00:00")
    said = "late" in top
    table = top.table("late")
    late = Late(table.amount("percent_a_day", 0.0), table.amount("grace_minutes", 0.0))
    table.end()
    if said and not 0 < late.percent_a_day <= 100:
        raise table.wrong("percent_a_day", late.percent_a_day, "a number above 0, and at most 100")
    if said and deadline is None:
        raise top.complaint("late", "has no deadline, but should have one: name the key deadline, too")
    groups = top.take("groups", False)
    if not isinstance(groups, bool):
        raise top.wrong("groups", groups, "true or false")
    return HandingIn(attempts, deadline, late if said else None, groups)
