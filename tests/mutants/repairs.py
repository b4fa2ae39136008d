"""`python -m tests.mutants.repairs`: what the search for a repair gives back of mistakes that were planted.

Into each right submission, edits of the search are made that change an answer, alone and by twos. The search is to
find the way back. Its answer is held against cases that it never saw.
"""

import json
import multiprocessing
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import click

from gradecheck.grading.repair.operators import OPERATORS
from gradecheck.machine.files import writable_folder, write
from tests.held_out import MISTAKES
from tests.mutants.fresh import of_fresh, said
from tests.mutants.mended import Fate, fate, found_for
from tests.mutants.planted import planted
from tests.mutants.printed import Printed
from tests.mutants.subjects import Subject, subjects

Found = TypeVar("Found")

SINGLES = 6
PAIRS = 2
ALL = 1 << 20
TARGETS = {1: 95.0, 2: 60.0}  # per cent that are right, of mistakes of one change and of two
ON_LINE = 98.0
UNSEEN = 90.0  # of the mistakes of tests/fresh: located or named


@click.command()
@click.option("--singles", default=SINGLES, show_default=True, help="Mistakes of one change in each submission.")
@click.option("--pairs", default=PAIRS, show_default=True, help="Mistakes of two changes.")
@click.option("--whole", is_flag=True, help="Every mistake of one change: takes a day.")
@click.option("--fresh", is_flag=True, help="The mistakes of tests/fresh alone.")
@click.option("--seed", default=0, show_default=True)
@click.option("--out", default="build", type=click.Path(file_okay=False, path_type=Path), show_default=True)
def main(singles: int, pairs: int, whole: bool, fresh: bool, seed: int, out: Path) -> None:
    """Plant mistakes and search for them; exit 1 where something wrong is said, or too little is found."""
    folder = writable_folder(out)
    os.environ["OMP_NUM_THREADS"] = "1"
    ids = [] if fresh else [subject.id for subject in planted_in()]
    found = _each(try_job, [(id, ALL if whole else singles, pairs, seed) for id in ids], "planted")
    fates = [own for _, some in found for own in some]
    named = [id for id, (is_named, _) in zip(ids, found, strict=True) if is_named]
    unseen = _each(said, MISTAKES, "fresh")
    tables = [summary(fates, len(ids), named), by_operator(fates)] if ids else []
    tables += [of_fresh(unseen)]
    printed = "\n\n".join(table.text() for table in tables)
    document = {"schema": 1, "tables": [table.as_dict() for table in tables]}
    document |= {"seed": seed, "fates": [own.record() for own in fates], "left": left_out()}
    write(folder / "repairs.md", printed + "\n")
    write(folder / "repairs.json", json.dumps(document, indent=1) + "\n")
    print(printed)
    for own in fates:
        if own.verdict == "wrong":
            print(f"WRONG: {own.subject}: {own.now}\n{own.said}")
    for id in named:
        print(f"NAMED, AND RIGHT: {id}")
    enough = passes(fates, named) if ids else True
    sys.exit(0 if enough and 100 * sum(own.reached for own in unseen) >= UNSEEN * len(unseen) else 1)


def _each(work: Callable[[Any], Found], jobs: Sequence[Any], label: str) -> list[Found]:
    pool = ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn"))
    with pool, click.progressbar(pool.map(work, jobs), length=len(jobs), label=label, file=sys.stderr) as bar:
        return list(bar)


@cache
def planted_in() -> tuple[Subject, ...]:
    return tuple(subject for subject in subjects() if not subject.left)


def left_out() -> dict[str, str]:
    """The right submissions in which nothing is planted, and why."""
    return {subject.id: subject.left for subject in subjects() if subject.left}


def try_job(job: tuple[str, int, int, int]) -> tuple[bool, list[Fate]]:
    """Whether something is found in a right submission, and the fates of mistakes planted in it."""
    id, singles, pairs, seed = job
    [subject] = [own for own in planted_in() if own.id == id]
    one, two = planted(subject, singles, pairs, seed)
    return found_for(subject, subject.source) is not None, [fate(mistake) for mistake in (*one, *two)]


def share(fates: Sequence[Fate], of: str) -> float:
    """Per cent. of: "on_line", "elsewhere", or a verdict."""
    counted = (getattr(own, of) if of in ("on_line", "elsewhere") else own.verdict == of for own in fates)
    return 100 * sum(counted) / max(len(fates), 1)


def passes(fates: Sequence[Fate], named: Sequence[str]) -> bool:
    by_size = {size: [own for own in fates if len(own.planted) == size] for size in TARGETS}
    enough = all(share(own, "right") >= TARGETS[size] for size, own in by_size.items() if own)
    return enough and share(by_size[1], "on_line") >= ON_LINE and not share(fates, "wrong") and not named


def summary(fates: Sequence[Fate], right: int, named: Sequence[str]) -> Printed:
    rows = []
    for size, what in ((1, "one change"), (2, "two changes")):
        own = [fate for fate in fates if len(fate.planted) == size]
        shares = (f"{share(own, of):.1f} %" for of in ("right", "on_line", "elsewhere", "wrong"))
        found = [fate for fate in own if fate.verdict != "nothing"]
        counts = (sum(not f.shown for f in found), sum(not f.sure for f in found), sum(f.otherwise for f in found))
        rows.append((what, len(own), *shares, *counts))
    rows.append(("nothing", right, "", "", "", f"{100 * len(named) / right:.1f} %", "", "", ""))
    told = ("shown in part", "not sure of the kind", "sure of another kind")
    headers = ("planted", "submissions", "mended", "on the line", "on another line", "named wrongly", *told)
    return Printed("What the search for a repair gives back of planted mistakes", headers, rows)


def by_operator(fates: Iterable[Fate]) -> Printed:
    """Mistakes of one change, by what was changed."""
    found = defaultdict(list)
    for own in fates:
        if len(own.planted) == 1:
            found[own.planted[0]].append(own)
    rows = []
    for name in dict.fromkeys(operator.name for operator in OPERATORS):
        own = found[name]
        misses = sorted({f.missed for f in own if f.missed})
        rows.append(
            (
                name,
                len(own),
                *(sum(f.verdict == v for f in own) for v in ("right", "wrong", "nothing")),
                sum(f.on_line for f in own),
                "; ".join(misses),
            )
        )
    headers = ("changed", "mistakes", "mended", "named wrongly", "not found", "on the line", "why not")
    return Printed("Planted mistakes of one change, by the operator that planted them", headers, rows, long=True)


if __name__ == "__main__":
    main()
