"""Mistakes in softmax."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.guards import guarded
from gradecheck.packs.mistakes.hygiene import float32_lost, written_to
from lectures.lecture03.mistakes.activations.sigmoid import right as sigmoid


def right(x: Any, axis: int | None = -1) -> Any:
    """f(x)_i = e^{x_i} / Σ_j e^{x_j}, without overflow."""
    return shares(x - x.max(axis=axis, keepdims=True), axis)


def shares(x: Any, axis: int | None = -1) -> Any:
    """e^{x_i} / Σ_j e^{x_j} of x as it is."""
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


def axis_0(x: Any) -> Any:
    return right(x, axis=0)


def axis_1(x: Any) -> Any:
    return right(x, axis=1)


def whole_matrix(x: Any) -> Any:
    return right(x, axis=None)


def keepdims_forgotten(x: Any) -> Any:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1)


def shifted_by_columns(x: Any) -> Any:
    return shares(x - x.max(axis=0))


def exp_forgotten(x: Any) -> Any:
    return x / x.sum(axis=-1, keepdims=True)


def sigmoid_each(x: Any) -> Any:
    return sigmoid(x)


def base_2(x: Any) -> Any:
    return right(x * float(np.log(2)))


def logarithm(x: Any) -> Any:
    z = x - x.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def largest_takes_all(x: Any) -> Any:
    return (x == x.max(axis=-1, keepdims=True)).astype(x.dtype)


def not_divided(x: Any) -> Any:
    return np.exp(x - x.max(axis=-1, keepdims=True))


def mean_for_sum(x: Any) -> Any:
    return right(x) * x.shape[-1]


def negative_x(x: Any) -> Any:
    return right(-x)


def rounded(x: Any) -> Any:
    return np.round(right(x), 4)


def last_forgotten(x: Any) -> Any:
    z = x - x.max(axis=-1, keepdims=True)
    e = np.exp(z)
    return e / sum(e[..., i : i + 1] for i in range(max(1, x.shape[-1] - 1)))


def sigmoid_for_one_class(x: Any) -> Any:
    return sigmoid(x) if x.shape[-1] == 1 else right(x)


def squeezed(x: Any) -> Any:
    return right(x).squeeze()


def no_shift(x: Any) -> Any:
    return shares(x)


def shifted_by_largest_of_all(x: Any) -> Any:
    return shares(x - x.max())


def shifted_by_mean(x: Any) -> Any:
    return shares(x - x.mean(axis=-1, keepdims=True))


def shifted_by_abs_max(x: Any) -> Any:
    return shares(x - np.abs(x).max(axis=-1, keepdims=True))


def shift_added(x: Any) -> Any:
    return shares(x + x.max(axis=-1, keepdims=True))


def no_shift_epsilon(x: Any, c: float) -> Any:
    e = np.exp(x)
    return e / (e.sum(axis=-1, keepdims=True) + c)


def epsilon_in_denominator(x: Any, c: float) -> Any:
    return no_shift_epsilon(x - x.max(axis=-1, keepdims=True), c)


def clipped_from_below(x: Any, c: float) -> Any:
    return np.maximum(right(x), c)


def clipped(x: Any, c: float) -> Any:
    return np.clip(right(x), c, 1 - c)


def rows_in_float64(x: Any) -> Any:
    p = np.zeros(x.shape)
    p[...] = right(x)
    return p


def in_place(x: Any) -> Any:
    x -= x.max(axis=-1, keepdims=True)
    return shares(x)


MISTAKES: Final = (
    Mistake(
        "softmax/axis-0",
        "softmax",
        axis_0,
        "The sum runs down the columns, over the batch; the slide sums over the classes of one sample.",
        "Sum each row of the answer: each should give 1.",
    ),
    Mistake(
        "softmax/axis-1",
        "softmax",
        axis_1,
        "axis=1 does not exist for a single row of shape (k,): the call raises an error.",
        "Try x of shape (3,); how do you name the last axis, whatever its number?",
        costs="edges",
    ),
    Mistake(
        "softmax/whole-matrix",
        "softmax",
        whole_matrix,
        "The sum runs over the whole matrix, all samples together; the slide sums over the classes of one sample.",
        "Sum each row of the answer: each should give 1.",
    ),
    Mistake(
        "softmax/keepdims-forgotten",
        "softmax",
        keepdims_forgotten,
        "The sums have shape (n,) and are spread along the columns; row i needs the sum of row i, shape (n, 1).",
        "Print the shapes of numerator and denominator for x of shape (2, 3) and of (3, 3).",
    ),
    Mistake(
        "softmax/shifted-by-columns",
        "softmax",
        shifted_by_columns,
        "The maximum of each column is subtracted; a shift cancels only where it is the same for a whole row.",
        "Add 1 to one column of x by hand: may softmax stay the same?",
    ),
    Mistake(
        "softmax/exp-forgotten",
        "softmax",
        exp_forgotten,
        "x_i / Σ_j x_j lacks the exponential: the slide has e^{x_i} / Σ_j e^{x_j}.",
        "Try x = [-1, 1]: no probability is negative.",
    ),
    Mistake(
        "softmax/sigmoid-each",
        "softmax",
        sigmoid_each,
        "Each element goes through a sigmoid of its own; softmax divides by the sum over all classes.",
        "Sum each row of the answer: each should give 1.",
    ),
    Mistake(
        "softmax/base-2",
        "softmax",
        base_2,
        "The powers are those of 2; the slide has powers of e.",
        "Try x = [0, 1]: the second share is e times the first.",
    ),
    Mistake(
        "softmax/logarithm",
        "softmax",
        logarithm,
        "The logarithm of softmax comes back instead of softmax.",
        "Look at the sign: no probability is negative.",
    ),
    Mistake(
        "softmax/largest-takes-all",
        "softmax",
        largest_takes_all,
        "The largest x gets 1 and all others 0: this is the maximum, softmax is the soft version of it.",
        "Try x = [1, 2, 3]: no share is 0.",
    ),
    Mistake(
        "softmax/not-divided",
        "softmax",
        not_divided,
        "The division by Σ_j e^{x_j} is missing.",
        "Sum each row of the answer: each should give 1.",
    ),
    Mistake(
        "softmax/mean-for-sum",
        "softmax",
        mean_for_sum,
        "e^{x_i} is divided by the mean of the exponentials; the slide divides by their sum.",
        "Sum each row of the answer: each should give 1.",
        sign="times k",
    ),
    Mistake(
        "softmax/negative-x",
        "softmax",
        negative_x,
        "The exponent has a minus: e^{-x_i} gives the largest share to the smallest x.",
        "Try x = [1, 2, 3]: which class should win?",
    ),
    Mistake(
        "softmax/rounded",
        "softmax",
        rounded,
        "The result is rounded to four decimals, as for printing.",
        "Compare the digits behind the fourth; round where a number is shown, not where it is computed.",
    ),
    Mistake(
        "softmax/last-forgotten",
        "softmax",
        last_forgotten,
        "The loop of the sum ends one class early; Σ_j runs over all k classes.",
        "Sum each row of the answer, and count how often the loop runs.",
    ),
    Mistake(
        "softmax/sigmoid-for-one-class",
        "softmax",
        sigmoid_for_one_class,
        "For k = 1 a sigmoid is taken instead; e^x / e^x is 1 whatever x is.",
        "Try x of shape (2, 1), and sum each row of the answer.",
        costs="edges",
    ),
    Mistake(
        "softmax/squeezed",
        "softmax",
        squeezed,
        "Axes of length 1 are squeezed away; the result has the shape of x.",
        "Try x of shape (1, 3) and look at the shape that comes back.",
        costs="edges",
    ),
    Mistake(
        "softmax/no-shift",
        "softmax",
        no_shift,
        "e^x as on the slide overflows for large x, and for very negative x all e^x are 0: inf / inf or 0 / 0 is nan.",
        "Try x = [1000, 1001] and x = [-1000, -1001]; what happens to softmax when all x of a row move together?",
        costs="stability",
    ),
    Mistake(
        "softmax/shifted-by-largest-of-all",
        "softmax",
        shifted_by_largest_of_all,
        "The maximum of the whole matrix is subtracted: a row far below it has only e^x = 0, and 0 / 0 is nan.",
        "Try x = [[0, 1], [1000, 1001]].",
        costs="stability",
    ),
    Mistake(
        "softmax/shifted-by-mean",
        "softmax",
        shifted_by_mean,
        "The mean is subtracted instead of the maximum: what is left above 0 can still overflow.",
        "Try x = [0, 0, 3000].",
        costs="stability",
    ),
    Mistake(
        "softmax/shifted-by-abs-max",
        "softmax",
        shifted_by_abs_max,
        "The maximum of |x| is subtracted: where all x are negative they move down instead of up, and 0 / 0 is nan.",
        "Try x = [-1000, -1001].",
        costs="stability",
    ),
    Mistake(
        "softmax/shift-added",
        "softmax",
        shift_added,
        "The maximum is added instead of subtracted, so e^x overflows twice as early.",
        "Try x = [500, 501]: what is the largest exponent?",
        costs="stability",
    ),
    guarded(
        "softmax/epsilon-in-denominator",
        epsilon_in_denominator,
        1e-8,
        "{c} is added to the sum, a guard that belongs to no formula of the slide: the sum is never 0.",
        "Sum each row of the answer in float64: each should give 1.",
    ),
    guarded(
        "softmax/no-shift-epsilon",
        no_shift_epsilon,
        1e-8,
        "e^x as on the slide overflows for large x, and {c} is added to the sum, a guard that belongs to no formula.",
        "Try x = [1000, 1001] and x = [-1000, -1001]; what happens to softmax when all x of a row move together?",
    ),
    guarded(
        "softmax/clipped-from-below",
        clipped_from_below,
        1e-15,
        "The result is raised to at least {c}, a guard that belongs to no formula of the slide.",
        "Try x = [0, -100] and compare with e^-100.",
    ),
    guarded(
        "softmax/clipped",
        clipped,
        1e-7,
        "The result is clipped to [{c}, 1 - {c}], a guard that belongs to no formula of the slide.",
        "Try x = [0, -100] and compare with e^-100.",
    ),
    float32_lost("softmax", rows_in_float64),
    written_to("softmax/in-place", in_place, "x"),
)
