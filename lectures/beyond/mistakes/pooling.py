"""Mistakes in pooling."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.beyond.mistakes.windows import inside, padded, put, taken


def largest_of(x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    """The windows of x, whose padding is never the largest."""
    return taken(padded(x, padding, constant_values=-np.inf), (kernel, kernel), stride)


@Right
def max_pool2d(x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    return largest_of(x, kernel, stride, padding).max(axis=(-2, -1))


def firsts(windows: Any, sign: int = 1) -> Any:
    """1 at the first of the largest numbers of each window, or at the last of them by the sign -1."""
    flat = windows.reshape(*windows.shape[:4], -1)[..., ::sign]
    chosen = (np.arange(flat.shape[-1]) == flat.argmax(axis=-1)[..., None])[..., ::sign]
    return chosen.reshape(windows.shape).astype(windows.dtype)


def everyone(windows: Any) -> Any:
    """1 at every number that is the largest of its window."""
    return (windows == windows.max(axis=(-2, -1), keepdims=True)).astype(windows.dtype)


def shared(windows: Any) -> Any:
    every = everyone(windows)
    return every / every.sum(axis=(-2, -1), keepdims=True)


def to(shares: Any, overwrite: bool = False) -> Any:
    """The gradient that goes to the places of each window in these shares."""

    def backward(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
        windows = shares(largest_of(x, kernel, stride, padding)) * grad[..., None, None]
        return inside(put(windows, x, stride, padding, overwrite=overwrite), padding)

    return backward


@Right
def max_pool2d_backward(*arguments: Any) -> Any:
    return to(firsts)(*arguments)


def padding_of_zeros(x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    return taken(padded(x, padding), (kernel, kernel), stride).max(axis=(-2, -1))


def backward_of_zeros(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    windows = firsts(taken(padded(x, padding), (kernel, kernel), stride)) * grad[..., None, None]
    return inside(put(windows, x, stride, padding), padding)


def overlaps_lost(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    """dx is set where a number is the largest of a window: the last window counts."""
    windows, image = firsts(largest_of(x, kernel, stride, padding)), padded(np.zeros_like(x), padding)
    for n, c, i, j, u, v in zip(*np.nonzero(windows), strict=True):
        image[n, c, stride * i + u, stride * j + v] = grad[n, c, i, j]
    return inside(image, padding)


def largest_passed_on(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    return max_pool2d_backward(grad * max_pool2d(x, kernel, stride, padding), x, kernel, stride, padding)


def last_window_kept(x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    behind = (padding, padding + stride - 1)
    image = np.pad(x, [(0, 0), (0, 0), behind, behind], constant_values=-np.inf)
    return taken(image, (kernel, kernel), stride).max(axis=(-2, -1))


def means_of(x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    return taken(padded(x, padding), (kernel, kernel), stride)


@Right
def avg_pool2d(*arguments: Any) -> Any:
    return means_of(*arguments).mean(axis=(-2, -1))


def counted(x: Any, *numbers: Any) -> Any:
    """How many numbers of each window are the image's own."""
    return means_of(np.ones_like(x), *numbers).sum(axis=(-2, -1))


