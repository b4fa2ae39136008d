"""Canvas: NAME[_LATE]_USER_ATTACHMENT_FILE, as lib/content_zipper.rb of instructure/canvas-lms writes it.

The name is the sortable one in lower case, with its underscores, and without "_digits_", so what stands first counts.
Anonymous: [LATE_]anon_ID_ATTACHMENT_FILE. An online text or link: ..._USER_text.html, ..._USER_link.html.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from gradecheck.grading.people.claim import Claim, Layout, Read, by_names
from gradecheck.grading.submissions.items import Item

END: Final = r"_(?:(?P<attachment>\d+)_(?P<original>.+)|(?P<text>text|link)\.html)"
NAMED: Final = re.compile(rf"(?P<name>.*?)(?P<late>_LATE)?_(?P<user>\d+){END}", re.DOTALL)
ANONYMOUS: Final = re.compile(rf"(?P<late>LATE_)?(?P<name>anon)_(?P<user>[A-Za-z0-9]{{5}}){END}", re.DOTALL)
AGAIN: Final = re.compile(r"(?P<stem>.+)-(?P<number>\d+)", re.DOTALL)


def read(items: Sequence[Item], assignment: str) -> Read:
    found = by_names(items, _claim)
    by_key: dict[str, list[Claim]] = {}
    for claim in found.claims:
        by_key.setdefault(claim.key, []).append(claim)
    return Read(tuple(claim for own in by_key.values() for claim in _attempts(own)), found.left)


def _claim(item: Item) -> Claim | None:
    found = ANONYMOUS.fullmatch(item.name) or NAMED.fullmatch(item.name)
    if found is None or item.is_folder:
        return None
    user, anonymous = found["user"], found.re is ANONYMOUS
    name = f"anon {user}" if anonymous else found["name"]
    platform = {"user": user, "file": item.name, "attachment": found["attachment"] or ""}
    return Claim(
        item=replace(item, name=found["original"] or f"{found['text']}.html"),
        key=user,
        name=name,
        who={} if anonymous else {"user": user},
        late=bool(found["late"]),
        text=found["text"] is not None,
        platform=platform,
    )


def _attempts(claims: Sequence[Claim]) -> list[Claim]:
    """The claims of one student by attempts. hw-1.py is a later version of hw.py, if that is there, too.

    A file without a later version belongs to the later attempts, too.
    """
    names = {claim.item.name for claim in claims}
    versions: dict[str, dict[int, list[Claim]]] = {}
    for claim in claims:
        name, number = _version(claim.item.name, names)
        again = replace(claim, item=replace(claim.item, name=name))
        versions.setdefault(name, {}).setdefault(number, []).append(again)
    numbers = sorted({number for own in versions.values() for number in own})
    found = []
    for i, number in enumerate(numbers, 1):
        for own in versions.values():
            if there := [n for n in own if n <= number]:
                found += [replace(claim, number=i) for claim in own[max(there)]]
    return found


def _version(name: str, names: set[str]) -> tuple[str, int]:
    """The name as it was first handed in, and how often it had been before."""
    place = PurePosixPath(name)
    again = AGAIN.fullmatch(place.stem)
    first = f"{again['stem']}{place.suffix}" if again else name
    return (first, int(again["number"])) if again and first in names else (name, 0)


LAYOUT: Final = Layout("canvas", "Canvas's file names", read)
