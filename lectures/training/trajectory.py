"""Training runs of two sides: a verdict in lock-step, and how far the free runs drift apart.

A free run is no oracle: at a high learning rate two right implementations part by any amount. So the verdict is
taken step by step, both sides starting from the same state, against the bound of that one step. The free run is
shown beside it, within an envelope of runs whose parameters were moved by a random last bit at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from gradecheck.numbers.compare import Verdict, errors, worst
from lectures.training.records import Array, State, Trajectory

Batch = tuple[Any, ...]
Step = Callable[[Batch, State], tuple[State, Any]]
"""From a state to the next one, and the loss before the step."""

PERTURBED_RUNS: Final = 8


class Bounds(Protocol):
    """How far apart two right steps may be, for each array of the state and for the loss; `loose` for naive forms."""

    @property
    def tight(self) -> Sequence[Array]: ...
    @property
    def loose(self) -> Sequence[Array]: ...


@dataclass(frozen=True)
class Sides:
    """One step of a run as each side takes it, and the bounds of a step from a state."""

    implementation: Step
    reference: Step
    bounds: Callable[[Batch, State], Bounds]


# -- lock-step


def _worst_ratio(ours: Sequence[Any], theirs: Sequence[Any], apart: Sequence[Array]) -> float:
    """Worst error / bound of the numbers that have a finite bound."""
    most = 0.0
    for mine, other, most_apart in zip(ours, theirs, apart, strict=True):
        if np.shape(mine) != np.shape(other):
            return float("inf")
        error = errors(np.asarray(mine), np.asarray(other))
        with np.errstate(all="ignore"):
            ratio = np.where(~np.isinf(most_apart) & (error > 0), error / most_apart, 0.0)
        most = max(most, float(np.max(ratio, initial=0.0)))
    return most


def _tells(state: State, moved: State, apart: Sequence[Array]) -> bool:
    """Whether the bound of some number is smaller than its step; where nothing moves, whether some bound is finite."""
    steps = [errors(now, before) for now, before in zip(moved, state, strict=True)]
    if any(step.any() for step in steps):
        return any(bool((most < step).any()) for most, step in zip(apart, steps, strict=False))
    return any(bool(np.isfinite(most).any()) for most in apart)


def lock_step(sides: Sides, state: State, batch: Batch, ours: tuple[State, Any]) -> tuple[float, Verdict]:
    """The implementation's step from that state held against the reference's step from the same state."""
    mine, theirs = ((*moved, value) for moved, value in (ours, sides.reference(batch, state)))
    bounds = sides.bounds(batch, state)
    ratio = _worst_ratio(mine, theirs, bounds.tight)
    if ratio <= 1:
        if not _tells(state, theirs[:-1], bounds.tight):
            return ratio, Verdict.VACUOUS
        return ratio, Verdict.AGREES if ratio else Verdict.EXACT
    less = _worst_ratio(mine, theirs, bounds.loose) <= 1
    return ratio, Verdict.LESS_ACCURATE if less else Verdict.WRONG


# -- the whole run


def _vector(arrays: State) -> Array:
    return np.concatenate([np.ravel(x) for x in arrays])


def _distances(vector: Array, others: Array) -> Array:
    """For each row of others, the largest difference of a parameter, over the largest parameter."""
    largest = float(np.abs(vector).max())
    if not largest:
        return np.zeros(len(others))
    apart: Array = np.abs(np.subtract(others, vector, dtype=np.float64)).max(axis=1)
    return apart / largest


class _Nudged:
    """Runs of the implementation whose parameters are moved by one last bit, up, down or not at all, at every step.

    All parameters of all runs lie in one array, a row a run: moving them one by one takes longer than the steps do.
    A 0 has no last bit and stays.
    """

    def __init__(self, parameters: State, kept: State, runs: int, rng: np.random.Generator) -> None:
        self.rng = rng
        self.rows = np.tile(_vector(parameters), (runs, 1))
        self.kept = [kept] * runs
        self.shapes = [x.shape for x in parameters]

    def step(self, step: Callable[[State], tuple[State, Any]]) -> None:
        for i, row in enumerate(self.rows):
            state, _ = step((*self._arrays(row), *self.kept[i]))
            self.rows[i], self.kept[i] = _vector(state[: len(self.shapes)]), state[len(self.shapes) :]
        # A float's neighbours are those of its bits as an integer, which is several times faster than nextafter.
        bits = self.rows.view(np.int64 if self.rows.itemsize == 8 else np.int32)
        way = self.rng.integers(-1, 2, bits.shape, dtype=np.int8)
        np.add(bits, way, out=bits, where=np.isfinite(self.rows) & (self.rows != 0))

    def _arrays(self, row: Array) -> State:
        ends = np.cumsum([int(np.prod(shape)) for shape in self.shapes])
        return tuple(part.reshape(shape) for part, shape in zip(np.split(row, ends[:-1]), self.shapes, strict=True))


def follow(
    sides: Sides,
    start: State,
    learnt: int,
    batches: Sequence[Batch],
    settings: Mapping[str, float | str],
    seed: int = 0,
    perturbed_runs: int = PERTURBED_RUNS,
) -> Trajectory:
    """Train both sides from the same state on the same batches. learnt: how many of its arrays are parameters.

    Raises ValueError where there is no batch: a run of no steps shows nothing.
    """
    if not batches:
        msg = "follow: batches is empty, but should hold one (A, T) a step; a run of no steps shows nothing"
        raise ValueError(msg)
    ours = theirs = start
    nudged = _Nudged(start[:learnt], start[learnt:], perturbed_runs, np.random.default_rng(seed))
    losses, reference_losses, ratios, verdicts, drift, differences = [], [], [], [], [], []
    envelope = [0.0]
    for batch in batches:
        next_ours, value = sides.implementation(batch, ours)
        ratio, verdict = lock_step(sides, ours, batch, (next_ours, value))
        theirs, reference_value = sides.reference(batch, theirs)
        ours = next_ours
        nudged.step(lambda state, batch=batch: sides.implementation(batch, state))  # type: ignore[misc]
        losses.append(float(np.ravel(value)[0]))
        reference_losses.append(float(np.ravel(reference_value)[0]))
        ratios.append(ratio)
        verdicts.append(verdict)
        vector = _vector(ours[:learnt])
        drift.append(float(_distances(vector, _vector(theirs[:learnt])[None])[0]))
        envelope.append(max(envelope[-1], float(_distances(vector, nudged.rows).max(initial=0.0))))
        both = zip(ours[:learnt], theirs[:learnt], strict=True)
        differences.append(tuple(float(np.max(np.abs(a - b), initial=0.0)) for a, b in both))
    return Trajectory(
        settings=settings,
        dtype=str(start[0].dtype),
        seed=seed,
        losses=tuple(losses),
        reference_losses=tuple(reference_losses),
        ratios=tuple(ratios),
        verdict=worst(verdicts),
        drift=tuple(drift),
        envelope=tuple(envelope[1:]),
        final=ours[:learnt],
        reference_final=theirs[:learnt],
        differences=tuple(zip(*differences, strict=True)),
    )
