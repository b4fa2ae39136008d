"""regrade, diff: mark a class again, and compare two results."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click

from gradecheck.commands.common import WRONG, Usage
from gradecheck.commands.grading import mark_class, open_journal, prepare_run, results_folder, search_class
from gradecheck.commands.narrowing import parsed_assignment
from gradecheck.commands.strangers import Jobs, need_linux


@click.command()
@click.argument("results", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write the new results to this folder.")
@Jobs
def regrade(results: Path, out: Path | None, jobs: int | None) -> None:
    """Mark the same submissions again, and compare the results.

    RESULTS is a results.json, or its folder; it is not changed. The assignment, its seed and the paths of the
    submissions are those of the first time. The exit status is 0 where the new results are the same to the last byte,
    else 1.
    """
    need_linux()
    from gradecheck.commands.saving import Request, save, save_points
    from gradecheck.grading.assignments.assignment import Written
    from gradecheck.grading.classrun import written
    from gradecheck.grading.classrun.diff import compare, load, results_file
    from gradecheck.verifying.wording import counted
    from reports.class_summary import difference

    old = results_file(results)
    if out is not None and os.path.abspath(out) == os.path.abspath(old.parent):
        raise Usage(f"out: {out} holds the old results, but should be another folder; they are not written over")
    try:
        before, record = load(old), written.load_record(old)
    except ValueError as error:
        raise Usage(str(error)) from error
    paths, leave = [Path(p) for p in record.paths], [Path(p) for p in record.leave]
    for path in paths:
        if not path.exists():
            raise Usage(f"path: {path} is not there any more, but should be where it was marked")
    with tempfile.TemporaryDirectory() as place:
        source = Written(record.text, f"{record.assignment}.toml", record.folder, record.pack, record.beside)
        asked = parsed_assignment(source, record.said)
        new = results_folder(out if out is not None else Path(place, "new"), asked)
        run = prepare_run(paths, [*leave, new], asked, source, record.wanted, jobs, record.said)
        with open_journal(Path(place, written.JOURNAL)) as journal:
            graded = search_class(run, journal, mark_class(run, journal))
            save_points(new, run, graded)
            save(new, run, graded, Request(paths, leave, record.wanted), ())
        count = counted(len(run.entries), "submission")
        if written.same(old, new / old.name):
            click.echo(f"{count} marked again: the results are the same to the last byte")
            sys.exit(0)
        click.echo(f"{count} marked again: the results are not the same")
        for line in written.changed_since(record, old, run, graded):
            click.echo(f"  {line}")
        click.echo(difference(compare(before, load(new))))
    sys.exit(WRONG)


@click.command()
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
def diff(old: Path, new: Path) -> None:
    """List the grades that differ between two runs, and why.

    OLD and NEW are each a results.json, or its folder. The exit status is 0 where no grade changed, else 1.
    """
    from gradecheck.grading.classrun.diff import compare, load
    from reports.class_summary import difference

    try:
        found = compare(load(old), load(new))
    except ValueError as error:
        raise Usage(str(error)) from error
    click.echo(difference(found))
    sys.exit(WRONG if found.changes else 0)
