"""Mistakes in what other conventions ask for: above all the lecture's own convention, and others in use.

Where the two differ by a factor of a single result, that factor is named anyway, and stands nowhere here.
"""

from __future__ import annotations

from typing import Any, Final

from gradecheck import Mistake
from gradecheck.packs.mistakes.given import given

Given = tuple[Any, ...]

# -- linear_backward_mean


def linear_backward_mean(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A / len(A), grad.sum(axis=0) / len(A)


def summed(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A, grad.sum(axis=0)


def dW_summed(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A, grad.sum(axis=0) / len(A)


def db_summed(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A / len(A), grad.sum(axis=0)


def dA_averaged(grad: Any, A: Any, W: Any) -> Any:
    return linear_backward_mean(grad, A, W)[0] / len(A), *linear_backward_mean(grad, A, W)[1:]


# -- momentum_step_downhill


def momentum_step_downhill(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v - lr * grad
    return w + v, v


def lr_outside_velocity(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + grad
    return w - lr * v, v


def velocity_uphill(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + lr * grad
    return w - v, v


def velocity_subtracted(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v - lr * grad
    return w - v, v


def gradient_added(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, -grad, lr, mu


def lr_left_out(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, grad, 1, mu


def velocity_forgotten(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, grad, lr, 0


MISTAKES: Final = (
    Mistake(
        "linear_backward_mean/summed",
        "linear_backward_mean",
        summed,
        "dW and db are sums over the rows; by this convention the 1/n stands here: 1/n gradᵀ A and 1/n gradᵀ ι.",
        "Compare dW and db for one sample and for the same sample twice: they should be the same.",
    ),
    Mistake(
        "linear_backward_mean/dW-summed",
        "linear_backward_mean",
        dW_summed,
        "The 1/n of dW is missing: by this convention it is 1/n gradᵀ A.",
        "Compare dW for one sample and for the same sample twice: it should be the same.",
    ),
    Mistake(
        "linear_backward_mean/db-summed",
        "linear_backward_mean",
        db_summed,
        "The 1/n of db is missing: by this convention it is 1/n gradᵀ ι.",
        "Compare db for one sample and for the same sample twice: it should be the same.",
    ),
    Mistake(
        "linear_backward_mean/dA-averaged",
        "linear_backward_mean",
        dA_averaged,
        "dA is divided by n, too; it has a row for each sample, and the 1/n belongs to dW and db alone.",
        "Compare dA for one sample and for the same sample twice: each row should be the same.",
    ),
    Mistake(
        "momentum_step_downhill/lr-outside-velocity",
        "momentum_step_downhill",
        lr_outside_velocity,
        "The learning rate is outside the velocity, v = μ v + ∂L/∂W and W = W - λ v; by this convention v = μ v - λ "
        "∂L/∂W and W = W + v.",
        "Try v = [0] and grad = [1]: what is the new v?",
    ),
    Mistake(
        "momentum_step_downhill/velocity-uphill",
        "momentum_step_downhill",
        velocity_uphill,
        "The velocity points uphill, v = μ v + λ ∂L/∂W and W = W - v; by this convention v = μ v - λ ∂L/∂W and "
        "W = W + v.",
        "Try v = [0] and grad = [1], and look at the sign of the new v.",
    ),
    Mistake(
        "momentum_step_downhill/velocity-subtracted",
        "momentum_step_downhill",
        velocity_subtracted,
        "The velocity is subtracted from W; v = μ v - λ ∂L/∂W points downhill already: W = W + v.",
        "Try w = [0] and v = [0] with a positive gradient: where should w go?",
    ),
    given(
        "momentum_step_downhill/gradient-added",
        momentum_step_downhill,
        gradient_added,
        "The gradient is added, v = μ v + λ ∂L/∂W, and so W = W + v goes uphill.",
        "Try w = [0] and v = [0] with a positive gradient: where should w go?",
    ),
    given(
        "momentum_step_downhill/lr-left-out",
        momentum_step_downhill,
        lr_left_out,
        "The learning rate λ is left out: v = μ v - ∂L/∂W.",
        "Try two different lr and compare.",
    ),
    given(
        "momentum_step_downhill/velocity-forgotten",
        momentum_step_downhill,
        velocity_forgotten,
        "The old velocity is forgotten, v = -λ ∂L/∂W: this is a step without momentum.",
        "Try grad of zeros, v = [1] and mu = 0.5.",
    ),
)
