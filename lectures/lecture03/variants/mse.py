"""Right ways to write the mean squared error and its gradient."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import LESS, Function, Ways, elementwise, kahan, numbers, through_float64


def of_difference(f: Function) -> Function:
    """The loss by a formula of the difference, in one axis."""
    return lambda prediction, target: f((prediction - target).ravel())


by_dot = of_difference(lambda d: d @ d / d.size)


@of_difference
def by_running_mean(d: Any) -> Any:
    mean = d.dtype.type(0)
    for i, difference in enumerate(d, 1):
        mean += (difference * difference - mean) / i
    return mean


mse, mse_backward = Ways("mse"), Ways("mse_backward")

VARIANTS: Final = (
    mse.way("by-fsum", lambda y_hat, y: math.fsum((b - a) ** 2 for a, b in numbers(y_hat, y)) / y.size,
        "A loop over Python numbers, summed by math.fsum."),
    mse.way("by-loop", of_difference(lambda d: sum(d * d, d.dtype.type(0)) / d.size),
        "Summed one by one in the dtype of the input."),
    mse.way("from-behind", of_difference(lambda d: sum((d * d)[::-1], d.dtype.type(0)) / d.size),
        "Summed one by one from the last element."),
    mse.way("by-kahan", of_difference(lambda d: kahan(d * d, d.dtype.type(0)) / d.size),
        "Summed with Kahan's correction."),
    mse.way("by-dot", by_dot, "The inner product of the differences with themselves."),
    mse.way("by-einsum", lambda y_hat, y: np.einsum("...,...->...", y_hat - y, y_hat - y).mean(),
        "Squares by np.einsum."),
    mse.way("by-norm", of_difference(lambda d: np.linalg.norm(d) ** 2 / d.size), "The square of the Euclidean norm."),
    mse.way("expanded", lambda y_hat, y: np.mean(y_hat**2 - 2 * y_hat * y + y**2),
        "ŷ² - 2ŷy + y², which cancels where ŷ is close to y.", LESS),
    mse.way("by-running-mean", by_running_mean, "One pass with a running mean."),
    mse.way("divided-first", lambda y_hat, y: np.sum((y_hat - y) ** 2 / y.size),
        "Each square divided by n before the sum."),
    mse.way("in-float64", lambda y_hat, y: np.mean((y_hat - y) ** 2, dtype=np.float64),
        "A loss in float64, whatever the arguments are."),
    mse.way("through-float64", through_float64(by_dot), "float32 accumulated in float64."),
    mse_backward.way("expanded", lambda y_hat, y: 2 / y.size * y_hat - 2 / y.size * y,
        "2/n ŷ - 2/n y, which cancels where ŷ is close to y.", LESS),
    mse_backward.way("divided-by-half-n", lambda y_hat, y: -(y - y_hat) / (y.size / 2), "-(y - ŷ) divided by n/2."),
    mse_backward.way("added-to-itself", lambda y_hat, y: (y_hat - y) / y.size + (y_hat - y) / y.size,
        "(ŷ - y) / n plus itself."),
    mse_backward.way("element-by-element",
        lambda y_hat, y: elementwise(lambda a, b, n: 2 * (a - b) / n)(y_hat, y, y.size),
        "A loop over Python numbers."),
)  # fmt: skip
