"""Right ways to write the training of the single layer perceptron."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradecheck import Variant, Verdict


def softmax(Z: Any) -> Any:
    e = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)


def log_sum_exp(Z: Any) -> Any:
    m = Z.max(axis=1, keepdims=True)
    return m + np.log(np.exp(Z - m).sum(axis=1, keepdims=True))


def loss_of_log_sum_exp(Z: Any, T: Any) -> Any:
    return (log_sum_exp(Z) * T - Z * T).sum() / len(T)


def loss_of_probabilities(Z: Any, T: Any) -> Any:
    P = softmax(Z)
    return -np.mean(np.sum(T * np.log(P, where=T > 0, out=np.zeros_like(P)), axis=1))


def loss_row_by_row(Z: Any, T: Any) -> Any:
    rows = []
    for z, t in zip(Z, T, strict=True):
        z = z - z.max()
        rows.append(np.dot(t, np.log(np.exp(z).sum()) - z))
    return sum(rows) / len(rows)


def loss_exactly_summed(Z: Any, T: Any) -> Any:
    z = Z - Z.max(axis=1, keepdims=True)
    terms = T * (np.log(np.exp(z).sum(axis=1, keepdims=True)) - z)
    return Z.dtype.type(math.fsum(terms.flat) / len(T))


def loss_as_printed(Z: Any, T: Any) -> Any:
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    return -np.where(T == 0, 0, T * np.log(P)).sum() / len(T)


def gradient_of_logits(Z: Any, T: Any) -> Any:
    return (softmax(Z) - T) / len(T)


def gradient_as_printed(Z: Any, T: Any) -> Any:
    return (np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True) - T) / len(T)


def gradient_of_log_sum_exp(Z: Any, T: Any) -> Any:
    return (np.exp(Z - log_sum_exp(Z)) - T) / len(T)


def gradient_by_chain(Z: Any, T: Any) -> Any:
    """cross_entropy_backward, then softmax_backward."""
    P = softmax(Z)
    dP = np.where(T == 0, 0, -T / P) / len(T)
    return P * (dP - (dP * P).sum(axis=1, keepdims=True))


def gradient_by_jacobian(Z: Any, T: Any) -> Any:
    """The same with the whole matrix ∂p/∂z of each row."""
    rows = []
    for p, t in zip(softmax(Z), T, strict=True):
        dp = np.where(t == 0, 0, -t / p) / len(T)
        rows.append((np.diag(p) - np.outer(p, p)) @ dp)
    return np.stack(rows)


def training(loss: Callable[..., Any], gradient: Callable[..., Any]) -> Callable[..., Any]:
    """The plain loop with that loss and its gradient with respect to Z."""

    def train(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
        v_W, v_b = np.zeros_like(W), np.zeros_like(b)
        losses = np.zeros(steps, W.dtype)
        for i in range(steps):
            Z = A @ W.T + b
            losses[i] = loss(Z, T)
            dZ = gradient(Z, T)
            v_W = mu * v_W + dZ.T @ A
            v_b = mu * v_b + dZ.sum(axis=0)
            W, b = W - lr * v_W, b - lr * v_b
        return W, b, losses

    return train


plain = training(loss_row_by_row, gradient_of_logits)


def column_of_ones(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    A = np.hstack([A, np.ones((len(A), 1), A.dtype)])
    Wb = np.column_stack([W, b])
    v = np.zeros_like(Wb)
    losses = []
    for _ in range(steps):
        Z = A @ Wb.T
        losses.append(loss_row_by_row(Z, T))
        v = mu * v + gradient_of_logits(Z, T).T @ A
        Wb = Wb - lr * v
    return Wb[:, :-1], Wb[:, -1], np.array(losses)


def lr_inside_velocity(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    u_W, u_b = 0 * W, 0 * b
    losses = []
    for _ in range(steps):
        Z = A @ W.T + b
        losses.append(loss_row_by_row(Z, T))
        dZ = gradient_of_logits(Z, T)
        u_W = mu * u_W - lr * (dZ.T @ A)
        u_b = mu * u_b - lr * dZ.sum(axis=0)
        W, b = W + u_W, b + u_b
    return [W, b, np.asarray(losses)]


def averaged_at_the_end(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    W, b = W.copy(), b.copy()
    v_W, v_b = np.zeros_like(W), np.zeros_like(b)
    losses = []
    for _ in range(steps):
        Z = np.einsum("ni,oi->no", A, W) + b
        losses.append(loss_row_by_row(Z, T))
        dZ = softmax(Z) - T
        v_W *= mu
        v_W += np.einsum("no,ni->oi", dZ, A) / len(A)
        v_b *= mu
        v_b += dZ.mean(axis=0)
        W -= lr * v_W
        b -= lr * v_b
    return W, b, np.array(losses)


def sample_sums(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    v_W, v_b = np.zeros_like(W), np.zeros_like(b)
    losses = []
    for _ in range(steps):
        value, dW, db = W.dtype.type(0), np.zeros_like(W), np.zeros_like(b)
        for a, t in zip(A, T, strict=True):
            z = W @ a + b
            z = z - z.max()
            e = np.exp(z)
            value += t @ (np.log(e.sum()) - z)
            dz = e / e.sum() - t
            dW += np.outer(dz, a)
            db += dz
        losses.append(value / len(A))
        v_W, v_b = mu * v_W + dW / len(A), mu * v_b + db / len(A)
        W, b = W - lr * v_W, b - lr * v_b
    return W, b, np.array(losses)


def from_sum_of_gradients(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    dWs: list[Any] = []
    dbs: list[Any] = []
    losses = []
    for _ in range(steps):
        Z = A @ W.T + b
        losses.append(loss_row_by_row(Z, T))
        dZ = gradient_of_logits(Z, T)
        dWs.append(dZ.T @ A)
        dbs.append(dZ.sum(axis=0))
        W = W - lr * sum(mu**age * dW for age, dW in enumerate(reversed(dWs)))
        b = b - lr * sum(mu**age * db for age, db in enumerate(reversed(dbs)))
    return W, b, np.array(losses)


def wide(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    doubled = plain(*(x.astype(np.float64) for x in (A, T, W, b)), lr, mu, steps)
    return tuple(x.astype(W.dtype) for x in doubled)


VARIANTS: Final = (
    Variant("train/row-by-row", "train", plain, "The loss row by row, into an array made beforehand."),
    Variant(
        "train/log-sum-exp",
        "train",
        training(loss_of_log_sum_exp, gradient_of_log_sum_exp),
        "Loss and gradient by log-sum-exp: LSE(z) - z and e^(z - LSE(z)) - t.",
    ),
    Variant(
        "train/loss-of-probabilities",
        "train",
        training(loss_of_probabilities, gradient_of_logits),
        "The loss from the probabilities, whose log is only taken where t > 0.",
        Verdict.UNSTABLE,
    ),
    Variant(
        "train/exact-sums",
        "train",
        training(loss_exactly_summed, gradient_of_logits),
        "math.fsum for the loss.",
    ),
    Variant(
        "train/as-printed",
        "train",
        training(loss_as_printed, gradient_as_printed),
        "The slide's softmax without a shift.",
        Verdict.UNSTABLE,
    ),
    Variant(
        "train/chain",
        "train",
        training(loss_row_by_row, gradient_by_chain),
        "cross_entropy_backward and softmax_backward, one after the other.",
        Verdict.UNSTABLE,
    ),
    Variant(
        "train/jacobian",
        "train",
        training(loss_row_by_row, gradient_by_jacobian),
        "The chain with the whole matrix of softmax's derivatives.",
        Verdict.UNSTABLE,
    ),
    Variant("train/column-of-ones", "train", column_of_ones, "ι as a column of A and b as a column of W."),
    Variant(
        "train/lr-inside-velocity",
        "train",
        lr_inside_velocity,
        "u = μ u - λ ∂L/∂W and W = W + u, the same from v = 0 at a constant λ; returns a list.",
    ),
    Variant("train/averaged-at-the-end", "train", averaged_at_the_end, "1/n in dW and db in place of dZ; in place."),
    Variant("train/sample-sums", "train", sample_sums, "dW, db and the loss added up sample by sample."),
    Variant("train/sum-of-gradients", "train", from_sum_of_gradients, "v as the sum of μ^age times each gradient."),
    Variant("train/wide", "train", wide, "Computed in float64 and rounded at the end."),
)
