"""Mistakes in train: the layer and its gradients, which λ and μ a step takes, and what it does with W, b, v_W, v_b."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from lectures.lecture03.mistakes.activations.softmax import softmax
from lectures.lecture03.mistakes.linear import linear
from lectures.lecture03.mistakes.network.perceptron import Perceptron, backward, loss, loss_backward, train
from lectures.lecture03.mistakes.sgd import momentum_step, moving_average, nesterov

MU_LEFT_OUT: Final = momentum_step.of(lambda w, v, grad, lr, mu: (w, v, grad, lr, 1))
NO_MOMENTUM: Final = momentum_step.of(lambda w, v, grad, lr, mu: (w, v, grad, lr, 0))
AVERAGED: Final = momentum_step.of(moving_average)


def unchanged(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    return w, v


def velocity_decays_first(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    """The step is taken with mu v + grad, and mu is applied once more to what is kept."""
    moved, v = momentum_step(w, v, grad, lr, mu)
    return moved, mu * v


def one_velocity(A: Any, T: Any, W: Any, b: Any, lr: Any, mu: Any, steps: int) -> Any:
    v, losses = np.zeros_like(b), []
    for _ in range(steps):
        Z = linear(A, W, b)
        losses.append(loss(Z, T))
        dW, db = backward(loss_backward(Z, T), A)
        W, v = momentum_step(W, v, dW, lr, mu)
        b, v = momentum_step(b, v, db, lr, mu)
    return W, b, np.array(losses)


MISTAKES: Final = (
    train.wrong("bias-left-out", Perceptron(forward=lambda A, W, b: A @ W.T).train,
        "The bias is left out of Z = A Wᵀ + ι bᵀ, though it is updated.",
        "Try W of zeros with b = [1, 0]: does the first loss depend on b?"),
    train.wrong("squeezed", Perceptron(forward=lambda A, W, b: linear(A, W, b).squeeze()).train,
        "Axes of length 1 are dropped from Z, which is (n, out) for a single class too.",
        "Try out = 1 and compare the shapes of Z and T.", costs="edges"),
    train.wrong("weights-not-transposed", Perceptron(forward=lambda A, W, b: linear(A, W.T, b)).train,
        "A is multiplied by W instead of Wᵀ, which only fits where W is square.",
        "Compare the shapes of A (n, in) and W (out, in), and try a W that is not square."),
    train.wrong("dW-transposed", Perceptron(backward=lambda dZ, A: (A.T @ dZ, dZ.sum(axis=0))).train,
        "dW is Aᵀ ∂L/∂Z, which has the shape of W only where W is square; ∂L/∂W = (∂L/∂Z)ᵀ A.",
        "Compare the shapes of dW and W for in ≠ out."),
    train.wrong("weights-as-in-by-out",
        Perceptron(
            forward=lambda A, W, b: linear(A, W.T, b), backward=lambda dZ, A: (A.T @ dZ, dZ.sum(axis=0))
        ).train,
        "W is taken as (in, out) throughout, Z = A W and dW = Aᵀ ∂L/∂Z; here it is (out, in), and Z = A Wᵀ.",
        "Compare the shapes of A, W and T for in ≠ out."),
    train.wrong("db-averaged", Perceptron(backward=lambda dZ, A: (dZ.T @ A, dZ.mean(axis=0))).train,
        "db is averaged over the batch, whose 1/n the loss has already; the slide sums it: (∂L/∂Z)ᵀ ι.",
        "Count the divisions by n between the loss and db."),
    train.wrong("averaged-twice", Perceptron(backward=lambda dZ, A: (dZ.T @ A / len(A), dZ.mean(axis=0))).train,
        "dW and db are divided by n once more: the gradient of the mean loss has its 1/n already.",
        "Count the divisions by n between the loss and dW."),
    train.wrong("db-of-first-sample", Perceptron(backward=lambda dZ, A: (dZ.T @ A, dZ[0])).train,
        "db is the gradient of the first sample alone; (∂L/∂Z)ᵀ ι sums over all samples.",
        "Try two samples."),
    train.wrong("db-one-number", Perceptron(backward=lambda dZ, A: (dZ.T @ A, dZ.sum())).train,
        "db is the sum of the whole gradient, one number for all biases; each class has its own.",
        "Compare the shape of db with b's (out,)."),
    train.wrong("dW-of-last-sample",
        Perceptron(backward=lambda dZ, A: (np.outer(dZ[-1], A[-1]), dZ.sum(axis=0))).train,
        "dW is that of the last sample alone: a loop overwrites it, where (∂L/∂Z)ᵀ A sums over all samples.",
        "Try two samples, and look for = where += belongs."),
    train.wrong("mu-hard-coded", Perceptron(rates=lambda lr, mu, i: (lr, 0.9)).train,
        "The momentum is always 0.9, the lecture's value, whatever mu is.",
        "Try mu = 0.5."),
    train.wrong("lr-hard-coded", Perceptron(rates=lambda lr, mu, i: (0.01, mu)).train,
        "The learning rate is always 0.01, the lecture's value, whatever lr is.",
        "Try lr = 0.5."),
    train.wrong("rates-hard-coded", Perceptron(rates=lambda lr, mu, i: (0.01, 0.9)).train,
        "Learning rate and momentum are always 0.01 and 0.9, the lecture's values, whatever lr and mu are.",
        "Try lr = 0.5 and mu = 0.5."),
    train.wrong("lr-and-mu-swapped", Perceptron(rates=lambda lr, mu, i: (mu, lr)).train,
        "lr and mu are swapped; the order of the arguments is A, T, W, b, lr, mu, steps.",
        "Try mu = 0: W should move still."),
    train.wrong("lr-left-out", Perceptron(rates=lambda lr, mu, i: (1, mu)).train,
        "The learning rate λ is left out: W moves by the whole velocity.",
        "Try two different lr and compare."),
    train.wrong("lr-decays", Perceptron(rates=lambda lr, mu, i: (lr / (i + 1), mu)).train,
        "The learning rate falls from step to step; λ is the same in every step.",
        "Compare the second step with the first for mu = 0."),
    train.wrong("lr-squared",
        Perceptron(descend=lambda w, v, grad, lr, mu: momentum_step(w, v, lr * grad, lr, mu)).train,
        "The learning rate enters twice, in v = μ v + λ ∂L/∂W and again in W - λ v.",
        "Try one step with lr = 0.1: W should move by 0.1 ∂L/∂W."),
    train.wrong("mu-to-the-step", Perceptron(rates=lambda lr, mu, i: (lr, mu**i)).train,
        "The momentum is μ to the power of the step, which only shows from the third step on; μ is always the same.",
        "Compare v of the third step with μ v + ∂L/∂W."),
    train.wrong("no-momentum", Perceptron(descend=NO_MOMENTUM).train,
        "There is no momentum: the velocity is set to 0 in every step, or never used.",
        "Compare the second step for mu = 0 and mu = 0.9; where is v set to 0, inside or outside of the loop?"),
    train.wrong("no-momentum-and-not-averaged",
        Perceptron(loss_backward=lambda Z, T: softmax(Z) - T, descend=NO_MOMENTUM).train,
        "The gradient lacks the 1/n of the mean, and there is no momentum.",
        "Compare one sample with the same sample twice, and the second step for mu = 0 and mu = 0.9."),
    train.wrong("mu-twice", Perceptron(descend=velocity_decays_first).train,
        "The velocity is multiplied by μ twice between two steps, μ² v + ∂L/∂W.",
        "Compare v of the second step with μ v + ∂L/∂W."),
    train.wrong("velocity-never-fades", Perceptron(descend=MU_LEFT_OUT).train,
        "The momentum μ is left out, v = v + ∂L/∂W, so that the velocity never fades.",
        "Try mu = 0: the second step should forget the first."),
    train.wrong("only-last-gradient-kept",
        Perceptron(descend=lambda w, v, grad, lr, mu: (w - lr * (mu * v + grad), grad)).train,
        "Each step adds μ times the last gradient, not the last velocity, which only shows from the third step on.",
        "Compare v of the third step with μ v + ∂L/∂W."),
    train.wrong("moving-average", Perceptron(descend=AVERAGED).train,
        "The velocity is a moving average, μ v + (1 - μ) ∂L/∂W; the slide has v = μ v + ∂L/∂W.",
        "Try one step: W should move by λ ∂L/∂W."),
    train.wrong("moving-average-from-first-gradient",
        Perceptron(descend=lambda w, v, grad, lr, mu: AVERAGED(w, v if v.any() else grad, grad, lr, mu)).train,
        "The velocity is a moving average that starts at the first gradient, which only shows from the second step on.",
        "Compare v of the second step with μ v + ∂L/∂W."),
    train.wrong("velocity-from-first-gradient",
        Perceptron(descend=lambda w, v, grad, lr, mu: momentum_step(w, v if v.any() else grad, grad, lr, mu)).train,
        "The velocity starts at the first gradient, so that the first step is (1 + μ) times too long; v starts at 0.",
        "Try one step: W should move by λ ∂L/∂W."),
    train.wrong("nesterov", Perceptron(descend=nesterov).train,
        "This is Nesterov's momentum, W - λ (∂L/∂W + μ v); the slide has W - λ v.",
        "Try one step: W should move by λ ∂L/∂W."),
    train.wrong("old-velocity", Perceptron(descend=lambda w, v, grad, lr, mu: (w - lr * v, mu * v + grad)).train,
        "W moves by the velocity from before the step, so that the first step does nothing.",
        "Try one step: W should move by λ ∂L/∂W."),
    train.wrong("W-not-updated", Perceptron(descend=unchanged, descend_b=momentum_step).train,
        "W stays what it was; only b learns.",
        "Compare W before and after."),
    train.wrong("b-not-updated", Perceptron(descend_b=unchanged).train,
        "b stays what it was; the slides update it as W: b = b - λ v_b.",
        "Compare b before and after."),
    train.wrong("b-without-momentum", Perceptron(descend_b=NO_MOMENTUM).train,
        "b moves without momentum; the slides have v_b = μ v_b + ∂L/∂b and b = b - λ v_b.",
        "Compare the second step of b for mu = 0 and mu = 0.9."),
    train.wrong("W-without-momentum-b-not-updated",
        Perceptron(descend=NO_MOMENTUM, descend_b=unchanged).train,
        "W moves without momentum and b not at all; each has its velocity and its update.",
        "Compare b before and after, and the second step of W for mu = 0 and mu = 0.9."),
    train.wrong("one-velocity", one_velocity,
        "W and b share one velocity; the slides have v_w and v_b.",
        "Print the shape of the velocity after each update."),
)  # fmt: skip
