"""Mistakes in huber and huber_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Function, Right


def terms(d: Any, delta: float) -> Any:
    return np.where(np.abs(d) <= delta, d * d / 2, delta * (np.abs(d) - delta / 2))


@Right
def huber(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    return np.mean(terms(prediction - target, delta))


@Right
def huber_backward(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    return np.clip(prediction - target, -delta, delta) / prediction.size


def mean(near: Function, far: Function) -> Function:
    """The mean of near(|d|, δ) where |d| <= δ, and of far(|d|, δ) otherwise."""

    def wrong(prediction: Any, target: Any, delta: float = 1.0) -> Any:
        d = np.abs(prediction - target)
        return np.mean(np.where(d <= delta, near(d, delta), far(d, delta)))

    return wrong


def square(d: Any, delta: float) -> Any:
    return d * d / 2


def line(d: Any, delta: float) -> Any:
    return delta * (d - delta / 2)


def sides(near: Function, far: Function) -> Function:
    """near(d, δ) where |d| <= δ, and far(d, δ) otherwise, over n."""

    def wrong(prediction: Any, target: Any, delta: float = 1.0) -> Any:
        d = prediction - target
        return np.where(np.abs(d) <= delta, near(d, delta), far(d, delta)) / d.size

    return wrong


def in_place(prediction: Any, target: Any, delta: float = 1.0) -> Any:
    prediction -= target
    np.clip(prediction, -delta, delta, out=prediction)
    prediction /= prediction.size
    return prediction


MISTAKES: Final = (
    huber.wrong("delta-ignored", lambda prediction, target, delta=1.0: huber(prediction, target, 1.0),
        "δ is always 1, whatever is passed.",
        "Try prediction = [2] and target = [0] with δ = 0.5."),
    huber.wrong("smooth-l1", lambda prediction, target, delta=1.0: huber(prediction, target, delta) / delta,
        "The loss is divided by δ: this is smooth L1, which torch has beside it.",
        "Try prediction = [0.1] and target = [0] with δ = 0.5: 0.005 is right."),
    huber.wrong("half-left-out", mean(lambda d, delta: d * d, line),
        "The 1/2 of d²/2 is missing, so that the two pieces do not meet at δ.",
        "Try |d| = δ = 1 by both pieces: both should be 1/2."),
    huber.wrong("doubled", lambda prediction, target, delta=1.0: 2 * huber(prediction, target, delta),
        "Both pieces are twice what they should be: d² and 2δ|d| - δ².",
        "Try prediction = [1] and target = [0] with δ = 1: 1/2 is right.", sign="times 2"),
    huber.wrong("line-not-shifted", mean(square, lambda d, delta: delta * d),
        "The line is δ |d|; it has to be δ (|d| - δ/2), so that it meets the parabola at δ.",
        "Try |d| = δ = 1 by both pieces: both should be 1/2."),
    huber.wrong("line-shifted-by-delta", mean(square, lambda d, delta: delta * (d - delta)),
        "The line is δ (|d| - δ); it has to be δ (|d| - δ/2), so that it meets the parabola at δ.",
        "Try |d| = δ = 1 by both pieces: both should be 1/2."),
    huber.wrong("line-shifted-by-half", mean(square, lambda d, delta: delta * (d - 0.5)),
        "The line is δ (|d| - 1/2), which is right for δ = 1 alone: δ (|d| - δ/2).",
        "Try |d| = δ = 2 by both pieces: both should be 2."),
    huber.wrong("line-of-slope-1", mean(square, lambda d, delta: d - delta / 2),
        "The line lacks its slope δ: δ (|d| - δ/2).",
        "Try |d| = δ = 2 by both pieces: both should be 2."),
    huber.wrong("pieces-swapped", mean(line, square),
        "The pieces are swapped: the parabola is for |d| <= δ.",
        "Try prediction = [100] and target = [0] with δ = 1: 99.5 is right."),
    huber.wrong("sign-forgotten",
        lambda prediction, target, delta=1.0: np.mean(
            np.where(prediction - target <= delta, (prediction - target) ** 2 / 2,
                delta * (prediction - target - delta / 2))),
        "d is compared with δ without its absolute value: far below the target the loss is a parabola.",
        "Try prediction = [-100] and target = [0] with δ = 1: 99.5 is right."),
    huber.wrong("mse", mean(square, square),
        "The loss is d²/2 everywhere: far from the target it should be a line.",
        "Try prediction = [100] and target = [0] with δ = 1: 99.5 is right."),
    huber.wrong("summed",
        lambda prediction, target, delta=1.0: np.sum(terms(prediction - target, delta)),
        "The terms are summed; their mean over all elements is meant.",
        "Repeat all data twice: a mean should not change.", sign="times all elements"),
    huber.wrong("divided-by-rows",
        lambda prediction, target, delta=1.0: np.sum(terms(prediction - target, delta)) / len(prediction),
        "The sum is divided by the number of rows; n counts all elements.",
        "Try shapes (2, 3) and (6,) with the same numbers: the answers should be equal."),
    huber.state_kept(),
    huber_backward.wrong("delta-ignored",
        lambda prediction, target, delta=1.0: huber_backward(prediction, target, 1.0),
        "δ is always 1, whatever is passed.",
        "Try prediction = [2] and target = [0] with δ = 0.5."),
    huber_backward.wrong("smooth-l1",
        lambda prediction, target, delta=1.0: huber_backward(prediction, target, delta) / delta,
        "The gradient is divided by δ: this is that of smooth L1, which torch has beside it.",
        "Try prediction = [0.1] and target = [0] with δ = 0.5: 0.1 is right."),
    huber_backward.wrong("not-divided",
        lambda prediction, target, delta=1.0: np.clip(prediction - target, -delta, delta),
        "The 1/n of the mean is missing: the loss has it, and so has its gradient.",
        "Repeat all data twice: each element of the gradient should be halved.", sign="times all elements"),
    huber_backward.wrong("divided-by-rows",
        lambda prediction, target, delta=1.0: np.clip(prediction - target, -delta, delta) / len(prediction),
        "The gradient is divided by the number of rows; n counts all elements.",
        "Try shapes (2, 3) and (6,) with the same numbers: the values should be equal."),
    huber_backward.wrong("negated",
        lambda prediction, target, delta=1.0: huber_backward(target, prediction, delta),
        "The sign is turned: d is ŷ - y, and the gradient rises with it.",
        "Raise a prediction that is too low: the loss should fall.", sign="negated"),
    huber_backward.wrong("doubled",
        lambda prediction, target, delta=1.0: 2 * huber_backward(prediction, target, delta),
        "The slope of d²/2 is d, not 2 d: the 1/2 is lost.",
        "Try prediction = [0.1] and target = [0]: 0.1 is right.", sign="times 2"),
    huber_backward.wrong("sign-left-out", sides(lambda d, delta: d, lambda d, delta: np.full_like(d, delta)),
        "Far from the target the gradient is δ on both sides; below it, it is -δ.",
        "Try prediction = [-100] and target = [0] with δ = 1: -1 is right."),
    huber_backward.wrong("delta-left-out", sides(lambda d, delta: d, lambda d, delta: np.sign(d)),
        "Far from the target the gradient is the sign of d; it is δ times that.",
        "Try prediction = [100] and target = [0] with δ = 0.5: 0.5 is right."),
    huber_backward.wrong("times-d", sides(lambda d, delta: d, lambda d, delta: delta * d),
        "Far from the target the gradient is δ d; the slope of the line δ (|d| - δ/2) is δ sign(d).",
        "Try prediction = [100] and target = [0] with δ = 1: 1 is right."),
    huber_backward.wrong("nothing-far", sides(lambda d, delta: d, lambda d, delta: np.zeros_like(d)),
        "Far from the target the gradient is 0; it is δ sign(d), for the loss rises there as well.",
        "Try prediction = [100] and target = [0] with δ = 1: 1 is right."),
    huber_backward.wrong("mse", sides(lambda d, delta: d, lambda d, delta: d),
        "The gradient is d everywhere: far from the target it stays at δ sign(d).",
        "Try prediction = [100] and target = [0] with δ = 1: 1 is right."),
    huber_backward.written_to("prediction-in-place", in_place, "prediction"),
    huber_backward.state_kept(),
)  # fmt: skip
