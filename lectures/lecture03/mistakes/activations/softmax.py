"""Mistakes in softmax."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.lecture03.mistakes.activations.sigmoid import sigmoid
from lectures.lecture03.mistakes.shared import rounded, squeezed


def shifted(x: Any, axis: int | None = -1) -> Any:
    return x - x.max(axis=axis, keepdims=True)


def shifted_in_place(x: Any) -> Any:
    return np.subtract(x, x.max(axis=-1, keepdims=True), out=x)


def shares(x: Any, axis: int | None = -1, c: float = 0.0) -> Any:
    """e^{x_i} / (Σ_j e^{x_j} + c) of x as it is."""
    e = np.exp(x)
    return e / (e.sum(axis=axis, keepdims=True) + c)


def log_shares(x: Any, axis: int | None = -1, c: float = 0.0) -> Any:
    """x_i - log(Σ_j e^{x_j} + c) of x as it is."""
    return x - np.log(np.exp(x).sum(axis=axis, keepdims=True) + c)


@Right
def softmax(x: Any, axis: int | None = -1) -> Any:
    """f(x)_i = e^{x_i} / Σ_j e^{x_j}, without overflow."""
    return shares(shifted(x, axis), axis)


def last_forgotten(x: Any) -> Any:
    e = np.exp(shifted(x))
    return e / sum(e[..., i : i + 1] for i in range(max(1, x.shape[-1] - 1)))


MISTAKES: Final = (
    softmax.wrong("axis-0", lambda x: softmax(x, axis=0),
        "The sum runs down the columns, over the batch; the slide sums over the classes of one sample.",
        "Sum each row of the answer: each should give 1."),
    softmax.wrong("axis-1", lambda x: softmax(x, axis=1),
        "axis=1 does not exist for a single row of shape (k,): the call raises an error.",
        "Try x of shape (3,); how do you name the last axis, whatever its number?", costs="edges"),
    softmax.wrong("whole-matrix", lambda x: softmax(x, axis=None),
        "The sum runs over the whole matrix, all samples together; the slide sums over the classes of one sample.",
        "Sum each row of the answer: each should give 1."),
    softmax.wrong("keepdims-forgotten", lambda x: np.exp(shifted(x)) / np.exp(shifted(x)).sum(axis=-1),
        "The sums have shape (n,) and are spread along the columns; row i needs the sum of row i, shape (n, 1).",
        "Print the shapes of numerator and denominator for x of shape (2, 3) and of (3, 3)."),
    softmax.wrong("shifted-by-columns", lambda x: shares(x - x.max(axis=0)),
        "The maximum of each column is subtracted; a shift cancels only where it is the same for a whole row.",
        "Add 1 to one column of x by hand: may softmax stay the same?"),
    softmax.wrong("exp-forgotten", lambda x: x / x.sum(axis=-1, keepdims=True),
        "x_i / Σ_j x_j lacks the exponential: the slide has e^{x_i} / Σ_j e^{x_j}.",
        "Try x = [-1, 1]: no probability is negative."),
    softmax.wrong("sigmoid-each", lambda x: sigmoid(x),
        "Each element goes through a sigmoid of its own; softmax divides by the sum over all classes.",
        "Sum each row of the answer: each should give 1."),
    softmax.wrong("base-2", lambda x: softmax(x * float(np.log(2))),
        "The powers are those of 2; the slide has powers of e.",
        "Try x = [0, 1]: the second share is e times the first."),
    softmax.wrong("logarithm", lambda x: log_shares(shifted(x)),
        "The logarithm of softmax comes back instead of softmax.",
        "Look at the sign: no probability is negative."),
    softmax.wrong("largest-takes-all", lambda x: (x == x.max(axis=-1, keepdims=True)).astype(x.dtype),
        "The largest x gets 1 and all others 0: this is the maximum, softmax is the soft version of it.",
        "Try x = [1, 2, 3]: no share is 0."),
    softmax.wrong("not-divided", lambda x: np.exp(shifted(x)),
        "The division by Σ_j e^{x_j} is missing.",
        "Sum each row of the answer: each should give 1."),
    softmax.wrong("mean-for-sum", lambda x: softmax(x) * x.shape[-1],
        "e^{x_i} is divided by the mean of the exponentials; the slide divides by their sum.",
        "Sum each row of the answer: each should give 1.", sign="times k"),
    softmax.wrong("negative-x", lambda x: softmax(-x),
        "The exponent has a minus: e^{-x_i} gives the largest share to the smallest x.",
        "Try x = [1, 2, 3]: which class should win?"),
    rounded(softmax),
    softmax.wrong("last-forgotten", last_forgotten,
        "The loop of the sum ends one class early; Σ_j runs over all k classes.",
        "Sum each row of the answer, and count how often the loop runs."),
    softmax.wrong("sigmoid-for-one-class", lambda x: sigmoid(x) if x.shape[-1] == 1 else softmax(x),
        "For k = 1 a sigmoid is taken instead; e^x / e^x is 1 whatever x is.",
        "Try x of shape (2, 1), and sum each row of the answer.", costs="edges"),
    squeezed(softmax, "(1, 3)"),
    softmax.wrong("no-shift", lambda x: shares(x),
        "e^x as on the slide overflows for large x, and for very negative x all e^x are 0: inf / inf or 0 / 0 is nan.",
        "Try x = [1000, 1001] and x = [-1000, -1001]; what happens to softmax when all x of a row move together?",
        costs="stability"),
    softmax.wrong("shifted-by-largest-of-all", lambda x: shares(x - x.max()),
        "The maximum of the whole matrix is subtracted: a row far below it has only e^x = 0, and 0 / 0 is nan.",
        "Try x = [[0, 1], [1000, 1001]].", costs="stability"),
    softmax.wrong("shifted-by-mean", lambda x: shares(x - x.mean(axis=-1, keepdims=True)),
        "The mean is subtracted instead of the maximum: what is left above 0 can still overflow.",
        "Try x = [0, 0, 3000].", costs="stability"),
    softmax.wrong("shifted-by-abs-max", lambda x: shares(x - np.abs(x).max(axis=-1, keepdims=True)),
        "The maximum of |x| is subtracted: where all x are negative they move down instead of up, and 0 / 0 is nan.",
        "Try x = [-1000, -1001].", costs="stability"),
    softmax.wrong("shift-added", lambda x: shares(x + x.max(axis=-1, keepdims=True)),
        "The maximum is added instead of subtracted, so e^x overflows twice as early.",
        "Try x = [500, 501]: what is the largest exponent?", costs="stability"),
    softmax.guarded("epsilon-in-denominator", 1e-8, lambda x, c: shares(shifted(x), c=c),
        "{c} is added to the sum, a guard that belongs to no formula of the slide: the sum is never 0.",
        "Sum each row of the answer in float64: each should give 1."),
    softmax.guarded("no-shift-epsilon", 1e-8, lambda x, c: shares(x, c=c),
        "e^x as on the slide overflows for large x, and {c} is added to the sum, a guard that belongs to no formula.",
        "Try x = [1000, 1001] and x = [-1000, -1001]; what happens to softmax when all x of a row move together?"),
    softmax.guarded("clipped-from-below", 1e-15, lambda x, c: np.maximum(softmax(x), c),
        "The result is raised to at least {c}, a guard that belongs to no formula of the slide.",
        "Try x = [0, -100] and compare with e^-100."),
    softmax.guarded("clipped", 1e-7, lambda x, c: np.clip(softmax(x), c, 1 - c),
        "The result is clipped to [{c}, 1 - {c}], a guard that belongs to no formula of the slide.",
        "Try x = [0, -100] and compare with e^-100."),
    softmax.float32_lost(lambda x: softmax(x).astype(np.float64)),
    softmax.written_to("in-place", lambda x: shares(shifted_in_place(x)), "x"),
)  # fmt: skip
