"""Images and kernels: the arguments that convolution and pooling have in common, and their lengths."""

from __future__ import annotations

from typing import Final

from gradecheck import Argument
from gradecheck.arguments import kinds

X: Final = Argument("x", kinds.real, ("n", "c", "height", "width"), called=(*kinds.INPUTS, "image", "images", "img"))
KERNEL: Final = Argument(
    "kernel", kinds.whole_number("kernel", range(1, 5), called=("kernel", "kernelsize", "k", "size", "pool", "f"))
)
STRIDE: Final = Argument("stride", kinds.whole_number("stride", range(1, 4), called=("stride", "s", "step")))
PADDING: Final = Argument("padding", kinds.whole_number("padding", range(3), called=("padding", "pad", "p")))
DILATION: Final = Argument("dilation", kinds.whole_number("dilation", range(1, 4), called=("dilation", "d", "dilate")))

SMALL: Final = ("n <= 3", "c <= 4", "height <= 8", "width <= 8")
"""Images of few numbers: hundreds are traced for one verification."""

FROM_THE_EDGE: Final = "Windows begin at the padded edge of an image; a last one that would not fit is left out."


def windows(height: str = "kernel", width: str = "kernel", dilation: str = "1") -> tuple[str, ...]:
    """Rules for sizes: the kernel, whose lengths have these names, is no larger than the padded image."""
    return tuple(
        f"{dilation} * ({kernel} - 1) < {length} + 2 * padding"
        for kernel, length in ((height, "height"), (width, "width"))
    )


def counts(height: str = "kernel", width: str = "kernel", dilation: str = "1") -> tuple[str, ...]:
    """Rules for sizes: the rows and columns of windows."""
    return tuple(
        f"{places} = ({length} + 2 * padding - {dilation} * ({kernel} - 1) - 1) // stride + 1"
        for places, kernel, length in (("rows", height, "height"), ("columns", width, "width"))
    )
