"""packs, new-pack: list the installed lectures, and write a folder to begin one with."""

from __future__ import annotations

from pathlib import Path

import click

from gradecheck.commands.common import Usage


@click.command()
def packs() -> None:
    """List the installed packs, the lectures that --pack knows."""
    from gradecheck.packs.registry import installed
    from reports.tables import Table

    rows = [(name, _told(name)) for name in installed()]
    click.echo(Table(("pack", "title, formulas, and where it stands"), rows).terminal())


def _told(name: str) -> str:
    """One line on the pack: its title, or why it cannot be used."""
    from gradecheck.packs.pack import PackError
    from gradecheck.packs.registry import find
    from gradecheck.verifying.check import ensure_bounds
    from gradecheck.verifying.wording import counted

    try:
        pack = find(name)
        ensure_bounds(pack.contracts.values())
    except PackError as error:
        return f"cannot be used: {error}"
    return f"{pack.title}\n{counted(len(pack.contracts), 'formula')}, in {pack.folder}"


@click.command("new-pack")
@click.argument("folder", type=click.Path(path_type=Path))
def new_pack(folder: Path) -> None:
    """Write a small pack into FOLDER, to begin a lecture.

    It has one formula, an assignment and tests, which pass. The pack is called like the folder.
    """
    from gradecheck.new_pack import problem, write

    if why := problem(folder):
        raise Usage(f"folder: {why}")
    try:
        names = write(folder)
    except OSError as error:
        why = f"{folder} cannot be written ({error.strerror})"
        raise Usage(f"folder: {why}, but should be a folder of yours; name another") from error
    click.echo(f"written to {folder}: {', '.join(names)}")
    click.echo(f"now try: gradecheck verify --pack {folder / folder.resolve().name}.py")
