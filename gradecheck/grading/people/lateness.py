"""Refuses what cannot be held against a deadline, before anything is marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gradecheck.grading.people.clocks import has_zone
from gradecheck.grading.people.gathering import Owner
from gradecheck.grading.people.naming import few


def unknown(owners: Sequence[Owner]) -> list[str]:
    """The hand-ins of which it is not known whether they are late: without a time, and without a word on it."""
    hands = [hand for owner in owners for hand in owner.hands]
    return [hand.entry.name for hand in hands if not hand.when and not hand.clock and hand.late is None]


def check(owners: Sequence[Owner], deadline: datetime | None, costs: bool) -> None:
    """Raises ValueError where an attempt cannot be held against the deadline.

    costs: lateness takes points off, so that an attempt that is late has to say by how much.
    """
    if deadline is None:
        return
    hands = [hand for owner in owners for hand in owner.hands]
    unread = [f"{hand.entry.name} ({hand.clock})" for hand in hands if hand.clock]
    if unread:
        should = "should be one that can be held against the deadline; leave deadline out, or give --names with a time"
        raise ValueError(f"deadline: the time of {few(unread)} cannot be read, but {should}")
    late = [hand.entry.name for hand in hands if hand.late and not hand.when]
    if costs and late:
        was = f"{few(late)} {'is' if len(late) == 1 else 'are'} marked as late, but without a time"
        do = "leave late out of the assignment, and take points off with gradecheck mark"
        raise ValueError(f"late: {was}, so that it is not known by how much; {do}")
    untold = unknown(owners)
    if costs and untold:
        was = f"the names of {few(untold)} have no time" if len(untold) > 1 else f"the name of {untold[0]} has no time"
        raise ValueError(
            f"late: {was}, so that it is not known who is late; leave late out, or give --names with a time"
        )
    zoned = deadline.tzinfo is not None
    other = [hand.when for hand in hands if hand.when and has_zone(hand.when) != zoned]
    if other:
        was, should = ("a time zone", "none") if zoned else ("no time zone", "one")
        raise ValueError(f"deadline: {deadline} has {was}, but should have {should}, as hand-ins have: {other[0]}")
