"""Mistakes in sigmoid and sigmoid_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.guards import guarded
from gradecheck.packs.mistakes.habits import accumulating, as_list
from gradecheck.packs.mistakes.hygiene import float32_lost, state_kept, written_to


def right(x: Any) -> Any:
    """f(x) = 1 / (1 + e^-x), without overflow."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def right_backward(grad: Any, x: Any) -> Any:
    return grad * right(x) * right(-x)


# -- sigmoid


def e_to_plus_x(x: Any) -> Any:
    return right(-x)


def minus_in_denominator(x: Any) -> Any:
    return 1 / (1 - np.exp(-x))


def precedence(x: Any) -> Any:
    return 1 / 1 + np.exp(-x)


def one_forgotten(x: Any) -> Any:
    return np.exp(x)


def tanh_not_halved(x: Any) -> Any:
    return right(2 * x)


def numerator_lost_left(x: Any) -> Any:
    return right(np.abs(x))


def rounded(x: Any) -> Any:
    return np.round(right(x), 4)


def computed_in_float32(x: Any) -> Any:
    return right(x.astype(np.float32)).astype(x.dtype)


def squeezed(x: Any) -> Any:
    return right(x).squeeze()


def e_x_over_one_plus_e_x(x: Any) -> Any:
    return np.exp(x) / (1 + np.exp(x))


def input_clipped_at_20(x: Any) -> Any:
    return right(np.clip(x, -20, 20))


def output_clipped(x: Any, c: float) -> Any:
    return np.clip(right(x), c, 1 - c)


def float64_lost(x: Any) -> Any:
    return right(np.array(x, dtype=float))


def in_place(x: Any) -> Any:
    x *= -1
    return 1 / (1 + np.exp(x))


# -- sigmoid_backward


def grad_dropped(grad: Any, x: Any) -> Any:
    return right_backward(1, x)


def x_for_f(grad: Any, x: Any) -> Any:
    return grad * x * (1 - x)


def one_plus_f(grad: Any, x: Any) -> Any:
    return grad * right(x) * (1 + right(x))


def first_factor_only(grad: Any, x: Any) -> Any:
    return grad * right(x)


def negated(grad: Any, x: Any) -> Any:
    return -right_backward(grad, x)


def sigmoid_twice(grad: Any, x: Any) -> Any:
    return right_backward(grad, right(x))


def slope_of_tanh(grad: Any, x: Any) -> Any:
    return grad * (1 - right(x) ** 2)


def swapped(grad: Any, x: Any) -> Any:
    return right_backward(x, grad)


def grad_summed(grad: Any, x: Any) -> Any:
    return right_backward(grad.sum(), x)


def divided_by_rows(grad: Any, x: Any) -> Any:
    return right_backward(grad, x) / len(x)


def quotient_overflows(grad: Any, x: Any) -> Any:
    return grad * np.exp(-x) / (1 + np.exp(-x)) ** 2


def grad_in_place(grad: Any, x: Any) -> Any:
    grad *= right(x) * right(-x)
    return grad


