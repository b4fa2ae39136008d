"""Lecture 03 by other conventions: a factor 1/2, sums in place of means, 1/n in the layer, λ in the velocity.

The lecture's own formulas stand in losses.py, linear.py and sgd.py. TypeError for anything but float32 or float64
arrays of one dtype, ValueError where shapes or values do not fit, as there.
"""

import numpy as np

from manual.activations import exponentials
from manual.arguments import Array, Scalar, alike, fit_product, floats, number, probabilities, quiet, rows, wrong_shape

# -- losses


@quiet
def mse_half(prediction: Array, target: Array) -> Scalar:
    """E = 1/(2n) Σ_i (y_i - ŷ_i)²: half of the mean, so that the gradient has no factor 2.

    prediction is ŷ and target y: same shape, any; n is the number of elements. nan where there is none.
    Source: Nielsen, "Neural Networks and Deep Learning", the quadratic cost.
    """
    alike("mse_half", prediction=prediction, target=target)
    difference = target - prediction
    loss: Scalar = (difference * difference).sum() / (2 * difference.size)
    return loss


@quiet
def mse_half_backward(prediction: Array, target: Array) -> Array:
    """∂E/∂ŷ_i = 1/n (ŷ_i - y_i), of prediction's shape."""
    alike("mse_half_backward", prediction=prediction, target=target)
    return (prediction - target) / prediction.size


@quiet
def mse_sum(prediction: Array, target: Array) -> Scalar:
    """E = Σ_i (y_i - ŷ_i)², over all elements; 0 where there is none. Arguments as for `mse_half`.

    Source: torch.nn.MSELoss(reduction="sum").
    """
    alike("mse_sum", prediction=prediction, target=target)
    difference = target - prediction
    loss: Scalar = (difference * difference).sum()
    return loss


@quiet
def mse_sum_backward(prediction: Array, target: Array) -> Array:
    """∂E/∂ŷ_i = 2 (ŷ_i - y_i), of prediction's shape."""
    alike("mse_sum_backward", prediction=prediction, target=target)
    return 2 * (prediction - target)


@quiet
def cross_entropy_sum(p: Array, t: Array) -> Scalar:
    """L = -Σ t_i log(p_i), over all i of all rows, natural log; 0 where there is no row.

    p: probabilities, (n, k), or (k,) for one row. t: targets of p's shape, one-hot or soft. 0 log 0 is 0, and
    log 0 otherwise -inf. ValueError where p is nan or outside [0, 1].
    Source: slide "Cross Entropy Loss", which prints the sum of one row.
    """
    _check("cross_entropy_sum", p, t)
    loss: Scalar = -(t * np.log(np.where(t == 0, 1, p))).sum()  # 0 log 0 becomes 0 log 1
    return loss


@quiet
def cross_entropy_sum_backward(p: Array, t: Array) -> Array:
    """∂L/∂p_i = -t_i / p_i, of p's shape, and 0 where t_i = 0. Arguments as for `cross_entropy_sum`."""
    _check("cross_entropy_sum_backward", p, t)
    return np.where(t == 0, 0, -t / p)


@quiet
def softmax_cross_entropy_sum(x: Array, t: Array) -> Scalar:
    """L = -Σ t_i log(softmax(x)_i), over all i of all rows: `cross_entropy_sum` of the softmax, from logits.

    x: logits, (n, k), or (k,) for one row. t: targets of x's shape, one-hot or soft.
    Source: torch.nn.CrossEntropyLoss(reduction="sum").
    """
    alike("softmax_cross_entropy_sum", x=x, t=t)
    rows("softmax_cross_entropy_sum", "x", x)
    z, _, total = exponentials(x)
    loss: Scalar = -(t * (z - np.log(total))).sum()
    return loss


@quiet
def softmax_cross_entropy_sum_backward(x: Array, t: Array) -> Array:
    """∂L/∂x = softmax(x) Σ_i t_i - t, of x's shape; Σ_i t_i is 1 in each row of probabilities."""
    alike("softmax_cross_entropy_sum_backward", x=x, t=t)
    rows("softmax_cross_entropy_sum_backward", "x", x)
    _, e, total = exponentials(x)
    gradient: Array = e * (t.sum(axis=-1, keepdims=True) / total) - t
    return gradient


def _check(function: str, p: Array, t: Array) -> None:
    alike(function, p=p, t=t)
    probabilities(function, "p", p)
    rows(function, "p", p)


# -- the layer


@quiet
def linear_backward_mean(grad: Array, A: Array, W: Array) -> tuple[Array, Array, Array]:
    """∂L/∂A = grad W, ∂L/∂W = 1/n gradᵀ A and ∂L/∂b = 1/n gradᵀ ι, for the n rows of Z = A Wᵀ + ι bᵀ.

    grad: (n, out), that of each row's own loss. A: (n, in). W: (out, in). L is the mean of the rows' losses, and its
    1/n stands where the rows meet. nan in ∂L/∂W and ∂L/∂b where there is no row.
    Source: Ng, "Neural Networks and Deep Learning": dW = 1/m dZ Aᵀ with the samples in columns.
    """
    floats("linear_backward_mean", A=A, W=W, grad=grad)
    fit_product("linear_backward_mean", A, W)
    if grad.shape != (len(A), len(W)):
        wrong_shape("linear_backward_mean", "grad", grad, f"({len(A)}, {len(W)}), the shape of A Wᵀ")
    n = len(A)
    return grad @ W, grad.T @ A / n, grad.sum(axis=0) / n


# -- the step


@quiet
def momentum_step_downhill(w: Array, v: Array, grad: Array, lr: float, mu: float) -> tuple[Array, Array]:
    """v = μ v - λ ∂L/∂W, then W = W + v; returns (W, v). The velocity is the step itself, and points downhill.

    lr is λ and mu is μ, at least 0. All arrays have one shape, any. At μ = 0 v is -λ ∂L/∂W even where the old v is inf.
    Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", equations 1 and 2.
    """
    alike("momentum_step_downhill", w=w, v=v, grad=grad)
    lr = number("momentum_step_downhill", "lr", lr, least=0)
    mu = number("momentum_step_downhill", "mu", mu, least=0)
    v = mu * v - lr * grad if mu else -lr * grad
    return w + v, v
