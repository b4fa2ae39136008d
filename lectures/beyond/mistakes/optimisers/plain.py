"""Mistakes in weight decay, Nesterov's momentum and RMSProp."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right


@Right
def weight_decay_step(w: Any, grad: Any, lr: Any, decay: Any) -> Any:
    return w - lr * (grad + decay * w)


@Right
def nesterov_step(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + grad
    return w - lr * (grad + mu * v), v


@Right
def rmsprop_step(w: Any, s: Any, grad: Any, lr: Any, rho: Any, eps: Any) -> Any:
    s = rho * s + (1 - rho) * grad * grad
    return w - lr * grad / (np.sqrt(s) + eps), s


def decayed_afterwards(w: Any, grad: Any, lr: Any, decay: Any) -> Any:
    w = w - lr * grad
    return w - lr * decay * w


def decayed_in_place(w: Any, grad: Any, lr: Any, decay: Any) -> Any:
    grad += decay * w
    return w - lr * grad


def ahead_returned(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    ahead = grad + mu * (mu * v + grad)
    return w - lr * ahead, ahead


def velocity_in_place(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v *= mu
    v += grad
    return w - lr * (grad + mu * v), v


def averaged(s: Any, grad: Any, rho: Any) -> Any:
    return rho * s + (1 - rho) * grad * grad


def adagrad(w: Any, s: Any, grad: Any, lr: Any, rho: Any, eps: Any) -> Any:
    s = s + grad * grad
    return w - lr * grad / (np.sqrt(s) + eps), s


def not_squared(w: Any, s: Any, grad: Any, lr: Any, rho: Any, eps: Any) -> Any:
    s = rho * s + (1 - rho) * np.abs(grad)
    return w - lr * grad / (np.sqrt(s) + eps), s


def squares_in_place(w: Any, s: Any, grad: Any, lr: Any, rho: Any, eps: Any) -> Any:
    s *= rho
    s += (1 - rho) * grad * grad
    return w - lr * grad / (np.sqrt(s) + eps), s


MISTAKES: Final = (
    weight_decay_step.given("decay-left-out", lambda w, grad, lr, decay: (w, grad, lr, 0),
        "The decay is left out: this is a plain step of gradient descent.",
        "Try grad of zeros: W should shrink."),
    weight_decay_step.given("decay-doubled", lambda w, grad, lr, decay: (w, grad, lr, 2 * decay),
        "The decay is doubled, as for the penalty decay ‖W‖²; here it is decay/2 ‖W‖², whose gradient is decay W.",
        "Try w = [1], grad = [0] and lr = 1, and compare with 1 - decay."),
    weight_decay_step.given("lr-not-on-decay", lambda w, grad, lr, decay: (w, grad, lr, decay / lr),
        "The learning rate does not multiply the decay: W - λ ∂L/∂W - decay W in place of W - λ (∂L/∂W + decay W).",
        "Try grad of zeros with two different lr: W should shrink differently."),
    weight_decay_step.given("decay-subtracted", lambda w, grad, lr, decay: (w, grad, lr, -decay),
        "decay W is subtracted from the gradient, so that W grows; ∂L/∂W + decay W makes it shrink.",
        "Try grad of zeros: should |W| grow or shrink?"),
    weight_decay_step.given("ascent", lambda w, grad, lr, decay: (w, grad, -lr, decay),
        "The step goes uphill: λ (∂L/∂W + decay W) is added.",
        "Try w = [0] with a positive gradient: where should w go?"),
    weight_decay_step.given("gradient-left-out", lambda w, grad, lr, decay: (w, 0 * grad, lr, decay),
        "The gradient is left out: W only shrinks.",
        "Try w of zeros with a gradient that is not 0."),
    weight_decay_step.given("lr-left-out", lambda w, grad, lr, decay: (w, grad, 1, decay),
        "The learning rate λ is left out.",
        "Try two different lr and compare."),
    weight_decay_step.wrong("sign-of-weights", lambda w, grad, lr, decay: w - lr * (grad + decay * np.sign(w)),
        "Only the sign of W enters the decay: that is the gradient of decay |W|, of decay/2 ‖W‖² it is decay W.",
        "Try w = [10] and w = [1] with grad of zeros, and compare the steps."),
    weight_decay_step.wrong("weights-left-out", lambda w, grad, lr, decay: w - lr * (grad + decay),
        "The decay itself is added to the gradient; decay W should be.",
        "Try w of zeros and grad of zeros: W should stay 0."),
    weight_decay_step.wrong("decayed-afterwards", decayed_afterwards,
        "W decays after the step: decay W is taken of the new W and not of the old one.",
        "Try w = [0] with a gradient that is not 0: there is nothing that could decay."),
    weight_decay_step.wrong("decay-multiplies-gradient", lambda w, grad, lr, decay: w - lr * (1 + decay) * grad,
        "decay multiplies the gradient in place of W: ∂L/∂W + decay ∂L/∂W.",
        "Try grad of zeros: W should shrink."),
    weight_decay_step.written_to("written-into-grad", decayed_in_place, "grad"),
    nesterov_step.wrong("plain-momentum", lambda w, v, grad, lr, mu: (w - lr * (mu * v + grad), mu * v + grad),
        "This is plain momentum, W - λ v, or μ v has the old v; Nesterov's is W - λ (∂L/∂W + μ v) with the new v.",
        "Try v = [0], grad = [1] and mu = 0.5: the step should be 1.5 lr."),
    nesterov_step.wrong("mu-once", lambda w, v, grad, lr, mu: (w - lr * (grad + mu * v + grad), mu * v + grad),
        "The new velocity is not multiplied by μ: the step is λ (∂L/∂W + v).",
        "Try v = [0], grad = [1] and mu = 0.5: the step should be 1.5 lr."),
    nesterov_step.wrong("step-as-velocity", ahead_returned,
        "∂L/∂W + μ v comes back as the velocity; v itself should, for the next step multiplies it by μ once more.",
        "Try v = [0] and grad = [1]: the new v should be 1."),
    nesterov_step.wrong("velocity-unchanged", lambda w, v, grad, lr, mu: (nesterov_step(w, v, grad, lr, mu)[0], v),
        "The old velocity comes back, so that the next step does not know of this one.",
        "Try v = [0] and grad = [1] and look at the second result."),
    nesterov_step.wrong("velocity-first", lambda w, v, grad, lr, mu: nesterov_step(w, v, grad, lr, mu)[::-1],
        "The velocity comes first and W second; the order is W, v.",
        "Try grad and v of zeros: which of the two results is w?"),
    nesterov_step.given("moving-average", lambda w, v, grad, lr, mu: (w, v, (1 - mu) * grad, lr, mu),
        "The gradient is multiplied by 1 - μ, as in a moving average; here v = μ v + ∂L/∂W.",
        "Try v = [0] and grad = [1]: the new v should be 1."),
    nesterov_step.given("lr-inside-velocity", lambda w, v, grad, lr, mu: (w, v, lr * grad, 1, mu),
        "The learning rate is inside the velocity, v = μ v + λ ∂L/∂W; here it multiplies the step alone.",
        "Try v = [0] and grad = [1]: the new v should be 1, whatever lr is."),
    nesterov_step.given("velocity-downhill", lambda w, v, grad, lr, mu: (w, v, -lr * grad, -1, mu),
        "The velocity points downhill and holds the learning rate, v = μ v - λ ∂L/∂W, as in CS231n; here "
        "v = μ v + ∂L/∂W.",
        "Try v = [0] and grad = [1], and look at the sign and the size of the new v."),
    nesterov_step.given("velocity-forgotten", lambda w, v, grad, lr, mu: (w, 0 * v, grad, lr, mu),
        "The old velocity is forgotten: every step is the first one.",
        "Try grad of zeros, v = [1] and mu = 0.5: W should move still."),
    nesterov_step.given("ascent", lambda w, v, grad, lr, mu: (w, v, grad, -lr, mu),
        "The step goes uphill: λ (∂L/∂W + μ v) is added.",
        "Try w = [0] and v = [0] with a positive gradient: where should w go?"),
    nesterov_step.written_to("written-into-v", velocity_in_place, "v"),
    rmsprop_step.wrong("eps-inside-root",
        lambda w, s, grad, lr, rho, eps:
            (w - lr * grad / np.sqrt(averaged(s, grad, rho) + eps), averaged(s, grad, rho)),
        "eps is inside the root, √(s + eps); it should stand outside, √s + eps.",
        "Try s = [0], grad = [1e-3] and eps = 0.01."),
    rmsprop_step.given("eps-left-out", lambda w, s, grad, lr, rho, eps: (w, s, grad, lr, rho, 0),
        "eps is left out: where s and the gradient are 0, the step is 0/0 = nan.",
        "Try s and grad of zeros: w should stay what it is."),
    rmsprop_step.wrong("root-left-out",
        lambda w, s, grad, lr, rho, eps: (w - lr * grad / (averaged(s, grad, rho) + eps), averaged(s, grad, rho)),
        "The root is left out: the gradient is divided by s + eps in place of √s + eps.",
        "Try s = [4], grad = [2] and a small eps: the step should be close to lr."),
    rmsprop_step.wrong("old-squares",
        lambda w, s, grad, lr, rho, eps: (w - lr * grad / (np.sqrt(s) + eps), averaged(s, grad, rho)),
        "The step takes the s from before; s = ρ s + (1 - ρ) (∂L/∂W)² comes first.",
        "Try s = [0], grad = [1] and rho = 0: the step should be close to lr."),
    rmsprop_step.given("shares-swapped", lambda w, s, grad, lr, rho, eps: (w, s, grad, lr, 1 - rho, eps),
        "ρ and 1 - ρ are swapped: ρ belongs to the old s.",
        "Try rho = 0: s should be the square of the gradient."),
    rmsprop_step.wrong("squares-summed", adagrad,
        "The squares are added up, s + (∂L/∂W)², as in Adagrad; RMSProp averages them: ρ s + (1 - ρ) (∂L/∂W)².",
        "Try s = [1] and grad = [0]: s should shrink."),
    rmsprop_step.wrong("not-squared", not_squared,
        "s averages the sizes of the gradient, and should average their squares.",
        "Try s = [0], grad = [10] and rho = 0: s should be 100."),
    rmsprop_step.wrong("squares-unchanged",
        lambda w, s, grad, lr, rho, eps: (rmsprop_step(w, s, grad, lr, rho, eps)[0], s),
        "The old s comes back, so that the next step does not know of this one.",
        "Try s = [0] and grad = [1] and look at the second result."),
    rmsprop_step.wrong("root-returned",
        lambda w, s, grad, lr, rho, eps: (rmsprop_step(w, s, grad, lr, rho, eps)[0], np.sqrt(averaged(s, grad, rho))),
        "√s comes back in place of s.",
        "Try s = [4], grad = [0] and rho = 0.5: the new s should be 2."),
    rmsprop_step.given("squares-forgotten", lambda w, s, grad, lr, rho, eps: (w, 0 * s, grad, lr, rho, eps),
        "The old s is forgotten: every step is the first one.",
        "Try grad of zeros and s = [1]: the new s should be rho."),
    rmsprop_step.given("ascent", lambda w, s, grad, lr, rho, eps: (w, s, grad, -lr, rho, eps),
        "The step goes uphill: it is added to W.",
        "Try w = [0] with a positive gradient: where should w go?"),
    rmsprop_step.written_to("written-into-s", squares_in_place, "s"),
)  # fmt: skip
