"""What LSTM and GRU promise: a step and a sequence, forward and backward."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from gradecheck import Argument, Contract, gradient_of
from gradecheck.arguments import kinds
from lectures.beyond.contracts.recurrent import (
    ALIKE,
    BEGINNING,
    FEATURES,
    GRAD,
    GRADS,
    SEQUENCE_BRANCHES,
    SEQUENCE_SIZES,
    STEP_BRANCHES,
    STEP_SIZES,
    W_H,
    W_X,
    XS,
    B,
    H,
    X,
    state,
)

C: Final = Argument("c", state, ("n", "out"), called=("c", "cprev", "c0", "cell", "memory"))
GRAD_H: Final = Argument("grad_h", kinds.upstream, ("n", "out"), called=("gradh", "dh", "dnexth", "danext"))
GRADS_H: Final = Argument("grad_h", kinds.upstream, ("n", "time", "out"), called=("gradh", "dh", "da"))
GRAD_C: Final = Argument("grad_c", kinds.upstream, ("n", "out"), called=("gradc", "dc", "dnextc", "dcnext"))

LSTM_WEIGHTS: Final = tuple(replace(argument, axes=("rows", *argument.axes[1:])) for argument in (W_X, W_H, B))
GRU_WEIGHTS: Final = (
    *LSTM_WEIGHTS[:2],
    Argument("b_x", kinds.features, ("rows",), called=("bx", "bih", "bxh", "bias")),
    Argument("b_h", kinds.features, ("rows",), called=("bh", "bhh", "recurrentbias")),
)
LSTM_ROWS: Final = (
    "Of an LSTM, rows is 4 out: out rows for each gate, in torch's order i, f, g, o. "
    "CS231n has i, f, o, g, and ONNX i, o, f, g."
)
LSTM_BIAS: Final = "The one bias b is the sum of torch's two."
GRU_ROWS: Final = (
    "Of a GRU, rows is 3 out: out rows for each gate, in torch's order r, z, n. ONNX has z, r, n. r multiplies N_h "
    "after the product with W_h, and its bias with it, as in torch; Cho et al. have the product of W_h and r h."
)
UPDATE: Final = "z keeps the state h, as in torch; with Chung et al. z and 1 - z change places."


def _after_two(branches: dict[str, Any]) -> dict[str, Any]:
    """The branches of a row behind its two upstream gradients."""
    return {text: lambda grad_h, grad_c, *others, holds=holds: holds(*others) for text, holds in branches.items()}


LSTM_STEP: Final = Contract(
    name="lstm_step",
    chapter="gated",
    formula="(I, F, G, O) = x W_xᵀ + h W_hᵀ + ι bᵀ;  i = σ(I), f = σ(F), g = tanh(G), o = σ(O);  "
    "c' = f c + i g;  h' = o tanh(c')",
    latex=(
        r"(I, F, G, O) = x W_x^T + h W_h^T + \iota b^T, \quad c' = \sigma(F)\, c + \sigma(I) \tanh(G), \quad "
        r"h' = \sigma(O) \tanh(c')"
    ),
    arguments=(X, H, C, *LSTM_WEIGHTS),
    results=("h'", "c'"),
    slide="LSTM",
    twin="torch.nn.LSTMCell",
    branches=STEP_BRANCHES,
    sizes=(*STEP_SIZES, "rows = 4 * out"),
    returns=", each of shape (n, out)",
    note=LSTM_BIAS,
    holds=(FEATURES, LSTM_ROWS),
)
LSTM_STEP_BACKWARD: Final = gradient_of(
    LSTM_STEP,
    formula="δ = grad_c + grad_h o (1 - tanh²(c'));  ∂L/∂I = δ g i (1 - i), ∂L/∂F = δ c f (1 - f), "
    "∂L/∂G = δ i (1 - g²), ∂L/∂O = grad_h tanh(c') o (1 - o);  ∂L/∂c = δ f;  "
    "∂L/∂Z = (∂L/∂I, ∂L/∂F, ∂L/∂G, ∂L/∂O);  ∂L/∂x = ∂L/∂Z W_x;  ∂L/∂h = ∂L/∂Z W_h;  "
    "∂L/∂W_x = (∂L/∂Z)ᵀ x;  ∂L/∂W_h = (∂L/∂Z)ᵀ h;  ∂L/∂b = (∂L/∂Z)ᵀ ι",
    latex=(
        r"\delta = g_c + g_h\, o\, (1 - \tanh^2(c')), \quad "
        r"\frac{\partial L}{\partial Z} = \left(\delta g\, i (1 - i),\; \delta c f (1 - f),\; \delta i (1 - g^2),\; "
        r"g_h \tanh(c')\, o (1 - o)\right), \quad \frac{\partial L}{\partial c} = \delta f"
    ),
    arguments=(GRAD_H, GRAD_C, *LSTM_STEP.arguments),
    results=("∂L/∂x", "∂L/∂h", "∂L/∂c", "∂L/∂W_x", "∂L/∂W_h", "∂L/∂b"),
    branches=_after_two(STEP_BRANCHES),
    returns=" of the shapes of x, h, c, W_x, W_h and b",
    note="c' is used twice, as a result and in h': both parts belong to δ = ∂L/∂c'.",
)
LSTM: Final = Contract(
    name="lstm",
    chapter="gated",
    formula="h_t, c_t = lstm_step(x_t, h_{t-1}, c_{t-1}, W_x, W_h, b) for t = 1, 2, ..., time, from h_0 = h, c_0 = c",
    latex=r"(h_t, c_t) = \mathrm{LSTM}(x_t, h_{t-1}, c_{t-1}), \quad h_0 = h, \quad c_0 = c",
    arguments=(XS, H, C, *LSTM_WEIGHTS),
    results=("h_t", "c_time"),
    slide="LSTM",
    twin="torch.nn.LSTM, batch_first",
    branches=SEQUENCE_BRANCHES,
    sizes=(*SEQUENCE_SIZES, "rows = 4 * out"),
    returns=": all h_t of shape (n, time, out), and the last c_t of shape (n, out)",
    note=f"{BEGINNING} {LSTM_BIAS}",
    holds=(FEATURES, LSTM_ROWS),
)
LSTM_BACKWARD: Final = gradient_of(
    LSTM,
    formula="from the last step to the first: lstm_step_backward of grad_h_t + ∂L/∂h_t and of ∂L/∂c_t, which come "
    "from the step after (grad_c for the last); the gradients of W_x, W_h and b are summed",
    latex=(
        r"g_{h,t} = g_t + \frac{\partial L}{\partial Z_{t+1}} W_h, \quad g_{c,t} = \delta_{t+1} f_{t+1}, \quad "
        r"\frac{\partial L}{\partial W_h} = \sum_t \left(\frac{\partial L}{\partial Z_t}\right)^T h_{t-1}"
    ),
    arguments=(GRADS_H, GRAD_C, *LSTM.arguments),
    results=LSTM_STEP_BACKWARD.results,
    branches=_after_two(SEQUENCE_BRANCHES),
    returns=" of the shapes of x, h, c, W_x, W_h and b",
    note=f"grad_h is of all h_t, grad_c of the last c_t. {ALIKE}",
)
GRU_STEP: Final = Contract(
    name="gru_step",
    chapter="gated",
    formula="(R_x, Z_x, N_x) = x W_xᵀ + ι b_xᵀ;  (R_h, Z_h, N_h) = h W_hᵀ + ι b_hᵀ;  "
    "r = σ(R_x + R_h), z = σ(Z_x + Z_h), g = tanh(N_x + r N_h);  h' = (1 - z) g + z h",
    latex=(
        r"(R_x, Z_x, N_x) = x W_x^T + \iota b_x^T, \quad (R_h, Z_h, N_h) = h W_h^T + \iota b_h^T, \quad "
        r"g = \tanh(N_x + \sigma(R_x + R_h)\, N_h), \quad z = \sigma(Z_x + Z_h), \quad h' = (1 - z)\, g + z\, h"
    ),
    arguments=(X, H, *GRU_WEIGHTS),
    results=("h'",),
    slide="GRU",
    twin="torch.nn.GRUCell",
    branches=STEP_BRANCHES,
    sizes=(*STEP_SIZES, "rows = 3 * out"),
    returns=" of shape (n, out)",
    note=UPDATE,
    holds=(FEATURES, GRU_ROWS),
)
GRU_STEP_BACKWARD: Final = gradient_of(
    GRU_STEP,
    upstream=GRAD,
    formula="∂L/∂N_x = grad (1 - z) (1 - g²), ∂L/∂N_h = ∂L/∂N_x r, ∂L/∂R = ∂L/∂N_x N_h r (1 - r), "
    "∂L/∂Z = grad (h - g) z (1 - z);  ∂L/∂X = (∂L/∂R, ∂L/∂Z, ∂L/∂N_x), ∂L/∂H = (∂L/∂R, ∂L/∂Z, ∂L/∂N_h);  "
    "∂L/∂x = ∂L/∂X W_x;  ∂L/∂h = ∂L/∂H W_h + grad z;  ∂L/∂W_x = (∂L/∂X)ᵀ x;  ∂L/∂W_h = (∂L/∂H)ᵀ h;  "
    "∂L/∂b_x = (∂L/∂X)ᵀ ι;  ∂L/∂b_h = (∂L/∂H)ᵀ ι",
    latex=(
        r"\frac{\partial L}{\partial N_x} = g_{h'} (1 - z)(1 - g^2), \quad "
        r"\frac{\partial L}{\partial R} = \frac{\partial L}{\partial N_x} N_h\, r (1 - r), \quad "
        r"\frac{\partial L}{\partial Z} = g_{h'} (h - g)\, z (1 - z), \quad "
        r"\frac{\partial L}{\partial h} = \frac{\partial L}{\partial H} W_h + g_{h'} z"
    ),
    results=("∂L/∂x", "∂L/∂h", "∂L/∂W_x", "∂L/∂W_h", "∂L/∂b_x", "∂L/∂b_h"),
    returns=" of the shapes of x, h, W_x, W_h, b_x and b_h",
)
GRU: Final = Contract(
    name="gru",
    chapter="gated",
    formula="h_t = gru_step(x_t, h_{t-1}, W_x, W_h, b_x, b_h) for t = 1, 2, ..., time, from h_0 = h",
    latex=r"h_t = \mathrm{GRU}(x_t, h_{t-1}), \quad h_0 = h",
    arguments=(XS, H, *GRU_WEIGHTS),
    results=("h_t",),
    slide="GRU",
    twin="torch.nn.GRU, batch_first",
    branches=SEQUENCE_BRANCHES,
    sizes=(*SEQUENCE_SIZES, "rows = 3 * out"),
    returns=" for all t, of shape (n, time, out)",
    note=f"{BEGINNING} {UPDATE}",
    holds=(FEATURES, GRU_ROWS),
)
GRU_BACKWARD: Final = gradient_of(
    GRU,
    upstream=GRADS,
    formula="from the last step to the first: gru_step_backward of grad_t + ∂L/∂h_t, "
    "where ∂L/∂h_t comes from the step after; the gradients of W_x, W_h, b_x and b_h are summed",
    latex=(
        r"g_{h,t} = g_t + \frac{\partial L}{\partial H_{t+1}} W_h + g_{h,t+1} z_{t+1}, \quad "
        r"\frac{\partial L}{\partial W_h} = \sum_t \left(\frac{\partial L}{\partial H_t}\right)^T h_{t-1}"
    ),
    results=GRU_STEP_BACKWARD.results,
    returns=" of the shapes of x, h, W_x, W_h, b_x and b_h",
    note=ALIKE,
)

CONTRACTS: Final = (
    *(LSTM_STEP, LSTM_STEP_BACKWARD, LSTM, LSTM_BACKWARD),
    *(GRU_STEP, GRU_STEP_BACKWARD, GRU, GRU_BACKWARD),
)
