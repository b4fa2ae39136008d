"""Mistakes in im2col and its gradient, which is col2im."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.beyond.mistakes.windows import inside, padded, put, taken


def in_order(image: Any, kernel: Any, stride: Any, dilation: Any, order: Any) -> Any:
    """The windows of a padded image as columns, with the axes (n, c, rows, columns, u, v) in that order."""
    windows = taken(image, (kernel, kernel), stride, dilation)
    return windows.transpose(order).reshape(len(image), image.shape[1] * kernel**2, -1)


RIGHT: Final = (0, 1, 4, 5, 2, 3)


@Right
def im2col(x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    return in_order(padded(x, padding), kernel, stride, dilation, RIGHT)


def ordered(*order: int) -> Any:
    """The right windows, in another order."""
    return lambda x, kernel, stride, padding, dilation: in_order(padded(x, padding), kernel, stride, dilation, order)


def edges_repeated(x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    return in_order(padded(x, padding, mode="edge"), kernel, stride, dilation, RIGHT)


def images_side_by_side(*arguments: Any) -> Any:
    X = im2col(*arguments)
    return X.transpose(1, 2, 0).reshape(X.shape[1], -1)


def windows_of(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """What grad has for every window, (n, c, rows, columns, u, v)."""
    n, c, height, width = x.shape
    rows, columns = ((m + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1 for m in (height, width))
    return grad.reshape(n, c, kernel, kernel, rows, columns).transpose(0, 1, 4, 5, 2, 3)


@Right
def im2col_backward(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    windows = windows_of(grad, x, kernel, stride, padding, dilation)
    return inside(put(windows, x, stride, padding, dilation), padding)


def overwritten(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    windows = windows_of(grad, x, kernel, stride, padding, dilation)
    return inside(put(windows, x, stride, padding, dilation, overwrite=True), padding)


def with_padding(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    return put(windows_of(grad, x, kernel, stride, padding, dilation), x, stride, padding, dilation)


def cut_behind(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    return with_padding(grad, x, kernel, stride, padding, dilation)[:, :, : x.shape[2], : x.shape[3]]


def averaged(grad: Any, x: Any, *numbers: Any) -> Any:
    windows = im2col_backward(np.ones_like(grad), x, *numbers)
    return im2col_backward(grad, x, *numbers) / np.maximum(windows, 1)


def channels_behind(grad: Any, x: Any, kernel: Any, *numbers: Any) -> Any:
    n, c = x.shape[:2]
    taken = grad.reshape(n, kernel**2, c, -1).transpose(0, 2, 1, 3)
    return im2col_backward(taken.reshape(grad.shape), x, kernel, *numbers)


def side_by_side(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """The windows are put back as if the dilation were 1."""
    windows = windows_of(grad, x, kernel, stride, padding, dilation)
    return inside(put(windows, x, stride, padding), padding)


MISTAKES: Final = (
    im2col.wrong("windows-as-rows", lambda *arguments: im2col(*arguments).transpose(0, 2, 1),
        "Each window is a row; here it is a column of X, so that the kernels as rows stand before X.",
        "Compare the shape of X with (n, c kernel², rows columns).", sign="transposed"),
    im2col.wrong("images-side-by-side", images_side_by_side,
        "The columns of all images are in one matrix; X has a matrix for each image: (n, c kernel², rows columns).",
        "Print the number of axes of X."),
    im2col.wrong("channels-last", ordered(0, 4, 5, 1, 2, 3),
        "A column has the channels of one place side by side, u, v, c; the order is c, u, v.",
        "Try two channels, one of zeros, with a kernel of 2 x 2."),
    im2col.wrong("kernel-by-columns", ordered(0, 1, 5, 4, 2, 3),
        "The numbers of a window are read column by column; the order is row by row.",
        "Try the image [[1, 2], [3, 4]] with a kernel of 2 x 2: X should be 1, 2, 3, 4."),
    im2col.wrong("windows-by-columns", ordered(0, 1, 4, 5, 3, 2),
        "The windows go down the image first; they should go along its rows.",
        "Try the image [[1, 2], [3, 4]] with a kernel of 1: X should be 1, 2, 3, 4."),
    im2col.given("padding-left-out", lambda x, kernel, stride, padding, dilation: (x, kernel, stride, 0, dilation),
        "The image is not padded.",
        "Compare the shape of X for padding 0 and 1."),
    im2col.wrong("edges-repeated", edges_repeated,
        "The padding repeats the edge of the image; it should hold zeros.",
        "Try x of ones with padding 1: the first column should begin with zeros."),
    im2col.given("stride-left-out", lambda x, kernel, stride, padding, dilation: (x, kernel, 1, padding, dilation),
        "The windows are one place apart, whatever the stride is.",
        "Count the columns of X for stride 1 and 2."),
    im2col.given("dilation-left-out", lambda x, kernel, stride, padding, dilation: (x, kernel, stride, padding, 1),
        "The places of a window lie side by side, whatever the dilation is.",
        "Try dilation 2 with a kernel of 2 on an image of 3 x 3."),
    im2col_backward.wrong("overwritten", overwritten,
        "Where windows overlap, the last one overwrites the others; a place of x adds up what all its windows have.",
        "Look for = where += belongs, and try stride 1 with a kernel of 2."),
    im2col_backward.wrong("averaged", averaged,
        "What the windows have for a place is averaged; the gradient adds it up.",
        "Try grad of ones: each place of dx should count its windows."),
    im2col_backward.wrong("with-padding", with_padding,
        "dx still has the padding; it should have the shape of x.",
        "Compare the shapes of dx and x for padding 1."),
    im2col_backward.wrong("cut-behind", cut_behind,
        "The padding is cut off below and to the right alone; dx begins padding places from the edge.",
        "Try padding 1 with a kernel of 1 and stride 1: dx should be grad without its edge."),
    im2col_backward.wrong("channels-last", channels_behind,
        "grad is read as u, v, c; its columns have the order c, u, v.",
        "Try two channels with a kernel of 2 x 2, and grad of a single 1."),
    im2col_backward.wrong("dilation-left-out", side_by_side,
        "The numbers of a window are put back side by side, whatever the dilation is.",
        "Try dilation 2 with a kernel of 2 on an image of 3 x 3."),
    im2col_backward.wrong("grad-dropped", lambda grad, *rest: im2col_backward(np.ones_like(grad), *rest),
        "The upstream gradient is left out, as if it were 1 everywhere.",
        "Double grad: the answer should double."),
)  # fmt: skip
