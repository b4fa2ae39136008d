"""Mistakes in tanh and tanh_backward."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.habits import accumulating
from gradecheck.packs.mistakes.hygiene import float32_lost, state_kept, written_to
from lectures.lecture03.mistakes.activations.sigmoid import right as sigmoid


def right_backward(grad: Any, x: Any) -> Any:
    return grad / np.cosh(x) / np.cosh(x)


# -- tanh


def upside_down(x: Any) -> Any:
    return 1 / np.tanh(x)


def precedence(x: Any) -> Any:
    return np.exp(x) - np.exp(-x) / np.exp(x) + np.exp(-x)


def sinh_only(x: Any) -> Any:
    return np.sinh(x)


def tangent(x: Any) -> Any:
    return np.tan(x)


def sigmoid_instead(x: Any) -> Any:
    return sigmoid(x)


def sigmoid_not_doubled(x: Any) -> Any:
    return 2 * sigmoid(x) - 1


def one_not_subtracted(x: Any) -> Any:
    return 2 * sigmoid(2 * x)


def left_side_mirrored(x: Any) -> Any:
    return np.tanh(np.abs(x))


def number_for_one_element(x: Any) -> Any:
    return np.tanh(x).item() if x.size == 1 else np.tanh(x)


def exponentials(x: Any) -> Any:
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


def by_e_2x(x: Any) -> Any:
    return (np.exp(2 * x) - 1) / (np.exp(2 * x) + 1)


def sinh_over_cosh(x: Any) -> Any:
    return np.sinh(x) / np.cosh(x)


def element_by_element(x: Any) -> Any:
    return np.vectorize(math.tanh)(x)


# -- tanh_backward


def grad_dropped(grad: Any, x: Any) -> Any:
    return right_backward(np.ones_like(grad), x)


def x_for_f(grad: Any, x: Any) -> Any:
    return grad * (1 - x**2)


def square_forgotten(grad: Any, x: Any) -> Any:
    return grad * (1 - np.tanh(x))


def one_plus_square(grad: Any, x: Any) -> Any:
    return grad * (1 + np.tanh(x) ** 2)


def slope_of_sigmoid(grad: Any, x: Any) -> Any:
    return grad * np.tanh(x) * (1 - np.tanh(x))


def square_outside(grad: Any, x: Any) -> Any:
    return grad * (1 - np.tanh(x)) ** 2


def square_inside(grad: Any, x: Any) -> Any:
    return grad * (1 - np.tanh(x**2))


def negated(grad: Any, x: Any) -> Any:
    return -right_backward(grad, x)


def tanh_twice(grad: Any, x: Any) -> Any:
    return right_backward(grad, np.tanh(x))


def cosh_not_squared(grad: Any, x: Any) -> Any:
    return grad / np.cosh(x)


def quotient_overflows(grad: Any, x: Any) -> Any:
    e = np.exp(2 * x)
    return grad * 4 * e / (e + 1) ** 2


def grad_in_place(grad: Any, x: Any) -> Any:
    grad *= 1 / np.cosh(x) ** 2
    return grad


MISTAKES: Final = (
    Mistake(
        "tanh/upside-down",
        "tanh",
        upside_down,
        "Numerator and denominator are swapped: (e^x + e^-x) / (e^x - e^-x) is cosh/sinh.",
        "Try x = 0, where tanh is 0, and x = 1, where it is below 1.",
    ),
    Mistake(
        "tanh/precedence",
        "tanh",
        precedence,
        "e^x - e^-x / e^x + e^-x divides only the middle term: both sums of the fraction need parentheses.",
        "Try x = 0: the answer should be 0; look at what Python divides by what.",
    ),
    Mistake(
        "tanh/sinh-only",
        "tanh",
        sinh_only,
        "sinh(x) is only the numerator; the slide has sinh(x) / cosh(x).",
        "Try x = 5: tanh stays below 1.",
    ),
    Mistake(
        "tanh/tangent",
        "tanh",
        tangent,
        "This is the tangent of an angle; the slide has the hyperbolic tangent.",
        "Try x = [1, 2, 3]: tanh keeps rising and stays below 1.",
    ),
    Mistake(
        "tanh/sigmoid-instead",
        "tanh",
        sigmoid_instead,
        "This is the sigmoid, from 0 to 1; tanh goes from -1 to 1.",
        "Try x = [-5, 0, 5].",
    ),
    Mistake(
        "tanh/sigmoid-not-doubled",
        "tanh",
        sigmoid_not_doubled,
        "2 σ(x) - 1 is tanh(x / 2); the way through the sigmoid needs σ(2x).",
        "Compare the slope at x = 0: that of tanh is 1.",
    ),
    Mistake(
        "tanh/one-not-subtracted",
        "tanh",
        one_not_subtracted,
        "2 σ(2x) goes from 0 to 2: the 1 that brings it down to -1 to 1 is missing.",
        "Try x = 0, where tanh is 0.",
    ),
    Mistake(
        "tanh/left-side-mirrored",
        "tanh",
        left_side_mirrored,
        "For x < 0 the sign is lost: tanh(|x|) is returned, but tanh(-x) = -tanh(x).",
        "Try x = [-1, 1].",
    ),
    Mistake(
        "tanh/number-for-one-element",
        "tanh",
        number_for_one_element,
        "An array of one element comes back as a plain number; the result has the shape of x.",
        "Try x of shape (1,) and look at the shape that comes back.",
        costs="edges",
    ),
    Mistake(
        "tanh/exponentials",
        "tanh",
        exponentials,
        "The slide's (e^x - e^-x) / (e^x + e^-x) is inf / inf = nan as soon as e^|x| overflows.",
        "Try x = [-800, 800]; the slide has a third form.",
        costs="stability",
    ),
    Mistake(
        "tanh/by-e-2x",
        "tanh",
        by_e_2x,
        "(e^2x - 1) / (e^2x + 1) is inf / inf = nan as soon as e^2x overflows, for x > 0 only.",
        "Try x = [-400, 400].",
        costs="stability",
    ),
    Mistake(
        "tanh/sinh-over-cosh",
        "tanh",
        sinh_over_cosh,
        "The slide's sinh(x) / cosh(x) is inf / inf = nan as soon as both overflow.",
        "Try x = [-800, 800]; the slide has a third form.",
        costs="stability",
    ),
    float32_lost("tanh", element_by_element),
    Mistake(
        "tanh_backward/grad-dropped",
        "tanh_backward",
        grad_dropped,
        "The upstream gradient is left out: this is f'(x), not ∂L/∂x = ∂L/∂f f'(x).",
        "Double grad: the answer should double.",
    ),
    Mistake(
        "tanh_backward/x-for-f",
        "tanh_backward",
        x_for_f,
        "1 - x² takes the input for the output: the slope is 1 - f(x)².",
        "Look at what the second argument holds: the values before tanh or after it?",
    ),
    Mistake(
        "tanh_backward/square-forgotten",
        "tanh_backward",
        square_forgotten,
        "1 - f(x) lacks the square: the slope is 1 - f(x)².",
        "Try x = -5, where tanh is flat.",
    ),
    Mistake(
        "tanh_backward/one-plus-square",
        "tanh_backward",
        one_plus_square,
        "1 + f(x)² has the wrong sign: the slope is 1 - f(x)².",
        "Try a large x, where tanh is flat.",
    ),
    Mistake(
        "tanh_backward/slope-of-sigmoid",
        "tanh_backward",
        slope_of_sigmoid,
        "f(x) (1 - f(x)) is the slope of the sigmoid; that of tanh is 1 - f(x)².",
        "Try x = 0: the slope of tanh there is 1.",
    ),
    Mistake(
        "tanh_backward/square-outside",
        "tanh_backward",
        square_outside,
        "(1 - f(x))² squares the difference; the slope is 1 - f(x)².",
        "Try x = -5, where tanh is flat.",
    ),
    Mistake(
        "tanh_backward/square-inside",
        "tanh_backward",
        square_inside,
        "1 - tanh(x²) squares the argument; tanh²(x) is the square of tanh(x).",
        "Try x = 2 by hand, step by step.",
    ),
    Mistake(
        "tanh_backward/negated",
        "tanh_backward",
        negated,
        "The sign is turned: f(x)² - 1 is the negative slope.",
        "tanh rises everywhere: compare the sign of the answer with that of grad.",
        sign="negated",
    ),
    Mistake(
        "tanh_backward/tanh-twice",
        "tanh_backward",
        tanh_twice,
        "The slope is taken at f(x) instead of x: tanh is applied twice.",
        "Count how often tanh is applied, also inside the functions that you call.",
    ),
    Mistake(
        "tanh_backward/cosh-not-squared",
        "tanh_backward",
        cosh_not_squared,
        "1 / cosh(x) lacks the square: the slope 1 - f(x)² is 1 / cosh²(x).",
        "Compare with 1 - tanh²(x) at x = 1.",
    ),
    Mistake(
        "tanh_backward/quotient-overflows",
        "tanh_backward",
        quotient_overflows,
        "4 e^2x / (e^2x + 1)² is inf / inf = nan as soon as e^2x overflows.",
        "Try x = [-400, 400], where the slope is all but 0.",
        costs="stability",
    ),
    written_to("tanh_backward/grad-in-place", grad_in_place, "grad"),
    state_kept("tanh_backward", accumulating(right_backward)),
)
