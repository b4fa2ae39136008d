"""Mistakes in attention by scaled dot products and its gradient."""

from __future__ import annotations

from math import sqrt
from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right


def transposed(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def products(Q: Any, K: Any) -> Any:
    """S = Q Kᵀ / √d."""
    return Q @ transposed(K) / sqrt(Q.shape[-1])


def shares(S: Any, axis: int = -1) -> Any:
    """Softmax, and 0 where all of S is -∞."""
    e = np.exp(S - np.maximum(S.max(axis=axis, keepdims=True), np.finfo(S.dtype).min))
    total = e.sum(axis=axis, keepdims=True)
    return e / np.where(total == 0, 1, total)


def plain_shares(S: Any) -> Any:
    """Softmax, and nan where all of S is -∞."""
    e = np.exp(S - S.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def unshifted_shares(S: Any) -> Any:
    e = np.exp(S)
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total == 0, 1, total)


def hidden(S: Any, mask: Any, by: float = -np.inf) -> Any:
    """S where the mask is True, and elsewhere that number."""
    return np.where(mask, S, by).astype(S.dtype)


def weights(Q: Any, K: Any, mask: Any) -> Any:
    """P."""
    return shares(hidden(products(Q, K), mask))


def of_softmax(P: Any, dP: Any) -> Any:
    """∂L/∂S."""
    return P * (dP - (P * dP).sum(axis=-1, keepdims=True))


def of_products(grad: Any, P: Any, dS: Any, Q: Any, K: Any) -> Any:
    """∂L/∂Q, ∂L/∂K and ∂L/∂V."""
    root = sqrt(Q.shape[-1])
    return dS @ K / root, transposed(dS) @ Q / root, transposed(P) @ grad


def of_weights(P: Any, grad: Any, Q: Any, K: Any, V: Any) -> Any:
    """The same for weights P, right or wrong."""
    return of_products(grad, P, of_softmax(P, grad @ transposed(V)), Q, K)


@Right
def attention(Q: Any, K: Any, V: Any, mask: Any) -> Any:
    return weights(Q, K, mask) @ V


@Right
def attention_backward(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    return of_weights(weights(Q, K, mask), grad, Q, K, V)


# -- attention


def masked_afterwards(Q: Any, K: Any, V: Any, mask: Any) -> Any:
    return (shares(products(Q, K)) * mask) @ V


# -- attention_backward


def without_jacobian(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    P = weights(Q, K, mask)
    return of_products(grad, P, grad @ transposed(V) * mask, Q, K)


def with_diagonal_alone(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    P = weights(Q, K, mask)
    return of_products(grad, P, P * (1 - P) * (grad @ transposed(V)), Q, K)


def summed_over_queries(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    P, dP = weights(Q, K, mask), grad @ transposed(V)
    return of_products(grad, P, P * (dP - (P * dP).sum(axis=-2, keepdims=True)), Q, K)


def dV_of_weights_not_transposed(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    dQ, dK, _ = attention_backward(grad, Q, K, V, mask)
    return dQ, dK, weights(Q, K, mask) @ grad


def dK_of_weights_not_transposed(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    P = weights(Q, K, mask)
    dS = of_softmax(P, grad @ transposed(V))
    dQ, _, dV = of_products(grad, P, dS, Q, K)
    return dQ, dS @ Q / sqrt(Q.shape[-1]), dV


def dK_before_dQ(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    dQ, dK, dV = attention_backward(grad, Q, K, V, mask)
    return dK, dQ, dV


def scale_left_out(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    dQ, dK, dV = attention_backward(grad, Q, K, V, mask)
    return dQ * sqrt(Q.shape[-1]), dK * sqrt(Q.shape[-1]), dV


def scale_left_out_of_dK(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    dQ, dK, dV = attention_backward(grad, Q, K, V, mask)
    return dQ, dK * sqrt(Q.shape[-1]), dV


def dV_without_weights(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    dQ, dK, dV = attention_backward(grad, Q, K, V, mask)
    return dQ, dK, np.broadcast_to(grad.sum(axis=-2, keepdims=True), dV.shape)


INVERTED: Final = (
    "The mask is read the other way round: here True is where a query may look, as in scaled_dot_product_attention, "
    "and not what is hidden, as in nn.MultiheadAttention.",
    "Try a mask of True alone: is anything hidden?",
)
NAN: Final = (
    "A query that may look at no key gets nan: a softmax of -∞ alone is 0/0, and 0 should stand there.",
    "Try a mask of False alone.",
)
NO_SHIFT: Final = (
    "e^S overflows for large scores, and inf / inf is nan; softmax ignores a shift of a row by its largest score.",
    "Try Q and K of 100.",
)

MISTAKES: Final = (
    attention.wrong("scale-left-out", lambda Q, K, V, mask: attention(Q * sqrt(Q.shape[-1]), K, V, mask),
        "Q Kᵀ is not divided by √d.",
        "Try d = 1 and d = 4: is only the latter wrong?"),
    attention.wrong("divided-by-d", lambda Q, K, V, mask: attention(Q / sqrt(Q.shape[-1]), K, V, mask),
        "Q Kᵀ is divided by d; the formula divides it by the root of d.",
        "Try d = 1 and d = 4: is only the latter wrong?"),
    attention.wrong("scaled-by-keys",
        lambda Q, K, V, mask: attention(Q * sqrt(Q.shape[-1] / K.shape[-2]), K, V, mask),
        "Q Kᵀ is divided by the root of the number of keys; d is the length of one key, the last axis.",
        "Print the shape of K, and which of its numbers stands in the root."),
    attention.wrong("mask-inverted", lambda Q, K, V, mask: attention(Q, K, V, ~mask), *INVERTED),
    attention.wrong("mask-left-out", lambda Q, K, V, mask: attention(Q, K, V, np.ones_like(mask)),
        "The mask is not looked at: every query takes of every key.",
        "Try a mask that lets a query look at one key alone: it should get that key's value."),
    attention.wrong("masked-after-softmax", masked_afterwards,
        "The mask is laid on the weights after the softmax, so that the weights that are left no longer sum to 1.",
        "Try V of ones: each query that may look at a key should get ones."),
    attention.wrong("masked-with-0", lambda Q, K, V, mask: shares(hidden(products(Q, K), mask, 0)) @ V,
        "A hidden score becomes 0, which still has a weight of e^0 = 1; only e^-∞ is 0.",
        "Try a mask that lets a query look at one key alone: it should get that key's value."),
    attention.wrong("masked-with-1e9", lambda Q, K, V, mask: shares(hidden(products(Q, K), mask, -1e9)) @ V,
        "A hidden score becomes a very negative number, so that a query that may look at no key gets the mean of all "
        "values; 0 should stand there.",
        "Try a mask of False alone."),
    attention.wrong("nan-without-keys",
        lambda Q, K, V, mask: plain_shares(hidden(products(Q, K), mask)) @ V, *NAN),
    attention.wrong("softmax-over-queries",
        lambda Q, K, V, mask: shares(hidden(products(Q, K), mask), axis=-2) @ V,
        "The softmax runs over the queries; the weights of one query should sum to 1 over the keys.",
        "Try V of ones: each query that may look at a key should get ones."),
    attention.wrong("softmax-left-out", lambda Q, K, V, mask: hidden(products(Q, K), mask, 0) @ V,
        "The scores themselves weigh the values; the softmax of them should.",
        "Try V of ones: each query that may look at a key should get ones."),
    attention.wrong("keys-reshaped",
        lambda Q, K, V, mask: attention(Q, transposed(K.reshape(*K.shape[:2], K.shape[3], K.shape[2])), V, mask),
        "K is reshaped to (d, keys) where it should be transposed, which mixes the numbers of different keys.",
        "Print x.T and x.reshape(3, 2) for x = [[1, 2, 3], [4, 5, 6]]."),
    attention.wrong("no-shift",
        lambda Q, K, V, mask: unshifted_shares(hidden(products(Q, K), mask)) @ V, *NO_SHIFT, costs="stability"),
    attention_backward.wrong("scale-left-out", scale_left_out,
        "∂L/∂Q and ∂L/∂K are not divided by √d, as Q Kᵀ is in S.",
        "Try d = 1 and d = 4: is only the latter wrong?"),
    attention_backward.wrong("scale-left-out-of-dK", scale_left_out_of_dK,
        "∂L/∂K is not divided by √d, as Q Kᵀ is in S.",
        "Swap Q and K for as many queries as keys: are ∂L/∂Q and ∂L/∂K of one size?"),
    attention_backward.wrong("jacobian-left-out", without_jacobian,
        "∂L/∂P goes on as ∂L/∂S: the derivative of the softmax is left out.",
        "Add one number to all of V: may ∂L/∂Q change, where every row of P sums to 1?"),
    attention_backward.wrong("diagonal-alone", with_diagonal_alone,
        "The derivative of the softmax is taken as P (1 - P), as of a sigmoid: every score moves all weights of its "
        "query.",
        "Try several keys, and compare with P (∂L/∂P - Σ P ∂L/∂P)."),
    attention_backward.wrong("summed-over-queries", summed_over_queries,
        "Σ_k P_ik ∂L/∂P_ik runs over the queries; it should run over the keys of query i.",
        "Print the shape of that sum: it has one number for each query."),
    attention_backward.wrong("mask-left-out",
        lambda grad, Q, K, V, mask: attention_backward(grad, Q, K, V, np.ones_like(mask)),
        "The mask is not looked at: the weights are those of a query that may look at every key.",
        "Try a mask of False alone: all gradients should be 0."),
    attention_backward.wrong("mask-inverted",
        lambda grad, Q, K, V, mask: attention_backward(grad, Q, K, V, ~mask), *INVERTED),
    attention_backward.wrong("dV-not-transposed", dV_of_weights_not_transposed,
        "∂L/∂V is P grad, and should be Pᵀ grad: a value gathers from all queries that took of it.",
        "Try two queries and three keys: does P grad have V's shape?"),
    attention_backward.wrong("dV-without-weights", dV_without_weights,
        "∂L/∂V is the sum of grad over the queries, without the weight that each query gave to the value.",
        "Hide a key from all queries: the gradient of its value should be 0."),
    attention_backward.wrong("dK-not-transposed", dK_of_weights_not_transposed,
        "∂L/∂K is ∂L/∂S Q / √d, and should be (∂L/∂S)ᵀ Q / √d: ∂L/∂S has a row for each query, and ∂L/∂K for each key.",
        "Try two queries and three keys: does ∂L/∂S Q fit?"),
    attention_backward.wrong("dK-before-dQ", dK_before_dQ,
        "∂L/∂K comes first, then ∂L/∂Q: the order should be that of the arguments, Q, K, V.",
        "Try two queries and three keys, and print the shapes."),
    attention_backward.wrong("grad-dropped",
        lambda grad, Q, K, V, mask: attention_backward(np.ones_like(grad), Q, K, V, mask),
        "The upstream gradient is left out, as if it were 1 everywhere.",
        "Double grad: all three should double."),
    attention_backward.wrong("nan-without-keys",
        lambda grad, Q, K, V, mask: of_weights(plain_shares(hidden(products(Q, K), mask)), grad, Q, K, V), *NAN),
    attention_backward.wrong("no-shift",
        lambda grad, Q, K, V, mask: of_weights(unshifted_shares(hidden(products(Q, K), mask)), grad, Q, K, V),
        *NO_SHIFT, costs="stability"),
)  # fmt: skip
