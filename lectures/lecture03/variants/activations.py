"""Right activation functions of one element, and gradients, that are not written the obvious way."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import LESS, UNSTABLE, Function, Ways, elementwise, through_float64

# -- sigmoid


def sigmoid_by_masks(x: Any) -> Any:
    f = np.empty_like(x)
    right = x >= 0
    f[right] = 1 / (1 + np.exp(-x[right]))
    e = np.exp(x[~right])
    f[~right] = e / (1 + e)
    return f


def sigmoid_in_place_on_a_copy(x: Any) -> Any:
    f = np.negative(x)
    np.exp(f, out=f)
    f += 1
    np.reciprocal(f, out=f)
    return f


def sigmoid_number(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def of_sigmoid(backward: Function) -> Function:
    """The gradient by a formula of grad and f(x)."""
    return lambda grad, x: backward(grad, sigmoid_by_masks(x))


# -- tanh


def tanh_exponentials(x: Any) -> Any:
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


def tanh_by_expm1(x: Any) -> Any:
    e = np.expm1(-2 * np.abs(x))
    return np.copysign(e / (e + 2), x)


# -- relu, leaky_relu


def relu_in_place_on_a_copy(x: Any) -> Any:
    f = x.copy()
    f[f < 0] = 0
    return f


def relu_backward_in_place_on_a_copy(grad: Any, x: Any) -> Any:
    dx = grad.copy()
    dx[x <= 0] = 0
    return dx


def leaky_relu_backward_in_place_on_a_copy(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    dx = grad.copy()
    dx[x <= 0] *= alpha
    return dx


sigmoid, sigmoid_backward = Ways("sigmoid"), Ways("sigmoid_backward")
tanh, tanh_backward = Ways("tanh"), Ways("tanh_backward")
relu, relu_backward = Ways("relu"), Ways("relu_backward")
leaky_relu, leaky_relu_backward = Ways("leaky_relu"), Ways("leaky_relu_backward")

VARIANTS: Final = (
    sigmoid.way("literal", lambda x: 1 / (1 + np.exp(-x)), "As printed on the slide: 1 / (1 + e^-x)."),
    sigmoid.way("by-tanh", lambda x: 0.5 * (1 + np.tanh(0.5 * x)), "Through tanh: (1 + tanh(x / 2)) / 2.", LESS),
    sigmoid.way("by-masks", sigmoid_by_masks, "Both sides of 0 by boolean indexing."),
    sigmoid.way("by-logaddexp", lambda x: np.exp(-np.logaddexp(0, -x)).astype(x.dtype),
        "e^-log(1 + e^-x) by np.logaddexp.", LESS),
    sigmoid.way("by-share", lambda x: np.exp(x - np.logaddexp(0, x)), "e^{x - log(1 + e^x)} by np.logaddexp.", LESS),
    sigmoid.way("by-expm1", lambda x: 1 / (2 + np.expm1(-x)), "1 / (2 + expm1(-x))."),
    sigmoid.way("clipped-at-500", lambda x: 1 / (1 + np.exp(-np.clip(x, -500, 500))),
        "x clipped to [-500, 500] first.", LESS),
    sigmoid.way("in-place-on-a-copy", sigmoid_in_place_on_a_copy, "In place on a copy of x."),
    sigmoid.way("element-by-element", elementwise(sigmoid_number), "A loop with math.exp."),
    sigmoid.way("vectorized", lambda x: np.vectorize(sigmoid_number, otypes=[x.dtype])(x),
        "np.vectorize of a function of one number."),
    sigmoid.way("through-float64", through_float64(sigmoid_by_masks), "float32 computed in float64."),
    sigmoid_backward.way("by-f", of_sigmoid(lambda grad, f: grad * (f - f * f)), "grad (f - f²)."),
    sigmoid_backward.way("by-both-sides", lambda grad, x: grad * sigmoid_by_masks(x) * sigmoid_by_masks(-x),
        "grad f(x) f(-x)."),
    sigmoid_backward.way("by-logaddexp", lambda grad, x: grad * np.exp(-np.logaddexp(0, -x) - np.logaddexp(0, x)),
        "grad e^{-log(1 + e^-x) - log(1 + e^x)}.", LESS),
    sigmoid_backward.way("by-cosh", lambda grad, x: grad / (2 * np.cosh(x / 2)) ** 2, "grad / (2 cosh(x / 2))²."),
    sigmoid_backward.way("by-tanh", lambda grad, x: grad / 4 * (1 - np.tanh(x / 2) ** 2),
        "grad (1 - tanh²(x / 2)) / 4.", LESS),
    sigmoid_backward.way("by-jacobian",
        of_sigmoid(lambda grad, f: (grad.ravel() @ np.diag((f * (1 - f)).ravel())).reshape(f.shape)),
        "grad times the diagonal matrix of all slopes."),
    tanh.way("exponentials", tanh_exponentials, "As printed: (e^x - e^-x) / (e^x + e^-x).", UNSTABLE),
    tanh.way("sinh-cosh", lambda x: np.sinh(x) / np.cosh(x), "As printed: sinh(x) / cosh(x).", UNSTABLE),
    tanh.way("by-sigmoid", lambda x: 2 * sigmoid_by_masks(2 * x) - 1, "Through the sigmoid: 2 σ(2x) - 1.", LESS),
    tanh.way("by-expm1", tanh_by_expm1, "expm1(-2|x|) over itself plus 2, with the sign of x."),
    tanh.way("of-absolute-value", lambda x: np.sign(x) * np.tanh(np.abs(x)), "sign(x) tanh(|x|)."),
    tanh.way("element-by-element", elementwise(math.tanh), "A loop with math.tanh."),
    tanh_backward.way("by-square", lambda grad, x: grad * (1 - np.tanh(x) ** 2), "grad (1 - tanh²(x))."),
    tanh_backward.way("by-two-factors", lambda grad, x: grad * (1 - np.tanh(x)) * (1 + np.tanh(x)),
        "grad (1 - tanh(x)) (1 + tanh(x))."),
    tanh_backward.way("by-exponentials", lambda grad, x: grad * (2 / (np.exp(x) + np.exp(-x))) ** 2,
        "1 / cosh² with cosh written as (e^x + e^-x) / 2.", LESS),
    tanh_backward.way("literal", lambda grad, x: grad * (1 - tanh_exponentials(x) ** 2),
        "1 - f(x)² with the slide's ratio for f.", UNSTABLE),
    tanh_backward.way("minus-grad-t-t", lambda grad, x: grad - grad * np.tanh(x) * np.tanh(x),
        "grad - grad tanh(x) tanh(x)."),
    tanh_backward.way("by-sigmoid", lambda grad, x: of_sigmoid(lambda g, f: g * f * (1 - f))(4 * grad, 2 * x),
        "4 grad σ(2x) (1 - σ(2x)).", LESS),
    relu.way("by-absolute-value", lambda x: (x + np.abs(x)) / 2, "(x + |x|) / 2."),
    relu.way("by-mask", lambda x: x * (x > 0), "x times the truth of x > 0."),
    relu.way("in-place-on-a-copy", relu_in_place_on_a_copy, "Zeros written into a copy of x."),
    relu.way("element-by-element", elementwise(lambda x: max(0.0, x)), "A loop with Python's max."),
    relu_backward.way("by-heaviside", lambda grad, x: grad * np.heaviside(x, 0), "grad np.heaviside(x, 0)."),
    relu_backward.way("in-place-on-a-copy", relu_backward_in_place_on_a_copy, "Zeros written into a copy of grad."),
    relu_backward.way("by-sign", lambda grad, x: np.sign(np.maximum(x, 0)) * grad, "grad times the sign of max(0, x)."),
    leaky_relu.way("by-maximum", lambda x, alpha=0.01: np.maximum(x, alpha * x), "max(x, α x), right for α <= 1."),
    leaky_relu.way("by-two-sides", lambda x, alpha=0.01: np.maximum(x, 0) + alpha * np.minimum(x, 0),
        "max(0, x) + α min(0, x)."),
    leaky_relu.way("by-slope", lambda x, alpha=0.01: x * np.where(x < 0, alpha, 1).astype(x.dtype),
        "x times an array of slopes."),
    leaky_relu.way("by-absolute-value", lambda x, alpha=0.01: (x + np.abs(x) + alpha * (x - np.abs(x))) / 2,
        "(x + |x| + α (x - |x|)) / 2, without any case."),
    leaky_relu.way("element-by-element", elementwise(lambda x, alpha=0.01: x if x >= 0 else alpha * x),
        "A loop with an if."),
    leaky_relu.way("by-halves", lambda x, alpha=0.01: (1 + alpha) / 2 * x + (1 - alpha) / 2 * np.abs(x),
        "(1 + α)/2 x + (1 - α)/2 |x|.", LESS),
    leaky_relu.way("by-what-is-added", lambda x, alpha=0.01: alpha * x + (1 - alpha) * np.maximum(x, 0),
        "α x + (1 - α) max(0, x).", LESS),
    leaky_relu.way("by-what-is-taken-away", lambda x, alpha=0.01: x - (1 - alpha) * np.minimum(x, 0),
        "x - (1 - α) min(0, x).", LESS),
    leaky_relu_backward.way("by-what-is-added",
        lambda grad, x, alpha=0.01: alpha * grad + (1 - alpha) * grad * (x > 0),
        "α grad + (1 - α) grad where x > 0.", LESS),
    leaky_relu_backward.way("by-what-is-taken-away",
        lambda grad, x, alpha=0.01: grad - (1 - alpha) * grad * (x <= 0),
        "grad - (1 - α) grad where x <= 0.", LESS),
    leaky_relu_backward.way("in-place-on-a-copy", leaky_relu_backward_in_place_on_a_copy,
        "A copy of grad scaled where x <= 0."),
    leaky_relu_backward.way("by-slope",
        lambda grad, x, alpha=0.01: np.where(x > 0, 1, alpha).astype(x.dtype) * grad,
        "An array of slopes."),
    leaky_relu_backward.way("element-by-element",
        elementwise(lambda grad, x, alpha=0.01: grad if x > 0 else alpha * grad),
        "A loop with an if."),
)  # fmt: skip
