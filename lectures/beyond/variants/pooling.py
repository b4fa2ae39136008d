"""Right ways to write pooling."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from lectures.beyond.variants.convolution import col2im_by_indices, im2col_by_indices, lengths, padded, window
from lectures.lecture03.variants.shared import Ways, through_float64


def by_windows(reduce: Any, around: float) -> Any:
    """One window after the other.    around: what the padding holds."""

    def pool(x: Any, kernel: int, stride: int, padding: int) -> Any:
        image, square = padded(x, padding, around), (kernel, kernel)
        rows, columns = lengths(x, square, stride, padding, 1)
        taken = [reduce(window(image, i, j, square, stride, 1)) for i in range(rows) for j in range(columns)]
        return np.stack(taken, axis=-1).reshape(*x.shape[:2], rows, columns)

    return pool


def max_by_places(x: Any, kernel: int, stride: int, padding: int) -> Any:
    """np.maximum of shifted images."""
    image = padded(x, padding, -np.inf)
    rows, columns = lengths(x, (kernel, kernel), stride, padding, 1)
    y = np.full((*x.shape[:2], rows, columns), -np.inf, x.dtype)
    for u, v in np.ndindex(kernel, kernel):
        y = np.maximum(y, image[:, :, u::stride, v::stride][:, :, :rows, :columns])
    return y


def max_backward_by_windows(grad: Any, x: Any, kernel: int, stride: int, padding: int) -> Any:
    image = padded(x, padding, -np.inf)
    dimage = np.zeros_like(image)
    for n, c, i, j in np.ndindex(*grad.shape):
        taken = image[n, c, stride * i : stride * i + kernel, stride * j : stride * j + kernel]
        u, v = np.unravel_index(taken.argmax(), taken.shape)
        dimage[n, c, stride * i + u, stride * j + v] += grad[n, c, i, j]
    height, width = x.shape[2:]
    return dimage[:, :, padding : padding + height, padding : padding + width]


def max_backward_by_places(grad: Any, x: Any, kernel: int, stride: int, padding: int) -> Any:
    """The first place that reaches the largest number, and is not taken yet, gets grad."""
    image, (rows, columns) = padded(x, padding, -np.inf), grad.shape[2:]
    y, dimage = max_by_places(x, kernel, stride, padding), np.zeros_like(image)
    waiting = np.ones(grad.shape, bool)
    for u, v in np.ndindex(kernel, kernel):
        places = (..., slice(u, u + stride * rows, stride), slice(v, v + stride * columns, stride))
        here = waiting & (image[places] == y)
        dimage[places] += np.where(here, grad, 0)
        waiting &= ~here
    height, width = x.shape[2:]
    return dimage[:, :, padding : padding + height, padding : padding + width]


def avg_by_columns(x: Any, kernel: int, stride: int, padding: int) -> Any:
    n, c = x.shape[:2]
    X = im2col_by_indices(x, kernel, stride, padding, 1).reshape(n, c, kernel**2, -1)
    return X.mean(axis=2).reshape(n, c, *lengths(x, (kernel, kernel), stride, padding, 1))


def avg_backward_by_columns(grad: Any, x: Any, kernel: int, stride: int, padding: int) -> Any:
    n, c = x.shape[:2]
    shares = np.repeat(grad.reshape(n, c, 1, -1) / kernel**2, kernel**2, axis=2)
    return col2im_by_indices(shares.reshape(n, c * kernel**2, -1), x, kernel, stride, padding, 1)


def avg_backward_by_windows(grad: Any, x: Any, kernel: int, stride: int, padding: int) -> Any:
    dimage = padded(np.zeros_like(x), padding)
    for i, j in np.ndindex(*grad.shape[2:]):
        window(dimage, i, j, (kernel, kernel), stride, 1)[...] += grad[:, :, i, j][..., None, None] / kernel**2
    height, width = x.shape[2:]
    return dimage[:, :, padding : padding + height, padding : padding + width]


MAX, MAX_BACKWARD = Ways("max_pool2d"), Ways("max_pool2d_backward")
AVG, AVG_BACKWARD = Ways("avg_pool2d"), Ways("avg_pool2d_backward")

VARIANTS: Final = (
    MAX.way("by-windows", by_windows(lambda w: w.max(axis=(2, 3)), -np.inf), "One window after the other."),
    MAX.way("by-places", max_by_places, "np.maximum of shifted images."),
    MAX_BACKWARD.way("by-windows", max_backward_by_windows, "One window after the other."),
    MAX_BACKWARD.way("by-places", max_backward_by_places, "One place of the kernel after the other."),
    AVG.way("by-windows", by_windows(lambda w: w.mean(axis=(2, 3)), 0), "One window after the other."),
    AVG.way("by-columns", avg_by_columns, "The mean of the columns of im2col."),
    AVG.way("wide", through_float64(avg_by_columns), "Computed in float64 and rounded to the dtype of x."),
    AVG_BACKWARD.way("by-windows", avg_backward_by_windows, "One window after the other."),
    AVG_BACKWARD.way("by-columns", avg_backward_by_columns, "col2im of columns that hold equal shares."),
)  # fmt: skip