MISTAKES: Final = (
    Mistake(
        "sigmoid/e-to-plus-x",
        "sigmoid",
        e_to_plus_x,
        "The minus of e^-x is missing: 1 / (1 + e^x) is 1 - f(x), the sigmoid mirrored.",
        "Try x = [-5, 0, 5]: a sigmoid rises from 0 to 1.",
    ),
    Mistake(
        "sigmoid/minus-in-denominator",
        "sigmoid",
        minus_in_denominator,
        "The denominator is 1 - e^-x; the slide has 1 + e^-x.",
        "Try x = 0, where f(x) is 1/2, and x < 0, where no sigmoid is negative.",
    ),
    Mistake(
        "sigmoid/precedence",
        "sigmoid",
        precedence,
        "The answer is 1 + e^-x, the reciprocal 1 / f(x): only what stands below the line of the fraction comes back.",
        "Try x = 0: the answer should be 1/2; look at what Python divides by what.",
    ),
    Mistake(
        "sigmoid/one-forgotten",
        "sigmoid",
        one_forgotten,
        "The 1 of the denominator is missing: 1 / e^-x is e^x, which grows without end.",
        "Try x = [0, 10]: no value of a sigmoid is above 1.",
    ),
    Mistake(
        "sigmoid/tanh-not-halved",
        "sigmoid",
        tanh_not_halved,
        "(1 + tanh(x)) / 2 is the sigmoid of 2x; the way through tanh needs tanh(x / 2).",
        "Compare the slope at x = 0 with the 1/4 of the slide's curve.",
    ),
    Mistake(
        "sigmoid/numerator-lost-left",
        "sigmoid",
        numerator_lost_left,
        "For x < 0 the fraction 1 / (1 + e^-|x|) is returned as it is: expanded by e^x it needs e^x on top.",
        "Try x = [-3, 3]: the two values should sum to 1, not be equal.",
    ),
    Mistake(
        "sigmoid/rounded",
        "sigmoid",
        rounded,
        "The result is rounded to four decimals, as for printing.",
        "Compare the digits behind the fourth; round where a number is shown, not where it is computed.",
    ),
    Mistake(
        "sigmoid/computed-in-float32",
        "sigmoid",
        computed_in_float32,
        "x is rounded to float32 first: float64 comes back with seven digits right instead of sixteen.",
        "Compare the digits behind the eighth for float64 input; where is another dtype made on the way?",
    ),
    Mistake(
        "sigmoid/squeezed",
        "sigmoid",
        squeezed,
        "Axes of length 1 are squeezed away; the result has the shape of x.",
        "Try x of shape (4, 1) and look at the shape that comes back.",
        costs="edges",
    ),
    Mistake(
        "sigmoid/e-x-over-one-plus-e-x",
        "sigmoid",
        e_x_over_one_plus_e_x,
        "e^x / (1 + e^x) is inf / inf = nan as soon as e^x overflows; the slide's 1 / (1 + e^-x) is 1 there.",
        "Try x = [100, 800].",
        costs="stability",
    ),
    Mistake(
        "sigmoid/input-clipped-at-20",
        "sigmoid",
        input_clipped_at_20,
        "x is clipped to [-20, 20] against overflow, so f(x) never falls below 2e-9.",
        "Compare f(-30) with e^-30.",
        costs="stability",
    ),
    guarded(
        "sigmoid/output-clipped",
        output_clipped,
        1e-7,
        "The result is clipped to [{c}, 1 - {c}], a guard that belongs to no formula of the slide.",
        "Compare f(-40) with e^-40.",
    ),
    float32_lost("sigmoid", float64_lost),
    written_to("sigmoid/in-place", in_place, "x"),
    Mistake(
        "sigmoid/list",
        "sigmoid",
        as_list(right),
        "The numbers come back as a Python list instead of an array.",
        "Look at the type of what is returned: the next formula needs an array.",
        costs="hygiene",
    ),
    Mistake(
        "sigmoid_backward/grad-dropped",
        "sigmoid_backward",
        grad_dropped,
        "The upstream gradient is left out: this is f'(x), not ∂L/∂x = ∂L/∂f f'(x).",
        "Double grad: the answer should double.",
    ),
    Mistake(
        "sigmoid_backward/x-for-f",
        "sigmoid_backward",
        x_for_f,
        "x (1 - x) takes the input for the output: the slope is f(x) (1 - f(x)).",
        "Look at what the second argument holds: the values before the sigmoid or after it?",
    ),
    Mistake(
        "sigmoid_backward/one-plus-f",
        "sigmoid_backward",
        one_plus_f,
        "f(x) (1 + f(x)) has the wrong sign: the slope is f(x) (1 - f(x)).",
        "Try a large x, where the sigmoid is flat.",
    ),
    Mistake(
        "sigmoid_backward/first-factor-only",
        "sigmoid_backward",
        first_factor_only,
        "grad f(x) lacks the second factor of the slope f(x) (1 - f(x)).",
        "Try a large x, where the sigmoid is flat.",
    ),
    Mistake(
        "sigmoid_backward/negated",
        "sigmoid_backward",
        negated,
        "The sign is turned: f(x) (f(x) - 1) is the negative slope.",
        "A sigmoid rises everywhere: compare the sign of the answer with that of grad.",
        sign="negated",
    ),
    Mistake(
        "sigmoid_backward/sigmoid-twice",
        "sigmoid_backward",
        sigmoid_twice,
        "The slope is taken at f(x) instead of x: the sigmoid is applied twice.",
        "Count how often the sigmoid is applied, also inside the functions that you call.",
    ),
    Mistake(
        "sigmoid_backward/slope-of-tanh",
        "sigmoid_backward",
        slope_of_tanh,
        "1 - f(x)² is the slope of tanh; that of the sigmoid is f(x) (1 - f(x)).",
        "Try x = 0: the sigmoid's slope there is 1/4.",
    ),
    Mistake(
        "sigmoid_backward/swapped",
        "sigmoid_backward",
        swapped,
        "The arguments are swapped: grad is taken for x and x for grad.",
        "Compare the order of the arguments with the contract's: sigmoid_backward(grad, x).",
    ),
    Mistake(
        "sigmoid_backward/grad-summed",
        "sigmoid_backward",
        grad_summed,
        "grad is summed over all elements first; each element has its own ∂L/∂f.",
        "Make grad 0 everywhere but in one place: only that place of the answer may differ from 0.",
    ),
    Mistake(
        "sigmoid_backward/divided-by-rows",
        "sigmoid_backward",
        divided_by_rows,
        "The gradient is averaged over the batch; only a loss takes a mean, and its 1/n is in grad already.",
        "Repeat every row of x and grad: no element of the answer should change.",
    ),
    Mistake(
        "sigmoid_backward/quotient-overflows",
        "sigmoid_backward",
        quotient_overflows,
        "e^-x / (1 + e^-x)² is inf / inf = nan as soon as the square overflows.",
        "Try x = [-800, 800], where the slope is all but 0.",
        costs="stability",
    ),
    written_to("sigmoid_backward/grad-in-place", grad_in_place, "grad"),
    state_kept("sigmoid_backward", accumulating(right_backward)),
)
