"""Classroom 50: CLASSROOM-ASSIGNMENT-USERNAME, a folder each, as its teacher's tool downloads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from gradecheck.grading.people.claim import Claim, Layout, Read, by_names, shared
from gradecheck.grading.submissions.items import Item

BEGINNING: Final = re.compile(r"[a-z0-9._]+-[a-z0-9._-]+-", re.IGNORECASE)
USER: Final = re.compile(r"[A-Za-z0-9](-?[A-Za-z0-9])*")  # a name on GitHub


def read(items: Sequence[Item], assignment: str) -> Read:
    folders = [item.name for item in items if item.is_folder]
    common = shared(folders)
    begins = common[: common.rfind("-") + 1] if len(folders) > 1 else ""
    if f"-{assignment}-" in common:
        begins = common[: common.find(f"-{assignment}-") + len(assignment) + 2]
    if not BEGINNING.fullmatch(begins):
        return Read((), tuple(items))

    def claim(item: Item) -> Claim | None:
        user = item.name.removeprefix(begins)
        if not item.is_folder or not USER.fullmatch(user):
            return None
        return Claim(item, user, user, {"login": user}, platform={"login": user, "file": item.name})

    return by_names(items, claim)


LAYOUT: Final = Layout("classroom50", "Classroom 50's folders", read)
