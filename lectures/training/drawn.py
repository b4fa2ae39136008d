"""What the training runs have in common on a report: their rows, their sentences, their plots over the steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gradecheck.reporting.parts import Line, Lines, Outcome
from gradecheck.verifying.wording import number
from lectures.training.records import Trajectory

ENDS = ("last loss", "torch's last loss", "drift", "envelope", "leaves it")


def headers(t: Trajectory) -> tuple[str, ...]:
    return ("dtype", *t.settings, "steps", "worst error / bound", "verdict")


def numbers(t: Trajectory) -> tuple[str, ...]:
    """The cells under `headers`."""
    return (t.dtype, *map(_said, t.settings.values()), str(len(t.ratios)), number(max(t.ratios), 3), str(t.verdict))


def _said(setting: float | str) -> str:
    return setting if isinstance(setting, str) else f"{setting:g}"


def loss(x: float) -> str:
    return number(x, 8)


def ends(t: Trajectory) -> tuple[str, ...]:
    """The cells under ENDS."""
    left = t.leaves_envelope_at
    return (
        loss(t.losses[-1]),
        loss(t.reference_losses[-1]),
        number(t.drift[-1], 2),
        number(t.envelope[-1], 2),
        "never" if left is None else f"step {left}",
    )


def settings(t: Trajectory) -> str:
    return ", ".join(f"{name} {_said(setting)}" for name, setting in t.settings.items())


def sentence(t: Trajectory) -> str:
    """One line: the verdict in lock-step, then the free run."""
    if t.wrong_at is not None and not t.verdict.passes:
        ratio = number(t.ratios[t.wrong_at], 3)
        return f"{t.dtype}: step {t.wrong_at} is off by {ratio} times its bound, but should be within it"
    left = t.leaves_envelope_at
    free = "stays inside its envelope" if left is None else f"leaves its envelope at step {left}"
    return f"{t.dtype}: all {len(t.ratios)} steps within their bounds; the free run {free}"


def outcome(what: str, t: Trajectory) -> Outcome:
    return Outcome(f"{what}, {settings(t)}, {t.dtype}", t.dtype, max(t.ratios), t.verdict)


def over_steps(runs: Sequence[Trajectory], implementation: str, unit: str, log: bool) -> Iterable[Lines]:
    """Loss, lock-step and drift of runs that differ only in their precision. log: how the loss is drawn."""
    first = runs[0]
    yield Lines(
        f"loss of both sides, {first.dtype}",
        unit,
        "loss",
        (
            Line(implementation, first.losses),
            Line("torch", first.reference_losses, colour=1, style="dashed", wide=True),
        ),
        log=log,
    )
    yield Lines(
        f"lock-step: error / bound of every {unit}",
        unit,
        "error / bound",
        tuple(Line(t.dtype, t.ratios, colour=i, style="points") for i, t in enumerate(runs)),
        log=True,
        limit=1,
    )
    drawn = [
        line
        for i, t in enumerate(runs)
        for line in (
            Line(f"drift, {t.dtype}", t.drift, colour=i),
            Line(f"envelope, {t.dtype}", t.envelope, colour=i, style="dotted"),
        )
    ]
    yield Lines("free run: drift, below its envelope", unit, "drift", tuple(drawn), log=True)
