"""What pooling promises: max_pool2d and avg_pool2d, and their gradients."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from gradecheck import Argument, Contract, gradient_of
from gradecheck.arguments import kinds
from lectures.beyond.contracts.images import FROM_THE_EDGE, KERNEL, PADDING, SMALL, STRIDE, X, counts, windows

GRAD: Final = Argument("grad", kinds.upstream, ("n", "c", "rows", "columns"))
HALF: Final = "2 * padding <= kernel"
"""More is refused by torch, as a window may lie in the padding alone then."""
HELD: Final = (FROM_THE_EDGE, "The padding of a pooling is at most half of its kernel.")

WITHOUT_NAN: Final = replace(X, kind=replace(kinds.real, silent=frozenset({"nonfinite"})))
"""Of several NaN in a window torch takes the last for the largest; no convention of a course says which."""

CASES: Final = {
    "n = 1": lambda x, *numbers: len(x) == 1,
    "n > 1": lambda x, *numbers: len(x) > 1,
    "x is not square": lambda x, *numbers: x.shape[2] != x.shape[3],
    "windows overlap": lambda x, kernel, stride, padding: stride < kernel,
    "stride > kernel": lambda x, kernel, stride, padding: stride > kernel,
    "padding > 0": lambda x, kernel, stride, padding: padding > 0,
}


def tied(x: Any, kernel: int, stride: int, padding: int) -> Any:
    """Whether a window has its largest number more than once."""
    image = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)], constant_values=-np.inf)
    taken = sliding_window_view(image, (kernel, kernel), axis=(2, 3))[:, :, ::stride, ::stride]
    return (taken == taken.max(axis=(-2, -1), keepdims=True)).sum(axis=(-2, -1)) > 1


# -- max_pool2d

MAX_POOL2D: Final = Contract(
    name="max_pool2d",
    chapter="pooling",
    formula="y_ncij = max_uv x_nc,si+u-p,sj+v-p",
    latex=r"y_{ncij} = \max_{u,v} x_{nc,\, si+u-p,\, sj+v-p}",
    arguments=(X, KERNEL, STRIDE, PADDING),
    results=("y",),
    slide="Max-pooling",
    twin="torch.nn.MaxPool2d",
    branches={**CASES, "x < 0": lambda x, *numbers: x < 0},
    sizes=(*SMALL, *windows(), HALF),
    returns=" of shape (n, c, rows, columns)",
    note="s is the stride, p the padding, each for both axes; u and v go from 0 to kernel - 1. The padding holds no "
    "number that could be the largest.",
    holds=HELD,
)
MAX_POOL2D_BACKWARD: Final = gradient_of(
    MAX_POOL2D,
    formula="∂L/∂x_nc,si+u-p,sj+v-p += grad_ncij, for the u and v of the largest number",
    latex=(
        r"\frac{\partial L}{\partial x_{nckl}} = \sum_{i,j:\, (k,l) = \mathrm{argmax}_{ij}} g_{ncij}, \quad "
        r"\mathrm{argmax}_{ij} = (si+u-p,\, sj+v-p) \text{ of the largest}"
    ),
    arguments=(GRAD, WITHOUT_NAN, KERNEL, STRIDE, PADDING),
    results=("∂L/∂x",),
    branches={
        **{text: lambda grad, *rest, holds=holds: holds(*rest) for text, holds in CASES.items()},
        "several are the largest": lambda grad, *rest: tied(*rest),
    },
    sizes=(*SMALL, *counts(), HALF),
    returns=" of x's shape",
    note="Where several numbers of a window are the largest, the first in row order gets all of its grad, as in torch. "
    "Other courses share it between them, or give it to each. s is the stride, p the padding, each for both axes.",
)

# -- avg_pool2d

AVG_POOL2D: Final = Contract(
    name="avg_pool2d",
    chapter="pooling",
    formula="y_ncij = 1/kernel² Σ_uv x_nc,si+u-p,sj+v-p",
    latex=r"y_{ncij} = \frac{1}{\mathrm{kernel}^2} \sum_{u,v} x_{nc,\, si+u-p,\, sj+v-p}",
    arguments=(X, KERNEL, STRIDE, PADDING),
    results=("y",),
    slide="Average pooling",
    twin="torch.nn.AvgPool2d",
    branches=CASES,
    sizes=MAX_POOL2D.sizes,
    returns=" of shape (n, c, rows, columns)",
    note="s is the stride, p the padding, each for both axes; u and v go from 0 to kernel - 1. x is 0 outside of the "
    "image, and these zeros count in the mean, as in torch; TensorFlow leaves them out.",
    holds=HELD,
)
AVG_POOL2D_BACKWARD: Final = gradient_of(
    AVG_POOL2D,
    upstream=GRAD,
    formula="∂L/∂x_nc,si+u-p,sj+v-p += grad_ncij / kernel², for all u, v, i, j",
    latex=r"\frac{\partial L}{\partial x_{nckl}} = \frac{1}{\mathrm{kernel}^2} "
    r"\sum_{\substack{u,v,i,j:\\ si+u-p=k\\ sj+v-p=l}} g_{ncij}",
    results=("∂L/∂x",),
    sizes=MAX_POOL2D_BACKWARD.sizes,
    returns=" of x's shape",
    note="A place of x adds up what all windows give it; the zeros of the padding count in kernel². s is the stride, p "
    "the padding, each for both axes.",
)

CONTRACTS: Final = (MAX_POOL2D, MAX_POOL2D_BACKWARD, AVG_POOL2D, AVG_POOL2D_BACKWARD)
