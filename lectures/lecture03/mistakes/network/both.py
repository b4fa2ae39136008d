"""Mistakes in train that losses and gradient share."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from lectures.lecture03.mistakes.network.gradients import (
    gradient_averaged_over_all,
    gradient_of_largest_target,
    gradient_of_softmax_twice,
    gradient_summed,
    gradient_without_softmax,
)
from lectures.lecture03.mistakes.network.losses import (
    averaged_over_all,
    base_2,
    of_largest_target,
    of_softmax_twice,
    of_squares,
    summed,
)
from lectures.lecture03.mistakes.network.perceptron import Perceptron, loss_backward, softmax


def of_no_softmax(Z: Any, T: Any) -> Any:
    return -(T * np.log(Z)).sum() / len(T)


def softmax_as_printed(Z: Any) -> Any:
    e = np.exp(Z)
    return e / e.sum(axis=-1, keepdims=True)


def loss_as_printed(Z: Any, T: Any) -> Any:
    P = softmax_as_printed(Z)
    return -np.where(T == 0, 0, T * np.log(P)).sum() / len(T)


def gradient_as_printed(Z: Any, T: Any) -> Any:
    return (softmax_as_printed(Z) - T) / len(T)


def over_samples(Z: Any) -> Any:
    """softmax down the columns."""
    return softmax(Z.T).T


def over_everything(Z: Any) -> Any:
    return softmax(Z.ravel()).reshape(Z.shape)


def losses_over(wrong_softmax: Any) -> Perceptron:
    """Loss and gradient out of that softmax; 0 log 0 is 0."""

    def loss(Z: Any, T: Any) -> Any:
        return -np.where(T == 0, 0, T * np.log(wrong_softmax(Z))).sum() / len(T)

    def loss_backward(Z: Any, T: Any) -> Any:
        return (wrong_softmax(Z) - T) / len(T)

    return Perceptron(loss=loss, loss_backward=loss_backward)


def gradient_of_base_2(Z: Any, T: Any) -> Any:
    return loss_backward(Z, T) / np.log(2).astype(Z.dtype)


def gradient_of_squares(Z: Any, T: Any) -> Any:
    P = softmax(Z)
    g = 2 * (P - T) / T.size
    return P * (g - (g * P).sum(axis=1, keepdims=True))


MISTAKES: Final = (
    Mistake(
        "train/loss-and-gradient-summed",
        "train",
        Perceptron(loss=summed, loss_backward=gradient_summed).train,
        "Loss and gradient are sums over the samples; the cross entropy is their mean, and 1/n is in its gradient.",
        "Compare the losses for one sample and for the same sample twice.",
    ),
    Mistake(
        "train/loss-and-gradient-averaged-over-classes-too",
        "train",
        Perceptron(loss=averaged_over_all, loss_backward=gradient_averaged_over_all).train,
        "Loss and gradient are averaged over samples and classes; the cross entropy sums over the classes.",
        "Try n = 1 and k = 2 with W and b of zeros: the first loss should be log 2.",
    ),
    Mistake(
        "train/log-base-2-in-gradient-too",
        "train",
        Perceptron(loss=base_2, loss_backward=gradient_of_base_2).train,
        "Loss and gradient take the log to base 2, as the slide's table does; the formula means the natural log.",
        "Try k = 2 with W and b of zeros: the first loss should be log 2 = 0.693.",
    ),
    Mistake(
        "train/softmax-twice",
        "train",
        Perceptron(loss=of_softmax_twice, loss_backward=gradient_of_softmax_twice).train,
        "Softmax is applied twice, in the loss and in the gradient.",
        "Count the softmaxes between Z and the loss; one of your functions may have its own.",
    ),
    Mistake(
        "train/softmax-left-out",
        "train",
        Perceptron(loss=of_no_softmax, loss_backward=gradient_without_softmax).train,
        "Softmax is left out: the cross entropy is taken of Z, which holds no probabilities.",
        "Check that what enters the log is positive and sums to 1 in each row.",
    ),
    Mistake(
        "train/softmax-over-samples",
        "train",
        losses_over(over_samples).train,
        "Softmax runs over the samples (axis 0); each sample has its own probabilities, over the classes.",
        "Print the sum of each row of the probabilities.",
    ),
    Mistake(
        "train/softmax-over-everything",
        "train",
        losses_over(over_everything).train,
        "Softmax is taken over the whole matrix; each row has its own sum.",
        "Print the sum of each row of the probabilities.",
    ),
    Mistake(
        "train/softmax-as-printed",
        "train",
        Perceptron(loss=loss_as_printed, loss_backward=gradient_as_printed).train,
        "e^Z overflows for large Z and softmax becomes inf / inf = nan.",
        "Try W of 1000s; which number can be subtracted from a row of Z without changing its softmax?",
        costs="stability",
    ),
    Mistake(
        "train/largest-target-only",
        "train",
        Perceptron(loss=of_largest_target, loss_backward=gradient_of_largest_target).train,
        "T is replaced by its largest entry of each row, in loss and gradient, as if every row were one-hot.",
        "Try soft targets such as [0.7, 0.3].",
    ),
    Mistake(
        "train/mse",
        "train",
        Perceptron(loss=of_squares, loss_backward=gradient_of_squares).train,
        "The perceptron is trained on the mean squared error; putting it all together takes the cross entropy.",
        "Try k = 2 with W and b of zeros: the first loss should be log 2 = 0.693.",
    ),
)
