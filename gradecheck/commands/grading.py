"""grade: marks a class. regrade has the same steps."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradecheck.commands.clusters import on_cluster
from gradecheck.commands.common import BAR, PLACE, WRONG, Failed, Usage, output_folder
from gradecheck.commands.narrowing import (
    AssignmentOption,
    Narrowed,
    found_assignment,
    narrowing,
    parsed_assignment,
)
from gradecheck.commands.people import Names, Roster, people_of, rules
from gradecheck.commands.strangers import Cluster, Isolated, Jobs, Part, isolated, need_linux
from gradecheck.commands.teaching import standing_of
from gradecheck.machine.cores import cores

if TYPE_CHECKING:
    from gradecheck.grading.assignments.assignment import Assignment, Written
    from gradecheck.grading.classrun.journal import Journal
    from gradecheck.grading.classrun.run import Graded, Run
    from gradecheck.grading.jail.isolation import Wanted
    from gradecheck.grading.jail.process import Isolation
    from gradecheck.grading.people.reading import Rules

MOST_ROWS = 60  # students who are listed one by one on the terminal
INTERRUPTED = 130  # exit status of shells after Ctrl-C


@click.command(cls=Narrowed)
@click.argument("path", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@AssignmentOption
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the marks; not one with another assignment's.  [default: build/grades/ASSIGNMENT]",
)
@Roster
@Names
@Jobs
@Part
@Cluster
@Isolated
@narrowing
def grade(
    path: tuple[Path, ...],
    source: str | None,
    out: Path | None,
    roster: Path | None,
    names: str,
    jobs: int | None,
    shard: str | None,
    cluster: str | None,
    isolation: Wanted,
    said: Mapping[str, Any],
) -> None:
    """Mark the submissions at each PATH.

    A PATH is a .py, .ipynb or .zip file, a folder in which everything is a submission, or what a learning platform
    hands out, as a folder or as its zip. A submission that was marked before and has not changed is not marked again:
    after an interruption, the same command goes on.

    The exit status is 1 where a fault of ours kept a submission from being judged. It is 2 for a mistake in the
    command, which is found before any work.
    """
    need_linux()
    from gradecheck.commands.saving import Request, save, save_points
    from gradecheck.grading.classrun.written import JOURNAL
    from reports import class_summary, gradebook
    from reports.screen import paragraph

    written = found_assignment(source)
    asked = parsed_assignment(written, said)
    who = rules(asked, names, roster)
    if shard is not None:
        from gradecheck.commands.sharding import grade_part

        if cluster is not None:
            raise Usage(f"shard: {shard} is said beside --cluster, which hands out the class itself; leave one out")
        sys.exit(grade_part(path, out, shard, written, asked, who, jobs, isolation, said))
    place = out or PLACE / asked.name
    run = prepare_run(path, (place,), asked, written, isolation, jobs, said, who)
    standing = standing_of(place, run)
    folder = results_folder(place, asked)
    click.echo(paragraph(f"isolation: {run.isolation.line}", further="  "))
    if run.people.told:
        click.echo(paragraph(f"people: {run.people.told}", further="  "))
    for line in standing.replaced:
        click.echo(paragraph(f"marks: {line}", further="  "))
    if cluster is not None:
        run = on_cluster(run, cluster, jobs, isolation)
    with open_journal(folder / JOURNAL) as journal:
        graded = mark_class(run, journal)
        found = save_points(folder, run, graded, standing)
        if len(found) <= MOST_ROWS:
            click.echo(f"\n{gradebook.table(graded.mark, found).terminal()}")
        graded = search_class(run, journal, graded)
        saved = save(folder, run, graded, found, Request(path, (folder,), isolation, who, standing))
    click.echo(f"\n{class_summary.terminal(saved.summary)}")
    click.echo()
    click.echo(paragraph(f"written to {folder}: {', '.join(saved.names)}", further="  "))
    if saved.without:
        click.echo(paragraph(f"without pages: {saved.without}", further="  "))
    sys.exit(WRONG if graded.faults else 0)


# -- steps that grade and regrade share


def results_folder(folder: Path, asked: Assignment) -> Path:
    """The folder for this assignment's marks. Raises Usage where it holds those of another assignment."""
    from gradecheck.grading.classrun.written import held

    try:
        other = held(folder)
    except ValueError as error:
        raise Usage(f"out: {error}") from error
    if other not in (None, (asked.name, asked.title), (asked.name, asked.name)):
        name, title = other
        ours = f"{asked.title} ({asked.name})"
        was = f"the marks of {title} ({name}), but should be for those of {ours}; name another folder"
        raise Usage(f"out: {folder} holds {was}, or move that one away")
    return output_folder(folder)


