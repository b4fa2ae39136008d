"""What lies in a class's folder, or in the zip of a whole class, by the same means. Nothing is extracted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gradecheck.grading.submissions import submission, zips
from gradecheck.grading.submissions.carried import MOST_BYTES, Member, carried
from gradecheck.grading.submissions.names import readable
from gradecheck.grading.submissions.submission import Content
from gradecheck.grading.submissions.zips import TOP


@dataclass(frozen=True)
class Item:
    """A file or a folder.    name: in the submission.    path: on disk.

    inside: its path in that, from TOP on, if that is a zip; "" if it is not in one.
    """

    name: str
    path: Path
    is_folder: bool
    inside: str = ""


def at(path: Path) -> Item:
    """The item at a path on disk."""
    return Item(readable(path.name), path, path.is_dir() and not path.is_symlink())


def opened(item: Item) -> Item:
    """A zip as a folder. Raises ValueError where it is none that can be read."""
    zips.opened(item.path)
    return Item(item.name, item.path, is_folder=True, inside=TOP)


def inside(item: Item) -> list[Item]:
    """What lies in a folder, without what is hidden or litter; nothing in a file. Raises OSError."""
    if not item.is_folder:
        return []
    if not item.inside:
        return [at(path) for path in submission.entries(item.path)]
    below = zips.opened(item.path).below(item.inside)
    return [Item(name, item.path, is_folder, f"{item.inside}/{name}") for name, is_folder in sorted(below.items())]


def data(item: Item, most: int = MOST_BYTES) -> bytes:
    """The bytes of a file, and no more than that many. Raises UnreadableError, and OSError where the system refuses."""
    if item.inside:
        return zips.opened(item.path).member(item.inside).read(most)
    with item.path.open("rb") as file:
        return file.read(most)


def content(items: tuple[Item, ...]) -> Content:
    """All files of a submission. Raises as `data`."""
    if len(items) > 1:
        found = carried({path: member for item in items for path, member in _members(item)})
        return Content("", found.files, found.left)
    (item,) = items
    if not item.inside:
        return submission.fetch(item.path, item.name)
    if not item.is_folder:
        return submission.one_file(item.name, data(item, MOST_BYTES + 1))
    found = carried(dict(_members(item)))
    return Content(item.name, found.files, found.left)


def _members(item: Item) -> Iterator[tuple[str, Member]]:
    """The files of an item, by their paths in the submission."""
    if item.inside:
        archive = zips.opened(item.path)
        if not item.is_folder:
            yield item.name, archive.member(item.inside)
        for path in archive.files(item.inside) if item.is_folder else ():
            yield path.removeprefix(f"{item.inside}/"), archive.member(path)
    elif item.is_folder:
        yield from submission.members(item.path)
    elif not item.path.is_symlink():
        yield item.name, Member(item.path.stat().st_size, partial(data, item))
