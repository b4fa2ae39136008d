"""A model answer: attention."""

from typing import Any

import numpy as np


def attention_weights(Q: Any, K: Any, mask: Any) -> Any:
    scores = np.where(mask, Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1], dtype=Q.dtype), -np.inf)
    largest = scores.max(axis=-1, keepdims=True)
    e = np.exp(scores - np.where(np.isfinite(largest), largest, 0))
    total = e.sum(axis=-1, keepdims=True)
    return e / np.where(total > 0, total, 1)


def attention(Q: Any, K: Any, V: Any, mask: Any) -> Any:
    return attention_weights(Q, K, mask) @ V


def attention_backward(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    P = attention_weights(Q, K, mask)
    dP = grad @ V.swapaxes(-1, -2)
    dS = P * (dP - (P * dP).sum(axis=-1, keepdims=True)) / np.sqrt(Q.shape[-1], dtype=Q.dtype)
    return dS @ K, dS.swapaxes(-1, -2) @ Q, P.swapaxes(-1, -2) @ grad


def heads_apart(x: Any, heads: int) -> Any:
    n, tokens, d = x.shape
    return x.reshape(n, tokens, heads, d // heads).swapaxes(1, 2)


def heads_together(x: Any) -> Any:
    n, heads, tokens, d = x.shape
    return x.swapaxes(1, 2).reshape(n, tokens, heads * d)


def multi_head_attention(x: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any, mask: Any, heads: int) -> Any:
    Q, K, V = (heads_apart(x @ W.T, heads) for W in (W_q, W_k, W_v))
    return heads_together(attention(Q, K, V, mask)) @ W_o.T


def multi_head_attention_backward(
    grad: Any, x: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any, mask: Any, heads: int
) -> Any:
    Q, K, V = (heads_apart(x @ W.T, heads) for W in (W_q, W_k, W_v))
    together = heads_together(attention(Q, K, V, mask))
    dQ, dK, dV = map(heads_together, attention_backward(heads_apart(grad @ W_o, heads), Q, K, V, mask))
    dx = dQ @ W_q + dK @ W_k + dV @ W_v
    gradients = [(g.swapaxes(1, 2) @ y).sum(axis=0) for g, y in ((dQ, x), (dK, x), (dV, x), (grad, together))]
    return dx, *gradients