def prepare_run(
    paths: Sequence[Path],
    leave: Sequence[Path],
    asked: Assignment,
    written: Written,
    wanted: Wanted | Isolation,
    jobs: int | None,
    said: Mapping[str, Any],
    who: Rules,
) -> Run:
    """All that a run needs. Raises Usage, with the reason, where it cannot begin.

    wanted: the isolation to be found; one that was in force elsewhere is not tried here.
    """
    from gradecheck.grading.classrun.markers import Here
    from gradecheck.grading.classrun.run import Run
    from gradecheck.packs import catalogues

    try:
        for pack in asked.packs:
            catalogues.check(pack)  # before any work: a mistake is looked up only where something is wrong
        jail = isolated(wanted, asked.packages) if isinstance(wanted, str) else wanted
        found = people_of(paths, leave, who, asked)
    except ValueError as error:
        raise Usage(str(error)) from error
    except OSError as error:
        raise Usage(f"path: {error.filename} cannot be read ({error.strerror})") from error
    if not found.entries:
        raise Usage(f"path: {', '.join(map(str, paths))} holds no submission; name a file or a folder of them")
    return Run(found.entries, asked, written, jail, Here(jobs or cores()), said, found.people)


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    """The journal of a run. An error while it is open becomes one line: what the journal has is kept."""
    from gradecheck.grading.classrun.pool import MarkerError

    try:
        with _opened(path) as journal:
            yield journal
    except MarkerError as error:
        raise Failed(str(error)) from error
    except OSError as error:
        raise Failed(f"{error}; what was marked is kept, and the same command goes on") from error
    except KeyboardInterrupt:
        click.echo("\nstopped; what was marked is kept, and the same command goes on", err=True)
        sys.exit(INTERRUPTED)


def _opened(path: Path) -> Journal:
    """The journal at a path. Raises Usage, with the reason, where there can be none."""
    from gradecheck.grading.classrun.journal import BusyError, ForeignError, Journal

    try:
        return Journal(path)
    except BusyError as error:
        raise Usage(f"out: another run writes to {path.parent}; wait for it, or name another folder") from error
    except (ForeignError, OSError) as error:
        why = f"cannot be opened ({error.strerror})" if isinstance(error, OSError) else "is no journal of a run"
        msg = f"out: {path} {why}, but should be one of yours, or not be there; move it away, or name another folder"
        raise Usage(msg) from error


def mark_class(run: Run, journal: Journal) -> Graded:
    """Mark, with a progress bar on a terminal."""
    from gradecheck.grading.bank.store import is_kept
    from gradecheck.grading.classrun.run import grade

    if not is_kept(run.assignment):
        click.echo("drawing cases and computing what is right, once for this assignment ...", err=True)
    return _with_bar(run, "marking", lambda ended: grade(run, journal, ended))


def search_class(run: Run, journal: Journal, graded: Graded) -> Graded:
    """Look for what makes wrong functions right, with another progress bar; the marks are there already."""
    from gradecheck.grading.classrun.searching import search

    return _with_bar(run, "repairs", lambda ended: search(run, graded, journal, ended))


def _with_bar(run: Run, label: str, work: Callable[[Callable[[str], None]], Graded]) -> Graded:
    """Do the work, which says the name of each submission that has ended."""
    from gradecheck.grading.submissions.names import printable

    with click.progressbar(
        length=len(run.entries),
        label=label,
        file=sys.stderr,
        width=BAR,
        hidden=not sys.stderr.isatty(),
        show_pos=True,
        item_show_func=lambda name: printable(name)[:30] if name else "",
    ) as bar:
        return work(lambda name: bar.update(1, name))
