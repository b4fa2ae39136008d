"""regrade, diff: mark a class again, and compare two results."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradecheck.commands.common import WRONG, Usage
from gradecheck.commands.grading import mark_class, open_journal, prepare_run, results_folder, search_class
from gradecheck.commands.narrowing import found_assignment, parsed_assignment
from gradecheck.commands.people import with_deadline
from gradecheck.commands.recorded import Recorded, recorded
from gradecheck.commands.strangers import Jobs, need_linux
from gradecheck.commands.teaching import keep, standing_of

if TYPE_CHECKING:
    from gradecheck.grading.assignments.assignment import Assignment
    from gradecheck.grading.classrun.journal import Journal
    from gradecheck.grading.classrun.run import Graded


@click.command()
@click.argument("results", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write the new results to this folder.")
@click.option("--question", metavar="NAME", help="Mark only this one anew, and keep every other mark.")
@click.option("--assignment", "source", metavar="FILE", help="With --question: the assignment as it is now.")
@Jobs
def regrade(results: Path, out: Path | None, question: str | None, source: str | None, jobs: int | None) -> None:
    """Mark the same submissions again, and compare the results.

    RESULTS is a results.json, or its folder; it is not changed. The assignment, its seed and the paths of the
    submissions are those of the first time, and what the teacher changed stands. The exit status is 0 where the new
    results are the same to the last byte, else 1.
    """
    need_linux()
    from gradecheck.commands.saving import Request, save, save_points
    from gradecheck.grading.classrun import written
    from gradecheck.grading.classrun.diff import SCHEMA, compare, load
    from gradecheck.verifying.wording import counted
    from reports.class_summary import difference

    was = recorded(results)
    old, record = was.file, was.record
    if out is not None and os.path.abspath(out) == os.path.abspath(old.parent):
        raise Usage(f"out: {out} holds the old results, but should be another folder; they are not written over")
    if source is not None and question is None:
        raise Usage("assignment: another one is for --question, but none is named; gradecheck grade marks all by it")
    now = was.source if source is None else found_assignment(source)
    asked = was.asked if source is None else parsed_assignment(now, record.said)
    if question is not None:
        _check(question, was, asked, out)
    with tempfile.TemporaryDirectory() as place:
        wanted = out if out is not None else Path(place, "new")
        who = with_deadline(was.who, asked)
        run = prepare_run(was.paths, (*was.leave, wanted), asked, now, record.wanted, jobs, record.said, who)
        standing = standing_of(old.parent, run)
        new = results_folder(wanted, asked)
        keep(standing, old.parent, new)
        with open_journal((Path(place) if question is None else new) / written.JOURNAL) as journal:
            graded = mark_class(run, journal)
            if question is not None:
                _keep_others(question, was, graded, journal)
            graded = search_class(run, journal, graded)
            found = save_points(new, run, graded, standing)
            request = Request(was.paths, (*was.leave, wanted), record.wanted, who, standing, question or "")
            save(new, run, graded, found, request)
        count = counted(len(run.entries), "submission")
        again = f"{count} marked again" if question is None else f"{question} of {count} marked again"
        if written.same(old, new / old.name):
            click.echo(f"{again}: the results are the same to the last byte")
            sys.exit(0)
        click.echo(f"{again}: the results are not the same")
        if was.results["schema"] != SCHEMA:
            click.echo(f"  {old} is of schema {was.results['schema']}, and what is written now of schema {SCHEMA}")
        for line in written.changed_since(record, old, run, graded):
            click.echo(f"  {line}")
        click.echo(difference(compare(was.results, load(new))))
    sys.exit(WRONG)


def _check(question: str, was: Recorded, asked: Assignment, out: Path | None) -> None:
    """Raises Usage where the question cannot be marked alone."""
    from gradecheck.grading.classrun import one_question, written

    if not was.record.key:
        raise Usage(f"results: {was.file} is of an earlier version, but should be of this one; grade again")
    if out is not None and (out / written.JOURNAL).exists():
        raise Usage(f"out: {out} holds a run already, but should be a new folder")
    try:
        one_question.check(question, was.asked, asked)
    except ValueError as error:
        raise Usage(str(error)) from error


def _keep_others(question: str, was: Recorded, graded: Graded, journal: Journal) -> None:
    from gradecheck.grading.classrun import one_question, written

    with open_journal(was.file.parent / written.JOURNAL) as old:
        earlier = one_question.Earlier(old, was.record, one_question.judged(was.results))
        try:
            one_question.keep_others(graded, journal, question, earlier)
        except ValueError as error:
            raise Usage(str(error)) from error


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