@Right
def avg_pool2d_backward(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    windows = np.ones((kernel, kernel), x.dtype) * grad[..., None, None] / kernel**2
    return inside(put(windows, x, stride, padding), padding)


def overwritten(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    windows = np.ones((kernel, kernel), x.dtype) * grad[..., None, None] / kernel**2
    return inside(put(windows, x, stride, padding, overwrite=True), padding)


def with_padding(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    windows = np.ones((kernel, kernel), x.dtype) * grad[..., None, None] / kernel**2
    return put(windows, x, stride, padding)


MISTAKES: Final = (
    max_pool2d.wrong("padding-of-zeros", padding_of_zeros,
        "The padding holds zeros, which are larger than negative numbers; no number of the padding may be the largest.",
        "Try x of -1 everywhere with padding 1."),
    max_pool2d.given("padding-left-out", lambda x, kernel, stride, padding: (x, kernel, stride, 0),
        "The image is not padded.",
        "Compare the shape of y for padding 0 and 1."),
    max_pool2d.given("stride-is-kernel", lambda x, kernel, stride, padding: (x, kernel, kernel, padding),
        "The windows lie side by side, as if the stride were the kernel.",
        "Try kernel 2 with stride 1: the windows overlap."),
    max_pool2d.given("stride-left-out", lambda x, kernel, stride, padding: (x, kernel, 1, padding),
        "The windows are one place apart, whatever the stride is.",
        "Compare the shape of y for stride 1 and 2."),
    max_pool2d.wrong("last-window-kept", last_window_kept,
        "A last window that reaches beyond the padded image is kept; the division in the number of rows rounds down.",
        "Try an image of 3 x 3 with kernel 2 and stride 2."),
    max_pool2d.wrong("mean", lambda *arguments: avg_pool2d(*arguments),
        "This is the mean of each window; max-pooling takes the largest number.",
        "Try the image [[1, 2], [3, 4]] with kernel 2: y should be 4."),
    max_pool2d.wrong("largest-size", lambda x, *numbers: max_pool2d(np.abs(x), *numbers),
        "The largest |x| is taken; the formula has the largest x.",
        "Try x of -1 everywhere: y should be -1."),
    max_pool2d.wrong("over-channels", lambda *arguments: np.broadcast_to(
            (y := max_pool2d(*arguments)).max(axis=1, keepdims=True), y.shape).copy(),
        "The largest number is taken over the channels, too; every channel has its own.",
        "Try two channels, one of zeros and one of ones."),
    max_pool2d_backward.wrong("all-of-several", to(everyone),
        "Where several numbers of a window are the largest, each gets all of grad; only the first in row order does.",
        "Try x of ones with kernel 2: dx should sum to what grad sums to.", costs="edges"),
    max_pool2d_backward.wrong("shared-by-several", to(shared),
        "Where several numbers of a window are the largest, grad is shared; the first in row order gets all of it.",
        "Try x of ones with kernel 2.", costs="edges"),
    max_pool2d_backward.wrong("last-of-several", to(lambda windows: firsts(windows, -1)),
        "Where several numbers of a window are the largest, the last gets grad; the first in row order should.",
        "Try x of ones with kernel 2, and look for >= where > belongs.", costs="edges"),
    max_pool2d_backward.wrong("overlaps-lost", overlaps_lost,
        "A number that is the largest of several windows keeps the grad of the last one; it adds up what all give it.",
        "Look for = where += belongs, and try kernel 2 with stride 1."),
    max_pool2d_backward.wrong("padding-of-zeros", backward_of_zeros,
        "The padding holds zeros, which take the grad of negative numbers; no number of it may be the largest.",
        "Try x of -1 everywhere with padding 1."),
    max_pool2d_backward.wrong("to-all-places",
        lambda grad, x, kernel, *rest: avg_pool2d_backward(grad * kernel**2, x, kernel, *rest),
        "Every number of a window gets grad; only the largest one does, as the others do not change y.",
        "Try the image [[1, 2], [3, 4]] with kernel 2: dx should be 0 but for one place."),
    max_pool2d_backward.wrong("largest-passed-on", largest_passed_on,
        "grad is multiplied by the largest number itself; the derivative there is 1.",
        "Double x: the answer should stay."),
    max_pool2d_backward.wrong("grad-dropped", lambda grad, *rest: max_pool2d_backward(np.ones_like(grad), *rest),
        "The upstream gradient is left out, as if it were 1 everywhere.",
        "Double grad: the answer should double."),
    avg_pool2d.wrong("padding-not-counted", lambda *arguments: means_of(*arguments).sum((-2, -1)) / counted(*arguments),
        "The mean is over the numbers of the image alone; here the zeros of the padding count, too.",
        "Try x of ones with kernel 2 and padding 1: a corner of y should be 1/4."),
    avg_pool2d.wrong("summed", lambda *arguments: means_of(*arguments).sum(axis=(-2, -1)),
        "The numbers of a window are added up and not divided by kernel².",
        "Try x of ones with kernel 2: y should be ones."),
    avg_pool2d.wrong("divided-by-kernel",
        lambda x, kernel, *rest: means_of(x, kernel, *rest).sum(axis=(-2, -1)) / kernel,
        "The sum of a window is divided by kernel; it has kernel² numbers.",
        "Try x of ones with kernel 2: y should be ones."),
    avg_pool2d.given("padding-left-out", lambda x, kernel, stride, padding: (x, kernel, stride, 0),
        "The image is not padded.",
        "Compare the shape of y for padding 0 and 1."),
    avg_pool2d.given("stride-is-kernel", lambda x, kernel, stride, padding: (x, kernel, kernel, padding),
        "The windows lie side by side, as if the stride were the kernel.",
        "Try kernel 2 with stride 1: the windows overlap."),
    avg_pool2d.given("stride-left-out", lambda x, kernel, stride, padding: (x, kernel, 1, padding),
        "The windows are one place apart, whatever the stride is.",
        "Compare the shape of y for stride 1 and 2."),
    avg_pool2d.wrong("largest", lambda *arguments: means_of(*arguments).max(axis=(-2, -1)),
        "This is the largest number of each window; average pooling takes the mean.",
        "Try the image [[1, 2], [3, 4]] with kernel 2: y should be 2.5."),
    avg_pool2d_backward.wrong("not-divided",
        lambda grad, x, kernel, *rest: avg_pool2d_backward(grad * kernel**2, x, kernel, *rest),
        "Each place of a window gets all of grad; it should get 1/kernel² of it.",
        "Try kernel 2 on an image of 2 x 2: dx should sum to what grad sums to."),
    avg_pool2d_backward.wrong("divided-by-kernel",
        lambda grad, x, kernel, *rest: avg_pool2d_backward(grad * kernel, x, kernel, *rest),
        "grad is divided by kernel; a window has kernel² numbers.",
        "Try kernel 2 on an image of 2 x 2: dx should sum to what grad sums to."),
    avg_pool2d_backward.wrong("overwritten", overwritten,
        "Where windows overlap, the last one overwrites the others; a place of x adds up what all windows give it.",
        "Look for = where += belongs, and try kernel 2 with stride 1."),
    avg_pool2d_backward.wrong("padding-not-counted", lambda grad, x, kernel, *rest:
            avg_pool2d_backward(grad * kernel**2 / counted(x, kernel, *rest), x, kernel, *rest),
        "grad is divided by how many numbers of the image a window has; the zeros of the padding count, too.",
        "Try kernel 2 with padding 1, and look at a corner of dx."),
    avg_pool2d_backward.wrong("with-padding", with_padding,
        "dx still has the padding; it should have the shape of x.",
        "Compare the shapes of dx and x for padding 1."),
    avg_pool2d_backward.wrong("to-the-largest", lambda *arguments: max_pool2d_backward(*arguments),
        "All of grad goes to the largest number of the window, as in max-pooling; each place gets its share.",
        "Try kernel 2 on an image of 2 x 2: dx should be the same everywhere."),
    avg_pool2d_backward.wrong("grad-dropped", lambda grad, *rest: avg_pool2d_backward(np.ones_like(grad), *rest),
        "The upstream gradient is left out, as if it were 1 everywhere.",
        "Double grad: the answer should double."),
)  # fmt: skip
