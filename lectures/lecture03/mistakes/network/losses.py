"""Mistakes in train: the losses, where the gradient is right."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.guards import guarded
from lectures.lecture03.mistakes.network.perceptron import Perceptron, loss, softmax


def summed(Z: Any, T: Any) -> Any:
    return len(T) * loss(Z, T)


def averaged_over_all(Z: Any, T: Any) -> Any:
    return loss(Z, T) / T.shape[1]


def base_2(Z: Any, T: Any) -> Any:
    return loss(Z, T) / np.log(2).astype(Z.dtype)


def sign_forgotten(Z: Any, T: Any) -> Any:
    return -loss(Z, T)


def of_softmax_twice(Z: Any, T: Any) -> Any:
    return loss(softmax(Z), T)


def one_class_a_row(T: Any) -> Any:
    """The largest target of each row as the only one."""
    return np.eye(T.shape[1], dtype=T.dtype)[T.argmax(axis=1)]


def of_largest_target(Z: Any, T: Any) -> Any:
    return loss(Z, one_class_a_row(T))


def of_both_outcomes(Z: Any, T: Any) -> Any:
    P = softmax(Z)
    return -(T * np.log(P) + (1 - T) * np.log(1 - P)).sum() / len(T)


def of_squares(Z: Any, T: Any) -> Any:
    return ((softmax(Z) - T) ** 2).mean()


def log_of_zero(Z: Any, T: Any) -> Any:
    return -(T * np.log(softmax(Z))).sum() / len(T)


def raised(*arguments: Any) -> Any:
    *given, c = arguments
    return Perceptron(loss=lambda Z, T: -(T * np.log(np.maximum(softmax(Z), c))).sum() / len(T)).train(*given)


def with_epsilon(*arguments: Any) -> Any:
    *given, c = arguments
    return Perceptron(loss=lambda Z, T: -(T * np.log(softmax(Z) + c)).sum() / len(T)).train(*given)


def clipped(*arguments: Any) -> Any:
    *given, c = arguments
    return Perceptron(loss=lambda Z, T: -(T * np.log(np.clip(softmax(Z), c, 1 - c))).sum() / len(T)).train(*given)


MISTAKES: Final = (
    Mistake(
        "train/loss-summed",
        "train",
        Perceptron(loss=summed).train,
        "The losses are sums over the samples; the cross entropy is their mean.",
        "Compare the first loss for one sample and for the same sample twice.",
        sign="times n",
    ),
    Mistake(
        "train/loss-averaged-over-classes-too",
        "train",
        Perceptron(loss=averaged_over_all).train,
        "The loss is averaged over samples and classes, as with .mean(); it sums over the classes.",
        "Try n = 1 and k = 2 with W and b of zeros: the first loss should be log 2.",
    ),
    Mistake(
        "train/log-base-2",
        "train",
        Perceptron(loss=base_2).train,
        "The losses take the log to base 2, as the slide's table does; the formula means the natural log.",
        "Try k = 2 with W and b of zeros: the first loss should be log 2 = 0.693.",
        sign="log base 2",
    ),
    Mistake(
        "train/loss-negated",
        "train",
        Perceptron(loss=sign_forgotten).train,
        "The losses are negative: the minus of L = -Σ t log p is missing.",
        "Look at the sign of log p for p below 1.",
        sign="negated",
    ),
    Mistake(
        "train/softmax-twice-in-loss",
        "train",
        Perceptron(loss=of_softmax_twice).train,
        "The loss applies softmax to what softmax has given already.",
        "Count the softmaxes between Z and the loss; one of your functions may have its own.",
    ),
    Mistake(
        "train/loss-of-largest-target",
        "train",
        Perceptron(loss=of_largest_target).train,
        "The loss counts only the largest target of each row, as if every row were one-hot: -log p at argmax(T).",
        "Try soft targets such as [0.7, 0.3].",
    ),
    Mistake(
        "train/binary-cross-entropy",
        "train",
        Perceptron(loss=of_both_outcomes).train,
        "The loss adds (1 - t) log(1 - p) for each class, as the binary cross entropy does; the slide has t log p.",
        "Try one sample of two classes with W and b of zeros: the first loss should be log 2.",
    ),
    Mistake(
        "train/loss-is-mse",
        "train",
        Perceptron(loss=of_squares).train,
        "The losses are mean squared errors; they should be cross entropies, whose gradient is in use.",
        "Try k = 2 with W and b of zeros: the first loss should be log 2 = 0.693.",
    ),
    Mistake(
        "train/log-of-zero",
        "train",
        Perceptron(loss=log_of_zero).train,
        "A probability that underflows makes 0 · log 0 = nan in the loss; 0 log 0 counts as 0.",
        "Try W of 1000s; what is log p for a p of 0, and how can log p be had from Z without p?",
        costs="stability",
    ),
    guarded(
        "train/probabilities-raised",
        raised,
        1e-10,
        "The probabilities are raised to at least {c} before the log; the formula has log p.",
        "Try a sample whose class is very unlikely: the loss cannot grow beyond -log of the bound.",
    ),
    guarded(
        "train/epsilon-in-log",
        with_epsilon,
        1e-12,
        "The loss is -log(p + {c}), which is off where p is small; the formula has log p.",
        "Try a sample whose class is very unlikely: the loss cannot grow beyond -log of the guard.",
    ),
    guarded(
        "train/probabilities-clipped",
        clipped,
        1e-15,
        "The probabilities are clipped to [{c}, 1 - {c}] before the log; the formula has log p.",
        "Try a sample whose class is very unlikely: the loss cannot grow beyond -log of the bound.",
    ),
)
