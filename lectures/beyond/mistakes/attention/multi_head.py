"""Mistakes in attention by several heads and its gradients."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.beyond.mistakes.attention.scaled_dot_product import (
    INVERTED,
    NAN,
    attention,
    attention_backward,
    hidden,
    of_weights,
    plain_shares,
    products,
    without_jacobian,
)

Function = Callable[..., Any]


def split(x: Any, heads: int) -> Any:
    """(n, tokens, d) as (n, heads, tokens, d / heads)."""
    n, tokens, d = x.shape
    return x.reshape(n, tokens, heads, d // heads).swapaxes(1, 2)


def merged(x: Any) -> Any:
    """The way back."""
    n, heads, tokens, d = x.shape
    return x.swapaxes(1, 2).reshape(n, tokens, heads * d)


def split_by_reshape(x: Any, heads: int) -> Any:
    n, tokens, d = x.shape
    return x.reshape(n, heads, tokens, d // heads)


def split_interleaved(x: Any, heads: int) -> Any:
    n, tokens, d = x.shape
    return x.reshape(n, tokens, d // heads, heads).transpose(0, 3, 1, 2)


def merged_by_reshape(x: Any) -> Any:
    n, heads, tokens, d = x.shape
    return x.reshape(n, tokens, heads * d)


def forward(split: Function = split, merged: Function = merged, attend: Function = attention) -> Function:
    """The right formula, of steps that may be wrong."""

    def form(x: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any, mask: Any, heads: int) -> Any:
        Q, K, V = (split(x @ W.T, heads) for W in (W_q, W_k, W_v))
        return merged(attend(Q, K, V, mask)) @ W_o.T

    return form


def by_weight(grad: Any, x: Any) -> Any:
    return np.einsum("nto,nti->oi", grad, x)


def backward(
    split_grad: Function = split, back: Function = attention_backward, by_weight: Function = by_weight
) -> Function:
    """The right gradients, of steps that may be wrong."""

    def form(grad: Any, x: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any, mask: Any, heads: int) -> Any:
        Q, K, V = (split(x @ W.T, heads) for W in (W_q, W_k, W_v))
        dQ, dK, dV = map(merged, back(split_grad(grad @ W_o, heads), Q, K, V, mask))
        dW_o = by_weight(grad, merged(attention(Q, K, V, mask)))
        return dQ @ W_q + dK @ W_k + dV @ W_v, *(by_weight(g, x) for g in (dQ, dK, dV)), dW_o

    return form


@Right
def multi_head_attention(x: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any, mask: Any, heads: int) -> Any:
    return forward()(x, W_q, W_k, W_v, W_o, mask, heads)


@Right
def multi_head_attention_backward(
    grad: Any, x: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any, mask: Any, heads: int
) -> Any:
    return backward()(grad, x, W_q, W_k, W_v, W_o, mask, heads)


# -- wrong steps


def attended_with_nan(Q: Any, K: Any, V: Any, mask: Any) -> Any:
    return plain_shares(hidden(products(Q, K), mask)) @ V


def attended_back_with_nan(grad: Any, Q: Any, K: Any, V: Any, mask: Any) -> Any:
    return of_weights(plain_shares(hidden(products(Q, K), mask)), grad, Q, K, V)


def scaled_by_whole_d(x: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any, mask: Any, heads: int) -> Any:
    return multi_head_attention(x, W_q / sqrt(heads), W_k, W_v, W_o, mask, heads)


def scaled_by_whole_d_backward(grad: Any, x: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any, mask: Any, heads: int) -> Any:
    root = sqrt(heads)
    dx, dW_q, *rest = multi_head_attention_backward(grad, x, W_q / root, W_k, W_v, W_o, mask, heads)
    return dx, dW_q / root, *rest


# -- wrong gradients


def dx_of_queries_alone(grad: Any, x: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any, mask: Any, heads: int) -> Any:
    Q, K, V = (split(x @ W.T, heads) for W in (W_q, W_k, W_v))
    dQ, _, _ = attention_backward(split(grad @ W_o, heads), Q, K, V, mask)
    rest = multi_head_attention_backward(grad, x, W_q, W_k, W_v, W_o, mask, heads)[1:]
    return merged(dQ) @ W_q, *rest


def dx_averaged(grad: Any, *arguments: Any) -> Any:
    dx, *rest = multi_head_attention_backward(grad, *arguments)
    return dx / 3, *rest


def dx_last(grad: Any, *arguments: Any) -> Any:
    dx, *rest = multi_head_attention_backward(grad, *arguments)
    return *rest, dx


def dW_o_of_x(grad: Any, x: Any, *rest: Any) -> Any:
    return *multi_head_attention_backward(grad, x, *rest)[:-1], by_weight(grad, x)


def output_weights_not_passed(grad: Any, x: Any, W_q: Any, W_k: Any, W_v: Any, W_o: Any, mask: Any, heads: int) -> Any:
    found = multi_head_attention_backward(grad, x, W_q, W_k, W_v, np.eye(len(W_o), dtype=W_o.dtype), mask, heads)
    return *found[:-1], multi_head_attention_backward(grad, x, W_q, W_k, W_v, W_o, mask, heads)[-1]


RESHAPED: Final = (
    "(n, tokens, d) is reshaped to (n, heads, tokens, d / heads) at once, which cuts a sample into heads by its "
    "tokens; each head should get its part of every token.",
    "Reshape to (n, tokens, heads, d / heads), then swap two axes; try the tokens [1, 2] and [3, 4] with two heads.",
)
WHOLE_D: Final = (
    "Q Kᵀ is divided by the root of the whole d; each head has keys of length d / heads.",
    "Try one head and two: is only the latter wrong?",
)
ONE_HEAD: Final = (
    "The heads are not split: one softmax weighs whole tokens.",
    "Try one head and two: is only the latter wrong?",
)
MASK_LEFT_OUT: Final = (
    "The mask is not looked at: every token takes of every token.",
    "Try a mask of False alone: everything should be 0.",
)

MISTAKES: Final = (
    multi_head_attention.wrong("split-by-reshape", forward(split=split_by_reshape), *RESHAPED),
    multi_head_attention.wrong("heads-interleaved", forward(split=split_interleaved),
        "Head i gets the numbers i, i + heads, i + 2 heads, ... of a token; it should get those that stand together.",
        "Look at the axes of the reshape: heads come before d / heads."),
    multi_head_attention.wrong("merged-by-reshape", forward(merged=merged_by_reshape),
        "(n, heads, tokens, d / heads) is reshaped to (n, tokens, d) at once, which mixes the tokens; heads and tokens "
        "should change places first.",
        "Try W_o of the identity and two heads, and look for the first token."),
    multi_head_attention.wrong("scaled-by-whole-d", scaled_by_whole_d, *WHOLE_D),
    multi_head_attention.wrong("one-head", lambda *arguments: multi_head_attention(*arguments[:-1], 1), *ONE_HEAD),
    multi_head_attention.wrong("output-weights-left-out",
        lambda x, W_q, W_k, W_v, W_o, mask, heads:
            multi_head_attention(x, W_q, W_k, W_v, np.eye(len(W_o), dtype=W_o.dtype), mask, heads),
        "The heads come back as they stand beside each other; W_o should mix them.",
        "Try W_o of zeros: what should come back then?"),
    multi_head_attention.wrong("weights-not-transposed",
        lambda x, W_q, W_k, W_v, W_o, mask, heads: multi_head_attention(x, W_q.T, W_k.T, W_v.T, W_o.T, mask, heads),
        "x is multiplied by W instead of Wᵀ: a row of W should belong to one number of the result, as in a linear "
        "layer.",
        "Try a W_v with a single row that is not 0."),
    multi_head_attention.wrong("keys-of-query-weights",
        lambda x, W_q, W_k, W_v, W_o, mask, heads: multi_head_attention(x, W_q, W_q, W_v, W_o, mask, heads),
        "The keys are made with W_q; they have weights of their own, W_k.",
        "Try W_k of zeros: each token should take of all that it may look at alike."),
    multi_head_attention.wrong("values-of-x",
        lambda x, W_q, W_k, W_v, W_o, mask, heads:
            multi_head_attention(x, W_q, W_k, np.eye(len(W_v), dtype=W_v.dtype), W_o, mask, heads),
        "x itself is weighed; the values should be x W_vᵀ.",
        "Try W_v of zeros: what should come back then?"),
    multi_head_attention.wrong("residual-added", lambda x, *rest: x + multi_head_attention(x, *rest),
        "x is added to the result: that belongs to the block around attention.",
        "Try W_o of zeros: what should come back then?"),
    multi_head_attention.wrong("mask-left-out",
        lambda x, W_q, W_k, W_v, W_o, mask, heads:
            multi_head_attention(x, W_q, W_k, W_v, W_o, np.ones_like(mask), heads), *MASK_LEFT_OUT),
    multi_head_attention.wrong("mask-inverted",
        lambda x, W_q, W_k, W_v, W_o, mask, heads: multi_head_attention(x, W_q, W_k, W_v, W_o, ~mask, heads),
        *INVERTED),
    multi_head_attention.wrong("nan-without-keys", forward(attend=attended_with_nan), *NAN),
    multi_head_attention_backward.wrong("grad-split-by-reshape", backward(split_grad=split_by_reshape), *RESHAPED),
    multi_head_attention_backward.wrong("scaled-by-whole-d", scaled_by_whole_d_backward, *WHOLE_D),
    multi_head_attention_backward.wrong("one-head",
        lambda *arguments: multi_head_attention_backward(*arguments[:-1], 1), *ONE_HEAD),
    multi_head_attention_backward.wrong("dx-of-queries-alone", dx_of_queries_alone,
        "∂L/∂x comes from the queries alone; x is in the keys and in the values, too, and all three add up.",
        "Try W_q of zeros: should ∂L/∂x be 0 then?"),
    multi_head_attention_backward.wrong("dx-averaged", dx_averaged,
        "∂L/∂x is the mean of what comes from queries, keys and values; it should be their sum.",
        "Look at what happens where one x goes three ways: the gradients add up."),
    multi_head_attention_backward.wrong("dx-last", dx_last,
        "∂L/∂x comes last: the order should be that of the arguments, x, W_q, W_k, W_v, W_o.",
        "Print the shapes for two samples."),
    multi_head_attention_backward.wrong("dW-transposed",
        backward(by_weight=lambda grad, x: by_weight(grad, x).T),
        "The gradients of the weights are transposed: W is (out, in), and so is ∂L/∂W.",
        "Compare with the linear layer: ∂L/∂W = gradᵀ x."),
    multi_head_attention_backward.wrong("dW-averaged", backward(by_weight=lambda grad, x: by_weight(grad, x) / len(x)),
        "The gradients of the weights are means over the samples; they should be sums.",
        "Try one sample, and the same sample twice: ∂L/∂W should double."),
    multi_head_attention_backward.wrong("dW-of-last-sample",
        backward(by_weight=lambda grad, x: by_weight(grad[-1:], x[-1:])),
        "The gradients of the weights are those of the last sample: a loop assigns where it should add.",
        "Try one sample, and the same sample twice: ∂L/∂W should double."),
    multi_head_attention_backward.wrong("dW_o-of-x", dW_o_of_x,
        "∂L/∂W_o is gradᵀ x; what W_o is multiplied by are the heads, beside each other.",
        "Try W_v of zeros: ∂L/∂W_o should be 0."),
    multi_head_attention_backward.wrong("output-weights-not-passed", output_weights_not_passed,
        "The upstream gradient reaches the heads without W_o: it should be grad W_o there.",
        "Try W_o of zeros: what should ∂L/∂x be then?"),
    multi_head_attention_backward.wrong("jacobian-left-out", backward(back=without_jacobian),
        "The derivative of the softmax is left out.",
        "Try a mask that lets each token look at one token alone: ∂L/∂W_q should be 0."),
    multi_head_attention_backward.wrong("grad-dropped",
        lambda grad, *rest: multi_head_attention_backward(np.ones_like(grad), *rest),
        "The upstream gradient is left out, as if it were 1 everywhere.",
        "Double grad: all five should double."),
    multi_head_attention_backward.wrong("mask-left-out",
        lambda grad, x, W_q, W_k, W_v, W_o, mask, heads:
            multi_head_attention_backward(grad, x, W_q, W_k, W_v, W_o, np.ones_like(mask), heads), *MASK_LEFT_OUT),
    multi_head_attention_backward.wrong("nan-without-keys", backward(back=attended_back_with_nan), *NAN),
)  # fmt: skip
