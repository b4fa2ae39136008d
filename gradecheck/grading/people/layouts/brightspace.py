"""Brightspace: ID-ID - NAME - Sep 24, 2024 926 PM, a folder for each attempt, or a file with " - FILE" at its end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from gradecheck.grading.people.claim import Claim, Layout, Read, by_names, iso
from gradecheck.grading.submissions.items import Item

NAMED: Final = re.compile(
    r"(?P<entry>\d+-\d+) - (?P<name>.+?) - (?P<clock>\w+\.? \d{1,2}, \d{4} \d{3,4}(?: \w+)?)(?: - (?P<original>.+))?",
    re.DOTALL,
)
TIME: Final = re.compile(r"(.*\D)(\d{1,2})(\d\d)( [AP]M)")
INDEX: Final = "index.html"


def read(items: Sequence[Item], assignment: str) -> Read:
    found = by_names([item for item in items if item.name != INDEX], _claim)
    return found if found.claims else Read((), tuple(items))


def _claim(item: Item) -> Claim | None:
    found = NAMED.fullmatch(item.name)
    if found is None or not (item.is_folder or found["original"]):
        return None
    name, when = " ".join(found["name"].split()), _when(found["clock"])
    return Claim(
        item=replace(item, name=found["original"] or item.name),
        key=name,
        name=name,
        when=when,
        clock="" if when else found["clock"],
        sign=found["entry"].partition("-")[0],
        platform={"entry": found["entry"], "file": item.name},
    )


def _when(clock: str) -> str:
    found = TIME.fullmatch(clock)
    if found is None:
        return ""
    day, hours, minutes, half = found.groups()
    return iso(f"{day}{hours:0>2}:{minutes}{half}", "%b %d, %Y %I:%M %p", "%B %d, %Y %I:%M %p")


LAYOUT: Final = Layout("brightspace", "Brightspace's names", read)
