"""What the recurrent network promises: a step and a sequence, forward and backward."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Argument, Contract, gradient_of
from gradecheck.arguments import kinds
from gradecheck.arguments.kinds import Filling, Kind


def _state(f: Filling) -> Any:
    """Zeros in one case of four, as at the beginning of a sequence; else numbers that are never wild."""
    return np.zeros(f.shape) if f.rng.random() < 0.25 else kinds.features.fill(f)


def _weights(f: Filling) -> Any:
    """The more features, the smaller, as networks have them: else rounding would grow from step to step."""
    return kinds.features.fill(f) / (3 * np.sqrt(f.shape[-1]))


state: Final = Kind("state", _state, has=lambda regime, x: x == 0 or kinds.features.has(regime, x), by_regime=True)
weights: Final = Kind("weights", _weights, has=kinds.features.has, by_regime=True)

INPUTS: Final = ("x", "xt", "input", "inputs", "inp")
X: Final = Argument("x", kinds.real, ("n", "in"), called=INPUTS)
XS: Final = Argument("x", kinds.real, ("n", "time", "in"), called=("xs", "seq", "sequence", *INPUTS))
H: Final = Argument("h", state, ("n", "out"), called=("h", "hprev", "h0", "aprev", "a0", "hidden", "state"))
W_X: Final = Argument("W_x", weights, ("out", "in"), called=("wx", "wxh", "wax", "wih", "u", "kernel"))
W_H: Final = Argument("W_h", weights, ("out", "out"), called=("wh", "whh", "waa", "w", "recurrentkernel"))
B: Final = Argument("b", kinds.features, ("out",), called=("b", "bh", "ba", "bias", "biases"))
GRAD: Final = Argument("grad", kinds.upstream, ("n", "out"))
GRADS: Final = Argument("grad", kinds.upstream, ("n", "time", "out"))

STEP_SIZES: Final = ("out <= 16",)
SEQUENCE_SIZES: Final = (*STEP_SIZES, "time <= 4")
STEP_BRANCHES: Final = {
    "n = 1": lambda x, h, *others: len(x) == 1,
    "n > 1": lambda x, h, *others: len(x) > 1,
    "h = 0": lambda x, h, *others: not h.any(),
    "h ≠ 0": lambda x, h, *others: h != 0,
    "in ≠ out": lambda x, h, *others: x.shape[-1] != h.shape[-1],
    "|x| > 100": lambda x, *others: abs(x) > 100,
}
SEQUENCE_BRANCHES: Final = {
    **STEP_BRANCHES,
    "time = 1": lambda x, *others: x.shape[1] == 1,
    "time > 1": lambda x, *others: x.shape[1] > 1,
}
FEATURES: Final = "in and out are numbers of features, and ι is a column of n ones: a bias is added to every row."
BEGINNING: Final = "h is the state before the first step. The result has the states after every step, without it."
ALIKE: Final = "Every step has the same weights: their gradients are sums over the steps."
GRADIENTS: Final = ("∂L/∂x", "∂L/∂h", "∂L/∂W_x", "∂L/∂W_h", "∂L/∂b")

RNN_STEP: Final = Contract(
    name="rnn_step",
    chapter="recurrent",
    formula="h' = tanh(x W_xᵀ + h W_hᵀ + ι bᵀ)",
    latex=r"h' = \tanh(x W_x^T + h W_h^T + \iota b^T)",
    arguments=(X, H, W_X, W_H, B),
    results=("h'",),
    slide="Recurrent network",
    twin="torch.nn.RNNCell",
    branches=STEP_BRANCHES,
    sizes=STEP_SIZES,
    returns=" of shape (n, out)",
    note="The one bias b is the sum of torch's two.",
    holds=(FEATURES,),
)
RNN_STEP_BACKWARD: Final = gradient_of(
    RNN_STEP,
    upstream=GRAD,
    formula="∂L/∂Z = grad (1 - h'²);  ∂L/∂x = ∂L/∂Z W_x;  ∂L/∂h = ∂L/∂Z W_h;  "
    "∂L/∂W_x = (∂L/∂Z)ᵀ x;  ∂L/∂W_h = (∂L/∂Z)ᵀ h;  ∂L/∂b = (∂L/∂Z)ᵀ ι",
    latex=(
        r"\frac{\partial L}{\partial Z} = g (1 - h'^2), \quad "
        r"\frac{\partial L}{\partial x} = \frac{\partial L}{\partial Z} W_x, \quad "
        r"\frac{\partial L}{\partial h} = \frac{\partial L}{\partial Z} W_h, \quad "
        r"\frac{\partial L}{\partial W_x} = \left(\frac{\partial L}{\partial Z}\right)^T x, \quad "
        r"\frac{\partial L}{\partial W_h} = \left(\frac{\partial L}{\partial Z}\right)^T h, \quad "
        r"\frac{\partial L}{\partial b} = \left(\frac{\partial L}{\partial Z}\right)^T \iota"
    ),
    results=GRADIENTS,
    returns=" of the shapes of x, h, W_x, W_h and b",
    note="Z is what tanh is taken of: h' = tanh(Z).",
)
RNN: Final = Contract(
    name="rnn",
    chapter="recurrent",
    formula="h_t = tanh(x_t W_xᵀ + h_{t-1} W_hᵀ + ι bᵀ) for t = 1, 2, ..., time, from h_0 = h",
    latex=r"h_t = \tanh(x_t W_x^T + h_{t-1} W_h^T + \iota b^T), \quad h_0 = h",
    arguments=(XS, H, W_X, W_H, B),
    results=("h_t",),
    slide="Recurrent network",
    twin="torch.nn.RNN, batch_first",
    branches=SEQUENCE_BRANCHES,
    sizes=SEQUENCE_SIZES,
    returns=" for all t, of shape (n, time, out)",
    note=BEGINNING,
    holds=(FEATURES,),
)
RNN_BACKWARD: Final = gradient_of(
    RNN,
    upstream=GRADS,
    formula="from the last step to the first: rnn_step_backward of grad_t + ∂L/∂h_t, "
    "where ∂L/∂h_t comes from the step after; the gradients of W_x, W_h and b are summed",
    latex=(
        r"\frac{\partial L}{\partial Z_t} = \left(g_t + \frac{\partial L}{\partial Z_{t+1}} W_h\right) (1 - h_t^2), "
        r"\quad \frac{\partial L}{\partial W_h} = \sum_t \left(\frac{\partial L}{\partial Z_t}\right)^T h_{t-1}"
    ),
    results=GRADIENTS,
    returns=" of the shapes of x, h, W_x, W_h and b",
    note=ALIKE,
)

CONTRACTS: Final = (RNN_STEP, RNN_STEP_BACKWARD, RNN, RNN_BACKWARD)
