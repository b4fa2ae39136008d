"""Right ways to write the linear layer and its derivatives."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.shared import LESS, Ways, kahan, through_float64


def with_ones(A: Any) -> Any:
    """A with a column ι of ones."""
    return np.hstack([A, np.ones((len(A), 1), A.dtype)])


# -- linear


def loops(A: Any, W: Any, b: Any) -> Any:
    Z = np.zeros((len(A), len(W)), A.dtype)
    for i in range(len(A)):
        for j in range(len(W)):
            for k in range(A.shape[1]):
                Z[i, j] += A[i, k] * W[j, k]
            Z[i, j] += b[j]
    return Z


def einsum(A: Any, W: Any, b: Any) -> Any:
    return np.einsum("ni,oi->no", A, W) + b


def column_of_ones(A: Any, W: Any, b: Any) -> Any:
    return with_ones(A) @ np.column_stack([W, b]).T


def exact_sums(A: Any, W: Any, b: Any) -> Any:
    products = A[:, None, :] * W
    return np.array([[math.fsum([*p, c]) for p, c in zip(row, b, strict=True)] for row in products], A.dtype)


# -- linear_backward


def loops_backward(grad: Any, A: Any, W: Any) -> Any:
    dA, dW, db = np.zeros_like(A), np.zeros_like(W), np.zeros_like(W[:, 0])
    for i in range(len(A)):
        for j in range(len(W)):
            for k in range(A.shape[1]):
                dA[i, k] += grad[i, j] * W[j, k]
                dW[j, k] += grad[i, j] * A[i, k]
            db[j] += grad[i, j]
    return dA, dW, db


def column_of_ones_backward(grad: Any, A: Any, W: Any) -> Any:
    both = grad.T @ with_ones(A)
    return grad @ W, both[:, :-1], both[:, -1]


def wide_backward(grad: Any, A: Any, W: Any) -> Any:
    g = grad.astype(np.float64)
    return tuple(x.astype(A.dtype) for x in (g @ W, g.T @ A, g.sum(axis=0)))


def exact(X: Any, Y: Any) -> Any:
    """X Y, each element summed up exactly."""
    return np.array([[math.fsum(x * y) for y in Y.T] for x in X], X.dtype)


linear, linear_backward = Ways("linear"), Ways("linear_backward")

VARIANTS: Final = (
    linear.way("loops", loops, "Three loops that add up one product after the other."),
    linear.way("from-the-bias-on", lambda A, W, b: sum(map(np.outer, A.T, W.T), b),
        "Starts at b and adds an outer product a feature.", LESS),
    linear.way("einsum", einsum, "np.einsum in place of the product of matrices."),
    linear.way("dot", lambda A, W, b: np.add(np.dot(A, np.transpose(W)), np.reshape(b, (1, -1))),
        "np.dot of the transposed weights, and b as a row."),
    linear.way("tensordot", lambda A, W, b: np.tensordot(A, W, axes=([1], [1])) + b[None, :],
        "np.tensordot over the features."),
    linear.way("broadcast", lambda A, W, b: (A[:, None, :] * W[None, :, :]).sum(axis=2) + b,
        "All products at once in three axes, summed over the last."),
    linear.way("reversed-sum", lambda A, W, b: b + A[:, ::-1] @ W[:, ::-1].T,
        "Sums over the features from the last to the first."),
    linear.way("column-of-ones", column_of_ones, "ι as a column of A and b as a column of W.", LESS),
    linear.way("iota", lambda A, W, b: A @ W.T + np.ones((len(A), 1), A.dtype) @ b[None, :],
        "ι bᵀ as a product of its own, as on the slide."),
    linear.way("samples-as-columns", lambda A, W, b: (W @ A.T + b[:, None]).T,
        "Zᵀ = W Aᵀ + b ιᵀ, transposed at the end."),
    linear.way("row-by-row", lambda A, W, b: np.stack([W @ a + b for a in A]), "One sample after the other."),
    linear.way("exact-sums", exact_sums, "math.fsum of the products, rounded once."),
    linear.way("kahan-sums", lambda A, W, b: kahan([b, *map(np.outer, A.T, W.T)]), "Kahan's sum over the features."),
    linear.way("wide", through_float64(lambda A, W, b: A @ W.T + b),
        "Computed in float64 and rounded to the dtype of the inputs."),
    linear_backward.way("loops", loops_backward, "Three loops that fill all gradients at once."),
    linear_backward.way("outer-products",
        lambda grad, A, W: (np.stack([W.T @ g for g in grad]), sum(map(np.outer, grad, A)), sum(grad)),
        "dW as a sum of outer products."),
    linear_backward.way("einsum",
        lambda grad, A, W: (
            np.einsum("no,oi->ni", grad, W), np.einsum("no,ni->oi", grad, A), np.einsum("no->o", grad)
        ),
        "np.einsum for all three."),
    linear_backward.way("dot",
        lambda grad, A, W: (np.dot(grad, W), np.dot(A.T, grad).T, np.dot(grad.T, np.ones(len(A), A.dtype))),
        "dW as (Aᵀ grad)ᵀ, and db as gradᵀ ι."),
    linear_backward.way("tensordot",
        lambda grad, A, W: (np.tensordot(grad, W, 1), np.tensordot(grad, A, axes=(0, 0)), np.add.reduce(grad)),
        "np.tensordot, and np.add.reduce."),
    linear_backward.way("column-of-ones", column_of_ones_backward,
        "ι as a column of A, so that dW and db are views of one product."),
    linear_backward.way("reversed",
        lambda grad, A, W: [grad[:, ::-1] @ W[::-1], grad[::-1].T @ A[::-1], grad[::-1].cumsum(axis=0)[-1]],
        "Sums backwards, and returns a list."),
    linear_backward.way("exact-sums",
        lambda grad, A, W: (exact(grad, W), exact(grad.T, A), np.array([math.fsum(g) for g in grad.T], A.dtype)),
        "math.fsum for every element."),
    linear_backward.way("kahan-sums",
        lambda grad, A, W: (kahan(map(np.outer, grad.T, W)), kahan(map(np.outer, grad, A)), kahan(grad)),
        "Kahan's sums of outer products."),
    linear_backward.way("mean-times-n", lambda grad, A, W: (grad @ W, grad.T @ A, grad.mean(axis=0) * len(grad)),
        "db as n times the mean over the batch."),
    linear_backward.way("wide", wide_backward, "Computed in float64 and rounded at the end."),
)  # fmt: skip
