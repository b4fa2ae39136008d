"""How fast convolution in NumPy is beside torch on the CPU: forward and backward, in one run, on one thread."""

from statistics import median
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tabulate import tabulate
from torch.nn import functional

from benchmarks.training import SEED, Run, ratio, take_turns
from manual import beyond

IMAGES = (32, 8, 28, 28)
KERNELS = (16, 8, 3, 3)
NUMBERS = (1, 1, 1)
"""stride, padding, dilation"""

Array = NDArray[Any]


def measure(rounds: int = 31) -> dict[str, float]:
    """Name -> figure: medians over rounds in which the two take turns; a ratio above 1 is NumPy's win."""
    figures: dict[str, float] = {}
    for dtype in ("float64", "float32"):
        rng = np.random.default_rng(SEED)
        x, w, b = (rng.standard_normal(shape).astype(dtype) for shape in (IMAGES, KERNELS, KERNELS[:1]))
        grad = rng.standard_normal((len(x), len(w), *IMAGES[2:])).astype(dtype)
        seconds = take_turns({"numpy": _numpy(grad, x, w, b), "torch": _torch(grad, x, w, b)}, rounds, threads=1)
        figures |= {f"conv2d, {dtype}, {name}, ms": 1e3 * median(times) for name, times in seconds.items()}
        figures[f"conv2d, {dtype}, torch time / numpy time"] = ratio(seconds["torch"], seconds["numpy"])
    return figures


def _numpy(grad: Array, x: Array, w: Array, b: Array) -> Run:
    def run() -> object:
        return beyond.conv2d(x, w, b, *NUMBERS), beyond.conv2d_backward(grad, x, w, *NUMBERS)

    return run


def _torch(*arrays: Array) -> Run:
    """Eager: each call makes its graph, and autograd goes back through it."""
    grad, x, w, b = (torch.from_numpy(a) for a in arrays)
    leaves = [leaf.requires_grad_() for leaf in (x, w, b)]

    def run() -> object:
        y = functional.conv2d(x, w, b, *NUMBERS)
        return y, torch.autograd.grad(y, leaves, grad)

    return run


if __name__ == "__main__":
    print(tabulate(measure().items(), headers=["figure", "value"], floatfmt=".2f"))
