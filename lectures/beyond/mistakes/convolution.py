"""Mistakes in convolution."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.beyond.mistakes import columns
from lectures.beyond.mistakes.windows import inside, padded, put, taken


def product(windows: Any, w: Any, b: Any) -> Any:
    return np.einsum("ncijuv,ocuv->noij", windows, w) + b[:, None, None]


@Right
def conv2d(x: Any, w: Any, b: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    return product(taken(padded(x, padding), w.shape[2:], stride, dilation), w, b)


def spread(grad: Any, w: Any) -> Any:
    """The gradient of every window."""
    return np.einsum("noij,ocuv->ncijuv", grad, w)


@Right
def conv2d_backward(grad: Any, x: Any, w: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    windows = taken(padded(x, padding), w.shape[2:], stride, dilation)
    dx = inside(put(spread(grad, w), x, stride, padding, dilation), padding)
    return dx, np.einsum("noij,ncijuv->ocuv", grad, windows), grad.sum(axis=(0, 2, 3))


def edges_repeated(x: Any, w: Any, b: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    return product(taken(padded(x, padding, mode="edge"), w.shape[2:], stride, dilation), w, b)


def padded_behind(x: Any, w: Any, b: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    image = np.pad(x, [(0, 0), (0, 0), (0, 2 * padding), (0, 2 * padding)])
    return product(taken(image, w.shape[2:], stride, dilation), w, b)


def last_window_kept(x: Any, w: Any, b: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    image = np.pad(padded(x, padding), [(0, 0), (0, 0), (0, stride - 1), (0, stride - 1)])
    return product(taken(image, w.shape[2:], stride, dilation), w, b)


def first_image_only(x: Any, w: Any, b: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    y = conv2d(x, w, b, stride, padding, dilation)
    return np.broadcast_to(y[:1], y.shape).copy()


def dx_overwritten(grad: Any, x: Any, w: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    dx = inside(put(spread(grad, w), x, stride, padding, dilation, overwrite=True), padding)
    return dx, *conv2d_backward(grad, x, w, stride, padding, dilation)[1:]


def dx_with_padding(grad: Any, x: Any, w: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    dx = put(spread(grad, w), x, stride, padding, dilation)
    return dx, *conv2d_backward(grad, x, w, stride, padding, dilation)[1:]


def dx_flipped(grad: Any, x: Any, w: Any, *numbers: Any) -> Any:
    dx = conv2d_backward(grad, x, w[..., ::-1, ::-1], *numbers)[0]
    return dx, *conv2d_backward(grad, x, w, *numbers)[1:]


def parameters(change: Any) -> Any:
    """The right ∂L/∂x, with ∂L/∂w and ∂L/∂b changed.    change: of these two, grad and n."""

    def wrong(grad: Any, x: Any, *rest: Any) -> Any:
        dx, dw, db = conv2d_backward(grad, x, *rest)
        return dx, *change(dw, db, grad, len(x))

    return wrong


MISTAKES: Final = (
    *columns.MISTAKES,
    conv2d.given("kernel-flipped", lambda x, w, *rest: (x, w[..., ::-1, ::-1], *rest),
        "The kernel is flipped before it is laid over the image; this layer is a correlation, which does not flip it.",
        "Try w = [[1, 2], [3, 4]] on an image with a single 1."),
    conv2d.given("kernel-transposed", lambda x, w, *rest: (x, w.transpose(0, 1, 3, 2), *rest),
        "Rows and columns of the kernel are swapped: w_ocuv goes u down and v to the right.",
        "Try a kernel of shape (1, 1, 1, 3)."),
    conv2d.given("bias-left-out", lambda x, w, b, *rest: (x, w, 0 * b, *rest),
        "The bias is left out; b_o is added at every place of output o.",
        "Try x of zeros: what should y be then?"),
    conv2d.given("padding-left-out", lambda x, w, b, stride, padding, dilation: (x, w, b, stride, 0, dilation),
        "The image is not padded.",
        "Compare the shape of y for padding 0 and 1."),
    conv2d.wrong("edges-repeated", edges_repeated,
        "The padding repeats the edge of the image; it should hold zeros.",
        "Try x of ones with padding 1, and look at a corner of y."),
    conv2d.wrong("padded-behind", padded_behind,
        "All of the padding is below and to the right; each side should have as much.",
        "Try an image of one pixel with padding 1 and a kernel of 3 x 3 different numbers."),
    conv2d.given("stride-left-out", lambda x, w, b, stride, padding, dilation: (x, w, b, 1, padding, dilation),
        "The windows are one place apart, whatever the stride is.",
        "Compare the shape of y for stride 1 and 2."),
    conv2d.given("dilation-left-out", lambda x, w, b, stride, padding, dilation: (x, w, b, stride, padding, 1),
        "The kernel's numbers lie side by side, whatever the dilation is.",
        "Try dilation 2 with a kernel of shape (1, 1, 1, 2)."),
    conv2d.given("dilation-as-gap",
        lambda x, w, b, stride, padding, dilation: (x, w, b, stride, padding, dilation + 1),
        "Dilation is taken for the places between two numbers of the kernel; 1 means that there is none between.",
        "Try dilation 1: it should be the plain convolution."),
    conv2d.wrong("channels-averaged", lambda x, w, b, *rest: conv2d(x, w / x.shape[1], b, *rest),
        "The channels are averaged; the formula sums over c.",
        "Try an image of ones with 1 channel and with 2."),
    conv2d.wrong("last-window-kept", last_window_kept,
        "A last window that reaches beyond the padded image is kept; the division in the number of rows rounds down.",
        "Try a row of 4 numbers with stride 2 and a kernel of shape (1, 1, 1, 3)."),
    conv2d.wrong("first-image-only", first_image_only,
        "All images get the answer to the first one.",
        "Try two different images in one batch."),
    conv2d.wrong("channels-last", lambda *arguments: conv2d(*arguments).transpose(0, 2, 3, 1),
        "The outputs are the last axis of y; the shape should be (n, out, rows, columns).",
        "Compare the shape of y for 2 outputs and 5 columns."),
    conv2d.wrong("squeezed", lambda *arguments: conv2d(*arguments).squeeze(),
        "Axes of length 1 are dropped from y, which has four axes for one image and for one output, too.",
        "Try n = 1 and out = 1 and compare the shape of y.", costs="edges"),
    conv2d_backward.wrong("dw-averaged", parameters(lambda dw, db, grad, n: (dw / n, db)),
        "dw is divided by the number of images; the formula sums over them.",
        "Compare dw for one image and for the same image twice.", sign="divided by n"),
    conv2d_backward.wrong("db-averaged", parameters(lambda dw, db, grad, n: (dw, grad.mean(axis=(0, 2, 3)))),
        "db is a mean over images and places; b_o is added everywhere, so that its gradient is the sum.",
        "Try grad of ones: db should count the places."),
    conv2d_backward.wrong("db-not-over-places", parameters(lambda dw, db, grad, n: (dw, grad.sum(axis=0))),
        "db is summed over the images alone; b_o is added at every place, so the sum goes over rows and columns, too.",
        "Compare the shape of db with b's (out,)."),
    conv2d_backward.wrong("dw-transposed", parameters(lambda dw, db, grad, n: (dw.transpose(0, 1, 3, 2), db)),
        "Rows and columns of dw are swapped.",
        "Try a kernel of shape (1, 1, 1, 3) and compare the shapes of dw and w."),
    conv2d_backward.wrong("dw-flipped", parameters(lambda dw, db, grad, n: (dw[..., ::-1, ::-1], db)),
        "dw is flipped, as if the kernel had been; the forward direction is a correlation.",
        "Try an image with a single 1 and grad of a single 1."),
    conv2d_backward.wrong("dx-flipped", dx_flipped,
        "dx lays the kernel over grad the wrong way round: what y_ij took from x with w_uv goes back with that w_uv.",
        "Try grad of a single 1: dx should show the kernel as it is."),
    conv2d_backward.wrong("dx-overwritten", dx_overwritten,
        "Where windows overlap, the last one overwrites the others; a place of x adds up what all its windows give it.",
        "Look for = where += belongs, and try stride 1 with a kernel of 2 x 2."),
    conv2d_backward.wrong("dx-with-padding", dx_with_padding,
        "dx still has the padding; it should have the shape of x.",
        "Compare the shapes of dx and x for padding 1."),
    conv2d_backward.wrong("grad-dropped", lambda grad, *rest: conv2d_backward(np.ones_like(grad), *rest),
        "The upstream gradient is left out, as if it were 1 everywhere.",
        "Double grad: the answer should double."),
    conv2d_backward.wrong("dx-and-dw-swapped",
        lambda *arguments: (lambda dx, dw, db: (dw, dx, db))(*conv2d_backward(*arguments)),
        "dw comes first and dx second; the order is ∂L/∂x, ∂L/∂w, ∂L/∂b.",
        "Compare the shape of each result with the shapes of x, w and b."),
)  # fmt: skip
