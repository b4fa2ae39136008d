"""What one step of stochastic gradient descent promises, without and with momentum."""

from __future__ import annotations

from typing import Any, Final

from gradecheck import ANY, Argument, Contract
from gradecheck.arguments import kinds
from lectures.lecture03.contracts.linear import WEIGHTS
from lectures.lecture03.contracts.numbers import lr, mu

W: Final = Argument("w", kinds.real, (ANY,), called=WEIGHTS)
V: Final = Argument("v", kinds.real, (ANY,), called=("v", "velocity", "vel", "velocities"))
GRAD: Final = Argument("grad", kinds.upstream, (ANY,))
LR: Final = Argument("lr", lr)
MU: Final = Argument("mu", mu)


def sgd_step(w: Any, grad: Any, lr: Any) -> Any:
    return w - lr * grad


def momentum_step(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v + grad if mu != 0 else grad  # torch keeps no v then, whatever it was
    return w - lr * v, v


def momentum_expanded(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    if mu == 0:
        return w - lr * grad, grad
    return w - lr * mu * v - lr * grad, mu * v + grad


def momentum_by_steps(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    """The step λ v first, and v from it."""
    step = mu * (lr * v) + lr * grad
    return w - step, step / lr


SGD_STEP: Final = Contract(
    name="sgd_step",
    chapter="sgd",
    formula="W = W - λ ∂L/∂W",
    latex=r"W = W - \lambda \frac{\partial L}{\partial W}",
    arguments=(W, GRAD, LR),
    results=("w",),
    stable=sgd_step,
    literal=sgd_step,
    slide="SGD Equation (Without Momentum)",
    twin="torch.optim.SGD",
    branches={"lr > 0": lambda w, grad, lr: lr > 0},
    returns=" of w's shape",
)
MOMENTUM_STEP: Final = Contract(
    name="momentum_step",
    chapter="sgd",
    formula="v = μ v + ∂L/∂W;  W = W - λ v",
    latex=r"v = \mu v + \frac{\partial L}{\partial W}, \quad W = W - \lambda v",
    arguments=(W, V, GRAD, LR, MU),
    results=("w", "v"),
    stable=momentum_step,
    literal=momentum_step,
    roundabout=(momentum_expanded, momentum_by_steps),
    slide="SGD Equation (With Momentum)",
    twin="torch.optim.SGD(momentum=mu)",
    branches={
        "lr > 0": lambda w, v, grad, lr, mu: lr > 0,
        "mu > 0": lambda w, v, grad, lr, mu: mu > 0,
        "mu = 0": lambda w, v, grad, lr, mu: mu == 0,
    },
    unobserved={"v": lambda w, v, grad, lr, mu: mu == 0},  # every later step multiplies it by 0
    returns=", both of w's shape",
    note="v is the velocity after the step before.",
)

CONTRACTS: Final = (SGD_STEP, MOMENTUM_STEP)
