"""Mistakes in train: which λ and μ a step takes."""

from __future__ import annotations

from typing import Final

from gradecheck import Mistake
from gradecheck.packs.mistakes.given import of
from lectures.lecture03.mistakes.network.perceptron import Perceptron
from lectures.lecture03.mistakes.sgd.right import momentum_step
from lectures.lecture03.mistakes.sgd.velocity import lr_inside_and_outside

MISTAKES: Final = (
    Mistake(
        "train/mu-hard-coded",
        "train",
        Perceptron(rates=lambda lr, mu, i: (lr, 0.9)).train,
        "The momentum is always 0.9, the lecture's value, whatever mu is.",
        "Try mu = 0.5.",
    ),
    Mistake(
        "train/lr-hard-coded",
        "train",
        Perceptron(rates=lambda lr, mu, i: (0.01, mu)).train,
        "The learning rate is always 0.01, the lecture's value, whatever lr is.",
        "Try lr = 0.5.",
    ),
    Mistake(
        "train/rates-hard-coded",
        "train",
        Perceptron(rates=lambda lr, mu, i: (0.01, 0.9)).train,
        "Learning rate and momentum are always 0.01 and 0.9, the lecture's values, whatever lr and mu are.",
        "Try lr = 0.5 and mu = 0.5.",
    ),
    Mistake(
        "train/lr-and-mu-swapped",
        "train",
        Perceptron(rates=lambda lr, mu, i: (mu, lr)).train,
        "lr and mu are swapped; the order of the arguments is A, T, W, b, lr, mu, steps.",
        "Try mu = 0: W should move still.",
    ),
    Mistake(
        "train/lr-left-out",
        "train",
        Perceptron(rates=lambda lr, mu, i: (1, mu)).train,
        "The learning rate λ is left out: W moves by the whole velocity.",
        "Try two different lr and compare.",
    ),
    Mistake(
        "train/lr-decays",
        "train",
        Perceptron(rates=lambda lr, mu, i: (lr / (i + 1), mu)).train,
        "The learning rate falls from step to step; λ is the same in every step.",
        "Compare the second step with the first for mu = 0.",
    ),
    Mistake(
        "train/lr-squared",
        "train",
        Perceptron(descend=of(momentum_step, lr_inside_and_outside)).train,
        "The learning rate enters twice, in v = μ v + λ ∂L/∂W and again in W - λ v.",
        "Try one step with lr = 0.1: W should move by 0.1 ∂L/∂W.",
    ),
    Mistake(
        "train/mu-to-the-step",
        "train",
        Perceptron(rates=lambda lr, mu, i: (lr, mu**i)).train,
        "The momentum is μ to the power of the step, which only shows from the third step on; μ is always the same.",
        "Compare v of the third step with μ v + ∂L/∂W.",
    ),
)
