"""Whole networks of the course, layer by layer and back: a small CNN and a transformer of one block, on 8×8 images.

Each takes the images A (n, 64), rows of pixels, and its parameters, and returns the scores (n, 10) and what its
gradient needs: `*_backward` takes that with ∂L/∂scores, and returns the gradient of each parameter.
TypeError for anything but float32 or float64 arrays of one dtype, ValueError where shapes do not fit.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from manual.activations import relu, relu_backward
from manual.arguments import Array, floats, wrong_shape
from manual.beyond.activations import gelu_tanh, gelu_tanh_backward
from manual.beyond.attention import multi_head_attention, multi_head_attention_backward
from manual.beyond.convolution import conv2d, conv2d_backward
from manual.beyond.normalisation import layer_norm, layer_norm_backward
from manual.beyond.pooling import max_pool2d, max_pool2d_backward
from manual.linear import linear, linear_backward

SIDE = 8
HEADS = 2
EPS = 1e-5

Kept = tuple[Any, ...]


def cnn(A: Array, parameters: Sequence[Array]) -> tuple[Array, Kept]:
    """3×3 convolution, ReLU and 2×2 max-pooling, twice, then a linear layer.

    parameters: K1 (c, 1, 3, 3), c1 (c,), K2 (d, c, 3, 3), c2 (d,), W (10, 4d), b (10,).
    Source: LeCun et al., "Gradient-Based Learning Applied to Document Recognition", in the small.
    """
    K1, c1, K2, c2, W, b = _named("cnn", parameters, "K1, c1, K2, c2, W, b")
    X = images("cnn", A)
    Z1 = conv2d(X, K1, c1, 1, 1, 1)
    A1 = relu(Z1)
    P1 = max_pool2d(A1, 2, 2, 0)
    Z2 = conv2d(P1, K2, c2, 1, 1, 1)
    A2 = relu(Z2)
    P2 = max_pool2d(A2, 2, 2, 0)
    F = P2.reshape(len(P2), -1)
    return linear(F, W, b), (X, Z1, A1, P1, Z2, A2, P2, F)


def cnn_backward(grad: Array, kept: Kept, parameters: Sequence[Array]) -> list[Array]:
    """∂L/∂K1, ∂L/∂c1, ∂L/∂K2, ∂L/∂c2, ∂L/∂W and ∂L/∂b: each layer's gradient, last to first."""
    K1, _, K2, _, W, _ = parameters
    X, Z1, A1, P1, Z2, A2, P2, F = kept
    dF, dW, db = linear_backward(grad, F, W)
    dA2 = max_pool2d_backward(dF.reshape(P2.shape), A2, 2, 2, 0)
    dP1, dK2, dc2 = conv2d_backward(relu_backward(dA2, Z2), P1, K2, 1, 1, 1)
    dA1 = max_pool2d_backward(dP1, A1, 2, 2, 0)
    _, dK1, dc1 = conv2d_backward(relu_backward(dA1, Z1), X, K1, 1, 1, 1)
    return [dK1, dc1, dK2, dc2, dW, db]


def transformer(A: Array, parameters: Sequence[Array]) -> tuple[Array, Kept]:
    """One block of self-attention over the 8 rows of each image, each row a token.

    X = tokens Eᵀ + P
    Y = X + multi_head_attention(layer_norm(X))
    Z = Y + gelu(layer_norm(Y) Uᵀ + u) Vᵀ + v
    scores = (mean of Z over the tokens) Wᵀ + b

    parameters: E (d, 8), P (8, d), γ1 and β1 (d,), W_q, W_k, W_v and W_o (d, d), γ2 and β2 (d,), U (h, d), u (h,),
    V (d, h), v (d,), W (10, d), b (10,). Two heads, GELU by tanh, layer norm before each part.
    Source: Vaswani et al., "Attention Is All You Need"; Xiong et al., "On Layer Normalization in the Transformer".
    """
    E, P, g1, b1, W_q, W_k, W_v, W_o, g2, b2, U, u, V, v, W, b = _named(
        "transformer", parameters, "E, P, γ1, β1, W_q, W_k, W_v, W_o, γ2, β2, U, u, V, v, W, b"
    )
    if E.ndim != 2 or E.shape[1] != SIDE:
        wrong_shape("transformer", "E", E, f"(d, {SIDE}), as a token has {SIDE} pixels")
    if P.shape != (SIDE, len(E)):
        wrong_shape("transformer", "P", P, f"({SIDE}, {len(E)}), a row for each token")
    tokens = images("transformer", A)[:, 0]
    X = tokens @ E.T + P
    N1 = layer_norm(_rows(X), g1, b1, EPS).reshape(X.shape)
    Y = X + multi_head_attention(N1, W_q, W_k, W_v, W_o, EVERYWHERE, HEADS)
    N2 = layer_norm(_rows(Y), g2, b2, EPS)
    H = linear(N2, U, u)
    G = gelu_tanh(H)
    Z = Y + linear(G, V, v).reshape(Y.shape)
    M = Z.mean(axis=1)
    return linear(M, W, b), (tokens, X, N1, Y, N2, H, G, M)


def transformer_backward(grad: Array, kept: Kept, parameters: Sequence[Array]) -> list[Array]:
    """The gradient of each parameter: each part's gradient, last to first; a sum hands its gradient to both terms."""
    _, _, g1, b1, W_q, W_k, W_v, W_o, g2, b2, U, _, V, _, W, _ = parameters
    tokens, X, N1, Y, N2, H, G, M = kept
    dM, dW, db = linear_backward(grad, M, W)
    dZ = np.repeat(dM[:, None] / SIDE, SIDE, axis=1)
    dG, dV, dv = linear_backward(_rows(dZ), G, V)
    dN2, dU, du = linear_backward(gelu_tanh_backward(dG, H), N2, U)
    dY, dg2, db2 = layer_norm_backward(dN2, _rows(Y), g2, b2, EPS)
    dY = dZ + dY.reshape(Y.shape)
    dN1, dW_q, dW_k, dW_v, dW_o = multi_head_attention_backward(dY, N1, W_q, W_k, W_v, W_o, EVERYWHERE, HEADS)
    dX, dg1, db1 = layer_norm_backward(_rows(dN1), _rows(X), g1, b1, EPS)
    dX = dY + dX.reshape(X.shape)
    dE = _rows(dX).T @ _rows(tokens)
    return [dE, dX.sum(axis=0), dg1, db1, dW_q, dW_k, dW_v, dW_o, dg2, db2, dU, du, dV, dv, dW, db]


EVERYWHERE = np.ones((SIDE, SIDE), dtype=bool)
"""A mask with which every token looks at all."""


def _named(function: str, parameters: Sequence[Array], names: str) -> Sequence[Array]:
    """Raise TypeError or ValueError unless there is an array of one dtype for each name."""
    count = len(names.split(", "))
    if len(parameters) != count:
        raise ValueError(f"{function}: parameters has length {len(parameters)}, but should be {count}, for {names}")
    floats(function, **dict(zip(names.split(", "), parameters, strict=True)))
    return parameters


def images(function: str, A: Array) -> Array:
    """The rows of pixels as images (n, 1, 8, 8)."""
    floats(function, A=A)
    if A.ndim != 2 or A.shape[1] != SIDE * SIDE:
        wrong_shape(function, "A", A, f"(n, {SIDE * SIDE}), a row of pixels an image")
    return A.reshape(-1, 1, SIDE, SIDE)


def _rows(x: Array) -> Array:
    """The tokens of all images, a row each."""
    return x.reshape(-1, x.shape[-1])
