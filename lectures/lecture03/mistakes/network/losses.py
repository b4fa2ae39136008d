"""Mistakes in train: the losses, the gradient of softmax and cross entropy, and what both share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from lectures.lecture03.mistakes.activations.softmax import shares, softmax
from lectures.lecture03.mistakes.activations.softmax_backward import slope
from lectures.lecture03.mistakes.network.perceptron import Perceptron, loss, loss_backward, train
from lectures.lecture03.mistakes.shared import winner


def guarded(guard: Callable[..., Any]) -> Callable[..., Any]:
    """The training whose losses are those of guard(P, c), with the constant behind the arguments."""

    def form(*arguments: Any) -> Any:
        *given, c = arguments
        return Perceptron(loss=lambda Z, T: -(T * np.log(guard(softmax(Z), c))).sum() / len(T)).train(*given)

    return form


def both(wrong: Callable[..., Any]) -> Perceptron:
    """Loss and gradient with the same mistake: wrong(the right one, Z, T)."""
    return Perceptron(
        loss=lambda Z, T: wrong(loss, Z, T),
        loss_backward=lambda Z, T: wrong(loss_backward, Z, T),
    )


def losses_over(wrong_softmax: Callable[[Any], Any]) -> Perceptron:
    """Loss and gradient out of that softmax; 0 log 0 is 0."""
    return Perceptron(
        loss=lambda Z, T: -np.where(T == 0, 0, T * np.log(wrong_softmax(Z))).sum() / len(T),
        loss_backward=lambda Z, T: (wrong_softmax(Z) - T) / len(T),
    )


MISTAKES: Final = (
    train.wrong("loss-summed", Perceptron(loss=lambda Z, T: len(T) * loss(Z, T)).train,
        "The losses are sums over the samples; the cross entropy is their mean.",
        "Compare the first loss for one sample and for the same sample twice.", sign="times n"),
    train.wrong("loss-averaged-over-classes-too", Perceptron(loss=lambda Z, T: loss(Z, T) / T.shape[1]).train,
        "The loss is averaged over samples and classes, as with .mean(); it sums over the classes.",
        "Try n = 1 and k = 2 with W and b of zeros: the first loss should be log 2."),
    train.wrong("log-base-2", Perceptron(loss=lambda Z, T: loss(Z, T) / np.log(2).astype(Z.dtype)).train,
        "The losses take the log to base 2, as the slide's table does; the formula means the natural log.",
        "Try k = 2 with W and b of zeros: the first loss should be log 2 = 0.693.", sign="log base 2"),
    train.wrong("loss-negated", Perceptron(loss=lambda Z, T: -loss(Z, T)).train,
        "The losses are negative: the minus of L = -Σ t log p is missing.",
        "Look at the sign of log p for p below 1.", sign="negated"),
    train.wrong("softmax-twice-in-loss", Perceptron(loss=lambda Z, T: loss(softmax(Z), T)).train,
        "The loss applies softmax to what softmax has given already.",
        "Count the softmaxes between Z and the loss; one of your functions may have its own."),
    train.wrong("loss-of-largest-target", Perceptron(loss=lambda Z, T: loss(Z, winner(T))).train,
        "The loss counts only the largest target of each row, as if every row were one-hot: -log p at argmax(T).",
        "Try soft targets such as [0.7, 0.3]."),
    train.wrong("binary-cross-entropy",
        Perceptron(loss=lambda Z, T: -(T * np.log(softmax(Z)) + (1 - T) * np.log(1 - softmax(Z))).sum() / len(T)).train,
        "The loss adds (1 - t) log(1 - p) for each class, as the binary cross entropy does; the slide has t log p.",
        "Try one sample of two classes with W and b of zeros: the first loss should be log 2."),
    train.wrong("loss-is-mse", Perceptron(loss=lambda Z, T: ((softmax(Z) - T) ** 2).mean()).train,
        "The losses are mean squared errors; they should be cross entropies, whose gradient is in use.",
        "Try k = 2 with W and b of zeros: the first loss should be log 2 = 0.693."),
    train.wrong("log-of-zero", Perceptron(loss=lambda Z, T: -(T * np.log(softmax(Z))).sum() / len(T)).train,
        "A probability that underflows makes 0 · log 0 = nan in the loss; 0 log 0 counts as 0.",
        "Try W of 1000s; what is log p for a p of 0, and how can log p be had from Z without p?", costs="stability"),
    train.guarded("probabilities-raised", 1e-10, guarded(np.maximum),
        "The probabilities are raised to at least {c} before the log; the formula has log p.",
        "Try a sample whose class is very unlikely: the loss cannot grow beyond -log of the bound."),
    train.guarded("epsilon-in-log", 1e-12, guarded(lambda P, c: P + c),
        "The loss is -log(p + {c}), which is off where p is small; the formula has log p.",
        "Try a sample whose class is very unlikely: the loss cannot grow beyond -log of the guard."),
    train.guarded("probabilities-clipped", 1e-15, guarded(lambda P, c: np.clip(P, c, 1 - c)),
        "The probabilities are clipped to [{c}, 1 - {c}] before the log; the formula has log p.",
        "Try a sample whose class is very unlikely: the loss cannot grow beyond -log of the bound."),
    train.wrong("gradient-not-averaged", Perceptron(loss_backward=lambda Z, T: softmax(Z) - T).train,
        "The gradient is softmax(Z) - T; the loss is a mean over the samples, so 1/n belongs to its gradient.",
        "Compare the new W for one sample and for the same sample twice."),
    train.wrong("gradient-averaged-over-classes-too",
        Perceptron(loss_backward=lambda Z, T: loss_backward(Z, T) / T.shape[1]).train,
        "The gradient is divided by the number of all elements; the mean is over the samples alone.",
        "Try n = 1 and look for a division by T.size or a .mean()."),
    train.wrong("gradient-averaged-over-classes-instead",
        Perceptron(loss_backward=lambda Z, T: (softmax(Z) - T) / T.shape[1]).train,
        "The gradient is divided by the number of classes; the mean is over the samples: 1/n.",
        "Compare T.shape[0] with T.shape[1] for n ≠ k."),
    train.wrong("softmax-left-out-of-gradient", Perceptron(loss_backward=lambda Z, T: (Z - T) / len(T)).train,
        "The gradient is (Z - T) / n; it is (softmax(Z) - T) / n.",
        "Sum the gradient over the classes: with targets that sum to 1 it should be 0."),
    train.wrong("softmax-twice-in-gradient",
        Perceptron(loss_backward=lambda Z, T: loss_backward(softmax(Z), T)).train,
        "The gradient applies softmax to what softmax has given already.",
        "Count the softmaxes between Z and the gradient; one of your functions may have its own."),
    train.wrong("gradient-of-largest-target",
        Perceptron(loss_backward=lambda Z, T: loss_backward(Z, winner(T))).train,
        "The gradient subtracts 1 at the largest target of each row, as if every row were one-hot.",
        "Try soft targets such as [0.7, 0.3]."),
    train.wrong("gradient-of-target-class-only",
        Perceptron(loss_backward=lambda Z, T: np.where(T > 0, loss_backward(Z, T), 0)).train,
        "Only the logits of classes with t > 0 have a gradient; softmax ties all logits of a row together.",
        "Sum the gradient over the classes: with targets that sum to 1 it should be 0."),
    train.wrong("diagonal-of-softmax-only",
        Perceptron(loss_backward=lambda Z, T: -T * (1 - softmax(Z)) / len(T)).train,
        "The gradient of softmax is p (1 - p) alone, its diagonal; p_i depends on every logit of its row.",
        "Sum the gradient over the classes: with targets that sum to 1 it should be 0."),
    train.wrong("sigmoid-slope-on-top",
        Perceptron(loss_backward=lambda Z, T: softmax(Z) * (1 - softmax(Z)) * loss_backward(Z, T)).train,
        "The gradient is p (1 - p) (p - t) / n; (p - t) / n is with respect to Z already.",
        "Count the derivatives between the loss and Z: which of them does p - t contain?"),
    train.wrong("softmax-backward-on-top",
        Perceptron(loss_backward=lambda Z, T: slope(loss_backward(Z, T), softmax(Z))).train,
        "(p - t) / n goes through the gradient of softmax once more; it is with respect to Z already.",
        "Count the derivatives between the loss and Z: which of them does p - t contain?"),
    train.wrong("uphill", Perceptron(loss_backward=lambda Z, T: -loss_backward(Z, T)).train,
        "The steps go uphill, as with t - p in place of p - t: the losses grow.",
        "Print the losses of a few steps with a small lr: they should fall."),
    train.wrong("uphill-and-not-averaged", Perceptron(loss_backward=lambda Z, T: -(softmax(Z) - T)).train,
        "The gradient is t - p: its sign is wrong, and the 1/n of the mean is missing.",
        "Print the losses of a few steps with a small lr, and compare one sample with the same sample twice."),
    train.wrong("loss-and-gradient-summed",
        Perceptron(loss=lambda Z, T: len(T) * loss(Z, T), loss_backward=lambda Z, T: softmax(Z) - T).train,
        "Loss and gradient are sums over the samples; the cross entropy is their mean, and 1/n is in its gradient.",
        "Compare the losses for one sample and for the same sample twice."),
    train.wrong("loss-and-gradient-averaged-over-classes-too",
        both(lambda right, Z, T: right(Z, T) / T.shape[1]).train,
        "Loss and gradient are averaged over samples and classes; the cross entropy sums over the classes.",
        "Try n = 1 and k = 2 with W and b of zeros: the first loss should be log 2."),
    train.wrong("log-base-2-in-gradient-too",
        both(lambda right, Z, T: right(Z, T) / np.log(2).astype(Z.dtype)).train,
        "Loss and gradient take the log to base 2, as the slide's table does; the formula means the natural log.",
        "Try k = 2 with W and b of zeros: the first loss should be log 2 = 0.693."),
    train.wrong("softmax-twice", both(lambda right, Z, T: right(softmax(Z), T)).train,
        "Softmax is applied twice, in the loss and in the gradient.",
        "Count the softmaxes between Z and the loss; one of your functions may have its own."),
    train.wrong("softmax-left-out",
        Perceptron(
            loss=lambda Z, T: -(T * np.log(Z)).sum() / len(T), loss_backward=lambda Z, T: (Z - T) / len(T)
        ).train,
        "Softmax is left out: the cross entropy is taken of Z, which holds no probabilities.",
        "Check that what enters the log is positive and sums to 1 in each row."),
    train.wrong("softmax-over-samples", losses_over(lambda Z: softmax(Z.T).T).train,
        "Softmax runs over the samples (axis 0); each sample has its own probabilities, over the classes.",
        "Print the sum of each row of the probabilities."),
    train.wrong("softmax-over-everything", losses_over(lambda Z: softmax(Z.ravel()).reshape(Z.shape)).train,
        "Softmax is taken over the whole matrix; each row has its own sum.",
        "Print the sum of each row of the probabilities."),
    train.wrong("softmax-as-printed", losses_over(shares).train,
        "e^Z overflows for large Z and softmax becomes inf / inf = nan.",
        "Try W of 1000s; which number can be subtracted from a row of Z without changing its softmax?",
        costs="stability"),
    train.wrong("largest-target-only", both(lambda right, Z, T: right(Z, winner(T))).train,
        "T is replaced by its largest entry of each row, in loss and gradient, as if every row were one-hot.",
        "Try soft targets such as [0.7, 0.3]."),
    train.wrong("mse",
        Perceptron(
            loss=lambda Z, T: ((softmax(Z) - T) ** 2).mean(),
            loss_backward=lambda Z, T: slope(2 * (softmax(Z) - T) / T.size, softmax(Z)),
        ).train,
        "The perceptron is trained on the mean squared error; putting it all together takes the cross entropy.",
        "Try k = 2 with W and b of zeros: the first loss should be log 2 = 0.693."),
)  # fmt: skip
