"""What a class costs beside its marking: every mark is in the journal, and the command reads all files and writes all.

The marks are those of a few submissions, under the names of many. Every run is the command itself, and its seconds
are those of the processor: one process does all of it.
"""

import json
import os
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

from benchmarks.marking import Cost
from benchmarks.searching import handed_in
from gradecheck.grading.assignments.assignment import find, parse
from gradecheck.grading.bank import digests
from gradecheck.grading.classrun import codec
from gradecheck.grading.classrun.journal import Journal
from gradecheck.grading.classrun.markers import Here
from gradecheck.grading.classrun.run import Run, grade
from gradecheck.grading.classrun.searching import search
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.submissions import finding, items

FEW = 12
ASSIGNMENT = """
title = "Some functions"
cases = 16
diagnosis_seconds = {seconds}
[[question]]
function = "relu"
[[question]]
function = "softmax"
[[question]]
function = "linear_backward"
"""
SIZES = (200, 2000, 20000)


def measure(sizes: tuple[int, ...] = SIZES) -> dict[str, float]:
    """Name -> figure: of one run for each size."""
    with tempfile.TemporaryDirectory() as place:
        top = Path(place)
        (top / "some.toml").write_text(ASSIGNMENT.format(seconds=2), encoding="utf-8")
        marks = _marked(top)
        (top / "some.toml").write_text(ASSIGNMENT.format(seconds=0), encoding="utf-8")
        start, *runs = [_written(top, marks, size) for size in (FEW, *sizes)]
        figures = {}
        each = [(run.seconds - start.seconds) / (size - FEW) for run, size in zip(runs, sizes, strict=True)]
        for run, size, seconds in zip(runs, sizes, each, strict=True):
            figures[f"output, {size} submissions: s"] = run.seconds
            figures[f"output, {size} submissions: ms each"] = 1000 * seconds
            figures[f"output, {size} submissions: time each / at {sizes[0]}"] = seconds / each[0]
            figures[f"output, {size} submissions: memory, MiB"] = run.memory
            page = top / f"out{size}" / "class.html"
            figures[f"output, {size} submissions: class page, MiB"] = page.stat().st_size / 2**20
        return figures


def _class(folder: Path, texts: list[str], count: int) -> Run:
    """A class of so many files, which have these texts by turns, beside its assignment."""
    folder.mkdir()
    for i in range(count):
        (folder / f"{i:05}.py").write_text(f"{texts[i % len(texts)]}\n# {i}\n", encoding="utf-8")
    written = find(str(folder.with_name("some.toml")))
    return Run(finding.find([folder]), parse(written), written, isolation("required"), Here(2))


def _marked(top: Path) -> list[str]:
    """The marks of a few submissions, with what a search found."""
    run = _class(top / "few", list(islice(handed_in(), FEW)), FEW)
    with Journal(top / "journal") as journal:
        graded = search(run, grade(run, journal), journal)
        return [json.dumps(codec.encode(mark)) for mark in graded.mark.submissions]


def _written(top: Path, marks: list[str], count: int) -> Cost:
    """The command, for a class of so many of which all are marked."""
    folder, out = top / f"class{count}", top / f"out{count}"
    run = _class(folder, ["x = 1"], count)
    out.mkdir()
    with Journal(out / ".journal") as journal:
        journal.add_all(
            (
                digests.of(run.key, entry.name, digests.content(items.content(entry.items))),
                _named(marks[i % FEW], entry.name),
            )
            for i, entry in enumerate(run.entries)
        )
    words = ["grade", str(folder), "--assignment", str(top / "some.toml"), "--out", str(out)]
    with (top / "said").open("w+", encoding="utf-8") as said:
        command = subprocess.Popen([sys.executable, "-m", "gradecheck", *words], stdout=said)
        _, status, used = os.wait4(command.pid, 0)
        command.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        if f"{count} reused" not in (told := said.read()):
            raise ValueError(told)
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def _named(mark: str, name: str) -> str:
    return json.dumps({**json.loads(mark), "submission": name})


if __name__ == "__main__":
    for name, figure in measure(tuple(map(int, sys.argv[1:])) or SIZES).items():
        print(f"{name}: {figure:.2f}")
