"""grade --shard, merge: marks a class in parts, and puts the parts together."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradecheck.commands.common import PLACE, WRONG, Usage, output_folder
from gradecheck.commands.grading import mark_class, open_journal, prepare_run, results_folder, search_class
from gradecheck.commands.narrowing import parsed_assignment
from gradecheck.commands.people import with_deadline
from gradecheck.commands.strangers import need_linux
from gradecheck.commands.teaching import standing_of

if TYPE_CHECKING:
    from gradecheck.grading.assignments.assignment import Assignment, Written
    from gradecheck.grading.classrun.run import Run
    from gradecheck.grading.classrun.shards import Part, Shard
    from gradecheck.grading.jail.isolation import Wanted
    from gradecheck.grading.people.reading import Rules


def grade_part(
    paths: Sequence[Path],
    out: Path | None,
    said_part: str,
    written: Written,
    asked: Assignment,
    who: Rules,
    jobs: int | None,
    isolation: Wanted,
    said: Mapping[str, Any],
) -> int:
    """Mark one part of a class into a folder of its own; returns the exit status."""
    from gradecheck.commands.saving import Request, save_part
    from gradecheck.grading.classrun.shards import part
    from gradecheck.grading.classrun.written import JOURNAL
    from gradecheck.grading.teacher.change import Standing
    from gradecheck.verifying.wording import counted
    from reports.screen import paragraph

    try:
        own = part(said_part)
    except ValueError as error:
        raise Usage(str(error)) from error
    place = out or PLACE / f"{asked.name}.shards" / f"{own.number}-of-{own.count}"
    whole = prepare_run(paths, (place,), asked, written, isolation, jobs, said, who)
    run = replace(whole, entries=own.of(whole.entries))
    _check_free(place, own, asked)
    folder = output_folder(place)
    click.echo(paragraph(f"isolation: {run.isolation.line}", further="  "))
    with open_journal(folder / JOURNAL) as journal:
        graded = search_class(run, journal, mark_class(run, journal))
        save_part(folder, own, whole, graded, Request(paths, (folder,), isolation, who, Standing()))
    faults = f"; {graded.faults} not judged (a fault of ours)" * bool(graded.faults)
    count = f"{len(run.entries)} of {counted(len(whole.entries), 'submission')}"
    click.echo(paragraph(f"shard {own}: {count}, {graded.reused} reused from the journal{faults}", further="  "))
    click.echo(paragraph(f"written to {folder}; gradecheck merge puts all {own.count} together", further="  "))
    return WRONG if graded.faults else 0


def _check_free(folder: Path, part: Part, asked: Assignment) -> None:
    """Raises Usage where the folder holds another shard, or the results of a whole class."""
    from gradecheck.grading.classrun.shards import SHARD, read
    from gradecheck.grading.classrun.written import RESULTS

    was = "the results of a whole class" if (folder / RESULTS).is_file() else ""
    if (folder / SHARD).is_file():
        try:
            found = read(folder)
        except ValueError:
            return  # it is written anew
        if (found.part, found.record.assignment) != (part, asked.name):
            was = f"shard {found.part} of {found.record.assignment}"
    if was:
        raise Usage(f"out: {folder} holds {was}, but should be for shard {part} of {asked.name}; name another folder")


@click.command()
@click.argument("shards", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the marks; not one with another assignment's.  [default: build/grades/ASSIGNMENT]",
)
def merge(shards: tuple[Path, ...], out: Path | None) -> None:
    """Put the SHARDS of a class together.

    SHARDS are the folders of gradecheck grade --shard, all of them. The results are those of one run, to the last byte;
    nothing is marked. The exit status is 1 where a fault of ours kept a submission from being judged.
    """
    need_linux()
    from gradecheck.commands.saving import Request, save, save_points
    from gradecheck.grading.classrun.shards import check, read, together
    from gradecheck.grading.classrun.written import JOURNAL
    from reports import class_summary
    from reports.screen import paragraph

    try:
        found = [(folder, read(folder)) for folder in shards]
        check(found)
    except ValueError as error:
        raise Usage(str(error)) from error
    first = found[0][1]
    place = out or PLACE / first.record.assignment
    leave = (place, *map(Path, first.record.leave))
    run, who = _whole_class(first, leave)
    standing = standing_of(place, run)
    folder = results_folder(place, run.assignment)
    with ExitStack() as stack:
        journals = [stack.enter_context(open_journal(own / JOURNAL)) for own, _ in found]
        into = stack.enter_context(open_journal(folder / JOURNAL))
        try:
            graded = together(run, [shard for _, shard in found], journals, into)
        except ValueError as error:
            raise Usage(str(error)) from error
        rows = save_points(folder, run, graded, standing)
        paths = tuple(map(Path, first.record.paths))
        saved = save(folder, run, graded, rows, Request(paths, leave, first.record.wanted, who, standing))
    click.echo(class_summary.terminal(saved.summary))
    click.echo()
    click.echo(paragraph(f"written to {folder}: {', '.join(saved.names)}", further="  "))
    sys.exit(WRONG if graded.faults else 0)


def _whole_class(shard: Shard, leave: Sequence[Path]) -> tuple[Run, Rules]:
    """The run of which it is a part. Raises Usage where this is not the class or the gradecheck of then."""
    from gradecheck.grading.assignments.assignment import Written
    from gradecheck.grading.classrun.shards import check_here
    from gradecheck.grading.jail.process import Isolation
    from gradecheck.grading.people.reading import Rules

    record = shard.record
    paths = tuple(map(Path, record.paths))
    for path in paths:
        if not path.exists():
            raise Usage(f"path: {path} is not there any more, but should be where it was marked")
    written = Written(record.text, f"{record.assignment}.toml", record.folder, record.pack, record.beside)
    asked = parsed_assignment(written, record.said)
    who = with_deadline(Rules(record.names, record.roster, record.roster_file), asked)
    jail = Isolation(shard.mode, record.isolation)
    run = prepare_run(paths, leave, asked, written, jail, record.jobs, record.said, who)
    try:
        check_here(shard, run)
    except ValueError as error:
        raise Usage(str(error)) from error
    return run, who
