"""Marks a class in parts, each wherever and whenever it suits, and puts the parts together as one run.

A shard has every N-th submission. Its folder holds the journal of its marks and shard.json, which is written last.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeVar

from gradecheck.grading.bank import digests
from gradecheck.grading.classrun import codec
from gradecheck.grading.classrun.journal import Journal
from gradecheck.grading.classrun.run import Graded, Marks, Records, Run
from gradecheck.grading.classrun.summary import Searches
from gradecheck.grading.classrun.written import JOURNAL, RunRecord, held, installed_since
from gradecheck.grading.marks import ClassMark
from gradecheck.machine.files import write
from gradecheck.verifying.wording import counted

SHARD: Final = "shard.json"
PART: Final = re.compile(r"([1-9]\d{0,5})/([1-9]\d{0,5})")
MOST_NAMED: Final = 8  # shards that are not there
Item = TypeVar("Item")


@dataclass(frozen=True)
class Part:
    """Which part of a class it is: number `number` of `count`, from 1."""

    number: int
    count: int

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def of(self, items: Sequence[Item]) -> Sequence[Item]:
        """Every `count`-th of them: what is slow is often side by side."""
        return items[self.number - 1 :: self.count]


def part(said: str) -> Part:
    """The part that K/N means. Raises ValueError for anything else."""
    found = PART.fullmatch(said)
    if found is None or int(found[1]) > int(found[2]):
        raise ValueError(f"shard: it is {said!r}, but should be K/N with K from 1 to N, as 1/4 is the first of four")
    return Part(int(found[1]), int(found[2]))


@dataclass(frozen=True)
class Shard:
    """shard.json: a part of a run that has ended.    mode: of the isolation.    people: a digest of the whole class.

    keys: of its marks in its journal.    texts: the marks that are not there, else "".
    marked, faults, searches: as of Graded.
    """

    part: Part
    record: RunRecord
    mode: Literal["bubblewrap", "landlock", "none"]
    people: str
    keys: tuple[str | None, ...]
    texts: tuple[str, ...]
    marked: int
    faults: int
    searches: Searches


def class_of(run: Run) -> str:
    """A digest of whose the submissions of a class are, and what they are called."""
    return digests.of([entry.name for entry in run.entries], codec.encode(run.people))


def save(folder: Path, part: Part, whole: Run, graded: Graded, record: RunRecord) -> None:
    """Write shard.json.    whole: the run of which it is a part."""
    keys, texts = graded.records.keys, graded.records.texts
    found = Shard(
        part=part,
        record=record,
        mode=whole.isolation.mode,
        people=class_of(whole),
        keys=tuple(keys),
        texts=tuple("" if key is not None else texts[i] for i, key in enumerate(keys)),
        marked=graded.marked,
        faults=graded.faults,
        searches=graded.searches,
    )
    write(folder / SHARD, json.dumps(codec.encode(found), indent=1))


def read(folder: Path) -> Shard:
    """The shard in a folder. Raises ValueError where there is none that has ended."""
    file = folder / SHARD
    if not file.is_file() and (folder / JOURNAL).exists() and held(folder) is None:
        raise ValueError(f"shard: {folder} holds a shard that has not ended; run its command again, which goes on")
    if not file.is_file():
        raise ValueError(f"shard: {folder} holds no shard, but should be the folder of gradecheck grade --shard K/N")
    try:
        return codec.decode(Shard, json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ValueError(f"shard: {file} cannot be read ({why}), but should be of a shard; mark that again") from error


# -- together


def check(found: Sequence[tuple[Path, Shard]]) -> None:
    """Raises ValueError where these are not all parts of one class, each once, marked in the same way."""
    place, first = found[0]
    where = {first.part: place}
    for folder, shard in found[1:]:
        if shard.part.count != first.part.count:
            was = f"{place} is shard {first.part} and {folder} is shard {shard.part}"
            raise ValueError(f"shard: {was}, but they should be parts of one split; leave one out")
        if shard.part in where:
            was = f"{where[shard.part]} and {folder} are both shard {shard.part}"
            raise ValueError(f"shard: {was}, but each should be there once; leave one out")
        where[shard.part] = folder
        for what, one, other in _told(first, shard):
            if one != other:
                was = f"{place} has {what} {_short(one)}, and {folder} has {_short(other)}"
                raise ValueError(f"shard: {was}, but all should have the same; mark one of them again")
    parts = [Part(i, first.part.count) for i in range(1, first.part.count + 1)]
    missing = [str(part) for part in parts if part not in where]
    if missing:
        more = f" and {len(missing) - MOST_NAMED} more" if len(missing) > MOST_NAMED else ""
        was = f"of {first.part.count} shards there is no {', '.join(missing[:MOST_NAMED])}{more}"
        raise ValueError(f"shard: {was}, but all should be there; name the folder of each")


def _told(first: Shard, other: Shard) -> Iterator[tuple[str, str, str]]:
    """What has to be the same, in words, and as it is in both."""
    one, two = first.record, other.record
    yield "the assignment", one.assignment, two.assignment
    yield "an assignment of the digest", _asked(one), _asked(two)
    yield "the isolation", one.isolation, two.isolation
    yield "gradecheck of the digest", one.code, two.code
    yield "the versions", _listed(one.versions), _listed(two.versions)
    yield "the class of the digest", first.people, other.people
    yield "marks of the digest", one.key, two.key


def _asked(record: RunRecord) -> str:
    return digests.of(record.text, dict(record.beside), dict(record.said))


def _listed(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {version or 'none'}" for name, version in versions.items())


def _short(said: str) -> str:
    return said if len(said) != 32 else said[:8]


def check_here(shard: Shard, run: Run) -> None:
    """Raises ValueError where this is another gradecheck, or another class, than the shard was marked with."""
    changed = installed_since(shard.record, run)
    if changed:
        raise ValueError(
            f"shard: {'; '.join(changed)}; but all should be as it was; merge where the shards were marked"
        )
    if class_of(run) != shard.people:
        was = f"{', '.join(shard.record.paths)} holds other submissions or other people than when it was marked"
        raise ValueError(f"shard: {was}, but should hold the same; mark the shards again, which marks only what is new")


def together(run: Run, found: Sequence[Shard], journals: Sequence[Journal], into: Journal) -> Graded:
    """The marks of all parts as those of one run.    run: of the whole class.    into: the journal of that.

    Raises ValueError where a journal has lost a mark, OSError from the disk.
    """
    keys: list[str | None] = [None] * len(run.entries)
    texts: dict[int, str] = {}
    for shard, journal in zip(found, journals, strict=True):
        lost = sum(key is not None and key not in journal for key in shard.keys)
        if lost:
            was = f"the journal of shard {shard.part} lacks {counted(lost, 'mark')}"
            raise ValueError(f"shard: {was}, but should have all; mark that shard again")
        for i, key, text in zip(shard.part.of(range(len(keys))), shard.keys, shard.texts, strict=True):
            keys[i] = key
            if key is None:
                texts[i] = text
        into.add_all((key, journal[key]) for key in journal if key not in into)
    asked, records = run.assignment, Records(keys, texts)
    return Graded(
        mark=ClassMark(asked.name, asked.title, asked.seed, run.isolation.line, Marks(into, records)),
        marked=sum(shard.marked for shard in found),
        reused=len(keys) - sum(shard.marked for shard in found),
        faults=sum(shard.faults for shard in found),
        seconds=sum(shard.record.seconds for shard in found),
        contents={name: digest for shard in found for name, digest in shard.record.contents.items()},
        records=records,
        searches=Searches(
            sum(shard.searches.count for shard in found),
            tuple(sorted(why for shard in found for why in shard.searches.lost)),
            sum(shard.searches.seconds for shard in found),
        ),
    )
