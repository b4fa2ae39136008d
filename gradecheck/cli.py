"""The command line: parsing only. Slow imports stand where they are used."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

import click

import gradecheck
from gradecheck.commands.again import diff, regrade
from gradecheck.commands.common import Usage
from gradecheck.commands.exporting import export
from gradecheck.commands.grading import grade
from gradecheck.commands.kits import kit
from gradecheck.commands.mark import mark
from gradecheck.commands.packs import new_pack, packs
from gradecheck.commands.reporting import report
from gradecheck.commands.sharding import merge
from gradecheck.commands.student import assignment, check, starter
from gradecheck.commands.verifying import formulas, verify


class Commands(click.Group):
    """The group of all commands."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Prints "?" for a character that the output's encoding lacks, and no colour where it is not wanted or seen."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
            kwargs.setdefault("color", False)
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Shows a PackError of any command as a sentence."""
        try:
            return super().invoke(ctx)
        except ValueError as error:
            from gradecheck.packs.pack import PackError

            if isinstance(error, PackError):
                raise Usage(str(error)) from error
            raise


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(gradecheck.__version__)
def main() -> None:
    """Compare formulas that are written by hand in NumPy with torch, and mark what students hand in."""


OF_FORMULAS = (verify, report, formulas, packs, new_pack)
OF_STUDENTS = (grade, merge, mark, regrade, diff, export, check, starter, assignment, kit)
for command in (*OF_FORMULAS, *OF_STUDENTS):
    main.add_command(command)
