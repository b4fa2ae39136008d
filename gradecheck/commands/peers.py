"""`make peers`: compare published code with torch, print the tables, write build/peers.md and peers.json."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gradecheck.commands.common import Usage
from gradecheck.commands.narrowing import PackOption
from gradecheck.machine.files import writable_folder, write
from gradecheck.packs import registry
from gradecheck.peers.book import judge, meet
from gradecheck.reporting.environment import environment
from gradecheck.verifying.verify import Options
from reports import peers as pages


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folder", default="examples/peers", type=click.Path(exists=True, file_okay=False, path_type=Path))
@PackOption
@click.option("--out", default="build", show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--examples", default=100, show_default=True, type=click.IntRange(1), help="Inputs a row and column.")
@click.option("--seed", default=0, show_default=True, help="Seed of all random inputs.")
def main(folder: Path, pack: str | None, out: Path, examples: int, seed: int) -> None:
    """Compare published code, the files in FOLDER, with torch.

    The exit status is 1 where a disagreement is not explained, or where an explained one is gone.
    """
    try:
        target = writable_folder(out)
        held = meet(registry.find(pack), folder, Options(examples=examples, seed=seed))
        found = judge(held, environment(" ".join(sys.argv), seed))
    except ValueError as error:
        raise Usage(str(error)) from error
    write(target / "peers.md", pages.markdown(found))
    write(target / "peers.json", pages.document(found))
    click.echo(pages.text(found))
    click.echo(f"written to {target}: peers.md, peers.json")
    sys.exit(0 if found.passes else 1)
