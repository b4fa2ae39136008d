"""Moodle: NAME_ID_assignsubmission_TYPE, as mod/assign/classes/downloader.php writes it; older ones end with "_".

Each is a folder, or the beginning of a file's name where the download was made without folders. The id belongs to the
assignment, and is the one of the grading worksheet ("Participant 123"). Of a team it is the team's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from gradecheck.grading.people.claim import Claim, Layout, Read, by_names
from gradecheck.grading.submissions.items import Item

NAMED: Final = re.compile(
    r"(?P<name>.*?)_(?P<id>\d+)_assignsubmission_(?P<type>[a-z0-9]+)(?:_(?P<original>.*))?", re.DOTALL
)
FILE: Final = "file"
BLIND: Final = "Participant"


def read(items: Sequence[Item], assignment: str) -> Read:
    return by_names(items, _claim)


def _claim(item: Item) -> Claim | None:
    found = NAMED.fullmatch(item.name)
    if found is None or not (item.is_folder or found["original"]):
        return None
    number = found["id"]
    return Claim(
        item=replace(item, name=found["original"] or item.name),
        key=number,
        name=f"{BLIND} {number}" if found["name"] == BLIND else found["name"],
        who={"participant": number},
        text=found["type"] != FILE,
        platform={"participant": number, "file": item.name},
    )


LAYOUT: Final = Layout("moodle", "Moodle's names", read)
