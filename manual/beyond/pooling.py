"""Pooling of images: each formula with its gradient under it.

x: (n, c, height, width), float32 or float64, and so is the result, (n, c, rows, columns). kernel is the height and the
width of a window. kernel and stride are whole numbers from 1, padding is one from 0, at most half of the kernel, and
each counts for both axes. grad is the upstream gradient, of the result's shape, and each `*_backward` returns ∂L/∂x.
TypeError for arrays of another type or of two dtypes and for numbers that are not whole, ValueError where the shapes do
not fit and where the kernel is larger than the padded x.
"""

import numpy as np

from manual.arguments import Array, floats, quiet, wrong_shape
from manual.beyond.windows import Pair, grid, images, summed, whole, windows


@quiet
def max_pool2d(x: Array, kernel: int, stride: int, padding: int) -> Array:
    """y_ncij = max_uv x_nc,si+u-p,sj+v-p: the largest number of each window; the padding has none.

    s is the stride, p the padding. Source: torch.nn.MaxPool2d.
    """
    floats("max_pool2d", x=x)
    kernel, stride, padding = whole("max_pool2d", kernel=kernel, stride=stride, padding=padding)
    _places("max_pool2d", x, kernel, stride, padding)
    largest: Array = windows(x, (kernel, kernel), stride, padding, fill=-np.inf).max(axis=(-2, -1))
    return largest


@quiet
def max_pool2d_backward(grad: Array, x: Array, kernel: int, stride: int, padding: int) -> Array:
    """Each window's grad goes to its largest number: of several, to the first in row order, as in torch.

    Other courses share it between them, or give it to each. A window that holds NaN, or nothing above -inf, may give it
    to another place than torch's.
    """
    floats("max_pool2d_backward", x=x, grad=grad)
    kernel, stride, padding = whole("max_pool2d_backward", kernel=kernel, stride=stride, padding=padding)
    places = _places("max_pool2d_backward", x, kernel, stride, padding)
    _fits("max_pool2d_backward", grad, x, places)
    taken = windows(x, (kernel, kernel), stride, padding, fill=-np.inf)
    first = taken.reshape(*grad.shape, kernel**2).argmax(axis=-1)
    is_first = first[..., None] == np.arange(kernel**2)
    shares = np.where(is_first, grad[..., None], 0)
    return summed(shares.reshape(taken.shape), x.shape, stride, padding)


@quiet
def avg_pool2d(x: Array, kernel: int, stride: int, padding: int) -> Array:
    """y_ncij = 1/kernel² Σ_uv x_nc,si+u-p,sj+v-p: the mean of each window, where the padding counts as zeros.

    s is the stride, p the padding. TensorFlow leaves the padding out of the mean. Source: torch.nn.AvgPool2d.
    """
    floats("avg_pool2d", x=x)
    kernel, stride, padding = whole("avg_pool2d", kernel=kernel, stride=stride, padding=padding)
    _places("avg_pool2d", x, kernel, stride, padding)
    sums: Array = windows(x, (kernel, kernel), stride, padding).sum(axis=(-2, -1))
    return sums / kernel**2


@quiet
def avg_pool2d_backward(grad: Array, x: Array, kernel: int, stride: int, padding: int) -> Array:
    """Each place of a window gets 1/kernel² of the window's grad, and a place of x adds up what it gets."""
    floats("avg_pool2d_backward", x=x, grad=grad)
    kernel, stride, padding = whole("avg_pool2d_backward", kernel=kernel, stride=stride, padding=padding)
    places = _places("avg_pool2d_backward", x, kernel, stride, padding)
    _fits("avg_pool2d_backward", grad, x, places)
    shares = np.broadcast_to((grad / kernel**2)[..., None, None], (*grad.shape, kernel, kernel))
    return summed(shares, x.shape, stride, padding)


def _places(function: str, x: Array, kernel: int, stride: int, padding: int) -> Pair:
    """The rows and columns of the result."""
    images(function, x)
    places = grid(function, x.shape, (kernel, kernel), stride, padding)
    if 2 * padding > kernel:
        raise ValueError(
            f"{function}: padding is {padding}, but should be at most {kernel // 2}, half of the kernel; "
            f"a window may lie in the padding alone otherwise"
        )
    return places


def _fits(function: str, grad: Array, x: Array, places: Pair) -> None:
    """Raise ValueError unless grad has the shape of the result."""
    expected = (*x.shape[:2], *places)
    if grad.shape != expected:
        wrong_shape(function, "grad", grad, f"{expected}, the shape of the result")
