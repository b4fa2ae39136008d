"""Right ways to write the linear layer and its derivatives."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from gradecheck import Variant, Verdict


def kahan(terms: Iterable[Any]) -> Any:
    """The sum of the terms with the rounding error of each addition carried along (Kahan 1965)."""
    total, lost = 0, 0
    for term in terms:
        corrected = term - lost
        grown = total + corrected
        lost = (grown - total) - corrected
        total = grown
    return total


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


def from_the_bias_on(A: Any, W: Any, b: Any) -> Any:
    Z = np.tile(b, (len(A), 1))
    for k in range(A.shape[1]):
        Z += np.outer(A[:, k], W[:, k])
    return Z


def einsum(A: Any, W: Any, b: Any) -> Any:
    return np.einsum("ni,oi->no", A, W) + b


def dot(A: Any, W: Any, b: Any) -> Any:
    return np.add(np.dot(A, np.transpose(W)), np.reshape(b, (1, -1)))


def tensordot(A: Any, W: Any, b: Any) -> Any:
    return np.tensordot(A, W, axes=([1], [1])) + b[None, :]


def broadcast(A: Any, W: Any, b: Any) -> Any:
    return (A[:, None, :] * W[None, :, :]).sum(axis=2) + b


def reversed_sum(A: Any, W: Any, b: Any) -> Any:
    return b + A[:, ::-1] @ W[:, ::-1].T


def column_of_ones(A: Any, W: Any, b: Any) -> Any:
    return with_ones(A) @ np.column_stack([W, b]).T


def iota(A: Any, W: Any, b: Any) -> Any:
    return A @ W.T + np.ones((len(A), 1), A.dtype) @ b[None, :]


def samples_as_columns(A: Any, W: Any, b: Any) -> Any:
    return (W @ A.T + b[:, None]).T


def row_by_row(A: Any, W: Any, b: Any) -> Any:
    return np.stack([W @ a + b for a in A])


def exact_sums(A: Any, W: Any, b: Any) -> Any:
    products = A[:, None, :] * W
    return np.array([[math.fsum([*p, c]) for p, c in zip(row, b, strict=True)] for row in products], A.dtype)


def kahan_sums(A: Any, W: Any, b: Any) -> Any:
    return kahan([b, *(np.outer(A[:, k], W[:, k]) for k in range(A.shape[1]))])


def wide(A: Any, W: Any, b: Any) -> Any:
    return (A.astype(np.float64) @ W.astype(np.float64).T + b).astype(A.dtype)


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


def outer_products(grad: Any, A: Any, W: Any) -> Any:
    dW = sum(np.outer(g, a) for g, a in zip(grad, A, strict=True))
    return np.stack([W.T @ g for g in grad]), dW, sum(grad)


def einsum_backward(grad: Any, A: Any, W: Any) -> Any:
    return np.einsum("no,oi->ni", grad, W), np.einsum("no,ni->oi", grad, A), np.einsum("no->o", grad)


def dot_backward(grad: Any, A: Any, W: Any) -> Any:
    return np.dot(grad, W), np.dot(A.T, grad).T, np.dot(grad.T, np.ones(len(A), A.dtype))


def tensordot_backward(grad: Any, A: Any, W: Any) -> Any:
    return np.tensordot(grad, W, 1), np.tensordot(grad, A, axes=(0, 0)), np.add.reduce(grad)


def column_of_ones_backward(grad: Any, A: Any, W: Any) -> Any:
    both = grad.T @ with_ones(A)
    return grad @ W, both[:, :-1], both[:, -1]


def reversed_backward(grad: Any, A: Any, W: Any) -> Any:
    return [grad[:, ::-1] @ W[::-1], grad[::-1].T @ A[::-1], grad[::-1].cumsum(axis=0)[-1]]


def exact_sums_backward(grad: Any, A: Any, W: Any) -> Any:
    def exact(X: Any, Y: Any) -> Any:
        """X Y, each element summed up exactly."""
        return np.array([[math.fsum(x * y) for y in Y.T] for x in X], A.dtype)

    return exact(grad, W), exact(grad.T, A), np.array([math.fsum(g) for g in grad.T], A.dtype)


def kahan_backward(grad: Any, A: Any, W: Any) -> Any:
    dA = kahan(np.outer(grad[:, j], W[j]) for j in range(len(W)))
    return dA, kahan(np.outer(g, a) for g, a in zip(grad, A, strict=True)), kahan(grad)


def mean_times_n(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A, grad.mean(axis=0) * len(grad)


def wide_backward(grad: Any, A: Any, W: Any) -> Any:
    g = grad.astype(np.float64)
    return tuple(x.astype(A.dtype) for x in (g @ W, g.T @ A, g.sum(axis=0)))


VARIANTS: Final = (
    Variant("linear/loops", "linear", loops, "Three loops that add up one product after the other."),
    Variant(
        "linear/from-the-bias-on",
        "linear",
        from_the_bias_on,
        "Starts at b and adds an outer product a feature.",
        Verdict.LESS_ACCURATE,
    ),
    Variant("linear/einsum", "linear", einsum, "np.einsum in place of the product of matrices."),
    Variant("linear/dot", "linear", dot, "np.dot of the transposed weights, and b as a row."),
    Variant("linear/tensordot", "linear", tensordot, "np.tensordot over the features."),
    Variant("linear/broadcast", "linear", broadcast, "All products at once in three axes, summed over the last."),
    Variant("linear/reversed-sum", "linear", reversed_sum, "Sums over the features from the last to the first."),
    Variant(
        "linear/column-of-ones",
        "linear",
        column_of_ones,
        "ι as a column of A and b as a column of W.",
        Verdict.LESS_ACCURATE,
    ),
    Variant("linear/iota", "linear", iota, "ι bᵀ as a product of its own, as on the slide."),
    Variant("linear/samples-as-columns", "linear", samples_as_columns, "Zᵀ = W Aᵀ + b ιᵀ, transposed at the end."),
    Variant("linear/row-by-row", "linear", row_by_row, "One sample after the other."),
    Variant("linear/exact-sums", "linear", exact_sums, "math.fsum of the products, rounded once."),
    Variant("linear/kahan-sums", "linear", kahan_sums, "Kahan's sum over the features."),
    Variant("linear/wide", "linear", wide, "Computed in float64 and rounded to the dtype of the inputs."),
    Variant("linear_backward/loops", "linear_backward", loops_backward, "Three loops that fill all gradients at once."),
    Variant("linear_backward/outer-products", "linear_backward", outer_products, "dW as a sum of outer products."),
    Variant("linear_backward/einsum", "linear_backward", einsum_backward, "np.einsum for all three."),
    Variant("linear_backward/dot", "linear_backward", dot_backward, "dW as (Aᵀ grad)ᵀ, and db as gradᵀ ι."),
    Variant("linear_backward/tensordot", "linear_backward", tensordot_backward, "np.tensordot, and np.add.reduce."),
    Variant(
        "linear_backward/column-of-ones",
        "linear_backward",
        column_of_ones_backward,
        "ι as a column of A, so that dW and db are views of one product.",
    ),
    Variant("linear_backward/reversed", "linear_backward", reversed_backward, "Sums backwards, and returns a list."),
    Variant("linear_backward/exact-sums", "linear_backward", exact_sums_backward, "math.fsum for every element."),
    Variant("linear_backward/kahan-sums", "linear_backward", kahan_backward, "Kahan's sums of outer products."),
    Variant("linear_backward/mean-times-n", "linear_backward", mean_times_n, "db as n times the mean over the batch."),
    Variant("linear_backward/wide", "linear_backward", wide_backward, "Computed in float64 and rounded at the end."),
)
