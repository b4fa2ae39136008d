"""Activation functions beyond the lecture: each formula with its gradient under it.

x: any shape, float32 or float64, and so is the result. grad is ∂L/∂f, the upstream gradient, of x's shape,
and each `*_backward` returns ∂L/∂x = ∂L/∂f f'(x). TypeError for arrays of another type or of two dtypes, and for an
α that is no number; ValueError where the shapes differ. nan and inf go through as in torch.
"""

from math import erfc, pi, sqrt

import numpy as np

from manual.activations import sigmoid
from manual.arguments import Array, alike, floats, number, quiet


@quiet
def silu(x: Array) -> Array:
    """f(x) = x σ(x) = x / (1 + e^-x). Source: torch.nn.SiLU; Hendrycks and Gimpel, "Gaussian Error Linear Units"."""
    floats("silu", x=x)
    return x * sigmoid(x)


@quiet
def silu_backward(grad: Array, x: Array) -> Array:
    """f'(x) = σ(x) (1 + x (1 - σ(x))), where 1 - σ(x) = σ(-x)."""
    alike("silu_backward", x=x, grad=grad)
    return grad * (sigmoid(x) * (1 + x * sigmoid(-x)))


@quiet
def gelu(x: Array) -> Array:
    """f(x) = x Φ(x) with the normal distribution's Φ(x) = (1 + erf(x / √2)) / 2. Source: torch.nn.GELU; as `silu`.

    1 + erf cancels far left of 0, so Φ(x) = erfc(-x / √2) / 2. `gelu_tanh` is the other convention.
    """
    floats("gelu", x=x)
    return x * _normal(x)


@quiet
def gelu_backward(grad: Array, x: Array) -> Array:
    """f'(x) = Φ(x) + x φ(x), where φ(x) = Φ'(x) = e^{-x²/2} / √(2π)."""
    alike("gelu_backward", x=x, grad=grad)
    return grad * (_normal(x) + x * (np.exp(-x * x / 2) / sqrt(2 * pi)))


_erfc = np.frompyfunc(erfc, 1, 1)


def _normal(x: Array) -> Array:
    """Φ(x). NumPy has no erfc, so that of `math` is called for each element."""
    f: Array = np.asarray(_erfc(-x / sqrt(2)), x.dtype) / 2
    return f


@quiet
def gelu_tanh(x: Array) -> Array:
    """f(x) = x/2 (1 + tanh(u)), u = √(2/π) (x + 0.044715 x³). Source: torch.nn.GELU(approximate="tanh"); as `silu`.

    1 + tanh(u) cancels far left of 0, and is 2 σ(2u). Within 0.0005 of `gelu`.
    """
    floats("gelu_tanh", x=x)
    return x * sigmoid(2 * _cubic(x))


@quiet
def gelu_tanh_backward(grad: Array, x: Array) -> Array:
    """f'(x) = σ(2u) + x σ(2u) σ(-2u) 2u', where u' = √(2/π) (1 + 3 · 0.044715 x²)."""
    alike("gelu_tanh_backward", x=x, grad=grad)
    u = _cubic(x)
    slope = sqrt(2 / pi) * (1 + 3 * 0.044715 * (x * x))
    return grad * (sigmoid(2 * u) + x * (sigmoid(2 * u) * sigmoid(-2 * u)) * (2 * slope))


def _cubic(x: Array) -> Array:
    return sqrt(2 / pi) * (x + 0.044715 * (x * x * x))


@quiet
def softplus(x: Array) -> Array:
    """f(x) = log(1 + e^x). Source: torch.nn.Softplus; Dugas et al., "Second-Order Functional Knowledge".

    e^x overflows far right of 0, so it is taken out: f(x) = max(x, 0) + log(1 + e^-|x|). torch's own is x itself
    beyond a threshold of 20.
    """
    floats("softplus", x=x)
    f: Array = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    return f


@quiet
def softplus_backward(grad: Array, x: Array) -> Array:
    """f'(x) = e^x / (1 + e^x) = σ(x)."""
    alike("softplus_backward", x=x, grad=grad)
    return grad * sigmoid(x)


@quiet
def elu(x: Array, alpha: float = 1.0) -> Array:
    """f(x) = x for x > 0, α (e^x - 1) otherwise. Source: torch.nn.ELU; Clevert et al., "Exponential Linear Units".

    α: any number. e^x - 1 cancels near 0: expm1 does not.
    """
    floats("elu", x=x)
    alpha = number("elu", "alpha", alpha)
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


@quiet
def elu_backward(grad: Array, x: Array, alpha: float = 1.0) -> Array:
    """f'(x) = 1 for x > 0, α e^x otherwise: at x = 0 it is α, as in torch."""
    alike("elu_backward", x=x, grad=grad)
    alpha = number("elu_backward", "alpha", alpha)
    return np.where(x > 0, grad, grad * (alpha * np.exp(np.minimum(x, 0))))
