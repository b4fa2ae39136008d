"""export: gives marks back to where the class came from."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gradecheck.commands.common import WRONG, Failed, Usage

TARGETS = (
    *("canvas", "moodle", "brightspace", "gradescope", "prairielearn"),
    *("autolab", "classroom50", "nbgrader", "csv", "xlsx"),
)


@click.command()
@click.argument("target", type=click.Choice(TARGETS))
@click.argument("results", type=click.Path(exists=True, path_type=Path))
@click.argument(
    "theirs", metavar="[THEIR_FILE]", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="What to write: a new file or folder.")
@click.option("--column", default="", help="The column for the marks, where it is not called as the assignment.")
@click.option("--feedback", is_flag=True, help="Write a zip of the students' pages, not the marks: canvas, moodle.")
def export(target: str, results: Path, theirs: Path | None, out: Path, column: str, feedback: bool) -> None:
    """Write the marks of a class as TARGET takes them back.

    RESULTS is a results.json, or its folder. THEIR_FILE is what the platform exports for this: a gradebook of Canvas or
    Brightspace, a grading worksheet of Moodle, the gradebook.db of nbgrader. It is not changed: OUT is the same, filled
    in.

    Who has no mark gets none, and is named. The exit status is 1 where a mark is not in OUT, and each is named; it is 2
    where nothing was written.
    """
    from gradecheck.grading.exporting.reading import read
    from gradecheck.grading.exporting.target import Request
    from gradecheck.grading.exporting.targets import TARGETS as FOUND
    from gradecheck.machine.files import check_new, write_new
    from reports.screen import paragraph

    asked = FOUND[target]
    make = asked.feedback if feedback else asked.make
    if make is None:
        raise Usage(f"--feedback: {target} takes no feedback files; leave it out")
    wanted = "" if feedback else asked.theirs
    if bool(wanted) != (theirs is not None):
        should = f"needs {wanted}; name it behind {results}" if wanted else f"takes no other file; leave out {theirs}"
        raise Usage(f"{target}: the export {should}")
    try:
        check_new(out)
        found = make(Request(read(results), theirs, column))
    except ValueError as error:
        said = str(error)
        raise Usage(said if said.startswith(("results: ", "out: ")) else f"{target}: {said}") from error
    try:
        write_new(out, found.content)
    except OSError as error:
        raise Failed(f"out: {out} cannot be written ({error.strerror}); nothing was") from error
    for line in (f"written to {out}", *found.said, *(f"not in it: {missed}" for missed in found.missed)):
        click.echo(paragraph(line, further="  "))
    sys.exit(WRONG if found.missed else 0)
