"""Mistakes in a step of gradient descent, W = W - λ ∂L/∂W, without and with momentum, v = μ v + ∂L/∂W."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right


@Right
def sgd_step(w: Any, grad: Any, lr: Any) -> Any:
    return w - lr * grad


@Right
def momentum_step(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + grad
    return w - lr * v, v


def moving_average(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> tuple[Any, ...]:
    return w, v, (1 - mu) * grad, lr, mu


def nesterov(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    return w - lr * (mu * (mu * v + grad) + grad), mu * v + grad


def nothing_returned(w: Any, grad: Any, lr: Any) -> Any:
    w = w - lr * grad


def written_into_w(w: Any, grad: Any, lr: Any) -> Any:
    w -= lr * grad
    return w


def written_and_nothing_returned(w: Any, grad: Any, lr: Any) -> Any:
    w -= lr * grad


def written_into_v(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v *= mu
    v += grad
    return w - lr * v, v


def written_into_both(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v *= mu
    v += grad
    w -= lr * v
    return w, v


MISTAKES: Final = (
    sgd_step.given("ascent", lambda w, grad, lr: (w, grad, -lr),
        "The step goes uphill: λ ∂L/∂W is added; W = W - λ ∂L/∂W subtracts it.",
        "Try w = [0] with a positive gradient: where should w go?"),
    sgd_step.given("lr-left-out", lambda w, grad, lr: (w, grad, 1),
        "The learning rate λ is left out: the whole gradient is subtracted.",
        "Try two different lr and compare."),
    sgd_step.given("lr-hard-coded", lambda w, grad, lr: (w, grad, 0.01),
        "The learning rate is always 0.01, the lecture's value, whatever lr is.",
        "Try lr = 0.5."),
    sgd_step.given("lr-squared", lambda w, grad, lr: (w, grad, lr * lr),
        "The learning rate enters twice: λ² ∂L/∂W is subtracted.",
        "Try w = [0], grad = [1] and lr = 0.1."),
    sgd_step.given("divided-by-lr", lambda w, grad, lr: (w, grad, 1 / lr),
        "The gradient is divided by the learning rate; W = W - λ ∂L/∂W multiplies it.",
        "Try w = [0], grad = [1] and lr = 0.1: a small λ makes a small step."),
    sgd_step.wrong("step-alone", lambda w, grad, lr: lr * grad,
        "The step λ ∂L/∂W comes back; the result is the new W, the old one minus the step.",
        "Try grad of zeros: what should come back then?"),
    sgd_step.wrong("weights-scaled", lambda w, grad, lr: w * (1 - lr * grad),
        "W is multiplied by 1 - λ ∂L/∂W; λ ∂L/∂W is subtracted from it.",
        "Try w of zeros with a gradient that is not 0."),
    sgd_step.wrong("lr-scales-weights-too", lambda w, grad, lr: lr * (w - grad),
        "The learning rate multiplies W as well; in W - λ ∂L/∂W it belongs to the gradient alone.",
        "Try grad of zeros, and look at the parentheses."),
    sgd_step.wrong("averaged-over-first-axis", lambda w, grad, lr: sgd_step(w, grad, lr / len(grad)),
        "The gradient is divided by its length; it has the shape of W, not one row a sample, and the 1/n is in it.",
        "Try the same numbers as one row and as one column."),
    sgd_step.wrong("sign-alone", lambda w, grad, lr: sgd_step(w, np.sign(grad), lr),
        "Only the sign of the gradient enters; the step is λ times the gradient itself.",
        "Try grad = [1] and grad = [10] and compare the steps."),
    sgd_step.wrong("gradient-clipped", lambda w, grad, lr: sgd_step(w, np.clip(grad, -1, 1), lr),
        "The gradient is clipped to [-1, 1]; the slide takes it as it is.",
        "Try grad = [1] and grad = [10] and compare the steps."),
    sgd_step.wrong("gradient-normalised", lambda w, grad, lr: sgd_step(w, grad / np.linalg.norm(grad), lr),
        "The gradient is divided by its length ‖∂L/∂W‖; the slide takes it as it is.",
        "Try grad = [1] and grad = [10] and compare the steps."),
    sgd_step.wrong("weights-decay", lambda w, grad, lr: sgd_step(w, grad + 0.01 * w, lr),
        "W shrinks by a weight decay besides the step; the slide has none.",
        "Try grad of zeros: W should stay what it is."),
    momentum_step.given("moving-average", moving_average,
        "The velocity is a moving average, μ v + (1 - μ) ∂L/∂W; the slide has v = μ v + ∂L/∂W.",
        "Try v = [0] and grad = [1]: what is the new v?"),
    momentum_step.given("average-swapped", lambda w, v, grad, lr, mu: (w, v, mu * grad, lr, 1 - mu),
        "The velocity is a moving average with its shares swapped, (1 - μ) v + μ ∂L/∂W; the slide has μ v + ∂L/∂W.",
        "Try mu = 0: v should be the gradient."),
    momentum_step.given("lr-inside-velocity", lambda w, v, grad, lr, mu: (w, v, lr * grad, 1, mu),
        "The learning rate is inside the velocity, v = μ v + λ ∂L/∂W and W = W - v; the slide has it outside: W - λ v.",
        "Try v = [0] and grad = [1]: what is the new v?"),
    momentum_step.given("velocity-downhill", lambda w, v, grad, lr, mu: (w, v, -lr * grad, -1, mu),
        "The velocity points downhill, v = μ v - λ ∂L/∂W and W = W + v; the slide has v = μ v + ∂L/∂W and W - λ v.",
        "Try v = [0] and grad = [1]: which sign and size has the new v?"),
    momentum_step.given("all-downhill", lambda w, v, grad, lr, mu: (w, v, -grad, -lr, mu),
        "The velocity points downhill: the gradient is subtracted in v, and λ v is added to W; the slide has "
        "v = μ v + ∂L/∂W and W - λ v.",
        "Try v = [0] and grad = [1], and look at the sign of the new v."),
    momentum_step.given("lr-inside-and-outside", lambda w, v, grad, lr, mu: (w, v, lr * grad, lr, mu),
        "The learning rate enters twice, in v = μ v + λ ∂L/∂W and again in W - λ v.",
        "Try w = [0], v = [0], grad = [1] and lr = 0.1."),
    momentum_step.given("mu-left-out", lambda w, v, grad, lr, mu: (w, v, grad, lr, 1),
        "The momentum μ is left out, v = v + ∂L/∂W, so that the velocity never fades.",
        "Try grad of zeros, v = [1] and mu = 0.5."),
    momentum_step.given("mu-hard-coded", lambda w, v, grad, lr, mu: (w, v, grad, lr, 0.9),
        "The momentum is always 0.9, the lecture's value, whatever mu is.",
        "Try mu = 0.5."),
    momentum_step.given("mu-negated", lambda w, v, grad, lr, mu: (w, v, grad, lr, -mu),
        "The old velocity is subtracted, v = ∂L/∂W - μ v; the slide adds it.",
        "Try grad of zeros, v = [1] and mu = 0.5, and look at the sign of the new v."),
    momentum_step.given("mu-on-gradient", lambda w, v, grad, lr, mu: (w, v, mu * grad, lr, 1),
        "μ multiplies the gradient, v = v + μ ∂L/∂W; it belongs to the old velocity: v = μ v + ∂L/∂W.",
        "Try mu = 0: v should be the gradient."),
    momentum_step.given("mu-on-both", lambda w, v, grad, lr, mu: (w, v, mu * grad, lr, mu),
        "μ multiplies the gradient too, v = μ (v + ∂L/∂W); in v = μ v + ∂L/∂W it does not.",
        "Try mu = 0: v should be the gradient."),
    momentum_step.given("velocity-forgotten", lambda w, v, grad, lr, mu: (w, v, grad, lr, 0),
        "The old velocity is forgotten, v = ∂L/∂W: this is a step without momentum.",
        "Try grad of zeros, v = [1] and mu = 0.5."),
    momentum_step.given("gradient-subtracted", lambda w, v, grad, lr, mu: (w, v, -grad, lr, mu),
        "The gradient is subtracted twice, in v = μ v - ∂L/∂W and in W - λ v, and so W goes uphill.",
        "Try v = [0] and grad = [1], and look at the sign of the new v."),
    momentum_step.given("lr-and-mu-swapped", lambda w, v, grad, lr, mu: (w, v, grad, mu, lr),
        "lr and mu are swapped; the order of the arguments is w, v, grad, lr, mu.",
        "Try mu = 0: v should be the gradient."),
    momentum_step.given("ascent", lambda w, v, grad, lr, mu: (w, v, grad, -lr, mu),
        "The step goes uphill: λ v is added; W = W - λ v subtracts it.",
        "Try w = [0] and v = [0] with a positive gradient: where should w go?"),
    momentum_step.given("lr-left-out", lambda w, v, grad, lr, mu: (w, v, grad, 1, mu),
        "The learning rate λ is left out: the whole velocity is subtracted.",
        "Try two different lr and compare."),
    momentum_step.wrong("nesterov", nesterov,
        "This is Nesterov's momentum, W - λ (∂L/∂W + μ v); the slide has W - λ v.",
        "Try v = [0], grad = [1] and mu = 0.5, and compare the step with λ v."),
    momentum_step.wrong("old-velocity", lambda w, v, grad, lr, mu: (w - lr * v, mu * v + grad),
        "W moves by the velocity from before this step; v = μ v + ∂L/∂W comes first, then W = W - λ v.",
        "Try v = [0]: W should move already."),
    momentum_step.wrong("velocity-unused", lambda w, v, grad, lr, mu: (w - lr * grad, mu * v + grad),
        "The velocity is computed, but W moves by the gradient: W - λ ∂L/∂W in place of W - λ v.",
        "Try grad of zeros with v = [1] and mu = 0.5: W should move still."),
    momentum_step.wrong("velocity-unchanged",
        lambda w, v, grad, lr, mu: (momentum_step(w, v, grad, lr, mu)[0], v),
        "The old velocity comes back, so that the next step does not know of this one.",
        "Try v = [0] and grad = [1] and look at the second result."),
    momentum_step.wrong("weights-unchanged", lambda w, v, grad, lr, mu: (w, mu * v + grad),
        "W stays what it was: the update W = W - λ v is left out, as on the lecture's first summary slide.",
        "Compare the first result with w; the later slide has both equations."),
    momentum_step.wrong("velocity-first", lambda w, v, grad, lr, mu: momentum_step(w, v, grad, lr, mu)[::-1],
        "The velocity comes first and W second; the order is W, v.",
        "Try grad and v of zeros: which of the two results is w?"),
    momentum_step.wrong("velocity-not-returned", lambda w, v, grad, lr, mu: momentum_step(w, v, grad, lr, mu)[0],
        "Only W comes back; the next step needs the velocity too.",
        "Count the results: W, v."),
    sgd_step.wrong("nothing-returned", nothing_returned,
        "The new W is computed but nothing is returned.",
        "Print what the function returns."),
    sgd_step.wrong("single-precision",
        lambda w, grad, lr: sgd_step(w.astype(np.float32), grad.astype(np.float32), lr).astype(w.dtype),
        "The step is computed in float32, which loses half of the digits of float64 weights.",
        "Look for astype(np.float32) or dtype=np.float32."),
    sgd_step.written_to("written-into-w", written_into_w, "w"),
    sgd_step.wrong("written-and-nothing-returned", written_and_nothing_returned,
        "The step is written into the argument w, and nothing is returned.",
        "Print what the function returns, and w before and after the call."),
    sgd_step.float32_lost(lambda w, grad, lr: sgd_step(w, grad, np.float64(lr))),
    sgd_step.wrong("list-of-numbers", lambda w, grad, lr: sgd_step(w, grad, lr).tolist(),
        "The new W comes back as a list; it should be an array.",
        "Print the type of the result.", costs="hygiene"),
    momentum_step.written_to("written-into-v", written_into_v, "v"),
    momentum_step.written_to("written-into-both", written_into_both, "w", "v"),
    momentum_step.float32_lost(
        lambda w, v, grad, lr, mu: momentum_step(w, v, grad, np.float64(lr), np.float64(mu))),
)  # fmt: skip
