"""Right activation functions, and gradients, that are not written the obvious way."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradecheck import Variant, Verdict

Function = Callable[..., Any]


def elementwise(f: Callable[..., float]) -> Function:
    """f on Python numbers, called for each element in turn."""

    def loop(*arguments: Any) -> Any:
        x = arguments[0]
        columns = [np.broadcast_to(a, x.shape).ravel().tolist() for a in arguments]
        return np.array([f(*numbers) for numbers in zip(*columns, strict=True)], x.dtype).reshape(x.shape)

    return loop


def through_float64(f: Function) -> Function:
    """f computed in float64, and its result rounded to the dtype of the arguments once."""

    def wide(*arguments: Any) -> Any:
        dtype = arguments[0].dtype
        return f(*(a.astype(np.float64) if isinstance(a, np.ndarray) else a for a in arguments)).astype(dtype)

    return wide


def row_by_row(f: Function) -> Function:
    """f on one row at a time."""

    def loop(*arguments: Any) -> Any:
        if arguments[0].ndim == 1:
            return f(*arguments)
        return np.stack([f(*rows) for rows in zip(*arguments, strict=True)])

    return loop


# -- sigmoid


def sigmoid_literal(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def sigmoid_by_tanh(x: Any) -> Any:
    return 0.5 * (1 + np.tanh(0.5 * x))


def sigmoid_by_share(x: Any) -> Any:
    return np.exp(x - np.logaddexp(0, x))


def sigmoid_backward_by_logaddexp(grad: Any, x: Any) -> Any:
    return grad * np.exp(-np.logaddexp(0, -x) - np.logaddexp(0, x))


def sigmoid_by_masks(x: Any) -> Any:
    f = np.empty_like(x)
    right = x >= 0
    f[right] = 1 / (1 + np.exp(-x[right]))
    e = np.exp(x[~right])
    f[~right] = e / (1 + e)
    return f


def sigmoid_by_logaddexp(x: Any) -> Any:
    return np.exp(-np.logaddexp(0, -x)).astype(x.dtype)


def sigmoid_by_expm1(x: Any) -> Any:
    return 1 / (2 + np.expm1(-x))


def sigmoid_clipped_at_500(x: Any) -> Any:
    return sigmoid_literal(np.clip(x, -500, 500))


def sigmoid_in_place_on_a_copy(x: Any) -> Any:
    f = np.negative(x)
    np.exp(f, out=f)
    f += 1
    np.reciprocal(f, out=f)
    return f


def sigmoid_number(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def sigmoid_vectorized(x: Any) -> Any:
    return np.vectorize(sigmoid_number, otypes=[x.dtype])(x)


# -- sigmoid_backward


def sigmoid_backward_by_f(grad: Any, x: Any) -> Any:
    f = sigmoid_by_masks(x)
    return grad * (f - f * f)


def sigmoid_backward_by_both_sides(grad: Any, x: Any) -> Any:
    return grad * sigmoid_by_masks(x) * sigmoid_by_masks(-x)


def sigmoid_backward_by_cosh(grad: Any, x: Any) -> Any:
    return grad / (2 * np.cosh(x / 2)) ** 2


def sigmoid_backward_by_tanh(grad: Any, x: Any) -> Any:
    return grad / 4 * (1 - np.tanh(x / 2) ** 2)


def sigmoid_backward_by_jacobian(grad: Any, x: Any) -> Any:
    f = sigmoid_by_masks(x.ravel())
    return (grad.ravel() @ np.diag(f * (1 - f))).reshape(x.shape)


# -- tanh


def tanh_exponentials(x: Any) -> Any:
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


def tanh_sinh_cosh(x: Any) -> Any:
    return np.sinh(x) / np.cosh(x)


def tanh_by_sigmoid(x: Any) -> Any:
    return 2 * sigmoid_by_masks(2 * x) - 1


def tanh_by_expm1(x: Any) -> Any:
    e = np.expm1(-2 * np.abs(x))
    return np.copysign(e / (e + 2), x)


def tanh_of_absolute_value(x: Any) -> Any:
    return np.sign(x) * np.tanh(np.abs(x))


# -- tanh_backward


def tanh_backward_by_square(grad: Any, x: Any) -> Any:
    return grad * (1 - np.tanh(x) ** 2)


def tanh_backward_by_two_factors(grad: Any, x: Any) -> Any:
    return grad * (1 - np.tanh(x)) * (1 + np.tanh(x))


def tanh_backward_by_exponentials(grad: Any, x: Any) -> Any:
    return grad * (2 / (np.exp(x) + np.exp(-x))) ** 2


def tanh_backward_literal(grad: Any, x: Any) -> Any:
    return grad * (1 - tanh_exponentials(x) ** 2)


def tanh_backward_minus_grad_t_t(grad: Any, x: Any) -> Any:
    t = np.tanh(x)
    return grad - grad * t * t


def tanh_backward_by_sigmoid(grad: Any, x: Any) -> Any:
    f = sigmoid_by_masks(2 * x)
    return 4 * grad * f * (1 - f)


# -- relu, leaky_relu


def relu_by_absolute_value(x: Any) -> Any:
    return (x + np.abs(x)) / 2


def relu_by_mask(x: Any) -> Any:
    return x * (x > 0)


def relu_in_place_on_a_copy(x: Any) -> Any:
    f = x.copy()
    f[f < 0] = 0
    return f


def relu_backward_by_heaviside(grad: Any, x: Any) -> Any:
    return grad * np.heaviside(x, 0)


def relu_backward_in_place_on_a_copy(grad: Any, x: Any) -> Any:
    dx = grad.copy()
    dx[x <= 0] = 0
    return dx


def relu_backward_by_sign(grad: Any, x: Any) -> Any:
    return np.sign(np.maximum(x, 0)) * grad


def leaky_relu_by_maximum(x: Any, alpha: float = 0.01) -> Any:
    return np.maximum(x, alpha * x)


def leaky_relu_by_two_sides(x: Any, alpha: float = 0.01) -> Any:
    return np.maximum(x, 0) + alpha * np.minimum(x, 0)


def leaky_relu_by_slope(x: Any, alpha: float = 0.01) -> Any:
    return x * np.where(x < 0, alpha, 1).astype(x.dtype)


def leaky_relu_by_absolute_value(x: Any, alpha: float = 0.01) -> Any:
    return (x + np.abs(x) + alpha * (x - np.abs(x))) / 2


def leaky_relu_by_halves(x: Any, alpha: float = 0.01) -> Any:
    return (1 + alpha) / 2 * x + (1 - alpha) / 2 * np.abs(x)


def leaky_relu_by_what_is_added(x: Any, alpha: float = 0.01) -> Any:
    return alpha * x + (1 - alpha) * np.maximum(x, 0)


def leaky_relu_by_what_is_taken_away(x: Any, alpha: float = 0.01) -> Any:
    return x - (1 - alpha) * np.minimum(x, 0)


def leaky_relu_backward_by_what_is_added(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return alpha * grad + (1 - alpha) * grad * (x > 0)


def leaky_relu_backward_by_what_is_taken_away(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    return grad - (1 - alpha) * grad * (x <= 0)


def leaky_relu_backward_in_place_on_a_copy(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    dx = grad.copy()
    dx[x <= 0] *= alpha
    return dx


def leaky_relu_backward_by_slope(grad: Any, x: Any, alpha: float = 0.01) -> Any:
    slope = np.full_like(x, alpha)
    slope[x > 0] = 1
    return slope * grad


# -- softmax


def softmax_literal(x: Any) -> Any:
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


def softmax_shifted(x: Any) -> Any:
    return softmax_literal(x - x.max(axis=-1, keepdims=True))


def softmax_by_log_sum_exp(x: Any) -> Any:
    m = x.max(axis=-1, keepdims=True)
    return np.exp(x - (m + np.log(np.exp(x - m).sum(axis=-1, keepdims=True))))


def softmax_by_logaddexp(x: Any) -> Any:
    return np.exp(x - np.logaddexp.reduce(x, axis=-1, keepdims=True))


def softmax_by_differences(x: Any) -> Any:
    return 1 / np.exp(x[..., None, :] - x[..., :, None]).sum(axis=-1)


def softmax_by_einsum(x: Any) -> Any:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.einsum("...i,...->...i", e, 1 / np.einsum("...j->...", e))


def softmax_of_list(x: list[float]) -> list[float]:
    e = [math.exp(v - max(x)) for v in x]
    return [v / math.fsum(e) for v in e]


def softmax_by_fsum(x: Any) -> Any:
    return np.array(softmax_of_list(x.tolist()), x.dtype)


def softmax_from_behind(x: Any) -> Any:
    e = np.exp(x - x.max())
    total = x.dtype.type(0)
    for value in e[::-1]:
        total = total + value
    return e / total


def softmax_by_kahan(x: Any) -> Any:
    e = np.exp(x - x.max())
    total = lost = x.dtype.type(0)
    for value in e:
        term = value - lost
        grown = total + term
        total, lost = grown, (grown - total) - term
    return e / total


def softmax_by_matmul(x: Any) -> Any:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / (e @ np.ones((x.shape[-1], 1), x.dtype))


def softmax_transposed(x: Any) -> Any:
    e = np.exp(x.T - x.T.max(axis=0))
    return (e / e.sum(axis=0)).T


# -- softmax_backward


def softmax_backward_literal(grad: Any, x: Any) -> Any:
    p = softmax_literal(x)
    return p * (grad - (grad * p).sum(axis=-1, keepdims=True))


def softmax_backward_by_jacobian(grad: Any, x: Any) -> Any:
    p = softmax_shifted(x)
    return (np.diag(p) - np.outer(p, p)) @ grad


def softmax_backward_by_einsum(grad: Any, x: Any) -> Any:
    p = softmax_shifted(x)
    return p * grad - np.einsum("...i,...j,...j->...i", p, p, grad)


def softmax_backward_from_behind(grad: Any, x: Any) -> Any:
    p = softmax_shifted(x)
    return p * (grad - (grad * p)[..., ::-1].sum(axis=-1, keepdims=True))


def softmax_backward_by_entries(grad: Any, x: Any) -> Any:
    p = softmax_shifted(x)
    dx = np.zeros_like(x)
    for i in range(x.size):
        for j in range(x.size):
            dx[i] += grad[j] * p[j] * ((i == j) - p[i])
    return dx


def softmax_backward_by_log_sum_exp(grad: Any, x: Any) -> Any:
    p = softmax_by_log_sum_exp(x)
    return p * (grad - (grad * p).sum(axis=-1, keepdims=True))


LESS: Final = Verdict.LESS_ACCURATE
UNSTABLE: Final = Verdict.UNSTABLE

VARIANTS: Final = (
    Variant("sigmoid/literal", "sigmoid", sigmoid_literal, "As printed on the slide: 1 / (1 + e^-x)."),
    Variant("sigmoid/by-tanh", "sigmoid", sigmoid_by_tanh, "Through tanh: (1 + tanh(x / 2)) / 2.", LESS),
    Variant("sigmoid/by-masks", "sigmoid", sigmoid_by_masks, "Both sides of 0 by boolean indexing."),
    Variant("sigmoid/by-logaddexp", "sigmoid", sigmoid_by_logaddexp, "e^-log(1 + e^-x) by np.logaddexp.", LESS),
    Variant("sigmoid/by-share", "sigmoid", sigmoid_by_share, "e^{x - log(1 + e^x)} by np.logaddexp.", LESS),
    Variant("sigmoid/by-expm1", "sigmoid", sigmoid_by_expm1, "1 / (2 + expm1(-x))."),
    Variant("sigmoid/clipped-at-500", "sigmoid", sigmoid_clipped_at_500, "x clipped to [-500, 500] first.", LESS),
    Variant("sigmoid/in-place-on-a-copy", "sigmoid", sigmoid_in_place_on_a_copy, "In place on a copy of x."),
    Variant("sigmoid/element-by-element", "sigmoid", elementwise(sigmoid_number), "A loop with math.exp."),
    Variant("sigmoid/vectorized", "sigmoid", sigmoid_vectorized, "np.vectorize of a function of one number."),
    Variant("sigmoid/through-float64", "sigmoid", through_float64(sigmoid_by_masks), "float32 computed in float64."),
    Variant("sigmoid_backward/by-f", "sigmoid_backward", sigmoid_backward_by_f, "grad (f - f²)."),
    Variant("sigmoid_backward/by-both-sides", "sigmoid_backward", sigmoid_backward_by_both_sides, "grad f(x) f(-x)."),
    Variant(
        "sigmoid_backward/by-logaddexp",
        "sigmoid_backward",
        sigmoid_backward_by_logaddexp,
        "grad e^{-log(1 + e^-x) - log(1 + e^x)}.",
        LESS,
    ),
    Variant("sigmoid_backward/by-cosh", "sigmoid_backward", sigmoid_backward_by_cosh, "grad / (2 cosh(x / 2))²."),
    Variant(
        "sigmoid_backward/by-tanh", "sigmoid_backward", sigmoid_backward_by_tanh, "grad (1 - tanh²(x / 2)) / 4.", LESS
    ),
    Variant(
        "sigmoid_backward/by-jacobian",
        "sigmoid_backward",
        sigmoid_backward_by_jacobian,
        "grad times the diagonal matrix of all slopes.",
    ),
    Variant("tanh/exponentials", "tanh", tanh_exponentials, "As printed: (e^x - e^-x) / (e^x + e^-x).", UNSTABLE),
    Variant("tanh/sinh-cosh", "tanh", tanh_sinh_cosh, "As printed: sinh(x) / cosh(x).", UNSTABLE),
    Variant("tanh/by-sigmoid", "tanh", tanh_by_sigmoid, "Through the sigmoid: 2 σ(2x) - 1.", LESS),
    Variant("tanh/by-expm1", "tanh", tanh_by_expm1, "expm1(-2|x|) over itself plus 2, with the sign of x."),
    Variant("tanh/of-absolute-value", "tanh", tanh_of_absolute_value, "sign(x) tanh(|x|)."),
    Variant("tanh/element-by-element", "tanh", elementwise(math.tanh), "A loop with math.tanh."),
    Variant("tanh_backward/by-square", "tanh_backward", tanh_backward_by_square, "grad (1 - tanh²(x))."),
    Variant(
        "tanh_backward/by-two-factors",
        "tanh_backward",
        tanh_backward_by_two_factors,
        "grad (1 - tanh(x)) (1 + tanh(x)).",
    ),
    Variant(
        "tanh_backward/by-exponentials",
        "tanh_backward",
        tanh_backward_by_exponentials,
        "1 / cosh² with cosh written as (e^x + e^-x) / 2.",
        LESS,
    ),
    Variant(
        "tanh_backward/literal",
        "tanh_backward",
        tanh_backward_literal,
        "1 - f(x)² with the slide's ratio for f.",
        UNSTABLE,
    ),
    Variant(
        "tanh_backward/minus-grad-t-t", "tanh_backward", tanh_backward_minus_grad_t_t, "grad - grad tanh(x) tanh(x)."
    ),
    Variant("tanh_backward/by-sigmoid", "tanh_backward", tanh_backward_by_sigmoid, "4 grad σ(2x) (1 - σ(2x)).", LESS),
    Variant("relu/by-absolute-value", "relu", relu_by_absolute_value, "(x + |x|) / 2."),
    Variant("relu/by-mask", "relu", relu_by_mask, "x times the truth of x > 0."),
    Variant("relu/in-place-on-a-copy", "relu", relu_in_place_on_a_copy, "Zeros written into a copy of x."),
    Variant("relu/element-by-element", "relu", elementwise(lambda x: max(0.0, x)), "A loop with Python's max."),
    Variant("relu_backward/by-heaviside", "relu_backward", relu_backward_by_heaviside, "grad np.heaviside(x, 0)."),
    Variant(
        "relu_backward/in-place-on-a-copy",
        "relu_backward",
        relu_backward_in_place_on_a_copy,
        "Zeros written into a copy of grad.",
    ),
    Variant("relu_backward/by-sign", "relu_backward", relu_backward_by_sign, "grad times the sign of max(0, x)."),
    Variant("leaky_relu/by-maximum", "leaky_relu", leaky_relu_by_maximum, "max(x, α x), right for α <= 1."),
    Variant("leaky_relu/by-two-sides", "leaky_relu", leaky_relu_by_two_sides, "max(0, x) + α min(0, x)."),
    Variant("leaky_relu/by-slope", "leaky_relu", leaky_relu_by_slope, "x times an array of slopes."),
    Variant(
        "leaky_relu/by-absolute-value",
        "leaky_relu",
        leaky_relu_by_absolute_value,
        "(x + |x| + α (x - |x|)) / 2, without any case.",
    ),
    Variant(
        "leaky_relu/element-by-element",
        "leaky_relu",
        elementwise(lambda x, alpha=0.01: x if x >= 0 else alpha * x),
        "A loop with an if.",
    ),
    Variant("leaky_relu/by-halves", "leaky_relu", leaky_relu_by_halves, "(1 + α)/2 x + (1 - α)/2 |x|.", LESS),
    Variant(
        "leaky_relu/by-what-is-added", "leaky_relu", leaky_relu_by_what_is_added, "α x + (1 - α) max(0, x).", LESS
    ),
    Variant(
        "leaky_relu/by-what-is-taken-away",
        "leaky_relu",
        leaky_relu_by_what_is_taken_away,
        "x - (1 - α) min(0, x).",
        LESS,
    ),
    Variant(
        "leaky_relu_backward/by-what-is-added",
        "leaky_relu_backward",
        leaky_relu_backward_by_what_is_added,
        "α grad + (1 - α) grad where x > 0.",
        LESS,
    ),
    Variant(
        "leaky_relu_backward/by-what-is-taken-away",
        "leaky_relu_backward",
        leaky_relu_backward_by_what_is_taken_away,
        "grad - (1 - α) grad where x <= 0.",
        LESS,
    ),
    Variant(
        "leaky_relu_backward/in-place-on-a-copy",
        "leaky_relu_backward",
        leaky_relu_backward_in_place_on_a_copy,
        "A copy of grad scaled where x <= 0.",
    ),
    Variant("leaky_relu_backward/by-slope", "leaky_relu_backward", leaky_relu_backward_by_slope, "An array of slopes."),
    Variant(
        "leaky_relu_backward/element-by-element",
        "leaky_relu_backward",
        elementwise(lambda grad, x, alpha=0.01: grad if x > 0 else alpha * grad),
        "A loop with an if.",
    ),
    Variant("softmax/literal", "softmax", softmax_literal, "As printed on the slide, without a shift.", UNSTABLE),
    Variant("softmax/by-log-sum-exp", "softmax", softmax_by_log_sum_exp, "e^{x - log Σ e^x}.", LESS),
    Variant("softmax/by-logaddexp", "softmax", softmax_by_logaddexp, "e^{x - log Σ e^x} by np.logaddexp.reduce.", LESS),
    Variant("softmax/by-differences", "softmax", softmax_by_differences, "1 / Σ_j e^{x_j - x_i}: the two-class form."),
    Variant("softmax/by-einsum", "softmax", softmax_by_einsum, "Sum and division by np.einsum."),
    Variant("softmax/by-fsum", "softmax", row_by_row(softmax_by_fsum), "Loops with math.exp and math.fsum."),
    Variant("softmax/from-behind", "softmax", row_by_row(softmax_from_behind), "Summed from the last class on."),
    Variant("softmax/by-kahan", "softmax", row_by_row(softmax_by_kahan), "Summed with Kahan's correction."),
    Variant("softmax/by-matmul", "softmax", softmax_by_matmul, "Summed by a product with ones."),
    Variant("softmax/transposed", "softmax", softmax_transposed, "Down the columns of xᵀ, and transposed back."),
    Variant("softmax/through-float64", "softmax", through_float64(softmax_shifted), "float32 computed in float64."),
    Variant(
        "softmax_backward/literal",
        "softmax_backward",
        softmax_backward_literal,
        "With the slide's softmax, without a shift.",
        UNSTABLE,
    ),
    Variant(
        "softmax_backward/by-jacobian",
        "softmax_backward",
        row_by_row(softmax_backward_by_jacobian),
        "The Jacobian diag(p) - p pᵀ of each row, times grad.",
    ),
    Variant(
        "softmax_backward/by-einsum", "softmax_backward", softmax_backward_by_einsum, "p grad - p (p · grad) by einsum."
    ),
    Variant(
        "softmax_backward/from-behind",
        "softmax_backward",
        softmax_backward_from_behind,
        "The sum over the classes from the last to the first.",
    ),
    Variant(
        "softmax_backward/by-entries",
        "softmax_backward",
        row_by_row(softmax_backward_by_entries),
        "Each entry of the Jacobian in two loops.",
    ),
    Variant(
        "softmax_backward/by-log-sum-exp",
        "softmax_backward",
        softmax_backward_by_log_sum_exp,
        "With softmax as e^{x - log Σ e^x}.",
        LESS,
    ),
    Variant(
        "softmax_backward/through-float64",
        "softmax_backward",
        through_float64(softmax_backward_by_einsum),
        "float32 computed in float64.",
    ),
)
