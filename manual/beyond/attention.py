"""Attention: each formula with its gradient under it.

Q: (n, heads, queries, d), K and V: (n, heads, keys, d), float32 or float64, and so is the result. mask: (queries, keys)
truth values, the same for all samples and heads: True where a query may look at a key. A query that may look at no key
gets 0, as in torch since 2.5; softmax alone would be 0/0 there. With several heads x is (n, tokens, d), each W (d, d)
as (out, in), and mask (tokens, tokens). grad is the upstream gradient, of the result's shape.
TypeError for arrays of another type or of two dtypes, for a mask of anything but truth values, and for heads that are
not a whole number; ValueError where the shapes do not fit.
"""

from math import sqrt
from typing import Any

import numpy as np

from manual.arguments import Array, Mask, count, floats, quiet, truths, wrong_shape


@quiet
def attention(Q: Array, K: Array, V: Array, mask: Mask) -> Array:
    """softmax(Q Kᵀ / √d + M) V, where M is 0 where the mask is True and -∞ elsewhere; the softmax is over the keys.

    Source: torch.nn.functional.scaled_dot_product_attention; Vaswani et al., "Attention Is All You Need", eq. 1.
    """
    _fit("attention", Q, K, V, mask)
    return _weights(Q, K, mask) @ V


@quiet
def attention_backward(grad: Array, Q: Array, K: Array, V: Array, mask: Mask) -> tuple[Array, Array, Array]:
    """∂L/∂Q, ∂L/∂K and ∂L/∂V, by way of P = softmax(S) and S = Q Kᵀ / √d + M.

    ∂L/∂V = Pᵀ grad
    ∂L/∂P = grad Vᵀ
    ∂L/∂S_ij = P_ij (∂L/∂P_ij - Σ_k P_ik ∂L/∂P_ik)
    ∂L/∂Q = ∂L/∂S K / √d
    ∂L/∂K = (∂L/∂S)ᵀ Q / √d
    """
    _fit("attention_backward", Q, K, V, mask)
    floats("attention_backward", Q=Q, grad=grad)
    if grad.shape != Q.shape:
        wrong_shape("attention_backward", "grad", grad, f"{Q.shape}, the shape of Q")
    return _gradients(grad, _weights(Q, K, mask), Q, K, V)


@quiet
def multi_head_attention(x: Array, W_q: Array, W_k: Array, W_v: Array, W_o: Array, mask: Mask, heads: int) -> Array:
    """[head_1 ... head_h] W_oᵀ, where head_i = attention(Q_i, K_i, V_i, mask) of the i-th d / h columns of x Wᵀ.

    Q = x W_qᵀ, K = x W_kᵀ, V = x W_vᵀ; h heads, which divide d. Source: torch.nn.MultiheadAttention(bias=False) of one
    x; "Attention Is All You Need", section 3.2.2.
    """
    heads = _fit_heads("multi_head_attention", x, W_q, W_k, W_v, W_o, mask, heads)
    Q, K, V = (_split(x @ W.T, heads) for W in (W_q, W_k, W_v))
    return _merged(_weights(Q, K, mask) @ V) @ W_o.T


@quiet
def multi_head_attention_backward(
    grad: Array, x: Array, W_q: Array, W_k: Array, W_v: Array, W_o: Array, mask: Mask, heads: int
) -> tuple[Array, Array, Array, Array, Array]:
    """∂L/∂x, ∂L/∂W_q, ∂L/∂W_k, ∂L/∂W_v and ∂L/∂W_o, each W as a linear layer of all tokens of all samples.

    ∂L/∂W_o = gradᵀ [head_1 ... head_h]
    ∂L/∂[head_1 ... head_h] = grad W_o, of which attention makes ∂L/∂Q, ∂L/∂K and ∂L/∂V
    ∂L/∂W_q = (∂L/∂Q)ᵀ x, and so for W_k and W_v
    ∂L/∂x = ∂L/∂Q W_q + ∂L/∂K W_k + ∂L/∂V W_v
    """
    name = "multi_head_attention_backward"
    heads = _fit_heads(name, x, W_q, W_k, W_v, W_o, mask, heads)
    floats(name, x=x, grad=grad)
    if grad.shape != x.shape:
        wrong_shape(name, "grad", grad, f"{x.shape}, the shape of x")
    Q, K, V = (_split(x @ W.T, heads) for W in (W_q, W_k, W_v))
    P = _weights(Q, K, mask)
    dW_o = _of_weight(grad, _merged(P @ V))
    dQ, dK, dV = map(_merged, _gradients(_split(grad @ W_o, heads), P, Q, K, V))
    dx = dQ @ W_q + dK @ W_k + dV @ W_v
    return dx, _of_weight(dQ, x), _of_weight(dK, x), _of_weight(dV, x), dW_o


