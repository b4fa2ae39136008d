"""What convolution promises: conv2d and im2col, and their gradients."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from gradecheck import Argument, Contract, gradient_of
from gradecheck.arguments import kinds
from lectures.beyond.contracts.images import (
    DILATION,
    FROM_THE_EDGE,
    KERNEL,
    PADDING,
    SMALL,
    STRIDE,
    X,
    counts,
    windows,
)
from lectures.lecture03.contracts.linear import WEIGHTS, B

# -- conv2d

WEIGHT: Final = replace(kinds.real, silent=frozenset({"nonfinite"}))
"""An infinite weight times 0 of the padding is NaN by the formula, and is left out by some of torch's kernels."""

W: Final = Argument(
    "w", WEIGHT, ("out", "c", "kernel_height", "kernel_width"), called=(*WEIGHTS, "kernel", "kernels", "filters")
)
FEW: Final = (*SMALL, "out <= 4", "kernel_height <= 4", "kernel_width <= 4")
BY_AXIS: Final = ("kernel_height", "kernel_width", "dilation")


def rest(length: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """How many places at the end of the padded image are in no window."""
    return (length + 2 * padding - dilation * (kernel - 1) - 1) % stride


CASES: Final = {
    "n = 1": lambda x, w, *numbers: len(x) == 1,
    "n > 1": lambda x, w, *numbers: len(x) > 1,
    "c > 1": lambda x, w, *numbers: x.shape[1] > 1,
    "the kernel is not square": lambda x, w, *numbers: w.shape[2] != w.shape[3],
    "stride > kernel": lambda x, w, stride, *others: stride > max(w.shape[2:]),
    "the last row is in no window": lambda x, w, stride, padding, dilation: (
        rest(x.shape[2], w.shape[2], stride, padding, dilation) > padding
    ),
    "padding > 0": lambda x, w, stride, padding, dilation: padding > 0,
    "dilation > 1": lambda x, w, stride, padding, dilation: dilation > 1 and max(w.shape[2:]) > 1,
}
"""By x, w and the numbers."""


def without(i: int, condition: Any) -> Any:
    """The condition on the arguments but for number i."""
    return lambda *arguments: condition(*arguments[:i], *arguments[i + 1 :])


CONV2D: Final = Contract(
    name="conv2d",
    chapter="convolution",
    formula="y_noij = b_o + Σ_cuv w_ocuv x_nc,si+du-p,sj+dv-p",
    latex=r"y_{noij} = b_o + \sum_{c,u,v} w_{ocuv}\, x_{nc,\, si+du-p,\, sj+dv-p}",
    arguments=(X, W, B, STRIDE, PADDING, DILATION),
    results=("y",),
    slide="Convolution",
    twin="torch.nn.Conv2d",
    branches={text: without(2, condition) for text, condition in CASES.items()},
    sizes=(*FEW, *windows(*BY_AXIS)),
    returns=" of shape (n, out, rows, columns)",
    note="s, p and d are stride, padding and dilation, each for both axes, and x is 0 outside of the image. This is a "
    "correlation, as in torch: the kernel is not flipped, as it is in signal processing.",
    holds=(FROM_THE_EDGE,),
)
CONV2D_BACKWARD: Final = gradient_of(
    CONV2D,
    formula="∂L/∂x_nc,si+du-p,sj+dv-p += w_ocuv grad_noij, for all o, u, v, i, j;  "
    "∂L/∂w_ocuv = Σ_nij grad_noij x_nc,si+du-p,sj+dv-p;  ∂L/∂b_o = Σ_nij grad_noij",
    latex=(
        r"\frac{\partial L}{\partial x_{nckl}} = \sum_{\substack{o,u,v,i,j:\\ si+du-p=k\\ sj+dv-p=l}} w_{ocuv}\,"
        r" g_{noij}, \quad "
        r"\frac{\partial L}{\partial w_{ocuv}} = \sum_{n,i,j} g_{noij}\, x_{nc,\, si+du-p,\, sj+dv-p}, \quad "
        r"\frac{\partial L}{\partial b_o} = \sum_{n,i,j} g_{noij}"
    ),
    arguments=(
        Argument("grad", kinds.upstream, ("n", "out", "rows", "columns")),
        *(argument for argument in CONV2D.arguments if argument is not B),
    ),
    results=("∂L/∂x", "∂L/∂w", "∂L/∂b"),
    branches={text: without(0, condition) for text, condition in CASES.items()},
    sizes=(*FEW, *counts(*BY_AXIS)),
    returns=" of the shapes of x, w and b",
    note=CONV2D.note,
)

# -- im2col

DILATED: Final = ("kernel", "kernel", "dilation")

IM2COL: Final = Contract(
    name="im2col",
    chapter="convolution",
    formula="X_n,cuv,ij = x_nc,si+du-p,sj+dv-p",
    latex=r"X_{n,\, cuv,\, ij} = x_{nc,\, si+du-p,\, sj+dv-p}",
    arguments=(X, KERNEL, STRIDE, PADDING, DILATION),
    results=("X",),
    slide="Convolution as a product",
    twin="torch.nn.Unfold",
    branches={
        "n > 1": lambda x, *numbers: len(x) > 1,
        "c > 1": lambda x, *numbers: x.shape[1] > 1,
        "x is not square": lambda x, *numbers: x.shape[2] != x.shape[3],
        "stride > kernel": lambda x, kernel, stride, *others: stride > kernel,
        "padding > 0": lambda x, kernel, stride, padding, dilation: padding > 0,
        "dilation > 1": lambda x, kernel, stride, padding, dilation: dilation > 1 and kernel > 1,
    },
    sizes=(*SMALL, *windows(*DILATED)),
    returns=" of shape (n, c kernel², rows columns)",
    note="s, p and d are stride, padding and dilation, each for both axes, and x is 0 outside of the image. "
    "Each window of kernel x kernel places is a column, with its numbers in the order c, u, v, as in torch. "
    "CS231n puts the columns of all images into one matrix; other courses have each window as a row.",
    holds=(FROM_THE_EDGE,),
)
IM2COL_BACKWARD: Final = gradient_of(
    IM2COL,
    upstream=Argument("grad", kinds.upstream, ("n", "taken", "windows")),
    formula="∂L/∂x_nc,si+du-p,sj+dv-p += grad_n,cuv,ij, for all u, v, i, j",
    latex=(
        r"\frac{\partial L}{\partial x_{nckl}} = "
        r"\sum_{\substack{u,v,i,j:\\ si+du-p=k\\ sj+dv-p=l}} g_{n,\, cuv,\, ij}"
    ),
    results=("∂L/∂x",),
    sizes=(
        *SMALL,
        "taken = c * kernel * kernel",
        "windows = ((height + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1)"
        " * ((width + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1)",
        *windows(*DILATED),
    ),
    returns=" of x's shape",
    note="This is col2im: a place of x adds up what all windows have for it. taken is c kernel², and windows is rows "
    "times columns. s, p and d are stride, padding and dilation, each for both axes.",
)

CONTRACTS: Final = (IM2COL, IM2COL_BACKWARD, CONV2D, CONV2D_BACKWARD)
