"""Mistakes in momentum_step: W = W - λ v, and which results come back."""

from __future__ import annotations

from typing import Any, Final

from gradecheck import Mistake
from gradecheck.packs.mistakes.given import given
from lectures.lecture03.mistakes.sgd.right import momentum_step


def momentum_ascent(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> tuple[Any, ...]:
    return w, v, grad, -lr, mu


def momentum_lr_left_out(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> tuple[Any, ...]:
    return w, v, grad, 1, mu


def nesterov(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + grad
    return w - lr * (mu * v + grad), v


def old_velocity(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    return w - lr * v, mu * v + grad


def velocity_unused(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    return w - lr * grad, mu * v + grad


def velocity_unchanged(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    moved, _ = momentum_step(w, v, grad, lr, mu)
    return moved, v


def weights_unchanged(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    return w, mu * v + grad


def velocity_first(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    return momentum_step(w, v, grad, lr, mu)[::-1]


def velocity_not_returned(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    return momentum_step(w, v, grad, lr, mu)[0]


MISTAKES: Final = (
    given(
        "momentum_step/ascent",
        momentum_step,
        momentum_ascent,
        "The step goes uphill: λ v is added; W = W - λ v subtracts it.",
        "Try w = [0] and v = [0] with a positive gradient: where should w go?",
    ),
    given(
        "momentum_step/lr-left-out",
        momentum_step,
        momentum_lr_left_out,
        "The learning rate λ is left out: the whole velocity is subtracted.",
        "Try two different lr and compare.",
    ),
    Mistake(
        "momentum_step/nesterov",
        "momentum_step",
        nesterov,
        "This is Nesterov's momentum, W - λ (∂L/∂W + μ v); the slide has W - λ v.",
        "Try v = [0], grad = [1] and mu = 0.5, and compare the step with λ v.",
    ),
    Mistake(
        "momentum_step/old-velocity",
        "momentum_step",
        old_velocity,
        "W moves by the velocity from before this step; v = μ v + ∂L/∂W comes first, then W = W - λ v.",
        "Try v = [0]: W should move already.",
    ),
    Mistake(
        "momentum_step/velocity-unused",
        "momentum_step",
        velocity_unused,
        "The velocity is computed, but W moves by the gradient: W - λ ∂L/∂W in place of W - λ v.",
        "Try grad of zeros with v = [1] and mu = 0.5: W should move still.",
    ),
    Mistake(
        "momentum_step/velocity-unchanged",
        "momentum_step",
        velocity_unchanged,
        "The old velocity comes back, so that the next step does not know of this one.",
        "Try v = [0] and grad = [1] and look at the second result.",
    ),
    Mistake(
        "momentum_step/weights-unchanged",
        "momentum_step",
        weights_unchanged,
        "W stays what it was: the update W = W - λ v is left out, as on the lecture's first summary slide.",
        "Compare the first result with w; the later slide has both equations.",
    ),
    Mistake(
        "momentum_step/velocity-first",
        "momentum_step",
        velocity_first,
        "The velocity comes first and W second; the order is W, v.",
        "Try grad and v of zeros: which of the two results is w?",
    ),
    Mistake(
        "momentum_step/velocity-not-returned",
        "momentum_step",
        velocity_not_returned,
        "Only W comes back; the next step needs the velocity too.",
        "Count the results: W, v.",
    ),
)
