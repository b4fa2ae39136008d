"""Folders of sections or groups, in each a folder for every student. A folder of several students is never one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from gradecheck.grading.people.claim import Claim
from gradecheck.grading.source import File
from gradecheck.grading.submissions.carried import UnreadableError, is_archive, is_code
from gradecheck.grading.submissions.items import Item, content, inside
from gradecheck.grading.submissions.litter import is_aside
from gradecheck.grading.submissions.names import printable
from gradecheck.grading.submissions.reading import Reading


def students(items: Sequence[Item], asked: frozenset[str], forced: bool = False) -> list[Claim] | None:
    """The students in folders of folders; None where no item holds several.

    forced: every folder holds students. Raises ValueError where some folders hold several students and others seem to
    be students themselves.
    """
    if not forced and not any(_holds_several(item, asked) for item in items):
        return None
    found = list(_opened(items, asked, forced))
    counts = Counter(item.name for _, item in found)
    return [
        Claim(
            item,
            key=item.name if counts[item.name] == 1 else f"{section}/{item.name}",
            name=item.name,
            who={"section": section} if section else {},
            platform={"file": f"{section}/{item.name}" if section else item.name},
        )
        for section, item in found
    ]


def _opened(items: Sequence[Item], asked: frozenset[str], forced: bool) -> Iterator[tuple[str, Item]]:
    """Every student with the path of its section."""
    several = [item for item in items if item.is_folder] if forced else _several(items, asked)
    for item in items:
        if not several or not item.is_folder:
            yield "", item
            continue
        below = inside(item)
        for section, one in _opened(below, asked, False) if not forced else (("", one) for one in below):
            parts = (item.name if len(items) > 1 else "", section)
            yield "/".join(part for part in parts if part), one


def _several(items: Sequence[Item], asked: frozenset[str]) -> list[Item]:
    """The folders that hold several students. Raises ValueError where others seem to be students."""
    several = [item for item in items if _holds_several(item, asked)]
    others = [item for item in items if item not in several and not _units(item) and _may_be_one(item)]
    if several and others:
        holds = "holds" if len(several) == 1 else "hold"
        raise ValueError(
            f"people: {_named(several)} {holds} several students, or several tries of one, which cannot be told beside "
            f"{_named(others)}; mark such folders by themselves, or say --names plain (each folder is a student) or "
            "--names sections (each folder holds students)"
        )
    return several


def check_files(zips: Sequence[Item], asked: frozenset[str]) -> None:
    """Raises ValueError for a zip with files at its top that define the same: several students, or several tries."""
    for item in zips:
        files = [one for one in inside(item) if not one.is_folder and is_code(one.name) and not is_aside(one.name)]
        stems: dict[str, set[str]] = {}
        for one in files if len(files) > 1 else ():
            for name in _defined(one, asked):
                stems.setdefault(name, set()).add(one.name.partition(".")[0])
        if any(len(own) > 1 for own in stems.values()):
            raise ValueError(
                f"people: {printable(item.name)} holds {_named(files)}, which define the same, as several students or "
                "several tries of one; say --names sections (each file is a student) or --names plain (it is one's)"
            )


def units(items: Sequence[Item]) -> list[Item]:
    """The items that may be somebody's: folders, code, archives; not a list or a sheet beside them."""
    return [item for item in items if _may_be_one(item)]


def _may_be_one(item: Item) -> bool:
    return item.is_folder or is_code(item.name) or is_archive(File(item.name, b""))


def _named(items: Sequence[Item]) -> str:
    more = f" and {len(items) - 4} more" if len(items) > 4 else ""
    return ", ".join(printable(item.name) for item in items[:4]) + more


def _holds_several(item: Item, asked: frozenset[str]) -> bool:
    """Whether a folder has no code of its own, but folders or archives that define the same function."""
    units = _units(item)
    defined = Counter(name for unit in units for name in _defined(unit, asked)) if len(units) > 1 else Counter()
    return any(count > 1 for count in defined.values())


def _units(item: Item) -> list[Item]:
    """The folders and archives in a folder that has no code of its own."""
    try:
        found = inside(item)
    except OSError:
        return []  # the marker says that it cannot be read
    if any(not one.is_folder and is_code(one.name) for one in found):
        return []
    return [
        one for one in found if (one.is_folder or is_archive(File(one.name, b""))) and not is_aside(f"{one.name}/_")
    ]


def _defined(unit: Item, asked: frozenset[str]) -> frozenset[str]:
    try:
        found = content((unit,)).files
        return frozenset().union(*(one.code.bound & asked for one in Reading(found, asked).candidates))
    except (UnreadableError, OSError):
        return frozenset()
