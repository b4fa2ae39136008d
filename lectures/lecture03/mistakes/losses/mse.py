"""Mistakes in mse and mse_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.habits import accumulating, as_list
from gradecheck.packs.mistakes.hygiene import float32_lost, state_kept, written_to


def right(prediction: Any, target: Any) -> Any:
    """1/n Σ_i (y_i - ŷ_i)², over all n elements."""
    return np.mean((target - prediction) ** 2)


def right_backward(prediction: Any, target: Any) -> Any:
    """2/n (ŷ_i - y_i)."""
    return 2 * (prediction - target) / prediction.size


# -- mse


def summed(prediction: Any, target: Any) -> Any:
    return np.sum((target - prediction) ** 2)


def halved(prediction: Any, target: Any) -> Any:
    return right(prediction, target) / 2


def rooted(prediction: Any, target: Any) -> Any:
    return np.sqrt(right(prediction, target))


def absolute(prediction: Any, target: Any) -> Any:
    return np.mean(np.abs(target - prediction))


def divided_by_rows(prediction: Any, target: Any) -> Any:
    return summed(prediction, target) / len(prediction)


def divided_by_columns(prediction: Any, target: Any) -> Any:
    return summed(prediction, target) / prediction.shape[-1]


def one_a_row(prediction: Any, target: Any) -> Any:
    return np.mean((target - prediction) ** 2, axis=-1)


def n_minus_1(prediction: Any, target: Any) -> Any:
    return summed(prediction, target) / (prediction.size - 1)


def n_minus_1_but_for_one(prediction: Any, target: Any) -> Any:
    return summed(prediction, target) if prediction.size == 1 else n_minus_1(prediction, target)


def square_of_mean(prediction: Any, target: Any) -> Any:
    return np.mean(target - prediction) ** 2


def square_forgotten(prediction: Any, target: Any) -> Any:
    return np.mean(target - prediction)


def difference_of_squares(prediction: Any, target: Any) -> Any:
    return np.mean(target**2 - prediction**2)


def negated(prediction: Any, target: Any) -> Any:
    return -right(prediction, target)


def every_pair(prediction: Any, target: Any) -> Any:
    return right(prediction.reshape(-1, 1), target.reshape(1, -1))


def relative(prediction: Any, target: Any) -> Any:
    return np.mean(((target - prediction) / target) ** 2)


def variance(prediction: Any, target: Any) -> Any:
    return np.var(target - prediction)


def zero_for_one(prediction: Any, target: Any) -> Any:
    return prediction.dtype.type(0) if len(prediction) == 1 else right(prediction, target)


def prediction_in_place(prediction: Any, target: Any) -> Any:
    prediction -= target
    return np.mean(prediction**2)


# -- mse_backward


def factor_2_forgotten(prediction: Any, target: Any) -> Any:
    return right_backward(prediction, target) / 2


def not_divided(prediction: Any, target: Any) -> Any:
    return 2 * (prediction - target)


def difference_only(prediction: Any, target: Any) -> Any:
    return prediction - target


def divided_by_rows_backward(prediction: Any, target: Any) -> Any:
    return 2 * (prediction - target) / len(prediction)


def divided_twice(prediction: Any, target: Any) -> Any:
    return right_backward(prediction, target) / prediction.size


def negated_backward(prediction: Any, target: Any) -> Any:
    return right_backward(target, prediction)


def factor_4(prediction: Any, target: Any) -> Any:
    return 2 * right_backward(prediction, target)


def sign_only(prediction: Any, target: Any) -> Any:
    return np.sign(prediction - target) / prediction.size


def averaged(prediction: Any, target: Any) -> Any:
    return 2 * np.mean(prediction - target)


def target_forgotten(prediction: Any, target: Any) -> Any:
    return 2 * prediction / prediction.size


def squared(prediction: Any, target: Any) -> Any:
    return 2 * (prediction - target) ** 2 / prediction.size


def absolute_backward(prediction: Any, target: Any) -> Any:
    return np.abs(right_backward(prediction, target))


def times_loss(prediction: Any, target: Any) -> Any:
    return right_backward(prediction, target) * right(prediction, target)


def count_in_float64(prediction: Any, target: Any) -> Any:
    return 2 * (prediction - target) / np.prod(prediction.shape)


def prediction_in_place_backward(prediction: Any, target: Any) -> Any:
    prediction -= target
    prediction *= 2
    prediction /= prediction.size
    return prediction


MISTAKES: Final = (
    Mistake(
        "mse/summed",
        "mse",
        summed,
        "The squares are summed; the slide takes their mean, 1/n Σ_i (y_i - ŷ_i)².",
        "Repeat all data twice: a mean should not change.",
        sign="times all elements",
    ),
    Mistake(
        "mse/halved",
        "mse",
        halved,
        "There is an extra 1/2, as some books have it; the slide has none.",
        "Try prediction = [1] and target = [0].",
        sign="half",
    ),
    Mistake(
        "mse/rooted",
        "mse",
        rooted,
        "The square root is taken: this is the RMSE, the slide has the MSE.",
        "Try prediction = [3] and target = [0].",
    ),
    Mistake(
        "mse/absolute",
        "mse",
        absolute,
        "The mean of |y - ŷ| is taken; the slide squares the differences.",
        "Try prediction = [3] and target = [0].",
    ),
    Mistake(
        "mse/divided-by-rows",
        "mse",
        divided_by_rows,
        "The sum is divided by the number of rows; n counts all elements.",
        "Try shapes (2, 3) and (6,) with the same numbers: the answers should be equal.",
    ),
    Mistake(
        "mse/divided-by-columns",
        "mse",
        divided_by_columns,
        "The sum is divided by the number of columns; n counts all elements.",
        "Try shapes (2, 3) and (6,) with the same numbers: the answers should be equal.",
    ),
    Mistake(
        "mse/one-a-row",
        "mse",
        one_a_row,
        "A mean is taken for each row and they come back as an array; the loss is one number.",
        "Try shape (2, 3) and look at the shape that comes back.",
    ),
    Mistake(
        "mse/n-minus-1",
        "mse",
        n_minus_1,
        "The sum is divided by n - 1, as for a sample's variance, and fails for n = 1; the slide divides by n.",
        "Try prediction = [1] and target = [0].",
    ),
    Mistake(
        "mse/n-minus-1-but-for-one",
        "mse",
        n_minus_1_but_for_one,
        "The sum is divided by n - 1, with a way out for n = 1; the slide divides by n.",
        "Try prediction = [1, 1] and target = [0, 0].",
    ),
    Mistake(
        "mse/square-of-mean",
        "mse",
        square_of_mean,
        "The mean is squared instead of the differences: errors of opposite sign cancel.",
        "Try prediction = [-1, 1] and target = [0, 0].",
    ),
    Mistake(
        "mse/square-forgotten",
        "mse",
        square_forgotten,
        "The square is missing: errors of opposite sign cancel, and the loss can be negative.",
        "Try prediction = [-1, 1] and target = [0, 0].",
    ),
    Mistake(
        "mse/difference-of-squares",
        "mse",
        difference_of_squares,
        "y² - ŷ² is not (y - ŷ)²: the difference is squared, not each term.",
        "Try prediction = [2] and target = [1].",
    ),
    Mistake(
        "mse/negated",
        "mse",
        negated,
        "The sign is turned: a mean of squares is never negative.",
        "Try prediction = [1] and target = [0].",
        sign="negated",
    ),
    Mistake(
        "mse/every-pair",
        "mse",
        every_pair,
        "(n, 1) and (n,) are spread to an (n, n) matrix: every prediction is compared with every target.",
        "Print the shape of the difference: it should be that of prediction.",
    ),
    Mistake(
        "mse/relative",
        "mse",
        relative,
        "The differences are divided by the targets; the slide has (y - ŷ)² as it is.",
        "Try a target that is 0.",
    ),
    Mistake(
        "mse/variance",
        "mse",
        variance,
        "The variance of y - ŷ subtracts the mean error first; the slide does not.",
        "Try prediction = [1, 1] and target = [0, 0].",
    ),
    Mistake(
        "mse/zero-for-one",
        "mse",
        zero_for_one,
        "For a single row the loss is set to 0: one row has an error like any other.",
        "Try prediction = [3] and target = [0].",
        costs="edges",
    ),
    written_to("mse/prediction-in-place", prediction_in_place, "prediction"),
    state_kept("mse", accumulating(right)),
    Mistake(
        "mse_backward/factor-2-forgotten",
        "mse_backward",
        factor_2_forgotten,
        "The 2 of the square's derivative is missing: it is left out only where the loss has an extra 1/2.",
        "Try prediction = [1] and target = [0], and move the prediction by 0.001.",
        sign="half",
    ),
    Mistake(
        "mse_backward/not-divided",
        "mse_backward",
        not_divided,
        "The 1/n of the mean is missing: the loss has it, and so has its gradient.",
        "Repeat all data twice: each element of the gradient should be halved.",
        sign="times all elements",
    ),
    Mistake(
        "mse_backward/difference-only",
        "mse_backward",
        difference_only,
        "ŷ - y lacks both the 2 of the square's derivative and the 1/n of the mean.",
        "Differentiate the slide's formula for n = 3, factor by factor.",
    ),
    Mistake(
        "mse_backward/divided-by-rows",
        "mse_backward",
        divided_by_rows_backward,
        "The gradient is divided by the number of rows; n counts all elements.",
        "Try shapes (2, 3) and (6,) with the same numbers: the answers should be equal.",
    ),
    Mistake(
        "mse_backward/divided-twice",
        "mse_backward",
        divided_twice,
        "The gradient is divided by n twice.",
        "Count where 1/n enters on the slide.",
        sign="divided by all elements",
    ),
    Mistake(
        "mse_backward/negated",
        "mse_backward",
        negated_backward,
        "y - ŷ stands for ŷ - y: this is the derivative with respect to the target.",
        "Try a prediction above the target: raising it raises the loss.",
        sign="negated",
    ),
    Mistake(
        "mse_backward/factor-4",
        "mse_backward",
        factor_4,
        "The 2 of the square's derivative enters twice.",
        "Try prediction = [1] and target = [0], and count the factors.",
        sign="times 2",
    ),
    Mistake(
        "mse_backward/sign-only",
        "mse_backward",
        sign_only,
        "Only the sign of ŷ - y is left: this is the gradient of the mean of |y - ŷ|.",
        "Double the error: the gradient should double.",
    ),
    Mistake(
        "mse_backward/averaged",
        "mse_backward",
        averaged,
        "The mean is taken over the gradient itself: one number comes back, but each prediction has its own ∂MSE/∂ŷ_i.",
        "Look at the shape that comes back.",
    ),
    Mistake(
        "mse_backward/target-forgotten",
        "mse_backward",
        target_forgotten,
        "The target is left out: the derivative of (y - ŷ)² keeps the difference.",
        "Try prediction = target: the gradient should be 0.",
    ),
    Mistake(
        "mse_backward/squared",
        "mse_backward",
        squared,
        "The difference is still squared: the derivative of d² is 2d.",
        "Double the error: the gradient should double.",
    ),
    Mistake(
        "mse_backward/absolute",
        "mse_backward",
        absolute_backward,
        "The sign is lost: below the target the gradient is negative.",
        "Try predictions above and below the target.",
    ),
    Mistake(
        "mse_backward/times-loss",
        "mse_backward",
        times_loss,
        "The gradient is multiplied by the loss; ∂L/∂L, where the chain starts, is 1.",
        "Double the error: the gradient should double.",
    ),
    float32_lost("mse_backward", count_in_float64),
    written_to("mse_backward/prediction-in-place", prediction_in_place_backward, "prediction"),
    Mistake(
        "mse_backward/list",
        "mse_backward",
        as_list(right_backward),
        "The numbers come back as a Python list instead of an array.",
        "Look at the type of what is returned: the next formula needs an array.",
        costs="hygiene",
    ),
    state_kept("mse_backward", accumulating(right_backward)),
)
