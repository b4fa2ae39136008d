"""Lecture 03, "Forward" and "Backpropagation": the layer Z = A Wᵀ + ι bᵀ and its three derivatives.

TypeError for anything but float32 or float64 arrays of one dtype, ValueError where the shapes do not fit.
"""

import numpy as np

from manual.arguments import Array, fit_affine, fit_product, floats, quiet, wrong_shape


@quiet
def linear(A: Array, W: Array, b: Array) -> Array:
    """Z = A Wᵀ + ι bᵀ, where ι is a column of n ones. Source: slide "Backpropagation".

    A: (n, in), one sample a row. W: (out, in). b: (out,). Z: (n, out).
    """
    floats("linear", A=A, W=W, b=b)
    fit_affine("linear", A, W, b)
    return affine(A, W, b)


def affine(A: Array, W: Array, b: Array) -> Array:
    """`linear` of arguments that are known to fit."""
    Z = A @ W.T
    Z += b  # ι bᵀ: the same b in every row
    return Z


@quiet
def linear_backward(grad: Array, A: Array, W: Array) -> tuple[Array, Array, Array]:
    """∂L/∂A, ∂L/∂W and ∂L/∂b, for the upstream gradient ∂L/∂Z. Source: slide "Backpropagation".

    ∂L/∂A = (∂L/∂Z) (∂Z/∂A)ᵀ = (∂L/∂Z) W
    ∂L/∂W = (∂L/∂Z)ᵀ (∂Z/∂W) = (∂L/∂Z)ᵀ A
    ∂L/∂b = (∂L/∂Z)ᵀ (∂Z/∂b) = (∂L/∂Z)ᵀ ι

    grad: (n, out). A: (n, in). W: (out, in). The slide's line "the derivative of Z with respect to W is Aᵀ"
    does not fit the shape of ∂L/∂W; its line "with respect to Wᵀ is A" does.
    """
    floats("linear_backward", A=A, W=W, grad=grad)
    fit_product("linear_backward", A, W)
    if grad.shape != (len(A), len(W)):
        wrong_shape("linear_backward", "grad", grad, f"({len(A)}, {len(W)}), the shape of A Wᵀ")
    dA = grad @ W
    dW, db = parameter_gradients(grad, A)
    return dA, dW, db


def parameter_gradients(
    grad: Array, A: Array, out: tuple[Array, Array] | tuple[None, None] = (None, None)
) -> tuple[Array, Array]:
    """∂L/∂W and ∂L/∂b alone, as a first layer needs no ∂L/∂A; written into `out` where it is given."""
    dW, db = out
    return np.matmul(grad.T, A, out=dW), grad.sum(axis=0, out=db)
