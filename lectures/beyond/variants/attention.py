"""Right ways to write attention and its gradients."""

from __future__ import annotations

from math import sqrt
from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import Ways, through_float64


def weights(Q: Any, K: Any, mask: Any) -> Any:
    """Hidden scores become the smallest number, and their weights 0 once more afterwards."""
    S = np.einsum("nhid,nhjd->nhij", Q, K) / sqrt(Q.shape[-1])
    S = np.where(mask, S, np.finfo(S.dtype).min)
    e = np.exp(S - S.max(axis=-1, keepdims=True)) * mask
    return e / np.maximum(e.sum(axis=-1, keepdims=True), np.finfo(e.dtype).tiny)


def by_einsum(Q: Any, K: Any, V: Any, mask: Any) -> Any:
    return np.einsum("nhij,nhjd->nhid", weights(Q, K, mask), V)


def by_queries(Q: Any, K: Any, V: Any, mask: Any) -> Any:
    Y = np.zeros_like(Q)
    for n, head, i in np.ndindex(Q.shape[:3]):
        seen = mask[i]
        if seen.any():
            scores = K[n, head, seen] @ Q[n, head, i] / sqrt(Q.shape[-1])
            e = np.exp(scores - scores.max())
            Y[n, head, i] = e @ V[n, head, seen] / e.sum()
    return Y


def scaled_first(Q: Any, K: Any, V: Any, mask: Any) -> Any:
    S = (Q * Q.shape[-1] ** -0.5) @ K.transpose(0, 1, 3, 2)
    S[..., ~mask] = -np.inf
    e = np.exp(S - S.max(axis=-1, keepdims=True, where=mask, initial=np.finfo(S.dtype).min))
    total = e.sum(axis=-1, keepdims=True)
    return np.where(total > 0, e @ V / np.where(total > 0, total, 1), 0)


def backward_by_einsum(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    P = weights(Q, K, mask)
    dP = np.einsum("nhid,nhjd->nhij", grad, V)
    dS = (P * dP - P * np.einsum("nhij,nhij->nhi", P, dP)[..., None]) / sqrt(Q.shape[-1])
    return (
        np.einsum("nhij,nhjd->nhid", dS, K),
        np.einsum("nhij,nhid->nhjd", dS, Q),
        np.einsum("nhij,nhid->nhjd", P, grad),
    )


def backward_by_queries(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    """With the Jacobian of each row's softmax, diag(p) - p pᵀ."""
    dQ, dK, dV = np.zeros_like(Q), np.zeros_like(K), np.zeros_like(V)
    P, root = weights(Q, K, mask), sqrt(Q.shape[-1])
    for n, head, i in np.ndindex(Q.shape[:3]):
        p, g = P[n, head, i], grad[n, head, i]
        ds = (np.diag(p) - np.outer(p, p)) @ (V[n, head] @ g) / root
        dQ[n, head, i] = ds @ K[n, head]
        dK[n, head] += np.outer(ds, Q[n, head, i])
        dV[n, head] += np.outer(p, g)
    return dQ, dK, dV


def head_by_head(x: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any, mask: Any, heads: int) -> Any:
    """Each head by its own rows of the weights, and its own columns of W_o."""
    found = []
    for rows in np.split(np.arange(len(W_o)), heads):
        Q, K, V = ((x @ W[rows].T)[:, None] for W in (W_q, W_k, W_v))
        found.append(by_einsum(Q, K, V, mask)[:, 0])
    return np.concatenate(found, axis=-1) @ W_o.T


def cut(x: Any, heads: int) -> Any:
    """(n, tokens, d) as (n, heads, tokens, d / heads)."""
    return np.stack(np.split(x, heads, axis=-1), axis=1)


def beside(x: Any) -> Any:
    return np.concatenate(list(x.swapaxes(0, 1)), axis=-1)


def in_one_product(x: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any, mask: Any, heads: int) -> Any:
    Q, K, V = (cut(part, heads) for part in np.split(x @ np.concatenate([W_q, W_k, W_v]).T, 3, axis=-1))
    return beside(scaled_first(Q, K, V, mask)) @ W_o.T


def heads_backward(grad: Any, x: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any, mask: Any, heads: int) -> Any:
    """x has one weight of all three, (3 d, d), and so has its gradient."""
    W = np.concatenate([W_q, W_k, W_v])
    Q, K, V = (cut(part, heads) for part in np.split(x @ W.T, 3, axis=-1))
    parts = map(beside, backward_by_einsum(cut(grad @ W_o, heads), Q, K, V, mask))
    together = np.concatenate(list(parts), axis=-1)
    dW = np.einsum("nto,nti->oi", together, x)
    dW_o = np.einsum("nto,nti->oi", grad, beside(by_einsum(Q, K, V, mask)))
    return together @ W, *np.split(dW, 3), dW_o


ATTENTION: Final = Ways("attention")
ATTENTION_BACKWARD: Final = Ways("attention_backward")
MULTI_HEAD_ATTENTION: Final = Ways("multi_head_attention")
MULTI_HEAD_ATTENTION_BACKWARD: Final = Ways("multi_head_attention_backward")

VARIANTS: Final = (
    ATTENTION.way("einsum", by_einsum, "np.einsum, and weights that the mask makes 0 afterwards."),
    ATTENTION.way("by-queries", by_queries, "One query after the other, among the keys that it may look at."),
    ATTENTION.way("scaled-first", scaled_first, "Q is divided by √d before the product, the values are weighed first."),
    ATTENTION.way("wide", through_float64(by_einsum), "Computed in float64 and rounded to the dtype of the inputs."),
    ATTENTION_BACKWARD.way("einsum", backward_by_einsum, "np.einsum for all three."),
    ATTENTION_BACKWARD.way("by-queries", backward_by_queries, "One query after the other, by the Jacobian of its row."),
    ATTENTION_BACKWARD.way("wide", through_float64(backward_by_einsum),
        "Computed in float64 and rounded to the dtype of the inputs."),
    MULTI_HEAD_ATTENTION.way("head-by-head", head_by_head, "One head after the other, by its own rows of the weights."),
    MULTI_HEAD_ATTENTION.way("in-one-product", in_one_product, "Q, K and V in one product of all three weights."),
    MULTI_HEAD_ATTENTION.way("wide", through_float64(head_by_head),
        "Computed in float64 and rounded to the dtype of the inputs."),
    MULTI_HEAD_ATTENTION_BACKWARD.way("in-one-product", heads_backward, "All three weights as one, and its gradient."),
    MULTI_HEAD_ATTENTION_BACKWARD.way("wide", through_float64(heads_backward),
        "Computed in float64 and rounded to the dtype of the inputs."),
)  # fmt: skip