def _gradients(grad: Array, P: Array, Q: Array, K: Array, V: Array) -> tuple[Array, Array, Array]:
    """∂L/∂Q, ∂L/∂K and ∂L/∂V. ∂L/∂S is worked out in the memory of ∂L/∂P."""
    dV = P.swapaxes(-1, -2) @ grad
    dS = grad @ V.swapaxes(-1, -2)
    dS -= np.einsum("...ij,...ij->...i", P, dS)[..., None]
    dS *= P
    dS /= sqrt(Q.shape[-1])
    return dS @ K, dS.swapaxes(-1, -2) @ Q, dV


def _weights(Q: Array, K: Array, mask: Mask) -> Array:
    """P = softmax(Q Kᵀ / √d + M): how much each query takes of each key. It is worked out in the memory of Q Kᵀ."""
    P = Q @ K.swapaxes(-1, -2)
    P /= sqrt(Q.shape[-1])
    P += np.where(mask, 0, -np.inf).astype(P.dtype)
    largest = P.max(axis=-1, keepdims=True, initial=-np.inf)
    P -= np.where(largest == -np.inf, 0, largest)  # the shift of a softmax, where there is one
    np.exp(P, out=P)
    total = P.sum(axis=-1, keepdims=True)
    P /= np.where(total == 0, 1, total)
    return P


def _split(x: Array, heads: int) -> Array:
    """(n, tokens, d) as (n, heads, tokens, d / heads): each head has its own columns of every token."""
    n, tokens, d = x.shape
    return x.reshape(n, tokens, heads, d // heads).swapaxes(1, 2)


def _merged(x: Array) -> Array:
    """The way back: the heads beside each other again."""
    n, heads, tokens, d = x.shape
    return x.swapaxes(1, 2).reshape(n, tokens, heads * d)


def _of_weight(grad: Array, x: Array) -> Array:
    """gradᵀ x over all tokens of all samples."""
    d = x.shape[-1]
    dW: Array = grad.reshape(-1, d).T @ x.reshape(-1, d)
    return dW


def _fit(function: str, Q: Array, K: Array, V: Array, mask: Mask) -> None:
    """Raise TypeError or ValueError unless they make an attention."""
    floats(function, Q=Q, K=K, V=V)
    if Q.ndim != 4 or not Q.shape[-1]:
        wrong_shape(function, "Q", Q, "(n, heads, queries, d) with d of at least 1")
    n, heads, _, d = Q.shape
    if K.ndim != 4 or K.shape != (n, heads, K.shape[2], d):
        wrong_shape(function, "K", K, f"({n}, {heads}, keys, {d}), as Q has shape {Q.shape}")
    if V.shape != K.shape:
        wrong_shape(function, "V", V, f"{K.shape}, the shape of K")
    _fit_mask(function, mask, (Q.shape[2], K.shape[2]))


def _fit_heads(function: str, x: Array, W_q: Array, W_k: Array, W_v: Array, W_o: Array, mask: Mask, heads: int) -> int:
    """Return heads as an int. Raise TypeError or ValueError unless they make an attention of several heads."""
    weights = {"W_q": W_q, "W_k": W_k, "W_v": W_v, "W_o": W_o}
    floats(function, x=x, **weights)
    if x.ndim != 3 or not x.shape[-1]:
        wrong_shape(function, "x", x, "(n, tokens, d) with d of at least 1")
    _, tokens, d = x.shape
    for name, W in weights.items():
        if W.shape != (d, d):
            wrong_shape(function, name, W, f"({d}, {d}), as x has shape {x.shape}")
    _fit_mask(function, mask, (tokens, tokens))
    heads = count(function, "heads", heads)
    if not heads or d % heads:
        raise ValueError(f"{function}: heads is {heads}, but should divide d = {d}, the last axis of x")
    return heads


def _fit_mask(function: str, mask: Any, shape: tuple[int, int]) -> None:
    """Raise TypeError or ValueError unless the mask holds truth values in that shape, (queries, keys)."""
    truths(function, "mask", mask, "where a query may look")
    if mask.shape != shape:
        raise ValueError(
            f"{function}: mask has shape {mask.shape}, but should be {shape}, a row for each query and a column for "
            f"each key"
        )
