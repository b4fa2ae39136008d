"""What several commands share."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, Any

import click

from gradecheck.machine.cores import THREADS

WRONG = 1
USAGE = 2
PLACE = Path("build", "grades")
"""Where the marks of each assignment go, unless a command is told otherwise."""
BAR = 18  # columns of a progress bar: in 80 columns there is room for a name beside it


class Failed(click.ClickException):
    """An error that ends a command, in one sentence."""

    def show(self, file: IO[Any] | None = None) -> None:
        from reports.screen import paragraph

        file = file or sys.stderr
        click.echo(paragraph(f"Error: {self.format_message()}", further="  ", file=file), file=file)


class Usage(Failed):
    """A mistake in the call itself."""

    exit_code = USAGE


def output_folder(path: Path, option: str = "out") -> Path:
    """The folder to write to, tried before any work."""
    from gradecheck.machine.files import writable_folder

    try:
        return writable_folder(path, option)
    except ValueError as error:
        raise Usage(str(error)) from error


def one_thread() -> None:
    """Let arithmetic use one thread, unless the environment says otherwise: on small arrays more threads only wait."""
    for variable in THREADS:
        os.environ.setdefault(variable, "1")


def command_line() -> str:
    return " ".join(["gradecheck", *sys.argv[1:]])
