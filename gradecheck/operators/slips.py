"""Slips planted into operators: who notices, the derived bound, torch's own tolerance, or assert_close's defaults?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from gradecheck.operators.findings import Planted, Tolerance
from gradecheck.operators.samples import Sample, Tensors, samples, seeded
from gradecheck.operators.tolerances import DEFAULTS, own
from gradecheck.traced.bounds import Bound, bound

Numbers = NDArray[Any]
Slip = Callable[[Sample], Tensors]

RIGHT: Final = "a right answer"
"""No slip: the float64 result rounded to float32. Whoever notices it blames a right answer."""
MOST: Final = 100_000
"""Numbers of a sample that slips are planted into."""


def _run(sample: Sample, tensors: Tensors) -> Tensors:
    return sample.twin(sample.numbers)(*tensors)


def _right(sample: Sample) -> Tensors:
    return _run(sample, sample.tensors(sample.numbers))


def _each(sample: Sample, change: Callable[[torch.Tensor], torch.Tensor]) -> Tensors:
    """The right results, each changed."""
    return tuple(change(result) for result in _right(sample))


def _input(sample: Sample, change: Callable[[torch.Tensor], torch.Tensor]) -> Tensors:
    """The results for another last input: divisor, weight or bias where there are several."""
    *others, last = sample.tensors(sample.numbers)
    return _run(sample, (*others, change(last)))


def _smallest(x: torch.Tensor, change: Callable[[torch.Tensor], torch.Tensor]) -> torch.Tensor:
    """x with its smallest number that is not 0 changed: the term that shows least."""
    flat = x.reshape(-1).clone()
    if not flat.numel():
        return x
    place = torch.where(flat == 0, torch.inf, flat.abs()).argmin()
    flat[place] = change(flat[place])
    return flat.reshape(x.shape)


def _another_axis(x: torch.Tensor) -> torch.Tensor:
    return x.transpose(-1, -2).reshape(x.shape) if x.dim() > 1 else x


def _shifted(x: torch.Tensor) -> torch.Tensor:
    """One element taken from the place beside it."""
    flat = x.reshape(-1).clone()
    if flat.numel() > 1:
        flat[0] = flat[1]
    return flat.reshape(x.shape)


SLIPS: Final[Mapping[str, Slip]] = {
    RIGHT: _right,
    "a factor: pi of six digits": lambda s: _each(s, lambda y: y * (3.14159 / math.pi)),
    "a sign: of the smallest term": lambda s: _input(s, lambda x: _smallest(x, torch.neg)),
    "another axis": lambda s: _input(s, _another_axis),
    "an eps of 1e-6": lambda s: _input(s, lambda x: x + 1e-6),
    "a dropped term: the smallest": lambda s: _input(s, lambda x: _smallest(x, torch.zeros_like)),
    "accumulation in float16": lambda s: _each(s, lambda y: y.half().to(y.dtype)),
    "one wrong element": lambda s: _each(s, _shifted),
}


def planted(operator: Any, seed: int) -> tuple[Planted, ...]:
    """Every slip that shows in the operator's first rich sample, in float32.

    A slip shows where its exact results, rounded to float32, are not the right ones.
    """
    sample = next(_rich(operator, seed), None)
    if sample is None:
        return ()
    seeded(seed)
    found = bound(sample.twin(sample.numbers), *sample.tensors(sample.numbers))
    expected = _arrays(_right(sample))
    exact = sample.raised()
    right = _arrays(_right(exact))
    tolerance = own(operator, "forward", "float32")
    rows = []
    for name, slip in SLIPS.items():
        try:
            wrong = _arrays(slip(exact))
        except (RuntimeError, ValueError, IndexError):  # this slip cannot be made in this operator
            continue
        if [x.shape for x in wrong] != [x.shape for x in right]:
            continue
        if name == RIGHT or any(_differ(w, r) for w, r in zip(wrong, right, strict=True)):
            actual = [w.astype(np.float32) for w in wrong]
            rows.append(
                Planted(
                    name,
                    _caught(actual, found),
                    _beyond(actual, expected, tolerance),
                    _beyond(actual, expected, DEFAULTS["float32"]),
                )
            )
    return tuple(rows)


def _rich(operator: Any, seed: int) -> Iterator[Sample]:
    """Samples with an input and a result of some numbers, all finite; those of the most numbers first."""
    found = []
    for sample in samples(operator, torch.float32, False, seed):
        tensors = sample.tensors(sample.numbers)
        if not tensors or not 1 < tensors[-1].numel() <= MOST:
            continue
        try:
            results = _right(sample)
        except Exception:  # where torch itself raises there is nothing to plant into
            continue
        size = sum(result.numel() for result in results)
        if 0 < size <= MOST and all(result.isfinite().all() and result.dtype == torch.float32 for result in results):
            found.append((size, sample))
    yield from (sample for _, sample in sorted(found, key=lambda pair: -pair[0]))


def _arrays(tensors: Tensors) -> list[Numbers]:
    return [tensor.numpy(force=True) for tensor in tensors]


def _differ(a: Numbers, b: Numbers) -> bool:
    with np.errstate(all="ignore"):
        return not np.array_equal(a.astype(np.float32), b.astype(np.float32), equal_nan=True)


def _caught(actual: list[Numbers], found: Bound) -> bool:
    with np.errstate(all="ignore"):
        return any(
            bool(np.any(~(np.abs(a.astype(np.float64) - v) <= t) & np.isfinite(t)))
            for a, v, t in zip(actual, found.values, found.tight, strict=True)
        )


def _beyond(actual: list[Numbers], expected: list[Numbers], tolerance: Tolerance) -> bool:
    with np.errstate(all="ignore"):
        return any(
            bool(np.any(~(np.abs(a.astype(np.float64) - e) <= tolerance.absolute + tolerance.relative * np.abs(e))))
            for a, e in zip(actual, expected, strict=True)
        )
