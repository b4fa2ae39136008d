"""Mistakes in train: the gradient of softmax and cross entropy, where the losses are right."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from lectures.lecture03.mistakes.network.losses import one_class_a_row
from lectures.lecture03.mistakes.network.perceptron import Perceptron, loss_backward, softmax


def gradient_summed(Z: Any, T: Any) -> Any:
    return softmax(Z) - T


def gradient_averaged_over_all(Z: Any, T: Any) -> Any:
    return loss_backward(Z, T) / T.shape[1]


def gradient_averaged_over_classes(Z: Any, T: Any) -> Any:
    return gradient_summed(Z, T) / T.shape[1]


def gradient_of_softmax_twice(Z: Any, T: Any) -> Any:
    return loss_backward(softmax(Z), T)


def gradient_without_softmax(Z: Any, T: Any) -> Any:
    return (Z - T) / len(T)


def gradient_of_largest_target(Z: Any, T: Any) -> Any:
    return loss_backward(Z, one_class_a_row(T))


def gradient_of_target_class_only(Z: Any, T: Any) -> Any:
    return np.where(T > 0, loss_backward(Z, T), 0)


def gradient_through_diagonal(Z: Any, T: Any) -> Any:
    """-t/p times p (1 - p), with the p cancelled."""
    return -T * (1 - softmax(Z)) / len(T)


def gradient_through_softmax_again(Z: Any, T: Any) -> Any:
    P = softmax(Z)
    return P * (1 - P) * loss_backward(Z, T)


def gradient_with_softmax_backward_again(Z: Any, T: Any) -> Any:
    P, g = softmax(Z), loss_backward(Z, T)
    return P * (g - (g * P).sum(axis=1, keepdims=True))


def uphill(Z: Any, T: Any) -> Any:
    return -loss_backward(Z, T)


MISTAKES: Final = (
    Mistake(
        "train/gradient-not-averaged",
        "train",
        Perceptron(loss_backward=gradient_summed).train,
        "The gradient is softmax(Z) - T; the loss is a mean over the samples, so 1/n belongs to its gradient.",
        "Compare the new W for one sample and for the same sample twice.",
    ),
    Mistake(
        "train/gradient-averaged-over-classes-too",
        "train",
        Perceptron(loss_backward=gradient_averaged_over_all).train,
        "The gradient is divided by the number of all elements; the mean is over the samples alone.",
        "Try n = 1 and look for a division by T.size or a .mean().",
    ),
    Mistake(
        "train/gradient-averaged-over-classes-instead",
        "train",
        Perceptron(loss_backward=gradient_averaged_over_classes).train,
        "The gradient is divided by the number of classes; the mean is over the samples: 1/n.",
        "Compare T.shape[0] with T.shape[1] for n ≠ k.",
    ),
    Mistake(
        "train/softmax-left-out-of-gradient",
        "train",
        Perceptron(loss_backward=gradient_without_softmax).train,
        "The gradient is (Z - T) / n; it is (softmax(Z) - T) / n.",
        "Sum the gradient over the classes: with targets that sum to 1 it should be 0.",
    ),
    Mistake(
        "train/softmax-twice-in-gradient",
        "train",
        Perceptron(loss_backward=gradient_of_softmax_twice).train,
        "The gradient applies softmax to what softmax has given already.",
        "Count the softmaxes between Z and the gradient; one of your functions may have its own.",
    ),
    Mistake(
        "train/gradient-of-largest-target",
        "train",
        Perceptron(loss_backward=gradient_of_largest_target).train,
        "The gradient subtracts 1 at the largest target of each row, as if every row were one-hot.",
        "Try soft targets such as [0.7, 0.3].",
    ),
    Mistake(
        "train/gradient-of-target-class-only",
        "train",
        Perceptron(loss_backward=gradient_of_target_class_only).train,
        "Only the logits of classes with t > 0 have a gradient; softmax ties all logits of a row together.",
        "Sum the gradient over the classes: with targets that sum to 1 it should be 0.",
    ),
    Mistake(
        "train/diagonal-of-softmax-only",
        "train",
        Perceptron(loss_backward=gradient_through_diagonal).train,
        "The gradient of softmax is p (1 - p) alone, its diagonal; p_i depends on every logit of its row.",
        "Sum the gradient over the classes: with targets that sum to 1 it should be 0.",
    ),
    Mistake(
        "train/sigmoid-slope-on-top",
        "train",
        Perceptron(loss_backward=gradient_through_softmax_again).train,
        "The gradient is p (1 - p) (p - t) / n; (p - t) / n is with respect to Z already.",
        "Count the derivatives between the loss and Z: which of them does p - t contain?",
    ),
    Mistake(
        "train/softmax-backward-on-top",
        "train",
        Perceptron(loss_backward=gradient_with_softmax_backward_again).train,
        "(p - t) / n goes through the gradient of softmax once more; it is with respect to Z already.",
        "Count the derivatives between the loss and Z: which of them does p - t contain?",
    ),
    Mistake(
        "train/uphill",
        "train",
        Perceptron(loss_backward=uphill).train,
        "The steps go uphill, as with t - p in place of p - t: the losses grow.",
        "Print the losses of a few steps with a small lr: they should fall.",
    ),
    Mistake(
        "train/uphill-and-not-averaged",
        "train",
        Perceptron(loss_backward=lambda Z, T: -gradient_summed(Z, T)).train,
        "The gradient is t - p: its sign is wrong, and the 1/n of the mean is missing.",
        "Print the losses of a few steps with a small lr, and compare one sample with the same sample twice.",
    ),
)
