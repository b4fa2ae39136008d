"""Mistakes in tanh and tanh_backward."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.lecture03.mistakes.activations.sigmoid import sigmoid
from lectures.lecture03.mistakes.shared import grad_dropped


@Right
def tanh(x: Any) -> Any:
    return np.tanh(x)


@Right
def tanh_backward(grad: Any, x: Any) -> Any:
    return grad / np.cosh(x) / np.cosh(x)


MISTAKES: Final = (
    tanh.wrong("upside-down", lambda x: 1 / tanh(x),
        "Numerator and denominator are swapped: (e^x + e^-x) / (e^x - e^-x) is cosh/sinh.",
        "Try x = 0, where tanh is 0, and x = 1, where it is below 1."),
    tanh.wrong("precedence", lambda x: np.exp(x) - np.exp(-x) / np.exp(x) + np.exp(-x),
        "e^x - e^-x / e^x + e^-x divides only the middle term: both sums of the fraction need parentheses.",
        "Try x = 0: the answer should be 0; look at what Python divides by what."),
    tanh.wrong("sinh-only", lambda x: np.sinh(x),
        "sinh(x) is only the numerator; the slide has sinh(x) / cosh(x).",
        "Try x = 5: tanh stays below 1."),
    tanh.wrong("tangent", lambda x: np.tan(x),
        "This is the tangent of an angle; the slide has the hyperbolic tangent.",
        "Try x = [1, 2, 3]: tanh keeps rising and stays below 1."),
    tanh.wrong("sigmoid-instead", lambda x: sigmoid(x),
        "This is the sigmoid, from 0 to 1; tanh goes from -1 to 1.",
        "Try x = [-5, 0, 5]."),
    tanh.wrong("sigmoid-not-doubled", lambda x: 2 * sigmoid(x) - 1,
        "2 σ(x) - 1 is tanh(x / 2); the way through the sigmoid needs σ(2x).",
        "Compare the slope at x = 0: that of tanh is 1."),
    tanh.wrong("one-not-subtracted", lambda x: 2 * sigmoid(2 * x),
        "2 σ(2x) goes from 0 to 2: the 1 that brings it down to -1 to 1 is missing.",
        "Try x = 0, where tanh is 0."),
    tanh.wrong("left-side-mirrored", lambda x: tanh(np.abs(x)),
        "For x < 0 the sign is lost: tanh(|x|) is returned, but tanh(-x) = -tanh(x).",
        "Try x = [-1, 1]."),
    tanh.wrong("number-for-one-element", lambda x: tanh(x).item() if x.size == 1 else tanh(x),
        "An array of one element comes back as a plain number; the result has the shape of x.",
        "Try x of shape (1,) and look at the shape that comes back.", costs="edges"),
    tanh.wrong("exponentials", lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
        "The slide's (e^x - e^-x) / (e^x + e^-x) is inf / inf = nan as soon as e^|x| overflows.",
        "Try x = [-800, 800]; the slide has a third form.", costs="stability"),
    tanh.wrong("by-e-2x", lambda x: (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1),
        "(e^2x - 1) / (e^2x + 1) is inf / inf = nan as soon as e^2x overflows, for x > 0 only.",
        "Try x = [-400, 400].", costs="stability"),
    tanh.wrong("sinh-over-cosh", lambda x: np.sinh(x) / np.cosh(x),
        "The slide's sinh(x) / cosh(x) is inf / inf = nan as soon as both overflow.",
        "Try x = [-800, 800]; the slide has a third form.", costs="stability"),
    tanh.float32_lost(lambda x: np.vectorize(math.tanh)(x)),
    grad_dropped(tanh_backward, lambda grad, x: tanh_backward(np.ones_like(grad), x)),
    tanh_backward.wrong("x-for-f", lambda grad, x: grad * (1 - x**2),
        "1 - x² takes the input for the output: the slope is 1 - f(x)².",
        "Look at what the second argument holds: the values before tanh or after it?"),
    tanh_backward.wrong("square-forgotten", lambda grad, x: grad * (1 - tanh(x)),
        "1 - f(x) lacks the square: the slope is 1 - f(x)².",
        "Try x = -5, where tanh is flat."),
    tanh_backward.wrong("one-plus-square", lambda grad, x: grad * (1 + tanh(x) ** 2),
        "1 + f(x)² has the wrong sign: the slope is 1 - f(x)².",
        "Try a large x, where tanh is flat."),
    tanh_backward.wrong("slope-of-sigmoid", lambda grad, x: grad * tanh(x) * (1 - tanh(x)),
        "f(x) (1 - f(x)) is the slope of the sigmoid; that of tanh is 1 - f(x)².",
        "Try x = 0: the slope of tanh there is 1."),
    tanh_backward.wrong("square-outside", lambda grad, x: grad * (1 - tanh(x)) ** 2,
        "(1 - f(x))² squares the difference; the slope is 1 - f(x)².",
        "Try x = -5, where tanh is flat."),
    tanh_backward.wrong("square-inside", lambda grad, x: grad * (1 - tanh(x**2)),
        "1 - tanh(x²) squares the argument; tanh²(x) is the square of tanh(x).",
        "Try x = 2 by hand, step by step."),
    tanh_backward.wrong("negated", lambda grad, x: -tanh_backward(grad, x),
        "The sign is turned: f(x)² - 1 is the negative slope.",
        "tanh rises everywhere: compare the sign of the answer with that of grad.", sign="negated"),
    tanh_backward.wrong("tanh-twice", lambda grad, x: tanh_backward(grad, tanh(x)),
        "The slope is taken at f(x) instead of x: tanh is applied twice.",
        "Count how often tanh is applied, also inside the functions that you call."),
    tanh_backward.wrong("cosh-not-squared", lambda grad, x: grad / np.cosh(x),
        "1 / cosh(x) lacks the square: the slope 1 - f(x)² is 1 / cosh²(x).",
        "Compare with 1 - tanh²(x) at x = 1."),
    tanh_backward.wrong("quotient-overflows", lambda grad, x: grad * 4 * np.exp(2 * x) / (np.exp(2 * x) + 1) ** 2,
        "4 e^2x / (e^2x + 1)² is inf / inf = nan as soon as e^2x overflows.",
        "Try x = [-400, 400], where the slope is all but 0.", costs="stability"),
    tanh_backward.written_to("grad-in-place", lambda grad, x: np.multiply(grad, 1 / np.cosh(x) ** 2, out=grad), "grad"),
    tanh_backward.state_kept(),
)  # fmt: skip
