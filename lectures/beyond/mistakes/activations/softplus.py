"""Mistakes in softplus and softplus_backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.beyond.mistakes.activations.silu import sigmoid
from lectures.lecture03.mistakes.shared import grad_dropped, rounded


@Right
def softplus(x: Any) -> Any:
    return np.logaddexp(x, 0).astype(x.dtype)


@Right
def softplus_backward(grad: Any, x: Any) -> Any:
    return grad * sigmoid(x)


MISTAKES: Final = (
    softplus.wrong("e-to-minus-x", lambda x: softplus(-x),
        "log(1 + e^-x) is softplus mirrored: the exponent has a minus too many.",
        "Try x = [-10, 10]: softplus rises from 0."),
    softplus.wrong("one-left-out", lambda x: x.copy(),
        "log(e^x) is x itself: the 1 is missing.",
        "Try x = [0], where f(x) is log 2."),
    softplus.wrong("log-left-out", lambda x: 1 + np.exp(x),
        "The logarithm of 1 + e^x is missing.",
        "Try x = [0], where f(x) is log 2."),
    softplus.wrong("log-base-2", lambda x: softplus(x) / float(np.log(2)),
        "The logarithm is that of base 2; the natural one is meant.",
        "Try x = [0], where f(x) is 0.693.", sign="log base 2"),
    softplus.wrong("log-base-10", lambda x: softplus(x) / float(np.log(10)),
        "The logarithm is that of base 10; the natural one is meant.",
        "Try x = [0], where f(x) is 0.693.", sign="log base 10"),
    softplus.wrong("log1p-and-one", lambda x: np.log1p(1 + np.exp(x)),
        "1 is added twice: log1p adds one by itself.",
        "Try x = [-100], where f(x) is all but 0."),
    softplus.wrong("relu", lambda x: np.maximum(x, 0),
        "This is ReLU, of which softplus is the smooth form.",
        "Try x = [0], where f(x) is log 2."),
    softplus.wrong("maximum-left-out", lambda x: np.log1p(np.exp(-np.abs(x))),
        "log(1 + e^-|x|) lacks max(x, 0), which belongs to the form that cannot overflow.",
        "Try x = [-10, 10]: softplus is not even."),
    softplus.wrong("minus-in-log", lambda x: np.log(np.exp(x) - 1),
        "The logarithm is that of e^x - 1; softplus has 1 + e^x.",
        "Try x = [0], where f(x) is log 2."),
    softplus.wrong("integral-left-out", lambda x: sigmoid(x),
        "This is the sigmoid, the slope of softplus.",
        "Try x = [100]: f(x) is all but x."),
    rounded(softplus),
    softplus.wrong("input-clipped", lambda x: softplus(np.minimum(x, 50)),
        "x is clipped from above against overflow, so f(x) grows no further.",
        "Try x = [1000]: f(x) is 1000.", costs="stability"),
    softplus.float32_lost(lambda x: softplus(np.array(x, dtype=float))),
    grad_dropped(softplus_backward, lambda grad, x: softplus_backward(np.ones_like(x), x)),
    softplus_backward.wrong("e-to-plus-x", lambda grad, x: grad * sigmoid(-x),
        "1 / (1 + e^x) falls; the slope of softplus is 1 / (1 + e^-x).",
        "Try x = [-10, 10]: softplus is flat on the left."),
    softplus_backward.wrong("slope-of-sigmoid", lambda grad, x: grad * sigmoid(x) * sigmoid(-x),
        "This is the slope of the sigmoid; the slope of softplus is the sigmoid itself.",
        "Try x = [100]: the slope there is 1."),
    softplus_backward.wrong("times-softplus", lambda grad, x: grad * softplus(x),
        "grad is multiplied by f(x); the chain rule multiplies by the slope f'(x), the sigmoid.",
        "Try x = [100]: the slope there is 1."),
    softplus_backward.wrong("inner-slope-only", lambda grad, x: grad * np.exp(x),
        "e^x is the slope of what stands in the logarithm: its own 1 / (1 + e^x) is missing.",
        "Derive log(1 + e^x) by the chain rule."),
    softplus_backward.wrong("relu", lambda grad, x: grad * (x > 0),
        "This is the gradient of ReLU, which softplus smooths.",
        "Try x = [0], where the slope is 1/2."),
    softplus_backward.wrong("tanh", lambda grad, x: grad * np.tanh(x),
        "grad is multiplied by tanh(x); the slope of softplus is the sigmoid.",
        "Try x = [-10]: softplus is flat there."),
    softplus_backward.wrong("negated", lambda grad, x: -softplus_backward(grad, x),
        "The sign is turned: this is the negative slope.",
        "Softplus rises everywhere: compare the sign of the answer with that of grad.", sign="negated"),
    softplus_backward.wrong("swapped", lambda grad, x: softplus_backward(x, grad),
        "The arguments are swapped: grad is taken for x and x for grad.",
        "Compare the order of the arguments with the contract's: softplus_backward(grad, x)."),
    softplus_backward.wrong("divided-by-rows", lambda grad, x: softplus_backward(grad, x) / len(x),
        "The gradient is averaged over the batch; only a loss takes a mean, and its 1/n is in grad already.",
        "Repeat every row of x and grad: no element of the answer should change."),
    softplus_backward.wrong("quotient-overflows", lambda grad, x: grad * (np.exp(x) / (1 + np.exp(x))),
        "e^x / (1 + e^x) is inf / inf = nan as soon as e^x overflows; 1 / (1 + e^-x) is 1 there.",
        "Try x = [100, 800].", costs="stability"),
    softplus_backward.written_to("grad-in-place", lambda grad, x: np.multiply(grad, sigmoid(x), out=grad), "grad"),
    softplus_backward.state_kept(),
)  # fmt: skip
