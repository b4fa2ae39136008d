"""Right ways to write a step of gradient descent."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import LESS, Ways, through_float64

# -- sgd_step


def in_place_on_a_copy(w: Any, grad: Any, lr: Any) -> Any:
    w = w.copy()
    w -= lr * grad
    return w


def element_by_element(w: Any, grad: Any, lr: Any) -> Any:
    moved = np.empty_like(w)
    for index in np.ndindex(w.shape):
        moved[index] = w[index] - lr * grad[index]
    return moved


# -- momentum_step


def in_place(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v *= mu
    v += grad
    w -= lr * v
    return w, v


def velocity_kept_without_momentum(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    new = mu * v + grad
    return w - lr * new, v if mu == 0 else new


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


sgd_step, momentum_step = Ways("sgd_step"), Ways("momentum_step")

VARIANTS: Final = (
    sgd_step.way("in-place-on-a-copy", in_place_on_a_copy, "In place, on a copy of w."),
    sgd_step.way("negative-rate", lambda w, grad, lr: w + (-lr) * grad, "Adds -λ times the gradient."),
    sgd_step.way("element-by-element", element_by_element, "A loop over all elements of any shape."),
    sgd_step.way("negated-twice", lambda w, grad, lr: -(np.multiply(grad, lr) - w), "-(λ ∂L/∂W - W)."),
    sgd_step.way("rate-of-same-dtype", lambda w, grad, lr: np.subtract(w, np.full_like(w, lr) * grad),
        "λ as an array of w's shape and dtype."),
    sgd_step.way("wide", through_float64(lambda w, grad, lr: w - lr * grad),
        "Computed in float64 and rounded to the dtype of the inputs."),
    momentum_step.way("in-place-on-copies", lambda w, v, *others: in_place(w.copy(), v.copy(), *others),
        "In place, on copies of w and v."),
    momentum_step.way("two-subtractions", lambda w, v, grad, lr, mu: (w - lr * mu * v - lr * grad, mu * v + grad),
        "W - λ μ v - λ ∂L/∂W, expanded.", LESS),
    momentum_step.way("gradient-first", lambda w, v, grad, lr, mu: ((w - lr * grad) - lr * (mu * v), grad + mu * v),
        "The gradient's share, then v's.", LESS),
    momentum_step.way("velocity-twice", velocity_twice, "The new velocity, written out twice."),
    momentum_step.way("no-velocity-without-momentum", no_velocity_without_momentum,
        "At μ = 0 the velocity is a copy of the gradient."),
    momentum_step.way("velocity-kept-without-momentum", velocity_kept_without_momentum,
        "At μ = 0 the velocity comes back as it was given: nobody looks at it again."),
    momentum_step.way("downhill", downhill, "The step -λ v first, and v from it.", LESS),
    momentum_step.way("element-by-element", momentum_element_by_element, "A loop over all elements of any shape."),
    momentum_step.way("as-list", as_list, "NumPy's functions for the operators; returns a list."),
    momentum_step.way("wide", through_float64(velocity_twice), "Computed in float64 and rounded at the end."),
)  # fmt: skip
