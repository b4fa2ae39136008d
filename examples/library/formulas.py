"""The formulas of this folder with their twins: inputs drawn for them, their bounds, and the slips planted into them."""

import inspect
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from examples.library import adam, attention, cross_entropy, layer_norm, rms_norm, rotary, swiglu
from gradecheck.traced.bounds import bound, gradient_bound

SCALES = (1e-5, 1e-3, 1.0, 30.0)
"""Of an example: where ε counts, where nothing is extreme, and where exponentials are."""


@dataclass(frozen=True)
class Formula:
    """draw: inputs, from normal numbers by the letters of their axes, a scale and a generator.

    gradient: the function is the twin's gradient, and takes dy before the twin's own inputs.
    """

    function: Callable
    twin: Callable
    draw: Callable
    gradient: bool = False

    @property
    def name(self):
        return self.function.__name__

    def drawn(self, rng, lengths=None, scale=None):
        """Inputs in float32."""
        lengths = lengths or {letter: int(rng.integers(1, 10)) for letter in "ndhmcef"}
        scale = scale or rng.choice(SCALES)
        inputs = self.draw(lambda axes: rng.standard_normal([lengths[axis] for axis in axes]), scale, rng)
        return tuple(np.float32(x) if isinstance(x, np.ndarray) and x.dtype == np.float64 else x for x in inputs)

    def bound(self, inputs, precision=torch.float32):
        """What rounding explains on these inputs, which are rounded to the precision first."""
        inputs = tuple(torch.from_numpy(x).to(precision) if floats(x) else x for x in inputs)
        return gradient_bound(self.twin, *inputs[1:], upstream=inputs[0]) if self.gradient else bound(self.twin, *inputs)

    def by_torch(self, inputs, precision=torch.float32, device="cpu"):
        """The twin's own results, on a device."""
        tensors = [torch.from_numpy(x).to(device, precision) if floats(x) else x for x in inputs]
        tensors = [torch.from_numpy(x).to(device) if isinstance(x, np.ndarray) else x for x in tensors]
        if not self.gradient:
            return results(self.twin(*tensors))
        dy, *tensors = tensors
        return results(torch.autograd.grad(self.twin(*(x.requires_grad_() for x in tensors)), tensors, dy))

    def slips(self):
        """What the slip is -> the function with it."""
        source = inspect.getsource(self.function)
        table = tomllib.loads(Path(__file__).with_name("slips.toml").read_text(encoding="utf-8"))
        return {what: self._planted(source, *texts) for what, texts in table[self.name].items()}

    def _planted(self, source, right, wrong):
        if source.count(right) != 1:
            raise ValueError(f"slips.toml: {self.name} has {right!r} {source.count(right)} times, but should once")
        names = dict(self.function.__globals__)
        exec(source.replace(right, wrong), names)
        return names[self.name]


def results(found):
    """Tensors as arrays: float32 holds the numbers of a half precision."""
    return tuple(x.float().numpy(force=True) for x in (found if isinstance(found, tuple) else (found,)))


def floats(x):
    return isinstance(x, np.ndarray) and x.dtype == np.float32


def worst(function, inputs, allowed):
    """The largest error / bound of all numbers; inf where the function fails, or returns another shape or NaN."""
    try:
        with np.errstate(all="ignore"):
            found = function(*inputs)
    except ArithmeticError:
        return np.inf
    found = found if isinstance(found, tuple) else (found,)
    return max(_ratio(*each) for each in zip(found, allowed.values, allowed.tight, strict=True))


def _ratio(found, value, tight):
    if np.shape(found) != np.shape(value):
        return np.inf
    error = np.abs(np.float64(found) - value)
    same = (error == 0) | (found == value)  # inf and inf
    ratio = np.divide(error, tight, where=~same, out=np.zeros_like(tight))
    return float(np.max(np.where(np.isnan(ratio) & np.isfinite(tight), np.inf, ratio), initial=0.0))


# -- what is drawn


def _cross_entropy(normal, scale, rng):
    z = scale * normal("nc")
    return z, rng.integers(z.shape[1], size=len(z))


def _adam_step(normal, scale, rng):
    """A first step, whose corrections are large; numbers of all sizes beside gradients of all sizes."""
    g, m, v = (scale * normal("nd") for _ in range(3))
    return rng.choice(SCALES) * normal("nd"), g, m, v * v, int(rng.integers(1, 9))


FORMULAS = (
    Formula(rms_norm.rms_norm, rms_norm.twin, lambda normal, scale, rng: (scale * normal("nd"), normal("d"))),
    Formula(
        rms_norm.rms_norm_backward,
        rms_norm.twin,
        lambda normal, scale, rng: (normal("nd"), scale * normal("nd"), normal("d")),
        gradient=True,
    ),
    Formula(
        swiglu.swiglu,
        swiglu.twin,
        lambda normal, scale, rng: (scale * normal("nd"), normal("hd"), normal("hd"), normal("dh")),
    ),
    Formula(
        rotary.rotary,
        rotary.twin,
        lambda normal, scale, rng: (scale * np.concatenate([normal("nf"), normal("nf")], axis=1),),
    ),
    Formula(cross_entropy.cross_entropy, cross_entropy.twin, _cross_entropy),
    Formula(
        attention.attention,
        attention.twin,
        lambda normal, scale, rng: (scale * normal("nd"), normal("md"), normal("me")),
    ),
    Formula(
        layer_norm.layer_norm_backward,
        layer_norm.twin,
        lambda normal, scale, rng: (normal("nd"), scale * normal("nd"), normal("d"), normal("d")),
        gradient=True,
    ),
    Formula(adam.adam_step, adam.twin, _adam_step),
)
