"""Whose is what in a class: by a platform's names, recognised by itself or named, or by a regular expression."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from gradecheck.grading.people import sections
from gradecheck.grading.people.claim import Claim, Layout, Read, by_names
from gradecheck.grading.people.clocks import readable_time
from gradecheck.grading.people.layouts import LAYOUTS
from gradecheck.grading.submissions.finding import Entry, find
from gradecheck.grading.submissions.items import Item, inside, opened
from gradecheck.grading.submissions.names import printable

PLAIN: Final = "plain"
"""The rule that everything at the paths is a student."""
SECTIONS: Final = "sections"
"""The rule that every folder at the paths holds folders of students."""
BY_NAME: Final = {layout.name: layout for layout in LAYOUTS}
GROUPS: Final = ("student", "student_id", "name", "first_name", "last_name", "login", "email", "group")
"""Of a regular expression: who it is. There may also be these."""
BESIDE: Final = ("attempt", "time", "timestamp", "late", "section", "file", "file_id")
ALSO: Final = ("login", "email", "section", "group")
"""The groups that are fields of a roster, too."""
FEW: Final = 5


@dataclass(frozen=True)
class Named:
    """claims: what names say.   others: named by no rule, so that each is a student.   told: the rule, for people."""

    claims: tuple[Claim, ...]
    others: tuple[Entry, ...]
    told: str = ""


def named(paths: Sequence[Path], leave: Collection[Path], rule: str, assignment: str, asked: frozenset[str]) -> Named:
    """Everything at the paths, and what its names say. leave: paths to skip.    asked: names of functions.

    rule: a layout's name, PLAIN, SECTIONS or a regular expression; "" where the layout is to be recognised.
    Raises ValueError where a rule fits nothing or it cannot be told whose a folder is, OSError from the disk.
    """
    entries = {entry.items[0]: entry for entry in find(paths, leave)}
    items = list(entries)
    if rule == PLAIN:
        return Named((), tuple(entries.values()))
    if rule and rule != SECTIONS and rule not in BY_NAME:
        return _by_expression(rule, items)
    for tried in _views(items, paths):
        for layout in LAYOUTS if not rule else [BY_NAME[rule]] if rule in BY_NAME else []:
            read = layout.read(tried, assignment)
            if read.claims if rule else read.is_likely:
                return _by_layout(layout, read, entries)
    if rule in BY_NAME:
        raise ValueError(f"names: nothing at the paths is named by the rule {rule}, but should be; leave --names out")
    folders = _with_zips_open(items, paths)
    if not rule:
        _check_alone(items, assignment)
        lone = sections.units(items)
        sections.check_files([item for item in folders if item not in entries or lone == [item]], asked)
    if (found := sections.students(folders, asked, forced=rule == SECTIONS)) is not None:
        return Named(tuple(found), (), "in folders of folders")
    return Named((), tuple(entries.values()))


def _views(items: Sequence[Item], paths: Sequence[Path]) -> Iterator[list[Item]]:
    """The items as they are, those in zips that were given, and those in a folder or zip beside which no code is."""
    yield list(items)
    known = set(items)
    items = [below for item in _with_zips_open(items, paths) for below in ([item] if item in known else inside(item))]
    if any(item not in known for item in items):
        yield items
    if len(lone := sections.units(items)) == 1:
        yield inside(_as_folder(lone[0]))


def _as_folder(item: Item) -> Item:
    """The item, a zip as a folder where it can be read."""
    with suppress(ValueError):  # the marker says what is wrong with it
        return opened(item) if item.name.lower().endswith(".zip") else item
    return item


def _check_alone(items: Sequence[Item], assignment: str) -> None:
    """Raises ValueError where some of several folders and zips hold classes, by a platform's names."""
    units = sections.units(items)
    several = [(item, inside(_as_folder(item))) for item in units] if len(units) > 1 else []
    for layout in LAYOUTS:
        held = [item for item, below in several if below and _is_class(layout.read(below, assignment))]
        if held:
            was = f"people: {few([item.name for item in held])} {'holds' if len(held) == 1 else 'hold'} a class"
            raise ValueError(f"{was}, by {layout.told}, beside others; grade each by itself, or say --names plain")


def _is_class(read: Read) -> bool:
    return read.is_likely and len({claim.key for claim in read.claims}) > 1


def _with_zips_open(items: Sequence[Item], paths: Sequence[Path]) -> list[Item]:
    """The items, with each zip that is one of the paths as a folder. One that cannot be read is left as it is."""
    given = {path.resolve() for path in paths}
    found = []
    for item in items:
        with suppress(ValueError):  # the marker says what is wrong with it
            if item.name.lower().endswith(".zip") and item.path.resolve() in given:
                item = opened(item)
        found.append(item)
    return found


def _by_layout(layout: Layout, read: Read, entries: dict[Item, Entry]) -> Named:
    left = tuple(entries.get(item, Entry(item.name, (item,))) for item in read.left)
    told = f"by {layout.told}"
    if left:
        told += f"; named otherwise, each a student: {few([entry.name for entry in left])}"
    return Named(read.claims, left, told)


def few(names: Sequence[str]) -> str:
    """The first of many names, and how many more there are."""
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return ", ".join(map(printable, names[:FEW])) + more


# -- a regular expression


def _by_expression(rule: str, items: Sequence[Item]) -> Named:
    try:
        expression = re.compile(rule)
    except re.error as error:
        layouts = ", ".join((*BY_NAME, PLAIN, SECTIONS))
        was = f"names: {rule!r} is no regular expression ({error})"
        raise ValueError(f"{was}, but should be one, or one of {layouts}") from error
    unknown = [name for name in expression.groupindex if name not in (*GROUPS, *BESIDE)]
    if unknown or not any(name in GROUPS for name in expression.groupindex):
        layouts = ", ".join((*BY_NAME, PLAIN, SECTIONS))
        was = f"names: {rule!r} has {f'the group {unknown[0]}' if unknown else 'no named group that says who it is'}"
        should = f"should have at least one of {', '.join(GROUPS)}, and beside them only {', '.join(BESIDE)}"
        raise ValueError(f"{was}, but {should}; or name one of {layouts}")
    read = by_names(items, lambda item: _claim(expression, item))
    if read.left:
        count = f"{len(read.left)} of {len(items)} names"
        names = few([item.name for item in read.left])
        raise ValueError(f"names: {rule!r} does not fit {count}: {names}; mend the rule, or move those away")
    return Named(read.claims, (), "by the rule that was given")


def _claim(expression: re.Pattern[str], item: Item) -> Claim | None:
    match = expression.match(item.name)
    if match is None:
        return None
    said = {name: text for name, text in match.groupdict().items() if text}
    full = " ".join(text for part in ("first_name", "last_name") if (text := said.get(part)))
    who: dict[str, str] = {field: said[field] for field in ALSO if field in said}
    if own := said.get("student") or said.get("student_id"):
        who["id"] = own
    name = said.get("name") or full
    key = own or who.get("login") or who.get("email") or name or who.get("group")
    if not key:
        return None
    clock = said.get("time") or said.get("timestamp") or ""
    when, number = readable_time(clock), said.get("attempt", "")
    return Claim(
        item=replace(item, name=said.get("file") or said.get("file_id") or item.name),
        key=key,
        name=name or key,
        who=who,
        when=when,
        clock="" if when else clock,
        number=int(number) if number.isdecimal() else 0,
        late="late" in said if "late" in expression.groupindex else None,
        platform={"file": item.name},
    )
