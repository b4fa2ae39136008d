"""--cluster: who marks, where that is not this machine's own processes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from gradecheck.commands.common import Usage

if TYPE_CHECKING:
    from gradecheck.grading.classrun.run import Run
    from gradecheck.grading.jail.isolation import Wanted


def on_cluster(run: Run, cluster: str, jobs: int | None, wanted: Wanted) -> Run:
    """The same run on the workers of a cluster, which is left when the command ends.

    Raises Usage where there is none that can be used.
    """
    from gradecheck.grading.cluster.connecting import connected
    from gradecheck.grading.cluster.where import LOCAL
    from reports.screen import paragraph

    seen: set[str] = set()

    def told(line: str) -> None:
        if line in seen:  # a worker is looked at again before the search for repairs
            return
        seen.add(line)
        click.echo(paragraph(f"cluster: {line}", further="  "), err=True)

    if jobs is not None and cluster != LOCAL:
        raise Usage(f"jobs: {jobs} is said for {cluster}, but a cluster has the workers that it has; leave it out")
    here = run.markers.jobs
    try:
        found = click.get_current_context().with_resource(connected(cluster, here, wanted, told))
    except ValueError as error:
        raise Usage(str(error)) from error
    return replace(run, markers=found)
