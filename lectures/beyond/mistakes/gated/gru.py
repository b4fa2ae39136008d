"""Mistakes in the GRU: in a step, in its gradient, and in sequences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from lectures.beyond.mistakes.activations.silu import sigmoid
from lectures.beyond.mistakes.gated.lstm import reordered
from lectures.beyond.mistakes.through_time import Cell, of_gradient, of_sequence

Part = Callable[..., Any]


def candidate(r: Any, N_x: Any, N_h: Any) -> Any:
    return np.tanh(N_x + r * N_h)


def products(x: Any, h: Any, W_x: Any, W_h: Any, b_x: Any, b_h: Any) -> tuple[Any, ...]:
    """r, z, N_x and N_h."""
    R_x, Z_x, N_x = np.split(x @ W_x.T + b_x, 3, axis=1)
    R_h, Z_h, N_h = np.split(h @ W_h.T + b_h, 3, axis=1)
    return sigmoid(R_x + R_h), sigmoid(Z_x + Z_h), N_x, N_h


@dataclass(frozen=True)
class Gru:
    """A step from parts that can be replaced."""

    candidate: Part = candidate
    mixed: Part = lambda z, g, h: (1 - z) * g + z * h

    def __call__(self, x: Any, h: Any, *weights: Any) -> Any:
        r, z, N_x, N_h = products(x, h, *weights)
        return self.mixed(z, self.candidate(r, N_x, N_h), h)


def of_candidate(grad: Any, z: Any, g: Any) -> Any:
    return grad * (1 - z) * (1 - g**2)


def of_reset(dN: Any, r: Any, N_h: Any, h: Any) -> Any:
    return dN * N_h * r * (1 - r)


def of_update(grad: Any, z: Any, g: Any, h: Any) -> Any:
    return grad * (h - g) * z * (1 - z)


@dataclass(frozen=True)
class Gradient:
    """The gradient of a step from parts that can be replaced. beside: what of ∂L/∂h does not come through W_h."""

    of_candidate: Part = of_candidate
    of_reset: Part = of_reset
    of_update: Part = of_update
    of_product: Part = lambda dN, r: dN * r
    beside: Part = lambda grad, z: grad * z

    def __call__(self, grad: Any, x: Any, h: Any, W_x: Any, W_h: Any, *biases: Any) -> Any:
        r, z, N_x, N_h = products(x, h, W_x, W_h, *biases)
        g = candidate(r, N_x, N_h)
        dN = self.of_candidate(grad, z, g)
        gates = self.of_reset(dN, r, N_h, h), self.of_update(grad, z, g, h)
        dX, dH = (np.concatenate([*gates, d], axis=1) for d in (dN, self.of_product(dN, r)))
        return dX @ W_x, dH @ W_h + self.beside(grad, z), dX.T @ x, dH.T @ h, dX.sum(axis=0), dH.sum(axis=0)


@Right
def gru_step(*arguments: Any) -> Any:
    return Gru()(*arguments)


@Right
def gru_step_backward(*arguments: Any) -> Any:
    return Gradient()(*arguments)


CELL: Final = Cell(gru_step.formula, gru_step_backward.formula)


@Right
def gru(*arguments: Any) -> Any:
    return CELL.forward(*arguments)


@Right
def gru_backward(*arguments: Any) -> Any:
    return CELL.backward(*arguments)


def update_first(x: Any, h: Any, *weights: Any) -> tuple[Any, ...]:
    return x, h, *(reordered(W, 1, 0, 2) for W in weights)


def update_first_backward(grad: Any, *arguments: Any) -> Any:
    """The weights are read as z, r, n, and their gradients are written so."""
    dx, dh, *others = gru_step_backward(grad, *update_first(*arguments))
    return dx, dh, *(reordered(W, 1, 0, 2) for W in others)


def reset_before_product(x: Any, h: Any, W_x: Any, W_h: Any, b_x: Any, b_h: Any) -> Any:
    r, z, N_x, _ = products(x, h, W_x, W_h, b_x, b_h)
    g = np.tanh(N_x + (r * h) @ np.split(W_h, 3)[2].T + np.split(b_h, 3)[2])
    return (1 - z) * g + z * h


def bias_outside_reset(x: Any, h: Any, W_x: Any, W_h: Any, b_x: Any, b_h: Any) -> Any:
    return gru_step(x, h, W_x, W_h, b_x + b_h, 0 * b_h)


def averaged(*arguments: Any) -> Any:
    dx, dh, *sums = gru_step_backward(*arguments)
    return dx, dh, *(part / len(dx) for part in sums)


MISTAKES: Final = (
    gru_step.wrong("update-swapped", Gru(mixed=lambda z, g, h: z * g + (1 - z) * h),
        "z and 1 - z have changed places, as in other texts; here z keeps the state: h' = (1 - z) g + z h.",
        "Try a b_x for which z is 1: h' should be h."),
    gru_step.wrong("update-not-subtracted", Gru(mixed=lambda z, g, h: g + z * h),
        "The candidate is not multiplied by 1 - z: h' = (1 - z) g + z h.",
        "Try a b_x for which z is 1: h' should be h."),
    gru_step.wrong("reset-before-product", reset_before_product,
        "r is multiplied with h before the product with W_h, as in the paper; here it is after it, as in torch.",
        "Look at where r stands in tanh(N_x + r N_h), and at what N_h is."),
    gru_step.wrong("bias-outside-reset", bias_outside_reset,
        "The bias b_h of the candidate is added outside of r; N_h = h W_hᵀ + b_h, and r multiplies all of it.",
        "Try a b_x for which r is 0: b_h of the candidate should take no part."),
    gru_step.wrong("reset-left-out", Gru(lambda r, N_x, N_h: np.tanh(N_x + N_h)),
        "The reset gate is left out: g = tanh(N_x + r N_h).",
        "Try a b_x for which r is 0: N_h should take no part."),
    gru_step.wrong("reset-of-input", Gru(lambda r, N_x, N_h: np.tanh(r * (N_x + N_h))),
        "r multiplies the part of x, too; it multiplies that of the state alone: g = tanh(N_x + r N_h).",
        "Try h and b_h of zeros: r should take no part."),
    gru_step.wrong("candidate-by-sigmoid", Gru(lambda r, N_x, N_h: sigmoid(N_x + r * N_h)),
        "The sigmoid is taken of the candidate; it is tanh.",
        "Try arguments of zeros: h' = 0 is right."),
    gru_step.given("update-first", update_first,
        "The gates are taken in the order z, r, n; here it is torch's, r, z, n.",
        "Try a b_x of which only the second third is large: h' should be h."),
    gru_step.given("state-bias-left-out", lambda x, h, W_x, W_h, b_x, b_h: (x, h, W_x, W_h, b_x, 0 * b_h),
        "b_h is left out; both biases are added, b_x with x W_xᵀ and b_h with h W_hᵀ.",
        "Try x, h and b_x of zeros: what should h' be then?"),
    gru_step.float32_lost(lambda *arguments: gru_step(*arguments).astype(np.float64)),
    gru_step_backward.wrong("kept-state-left-out", Gradient(beside=lambda grad, z: 0 * grad),
        "∂L/∂h is what comes through W_h alone; h' has z h in it, too: + grad z.",
        "Try W_h = 0: ∂L/∂h should be grad z."),
    gru_step_backward.wrong("reset-not-passed", Gradient(of_product=lambda dN, r: dN),
        "∂L/∂N_h is ∂L/∂N_x; r stands before N_h: ∂L/∂N_h = ∂L/∂N_x r.",
        "Try a b_x for which r is 0: the last third of ∂L/∂b_h should be 0."),
    gru_step_backward.wrong("reset-by-state", Gradient(of_reset=lambda dN, r, N_h, h: dN * h * r * (1 - r)),
        "∂L/∂r is ∂L/∂N_x h; r multiplies N_h = h W_hᵀ + b_h.",
        "Try h = 0 with a b_h that is not: ∂L/∂R should not be 0."),
    gru_step_backward.wrong("reset-without-gradient", Gradient(of_reset=lambda dN, r, N_h, h: 0 * dN),
        "The reset gate has no gradient; r is in the candidate, and depends on x, h and the weights.",
        "Look at the first third of ∂L/∂b_x."),
    gru_step_backward.wrong("update-swapped", Gradient(of_update=lambda *a: -of_update(*a)),
        "∂L/∂z is grad (g - h); h' = (1 - z) g + z h has the slope h - g.",
        "Try h = 1 and g = 0: h' rises with z."),
    gru_step_backward.wrong("slope-of-candidate-left-out", Gradient(lambda grad, z, g: grad * (1 - z)),
        "The derivative of tanh is left out: ∂L/∂N_x = grad (1 - z) (1 - g²).",
        "Try a b_x of which only the last third is 100: the last third of ∂L/∂b_x should be 0."),
    gru_step_backward.wrong("candidate-not-scaled", Gradient(lambda grad, z, g: grad * (1 - g**2)),
        "∂L/∂g is grad; the candidate is multiplied by 1 - z.",
        "Try a b_x for which z is 1: ∂L/∂x should be 0."),
    gru_step_backward.wrong("slope-of-update-left-out", Gradient(of_update=lambda grad, z, g, h: grad * (h - g)),
        "The derivative of the sigmoid is left out: ∂L/∂Z = grad (h - g) z (1 - z).",
        "Try a b_x for which z is 1: the second third of ∂L/∂b_x should be 0."),
    gru_step_backward.wrong("update-first", update_first_backward,
        "The gates are taken in the order z, r, n; here it is torch's, r, z, n.",
        "Try a b_x of which only the second third is large: ∂L/∂h should be grad."),
    gru_step_backward.wrong("averaged", averaged,
        "The gradients of the weights and biases are divided by n; the 1/n is the loss's, and grad has it already.",
        "Compare one row with the same row twice.", sign="divided by n"),
    *of_sequence(gru, CELL),
    *of_gradient(gru_backward, CELL),
)  # fmt: skip
