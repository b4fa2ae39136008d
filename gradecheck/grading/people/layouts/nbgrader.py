"""nbgrader: submitted/STUDENT/ASSIGNMENT/, or the exchange's inbound folders STUDENT+ASSIGNMENT+TIME[+RANDOM]."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from gradecheck.grading.people.claim import Claim, Layout, Read, by_names, iso
from gradecheck.grading.submissions.carried import UnreadableError
from gradecheck.grading.submissions.items import Item, data, inside

INBOUND: Final = re.compile(
    r"(?P<student>[^+]+)\+(?P<assignment>[^+]+)\+(?P<clock>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^+]*)(?:\+(?P<random>[^+]+))?"
)
STAMP: Final = "timestamp.txt"
SUBMITTED: Final = "submitted"
FORMATS: Final = ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S")
ZONE: Final = " UTC"


def read(items: Sequence[Item], assignment: str) -> Read:
    found = by_names(items, _inbound)
    if found.claims:
        return found
    if len(items) == 1 and items[0].name == SUBMITTED:
        items = inside(items[0])
    each = {item: [below for below in _below(item) if below.is_folder] for item in items}
    stamped = {item: [below for below in own if _stamp(below) is not None] for item, own in each.items()}
    if not any(stamped.values()):
        return Read((), tuple(items))
    several = sorted({below.name for own in stamped.values() for below in own})
    wanted = several[0] if len(several) == 1 else assignment
    if wanted not in several:
        raise ValueError(
            f"people: {SUBMITTED} holds {', '.join(several)}, but should hold {assignment}.toml's assignment under "
            f"that name; rename the assignment's file, or leave one of them there"
        )
    chosen = [(item, below) for item, own in each.items() for below in own if below.name == wanted]
    handed = {item for item, _ in chosen}
    left = tuple(item for item in items if item not in handed and not stamped[item])
    return Read(tuple(_submitted(item, below) for item, below in chosen), left)


def _submitted(item: Item, below: Item) -> Claim:
    return _claim(below, item.name, _stamp(below) or "")


def _inbound(item: Item) -> Claim | None:
    found = INBOUND.fullmatch(item.name)
    if found is None or not item.is_folder:
        return None
    return _claim(item, found["student"], found["clock"])


def _claim(item: Item, student: str, clock: str) -> Claim:
    when = iso(clock.removesuffix(ZONE), *FORMATS)
    if when and clock.endswith(ZONE):
        when += "+00:00"
    who, platform = {"id": student, "login": student}, {"student": student, "file": item.name}
    return Claim(item, student, student, who, when, "" if when else clock, platform=platform)


def _below(item: Item) -> list[Item]:
    """What lies in a folder; nothing where the system refuses, as the marker will say."""
    try:
        return inside(item)
    except OSError:
        return []


def _stamp(folder: Item) -> str | None:
    """What a folder's time stamp says; None where there is none."""
    for item in _below(folder):
        if item.name == STAMP and not item.is_folder:
            try:
                return data(item, 100).decode("utf-8-sig", "replace").strip()
            except (OSError, UnreadableError):
                return ""
    return None


LAYOUT: Final = Layout("nbgrader", "nbgrader's folders", read)
