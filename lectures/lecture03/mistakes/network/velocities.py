"""Mistakes in train: what a step does with W, b and their velocities."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from gradecheck.packs.mistakes.given import of
from lectures.lecture03.mistakes.linear.right import linear
from lectures.lecture03.mistakes.network.gradients import gradient_summed
from lectures.lecture03.mistakes.network.perceptron import Perceptron, backward, loss, loss_backward
from lectures.lecture03.mistakes.sgd.right import momentum_step
from lectures.lecture03.mistakes.sgd.velocity import moving_average, mu_left_out, velocity_forgotten
from lectures.lecture03.mistakes.sgd.weights import nesterov, old_velocity


def only_last_gradient(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    """What is kept is the gradient, not the velocity."""
    return w - lr * (mu * v + grad), grad


def velocity_from_first_gradient(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    return momentum_step(w, v if v.any() else grad, grad, lr, mu)


def average_from_first_gradient(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    return of(momentum_step, moving_average)(w, v if v.any() else grad, grad, lr, mu)


def unchanged(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    return w, v


def velocity_decays_first(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    """The step is taken with mu v + grad, and mu is applied once more to what is kept."""
    moved, v = momentum_step(w, v, grad, lr, mu)
    return moved, mu * v


def one_velocity(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    v = np.zeros_like(b)
    losses = []
    for _ in range(steps):
        Z = linear(A, W, b)
        losses.append(loss(Z, T))
        dW, db = backward(loss_backward(Z, T), A)
        W, v = momentum_step(W, v, dW, lr, mu)
        b, v = momentum_step(b, v, db, lr, mu)
    return W, b, np.array(losses)


MISTAKES: Final = (
    Mistake(
        "train/no-momentum",
        "train",
        Perceptron(descend=of(momentum_step, velocity_forgotten)).train,
        "There is no momentum: the velocity is set to 0 in every step, or never used.",
        "Compare the second step for mu = 0 and mu = 0.9; where is v set to 0, inside or outside of the loop?",
    ),
    Mistake(
        "train/no-momentum-and-not-averaged",
        "train",
        Perceptron(loss_backward=gradient_summed, descend=of(momentum_step, velocity_forgotten)).train,
        "The gradient lacks the 1/n of the mean, and there is no momentum.",
        "Compare one sample with the same sample twice, and the second step for mu = 0 and mu = 0.9.",
    ),
    Mistake(
        "train/mu-twice",
        "train",
        Perceptron(descend=velocity_decays_first).train,
        "The velocity is multiplied by μ twice between two steps, μ² v + ∂L/∂W.",
        "Compare v of the second step with μ v + ∂L/∂W.",
    ),
    Mistake(
        "train/velocity-never-fades",
        "train",
        Perceptron(descend=of(momentum_step, mu_left_out)).train,
        "The momentum μ is left out, v = v + ∂L/∂W, so that the velocity never fades.",
        "Try mu = 0: the second step should forget the first.",
    ),
    Mistake(
        "train/only-last-gradient-kept",
        "train",
        Perceptron(descend=only_last_gradient).train,
        "Each step adds μ times the last gradient, not the last velocity, which only shows from the third step on.",
        "Compare v of the third step with μ v + ∂L/∂W.",
    ),
    Mistake(
        "train/moving-average",
        "train",
        Perceptron(descend=of(momentum_step, moving_average)).train,
        "The velocity is a moving average, μ v + (1 - μ) ∂L/∂W; the slide has v = μ v + ∂L/∂W.",
        "Try one step: W should move by λ ∂L/∂W.",
    ),
    Mistake(
        "train/moving-average-from-first-gradient",
        "train",
        Perceptron(descend=average_from_first_gradient).train,
        "The velocity is a moving average that starts at the first gradient, which only shows from the second step on.",
        "Compare v of the second step with μ v + ∂L/∂W.",
    ),
    Mistake(
        "train/velocity-from-first-gradient",
        "train",
        Perceptron(descend=velocity_from_first_gradient).train,
        "The velocity starts at the first gradient, so that the first step is (1 + μ) times too long; v starts at 0.",
        "Try one step: W should move by λ ∂L/∂W.",
    ),
    Mistake(
        "train/nesterov",
        "train",
        Perceptron(descend=nesterov).train,
        "This is Nesterov's momentum, W - λ (∂L/∂W + μ v); the slide has W - λ v.",
        "Try one step: W should move by λ ∂L/∂W.",
    ),
    Mistake(
        "train/old-velocity",
        "train",
        Perceptron(descend=old_velocity).train,
        "W moves by the velocity from before the step, so that the first step does nothing.",
        "Try one step: W should move by λ ∂L/∂W.",
    ),
    Mistake(
        "train/W-not-updated",
        "train",
        Perceptron(descend=unchanged, descend_b=momentum_step).train,
        "W stays what it was; only b learns.",
        "Compare W before and after.",
    ),
    Mistake(
        "train/b-not-updated",
        "train",
        Perceptron(descend_b=unchanged).train,
        "b stays what it was; the slides update it as W: b = b - λ v_b.",
        "Compare b before and after.",
    ),
    Mistake(
        "train/b-without-momentum",
        "train",
        Perceptron(descend_b=of(momentum_step, velocity_forgotten)).train,
        "b moves without momentum; the slides have v_b = μ v_b + ∂L/∂b and b = b - λ v_b.",
        "Compare the second step of b for mu = 0 and mu = 0.9.",
    ),
    Mistake(
        "train/W-without-momentum-b-not-updated",
        "train",
        Perceptron(descend=of(momentum_step, velocity_forgotten), descend_b=unchanged).train,
        "W moves without momentum and b not at all; each has its velocity and its update.",
        "Compare b before and after, and the second step of W for mu = 0 and mu = 0.9.",
    ),
    Mistake(
        "train/one-velocity",
        "train",
        one_velocity,
        "W and b share one velocity; the slides have v_w and v_b.",
        "Print the shape of the velocity after each update.",
    ),
)
