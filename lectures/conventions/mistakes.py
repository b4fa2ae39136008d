"""Mistakes in what other conventions ask for: above all the lecture's own convention, and others in use.

Where the two differ by a factor of a single result, that factor is named anyway, and stands nowhere here.
"""

from __future__ import annotations

from typing import Any, Final

from gradecheck.packs.mistakes.right import Right


@Right
def linear_backward_mean(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A / len(A), grad.sum(axis=0) / len(A)


@Right
def momentum_step_downhill(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v - lr * grad
    return w + v, v


MISTAKES: Final = (
    linear_backward_mean.wrong("summed", lambda grad, A, W: (grad @ W, grad.T @ A, grad.sum(axis=0)),
        "dW and db are sums over the rows; by this convention the 1/n stands here: 1/n gradᵀ A and 1/n gradᵀ ι.",
        "Compare dW and db for one sample and for the same sample twice: they should be the same."),
    linear_backward_mean.wrong("dW-summed", lambda grad, A, W: (grad @ W, grad.T @ A, grad.sum(axis=0) / len(A)),
        "The 1/n of dW is missing: by this convention it is 1/n gradᵀ A.",
        "Compare dW for one sample and for the same sample twice: it should be the same."),
    linear_backward_mean.wrong("db-summed", lambda grad, A, W: (grad @ W, grad.T @ A / len(A), grad.sum(axis=0)),
        "The 1/n of db is missing: by this convention it is 1/n gradᵀ ι.",
        "Compare db for one sample and for the same sample twice: it should be the same."),
    linear_backward_mean.wrong("dA-averaged",
        lambda grad, A, W: (grad @ W / len(A), *linear_backward_mean(grad, A, W)[1:]),
        "dA is divided by n, too; it has a row for each sample, and the 1/n belongs to dW and db alone.",
        "Compare dA for one sample and for the same sample twice: each row should be the same."),
    momentum_step_downhill.wrong("lr-outside-velocity",
        lambda w, v, grad, lr, mu: (w - lr * (mu * v + grad), mu * v + grad),
        "The learning rate is outside the velocity, v = μ v + ∂L/∂W and W = W - λ v; by this convention v = μ v - λ "
        "∂L/∂W and W = W + v.",
        "Try v = [0] and grad = [1]: what is the new v?"),
    momentum_step_downhill.wrong("velocity-uphill",
        lambda w, v, grad, lr, mu: (w - (mu * v + lr * grad), mu * v + lr * grad),
        "The velocity points uphill, v = μ v + λ ∂L/∂W and W = W - v; by this convention v = μ v - λ ∂L/∂W and "
        "W = W + v.",
        "Try v = [0] and grad = [1], and look at the sign of the new v."),
    momentum_step_downhill.wrong("velocity-subtracted",
        lambda w, v, grad, lr, mu: (w - (mu * v - lr * grad), mu * v - lr * grad),
        "The velocity is subtracted from W; v = μ v - λ ∂L/∂W points downhill already: W = W + v.",
        "Try w = [0] and v = [0] with a positive gradient: where should w go?"),
    momentum_step_downhill.given("gradient-added", lambda w, v, grad, lr, mu: (w, v, -grad, lr, mu),
        "The gradient is added, v = μ v + λ ∂L/∂W, and so W = W + v goes uphill.",
        "Try w = [0] and v = [0] with a positive gradient: where should w go?"),
    momentum_step_downhill.given("lr-left-out", lambda w, v, grad, lr, mu: (w, v, grad, 1, mu),
        "The learning rate λ is left out: v = μ v - ∂L/∂W.",
        "Try two different lr and compare."),
    momentum_step_downhill.given("velocity-forgotten", lambda w, v, grad, lr, mu: (w, v, grad, lr, 0),
        "The old velocity is forgotten, v = -λ ∂L/∂W: this is a step without momentum.",
        "Try grad of zeros, v = [1] and mu = 0.5."),
)  # fmt: skip
