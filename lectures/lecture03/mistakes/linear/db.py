"""Mistakes in linear_backward: ∂L/∂b = (∂L/∂Z)ᵀ ι."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake


def db_averaged(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A, grad.mean(axis=0)


def db_over_features(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A, grad.sum(axis=1)


def db_one_number(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A, grad.sum()


def db_not_summed(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A, grad


def db_of_first_sample(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A, grad[0]


def db_as_row(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A, grad.sum(axis=0, keepdims=True)


def db_of_ones(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A, np.ones(len(W), W.dtype)


MISTAKES: Final = (
    Mistake(
        "linear_backward/db-averaged",
        "linear_backward",
        db_averaged,
        "db is averaged over the batch; the slide sums it: ∂L/∂b = (∂L/∂Z)ᵀ ι.",
        "Compare db for one sample and for the same sample twice.",
        sign="divided by n",
    ),
    Mistake(
        "linear_backward/db-over-features",
        "linear_backward",
        db_over_features,
        "db is summed over the outputs, one number a sample; (∂L/∂Z)ᵀ ι sums over the samples.",
        "Compare the shape of db with b's (out,) for n ≠ out.",
    ),
    Mistake(
        "linear_backward/db-one-number",
        "linear_backward",
        db_one_number,
        "db is one number, the sum of all of grad; every output has its own bias, and so its own gradient.",
        "Compare the shape of db with b's (out,).",
    ),
    Mistake(
        "linear_backward/db-not-summed",
        "linear_backward",
        db_not_summed,
        "db is grad itself; b is added to every sample, so its gradient sums over them: (∂L/∂Z)ᵀ ι.",
        "Compare the shape of db with b's (out,).",
    ),
    Mistake(
        "linear_backward/db-of-first-sample",
        "linear_backward",
        db_of_first_sample,
        "db is the gradient of the first sample alone; (∂L/∂Z)ᵀ ι sums over all samples.",
        "Try two samples.",
    ),
    Mistake(
        "linear_backward/db-as-row",
        "linear_backward",
        db_as_row,
        "db has shape (1, out), as with keepdims; b has shape (out,), and so has its gradient.",
        "Compare the shapes of db and b.",
    ),
    Mistake(
        "linear_backward/db-of-ones",
        "linear_backward",
        db_of_ones,
        "db is ι, the derivative of Z with respect to b alone; the upstream gradient belongs in: (∂L/∂Z)ᵀ ι.",
        "Try grad of zeros: what should db be then?",
    ),
)
