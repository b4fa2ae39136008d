"""Mistakes in sigmoid and sigmoid_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.lecture03.mistakes.shared import grad_dropped, rounded, squeezed


@Right
def sigmoid(x: Any) -> Any:
    """f(x) = 1 / (1 + e^-x), without overflow."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


@Right
def sigmoid_backward(grad: Any, x: Any) -> Any:
    return grad * sigmoid(x) * sigmoid(-x)


MISTAKES: Final = (
    sigmoid.wrong("e-to-plus-x", lambda x: sigmoid(-x),
        "The minus of e^-x is missing: 1 / (1 + e^x) is 1 - f(x), the sigmoid mirrored.",
        "Try x = [-5, 0, 5]: a sigmoid rises from 0 to 1."),
    sigmoid.wrong("minus-in-denominator", lambda x: 1 / (1 - np.exp(-x)),
        "The denominator is 1 - e^-x; the slide has 1 + e^-x.",
        "Try x = 0, where f(x) is 1/2, and x < 0, where no sigmoid is negative."),
    sigmoid.wrong("precedence", lambda x: 1 / 1 + np.exp(-x),
        "The answer is 1 + e^-x, the reciprocal 1 / f(x): only what stands below the line of the fraction comes back.",
        "Try x = 0: the answer should be 1/2; look at what Python divides by what."),
    sigmoid.wrong("one-forgotten", lambda x: np.exp(x),
        "The 1 of the denominator is missing: 1 / e^-x is e^x, which grows without end.",
        "Try x = [0, 10]: no value of a sigmoid is above 1."),
    sigmoid.wrong("tanh-not-halved", lambda x: sigmoid(2 * x),
        "(1 + tanh(x)) / 2 is the sigmoid of 2x; the way through tanh needs tanh(x / 2).",
        "Compare the slope at x = 0 with the 1/4 of the slide's curve."),
    sigmoid.wrong("numerator-lost-left", lambda x: sigmoid(np.abs(x)),
        "For x < 0 the fraction 1 / (1 + e^-|x|) is returned as it is: expanded by e^x it needs e^x on top.",
        "Try x = [-3, 3]: the two values should sum to 1, not be equal."),
    rounded(sigmoid),
    sigmoid.wrong("computed-in-float32", lambda x: sigmoid(x.astype(np.float32)).astype(x.dtype),
        "x is rounded to float32 first: float64 comes back with seven digits right instead of sixteen.",
        "Compare the digits behind the eighth for float64 input; where is another dtype made on the way?"),
    squeezed(sigmoid, "(4, 1)"),
    sigmoid.wrong("e-x-over-one-plus-e-x", lambda x: np.exp(x) / (1 + np.exp(x)),
        "e^x / (1 + e^x) is inf / inf = nan as soon as e^x overflows; the slide's 1 / (1 + e^-x) is 1 there.",
        "Try x = [100, 800].", costs="stability"),
    sigmoid.wrong("input-clipped-at-20", lambda x: sigmoid(np.clip(x, -20, 20)),
        "x is clipped to [-20, 20] against overflow, so f(x) never falls below 2e-9.",
        "Compare f(-30) with e^-30.", costs="stability"),
    sigmoid.guarded("output-clipped", 1e-7, lambda x, c: np.clip(sigmoid(x), c, 1 - c),
        "The result is clipped to [{c}, 1 - {c}], a guard that belongs to no formula of the slide.",
        "Compare f(-40) with e^-40."),
    sigmoid.float32_lost(lambda x: sigmoid(np.array(x, dtype=float))),
    sigmoid.written_to("in-place", lambda x: 1 / (1 + np.exp(np.multiply(x, -1, out=x))), "x"),
    sigmoid.as_list(),
    grad_dropped(sigmoid_backward, lambda grad, x: sigmoid_backward(1, x)),
    sigmoid_backward.wrong("x-for-f", lambda grad, x: grad * x * (1 - x),
        "x (1 - x) takes the input for the output: the slope is f(x) (1 - f(x)).",
        "Look at what the second argument holds: the values before the sigmoid or after it?"),
    sigmoid_backward.wrong("one-plus-f", lambda grad, x: grad * sigmoid(x) * (1 + sigmoid(x)),
        "f(x) (1 + f(x)) has the wrong sign: the slope is f(x) (1 - f(x)).",
        "Try a large x, where the sigmoid is flat."),
    sigmoid_backward.wrong("first-factor-only", lambda grad, x: grad * sigmoid(x),
        "grad f(x) lacks the second factor of the slope f(x) (1 - f(x)).",
        "Try a large x, where the sigmoid is flat."),
    sigmoid_backward.wrong("negated", lambda grad, x: -sigmoid_backward(grad, x),
        "The sign is turned: f(x) (f(x) - 1) is the negative slope.",
        "A sigmoid rises everywhere: compare the sign of the answer with that of grad.", sign="negated"),
    sigmoid_backward.wrong("sigmoid-twice", lambda grad, x: sigmoid_backward(grad, sigmoid(x)),
        "The slope is taken at f(x) instead of x: the sigmoid is applied twice.",
        "Count how often the sigmoid is applied, also inside the functions that you call."),
    sigmoid_backward.wrong("slope-of-tanh", lambda grad, x: grad * (1 - sigmoid(x) ** 2),
        "1 - f(x)² is the slope of tanh; that of the sigmoid is f(x) (1 - f(x)).",
        "Try x = 0: the sigmoid's slope there is 1/4."),
    sigmoid_backward.wrong("swapped", lambda grad, x: sigmoid_backward(x, grad),
        "The arguments are swapped: grad is taken for x and x for grad.",
        "Compare the order of the arguments with the contract's: sigmoid_backward(grad, x)."),
    sigmoid_backward.wrong("grad-summed", lambda grad, x: sigmoid_backward(grad.sum(), x),
        "grad is summed over all elements first; each element has its own ∂L/∂f.",
        "Make grad 0 everywhere but in one place: only that place of the answer may differ from 0."),
    sigmoid_backward.wrong("divided-by-rows", lambda grad, x: sigmoid_backward(grad, x) / len(x),
        "The gradient is averaged over the batch; only a loss takes a mean, and its 1/n is in grad already.",
        "Repeat every row of x and grad: no element of the answer should change."),
    sigmoid_backward.wrong("quotient-overflows", lambda grad, x: grad * np.exp(-x) / (1 + np.exp(-x)) ** 2,
        "e^-x / (1 + e^-x)² is inf / inf = nan as soon as the square overflows.",
        "Try x = [-800, 800], where the slope is all but 0.", costs="stability"),
    sigmoid_backward.written_to("grad-in-place",
        lambda grad, x: np.multiply(grad, sigmoid(x) * sigmoid(-x), out=grad), "grad"),
    sigmoid_backward.state_kept(),
)  # fmt: skip
