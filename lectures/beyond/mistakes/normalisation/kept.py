"""Mistakes in what batch norm keeps: its running statistics, and evaluation by them."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.beyond.mistakes.normalisation.standardised import backward, forward


def unbiased(x: Any) -> Any:
    return x.var(axis=0, ddof=1)


@Right
def batch_norm_running(x: Any, mean: Any, variance: Any, momentum: Any) -> Any:
    return (1 - momentum) * mean + momentum * x.mean(axis=0), (1 - momentum) * variance + momentum * unbiased(x)


@Right
def batch_norm_evaluated(x: Any, gamma: Any, beta: Any, mean: Any, variance: Any, eps: Any) -> Any:
    return gamma * ((x - mean) / np.sqrt(variance + eps)) + beta


@Right
def batch_norm_evaluated_backward(grad: Any, x: Any, gamma: Any, beta: Any, mean: Any, variance: Any, eps: Any) -> Any:
    root = np.sqrt(variance + eps)
    return grad * gamma / root, (grad * ((x - mean) / root)).sum(axis=0), grad.sum(axis=0)


def variance_of(form: Any) -> Any:
    """Another variance of the batch."""
    return lambda x, mean, variance, momentum: (
        batch_norm_running(x, mean, variance, momentum)[0],
        (1 - momentum) * variance + momentum * form(x, mean),
    )


def in_place(x: Any, mean: Any, variance: Any, momentum: Any) -> Any:
    mean *= 1 - momentum
    mean += momentum * x.mean(axis=0)
    variance *= 1 - momentum
    variance += momentum * unbiased(x)
    return mean, variance


def averaged(grad: Any, *others: Any) -> Any:
    dx, dgamma, dbeta = batch_norm_evaluated_backward(grad, *others)
    return dx, dgamma / grad.dtype.type(len(grad)), dbeta / grad.dtype.type(len(grad))


MISTAKES: Final = (
    batch_norm_running.given("momentum-inverted", lambda x, mean, variance, momentum: (x, mean, variance, 1 - momentum),
        "momentum multiplies the old value, as in Keras; here it is the share of the new batch.",
        "Try momentum = 0: mean and variance should stay what they are."),
    batch_norm_running.wrong("biased", variance_of(lambda x, mean: x.var(axis=0)),
        "The variance of the batch is divided by n; the running one is unbiased, over n - 1.",
        "Try a column of 1 and -1 with momentum = 1: the variance should be 2."),
    batch_norm_running.given("batch-alone", lambda x, mean, variance, momentum: (x, mean, variance, 1),
        "The old mean and variance are forgotten.",
        "Try momentum = 0: mean and variance should stay what they are."),
    batch_norm_running.wrong("deviation-kept", variance_of(lambda x, mean: x.std(axis=0, ddof=1)),
        "The standard deviation is kept in place of the variance.",
        "Try a column of 4 and -4 with momentum = 1: the variance should be 32."),
    batch_norm_running.wrong("around-running-mean",
        variance_of(lambda x, mean: ((x - mean) ** 2).sum(axis=0) / x.dtype.type(len(x) - 1)),
        "The variance is taken around the running mean; it should be around the mean of the batch.",
        "Try a constant column with another running mean and momentum = 1: the variance should be 0."),
    batch_norm_running.wrong("squares-not-centred",
        variance_of(lambda x, mean: (x * x).sum(axis=0) / x.dtype.type(len(x) - 1)),
        "The variance is the mean of x²; it should be that of (x - μ)².",
        "Try a constant column with momentum = 1: the variance should be 0."),
    batch_norm_running.wrong("variance-unchanged",
        lambda x, mean, variance, momentum: (batch_norm_running(x, mean, variance, momentum)[0], variance.copy()),
        "The variance stays what it was; it should be updated as the mean is.",
        "Try momentum = 1."),
    batch_norm_running.wrong("added-up",
        lambda x, mean, variance, momentum: (mean + momentum * x.mean(axis=0), variance + momentum * unbiased(x)),
        "The old value is not multiplied by 1 - momentum: the sum grows with every batch.",
        "Try momentum = 1: mean should be that of the batch."),
    batch_norm_running.given("momentum-hard-coded", lambda x, mean, variance, momentum: (x, mean, variance, 0.1),
        "The momentum is always 0.1, torch's usual value, whatever momentum is.",
        "Try momentum = 1."),
    batch_norm_running.written_to("written-into-statistics", in_place, "mean", "variance"),
    batch_norm_evaluated.wrong("statistics-of-batch",
        lambda x, gamma, beta, mean, variance, eps: forward(x, gamma, beta, eps, 0),
        "μ and σ² are those of the batch, as in training; in evaluation they are the running ones.",
        "Try a single row: it should depend on x."),
    batch_norm_evaluated.wrong("eps-outside-root",
        lambda x, gamma, beta, mean, variance, eps: gamma * (x - mean) / (np.sqrt(variance) + eps) + beta,
        "eps is outside the root, √variance + eps; it should stand inside, √(variance + eps).",
        "Try variance = [0.01] and eps = 0.1."),
    batch_norm_evaluated.given("eps-left-out",
        lambda x, gamma, beta, mean, variance, eps: (x, gamma, beta, mean, variance, 0),
        "eps is left out.",
        "Try variance = [0.01] and eps = 0.1."),
    batch_norm_evaluated.wrong("root-left-out",
        lambda x, gamma, beta, mean, variance, eps: gamma * (x - mean) / (variance + eps) + beta,
        "The root is left out: x - mean is divided by the variance.",
        "Try x = [[2]], mean = [0], variance = [4] and a small eps: x̂ should be close to 1."),
    batch_norm_evaluated.given("mean-not-subtracted",
        lambda x, gamma, beta, mean, variance, eps: (x, gamma, beta, 0 * mean, variance, eps),
        "The running mean is not subtracted.",
        "Try x of the running mean: the result should be beta."),
    batch_norm_evaluated.given("gamma-left-out",
        lambda x, gamma, beta, mean, variance, eps: (x, np.ones_like(gamma), beta, mean, variance, eps),
        "γ is left out.",
        "Try gamma of zeros: the result should be beta."),
    batch_norm_evaluated.given("beta-left-out",
        lambda x, gamma, beta, mean, variance, eps: (x, gamma, 0 * beta, mean, variance, eps),
        "β is left out.",
        "Try gamma of zeros: the result should be beta."),
    batch_norm_evaluated_backward.wrong("as-in-training",
        lambda grad, x, gamma, beta, mean, variance, eps: backward(grad, x, gamma, beta, eps, 0),
        "This is the gradient of training, by the statistics of the batch; in evaluation they are the running ones.",
        "Try a single row: ∂L/∂x should not be 0."),
    batch_norm_evaluated_backward.wrong("root-left-out",
        lambda grad, x, gamma, beta, mean, variance, eps: (
            grad * gamma / (variance + eps),
            *batch_norm_evaluated_backward(grad, x, gamma, beta, mean, variance, eps)[1:],
        ),
        "The root is left out of ∂L/∂x: grad γ is divided by the variance.",
        "Try variance = [4] and a small eps: ∂L/∂x should be close to grad γ / 2."),
    batch_norm_evaluated_backward.wrong("gamma-left-out",
        lambda grad, x, gamma, beta, mean, variance, eps: (
            grad / np.sqrt(variance + eps),
            *batch_norm_evaluated_backward(grad, x, gamma, beta, mean, variance, eps)[1:],
        ),
        "γ is left out of ∂L/∂x.",
        "Try gamma of zeros: ∂L/∂x should be 0."),
    batch_norm_evaluated_backward.wrong("x-for-x-hat",
        lambda grad, x, gamma, beta, mean, variance, eps: (
            grad * gamma / np.sqrt(variance + eps), (grad * x).sum(axis=0), grad.sum(axis=0)
        ),
        "∂L/∂γ is Σ grad x; it should be Σ grad x̂, for γ multiplies x̂.",
        "Try x of the running mean: ∂L/∂γ should be 0."),
    batch_norm_evaluated_backward.given("mean-not-subtracted",
        lambda grad, x, gamma, beta, mean, variance, eps: (grad, x, gamma, beta, 0 * mean, variance, eps),
        "The running mean is not subtracted in ∂L/∂γ.",
        "Try x of the running mean: ∂L/∂γ should be 0."),
    batch_norm_evaluated_backward.wrong("gradients-averaged", averaged,
        "∂L/∂γ and ∂L/∂β are means over the rows; they should be sums, for the 1/n of a mean is in grad already.",
        "Try a grad of ones with 2 rows: ∂L/∂β should be 2."),
    batch_norm_evaluated_backward.given("eps-left-out",
        lambda grad, x, gamma, beta, mean, variance, eps: (grad, x, gamma, beta, mean, variance, 0),
        "eps is left out.",
        "Try variance = [0.01] and eps = 0.1."),
)  # fmt: skip
