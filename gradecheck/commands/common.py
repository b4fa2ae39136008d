"""What several commands share."""

from __future__ import annotations

import sys
from pathlib import Path

import click

WRONG = 1
USAGE = 2


class Usage(click.ClickException):
    """A mistake in the call itself, said in one line."""

    exit_code = USAGE


def output_folder(path: Path) -> Path:
    """The folder to write to, looked at before any work."""
    from gradecheck.files import writable_folder

    try:
        return writable_folder(path)
    except ValueError as error:
        raise Usage(str(error)) from error


def command_line() -> str:
    return " ".join(["gradecheck", *sys.argv[1:]])
