"""One operator against the derived bound, on torch's own sample inputs: is it bounded, sound and tight?"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np
import torch
from numpy.typing import NDArray

from gradecheck.operators.findings import DIRECTIONS, JUDGED, PRECISIONS, Direction, Held, Operator, Outcome, Tolerance
from gradecheck.operators.kinds import kind, randomness
from gradecheck.operators.samples import OPERATORS, Sample, Tensors, samples, seeded
from gradecheck.operators.slips import planted
from gradecheck.operators.tolerances import own
from gradecheck.operators.witness import long_double
from gradecheck.traced.bounds import Bound, bound, gradient_bound
from gradecheck.traced.errors import NoNumbers, Random, Unbounded, Unruled
from gradecheck.traced.tracing import HALF, NothingRandom

Numbers = NDArray[Any]

MOST: Final = 32
"""Samples of an operator that are held in each direction and precision, spread over all that torch has."""


class RefusedError(Exception):
    """Why a sample has no numbers that could be held."""


def hold(name: str, seed: int, most: int = MOST, slips: bool = True) -> Operator:
    """Everything about one operator; its samples and cotangents come from the seed."""
    started = time.monotonic()
    operator = OPERATORS[name]
    said = kind(operator)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        random = randomness(operator) or _drawn(operator, seed)
        if random:
            return Operator(name, said, random=random)
        try:
            held = tuple(_held(operator, d, p, seed, most) for d in DIRECTIONS for p in PRECISIONS)
        except Random:
            return Operator(name, said, random="draws random numbers")
        sound = next((h for h in held if (h.direction, h.precision) == ("forward", "float32")), None)
        found = planted(operator, seed) if slips and sound is not None and sound.outcome == "bounded" else ()
    return Operator(name, said, held, found, seconds=time.monotonic() - started)


def _drawn(operator: Any, seed: int) -> str:
    """Whether two calls on the same inputs always differ."""
    differ = ""
    if not operator.supports_dtype(torch.float32, "cpu"):
        return ""
    try:
        for number, sample in enumerate(samples(operator, torch.float32, False, seed)):
            if number == 3:
                break
            twin, tensors = sample.twin(sample.numbers), sample.tensors(sample.numbers)
            results = []
            for again in range(2):
                seeded(seed + again)
                results.append(twin(*tensors))
            if all(torch.equal(a.nan_to_num(), b.nan_to_num()) for a, b in zip(*results, strict=True)):
                return ""
            differ = "draws random numbers"
    except Exception:  # what it cannot do is found, and said, where it is held
        return ""
    return differ


@dataclass
class _Tally:
    """What the samples so far said."""

    whys: dict[str, Outcome] = field(default_factory=dict)
    ratios: list[Numbers] = field(default_factory=list)
    wider: list[Numbers] = field(default_factory=list)
    worst: float = 0.0
    samples: int = 0
    of: int = 0
    numbers: int = 0
    judged: int = 0
    witness: set[str] = field(default_factory=set)

    def take(self, taken: _Compared, tolerance: Tolerance) -> None:
        judged = np.isfinite(taken.radius)
        self.numbers += taken.radius.size
        self.judged += int(judged.sum())
        self.witness.add(taken.witness)
        radius, off, size = taken.radius[judged], taken.off[judged], np.abs(taken.truth[judged])
        with np.errstate(all="ignore"):
            ratio = np.where(off == 0, 0.0, off / radius)
            self.worst = max(self.worst, float(np.max(ratio, initial=0.0)))
            told = radius > 0
            self.ratios.append(ratio[told])
            if taken.witness:
                self.wider.append((tolerance.absolute + tolerance.relative * size[told]) / (2 * radius[told]))

    def held(self, direction: Direction, precision: str, tolerance: Tolerance) -> Held:
        outcome = self._outcome()
        why = "; ".join(why for why, of in self.whys.items() if of == outcome)
        return Held(
            direction,
            precision,
            outcome,
            why,
            self.samples,
            self.of,
            self.numbers,
            self.judged,
            self.worst,
            _median(self.ratios),
            "float64" if "float64" in self.witness else ", ".join(sorted(self.witness - {""})),
            tolerance,
            _median(self.wider),
        )

    def _outcome(self) -> Outcome:
        if self.worst > 1:
            return "unsound"
        for outcome in ("failed", "unruled", "refused"):
            if outcome in self.whys.values():
                return outcome
        if self.numbers == 0:
            return "nothing"
        return "bounded" if self.judged > JUDGED * self.numbers else "vacuous"


def _median(parts: list[Numbers]) -> float:
    values = np.concatenate([np.zeros(0), *parts])
    return float(np.median(values)) if values.size else 0.0


@dataclass(frozen=True)
class _Compared:
    """All results of a sample in one row: how far torch is from the truth, the radius, and who told the truth."""

    off: Numbers
    radius: Numbers
    truth: Numbers
    witness: str


def _held(operator: Any, direction: Direction, precision: str, seed: int, most: int) -> Held:
    dtype = getattr(torch, precision)
    gradient = direction == "gradient"
    tally, tolerance = _Tally(), own(operator, direction, precision)
    if not operator.supports_dtype(dtype, "cpu") or (gradient and not _differentiates(operator, dtype)):
        return Held(direction, precision, "nothing", f"torch has no {precision} {direction}")
    try:
        every = list(samples(operator, dtype, gradient, seed))
    except Exception as error:
        return Held(direction, precision, "failed", f"no samples: {_said(error)}")
    tally.of = len(every)
    random = 0
    for number, sample in enumerate(every[:: -(-len(every) // most)] if every else ()):
        try:
            found = list((_gradient if gradient else _forward)(sample, seed + number))
            tally.samples += bool(found)
            for compared in found:
                tally.take(compared, tolerance)
        except Unruled as error:
            tally.whys.setdefault(error.operator, "unruled")
        except NoNumbers:
            continue
        except Random:
            random += 1
        except (RefusedError, Unbounded) as error:
            tally.whys.setdefault(str(error), "refused")
        except Exception as error:
            tally.whys.setdefault(_said(error), "failed")
    if random and not tally.samples and not tally.whys:
        raise Random(operator.name)
    return tally.held(direction, precision, tolerance)


def _differentiates(operator: Any, dtype: torch.dtype) -> bool:
    return bool(operator.supports_autograd and dtype in operator.supported_backward_dtypes("cpu"))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0][:160] if str(error).strip() else ''}"


def _forward(sample: Sample, seed: int) -> Iterator[_Compared]:
    _dense(sample)
    twin, tensors = sample.twin(sample.numbers), sample.tensors(sample.numbers)
    seeded(seed)
    results = _plain(twin, tensors)
    if not any(result.numel() for result in results):
        return
    found = bound(twin, *tensors)
    truth, witness = _truth(sample, results, seed)
    yield from _compare(results, found, truth, witness)


def _gradient(sample: Sample, seed: int) -> Iterator[_Compared]:
    _dense(sample)
    places = sample.differentiable
    if not places:
        return
    tensors = sample.tensors(places)
    seeded(seed)
    leaves = tuple(tensor.clone().requires_grad_() for tensor in tensors)
    results = _plain(sample.twin(places), leaves)
    keep = tuple(i for i, result in enumerate(results) if result.requires_grad and result.numel())
    if not keep:
        return
    twin = sample.twin(places, keep)
    generator = torch.Generator().manual_seed(seed)
    upstream = tuple(
        torch.randn(results[i].shape, generator=generator, dtype=torch.float64).to(results[i].dtype) for i in keep
    )
    actual = _gradients(twin, leaves, upstream)
    if not any(gradient.numel() for gradient in actual):
        return
    constants = list(sample.tensors([place for place in sample.numbers if place not in places]))
    found = gradient_bound(twin, *tensors, upstream=upstream, constants=constants)
    truth: tuple[Numbers, ...] | None = None
    if sample.precision != torch.float64:
        raised = sample.raised()
        exact = tuple(tensor.requires_grad_() for tensor in raised.tensors(places))
        truth = _arrays(_gradients(raised.twin(places, keep), exact, tuple(u.double() for u in upstream)))
    yield from _compare(actual, found, truth, "float64" if truth else "")


def _dense(sample: Sample) -> None:
    for i in sample.numbers:
        if sample.leaves[i].layout != torch.strided:
            raise RefusedError(f"an input of layout {sample.leaves[i].layout}")


def _plain(twin: Callable[..., Tensors], tensors: Tensors) -> Tensors:
    """Run by torch; raises errors.Random where that draws numbers, though torch's own declaration may fix the seed."""
    try:
        with NothingRandom():  # type: ignore[no-untyped-call]
            results = twin(*tensors)
    except Random:
        raise
    except Exception as error:
        raise RefusedError(f"torch itself cannot run it on copies of the inputs ({_said(error)})") from error
    for tensor in results:
        if tensor.layout != torch.strided:
            raise RefusedError(f"a result of layout {tensor.layout}")
    return results


