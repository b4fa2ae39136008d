"""Convolution of images by im2col: each formula with its gradient under it.

x: (n, c, height, width), float32 or float64, and so are the results. stride and dilation are whole numbers from 1,
padding is one from 0, and each counts for both axes. It is a correlation, as in every framework: the kernel is not
flipped. grad is the upstream gradient, of the result's shape. TypeError for arrays of another type or of two dtypes and
for numbers that are not whole, ValueError where the shapes do not fit and where the kernel is larger than the padded x.
"""

import numpy as np

from manual.arguments import Array, floats, quiet, wrong_shape
from manual.beyond.windows import Pair, grid, images, summed, whole, windows


@quiet
def conv2d(x: Array, w: Array, b: Array, stride: int, padding: int, dilation: int) -> Array:
    """y_noij = b_o + Σ_cuv w_ocuv x_nc,si+du-p,sj+dv-p, where x is 0 outside of the image.

    s is the stride, p the padding, d the dilation. w: (out, c, height, width). b: (out,). y: (n, out, rows, columns).
    One product of the kernels as rows with the windows as columns. Source: torch.nn.Conv2d; Chellapilla et al., "High
    Performance Convolutional Neural Networks for Document Processing".
    """
    floats("conv2d", x=x, w=w, b=b)
    stride, padding, dilation = whole("conv2d", stride=stride, padding=padding, dilation=dilation)
    rows, columns = _fitting("conv2d", x, w, stride, padding, dilation)
    out = len(w)
    if b.shape != (out,):
        wrong_shape("conv2d", "b", b, f"({out},), as w has shape {w.shape}")
    y = w.reshape(out, -1) @ _columns(x, w.shape[2:], stride, padding, dilation)
    y += b[:, None]
    return y.reshape(len(x), out, rows, columns)


@quiet
def conv2d_backward(
    grad: Array, x: Array, w: Array, stride: int, padding: int, dilation: int
) -> tuple[Array, Array, Array]:
    """∂L/∂x, ∂L/∂w and ∂L/∂b, where X are the windows of x as columns, and w and grad have a row for each output.

    ∂L/∂X = wᵀ grad, and ∂L/∂x adds up its windows (col2im)
    ∂L/∂w = Σ_n grad Xᵀ
    ∂L/∂b = the sum of grad over n, rows and columns
    """
    floats("conv2d_backward", x=x, w=w, grad=grad)
    stride, padding, dilation = whole("conv2d_backward", stride=stride, padding=padding, dilation=dilation)
    rows, columns = _fitting("conv2d_backward", x, w, stride, padding, dilation)
    n, out, kernel = len(x), len(w), w.shape[2:]
    if grad.shape != (n, out, rows, columns):
        wrong_shape("conv2d_backward", "grad", grad, f"{(n, out, rows, columns)}, the shape of the result")
    G = grad.reshape(n, out, rows * columns)
    dw = (G @ _columns(x, kernel, stride, padding, dilation).transpose(0, 2, 1)).sum(axis=0).reshape(w.shape)
    dX = w.reshape(out, -1).T @ G  # as large as X, whose memory is free again
    dx = _image(dX, x.shape, kernel, (rows, columns), stride, padding, dilation)
    return dx, dw, G.sum(axis=(0, 2))


@quiet
def im2col(x: Array, kernel: int, stride: int, padding: int, dilation: int) -> Array:
    """X_n,cuv,ij = x_nc,si+du-p,sj+dv-p: each window a column. kernel: its height and its width.

    X: (n, c kernel², rows columns), where a column has its numbers in the order c, u, v. CS231n has the columns of all
    images in one matrix, and other courses have each window as a row. Source: torch.nn.Unfold.
    """
    floats("im2col", x=x)
    numbers = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    kernel, stride, padding, dilation = whole("im2col", **numbers)
    _places("im2col", x, kernel, stride, padding, dilation)
    return np.array(_columns(x, (kernel, kernel), stride, padding, dilation))


@quiet
def im2col_backward(grad: Array, x: Array, kernel: int, stride: int, padding: int, dilation: int) -> Array:
    """∂L/∂x adds up, for each place of x, what grad has for it in all windows: col2im, or torch.nn.Fold."""
    floats("im2col_backward", x=x, grad=grad)
    numbers = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    kernel, stride, padding, dilation = whole("im2col_backward", **numbers)
    places = _places("im2col_backward", x, kernel, stride, padding, dilation)
    n, c = x.shape[:2]
    expected = (n, c * kernel**2, places[0] * places[1])
    if grad.shape != expected:
        wrong_shape("im2col_backward", "grad", grad, f"{expected}, the shape of the result")
    return _image(grad, x.shape, (kernel, kernel), places, stride, padding, dilation)


def _columns(x: Array, kernel: tuple[int, ...], stride: int, padding: int, dilation: int) -> Array:
    """The windows of x as columns."""
    found = windows(x, kernel, stride, padding, dilation)
    n, c, rows, columns, *_ = found.shape
    return found.transpose(0, 1, 4, 5, 2, 3).reshape(n, c * kernel[0] * kernel[1], rows * columns)


def _image(
    X: Array, image: tuple[int, ...], kernel: tuple[int, ...], places: Pair, stride: int, padding: int, dilation: int
) -> Array:
    """The image of that shape that adds up the columns of X, which are its windows."""
    n, c = image[:2]
    found = X.reshape(n, c, *kernel, *places).transpose(0, 1, 4, 5, 2, 3)
    return summed(found, image, stride, padding, dilation)


def _fitting(function: str, x: Array, w: Array, stride: int, padding: int, dilation: int) -> Pair:
    """The rows and columns of the result. Raise ValueError unless the kernels w fit x."""
    images(function, x)
    c = x.shape[1]
    if w.ndim != 4 or w.shape[1] != c:
        wrong_shape(function, "w", w, f"(out, {c}, height, width), as x has shape {x.shape}")
    if not (len(w) and w.shape[2] and w.shape[3]):
        wrong_shape(function, "w", w, f"(out, {c}, height, width) with out, height and width of at least 1")
    return grid(function, x.shape, w.shape[2:], stride, padding, dilation)


def _places(function: str, x: Array, kernel: int, stride: int, padding: int, dilation: int) -> Pair:
    """The rows and columns of windows with a square kernel."""
    images(function, x)
    return grid(function, x.shape, (kernel, kernel), stride, padding, dilation)
