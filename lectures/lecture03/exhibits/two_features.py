"""The runs on two features as a section of the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gradecheck.reporting.parts import Line, Lines, Outcome, Part, Regions, Section, Style, Table, Text
from lectures.lecture03.exhibits.records import OnTwoFeatures
from lectures.training import drawn

STYLES: Final[tuple[Style, ...]] = ("solid", "dashed", "dash-dotted", "dotted")


def section(runs: Sequence[OnTwoFeatures], implementation: str) -> Section | None:
    """Every run in a row, then all precisions of a learning rate and momentum together; nothing without a run."""
    if not runs:
        return None
    intro = (
        "A network of 2, 8 and 2 units with tanh learns two interleaved half circles by softmax cross entropy. In "
        "lock-step, both sides take each step from the same state, and the bound of that one step holds. The free runs "
        f"part by what rounding adds up to; the envelope is how far {implementation} parts from itself when every "
        "parameter is moved by a last bit at every step."
    )
    alike: dict[str, list[OnTwoFeatures]] = {}
    for run in runs:
        alike.setdefault(drawn.settings(run.trajectory), []).append(run)
    together = [
        Section(title, tuple(_parts(own, implementation)), tuple(map(_outcome, own))) for title, own in alike.items()
    ]
    return Section("SGD and momentum", (Text((intro,)), table(runs), *together))


def table(runs: Sequence[OnTwoFeatures]) -> Table:
    """One row a run: the verdict in lock-step, the free run beside it."""
    headers = (*drawn.headers(runs[0].trajectory), "first loss", *drawn.ENDS)
    found = [run.trajectory for run in runs]
    rows = tuple((*drawn.numbers(t), drawn.loss(t.losses[0]), *drawn.ends(t)) for t in found)
    return Table("Every run at the slides' learning rates", headers, rows)


def _outcome(run: OnTwoFeatures) -> Outcome:
    return drawn.outcome("two features", run.trajectory)


def _parts(runs: Sequence[OnTwoFeatures], implementation: str) -> Iterator[Part]:
    found = [run.trajectory for run in runs]
    yield Text(tuple(map(drawn.sentence, found)))
    yield from drawn.over_steps(found, implementation, "step", log=False)
    for run in runs:
        yield _apart(run)
    regions = [(run.trajectory.dtype, run.region) for run in runs]
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


def _apart(run: OnTwoFeatures) -> Lines:
    """How far each parameter is from the other side's, after each step."""
    names = [f"{x}{i + 1}" for i in range(run.layers) for x in "Wb"]
    lines = [
        Line(name, y, colour=i % 4, style=STYLES[i % 4])
        for i, (name, y) in enumerate(zip(names, run.trajectory.differences, strict=True))
    ]
    what = f"largest difference in each parameter, {run.trajectory.dtype}; no difference is off the bottom"
    return Lines(what, "step", "difference", tuple(lines), log=True)
