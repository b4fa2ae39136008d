"""The training runs on the digits as a section of the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from gradecheck.reporting.parts import Confusion, Part, Picture, Pictures, Section, Table, Text
from gradecheck.verifying.wording import number
from lectures.training import drawn
from lectures.training.digits import CLASSES
from lectures.training.records import Training

INTRO: Final = (
    "Scikit-learn's 1797 handwritten 8×8 digits, 360 of them held out. Both sides start from the same parameters and "
    "see the same batches."
)
MOST_EPOCHS: Final = 10


def section(found: Sequence[Training], implementation: str) -> Section | None:
    """Every run in a row, then the runs that differ only in their precision together; nothing without a run."""
    if not found:
        return None
    alike: dict[str, list[Training]] = {}
    for training in found:
        alike.setdefault(_title(training), []).append(training)
    together = [
        Section(
            title,
            tuple(_parts(own, title, implementation)),
            tuple(drawn.outcome(x.title, x.trajectory) for x in own),
            folded=i > 0,
        )
        for i, (title, own) in enumerate(alike.items())
    ]
    return Section("Real digits", (Text((INTRO,)), table(found), *together))


def _title(training: Training) -> str:
    return f"{training.title}, {drawn.settings(training.trajectory)}"


def table(found: Sequence[Training]) -> Table:
    """One row a run, with the accuracy of both sides on held-out rows."""
    headers = ("run", *drawn.headers(found[0].trajectory), *drawn.ENDS, "accuracy", "torch's accuracy")
    rows = tuple(
        (
            *(x.title, *drawn.numbers(x.trajectory), *drawn.ends(x.trajectory)),
            *(f"{x.reading.accuracy:.2%}", f"{x.reading.reference_accuracy:.2%}"),
        )
        for x in found
    )
    return Table("Every training run on the digits", headers, rows)


def _parts(found: Sequence[Training], title: str, implementation: str) -> Iterator[Part]:
    runs = [x.trajectory for x in found]
    yield Text(tuple(map(drawn.sentence, runs)))
    unit = "step" if found[0].steps_an_epoch > 1 else "call of train"
    yield from drawn.over_steps(runs, implementation, unit, log=True)
    differ = ", ".join(f"{x.reading.differ or 'none'} in {x.trajectory.dtype}" for x in found)
    yield Text((f"Held-out digits that the two sides read differently: {differ}.",))
    dtype, reading = found[0].trajectory.dtype, found[0].reading
    network = f"{implementation}’s network"
    yield Confusion(
        f"Digits (rows) and what {network} reads (columns), {dtype}: {title}",
        "digit",
        tuple(map(str, range(CLASSES))),
        reading.confusion,
    )
    if reading.misread:
        misread = tuple(
            Picture(m.pixels, f"a {m.label}, read as {m.implementation}", f"by torch as {m.reference}")
            for m in reading.misread
        )
        yield Pictures("The first digits that are misread", misread)
    yield from (losses(x, f"{title}, {x.trajectory.dtype}: the loss by epoch") for x in found)


def losses(training: Training, caption: str) -> Table:
    """Both loss curves of one run, a row an epoch: the loss before its first step, lock-step and drift within it."""
    t, size = training.trajectory, training.steps_an_epoch
    rows = []
    for epoch in range(0, len(t.losses) // size, max(1, training.epochs // MOST_EPOCHS)):
        at, steps = epoch * size, slice(epoch * size, (epoch + 1) * size)
        rows.append(
            (
                str(epoch),
                number(t.losses[at], 12),
                number(t.reference_losses[at], 12),
                number(max(t.ratios[steps]), 3),
                number(max(t.drift[steps]), 2),
                number(max(t.envelope[steps]), 2),
            )
        )
    headers = ("epoch", "loss", "torch's loss", "worst error / bound", "drift", "envelope")
    return Table(caption, headers, tuple(rows), folded=True)
