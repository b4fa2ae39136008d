"""Right ways to write the training of the single layer perceptron."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from lectures.lecture03.variants.cross_entropy import log_softmax, minus_targets
from lectures.lecture03.variants.linear import column_of_ones, column_of_ones_backward, einsum
from lectures.lecture03.variants.sgd import in_place
from lectures.lecture03.variants.shared import UNSTABLE, Function, Ways, row_by_row, through_float64
from lectures.lecture03.variants.softmax import (
    by_jacobian,
    log_sum_exp,
    softmax_by_log_sum_exp,
    softmax_literal,
    softmax_shifted,
    times_jacobian,
)

# -- the loss before a step, and its gradients


def loss_row_by_row(Z: Any, T: Any) -> Any:
    shifted = Z - Z.max(axis=1, keepdims=True)
    return sum(np.dot(t, np.log(np.exp(z).sum()) - z) for z, t in zip(shifted, T, strict=True)) / len(T)


def loss_of_probabilities(Z: Any, T: Any) -> Any:
    P = softmax_shifted(Z)
    return -np.mean(np.sum(T * np.log(P, where=T > 0, out=np.zeros_like(P)), axis=1))


def chain(softmax_backward: Function) -> Function:
    """cross_entropy_backward, and softmax_backward as a formula of grad and the probabilities."""

    def gradient(Z: Any, T: Any) -> Any:
        P = softmax_shifted(Z)
        return softmax_backward(np.where(T == 0, 0, -T / P) / len(T), P)

    return gradient


def linear(A: Any, W: Any, b: Any) -> Any:
    return A @ W.T + b


def linear_backward(dZ: Any, A: Any, W: Any) -> Any:
    """∂L/∂W and ∂L/∂b; nothing stands before the only layer, which would need ∂L/∂A."""
    return dZ.T @ A, dZ.sum(axis=0)


logits_backward = minus_targets(softmax_shifted)


def perceptron(
    loss: Function = loss_row_by_row,
    loss_backward: Function = logits_backward,
    forward: Function = linear,
    backward: Function = linear_backward,
) -> Function:
    """The loss, ∂L/∂W and ∂L/∂b from these parts."""

    def gradients(A: Any, T: Any, W: Any, b: Any) -> Any:
        Z = forward(A, W, b)
        *_, dW, db = backward(loss_backward(Z, T), A, W)
        return loss(Z, T), dW, db

    return gradients


def sample_sums(A: Any, T: Any, W: Any, b: Any) -> Any:
    value, dW, db = W.dtype.type(0), np.zeros_like(W), np.zeros_like(b)
    for a, t in zip(A, T, strict=True):
        z = W @ a + b
        z = z - z.max()
        e = np.exp(z)
        value += t @ (np.log(e.sum()) - z)
        dz = e / e.sum() - t
        dW += np.outer(dz, a)
        db += dz
    return value / len(A), dW / len(A), db / len(A)


# -- the step of w, which is W or b, and of its velocity


def momentum(w: Any, v: Any, dw: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + dw
    return w - lr * v, v


def rate_inside(w: Any, u: Any, dw: Any, lr: Any, mu: Any) -> Any:
    u = mu * u - lr * dw
    return w + u, u


def sum_of_gradients(w: Any, past: Any, dw: Any, lr: Any, mu: Any) -> Any:
    past = [dw, *past]
    return w - lr * sum(mu**age * g for age, g in enumerate(past)), past


# -- all steps


def training(gradients: Function, step: Function = momentum, start: Function = np.zeros_like) -> Function:
    """start: the velocity before the first step."""

    def train(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
        v_W, v_b = start(W), start(b)
        losses = np.zeros(steps, W.dtype)
        for i in range(steps):
            losses[i], dW, db = gradients(A, T, W, b)
            (W, v_W), (b, v_b) = step(W, v_W, dW, lr, mu), step(b, v_b, db, lr, mu)
        return W, b, losses

    return train


def averaged_at_the_end(A: Any, T: Any, W: Any, b: Any, *numbers: Any) -> Any:
    gradients = perceptron(
        loss_backward=lambda Z, T: softmax_shifted(Z) - T,
        forward=einsum,
        backward=lambda dZ, A, W: (np.einsum("no,ni->oi", dZ, A) / len(A), dZ.mean(axis=0)),
    )
    return training(gradients, in_place)(A, T, W.copy(), b.copy(), *numbers)


def lr_inside_velocity(*arguments: Any) -> Any:
    return list(training(perceptron(), rate_inside, start=lambda w: 0 * w)(*arguments))


train = Ways("train")

VARIANTS: Final = (
    train.way("row-by-row", training(perceptron()), "The loss row by row, into an array made beforehand."),
    train.way("log-sum-exp",
        training(perceptron(
            loss=lambda Z, T: (log_sum_exp(Z) * T - Z * T).sum() / len(T),
            loss_backward=minus_targets(softmax_by_log_sum_exp),
        )),
        "Loss and gradient by log-sum-exp: LSE(z) - z and e^(z - LSE(z)) - t."),
    train.way("loss-of-probabilities", training(perceptron(loss=loss_of_probabilities)),
        "The loss from the probabilities, whose log is only taken where t > 0.", UNSTABLE),
    train.way("exact-sums", training(perceptron(loss=lambda Z, T: math.fsum((T * -log_softmax(Z)).flat) / len(T))),
        "math.fsum for the loss."),
    train.way("as-printed",
        training(perceptron(
            loss=lambda Z, T: -np.where(T == 0, 0, T * np.log(softmax_literal(Z))).sum() / len(T),
            loss_backward=minus_targets(softmax_literal),
        )),
        "The slide's softmax without a shift.", UNSTABLE),
    train.way("chain", training(perceptron(loss_backward=chain(times_jacobian))),
        "cross_entropy_backward and softmax_backward, one after the other.", UNSTABLE),
    train.way("jacobian", training(perceptron(loss_backward=chain(row_by_row(by_jacobian)))),
        "The chain with the whole matrix of softmax's derivatives.", UNSTABLE),
    train.way("column-of-ones", training(perceptron(forward=column_of_ones, backward=column_of_ones_backward)),
        "ι as a column of A and b as a column of W."),
    train.way("lr-inside-velocity", lr_inside_velocity,
        "u = μ u - λ ∂L/∂W and W = W + u, the same from v = 0 at a constant λ; returns a list."),
    train.way("averaged-at-the-end", averaged_at_the_end, "1/n in dW and db in place of dZ; in place."),
    train.way("sample-sums", training(sample_sums), "dW, db and the loss added up sample by sample."),
    train.way("sum-of-gradients", training(perceptron(), sum_of_gradients, start=lambda w: []),
        "v as the sum of μ^age times each gradient."),
    train.way("wide", through_float64(training(perceptron())), "Computed in float64 and rounded at the end."),
)  # fmt: skip
