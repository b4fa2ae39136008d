"""Mistakes in linear: the product A Wᵀ, and what comes back."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.hygiene import float32_lost
from lectures.lecture03.mistakes.linear.right import linear


def weights_not_transposed(A: Any, W: Any, b: Any) -> Any:
    return linear(A, W.T, b)


def weights_reshaped(A: Any, W: Any, b: Any) -> Any:
    return A @ W.reshape(W.shape[::-1]) + b


def samples_as_columns(A: Any, W: Any, b: Any) -> Any:
    return W @ A.T + b[:, None]


def divided_by_features(A: Any, W: Any, b: Any) -> Any:
    return linear(A / A.shape[1], W, b)


def last_feature_left_out(A: Any, W: Any, b: Any) -> Any:
    return linear(A[:, :-1], W[:, :-1], b)


def return_inside_loop(A: Any, W: Any, b: Any) -> Any:
    Z = np.zeros((len(A), len(W)), A.dtype)
    for i, a in enumerate(A):
        Z[i] = W @ a + b
        return Z


def last_sample_left_out(A: Any, W: Any, b: Any) -> Any:
    Z = linear(A, W, b)
    Z[-1] = 0
    return Z


def activation_applied(A: Any, W: Any, b: Any) -> Any:
    return np.maximum(linear(A, W, b), 0)


def squeezed(A: Any, W: Any, b: Any) -> Any:
    return linear(A, W, b).squeeze()


def single_precision(A: Any, W: Any, b: Any) -> Any:
    return linear(A.astype(np.float32), W.astype(np.float32), b).astype(A.dtype)


def zeros_of_float64(A: Any, W: Any, b: Any) -> Any:
    Z = np.zeros((len(A), len(W)))
    for i, a in enumerate(A):
        Z[i] = W @ a + b
    return Z


def list_of_lists(A: Any, W: Any, b: Any) -> Any:
    return [list(z) for z in linear(A, W, b)]


MISTAKES: Final = (
    Mistake(
        "linear/weights-not-transposed",
        "linear",
        weights_not_transposed,
        "A is multiplied by W instead of Wᵀ, which only fits where W is square.",
        "Compare the shapes of A (n, in) and W (out, in), and try a W that is not square.",
    ),
    Mistake(
        "linear/weights-reshaped",
        "linear",
        weights_reshaped,
        "W is reshaped to (in, out) instead of transposed, which mixes the weights of different outputs.",
        "Print W.T and W.reshape(W.shape[::-1]) for W = [[1, 2, 3], [4, 5, 6]].",
    ),
    Mistake(
        "linear/samples-as-columns",
        "linear",
        samples_as_columns,
        "Z has one sample a column, W Aᵀ + b ιᵀ; the slide has one sample a row: Z = A Wᵀ + ι bᵀ.",
        "Compare the shape of Z with (n, out).",
        sign="transposed",
    ),
    Mistake(
        "linear/divided-by-features",
        "linear",
        divided_by_features,
        "A Wᵀ is averaged over the features; the product of matrices sums over them.",
        "Try A and W of ones with 3 features and b = 0.",
    ),
    Mistake(
        "linear/last-feature-left-out",
        "linear",
        last_feature_left_out,
        "The sum over the features ends one too early: the last column of A and W takes no part.",
        "Try A = [[0, 0, 1]], and look at where the loop or slice over the features ends.",
    ),
    Mistake(
        "linear/return-inside-loop",
        "linear",
        return_inside_loop,
        "The function returns after the first sample, inside the loop over the rows, and leaves all others 0.",
        "Try two samples, and look at the indentation of the return.",
    ),
    Mistake(
        "linear/last-sample-left-out",
        "linear",
        last_sample_left_out,
        "The loop over the samples ends one too early: the last row of Z is never filled.",
        "Try a single sample, and look at where the loop over the rows ends.",
    ),
    Mistake(
        "linear/activation-applied",
        "linear",
        activation_applied,
        "An activation (relu) is applied to Z; the layer is Z = A Wᵀ + ι bᵀ alone.",
        "Try an input for which Z is negative.",
    ),
    Mistake(
        "linear/squeezed",
        "linear",
        squeezed,
        "Axes of length 1 are dropped from Z, which is (n, out) for one sample and for one output too.",
        "Try n = 1 and out = 1 and compare the shape of Z.",
        costs="edges",
    ),
    Mistake(
        "linear/single-precision",
        "linear",
        single_precision,
        "Z is computed in float32, which loses half of the digits of float64 inputs.",
        "Look for astype(np.float32) or dtype=np.float32, and compare Z with A @ W.T digit by digit.",
    ),
    float32_lost("linear", zeros_of_float64),
    Mistake(
        "linear/list-of-lists",
        "linear",
        list_of_lists,
        "Z is a list of lists; it should be an array of shape (n, out).",
        "Print type(Z).",
        costs="hygiene",
    ),
)
