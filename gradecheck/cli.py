"""The command line: parsing only. What takes long to import is imported where it is used."""

from __future__ import annotations

import click

import gradecheck
from gradecheck.commands.again import diff, regrade
from gradecheck.commands.grading import grade
from gradecheck.commands.reporting import report
from gradecheck.commands.student import assignment, check, starter
from gradecheck.commands.verifying import formulas, verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(gradecheck.__version__)
def main() -> None:
    """Hold the hand-written NumPy formulas of the lecture against torch, to the last rounding error."""


for command in (verify, report, formulas, grade, regrade, diff, check, starter, assignment):
    main.add_command(command)
