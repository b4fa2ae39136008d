"""Results of another device held to bounds that are computed on the CPU: `python -m benchmarks.devices --device cuda`.

Operators and the formulas of examples/library, in float32. A matrix product in TF32 is shown as what it is: wrong for
float32, right for inputs of 11 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import click
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - as everyone calls it
from numpy.typing import NDArray
from tabulate import tabulate
from torch import Tensor

from benchmarks.inputs import normal
from examples.library.formulas import FORMULAS
from gradecheck import Bound, bound, gradient_bound

SEED = 3
Twin = Callable[..., Any]
Floats = NDArray[np.float32]

OPERATORS: dict[str, tuple[Twin, tuple[tuple[int, ...], ...]]] = {
    "exp": (torch.exp, ((65, 129),)),
    "log1p of x²": (lambda x: torch.log1p(x * x), ((65, 129),)),
    "tanh": (torch.tanh, ((65, 129),)),
    "sigmoid": (torch.sigmoid, ((65, 129),)),
    "gelu": (F.gelu, ((65, 129),)),
    "silu": (F.silu, ((65, 129),)),
    "sum": (lambda x: x.sum(1), ((65, 1029),)),
    "mean": (lambda x: x.mean(0), ((1029, 65),)),
    "variance": (lambda x: x.var(1), ((65, 129),)),
    "cumsum": (lambda x: x.cumsum(1), ((65, 129),)),
    "logsumexp": (lambda x: torch.logsumexp(x, 1), ((65, 129),)),
    "softmax": (lambda x: x.softmax(1), ((65, 129),)),
    "log_softmax": (lambda x: x.log_softmax(1), ((65, 129),)),
    "layer_norm": (lambda x, w, b: F.layer_norm(x, w.shape, w, b), ((65, 129), (129,), (129,))),
    "matmul": (torch.matmul, ((65, 257), (257, 129))),
    "bmm": (torch.bmm, ((4, 65, 129), (4, 129, 33))),
    "linear": (F.linear, ((65, 257), (129, 257), (129,))),
    "conv2d": (lambda x, w, b: F.conv2d(x, w, b, padding=1), ((4, 8, 17, 17), (16, 8, 3, 3), (16,))),
    "avg_pool2d": (lambda x: F.avg_pool2d(x, 3, 2), ((4, 8, 17, 17),)),
    "max_pool2d": (lambda x: F.max_pool2d(x, 3, 2), ((4, 8, 17, 17),)),
}
ELEVEN_BITS = 2.0**-10
"""What TF32 may lose of an input: it keeps 11 bits, and the rest is rounded or cut off."""

PRODUCTS: dict[str, tuple[Twin, tuple[tuple[int, ...], ...]]] = {
    "matmul": (torch.matmul, ((65, 257), (257, 129))),
    "conv2d": (lambda x, w: F.conv2d(x, w, padding=1), ((4, 8, 17, 17), (16, 8, 3, 3))),
}


@dataclass(frozen=True)
class Held:
    """worst: error / bound of the number that is farthest out, or closest to its bound."""

    name: str
    worst: float

    @property
    def verdict(self) -> str:
        return "agrees" if self.worst <= 1 else "wrong"


def held(device: str) -> list[Held]:
    """Operators and formulas that the device runs in float32; of some formulas the gradient as well."""
    rng = np.random.default_rng(SEED)
    cases: list[tuple[str, Twin, tuple[Any, ...]]] = [
        (name, twin, drawn(rng, shapes)) for name, (twin, shapes) in OPERATORS.items()
    ]
    cases += [(formula.name, formula.twin, normal(formula, 64, 64)) for formula in FORMULAS]
    with tf32(False):
        found = [Held(name, worst(on(device, twin)(*inputs), bound(twin, *inputs))) for name, twin, inputs in cases]
        for formula in (formula for formula in FORMULAS if formula.grad):
            inputs = normal(formula, 64, 64)
            dy = np.float32(rng.standard_normal((64, 64)))
            gradients = on(device, _gradient(formula.twin))(dy, *inputs)
            found.append(
                Held(
                    f"gradient of {formula.name}", worst(gradients, gradient_bound(formula.twin, *inputs, upstream=dy))
                )
            )
    return found


def _gradient(twin: Twin) -> Twin:
    def gradients(dy: Tensor, *inputs: Tensor) -> tuple[Tensor, ...]:
        inputs = tuple(x.requires_grad_() for x in inputs)
        return torch.autograd.grad(twin(*inputs), inputs, dy)

    return gradients


def held_in_tf32(device: str) -> list[Held]:
    """Products in TF32, held to what float32 rounds and to what inputs of 11 bits explain."""
    rng = np.random.default_rng(SEED)
    found = []
    with tf32(True):
        for name, (twin, shapes) in PRODUCTS.items():
            inputs = drawn(rng, shapes)
            results = on(device, twin if device.startswith("cuda") else emulated(twin))(*inputs)
            allowed = bound(twin, *inputs)
            found.append(Held(f"{name} in TF32, as float32", worst(results, allowed)))
            sizes = bound(twin, *map(np.abs, inputs)).values[0]
            wider = replace(allowed, tight=(allowed.tight[0] + ((1 + ELEVEN_BITS) ** 2 - 1) * sizes,))
            found.append(Held(f"{name} in TF32, as inputs of 11 bits", worst(results, wider)))
    return found


def worst(results: tuple[Floats, ...], allowed: Bound) -> float:
    """The largest error / bound; inf for another shape, or for a NaN where there should be a number."""
    ratios = [0.0]
    for found, value, tight in zip(results, allowed.values, allowed.tight, strict=True):
        if found.shape != value.shape:
            return np.inf
        error = np.abs(found.astype(np.float64) - value)
        with np.errstate(divide="ignore"):  # an exact number that is off
            ratio = np.divide(error, tight, out=np.zeros_like(tight), where=error != 0)
        ratios.append(float(np.max(np.where(np.isnan(error) & ~np.isnan(value), np.inf, ratio), initial=0.0)))
    return max(ratios)


def drawn(rng: np.random.Generator, shapes: tuple[tuple[int, ...], ...]) -> tuple[Floats, ...]:
    return tuple(np.asarray(rng.standard_normal(shape), np.float32) for shape in shapes)


def on(device: str, twin: Twin) -> Callable[..., tuple[Floats, ...]]:
    def run(*inputs: Any) -> tuple[Floats, ...]:
        found = twin(*(torch.from_numpy(x).to(device) if isinstance(x, np.ndarray) else x for x in inputs))
        return tuple(x.numpy(force=True) for x in (found if isinstance(found, tuple) else (found,)))

    return run


def emulated(twin: Twin) -> Twin:
    """TF32 on a device that has none: a float32 keeps 13 bits more than it."""

    def rounded(x: Tensor) -> Tensor:
        return ((x.view(torch.int32) + 2**12) & -(2**13)).view(torch.float32)

    return lambda *inputs: twin(*map(rounded, inputs))


@contextmanager
def tf32(allowed: bool) -> Iterator[None]:
    """Whether CUDA may take TF32 for products of float32."""
    backends = (torch.backends.cuda.matmul, torch.backends.cudnn.conv)  # type: ignore[attr-defined]
    before = [backend.fp32_precision for backend in backends]
    try:
        for backend in backends:
            backend.fp32_precision = "tf32" if allowed else "ieee"
        yield
    finally:
        for backend, precision in zip(backends, before, strict=True):
            backend.fp32_precision = precision


def why_not(device: str) -> str:
    """Why the device cannot be tried; "" where it can."""
    if device.startswith("cuda") and not torch.cuda.is_available():
        return f"{device}: torch {torch.__version__} finds no GPU here, so nothing was held"
    return ""


@click.command()
@click.option("--device", default="cuda", show_default=True, help="as torch names it; cpu tries the script itself")
def main(device: str) -> None:
    if reason := why_not(device):
        print(f"skipped: {reason}")
        return
    name = torch.cuda.get_device_name(device) if device.startswith("cuda") else device
    rows = [(found.name, found.worst, found.verdict) for found in (*held(device), *held_in_tf32(device))]
    print(tabulate(rows, (f"on {name}", "worst error / bound", "verdict"), floatfmt=".3g"))


if __name__ == "__main__":
    main()
