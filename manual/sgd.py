"""Lecture 03, "Stochastic Gradient Descent": one step, without and with momentum.

Any shape, the same for all arrays. TypeError for anything but float32 or float64 arrays of one dtype,
ValueError where the shapes differ, or where lr or mu is negative.
"""

from manual.arguments import Array, alike, number, quiet


@quiet
def sgd_step(w: Array, grad: Array, lr: float) -> Array:
    """W = W - λ ∂L/∂W, where lr is λ. Source: slide "SGD Equation (Without Momentum)", for W and b alike."""
    alike("sgd_step", w=w, grad=grad)
    lr = number("sgd_step", "lr", lr, least=0)
    return w - lr * grad


@quiet
def momentum_step(w: Array, v: Array, grad: Array, lr: float, mu: float) -> tuple[Array, Array]:
    """v = μ v + ∂L/∂W, then W = W - λ v; returns (W, v). Source: slide "SGD Equation (With Momentum)".

    The lecture's first summary slide leaves out the second equation. At μ = 0 torch keeps no velocity, and v
    is the gradient even where the old v is inf.
    """
    alike("momentum_step", w=w, v=v, grad=grad)
    lr = number("momentum_step", "lr", lr, least=0)
    mu = number("momentum_step", "mu", mu, least=0)
    v = mu * v + grad if mu else grad.copy()
    w = w - lr * v
    return w, v
