"""A model answer: max-pooling and average pooling."""

from typing import Any

import numpy as np


def padded(x: Any, padding: Any, value: Any) -> Any:
    n, c, height, width = x.shape
    image = np.full((n, c, height + 2 * padding, width + 2 * padding), value, x.dtype)
    image[:, :, padding : padding + height, padding : padding + width] = x
    return image


def shape_of(x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    n, c, height, width = x.shape
    rows = (height + 2 * padding - kernel) // stride + 1
    columns = (width + 2 * padding - kernel) // stride + 1
    return n, c, rows, columns


def max_pool2d(x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    image = padded(x, padding, -np.inf)
    y = np.zeros(shape_of(x, kernel, stride, padding), x.dtype)
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            top, left = i * stride, j * stride
            y[:, :, i, j] = image[:, :, top : top + kernel, left : left + kernel].max(axis=(2, 3))
    return y


def max_pool2d_backward(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    image = padded(x, padding, -np.inf)
    dimage = np.zeros_like(image)
    n, c, rows, columns = grad.shape
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            window = image[:, :, top : top + kernel, left : left + kernel].reshape(n, c, -1)
            first = window.argmax(axis=2)
            for a in range(n):
                for b in range(c):
                    u, v = divmod(int(first[a, b]), kernel)
                    dimage[a, b, top + u, left + v] += grad[a, b, i, j]
    return dimage[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]


def avg_pool2d(x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    image = padded(x, padding, 0)
    y = np.zeros(shape_of(x, kernel, stride, padding), x.dtype)
    for i in range(y.shape[2]):
        for j in range(y.shape[3]):
            top, left = i * stride, j * stride
            y[:, :, i, j] = image[:, :, top : top + kernel, left : left + kernel].mean(axis=(2, 3))
    return y


def avg_pool2d_backward(grad: Any, x: Any, kernel: Any, stride: Any, padding: Any) -> Any:
    dimage = padded(np.zeros_like(x), padding, 0)
    for i in range(grad.shape[2]):
        for j in range(grad.shape[3]):
            top, left = i * stride, j * stride
            dimage[:, :, top : top + kernel, left : left + kernel] += grad[:, :, i, j, None, None] / kernel**2
    return dimage[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]
