"""Mistakes in RMS norm."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.beyond.mistakes.normalisation.standardised import over_rows, standardised


def squares(x: Any, axis: int = -1) -> Any:
    return (x * x).mean(axis=axis, keepdims=True)


def root(x: Any, eps: Any) -> Any:
    return np.sqrt(squares(x) + eps)


@Right
def rms_norm(x: Any, gamma: Any, eps: Any) -> Any:
    return gamma * (x / root(x, eps))


@Right
def rms_norm_backward(grad: Any, x: Any, gamma: Any, eps: Any) -> Any:
    x_hat, g_hat = x / root(x, eps), grad * gamma
    dx = (g_hat - x_hat * (g_hat * x_hat).mean(axis=-1, keepdims=True)) / root(x, eps)
    return dx, over_rows(grad * x_hat)


def dx_of(form: Any) -> Any:
    """Another ∂L/∂x, of ĝ, x̂ and r."""
    return lambda grad, x, gamma, eps: (
        form(grad * gamma, x / root(x, eps), root(x, eps)),
        rms_norm_backward(grad, x, gamma, eps)[1],
    )


def dgamma_of(form: Any) -> Any:
    return lambda grad, x, gamma, eps: (rms_norm_backward(grad, x, gamma, eps)[0], form(grad, x, eps))


MISTAKES: Final = (
    rms_norm.wrong("eps-outside-root", lambda x, gamma, eps: gamma * x / (np.sqrt(squares(x)) + eps),
        "eps is outside the root, √(mean x²) + eps; it should stand inside, √(mean x² + eps).",
        "Try small x and eps = 0.1."),
    rms_norm.given("eps-left-out", lambda x, gamma, eps: (x, gamma, 0),
        "eps is left out: a row of zeros gives 0/0 = nan.",
        "Try a row of zeros: the result should be 0."),
    rms_norm.wrong("mean-subtracted", lambda x, gamma, eps: gamma * standardised(x, eps, -1),
        "The mean of the row is subtracted, as in layer norm; RMS norm takes x as it is.",
        "Try a row of equal numbers: the result should not be 0."),
    rms_norm.wrong("root-left-out", lambda x, gamma, eps: gamma * x / (squares(x) + eps),
        "The root is left out: x is divided by mean x² + eps.",
        "Try a row of 2 and -2 with a small eps: x̂ should be close to 1 and -1."),
    rms_norm.wrong("sum-for-mean",
        lambda x, gamma, eps: gamma * x / np.sqrt((x * x).sum(axis=-1, keepdims=True) + eps),
        "The squares are added up, and should be averaged.",
        "Try a row of 2 and -2 with a small eps: x̂ should be close to 1 and -1."),
    rms_norm.wrong("mean-of-sizes",
        lambda x, gamma, eps: gamma * x / np.sqrt(np.abs(x).mean(axis=-1, keepdims=True) ** 2 + eps),
        "x is divided by the mean of |x|; it should be the root of the mean of x².",
        "Try a row of 0 and 2."),
    rms_norm.wrong("other-axis", lambda x, gamma, eps: gamma * x / np.sqrt(squares(x, 0) + eps),
        "The mean is over each column, and should be over each row.",
        "Print the mean of x̂² of each row: it should be close to 1."),
    rms_norm.given("gamma-left-out", lambda x, gamma, eps: (x, np.ones_like(gamma), eps),
        "γ is left out.",
        "Try gamma of zeros: the result should be 0."),
    rms_norm_backward.wrong("root-constant", dx_of(lambda g, x_hat, r: g / r),
        "∂L/∂x takes the root for a constant; it depends on x, which gives the term x̂ mean(ĝ x̂).",
        "Try grad = x with gamma of ones and a small eps: ∂L/∂x should be close to 0."),
    rms_norm_backward.wrong("mean-subtracted",
        dx_of(lambda g, x_hat, r: (g - g.mean(axis=-1, keepdims=True)
            - x_hat * (g * x_hat).mean(axis=-1, keepdims=True)) / r),
        "mean ĝ is subtracted, as in layer norm; RMS norm has no mean.",
        "Hold it against a difference quotient."),
    rms_norm_backward.wrong("sum-for-mean",
        dx_of(lambda g, x_hat, r: (g - x_hat * (g * x_hat).sum(axis=-1, keepdims=True)) / r),
        "∂L/∂x has the sum of ĝ x̂ where it should have the mean.",
        "Try grad = x with gamma of ones and a small eps: ∂L/∂x should be close to 0."),
    rms_norm_backward.wrong("x-for-x-hat-in-dx",
        lambda grad, x, gamma, eps: (
            (grad * gamma - x * (grad * gamma * x).mean(axis=-1, keepdims=True)) / root(x, eps),
            rms_norm_backward(grad, x, gamma, eps)[1],
        ),
        "∂L/∂x has x where it should have x̂ = x / r.",
        "Try grad = x with gamma of ones and a small eps: ∂L/∂x should be close to 0."),
    rms_norm_backward.wrong("gamma-left-out",
        lambda grad, x, gamma, eps: (
            rms_norm_backward(grad, x, np.ones_like(gamma), eps)[0],
            rms_norm_backward(grad, x, gamma, eps)[1],
        ),
        "∂L/∂x is made of grad and not of grad γ.",
        "Try gamma of zeros: ∂L/∂x should be 0."),
    rms_norm_backward.wrong("x-for-x-hat", dgamma_of(lambda grad, x, eps: over_rows(grad * x)),
        "∂L/∂γ is Σ grad x; it should be Σ grad x̂, for γ multiplies x̂.",
        "Multiply a row by 10: ∂L/∂γ should hardly change."),
    rms_norm_backward.wrong("gradient-averaged",
        dgamma_of(lambda grad, x, eps: np.atleast_2d(grad * (x / root(x, eps))).mean(axis=0)),
        "∂L/∂γ is a mean over the rows; it should be a sum, for the 1/n of a mean is in grad already.",
        "Try a row once and twice with the same grad: ∂L/∂γ should double."),
    rms_norm_backward.given("eps-left-out", lambda grad, x, gamma, eps: (grad, x, gamma, 0),
        "eps is left out: a row of zeros gives 0/0 = nan.",
        "Try a row of zeros."),
)  # fmt: skip
