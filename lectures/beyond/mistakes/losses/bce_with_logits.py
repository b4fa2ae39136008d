"""Mistakes in bce_with_logits and bce_with_logits_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.beyond.mistakes.activations.silu import sigmoid


def terms(x: Any, t: Any) -> Any:
    return np.maximum(x, 0) - x * t + np.log1p(np.exp(-np.abs(x)))


@Right
def bce_with_logits(x: Any, t: Any) -> Any:
    return np.mean(terms(x, t))


@Right
def bce_with_logits_backward(x: Any, t: Any) -> Any:
    return (sigmoid(x) - t) / x.size


def of_probabilities(p: Any, t: Any) -> Any:
    return -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p))


def log_softmax(x: Any) -> Any:
    return x - np.logaddexp.reduce(x, axis=-1)[..., None]


def in_place(x: Any, t: Any) -> Any:
    x[...] = sigmoid(x)
    x -= t
    x /= x.size
    return x


MISTAKES: Final = (
    bce_with_logits.wrong("summed", lambda x, t: np.sum(terms(x, t)),
        "The terms are summed; their mean over all elements is meant.",
        "Repeat all data twice: a mean should not change.", sign="times all elements"),
    bce_with_logits.wrong("divided-by-rows", lambda x, t: np.sum(terms(x, t)) / len(x),
        "The sum is divided by the number of rows; n counts all elements.",
        "Try shapes (2, 3) and (6,) with the same numbers: the answers should be equal."),
    bce_with_logits.wrong("one-a-row", lambda x, t: np.mean(terms(x, t), axis=-1),
        "A mean is taken for each row and they come back as an array; the loss is one number.",
        "Try shape (2, 3) and look at the shape that comes back."),
    bce_with_logits.wrong("negated", lambda x, t: -bce_with_logits(x, t),
        "The minus in front of the mean is missing.",
        "Look at the sign: logarithms of probabilities are never positive, the loss never negative.", sign="negated"),
    bce_with_logits.wrong("first-term-only", lambda x, t: np.mean(t * np.logaddexp(0, -x)),
        "-t log σ(x) alone is left: targets of 0 cost nothing.",
        "Try x = [5] with t = [0]."),
    bce_with_logits.wrong("targets-turned", lambda x, t: bce_with_logits(x, 1 - t),
        "t and 1 - t stand in each other's place.",
        "Try x = [5] with t = [1]: the loss is all but 0."),
    bce_with_logits.wrong("sigmoid-left-out", of_probabilities,
        "The logarithm is taken of x itself: x holds logits, and the sigmoid makes probabilities of them.",
        "Try x = [0] with t = [1]: log 2 is right."),
    bce_with_logits.wrong("sigmoid-twice", lambda x, t: bce_with_logits(sigmoid(x), t),
        "The sigmoid is applied twice.",
        "Try x = [100] with t = [1]: the loss is all but 0."),
    bce_with_logits.wrong("softmax-for-sigmoid", lambda x, t: -np.mean(t * log_softmax(x)),
        "The probabilities are those of softmax over the last axis; each logit has a sigmoid of its own.",
        "Try one logit, x = [0] with t = [1]: log 2 is right."),
    bce_with_logits.wrong("log-base-2", lambda x, t: bce_with_logits(x, t) / float(np.log(2)),
        "The logarithm is that of base 2; the natural one is meant.",
        "Try x = [0] with t = [1]: 0.693 is right.", sign="log base 2"),
    bce_with_logits.wrong("squared-error", lambda x, t: np.mean((sigmoid(x) - t) ** 2),
        "The squared error of the probabilities is taken: this is another loss.",
        "Try x = [0] with t = [1]: log 2 is right."),
    bce_with_logits.wrong("rounded-targets", lambda x, t: bce_with_logits(x, np.round(t)),
        "Targets are rounded to 0 or 1: soft ones lose their shares.",
        "Try t = [0.4]."),
    bce_with_logits.guarded("epsilon-in-log", 1e-12,
        lambda x, t, c: -np.mean(t * np.log(sigmoid(x) + c) + (1 - t) * np.log(sigmoid(-x) + c)),
        "log(p + {c}) has a guard that belongs to no formula: no element can cost more than -log {c}.",
        "Try x = [100] with t = [0]: the loss is 100."),
    bce_with_logits.guarded("clipped", 1e-7, lambda x, t, c: of_probabilities(np.clip(sigmoid(x), c, 1 - c), t),
        "σ(x) is clipped to [{c}, 1 - {c}], so no element can cost more than -log {c}.",
        "Try x = [100] with t = [0]: the loss is 100."),
    bce_with_logits.state_kept(),
    bce_with_logits_backward.wrong("not-divided", lambda x, t: sigmoid(x) - t,
        "The 1/n of the mean is missing: the loss has it, and so has its gradient.",
        "Repeat all data twice: each element of the gradient should be halved.", sign="times all elements"),
    bce_with_logits_backward.wrong("divided-by-rows", lambda x, t: (sigmoid(x) - t) / len(x),
        "The gradient is divided by the number of rows; n counts all elements.",
        "Try shapes (2, 3) and (6,) with the same numbers: the values should be equal."),
    bce_with_logits_backward.wrong("negated", lambda x, t: -bce_with_logits_backward(x, t),
        "The sign is turned: the gradient is σ(x) - t, over n.",
        "Raise x where t is 1: the loss should fall.", sign="negated"),
    bce_with_logits_backward.wrong("sigmoid-left-out", lambda x, t: (x - t) / x.size,
        "x stands where σ(x) is meant: x holds logits.",
        "Try x = [0] with t = [1]: -1/2 is right."),
    bce_with_logits_backward.wrong("slope-of-sigmoid-once-more",
        lambda x, t: (sigmoid(x) - t) * sigmoid(x) * sigmoid(-x) / x.size,
        "σ(x) - t is multiplied by the slope of the sigmoid, which it has in it already.",
        "Try x = [0] with t = [1]: -1/2 is right."),
    bce_with_logits_backward.wrong("by-probabilities",
        lambda x, t: (sigmoid(x) - t) / (sigmoid(x) * sigmoid(-x)) / x.size,
        "This is the gradient with respect to σ(x); that with respect to x has the slope of the sigmoid, too.",
        "Look at what the loss is differentiated by: x or σ(x)?"),
    bce_with_logits_backward.wrong("targets-turned", lambda x, t: bce_with_logits_backward(x, 1 - t),
        "t and 1 - t stand in each other's place.",
        "Try x = [100] with t = [1]: the gradient is all but 0."),
    bce_with_logits_backward.wrong("softmax-for-sigmoid",
        lambda x, t: (np.exp(log_softmax(x)) - t) / x.size,
        "The probabilities are those of softmax over the last axis; each logit has a sigmoid of its own.",
        "Try one logit, x = [0] with t = [1]: -1/2 is right."),
    bce_with_logits_backward.wrong("rounded-targets", lambda x, t: bce_with_logits_backward(x, np.round(t)),
        "Targets are rounded to 0 or 1: soft ones lose their shares.",
        "Try t = [0.4]."),
    bce_with_logits_backward.wrong("summed", lambda x, t: np.sum(bce_with_logits_backward(x, t)),
        "The gradient is summed into one number; each element has its own.",
        "Try shape (2, 3) and look at the shape that comes back."),
    bce_with_logits_backward.wrong("quotient-overflows", lambda x, t: (np.exp(x) / (1 + np.exp(x)) - t) / x.size,
        "The sigmoid e^x / (1 + e^x) is inf / inf = nan as soon as e^x overflows.",
        "Try x = [800].", costs="stability"),
    bce_with_logits_backward.written_to("x-in-place", in_place, "x"),
    bce_with_logits_backward.state_kept(),
)  # fmt: skip
