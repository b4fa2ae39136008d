"""The numbers of the lecture, with its common values: alpha of Leaky ReLU, learning rate, momentum, steps."""

from __future__ import annotations

from math import inf
from typing import Final

from gradecheck.arguments import kinds

alpha: Final = kinds.number(
    "alpha",
    common=(0.01, 0.0, 1.0, 0.2),
    other=lambda rng: rng.uniform(0, 1),
    fits=lambda x: 0 <= x <= 1,
    says="a number from 0 to 1",
    simple=(0.01, 0.5, 0.0, 1.0),
    examples=(0.5, 0.01, 0.0),
    called=("alpha", "slope", "leak"),
)
lr: Final = kinds.number(
    "lr",
    common=(0.01, 0.001, 0.1, 1.0),
    other=lambda rng: 10 ** rng.uniform(-4, 0),
    fits=lambda x: 0 < x < inf,
    says="a positive number",
    simple=(1.0, 0.5, 0.1, 0.01),
    examples=(0.5, 0.1, 1.0),
    called=("lr", "eta", "learningrate", "rate", "stepsize", "lmbda", "lam", "lambda"),
)
mu: Final = kinds.number(
    "mu",
    common=(0.9, 0.0, 0.5, 0.99),
    other=lambda rng: rng.uniform(0, 1),
    fits=lambda x: 0 <= x <= 1,
    says="a number from 0 to 1",
    simple=(0.0, 0.5, 0.9),
    examples=(0.5, 0.9, 0.0),
    called=("mu", "momentum", "beta", "rho", "gamma"),
)
steps: Final = kinds.whole_number(
    "steps",
    range(1, 6),
    most=10,  # after more, rounding alone may take a training run so far that next to nothing is judged
    counts="step",
    silent=frozenset({"empty", "nonfinite", "huge", "subnormal"}),
    called=("steps", "step", "epochs", "epoch", "iterations", "iters", "nsteps"),
)
