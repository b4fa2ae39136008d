"""Optimisers beyond plain gradient descent: one step each, and clipping by the norm.

Any shape, the same for all arrays of a step, float32 or float64, and so are the results. g is the gradient, lr is λ.
eps stands outside the root, as in torch and in Adam's paper. TypeError for anything but float32 or float64 arrays of
one dtype, ValueError where the shapes differ, where lr, mu, decay, eps or most is negative, where rho, beta1 or beta2
is not at least 0 and less than 1, or where t is less than 1.
"""

import numpy as np

from manual.arguments import Array, alike, count, floats, number, quiet


@quiet
def weight_decay_step(w: Array, grad: Array, lr: float, decay: float) -> Array:
    """W = W - λ (g + decay W). Source: torch.optim.SGD(weight_decay=decay).

    This is the gradient of L + decay/2 ‖W‖²; courses that write decay ‖W‖² have twice the decay. At decay 0 torch
    leaves it out, even where W is inf.
    """
    alike("weight_decay_step", w=w, grad=grad)
    lr = number("weight_decay_step", "lr", lr, least=0)
    decay = number("weight_decay_step", "decay", decay, least=0)
    return w - lr * (grad + decay * w if decay else grad)


@quiet
def nesterov_step(w: Array, v: Array, grad: Array, lr: float, mu: float) -> tuple[Array, Array]:
    """v = μ v + g, then W = W - λ (g + μ v); returns (W, v). Source: torch.optim.SGD(nesterov=True).

    The gradient is the one at W. Nesterov's own form takes it at W - λ μ v, and moves that point by the same step;
    CS231n has λ inside the velocity. At μ = 0 there is no velocity, as in `momentum_step`.
    """
    alike("nesterov_step", w=w, v=v, grad=grad)
    lr = number("nesterov_step", "lr", lr, least=0)
    mu = number("nesterov_step", "mu", mu, least=0)
    if not mu:
        return w - lr * grad, grad.copy()
    v = mu * v + grad
    w = w - lr * (grad + mu * v)
    return w, v


@quiet
def rmsprop_step(w: Array, s: Array, grad: Array, lr: float, rho: float, eps: float) -> tuple[Array, Array]:
    """s = ρ s + (1 - ρ) g², then W = W - λ g / (√s + eps); returns (W, s). Source: torch.optim.RMSprop(alpha=rho).

    TensorFlow 1 has eps inside the root.
    """
    alike("rmsprop_step", w=w, s=s, grad=grad)
    lr = number("rmsprop_step", "lr", lr, least=0)
    rho = number("rmsprop_step", "rho", rho, least=0, below=1)
    eps = number("rmsprop_step", "eps", eps, least=0)
    s = rho * s + (1 - rho) * (grad * grad)
    w = w - lr * grad / (np.sqrt(s) + eps)
    return w, s


@quiet
def adam_step(
    w: Array, m: Array, v: Array, grad: Array, t: int, lr: float, beta1: float, beta2: float, eps: float
) -> tuple[Array, Array, Array]:
    """m = β1 m + (1 - β1) g, v = β2 v + (1 - β2) g²; m̂ = m / (1 - β1^t), v̂ = v / (1 - β2^t); W = W - λ m̂ / (√v̂ + eps).

    Returns (W, m, v): m and v without the correction of their start at 0. This is step t, and the first one is step 1.
    TensorFlow's "epsilon hat" is added to √v, before the correction.
    Source: torch.optim.Adam; Kingma and Ba, "Adam", algorithm 1.
    """
    alike("adam_step", w=w, m=m, v=v, grad=grad)
    return _adam("adam_step", w, m, v, grad, t, lr, beta1, beta2, eps)


@quiet
def adamw_step(
    w: Array, m: Array, v: Array, grad: Array, t: int, lr: float, beta1: float, beta2: float, eps: float, decay: float
) -> tuple[Array, Array, Array]:
    """W = (1 - λ decay) W, then the step of Adam; returns (W, m, v). The decay is decoupled: m and v do not see it.

    Source: torch.optim.AdamW; Loshchilov and Hutter, "Decoupled Weight Decay Regularization", where λ does not
    multiply the decay.
    """
    alike("adamw_step", w=w, m=m, v=v, grad=grad)
    lr = number("adamw_step", "lr", lr, least=0)
    decay = number("adamw_step", "decay", decay, least=0)
    w = (1 - lr * decay) * w
    return _adam("adamw_step", w, m, v, grad, t, lr, beta1, beta2, eps)


def _adam(
    name: str, w: Array, m: Array, v: Array, g: Array, t: int, lr: float, beta1: float, beta2: float, eps: float
) -> tuple[Array, Array, Array]:
    t = count(name, "t", t, least=1)
    lr, eps = number(name, "lr", lr, least=0), number(name, "eps", eps, least=0)
    beta1, beta2 = number(name, "beta1", beta1, least=0, below=1), number(name, "beta2", beta2, least=0, below=1)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * (g * g)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w, m, v


@quiet
def clip_by_norm(dW: Array, db: Array, most: float) -> tuple[Array, Array]:
    """‖g‖ = √(Σ dW² + Σ db²); both times most / (‖g‖ + 1e-6), but never more than 1. Returns (dW, db).

    The norm is of both gradients together, so that their direction stays. dW and db: any two shapes. The 1e-6 is
    torch's; TensorFlow's clip_by_global_norm has none. Source: torch.nn.utils.clip_grad_norm_.
    """
    floats("clip_by_norm", dW=dW, db=db)
    most = number("clip_by_norm", "most", most, least=0)
    norm = np.sqrt((dW * dW).sum() + (db * db).sum())
    share = np.minimum(most / (norm + 1e-6), 1)
    return dW * share, db * share
