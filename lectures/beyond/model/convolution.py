"""A model answer: convolution by im2col."""

from typing import Any

import numpy as np


def windows_of(image: Any, kernel: Any, stride: Any, dilation: Any) -> Any:
    """For each place of the kernel, the part of the padded image that it meets."""
    rows, columns = ((m - dilation * (k - 1) - 1) // stride + 1 for m, k in zip(image.shape[2:], kernel, strict=True))
    for u in range(kernel[0]):
        for v in range(kernel[1]):
            part = image[:, :, u * dilation :, v * dilation :][:, :, ::stride, ::stride]
            yield u, v, part[:, :, :rows, :columns]


def columns_of(x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    n, c, height, width = x.shape
    image = np.zeros((n, c, height + 2 * padding, width + 2 * padding), x.dtype)
    image[:, :, padding : padding + height, padding : padding + width] = x
    parts = [part for _, _, part in windows_of(image, kernel, stride, dilation)]
    return np.stack(parts, axis=2).reshape(n, c * len(parts), -1)


def image_of(X: Any, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    n, c, height, width = x.shape
    image = np.zeros((n, c, height + 2 * padding, width + 2 * padding), x.dtype)
    X = X.reshape(n, c, *kernel, -1)
    for u, v, part in windows_of(image, kernel, stride, dilation):
        part += X[:, :, u, v].reshape(part.shape)
    return image[:, :, padding : padding + height, padding : padding + width]


def im2col(x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    return columns_of(x, (kernel, kernel), stride, padding, dilation)


def im2col_backward(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    return image_of(grad, x, (kernel, kernel), stride, padding, dilation)


def conv2d(x: Any, w: Any, b: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    out, _, *kernel = w.shape
    rows = (x.shape[2] + 2 * padding - dilation * (kernel[0] - 1) - 1) // stride + 1
    y = w.reshape(out, -1) @ columns_of(x, kernel, stride, padding, dilation) + b[:, None]
    return y.reshape(len(x), out, rows, -1)


def conv2d_backward(grad: Any, x: Any, w: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    n, out = grad.shape[:2]
    X = columns_of(x, w.shape[2:], stride, padding, dilation)
    G = grad.reshape(n, out, -1)
    dx = image_of(w.reshape(out, -1).T @ G, x, w.shape[2:], stride, padding, dilation)
    dw = (G @ X.transpose(0, 2, 1)).sum(axis=0).reshape(w.shape)
    return dx, dw, grad.sum(axis=(0, 2, 3))
