"""Windows of images, to go wrong with: all of them at once, and added back."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def padded(x: Any, padding: int, **how: Any) -> Any:
    """x with padding on all four sides.    how: as np.pad takes it; zeros by default."""
    return np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)], **how)


def taken(x: Any, kernel: Any, stride: int, dilation: int = 1) -> Any:
    """(n, c, rows, columns, *kernel): the windows of an image that is padded already."""
    reach = [dilation * (k - 1) + 1 for k in kernel]
    return sliding_window_view(x, reach, axis=(2, 3))[:, :, ::stride, ::stride, ::dilation, ::dilation]


def put(windows: Any, x: Any, stride: int, padding: int, dilation: int = 1, overwrite: bool = False) -> Any:
    """The padded image of x's shape with the windows added to it, or put into it."""
    image = padded(np.zeros(x.shape, windows.dtype), padding)
    for i, j, u, v in np.ndindex(*windows.shape[2:]):
        place = (..., stride * i + dilation * u, stride * j + dilation * v)
        image[place] = windows[..., i, j, u, v] + (0 if overwrite else image[place])
    return image


def inside(image: Any, padding: int) -> Any:
    """A padded image without its padding."""
    return image[:, :, padding : image.shape[2] - padding, padding : image.shape[3] - padding]
