"""Right ways to write convolution."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from lectures.lecture03.variants.shared import Ways, through_float64


def padded(x: Any, padding: int, around: float = 0) -> Any:
    """x with padding on all four sides.    around: what it holds."""
    return np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)], constant_values=around)


def lengths(x: Any, kernel: Any, stride: int, padding: int, dilation: int) -> list[int]:
    """The rows and columns of windows."""
    both = zip(x.shape[2:], kernel, strict=True)
    return [1 + (length + 2 * padding - dilation * (k - 1) - 1) // stride for length, k in both]


def window(image: Any, i: int, j: int, kernel: Any, stride: int, dilation: int) -> Any:
    """That window of a padded image: a view."""
    down, right = (
        slice(stride * at, stride * at + dilation * (k - 1) + 1, dilation) for at, k in zip((i, j), kernel, strict=True)
    )
    return image[:, :, down, right]


# -- im2col


def im2col_by_windows(x: Any, kernel: int, stride: int, padding: int, dilation: int) -> Any:
    image, square = padded(x, padding), (kernel, kernel)
    rows, columns = lengths(x, square, stride, padding, dilation)
    taken = [window(image, i, j, square, stride, dilation) for i in range(rows) for j in range(columns)]
    return np.stack([w.reshape(len(x), -1) for w in taken], axis=-1)


def im2col_by_indices(x: Any, kernel: int, stride: int, padding: int, dilation: int) -> Any:
    """As in CS231n: an index for each number of X."""
    rows, columns = lengths(x, (kernel, kernel), stride, padding, dilation)
    u, v = (dilation * axis.ravel() for axis in np.indices((kernel, kernel)))
    i, j = (stride * axis.ravel() for axis in np.indices((rows, columns)))
    taken = padded(x, padding)[:, :, u[:, None] + i, v[:, None] + j]
    return taken.reshape(len(x), -1, rows * columns)


def col2im_by_windows(grad: Any, x: Any, kernel: int, stride: int, padding: int, dilation: int) -> Any:
    n, c, height, width = x.shape
    image, square = padded(np.zeros_like(x), padding), (kernel, kernel)
    rows, columns = lengths(x, square, stride, padding, dilation)
    for i in range(rows):
        for j in range(columns):
            part = grad[:, :, i * columns + j].reshape(n, c, kernel, kernel)
            window(image, i, j, square, stride, dilation)[...] += part
    return image[:, :, padding : padding + height, padding : padding + width]


def col2im_by_indices(grad: Any, x: Any, kernel: int, stride: int, padding: int, dilation: int) -> Any:
    """np.add.at the indices that im2col takes."""
    n, c, height, width = x.shape
    rows, columns = lengths(x, (kernel, kernel), stride, padding, dilation)
    u, v = (dilation * axis.ravel() for axis in np.indices((kernel, kernel)))
    i, j = (stride * axis.ravel() for axis in np.indices((rows, columns)))
    image = padded(np.zeros_like(x), padding)
    places: Any = (slice(None), slice(None), u[:, None] + i, v[:, None] + j)
    np.add.at(image, places, grad.reshape(n, c, kernel**2, rows * columns))
    return image[:, :, padding : padding + height, padding : padding + width]


# -- conv2d


def by_windows(x: Any, w: Any, b: Any, stride: int, padding: int, dilation: int) -> Any:
    image, kernel = padded(x, padding), w.shape[2:]
    y = np.empty((len(x), len(w), *lengths(x, kernel, stride, padding, dilation)), x.dtype)
    for i, j in np.ndindex(*y.shape[2:]):
        part = window(image, i, j, kernel, stride, dilation)
        y[:, :, i, j] = np.tensordot(part, w, axes=((1, 2, 3), (1, 2, 3))) + b
    return y


def einsum(x: Any, w: Any, b: Any, stride: int, padding: int, dilation: int) -> Any:
    reach = [dilation * (k - 1) + 1 for k in w.shape[2:]]
    taken = sliding_window_view(padded(x, padding), reach, axis=(2, 3))
    taken = taken[:, :, ::stride, ::stride, ::dilation, ::dilation]
    return np.einsum("ncijuv,ocuv->noij", taken, w) + b.reshape(1, -1, 1, 1)


def by_places(x: Any, w: Any, b: Any, stride: int, padding: int, dilation: int) -> Any:
    """One product of channels for each place of the kernel."""
    image = padded(x, padding)
    rows, columns = lengths(x, w.shape[2:], stride, padding, dilation)
    y = np.zeros((len(x), len(w), rows, columns), x.dtype)
    for u, v in np.ndindex(*w.shape[2:]):
        part = image[:, :, u * dilation :: stride, v * dilation :: stride][:, :, :rows, :columns]
        y += np.einsum("ncij,oc->noij", part, w[:, :, u, v])
    return y + b[:, None, None]


def backward_by_windows(grad: Any, x: Any, w: Any, stride: int, padding: int, dilation: int) -> Any:
    image, kernel = padded(x, padding), w.shape[2:]
    dimage, dw = np.zeros_like(image), np.zeros_like(w)
    for i, j in np.ndindex(*grad.shape[2:]):
        above = grad[:, :, i, j]
        dw += np.einsum("no,ncuv->ocuv", above, window(image, i, j, kernel, stride, dilation))
        window(dimage, i, j, kernel, stride, dilation)[...] += np.einsum("no,ocuv->ncuv", above, w)
    height, width = x.shape[2:]
    return dimage[:, :, padding : padding + height, padding : padding + width], dw, grad.sum(axis=(0, 2, 3))


def backward_by_places(grad: Any, x: Any, w: Any, stride: int, padding: int, dilation: int) -> Any:
    image, (rows, columns) = padded(x, padding), grad.shape[2:]
    dimage, dw = np.zeros_like(image), np.zeros_like(w)
    for u, v in np.ndindex(*w.shape[2:]):
        places = (..., slice(u * dilation, u * dilation + stride * rows, stride),
                  slice(v * dilation, v * dilation + stride * columns, stride))  # fmt: skip
        dw[:, :, u, v] = np.tensordot(grad, image[places], axes=((0, 2, 3), (0, 2, 3)))
        dimage[places] += np.tensordot(grad, w[:, :, u, v], axes=(1, 0)).transpose(0, 3, 1, 2)
    height, width = x.shape[2:]
    return dimage[:, :, padding : padding + height, padding : padding + width], dw, grad.sum(axis=(0, 2, 3))


IM2COL, COL2IM = Ways("im2col"), Ways("im2col_backward")
CONV2D, CONV2D_BACKWARD = Ways("conv2d"), Ways("conv2d_backward")

VARIANTS: Final = (
    IM2COL.way("by-windows", im2col_by_windows, "One window after the other."),
    IM2COL.way("by-indices", im2col_by_indices, "With arrays of indices, as in CS231n."),
    COL2IM.way("by-windows", col2im_by_windows, "One window after the other."),
    COL2IM.way("by-indices", col2im_by_indices, "np.add.at arrays of indices, as in CS231n."),
    CONV2D.way("by-windows", by_windows, "One window after the other."),
    CONV2D.way("einsum", einsum, "np.einsum over a view of all windows."),
    CONV2D.way("by-places", by_places, "One place of the kernel after the other, without im2col."),
    CONV2D.way("wide", through_float64(by_windows), "Computed in float64 and rounded to the dtype of the inputs."),
    CONV2D_BACKWARD.way("by-windows", backward_by_windows, "One window after the other."),
    CONV2D_BACKWARD.way("by-places", backward_by_places, "One place of the kernel after the other, without im2col."),
    CONV2D_BACKWARD.way("wide", through_float64(backward_by_windows), "Computed in float64 and rounded at the end."),
)  # fmt: skip
