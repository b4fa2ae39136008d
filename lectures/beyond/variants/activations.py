"""Right ways to write the activation functions beyond the lecture."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import LESS, UNSTABLE, Ways, elementwise, through_float64


def sigmoid(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, e) / (1 + e)


def normal(x: float) -> float:
    return math.erfc(-x / math.sqrt(2)) / 2


def density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def gelu_by_vectorize(x: Any) -> Any:
    return (x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2).astype(x.dtype)


def tanh_of_cubic(x: Any) -> Any:
    return np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))


def gelu_tanh_slope(grad: Any, x: Any) -> Any:
    t = tanh_of_cubic(x)
    inner = math.sqrt(2 / math.pi) * (1 + 0.134145 * x**2)
    return grad * (0.5 * (1 + t) + 0.5 * x * (1 - t**2) * inner)


def elu_on_a_copy(x: Any, alpha: float = 1.0) -> Any:
    f = x.copy()
    f[x <= 0] = alpha * np.expm1(x[x <= 0])
    return f


def elu_backward_on_a_copy(grad: Any, x: Any, alpha: float = 1.0) -> Any:
    dx = grad.copy()
    dx[x <= 0] *= alpha * np.exp(x[x <= 0])
    return dx


silu, silu_backward = Ways("silu"), Ways("silu_backward")
gelu, gelu_backward = Ways("gelu"), Ways("gelu_backward")
gelu_tanh, gelu_tanh_backward = Ways("gelu_tanh"), Ways("gelu_tanh_backward")
softplus, softplus_backward = Ways("softplus"), Ways("softplus_backward")
elu, elu_backward = Ways("elu"), Ways("elu_backward")

VARIANTS: Final = (
    silu.way("as-printed", lambda x: x / (1 + np.exp(-x)), "as on the slide: e^-x may overflow", UNSTABLE),
    silu.way("by-tanh", lambda x: x * (1 + np.tanh(x / 2)) / 2, "x (1 + tanh(x / 2)) / 2.", LESS),
    silu.way("by-logaddexp", lambda x: x * np.exp(-np.logaddexp(0, -x)), "x e^{-log(1 + e^-x)}."),
    silu_backward.way("by-value", lambda grad, x: grad * (x * sigmoid(x) + sigmoid(x) * (1 - x * sigmoid(x))),
        "grad (f + σ (1 - f)), as in papers.", LESS),
    silu_backward.way("by-both-terms", lambda grad, x: grad * sigmoid(x) + grad * x * sigmoid(x) * sigmoid(-x),
        "The two terms of the product rule."),
    gelu.way("by-vectorize", gelu_by_vectorize, "np.vectorize of math.erf, as printed."),
    gelu.way("element-by-element", elementwise(lambda x: x * normal(x)), "A loop with math.erfc."),
    gelu_backward.way("by-erf",
        elementwise(lambda grad, x: grad * ((1 + math.erf(x / math.sqrt(2))) / 2 + x * density(x))),
        "A loop with math.erf."),
    gelu_backward.way("element-by-element", elementwise(lambda grad, x: grad * normal(x) + grad * x * density(x)),
        "A loop with math.erfc, each term times grad."),
    gelu_tanh.way("as-printed", lambda x: 0.5 * x * (1 + tanh_of_cubic(x)), "As printed: 1 + tanh(u)."),
    gelu_tanh.way("factored",
        lambda x: x / 2 * (1 + np.tanh(0.7978845608028654 * x * (1 + 0.044715 * x * x))),
        "u with x in front of the brackets, and the root as a number."),
    gelu_tanh_backward.way("as-printed", gelu_tanh_slope, "As printed, with 1 - tanh²(u)."),
    gelu_tanh_backward.way("through-float64", through_float64(gelu_tanh_slope), "float32 computed in float64."),
    softplus.way("as-printed", lambda x: np.log(1 + np.exp(x)), "As printed: e^x may overflow.", UNSTABLE),
    softplus.way("by-log1p", lambda x: np.log1p(np.exp(x)), "log1p(e^x): e^x may overflow.", UNSTABLE),
    softplus.way("by-logaddexp", lambda x: np.logaddexp(0, x), "log(e^0 + e^x)."),
    softplus_backward.way("as-printed", lambda grad, x: grad / (1 + np.exp(-x)), "As printed: grad / (1 + e^-x)."),
    softplus_backward.way("by-tanh", lambda grad, x: grad * (1 + np.tanh(x / 2)) / 2, "grad (1 + tanh(x / 2)) / 2.",
        LESS),
    softplus_backward.way("by-logaddexp", lambda grad, x: grad * np.exp(-np.logaddexp(0, -x)),
        "grad e^{-log(1 + e^-x)}."),
    elu.way("as-printed", lambda x, alpha=1.0: np.where(x > 0, x, alpha * (np.exp(x) - 1)),
        "As printed: e^x - 1 loses digits near 0.", LESS),
    elu.way("by-two-sides", lambda x, alpha=1.0: np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0)),
        "max(x, 0) + α (e^min(x, 0) - 1)."),
    elu.way("on-a-copy", elu_on_a_copy, "The left side written into a copy of x."),
    elu.way("element-by-element", elementwise(lambda x, alpha=1.0: x if x > 0 else alpha * math.expm1(x)),
        "A loop with an if."),
    elu_backward.way("by-value",
        lambda grad, x, alpha=1.0: np.where(x > 0, grad, grad * (alpha * np.expm1(np.minimum(x, 0)) + alpha)),
        "The slope on the left by the value: f(x) + α.", LESS),
    elu_backward.way("on-a-copy", elu_backward_on_a_copy, "A copy of grad, scaled where x <= 0."),
    elu_backward.way("element-by-element",
        elementwise(lambda grad, x, alpha=1.0: grad if x > 0 else grad * alpha * math.exp(x)),
        "A loop with an if."),
)  # fmt: skip
