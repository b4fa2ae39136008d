"""Right ways to write a step of gradient descent."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Variant, Verdict

# -- sgd_step


def in_place_on_a_copy(w: Any, grad: Any, lr: Any) -> Any:
    w = w.copy()
    w -= lr * grad
    return w


def negative_rate(w: Any, grad: Any, lr: Any) -> Any:
    return w + (-lr) * grad


def element_by_element(w: Any, grad: Any, lr: Any) -> Any:
    moved = np.empty_like(w)
    for index in np.ndindex(w.shape):
        moved[index] = w[index] - lr * grad[index]
    return moved


def negated_twice(w: Any, grad: Any, lr: Any) -> Any:
    return -(np.multiply(grad, lr) - w)


def rate_of_same_dtype(w: Any, grad: Any, lr: Any) -> Any:
    return np.subtract(w, np.full_like(w, lr) * grad)


def wide(w: Any, grad: Any, lr: Any) -> Any:
    return (w.astype(np.float64) - lr * grad.astype(np.float64)).astype(w.dtype)


# -- momentum_step


def in_place_on_copies(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    w, v = w.copy(), v.copy()
    v *= mu
    v += grad
    w -= lr * v
    return w, v


def two_subtractions(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    return w - lr * mu * v - lr * grad, mu * v + grad


def velocity_kept_without_momentum(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    new = mu * v + grad
    return w - lr * new, v if mu == 0 else new


def gradient_first(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    return (w - lr * grad) - lr * (mu * v), grad + mu * v


def velocity_twice(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    return w - lr * (mu * v + grad), grad + v * mu


def no_velocity_without_momentum(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + grad if mu else grad.copy()
    return w - lr * v, v


def downhill(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    step = -lr * (mu * v) - lr * grad
    return w + step, -step / lr


def momentum_element_by_element(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    moved, speed = np.empty_like(w), np.empty_like(v)
    for index in np.ndindex(w.shape):
        speed[index] = mu * v[index] + grad[index]
        moved[index] = w[index] - lr * speed[index]
    return moved, speed


def as_list(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = np.add(np.multiply(mu, v), grad)
    return [np.subtract(w, np.multiply(lr, v)), v]


def momentum_wide(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    speed = mu * v.astype(np.float64) + grad
    return (w - lr * speed).astype(w.dtype), speed.astype(v.dtype)


VARIANTS: Final = (
    Variant("sgd_step/in-place-on-a-copy", "sgd_step", in_place_on_a_copy, "In place, on a copy of w."),
    Variant("sgd_step/negative-rate", "sgd_step", negative_rate, "Adds -λ times the gradient."),
    Variant("sgd_step/element-by-element", "sgd_step", element_by_element, "A loop over all elements of any shape."),
    Variant("sgd_step/negated-twice", "sgd_step", negated_twice, "-(λ ∂L/∂W - W)."),
    Variant("sgd_step/rate-of-same-dtype", "sgd_step", rate_of_same_dtype, "λ as an array of w's shape and dtype."),
    Variant("sgd_step/wide", "sgd_step", wide, "Computed in float64 and rounded to the dtype of the inputs."),
    Variant("momentum_step/in-place-on-copies", "momentum_step", in_place_on_copies, "In place, on copies of w and v."),
    Variant(
        "momentum_step/two-subtractions",
        "momentum_step",
        two_subtractions,
        "W - λ μ v - λ ∂L/∂W, expanded.",
        Verdict.LESS_ACCURATE,
    ),
    Variant(
        "momentum_step/gradient-first",
        "momentum_step",
        gradient_first,
        "The gradient's share, then v's.",
        Verdict.LESS_ACCURATE,
    ),
    Variant("momentum_step/velocity-twice", "momentum_step", velocity_twice, "The new velocity, written out twice."),
    Variant(
        "momentum_step/no-velocity-without-momentum",
        "momentum_step",
        no_velocity_without_momentum,
        "At μ = 0 the velocity is a copy of the gradient.",
    ),
    Variant(
        "momentum_step/velocity-kept-without-momentum",
        "momentum_step",
        velocity_kept_without_momentum,
        "At μ = 0 the velocity comes back as it was given: nobody looks at it again.",
    ),
    Variant(
        "momentum_step/downhill",
        "momentum_step",
        downhill,
        "The step -λ v first, and v from it.",
        Verdict.LESS_ACCURATE,
    ),
    Variant(
        "momentum_step/element-by-element",
        "momentum_step",
        momentum_element_by_element,
        "A loop over all elements of any shape.",
    ),
    Variant("momentum_step/as-list", "momentum_step", as_list, "NumPy's functions for the operators; returns a list."),
    Variant("momentum_step/wide", "momentum_step", momentum_wide, "Computed in float64 and rounded at the end."),
)
