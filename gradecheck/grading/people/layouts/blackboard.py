"""Blackboard: ASSIGNMENT_LOGIN_attempt_TIME_FILE, and a receipt ASSIGNMENT_LOGIN_attempt_TIME.txt for each attempt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from gradecheck.grading.people.claim import Claim, Layout, Read, iso, shared
from gradecheck.grading.submissions.carried import UnreadableError
from gradecheck.grading.submissions.items import Item, data

NAMED: Final = re.compile(
    r"(?P<before>.+?)_attempt_(?P<clock>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?:_(?P<original>.+)|\.txt)", re.DOTALL
)
RECEIPT: Final = re.compile(r"[^\n:]+: *(?P<name>[^\n]+?) *\((?P<login>[^\n()]+)\) *\r?(?:\n|$)")
"""The first line of a receipt: "Name: Anna Adler (aadler)"."""
MOST: Final = 1000


def read(items: Sequence[Item], assignment: str) -> Read:
    found = {item: NAMED.fullmatch(item.name) for item in items if not item.is_folder}
    named = {item: match for item, match in found.items() if match is not None}
    receipts = {match["before"]: _receipt(item) for item, match in named.items() if match["original"] is None}
    before = {match["before"] for match in named.values()}
    logins = {text: receipts.get(text, ("", ""))[1] or _login(text, before) for text in before}
    claims = [_claim(item, match, logins, receipts) for item, match in named.items()]
    return Read(tuple(claims), tuple(item for item in items if item not in named))


def _claim(
    item: Item, match: re.Match[str], logins: Mapping[str, str], receipts: Mapping[str, tuple[str, str]]
) -> Claim:
    login, (name, _) = logins[match["before"]], receipts.get(match["before"], ("", ""))
    when = iso(match["clock"], "%Y-%m-%d-%H-%M-%S")
    return Claim(
        item=replace(item, name=match["original"] or item.name),
        key=login,
        name=name or login,
        who={"login": login},
        when=when,
        clock="" if when else match["clock"],
        text=match["original"] is None,
        platform={"login": login, "file": item.name},
    )


def _receipt(item: Item) -> tuple[str, str]:
    """The student's name and login in a receipt; "" where they are not there."""
    try:
        found = RECEIPT.match(data(item, MOST).decode("utf-8-sig", "replace"))
    except (OSError, UnreadableError):
        return "", ""
    before = item.name.partition("_attempt_")[0]
    return (found["name"], found["login"]) if found and before.endswith(f"_{found['login']}") else ("", "")


def _login(before: str, all_before: set[str]) -> str:
    """What follows the assignment's name, which all names begin with. A login may have underscores, too."""
    common = shared(all_before).rpartition("_")[0] if len(all_before) > 1 else ""
    return before.removeprefix(f"{common}_") if common else before.rpartition("_")[2]


LAYOUT: Final = Layout("blackboard", "Blackboard's file names", read)
