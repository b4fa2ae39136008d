"""Mistakes in linear_backward: ∂L/∂A = ∂L/∂Z W and ∂L/∂W = (∂L/∂Z)ᵀ A."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from lectures.lecture03.mistakes.linear.right import linear_backward


def dW_averaged(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A / len(A), grad.sum(axis=0)


def dW_transposed(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, A.T @ grad, grad.sum(axis=0)


def dW_reshaped(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, (A.T @ grad).reshape(W.shape), grad.sum(axis=0)


def dW_of_last_sample(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, np.outer(grad[-1], A[-1]), grad.sum(axis=0)


def dW_of_sums(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, np.outer(grad.sum(axis=0), A.sum(axis=0)), grad.sum(axis=0)


def dA_of_transposed_weights(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W.T, grad.T @ A, grad.sum(axis=0)


def both_transposed(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W.T, A.T @ grad, grad.sum(axis=0)


def dA_and_dW_swapped(grad: Any, A: Any, W: Any) -> Any:
    dA, dW, db = linear_backward(grad, A, W)
    return dW, dA, db


def dA_left_out(grad: Any, A: Any, W: Any) -> Any:
    return linear_backward(grad, A, W)[1:]


MISTAKES: Final = (
    Mistake(
        "linear_backward/dW-averaged",
        "linear_backward",
        dW_averaged,
        "dW is divided by the number of samples; the slide sums over them: ∂L/∂W = (∂L/∂Z)ᵀ A.",
        "Compare dW for one sample and for the same sample twice; where does the 1/n of the loss belong?",
        sign="divided by n",
    ),
    Mistake(
        "linear_backward/dW-transposed",
        "linear_backward",
        dW_transposed,
        "dW is Aᵀ ∂L/∂Z, the derivative with respect to Wᵀ; ∂L/∂W = (∂L/∂Z)ᵀ A has the shape of W.",
        "Compare the shapes of dW and W for in ≠ out, and the numbers for in = out.",
        sign="transposed",
    ),
    Mistake(
        "linear_backward/dW-reshaped",
        "linear_backward",
        dW_reshaped,
        "Aᵀ ∂L/∂Z is reshaped to W's shape, which puts its numbers in the wrong places; it should be transposed.",
        "Print x.T and x.reshape(2, 3) for x = [[1, 2], [3, 4], [5, 6]].",
    ),
    Mistake(
        "linear_backward/dW-of-last-sample",
        "linear_backward",
        dW_of_last_sample,
        "dW is that of the last sample alone: a loop overwrites it, where (∂L/∂Z)ᵀ A sums over all samples.",
        "Try two samples, and look for = where += belongs.",
    ),
    Mistake(
        "linear_backward/dW-of-sums",
        "linear_backward",
        dW_of_sums,
        "dW multiplies the sum of grad by the sum of A; (∂L/∂Z)ᵀ A multiplies sample by sample and sums then.",
        "Try two samples whose rows of A are opposite, such as [1, 2] and [-1, -2].",
    ),
    Mistake(
        "linear_backward/dA-of-transposed-weights",
        "linear_backward",
        dA_of_transposed_weights,
        "dA is ∂L/∂Z Wᵀ; the derivative of Z with respect to A is Wᵀ, and its transpose W enters: ∂L/∂A = ∂L/∂Z W.",
        "Compare the shapes for in ≠ out: dA has the shape of A.",
    ),
    Mistake(
        "linear_backward/both-transposed",
        "linear_backward",
        both_transposed,
        "dA takes Wᵀ for W and dW is Aᵀ ∂L/∂Z, as if W were stored as (in, out); here it is (out, in).",
        "Compare the shapes of W, dA and dW for in ≠ out.",
    ),
    Mistake(
        "linear_backward/dA-and-dW-swapped",
        "linear_backward",
        dA_and_dW_swapped,
        "dW comes first and dA second; the order is ∂L/∂A, ∂L/∂W, ∂L/∂b.",
        "Compare the shape of each result with the shape of A, W and b.",
    ),
    Mistake(
        "linear_backward/dA-left-out",
        "linear_backward",
        dA_left_out,
        "Only dW and db come back; the layer before needs ∂L/∂A too.",
        "Count the results: ∂L/∂A, ∂L/∂W, ∂L/∂b.",
    ),
)
