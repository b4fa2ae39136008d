"""Mistakes in mse and mse_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right


@Right
def mse(prediction: Any, target: Any) -> Any:
    """1/n Σ_i (y_i - ŷ_i)², over all n elements."""
    return np.mean((target - prediction) ** 2)


@Right
def mse_backward(prediction: Any, target: Any) -> Any:
    """2/n (ŷ_i - y_i)."""
    return 2 * (prediction - target) / prediction.size


def summed(prediction: Any, target: Any) -> Any:
    return np.sum((target - prediction) ** 2)


def in_place(prediction: Any, target: Any) -> Any:
    prediction -= target
    prediction *= 2
    prediction /= prediction.size
    return prediction


MISTAKES: Final = (
    mse.wrong("summed", summed,
        "The squares are summed; the slide takes their mean, 1/n Σ_i (y_i - ŷ_i)².",
        "Repeat all data twice: a mean should not change.", sign="times all elements"),
    mse.wrong("halved", lambda prediction, target: mse(prediction, target) / 2,
        "There is an extra 1/2, as some books have it; the slide has none.",
        "Try prediction = [1] and target = [0].", sign="half"),
    mse.wrong("rooted", lambda prediction, target: np.sqrt(mse(prediction, target)),
        "The square root is taken: this is the RMSE, the slide has the MSE.",
        "Try prediction = [3] and target = [0]."),
    mse.wrong("absolute", lambda prediction, target: np.mean(np.abs(target - prediction)),
        "The mean of |y - ŷ| is taken; the slide squares the differences.",
        "Try prediction = [3] and target = [0]."),
    mse.wrong("divided-by-rows", lambda prediction, target: summed(prediction, target) / len(prediction),
        "The sum is divided by the number of rows; n counts all elements.",
        "Try shapes (2, 3) and (6,) with the same numbers: the answers should be equal."),
    mse.wrong("divided-by-columns", lambda prediction, target: summed(prediction, target) / prediction.shape[-1],
        "The sum is divided by the number of columns; n counts all elements.",
        "Try shapes (2, 3) and (6,) with the same numbers: the answers should be equal."),
    mse.wrong("one-a-row", lambda prediction, target: np.mean((target - prediction) ** 2, axis=-1),
        "A mean is taken for each row and they come back as an array; the loss is one number.",
        "Try shape (2, 3) and look at the shape that comes back."),
    mse.wrong("n-minus-1", lambda prediction, target: summed(prediction, target) / (prediction.size - 1),
        "The sum is divided by n - 1, as for a sample's variance, and fails for n = 1; the slide divides by n.",
        "Try prediction = [1] and target = [0]."),
    mse.wrong("n-minus-1-but-for-one",
        lambda prediction, target: summed(prediction, target) / (prediction.size - 1 or 1),
        "The sum is divided by n - 1, with a way out for n = 1; the slide divides by n.",
        "Try prediction = [1, 1] and target = [0, 0]."),
    mse.wrong("square-of-mean", lambda prediction, target: np.mean(target - prediction) ** 2,
        "The mean is squared instead of the differences: errors of opposite sign cancel.",
        "Try prediction = [-1, 1] and target = [0, 0]."),
    mse.wrong("square-forgotten", lambda prediction, target: np.mean(target - prediction),
        "The square is missing: errors of opposite sign cancel, and the loss can be negative.",
        "Try prediction = [-1, 1] and target = [0, 0]."),
    mse.wrong("difference-of-squares", lambda prediction, target: np.mean(target**2 - prediction**2),
        "y² - ŷ² is not (y - ŷ)²: the difference is squared, not each term.",
        "Try prediction = [2] and target = [1]."),
    mse.wrong("negated", lambda prediction, target: -mse(prediction, target),
        "The sign is turned: a mean of squares is never negative.",
        "Try prediction = [1] and target = [0].", sign="negated"),
    mse.wrong("every-pair", lambda prediction, target: mse(prediction.reshape(-1, 1), target.reshape(1, -1)),
        "(n, 1) and (n,) are spread to an (n, n) matrix: every prediction is compared with every target.",
        "Print the shape of the difference: it should be that of prediction."),
    mse.wrong("relative", lambda prediction, target: np.mean(((target - prediction) / target) ** 2),
        "The differences are divided by the targets; the slide has (y - ŷ)² as it is.",
        "Try a target that is 0."),
    mse.wrong("variance", lambda prediction, target: np.var(target - prediction),
        "The variance of y - ŷ subtracts the mean error first; the slide does not.",
        "Try prediction = [1, 1] and target = [0, 0]."),
    mse.wrong("zero-for-one",
        lambda prediction, target: prediction.dtype.type(0) if len(prediction) == 1 else mse(prediction, target),
        "For a single row the loss is set to 0: one row has an error like any other.",
        "Try prediction = [3] and target = [0].", costs="edges"),
    mse.written_to("prediction-in-place",
        lambda prediction, target: np.mean(np.subtract(prediction, target, out=prediction) ** 2), "prediction"),
    mse.state_kept(),
    mse_backward.wrong("factor-2-forgotten", lambda prediction, target: mse_backward(prediction, target) / 2,
        "The 2 of the square's derivative is missing: it is left out only where the loss has an extra 1/2.",
        "Try prediction = [1] and target = [0], and move the prediction by 0.001.", sign="half"),
    mse_backward.wrong("not-divided", lambda prediction, target: 2 * (prediction - target),
        "The 1/n of the mean is missing: the loss has it, and so has its gradient.",
        "Repeat all data twice: each element of the gradient should be halved.", sign="times all elements"),
    mse_backward.wrong("difference-only", lambda prediction, target: prediction - target,
        "ŷ - y lacks both the 2 of the square's derivative and the 1/n of the mean.",
        "Differentiate the slide's formula for n = 3, factor by factor."),
    mse_backward.wrong("divided-by-rows", lambda prediction, target: 2 * (prediction - target) / len(prediction),
        "The gradient is divided by the number of rows; n counts all elements.",
        "Try shapes (2, 3) and (6,) with the same numbers: the answers should be equal."),
    mse_backward.wrong("divided-twice", lambda prediction, target: mse_backward(prediction, target) / prediction.size,
        "The gradient is divided by n twice.",
        "Count where 1/n enters on the slide.", sign="divided by all elements"),
    mse_backward.wrong("negated", lambda prediction, target: mse_backward(target, prediction),
        "y - ŷ stands for ŷ - y: this is the derivative with respect to the target.",
        "Try a prediction above the target: raising it raises the loss.", sign="negated"),
    mse_backward.wrong("factor-4", lambda prediction, target: 2 * mse_backward(prediction, target),
        "The 2 of the square's derivative enters twice.",
        "Try prediction = [1] and target = [0], and count the factors.", sign="times 2"),
    mse_backward.wrong("sign-only", lambda prediction, target: np.sign(prediction - target) / prediction.size,
        "Only the sign of ŷ - y is left: this is the gradient of the mean of |y - ŷ|.",
        "Double the error: the gradient should double."),
    mse_backward.wrong("averaged", lambda prediction, target: 2 * np.mean(prediction - target),
        "The mean is taken over the gradient itself: one number comes back, but each prediction has its own ∂MSE/∂ŷ_i.",
        "Look at the shape that comes back."),
    mse_backward.wrong("target-forgotten", lambda prediction, target: 2 * prediction / prediction.size,
        "The target is left out: the derivative of (y - ŷ)² keeps the difference.",
        "Try prediction = target: the gradient should be 0."),
    mse_backward.wrong("squared", lambda prediction, target: 2 * (prediction - target) ** 2 / prediction.size,
        "The difference is still squared: the derivative of d² is 2d.",
        "Double the error: the gradient should double."),
    mse_backward.wrong("absolute", lambda prediction, target: np.abs(mse_backward(prediction, target)),
        "The sign is lost: below the target the gradient is negative.",
        "Try predictions above and below the target."),
    mse_backward.wrong("times-loss",
        lambda prediction, target: mse_backward(prediction, target) * mse(prediction, target),
        "The gradient is multiplied by the loss; ∂L/∂L, where the chain starts, is 1.",
        "Double the error: the gradient should double."),
    mse_backward.float32_lost(lambda prediction, target: 2 * (prediction - target) / np.prod(prediction.shape)),
    mse_backward.written_to("prediction-in-place", in_place, "prediction"),
    mse_backward.as_list(),
    mse_backward.state_kept(),
)  # fmt: skip