def _gradients(twin: Callable[..., Tensors], leaves: Tensors, upstream: Tensors) -> Tensors:
    found = torch.autograd.grad(twin(*leaves), leaves, upstream, allow_unused=True)
    return tuple(
        torch.zeros_like(leaf) if cast(Any, gradient) is None else gradient
        for leaf, gradient in zip(leaves, found, strict=True)
    )


def _arrays(tensors: Tensors) -> tuple[Numbers, ...]:
    """Half precisions in float32, which holds their numbers."""
    return tuple((x.float() if x.dtype in HALF else x).numpy(force=True) for x in tensors)


def _truth(sample: Sample, results: Tensors, seed: int) -> tuple[tuple[Numbers, ...] | None, str]:
    """The float64 of torch for float32; NumPy's long double for float64 where torch's own reference computes in it."""
    seeded(seed)
    if sample.precision == torch.float64:
        truth = long_double(sample, results)
        return truth, "long double" if truth else ""
    raised = sample.raised()
    return _arrays(raised.twin(raised.numbers)(*raised.tensors(raised.numbers))), "float64"


def _compare(results: Tensors, found: Bound, truth: tuple[Numbers, ...] | None, witness: str) -> Iterator[_Compared]:
    """torch's kernel and the trace's own midpoints, each against the truth.

    Without a truth both stand for one: they may be apart by two radii, and half of that is what counts.
    """
    actual = _arrays(results)
    if tuple(a.shape for a in actual) != tuple(v.shape for v in found.values):
        was, should = [v.shape for v in found.values], [a.shape for a in actual]
        raise ValueError(f"the trace returned shapes {was}, but torch {should}")
    for number, (a, v) in enumerate(zip(actual, found.values, strict=True)):
        radius = np.ravel(found.tight[number]) / 2
        if truth is None:
            off = _off(a, v) / 2
            yield _Compared(np.ravel(off), radius, np.ravel(a), "")
        else:
            t = truth[number]
            off = np.maximum(_off(a, t), _off(v, t))
            yield _Compared(np.ravel(off), radius, np.ravel(t).astype(np.float64), witness)


def _off(a: Numbers, b: Numbers) -> Numbers:
    """|a - b|; 0 where both are the same infinity or NaN, infinite where one is and the other is not."""
    wide = np.promote_types(b.dtype, np.float64)
    with np.errstate(all="ignore"):
        x, y = a.astype(wide), b.astype(wide)
        same = (x == y) | (np.isnan(x) & np.isnan(y))
        off = np.where(same, 0.0, np.abs(x - y)).astype(np.float64)
    return np.where(np.isnan(off), math.inf, off)
