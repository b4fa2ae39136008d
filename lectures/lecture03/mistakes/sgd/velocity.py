"""Mistakes in momentum_step: v = μ v + ∂L/∂W. Each is the right step of other arguments."""

from __future__ import annotations

from typing import Any, Final

from gradecheck.packs.mistakes.given import given
from lectures.lecture03.mistakes.sgd.right import momentum_step

Given = tuple[Any, ...]


def moving_average(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, (1 - mu) * grad, lr, mu


def lr_inside_velocity(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, lr * grad, 1, mu


def velocity_downhill(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, -lr * grad, -1, mu


def all_downhill(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, -grad, -lr, mu


def lr_inside_and_outside(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, lr * grad, lr, mu


def mu_left_out(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, grad, lr, 1


def mu_hard_coded(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, grad, lr, 0.9


def mu_negated(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, grad, lr, -mu


def mu_on_gradient(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, mu * grad, lr, 1


def mu_on_both(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, mu * grad, lr, mu


def average_swapped(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, mu * grad, lr, 1 - mu


def velocity_forgotten(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, grad, lr, 0


def gradient_subtracted(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, -grad, lr, mu


def lr_and_mu_swapped(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Given:
    return w, v, grad, mu, lr


MISTAKES: Final = (
    given(
        "momentum_step/moving-average",
        momentum_step,
        moving_average,
        "The velocity is a moving average, μ v + (1 - μ) ∂L/∂W; the slide has v = μ v + ∂L/∂W.",
        "Try v = [0] and grad = [1]: what is the new v?",
    ),
    given(
        "momentum_step/average-swapped",
        momentum_step,
        average_swapped,
        "The velocity is a moving average with its shares swapped, (1 - μ) v + μ ∂L/∂W; the slide has μ v + ∂L/∂W.",
        "Try mu = 0: v should be the gradient.",
    ),
    given(
        "momentum_step/lr-inside-velocity",
        momentum_step,
        lr_inside_velocity,
        "The learning rate is inside the velocity, v = μ v + λ ∂L/∂W and W = W - v; the slide has it outside: W - λ v.",
        "Try v = [0] and grad = [1]: what is the new v?",
    ),
    given(
        "momentum_step/velocity-downhill",
        momentum_step,
        velocity_downhill,
        "The velocity points downhill, v = μ v - λ ∂L/∂W and W = W + v; the slide has v = μ v + ∂L/∂W and W - λ v.",
        "Try v = [0] and grad = [1]: which sign and size has the new v?",
    ),
    given(
        "momentum_step/all-downhill",
        momentum_step,
        all_downhill,
        "The velocity points downhill: the gradient is subtracted in v, and λ v is added to W; the slide has "
        "v = μ v + ∂L/∂W and W - λ v.",
        "Try v = [0] and grad = [1], and look at the sign of the new v.",
    ),
    given(
        "momentum_step/lr-inside-and-outside",
        momentum_step,
        lr_inside_and_outside,
        "The learning rate enters twice, in v = μ v + λ ∂L/∂W and again in W - λ v.",
        "Try w = [0], v = [0], grad = [1] and lr = 0.1.",
    ),
    given(
        "momentum_step/mu-left-out",
        momentum_step,
        mu_left_out,
        "The momentum μ is left out, v = v + ∂L/∂W, so that the velocity never fades.",
        "Try grad of zeros, v = [1] and mu = 0.5.",
    ),
    given(
        "momentum_step/mu-hard-coded",
        momentum_step,
        mu_hard_coded,
        "The momentum is always 0.9, the lecture's value, whatever mu is.",
        "Try mu = 0.5.",
    ),
    given(
        "momentum_step/mu-negated",
        momentum_step,
        mu_negated,
        "The old velocity is subtracted, v = ∂L/∂W - μ v; the slide adds it.",
        "Try grad of zeros, v = [1] and mu = 0.5, and look at the sign of the new v.",
    ),
    given(
        "momentum_step/mu-on-gradient",
        momentum_step,
        mu_on_gradient,
        "μ multiplies the gradient, v = v + μ ∂L/∂W; it belongs to the old velocity: v = μ v + ∂L/∂W.",
        "Try mu = 0: v should be the gradient.",
    ),
    given(
        "momentum_step/mu-on-both",
        momentum_step,
        mu_on_both,
        "μ multiplies the gradient too, v = μ (v + ∂L/∂W); in v = μ v + ∂L/∂W it does not.",
        "Try mu = 0: v should be the gradient.",
    ),
    given(
        "momentum_step/velocity-forgotten",
        momentum_step,
        velocity_forgotten,
        "The old velocity is forgotten, v = ∂L/∂W: this is a step without momentum.",
        "Try grad of zeros, v = [1] and mu = 0.5.",
    ),
    given(
        "momentum_step/gradient-subtracted",
        momentum_step,
        gradient_subtracted,
        "The gradient is subtracted twice, in v = μ v - ∂L/∂W and in W - λ v, and so W goes uphill.",
        "Try v = [0] and grad = [1], and look at the sign of the new v.",
    ),
    given(
        "momentum_step/lr-and-mu-swapped",
        momentum_step,
        lr_and_mu_swapped,
        "lr and mu are swapped; the order of the arguments is w, v, grad, lr, mu.",
        "Try mu = 0: v should be the gradient.",
    ),
)
