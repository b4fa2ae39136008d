"""kit: what is given out to check or to mark elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradecheck.commands.common import Failed, Usage
from gradecheck.commands.narrowing import found_assignment, loaded_assignment, parsed_assignment

if TYPE_CHECKING:
    from gradecheck.grading.assignments.assignment import Assignment
    from gradecheck.grading.kits.contents import Files, Isolation

UNJAILED = (
    "isolation: none, as asked for: where this kit marks, a submission can read the bank, the results and the network"
)


@click.group()
def kit() -> None:
    """Write what students check with, or what a platform marks with."""


@kit.command()
@click.argument("source", metavar="ASSIGNMENT")
@click.argument("out", type=click.Path(path_type=Path))
def students(source: str, out: Path) -> None:
    """Write a folder for students, OUT: the starter as a file and as a notebook, and check.pyz.

    With check.pyz students check their own file. It needs Python 3.11 and NumPy alone, on any system. It tries other
    inputs than the marking, and shows no points.
    """
    from gradecheck.grading.kits.students import files

    _write(out, lambda: files(loaded_assignment(source)))


def _marking(command: Callable[[str, Path, Isolation], None]) -> click.Command:
    """The command that writes what a platform marks with."""
    for given in (
        click.option(
            "--isolation",
            default="required",
            show_default=True,
            type=click.Choice(["required", "none"]),
            help="required: the kit marks in a jail, or not at all. none: without one, if the platform allows none.",
        ),
        click.argument("out", type=click.Path(path_type=Path)),
        click.argument("source", metavar="ASSIGNMENT"),
    ):
        command = given(command)
    return kit.command()(command)


@_marking
def gradescope(source: str, out: Path, isolation: Isolation) -> None:
    """Write autograder.zip for Gradescope into the folder OUT.

    It holds the bank: a submission is marked without torch and without a network.
    """
    from gradecheck.grading.kits.platforms.gradescope import files

    _write_with_bank(lambda kit, asked: files(kit), source, out, isolation)


@_marking
def autolab(source: str, out: Path, isolation: Isolation) -> None:
    """Write autograde-Makefile and autograde.tar for Autolab into the folder OUT.

    They hold the bank: a submission is marked without torch and without a network.
    """
    from gradecheck.grading.kits.platforms.autolab import files

    _write_with_bank(files, source, out, isolation)


@_marking
def prairielearn(source: str, out: Path, isolation: Isolation) -> None:
    """Write the folder of a question for PrairieLearn, OUT.

    It holds the bank: a submission is marked without torch and without a network.
    """
    from gradecheck.grading.kits.platforms.prairielearn import files

    _write_with_bank(files, source, out, isolation)


@_marking
def classroom50(source: str, out: Path, isolation: Isolation) -> None:
    """Write autograder.py for Classroom 50, and what it needs, into the folder OUT.

    Anyone may read these files. So they hold other inputs than the marking, and no formula; what they give is a first
    mark. Mark with gradecheck grade what counts.
    """
    from gradecheck.grading.kits import contents
    from gradecheck.grading.kits.platforms.classroom50 import files

    _write(out, lambda: files(contents.public_files(loaded_assignment(source), isolation)), isolation)


def _write_with_bank(
    platform: Callable[[Files, Assignment], Files], source: str, out: Path, isolation: Isolation
) -> None:
    from gradecheck.grading.kits import contents

    def files() -> Files:
        written = found_assignment(source)
        asked = parsed_assignment(written, {})
        return platform(contents.files(written, asked, isolation), asked)

    _write(out, files, isolation)


def _write(out: Path, files: Callable[[], Files], isolation: Isolation = "required") -> None:
    """Write the files of a kit into a new folder, and say so."""
    from gradecheck.machine.files import check_new, write_new

    try:
        check_new(out)
        found = files()
    except ValueError as error:
        raise Usage(str(error)) from error
    try:
        write_new(out, found)
    except OSError as error:
        raise Failed(f"out: {out} cannot be written ({error.strerror}); nothing was") from error
    names = dict.fromkeys(name.partition("/")[0] + "/" * ("/" in name) for name in found)
    click.echo(f"written to {out}: {', '.join(names)}")
    if isolation == "none":
        click.echo(UNJAILED)
