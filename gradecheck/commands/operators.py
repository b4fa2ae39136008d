"""`make operators`: hold torch's own operator database against the derived bounds; build/operators.json and .md."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import click

from gradecheck.commands.common import Usage, one_thread, output_folder
from gradecheck.machine.cores import cores
from gradecheck.machine.files import write_together
from gradecheck.operators.findings import Operator
from reports import operators as pages


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1)
@click.option("--out", default="build", show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--seed", default=0, show_default=True, help="Seed of all samples and cotangents.")
@click.option("--quick", is_flag=True, help="A few operators of each kind.")
def main(names: tuple[str, ...], out: Path, seed: int, quick: bool) -> None:
    """Take the bound of every operator that torch tests itself, forward and gradient, and hold torch against it.

    NAMES: only these operators, as torch's database formats them.

    The exit status is 1 where an operator is outside its bound and that is not explained, or where an explained one
    is not.
    """
    if find_spec("expecttest") is None:
        raise Usage("operators: torch's database needs the package expecttest, but it is not installed; make operators")
    one_thread()
    folder = output_folder(out)
    from gradecheck.operators.run import run

    try:
        found = run(names, seed, quick, cores(), _tell)
    except ValueError as error:
        raise Usage(str(error)) from error
    write_together({folder / "operators.json": pages.document(found), folder / "operators.md": pages.markdown(found)})
    click.echo(pages.text(found))
    click.echo(f"written to {folder}: operators.json, operators.md")
    sys.exit(0 if found.passes else 1)


def _tell(operator: Operator) -> None:
    click.echo(f"  {pages.line(operator)}", err=True)
