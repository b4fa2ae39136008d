"""Lecture 03, "Activation Functions": each formula with its gradient under it.

x: any shape, float32 or float64, and so is the result. grad is ∂L/∂f, the upstream gradient, of x's shape,
and each `*_backward` returns ∂L/∂x = ∂L/∂f f'(x). TypeError for arrays of another type or of two dtypes,
ValueError where the shapes differ. nan and inf go through as in torch.
"""

import numpy as np
from numpy.typing import NDArray

from manual.arguments import Array, alike, floats, number, quiet


def sigmoid(x: Array) -> Array:
    """f(x) = 1 / (1 + e^-x). Source: slide "Sigmoid".

    e^-x overflows far left of 0, so for x < 0 the fraction is expanded by e^x: f(x) = e^x / (e^x + 1).
    """
    floats("sigmoid", x=x)
    f: Array = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))
    return f


@quiet
def sigmoid_backward(grad: Array, x: Array) -> Array:
    """f'(x) = f(x) (1 - f(x))."""
    alike("sigmoid_backward", x=x, grad=grad)
    f = sigmoid(x)
    return grad * f * (1 - f)


def tanh(x: Array) -> Array:
    """f(x) = (e^x - e^-x) / (e^x + e^-x) = sinh(x) / cosh(x) = tanh(x). Source: slide "Tanh".

    The last form. `tanh_exponentials` and `tanh_sinh_cosh` are the others as printed.
    """
    floats("tanh", x=x)
    f: Array = np.tanh(x)
    return f


@quiet
def tanh_backward(grad: Array, x: Array) -> Array:
    """f'(x) = 1 - f(x)²."""
    alike("tanh_backward", x=x, grad=grad)
    f = tanh(x)
    return grad * (1 - f * f)


@quiet
def tanh_exponentials(x: Array) -> Array:
    """f(x) = (e^x - e^-x) / (e^x + e^-x), as printed on the slide "Tanh".

    nan where e^|x| overflows (|x| > 709 in float64, 88 in float32). Near 0 e^x - e^-x cancels, and its digits
    are lost.
    """
    floats("tanh_exponentials", x=x)
    f: Array = (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))
    return f


@quiet
def tanh_sinh_cosh(x: Array) -> Array:
    """f(x) = sinh(x) / cosh(x), as printed on the slide "Tanh".

    nan where sinh(x) overflows (|x| > 710 in float64, 89 in float32).
    """
    floats("tanh_sinh_cosh", x=x)
    f: Array = np.sinh(x) / np.cosh(x)
    return f


def relu(x: Array) -> Array:
    """f(x) = 0 for x < 0, x otherwise. Source: slide "Relu / Leaky Relu"."""
    floats("relu", x=x)
    f: Array = np.maximum(0, x)
    return f


def relu_backward(grad: Array, x: Array) -> Array:
    """f'(x) = 0 for x <= 0, 1 otherwise.

    The slide leaves the slope at the kink open; at x = 0 it is 0, as in torch.
    """
    alike("relu_backward", x=x, grad=grad)
    return _where(~(x <= 0), grad)


def _where(mask: NDArray[np.bool], grad: Array) -> Array:
    """np.where(mask, grad, 0) in a third of its time: without a branch for every element.

    It multiplies by 0 or 1. The factor is the number's bits, because 0 times inf or nan is not 0.
    """
    bits = grad.view(np.uint32 if grad.itemsize == 4 else np.uint64)
    return (bits * mask).view(grad.dtype)


@quiet
def leaky_relu(x: Array, alpha: float = 0.01) -> Array:
    """f(x) = α x for x < 0, x otherwise. Source: slide "Relu / Leaky Relu". α: any number."""
    floats("leaky_relu", x=x)
    alpha = number("leaky_relu", "alpha", alpha)
    return np.where(x < 0, alpha * x, x)


@quiet
def leaky_relu_backward(grad: Array, x: Array, alpha: float = 0.01) -> Array:
    """f'(x) = α for x <= 0, 1 otherwise.

    The slide leaves the slope at the kink open; at x = 0 it is α, as in torch, and so it is at nan.
    """
    alike("leaky_relu_backward", x=x, grad=grad)
    alpha = number("leaky_relu_backward", "alpha", alpha)
    return np.where(x > 0, grad, alpha * grad)


@quiet
def softmax(x: Array) -> Array:
    """f(x_i) = e^{x_i} / Σ_j e^{x_j}, over the last axis. Source: slide "Softmax".

    x: (k,), or (n, k) with one sample a row.
    """
    floats("softmax", x=x)
    _, e, total = exponentials(x)
    return e / total


@quiet
def softmax_backward(grad: Array, x: Array) -> Array:
    """∂L/∂x_i = f_i (∂L/∂f_i - Σ_j f_j ∂L/∂f_j), because ∂f_j/∂x_i = f_j (δ_ij - f_i)."""
    alike("softmax_backward", x=x, grad=grad)
    _, e, total = exponentials(x)
    f = e / total
    mean: Array = (f * grad).sum(axis=-1, keepdims=True)
    return f * (grad - mean)


def exponentials(x: Array) -> tuple[Array, Array, Array]:
    """z = x - max_j x_j, e^z and Σ_j e^{z_j}: softmax ignores a shift, and no e^z can overflow."""
    z = x - x.max(axis=-1, keepdims=True, initial=-np.inf)
    e = np.exp(z)
    return z, e, e.sum(axis=-1, keepdims=True)


@quiet
def softmax_two_classes(x1: Array, x2: Array) -> Array:
    """f(x_1) = 1 / (1 + e^{x_2 - x_1}), as printed on the slide "Softmax": the first of two classes.

    x1, x2: same shape, any. It is e^{x_1} / (e^{x_1} + e^{x_2}), and the sigmoid of x_1 - x_2.
    """
    alike("softmax_two_classes", x1=x1, x2=x2)
    f: Array = 1 / (1 + np.exp(x2 - x1))
    return f
