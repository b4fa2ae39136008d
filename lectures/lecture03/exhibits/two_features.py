"""The runs on two features as a section of the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gradecheck.reporting.parts import Line, Lines, Outcome, Part, Regions, Section, Style, Table, Text
from lectures.lecture03.exhibits import drawn
from lectures.lecture03.exhibits.records import Trajectory

STYLES: Final[tuple[Style, ...]] = ("solid", "dashed", "dash-dotted", "dotted")


def section(runs: Sequence[Trajectory], implementation: str) -> Section | None:
    """Every run in a row, then all precisions of a learning rate and momentum together; nothing without a run."""
    if not runs:
        return None
    intro = (
        "A network of 2, 8 and 2 units with tanh learns two interleaved half circles by softmax cross entropy. In "
        "lock-step, both sides take each step from the same state, and the bound of that one step holds. The free runs "
        f"part by what rounding adds up to; the envelope is how far {implementation} parts from itself when every "
        "parameter is moved by a last bit at every step."
    )
    alike: dict[str, list[Trajectory]] = {}
    for run in runs:
        alike.setdefault(drawn.rates(run), []).append(run)
    together = [
        Section(title, tuple(_parts(own, implementation)), tuple(map(_outcome, own))) for title, own in alike.items()
    ]
    return Section("SGD and momentum", (Text((intro,)), table(runs), *together))


def table(runs: Sequence[Trajectory]) -> Table:
    """One row a run: the verdict in lock-step, the free run beside it."""
    headers = (*drawn.HEADERS, "first loss", *drawn.ENDS)
    rows = tuple((*drawn.numbers(t), drawn.loss(t.losses[0]), *drawn.ends(t)) for t in runs)
    return Table("Every run at the slides' learning rates", headers, rows)


def _outcome(run: Trajectory) -> Outcome:
    return drawn.outcome("two features", run)


def _parts(runs: Sequence[Trajectory], implementation: str) -> Iterator[Part]:
    yield Text(tuple(map(drawn.sentence, runs)))
    yield from drawn.over_steps(runs, implementation, "step", log=False)
    for run in runs:
        yield _apart(run)
    regions = [(run.dtype, run.region) for run in runs if run.region is not None]
    if not regions:
        return
    dtype, first = regions[0]  # the others look no different; the words count for all of them
    points = len(first.x) * len(first.y)
    differ = ", ".join(f"{region.differ} of {points} points in {dtype}" for dtype, region in regions)
    yield Regions(
        f"decisions, {dtype}: {implementation}'s regions filled, torch's border dashed. They differ in {differ}",
        "first feature",
        "second feature",
        first.x,
        first.y,
        first.margins,
        first.reference_margins,
        first.points,
        first.labels,
    )


def _apart(run: Trajectory) -> Lines:
    """How far each parameter is from the other side's, after each step."""
    names = [f"{x}{i + 1}" for i in range(len(run.network.activations)) for x in "Wb"]
    lines = [
        Line(name, y, colour=i % 4, style=STYLES[i % 4])
        for i, (name, y) in enumerate(zip(names, run.differences, strict=True))
    ]
    what = f"largest difference in each parameter, {run.dtype}; no difference is off the bottom"
    return Lines(what, "step", "difference", tuple(lines), log=True)
