"""Right ways to write softmax and its gradient."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import LESS, UNSTABLE, Function, Ways, kahan, row_by_row, through_float64


def softmax_literal(x: Any) -> Any:
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


def softmax_shifted(x: Any) -> Any:
    return softmax_literal(x - x.max(axis=-1, keepdims=True))


def log_sum_exp(x: Any) -> Any:
    m = x.max(axis=-1, keepdims=True)
    return m + np.log(np.exp(x - m).sum(axis=-1, keepdims=True))


def softmax_by_log_sum_exp(x: Any) -> Any:
    return np.exp(x - log_sum_exp(x))


def softmax_by_differences(x: Any) -> Any:
    return 1 / np.exp(x[..., None, :] - x[..., :, None]).sum(axis=-1)


def softmax_by_fsum(x: Any) -> Any:
    values = x.tolist()
    e = [math.exp(v - max(values)) for v in values]
    return np.array([v / math.fsum(e) for v in e], x.dtype)


def softmax_transposed(x: Any) -> Any:
    e = np.exp(x.T - x.T.max(axis=0))
    return (e / e.sum(axis=0)).T


def of_exponentials(f: Function) -> Function:
    """Softmax by a formula of the exponentials, which do not overflow."""
    return lambda x: f(np.exp(x - x.max(axis=-1, keepdims=True)))


# -- softmax_backward, as formulas of grad and the probabilities p


def of_softmax(backward: Function, softmax: Function = softmax_shifted) -> Function:
    return lambda grad, x: backward(grad, softmax(x))


def times_jacobian(grad: Any, p: Any) -> Any:
    return p * (grad - (grad * p).sum(axis=-1, keepdims=True))


def by_jacobian(grad: Any, p: Any) -> Any:
    """Of one row."""
    return (np.diag(p) - np.outer(p, p)) @ grad


def by_einsum(grad: Any, p: Any) -> Any:
    return p * grad - np.einsum("...i,...j,...j->...i", p, p, grad)


def by_entries(grad: Any, p: Any) -> Any:
    """Of one row."""
    dx = np.zeros_like(p)
    for i in range(p.size):
        for j in range(p.size):
            dx[i] += grad[j] * p[j] * ((i == j) - p[i])
    return dx


softmax, softmax_backward = Ways("softmax"), Ways("softmax_backward")

VARIANTS: Final = (
    softmax.way("literal", softmax_literal, "As printed on the slide, without a shift.", UNSTABLE),
    softmax.way("by-log-sum-exp", softmax_by_log_sum_exp, "e^{x - log Σ e^x}.", LESS),
    softmax.way("by-logaddexp", lambda x: np.exp(x - np.logaddexp.reduce(x, axis=-1, keepdims=True)),
        "e^{x - log Σ e^x} by np.logaddexp.reduce.", LESS),
    softmax.way("by-differences", softmax_by_differences, "1 / Σ_j e^{x_j - x_i}: the two-class form."),
    softmax.way("by-einsum",
        of_exponentials(lambda e: np.einsum("...i,...->...i", e, 1 / np.einsum("...j->...", e))),
        "Sum and division by np.einsum."),
    softmax.way("by-fsum", row_by_row(softmax_by_fsum), "Loops with math.exp and math.fsum."),
    softmax.way("from-behind", row_by_row(of_exponentials(lambda e: e / sum(e[::-1]))),
        "Summed from the last class on."),
    softmax.way("by-kahan", row_by_row(of_exponentials(lambda e: e / kahan(e))), "Summed with Kahan's correction."),
    softmax.way("by-matmul", of_exponentials(lambda e: e / (e @ np.ones((e.shape[-1], 1), e.dtype))),
        "Summed by a product with ones."),
    softmax.way("transposed", softmax_transposed, "Down the columns of xᵀ, and transposed back."),
    softmax.way("through-float64", through_float64(softmax_shifted), "float32 computed in float64."),
    softmax_backward.way("literal", of_softmax(times_jacobian, softmax_literal),
        "With the slide's softmax, without a shift.", UNSTABLE),
    softmax_backward.way("by-jacobian", row_by_row(of_softmax(by_jacobian)),
        "The Jacobian diag(p) - p pᵀ of each row, times grad."),
    softmax_backward.way("by-einsum", of_softmax(by_einsum), "p grad - p (p · grad) by einsum."),
    softmax_backward.way("from-behind",
        of_softmax(lambda grad, p: p * (grad - (grad * p)[..., ::-1].sum(axis=-1, keepdims=True))),
        "The sum over the classes from the last to the first."),
    softmax_backward.way("by-entries", row_by_row(of_softmax(by_entries)), "Each entry of the Jacobian in two loops."),
    softmax_backward.way("by-log-sum-exp", of_softmax(times_jacobian, softmax_by_log_sum_exp),
        "With softmax as e^{x - log Σ e^x}.", LESS),
    softmax_backward.way("through-float64", through_float64(of_softmax(by_einsum)), "float32 computed in float64."),
)  # fmt: skip
