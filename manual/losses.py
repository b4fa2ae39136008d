"""Lecture 03, "Loss Calculation": each loss with its gradient under it.

A loss is a scalar of its arguments' dtype, a mean over n, and nan where there is nothing to take the mean of.
TypeError for anything but float32 or float64 arrays of one dtype, ValueError where the shapes differ. The
slides sum from i = 0 to n; n terms are meant.
"""

import numpy as np

from manual.activations import exponentials, softmax
from manual.arguments import Array, Scalar, alike, probabilities, quiet, rows


@quiet
def mse(prediction: Array, target: Array) -> Scalar:
    """MSE = 1/n Σ_i (y_i - ŷ_i)². Source: slide "MSE".

    prediction is ŷ and target y: same shape, any; n is the number of elements.
    """
    alike("mse", prediction=prediction, target=target)
    difference = target - prediction
    loss: Scalar = (difference * difference).sum() / difference.size
    return loss


@quiet
def mse_backward(prediction: Array, target: Array) -> Array:
    """∂MSE/∂ŷ_i = 2/n (ŷ_i - y_i), of prediction's shape."""
    alike("mse_backward", prediction=prediction, target=target)
    n = prediction.size
    return (prediction - target) / (n / 2)  # n/2 is exact, and twice the difference could overflow


@quiet
def cross_entropy(p: Array, t: Array) -> Scalar:
    """L_CE = -1/n Σ t_i log(p_i), over all i of the n rows, natural log. Source: slide "Cross Entropy Loss".

    p: probabilities, (n, k), or (k,) for one row. t: targets of p's shape, one-hot or soft. 0 log 0 is 0, and
    log 0 otherwise -inf. ValueError where p is nan or outside [0, 1]. The slide prints the sum of one row;
    its table has another base: `cross_entropy_base2`.
    """
    n = _check("cross_entropy", p, t)
    loss: Scalar = -_t_log_p(np.log, p, t).sum() / n
    return loss


@quiet
def cross_entropy_backward(p: Array, t: Array) -> Array:
    """∂L_CE/∂p_i = -1/n t_i / p_i, of p's shape, and 0 where t_i = 0. Arguments as for `cross_entropy`."""
    n = _check("cross_entropy_backward", p, t)
    return np.where(t == 0, 0, -t / (n * p))


@quiet
def cross_entropy_base2(p: Array, t: Array) -> Scalar:
    """L_CE = -1/n Σ t_i log₂(p_i): `cross_entropy` in the base of the slide "Loss Contribution"."""
    n = _check("cross_entropy_base2", p, t)
    loss: Scalar = -_t_log_p(np.log2, p, t).sum() / n
    return loss


@quiet
def loss_contributions(x: Array, t: Array) -> tuple[Array, Array, Array]:
    """Columns p_i, log(p_i) and t_i log(p_i) of the table on the slide "Loss Contribution", natural log.

    x: logits, (n, k) or (k,). t: targets of x's shape. p is softmax(x). Errors as for `cross_entropy`.
    """
    p = softmax(x)
    _check("loss_contributions", p, t)
    return p, np.log(p), _t_log_p(np.log, p, t)


@quiet
def loss_contributions_base2(x: Array, t: Array) -> tuple[Array, Array, Array]:
    """Columns p_i, log₂(p_i) and t_i log₂(p_i): the numbers that the table of `loss_contributions` prints."""
    p = softmax(x)
    _check("loss_contributions_base2", p, t)
    return p, np.log2(p), _t_log_p(np.log2, p, t)


@quiet
def softmax_cross_entropy(x: Array, t: Array) -> Scalar:
    """L = -1/n Σ t_i log(softmax(x)_i), over all i of the n rows: `cross_entropy` of `softmax`, from logits.

    x: logits, (n, k), or (k,) for one row. t: targets of x's shape, one-hot or soft. log(softmax(x)_i) is
    z_i - log Σ_j e^{z_j} with the z of `exponentials`, and finite where softmax itself rounds to 0.
    """
    alike("softmax_cross_entropy", x=x, t=t)
    n = rows("softmax_cross_entropy", "x", x)
    z, _, total = exponentials(x)
    return _loss(z, total, t, n)


@quiet
def softmax_cross_entropy_backward(x: Array, t: Array) -> Array:
    """∂L/∂x = 1/n (softmax(x) Σ_i t_i - t), of x's shape; Σ_i t_i is 1 in each row of probabilities."""
    alike("softmax_cross_entropy_backward", x=x, t=t)
    n = rows("softmax_cross_entropy_backward", "x", x)
    _, e, total = exponentials(x)
    return _gradient(e, total, t, n)


@quiet
def softmax_cross_entropy_and_gradient(x: Array, t: Array) -> tuple[Scalar, Array]:
    """Both of the above, for the exponentials of one."""
    alike("softmax_cross_entropy", x=x, t=t)
    n = rows("softmax_cross_entropy", "x", x)
    z, e, total = exponentials(x)
    return _loss(z, total, t, n), _gradient(e, total, t, n)


def _loss(z: Array, total: Array, t: Array, n: int) -> Scalar:
    loss: Scalar = -(t * (z - np.log(total))).sum() / n
    return loss


def _gradient(e: Array, total: Array, t: Array, n: int) -> Array:
    gradient: Array = (e * (t.sum(axis=-1, keepdims=True) / total) - t) / n
    return gradient


def _check(function: str, p: Array, t: Array) -> int:
    alike(function, p=p, t=t)
    probabilities(function, "p", p)
    return rows(function, "p", p)


def _t_log_p(log: np.ufunc, p: Array, t: Array) -> Array:
    product: Array = t * log(np.where(t == 0, 1, p))  # 0 log 0 becomes 0 log 1
    return product
