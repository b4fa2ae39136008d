"""Mistakes in sgd_step: W = W - λ ∂L/∂W."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.given import given
from lectures.lecture03.mistakes.sgd.right import sgd_step


def ascent(w: Any, grad: Any, lr: Any) -> tuple[Any, ...]:
    return w, grad, -lr


def lr_left_out(w: Any, grad: Any, lr: Any) -> tuple[Any, ...]:
    return w, grad, 1


def lr_hard_coded(w: Any, grad: Any, lr: Any) -> tuple[Any, ...]:
    return w, grad, 0.01


def lr_squared(w: Any, grad: Any, lr: Any) -> tuple[Any, ...]:
    return w, grad, lr * lr


def divided_by_lr(w: Any, grad: Any, lr: Any) -> tuple[Any, ...]:
    return w, grad, 1 / lr


def step_alone(w: Any, grad: Any, lr: Any) -> Any:
    return lr * grad


def weights_scaled(w: Any, grad: Any, lr: Any) -> Any:
    return w * (1 - lr * grad)


def lr_scales_weights_too(w: Any, grad: Any, lr: Any) -> Any:
    return lr * (w - grad)


def averaged_over_first_axis(w: Any, grad: Any, lr: Any) -> Any:
    return sgd_step(w, grad, lr / len(grad))


def sign_alone(w: Any, grad: Any, lr: Any) -> Any:
    return sgd_step(w, np.sign(grad), lr)


def gradient_clipped(w: Any, grad: Any, lr: Any) -> Any:
    return sgd_step(w, np.clip(grad, -1, 1), lr)


def gradient_normalised(w: Any, grad: Any, lr: Any) -> Any:
    return sgd_step(w, grad / np.linalg.norm(grad), lr)


def weights_decay(w: Any, grad: Any, lr: Any) -> Any:
    return sgd_step(w, grad + 0.01 * w, lr)


MISTAKES: Final = (
    given(
        "sgd_step/ascent",
        sgd_step,
        ascent,
        "The step goes uphill: λ ∂L/∂W is added; W = W - λ ∂L/∂W subtracts it.",
        "Try w = [0] with a positive gradient: where should w go?",
    ),
    given(
        "sgd_step/lr-left-out",
        sgd_step,
        lr_left_out,
        "The learning rate λ is left out: the whole gradient is subtracted.",
        "Try two different lr and compare.",
    ),
    given(
        "sgd_step/lr-hard-coded",
        sgd_step,
        lr_hard_coded,
        "The learning rate is always 0.01, the lecture's value, whatever lr is.",
        "Try lr = 0.5.",
    ),
    given(
        "sgd_step/lr-squared",
        sgd_step,
        lr_squared,
        "The learning rate enters twice: λ² ∂L/∂W is subtracted.",
        "Try w = [0], grad = [1] and lr = 0.1.",
    ),
    given(
        "sgd_step/divided-by-lr",
        sgd_step,
        divided_by_lr,
        "The gradient is divided by the learning rate; W = W - λ ∂L/∂W multiplies it.",
        "Try w = [0], grad = [1] and lr = 0.1: a small λ makes a small step.",
    ),
    Mistake(
        "sgd_step/step-alone",
        "sgd_step",
        step_alone,
        "The step λ ∂L/∂W comes back; the result is the new W, the old one minus the step.",
        "Try grad of zeros: what should come back then?",
    ),
    Mistake(
        "sgd_step/weights-scaled",
        "sgd_step",
        weights_scaled,
        "W is multiplied by 1 - λ ∂L/∂W; λ ∂L/∂W is subtracted from it.",
        "Try w of zeros with a gradient that is not 0.",
    ),
    Mistake(
        "sgd_step/lr-scales-weights-too",
        "sgd_step",
        lr_scales_weights_too,
        "The learning rate multiplies W as well; in W - λ ∂L/∂W it belongs to the gradient alone.",
        "Try grad of zeros, and look at the parentheses.",
    ),
    Mistake(
        "sgd_step/averaged-over-first-axis",
        "sgd_step",
        averaged_over_first_axis,
        "The gradient is divided by its length; it has the shape of W, not one row a sample, and the 1/n is in it.",
        "Try the same numbers as one row and as one column.",
    ),
    Mistake(
        "sgd_step/sign-alone",
        "sgd_step",
        sign_alone,
        "Only the sign of the gradient enters; the step is λ times the gradient itself.",
        "Try grad = [1] and grad = [10] and compare the steps.",
    ),
    Mistake(
        "sgd_step/gradient-clipped",
        "sgd_step",
        gradient_clipped,
        "The gradient is clipped to [-1, 1]; the slide takes it as it is.",
        "Try grad = [1] and grad = [10] and compare the steps.",
    ),
    Mistake(
        "sgd_step/gradient-normalised",
        "sgd_step",
        gradient_normalised,
        "The gradient is divided by its length ‖∂L/∂W‖; the slide takes it as it is.",
        "Try grad = [1] and grad = [10] and compare the steps.",
    ),
    Mistake(
        "sgd_step/weights-decay",
        "sgd_step",
        weights_decay,
        "W shrinks by a weight decay besides the step; the slide has none.",
        "Try grad of zeros: W should stay what it is.",
    ),
)
