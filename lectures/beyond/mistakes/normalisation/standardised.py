"""Mistakes that layer norm and batch norm in training share: one standardises the rows, the other the columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.right import Right


def centred(x: Any, axis: int) -> Any:
    return x - x.mean(axis=axis, keepdims=True)


def variance(x: Any, axis: int) -> Any:
    return (centred(x, axis) ** 2).mean(axis=axis, keepdims=True)


def standardised(x: Any, eps: Any, axis: int) -> Any:
    return centred(x, axis) / np.sqrt(variance(x, axis) + eps)


def forward(x: Any, gamma: Any, beta: Any, eps: Any, axis: int) -> Any:
    return gamma * standardised(x, eps, axis) + beta


def over_rows(x: Any) -> Any:
    return x.sum(axis=0) if x.ndim == 2 else x.copy()


def backward(grad: Any, x: Any, gamma: Any, beta: Any, eps: Any, axis: int) -> Any:
    x_hat, g_hat = standardised(x, eps, axis), grad * gamma
    mean, along = (a.mean(axis=axis, keepdims=True) for a in (g_hat, g_hat * x_hat))
    dx = (g_hat - mean - x_hat * along) / np.sqrt(variance(x, axis) + eps)
    return dx, over_rows(grad * x_hat), over_rows(grad)


@Right
def layer_norm(x: Any, gamma: Any, beta: Any, eps: Any) -> Any:
    return forward(x, gamma, beta, eps, -1)


@Right
def layer_norm_backward(grad: Any, x: Any, gamma: Any, beta: Any, eps: Any) -> Any:
    return backward(grad, x, gamma, beta, eps, -1)


@Right
def batch_norm(x: Any, gamma: Any, beta: Any, eps: Any) -> Any:
    return forward(x, gamma, beta, eps, 0)


@Right
def batch_norm_backward(grad: Any, x: Any, gamma: Any, beta: Any, eps: Any) -> Any:
    return backward(grad, x, gamma, beta, eps, 0)


def unbiased(x: Any, gamma: Any, beta: Any, eps: Any, axis: int) -> Any:
    n = x.shape[axis]
    return gamma * centred(x, axis) / np.sqrt(variance(x, axis) * np.divide(n, n - 1, dtype=x.dtype) + eps) + beta


def of_forward(right: Right, axis: int, line: str, other: str) -> Iterator[Mistake]:
    """line: what is standardised, and other: what is not."""

    def divided_by(deviation: Any) -> Any:
        return lambda x, gamma, beta, eps: gamma * centred(x, axis) / deviation(x, eps) + beta

    yield right.wrong("eps-outside-root", divided_by(lambda x, eps: np.sqrt(variance(x, axis)) + eps),
        "eps is outside the root, √σ² + eps; it should stand inside, √(σ² + eps).",
        f"Try a {line} of equal numbers but one that is a little larger, and eps = 0.1.")  # fmt: skip
    yield right.given("eps-left-out", lambda x, gamma, beta, eps: (x, gamma, beta, 0),
        f"eps is left out: a constant {line} gives 0/0 = nan.",
        f"Try a {line} of equal numbers: the result should be beta.")  # fmt: skip
    yield right.wrong("unbiased", lambda x, gamma, beta, eps: unbiased(x, gamma, beta, eps, axis),
        "σ² is divided by n - 1; here it is the biased variance, over n.",
        f"Try a {line} of 1 and -1 with a small eps: x̂ should be close to 1 and -1.")  # fmt: skip
    yield right.wrong("root-left-out", divided_by(lambda x, eps: variance(x, axis) + eps),
        "The root is left out: x - μ is divided by σ² + eps.",
        f"Try a {line} of 2 and -2 with a small eps: x̂ should be close to 1 and -1.")  # fmt: skip
    yield right.wrong("mean-not-subtracted",
        lambda x, gamma, beta, eps: gamma * x / np.sqrt(variance(x, axis) + eps) + beta,
        "The mean is not subtracted: x itself is divided by √(σ² + eps).",
        f"Add 1 to a whole {line}: the result should stay.")  # fmt: skip
    yield right.wrong("squares-not-centred",
        divided_by(lambda x, eps: np.sqrt((x * x).mean(axis=axis, keepdims=True) + eps)),
        "σ² is the mean of x²; it should be the mean of (x - μ)².",
        f"Add 1 to a whole {line}: the result should stay.")  # fmt: skip
    yield right.wrong("other-axis", lambda x, gamma, beta, eps: forward(x, gamma, beta, eps, 0 if axis else -1),
        f"μ and σ² are those of each {other}, and should be those of each {line}.",
        f"Print the mean of each {line} of x̂: it should be close to 0.")  # fmt: skip
    yield right.wrong("of-all", lambda x, gamma, beta, eps:
        gamma * (x - x.mean()) / np.sqrt(((x - x.mean()) ** 2).mean() + eps) + beta,
        f"μ and σ² are those of the whole array, and should be those of each {line}.",
        f"Print the mean of each {line} of x̂: it should be close to 0.")  # fmt: skip
    yield right.given("gamma-left-out", lambda x, gamma, beta, eps: (x, np.ones_like(gamma), beta, eps),
        "γ is left out: x̂ + β in place of γ x̂ + β.",
        "Try gamma of zeros: the result should be beta.")  # fmt: skip
    yield right.given("beta-left-out", lambda x, gamma, beta, eps: (x, gamma, 0 * beta, eps),
        "β is left out: γ x̂ in place of γ x̂ + β.",
        "Try gamma of zeros: the result should be beta.")  # fmt: skip


def of_backward(right: Right, axis: int, line: str) -> Iterator[Mistake]:
    def dx(form: Any) -> Any:
        """Another ∂L/∂x, of ĝ, x̂ and √(σ² + eps)."""

        def wrong(grad: Any, x: Any, gamma: Any, beta: Any, eps: Any) -> Any:
            x_hat, deviation = standardised(x, eps, axis), np.sqrt(variance(x, axis) + eps)
            return form(grad * gamma, x_hat, deviation), over_rows(grad * x_hat), over_rows(grad)

        return wrong

    def mean(a: Any) -> Any:
        return a.mean(axis=axis, keepdims=True)

    def summed(a: Any) -> Any:
        return a.sum(axis=axis, keepdims=True)

    yield right.wrong("statistics-constant", dx(lambda g, x_hat, deviation: g / deviation),
        "∂L/∂x takes μ and σ² for constants; they depend on x, which gives the terms mean ĝ and x̂ mean(ĝ x̂).",
        f"Sum ∂L/∂x over a {line}: it should be close to 0, for μ takes any shift away.")  # fmt: skip
    yield right.wrong("mean-constant", dx(lambda g, x_hat, deviation: (g - x_hat * mean(g * x_hat)) / deviation),
        "∂L/∂x takes μ for a constant: the term mean ĝ is missing.",
        f"Sum ∂L/∂x over a {line}: it should be close to 0.")  # fmt: skip
    yield right.wrong("variance-constant", dx(lambda g, x_hat, deviation: (g - mean(g)) / deviation),
        "∂L/∂x takes σ² for a constant: the term x̂ mean(ĝ x̂) is missing.",
        "Hold it against a difference quotient.")  # fmt: skip
    yield right.wrong("sums-for-means",
        dx(lambda g, x_hat, deviation: (g - summed(g) - x_hat * summed(g * x_hat)) / deviation),
        "∂L/∂x has sums of ĝ and ĝ x̂ where it should have means.",
        f"Sum ∂L/∂x over a {line}: it should be close to 0.")  # fmt: skip
    yield right.wrong("gamma-left-out", lambda grad, x, gamma, beta, eps:
        (right(grad, x, np.ones_like(gamma), beta, eps)[0], *right(grad, x, gamma, beta, eps)[1:]),
        "∂L/∂x is made of grad and not of grad γ.",
        "Try gamma of zeros: ∂L/∂x should be 0.")  # fmt: skip
    yield right.wrong("x-for-x-hat", lambda grad, x, gamma, beta, eps:
        (right(grad, x, gamma, beta, eps)[0], over_rows(grad * x), over_rows(grad)),
        "∂L/∂γ is Σ grad x; it should be Σ grad x̂, for γ multiplies x̂.",
        f"Multiply a {line} by 10: ∂L/∂γ should hardly change.")  # fmt: skip
    yield right.wrong("gradients-averaged", lambda grad, x, gamma, beta, eps:
        (right(grad, x, gamma, beta, eps)[0],
            *(a / x.dtype.type(len(np.atleast_2d(x))) for a in right(grad, x, gamma, beta, eps)[1:])),
        "∂L/∂γ and ∂L/∂β are means over the rows; they should be sums, for the 1/n of a mean is in grad already.",
        "Try a grad of ones with 2 rows: ∂L/∂β should be 2.")  # fmt: skip
    yield right.wrong("beta-before-gamma", lambda grad, x, gamma, beta, eps:
        (right(grad, x, gamma, beta, eps)[0], *right(grad, x, gamma, beta, eps)[:0:-1]),
        "∂L/∂β comes before ∂L/∂γ; the order is that of the arguments: x, gamma, beta.",
        "Try a grad of ones with 2 rows: which of the results is 2?")  # fmt: skip
    yield right.given("eps-left-out", lambda grad, x, gamma, beta, eps: (grad, x, gamma, beta, 0),
        f"eps is left out: a constant {line} gives 0/0 = nan.",
        f"Try a {line} of equal numbers.")  # fmt: skip


MISTAKES: Final = (
    *of_forward(layer_norm, -1, "row", "column"),
    *of_backward(layer_norm_backward, -1, "row"),
    *of_forward(batch_norm, 0, "column", "row"),
    *of_backward(batch_norm_backward, 0, "column"),
)
