"""Options and first steps of the commands that run strangers' code."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

import click

from gradecheck.commands.common import Usage

if TYPE_CHECKING:
    from gradecheck.grading.jail.isolation import Wanted
    from gradecheck.grading.jail.process import Isolation

Jobs = click.option("--jobs", type=click.IntRange(1), help="Submissions to mark at a time.  [default: one a core]")
Part = click.option("--shard", metavar="K/N", help="Mark every N-th submission from the K-th on, for gradecheck merge.")
Cluster = click.option(
    "--cluster",
    metavar="WHERE",
    help="Mark on dask workers: local, the address of a scheduler, or its file; needs the extra cluster.",
)
Isolated = click.option(
    "--isolation",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "required", "none"]),
    help="auto: the strongest that works. required: by bubblewrap or Landlock, or not at all. none: limits alone.",
)


def need_linux() -> None:
    """Raises Usage where strangers' code cannot be run, before an import fails for the same reason."""
    lacking = [name for name in ("fcntl", "resource") if find_spec(name) is None]
    lacking += [f"os.{name}" for name in ("memfd_create", "pidfd_open") if not hasattr(os, name)]
    if lacking:
        raise Usage(
            f"marking: this system lacks {', '.join(lacking)}, but should be Linux, which ends and confines what "
            "strangers' code starts; on Windows use WSL, elsewhere a virtual machine"
        )


def isolated(wanted: Wanted, packages: Sequence[str]) -> Isolation:
    """The isolation in force, found before any work."""
    from gradecheck.grading.jail.isolation import isolation
    from gradecheck.grading.jail.process import JailError

    try:
        return isolation(wanted, packages)
    except JailError as error:
        raise Usage(str(error)) from error
