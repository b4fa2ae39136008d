"""Dropout with a given mask: the random numbers are drawn outside, so that the formula has one right answer.

x: any shape, float32 or float64, and so is the result. mask: truth values of x's shape, True for what is kept.
p: the share that is dropped, at least 0 and less than 1, as in torch; courses that give the share that is kept have
1 - p. The dropout is inverted: what is kept is divided by 1 - p in training, and evaluation leaves x as it is.
TypeError for arrays of another type, ValueError where the shapes differ or p is outside.
"""

from typing import Any

from manual.arguments import Array, Mask, floats, number, quiet, truths, wrong_shape


@quiet
def dropout(x: Array, mask: Mask, p: float) -> Array:
    """f(x) = x mask / (1 - p). Source: torch.nn.Dropout; Srivastava et al., "Dropout"."""
    p = _fit("dropout", "x", x, mask, p)
    return x * (mask.astype(x.dtype) / (1 - p))


@quiet
def dropout_backward(grad: Array, mask: Mask, p: float) -> Array:
    """∂L/∂x = grad mask / (1 - p): what was dropped has no part in the loss."""
    p = _fit("dropout_backward", "grad", grad, mask, p)
    return grad * (mask.astype(grad.dtype) / (1 - p))


def _fit(function: str, name: str, x: Array, mask: Any, p: float) -> float:
    """p; raise TypeError or ValueError unless the mask holds truth values in x's shape."""
    floats(function, **{name: x})
    truths(function, "mask", mask, "for what is kept")
    if mask.shape != x.shape:
        wrong_shape(function, "mask", mask, f"{x.shape}, the shape of {name}")
    return number(function, "p", p, least=0, below=1)
