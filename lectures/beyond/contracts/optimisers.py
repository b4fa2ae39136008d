"""What one step of an optimiser promises, and clipping by the norm."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any, Final

import numpy as np

from gradecheck import ANY, Argument, Contract, Form
from gradecheck.arguments import kinds
from gradecheck.arguments.kinds import Filling
from lectures.beyond.contracts.numbers import eps
from lectures.lecture03.contracts.linear import WEIGHTS
from lectures.lecture03.contracts.numbers import lr, mu

# -- kinds


def _share(name: str, common: tuple[float, ...], called: tuple[str, ...]) -> kinds.Kind:
    return kinds.number(
        name,
        common=common,
        other=lambda rng: rng.uniform(0.5, 0.999),
        fits=lambda x: 0 <= x < 1,
        says="a number from 0 to less than 1",
        simple=(0.0, 0.5, common[0]),
        examples=(0.5, common[0], 0.0),
        called=called,
    )


def _gradient(f: Filling) -> Any:
    """In `zeros` often 0 everywhere; the second of two gradients then, too."""
    if f.regime.name == "zeros" and (not f.before[0].any() if f.before else f.rng.random() < 0.5):
        return np.zeros(f.shape)
    return kinds.real.fill(f)


decay: Final = kinds.number(
    "decay",
    common=(0.01, 0.1, 0.0, 1e-4),
    other=lambda rng: 10 ** rng.uniform(-4, 0),
    fits=lambda x: 0 <= x < inf,
    says="a number from 0",
    simple=(0.5, 0.1, 0.0, 0.01),
    examples=(0.5, 0.1, 0.0),
    called=("decay", "wd", "weightdecay", "lambda", "lam", "lmbda", "l2", "reg"),
)
most: Final = kinds.number(
    "most",
    common=(1.0, 5.0, 0.5, 10.0),
    other=lambda rng: 10 ** rng.uniform(-2, 2),
    fits=lambda x: 0 < x < inf,
    says="a positive number",
    simple=(1.0, 0.5, 10.0),
    called=("most", "maxnorm", "max", "clip", "threshold", "maxgradnorm"),
)
squares: Final = replace(
    kinds.positive,
    name="squares",
    fill=lambda f: np.abs(kinds.real.fill(f)),
    simple=(1.0, 0.0, *kinds.positive.simple[1:]),
    fits=lambda x, sizes: 0 <= x < inf,
    says="numbers from 0",
    silent=frozenset(),
)
average: Final = replace(kinds.real, name="average", silent=frozenset({"nonfinite"}))
"""Of gradients. torch.lerp makes inf - inf of an infinite one, and the formula does not."""
gradient: Final = replace(kinds.real, name="gradient", fill=_gradient)

W: Final = Argument("w", kinds.real, (ANY,), called=WEIGHTS)
V: Final = Argument("v", kinds.real, (ANY,), called=("v", "velocity", "vel", "velocities"))
S: Final = Argument("s", squares, (ANY,), called=("s", "v", "cache", "squareavg", "meansquare"))
FIRST: Final = Argument("m", average, (ANY,), called=("m", "expavg", "firstmoment"))
SECOND: Final = Argument("v", squares, (ANY,), called=("v", "s", "expavgsq", "secondmoment"))
OF_WEIGHTS: Final = replace(kinds.upstream, told="{name} is the gradient ∂L/∂W, of w's shape.")
GRAD: Final = Argument("grad", OF_WEIGHTS, (ANY,))
LR: Final = Argument("lr", lr)
MU: Final = Argument("mu", mu)
DECAY: Final = Argument("decay", decay)
RHO: Final = Argument("rho", _share("rho", (0.9, 0.99, 0.5, 0.0), ("rho", "alpha", "decayrate", "beta", "decay")))
EPS: Final = Argument("eps", eps)
T: Final = Argument("t", kinds.whole_number("t", range(1, 11), called=("t", "step", "k", "timestep")))
BETA1: Final = Argument("beta1", _share("beta1", (0.9, 0.5, 0.99, 0.0), ("beta1", "b1", "betam")))
BETA2: Final = Argument("beta2", _share("beta2", (0.999, 0.99, 0.9, 0.0), ("beta2", "b2", "betav")))

OUTSIDE: Final = "eps stands outside the root: √v + eps, not √(v + eps)."
COUNTED: Final = "t is the number of this step, from 1; the m and v that come back are without the correction."

# -- forms that lose digits: 1 - beta worked out in the arrays' precision and beta^t by a product, or averages that are
# moved towards the new number


def _in_precision(x: Any, new: Any, beta: Any) -> Any:
    return beta * x + (1 - beta) * new


def _towards(x: Any, new: Any, beta: Any) -> Any:
    return x + (1 - beta) * (new - x)


def _rmsprop(averaged: Form) -> Form:
    def step(w: Any, s: Any, grad: Any, lr: Any, rho: Any, eps: Any) -> Any:
        s = averaged(s, grad * grad, rho + 0 * grad)
        return w - lr * grad / (np.sqrt(s) + eps), s

    return step


def _adam(averaged: Form) -> Form:
    def step(w: Any, m: Any, v: Any, grad: Any, t: int, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
        beta1, beta2 = beta1 + 0 * grad, beta2 + 0 * grad
        m, v = averaged(m, grad, beta1), averaged(v, grad * grad, beta2)
        power1, power2 = beta1, beta2
        for _ in range(1, t):
            power1, power2 = power1 * beta1, power2 * beta2
        return w - lr * (m / (1 - power1)) / (np.sqrt(v / (1 - power2)) + eps), m, v

    return step


def _adamw(averaged: Form) -> Form:
    adam = _adam(averaged)

    def step(w: Any, *others: Any) -> Any:
        *rest, decay = others
        return adam(w - rest[4] * decay * w, *rest)

    return step


LOSING: Final = (_in_precision, _towards)

WEIGHT_DECAY_STEP: Final = Contract(
    name="weight_decay_step",
    chapter="optimisers",
    formula="W = W - λ (∂L/∂W + decay W)",
    latex=r"W = W - \lambda \left(\frac{\partial L}{\partial W} + \gamma W\right)",
    arguments=(W, GRAD, LR, DECAY),
    results=("w",),
    slide="Weight Decay",
    twin="torch.optim.SGD(weight_decay=decay)",
    branches={"decay > 0": lambda w, grad, lr, decay: decay > 0, "decay = 0": lambda w, grad, lr, decay: decay == 0},
    returns=" of w's shape",
    note="The penalty is decay/2 ‖W‖², whose gradient is decay W; lr multiplies it, too.",
)
NESTEROV_STEP: Final = Contract(
    name="nesterov_step",
    chapter="optimisers",
    formula="v = μ v + ∂L/∂W;  W = W - λ (∂L/∂W + μ v)",
    latex=r"v = \mu v + \frac{\partial L}{\partial W}, \quad W = W - \lambda"
    r" \left(\frac{\partial L}{\partial W} + \mu v\right)",
    arguments=(W, V, GRAD, LR, MU),
    results=("w", "v"),
    slide="Nesterov Momentum",
    twin="torch.optim.SGD(momentum=mu, nesterov=True)",
    branches={
        "mu > 0": lambda w, v, grad, lr, mu: mu > 0,
        "mu = 0": lambda w, v, grad, lr, mu: mu == 0,
    },
    unobserved={"v": lambda w, v, grad, lr, mu: mu == 0},  # every later step multiplies it by 0
    returns=", both of w's shape",
    note="grad is the gradient at w, not at the point ahead; the v in the second equation is the new one.",
)
RMSPROP_STEP: Final = Contract(
    name="rmsprop_step",
    chapter="optimisers",
    formula="s = ρ s + (1 - ρ) (∂L/∂W)²;  W = W - λ ∂L/∂W / (√s + eps)",
    latex=r"s = \rho s + (1 - \rho) g^2, \quad W = W - \lambda \frac{g}{\sqrt{s} + \epsilon}",
    arguments=(W, S, GRAD, LR, RHO, EPS),
    results=("w", "s"),
    roundabout=tuple(map(_rmsprop, LOSING)),
    slide="RMSProp",
    twin="torch.optim.RMSprop(alpha=rho)",
    branches={
        "s = 0": lambda w, s, grad, lr, rho, eps: s == 0,
        "grad = 0": lambda w, s, grad, lr, rho, eps: grad == 0,
        "s = grad = 0": lambda w, s, grad, lr, rho, eps: (s == 0) & (grad == 0),
        "rho = 0": lambda w, s, grad, lr, rho, eps: rho == 0,
    },
    returns=", both of w's shape",
    note="s is the mean of squares after the step before.",
    holds=(OUTSIDE,),
)
ADAM_STEP: Final = Contract(
    name="adam_step",
    chapter="optimisers",
    formula="m = β1 m + (1 - β1) g;  v = β2 v + (1 - β2) g²;  W = W - λ m/(1 - β1^t) / (√(v/(1 - β2^t)) + eps)",
    latex=r"m = \beta_1 m + (1 - \beta_1) g, \quad v = \beta_2 v + (1 - \beta_2) g^2, \quad W = W - \lambda"
    r" \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
    arguments=(W, FIRST, SECOND, GRAD, T, LR, BETA1, BETA2, EPS),
    results=("w", "m", "v"),
    roundabout=tuple(map(_adam, LOSING)),
    slide="Adam",
    twin="torch.optim.Adam",
    branches={
        "t = 1": lambda w, m, v, grad, t, *_: t == 1,
        "t > 1": lambda w, m, v, grad, t, *_: t > 1,
        "grad = 0": lambda w, m, v, grad, *_: grad == 0,
        "v = grad = 0": lambda w, m, v, grad, *_: (v == 0) & (grad == 0),
        "beta1 ≠ beta2": lambda w, m, v, grad, t, lr, beta1, beta2, *_: beta1 != beta2,
    },
    returns=", all of w's shape",
    note="g is grad.",
    holds=(OUTSIDE, COUNTED),
)
ADAMW_STEP: Final = Contract(
    name="adamw_step",
    chapter="optimisers",
    formula="W = (1 - λ decay) W, then the step of Adam",
    latex=r"W = (1 - \lambda \gamma) W, \quad W = W - \lambda \frac{m / (1 - \beta_1^t)}"
    r"{\sqrt{v / (1 - \beta_2^t)} + \epsilon}",
    arguments=(*ADAM_STEP.arguments, DECAY),
    results=("w", "m", "v"),
    roundabout=tuple(map(_adamw, LOSING)),
    slide="AdamW",
    twin="torch.optim.AdamW",
    branches={**ADAM_STEP.branches, "decay > 0": lambda *arguments: arguments[-1] > 0},
    returns=", all of w's shape",
    note="The decay is decoupled: it multiplies W itself, m and v do not see it, and lr multiplies it.",
    holds=(OUTSIDE, COUNTED),
)
CLIP_BY_NORM: Final = Contract(
    name="clip_by_norm",
    chapter="optimisers",
    formula="both times min(1, most / (‖g‖ + 1e-6)), where ‖g‖ = √(Σ dW² + Σ db²)",
    latex=r"g = g \min\left(1, \frac{c}{\|g\| + 10^{-6}}\right), \quad \|g\| = \sqrt{\sum dW^2 + \sum db^2}",
    arguments=(
        Argument("dW", gradient, ("out", "in"), called=("dw", "gradw", "wgrad")),
        Argument("db", gradient, ("out",), called=("db", "gradb", "bgrad")),
        Argument("most", most),
    ),
    results=("dW", "db"),
    slide="Gradient Clipping",
    twin="torch.nn.utils.clip_grad_norm_",
    branches={
        "clipped": lambda dW, db, most: (dW * dW).sum() + (db * db).sum() > most * most,
        "not clipped": lambda dW, db, most: (dW * dW).sum() + (db * db).sum() < most * most,
        "both gradients 0": lambda dW, db, most: not dW.any() and not db.any(),
    },
    returns=" of the shapes of dW and db",
    note="‖g‖ is the norm of both gradients together; 1e-6 is added to it, as torch does.",
)

CONTRACTS: Final = (WEIGHT_DECAY_STEP, NESTEROV_STEP, RMSPROP_STEP, ADAM_STEP, ADAMW_STEP, CLIP_BY_NORM)
