"""Windows of images: the places that a kernel looks at, taken out of an image and added back into it.

An image is (n, c, height, width). Its windows are (n, c, rows, columns, *kernel), where kernel is (height, width):
y[..., i, j, u, v] is x[..., s i + d u - p, s j + d v - p] for the stride s, the padding p and the dilation d.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from manual.arguments import Array, count, wrong_shape

Pair = tuple[int, ...]
"""Of a height and a width, or of rows and columns."""


def whole(function: str, **numbers: int) -> tuple[int, ...]:
    """Return a kernel, a stride, a padding or a dilation as an int: kernel**2 of an np.int8 would wrap around.

    Raises TypeError for a number that is not whole, ValueError for one that is too small.
    """
    return tuple(count(function, name, n, least=0 if name == "padding" else 1) for name, n in numbers.items())


def grid(function: str, image: tuple[int, ...], kernel: Pair, stride: int, padding: int, dilation: int = 1) -> Pair:
    """How many windows an image of that shape has, as (rows, columns).

    Raises ValueError where the kernel is larger than the padded image.
    """
    reach = [dilation * (k - 1) + 1 for k in kernel]
    padded = [length + 2 * padding for length in image[2:]]
    if reach[0] > padded[0] or reach[1] > padded[1]:
        raise ValueError(
            f"{function}: the kernel reaches over {reach[0]} x {reach[1]} places, but should over at most "
            f"{padded[0]} x {padded[1]}, as x has with its padding; take a smaller kernel, or more padding"
        )
    return tuple((have - need) // stride + 1 for have, need in zip(padded, reach, strict=True))


def images(function: str, x: Array) -> None:
    """Raise ValueError unless x is (n, c, height, width)."""
    if x.ndim != 4:
        wrong_shape(function, "x", x, "(n, c, height, width)")


def windows(x: Array, kernel: Pair, stride: int, padding: int, dilation: int = 1, fill: float = 0.0) -> Array:
    """The windows of x, whose padding holds `fill`: a view, not to be written to."""
    if padding:
        n, c, height, width = x.shape
        padded = np.full((n, c, height + 2 * padding, width + 2 * padding), fill, x.dtype)  # np.pad takes longer
        padded[:, :, padding : padding + height, padding : padding + width] = x
        x = padded
    reach = tuple(dilation * (k - 1) + 1 for k in kernel)
    every: Array = sliding_window_view(x, reach, axis=(2, 3))
    return every[:, :, ::stride, ::stride, ::dilation, ::dilation]


def summed(windows: Array, image: tuple[int, ...], stride: int, padding: int, dilation: int = 1) -> Array:
    """The image of that shape in which each place is the sum of what the windows have there: `windows` transposed.

    All windows at once, one place of the kernel after the other. What falls on the padding is left out.
    """
    n, c, height, width = image
    rows, columns, *kernel = windows.shape[2:]
    padded = np.zeros((n, c, height + 2 * padding, width + 2 * padding), windows.dtype)
    for u, v in np.ndindex(*kernel):
        top, left = dilation * u, dilation * v
        padded[:, :, top : top + stride * rows : stride, left : left + stride * columns : stride] += windows[..., u, v]
    return padded[:, :, padding : padding + height, padding : padding + width]
