"""Mistakes in linear: where ι bᵀ goes."""

from __future__ import annotations

from typing import Any, Final

from gradecheck import Mistake
from lectures.lecture03.mistakes.linear.right import linear


def bias_left_out(A: Any, W: Any, b: Any) -> Any:
    return A @ W.T


def bias_subtracted(A: Any, W: Any, b: Any) -> Any:
    return linear(A, W, -b)


def bias_twice(A: Any, W: Any, b: Any) -> Any:
    return linear(A, W, 2 * b)


def bias_in_first_row_only(A: Any, W: Any, b: Any) -> Any:
    Z = A @ W.T
    Z[0] += b
    return Z


def bias_as_column(A: Any, W: Any, b: Any) -> Any:
    return A @ W.T + b[:, None]


def bias_summed(A: Any, W: Any, b: Any) -> Any:
    return linear(A, W, b.sum())


def bias_inside_every_product(A: Any, W: Any, b: Any) -> Any:
    return A @ (W + b[:, None]).T


MISTAKES: Final = (
    Mistake(
        "linear/bias-left-out",
        "linear",
        bias_left_out,
        "The bias is left out; Z = A Wᵀ + ι bᵀ adds b to every row.",
        "Try A of zeros: what should Z be then?",
    ),
    Mistake(
        "linear/bias-subtracted",
        "linear",
        bias_subtracted,
        "The bias is subtracted; the slide adds it: Z = A Wᵀ + ι bᵀ.",
        "Try A of zeros and compare the sign of Z with that of b.",
    ),
    Mistake(
        "linear/bias-twice",
        "linear",
        bias_twice,
        "The bias is added twice, as when ι is a column of A already and b is added again.",
        "Try A of zeros and compare Z with b.",
    ),
    Mistake(
        "linear/bias-in-first-row-only",
        "linear",
        bias_in_first_row_only,
        "The bias is added to the first sample only; ι bᵀ has the same b in every row.",
        "Compare the rows of Z for two equal rows of A.",
    ),
    Mistake(
        "linear/bias-as-column",
        "linear",
        bias_as_column,
        "The bias is added as a column, one number a sample; ι bᵀ has one number an output, the same in every row.",
        "Compare the shapes of b, of b as it is added, and of Z (n, out).",
    ),
    Mistake(
        "linear/bias-summed",
        "linear",
        bias_summed,
        "The sum of all biases is added to every output; output j has its own b_j.",
        "Try A of zeros and b = [1, 2, 3].",
    ),
    Mistake(
        "linear/bias-inside-every-product",
        "linear",
        bias_inside_every_product,
        "The bias is added to the weights before the product, so that A scales it; ι bᵀ stands outside of A Wᵀ.",
        "Try A of zeros: does b still arrive in Z?",
    ),
)
