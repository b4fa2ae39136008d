"""What the losses beyond the lecture promise: bce_with_logits, huber, kl_div and their gradients."""

from __future__ import annotations

from math import inf
from typing import Any, Final

import numpy as np

from gradecheck import ANY, Argument, Contract, Sketch, gradient_of
from gradecheck.arguments import kinds


def _binary(f: kinds.Filling) -> Any:
    """0 or 1, or anything between."""
    hard = f.rng.integers(0, 2, f.shape)
    return np.where(f.rng.random(f.shape) < f.rng.choice([0.0, 0.5, 1.0]), f.rng.random(f.shape), hard)


def _log_probabilities(f: kinds.Filling) -> Any:
    z = f.regime.spread * f.rng.standard_normal(f.shape)
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


binary: Final = kinds.Kind(
    "binary targets",
    _binary,
    simple=(0.0, 1.0, 0.5),
    examples=((1.0, 0.0), (0.0, 1.0, 0.5), (0.25, 0.75)),
    fits=lambda x, sizes: 0 <= x <= 1,
    says="numbers from 0 to 1",
    called=kinds.TARGETS,
)
log_probabilities: Final = kinds.Kind(
    "logarithms of probabilities",
    _log_probabilities,
    simple=(-1.0, 0.0, -2.0, -0.5),
    examples=((-0.25, -1.5), (-1.0, -0.5), (-2.0, -0.125), (0.0, -10.0), (-100.0, 0.0)),
    fits=lambda x, sizes: -inf < x <= 0,
    says="numbers that are not above 0",
    has=lambda regime, x: abs(x) <= 6 * regime.spread,
    silent=frozenset({"close", "nonfinite"}),
    by_regime=True,
    called=("logp", "logprobs", "logq", "x", "input", "prediction"),
)
delta: Final = kinds.number(
    "delta",
    common=(1.0, 0.5, 2.0, 0.1),
    other=lambda rng: 10 ** rng.uniform(-2, 1),
    fits=lambda x: 0 < x < inf,
    says="a positive number",
    called=("delta", "threshold", "beta"),
)

X: Final = Argument("x", kinds.real, (ANY,), called=kinds.INPUTS)
T: Final = Argument("t", binary, (ANY,))
PREDICTION: Final = Argument("prediction", kinds.real, (ANY,), called=("p", *kinds.PREDICTIONS))
TARGET: Final = Argument("target", kinds.real, (ANY,), called=kinds.TARGETS)
DELTA: Final = Argument("delta", delta, default=1.0)
LOG_P: Final = Argument("log_p", log_probabilities, ("n", "k"))
SHARES: Final = Argument("t", kinds.targets, ("n", "k"))

# -- bce_with_logits


def bce_with_logits(x: Any, t: Any) -> Any:
    return (t * np.log(1 + np.exp(-x)) + (1 - t) * np.log(1 + np.exp(x))).sum() / x.size


def bce_of_sigmoid(x: Any, t: Any) -> Any:
    s = 1 / (1 + np.exp(-x))
    return -(t * np.log(s) + (1 - t) * np.log(1 - s)).sum() / x.size


KINDS_OF_TARGET: Final = {
    "t = 0": lambda x, t: t == 0,
    "0 < t < 1": lambda x, t: (t > 0) & (t < 1),
    "t = 1": lambda x, t: t == 1,
}

BCE_WITH_LOGITS: Final = Contract(
    name="bce_with_logits",
    chapter="losses",
    formula="L = -1/n Σ_i (t_i log σ(x_i) + (1 - t_i) log(1 - σ(x_i))), over all n elements",
    latex=r"L = -\frac{1}{n} \sum_i \left(t_i \log \sigma(x_i) + (1 - t_i) \log(1 - \sigma(x_i))\right)",
    arguments=(X, T),
    results=("L",),
    literal=bce_with_logits,
    roundabout=(bce_of_sigmoid,),
    slide="Binary Cross Entropy",
    twin="torch.nn.BCEWithLogitsLoss",
    branches={**KINDS_OF_TARGET, "2-D": lambda x, t: x.ndim > 1},
    returns=", a number",
    note="x holds logits, before the sigmoid; the mean is over all elements, as of labels that exclude nothing.",
    sketch=Sketch("x, t = 1", -6, 6, lambda x: (np.array([x]), np.array([1.0]))),
)
BCE_WITH_LOGITS_BACKWARD: Final = gradient_of(
    BCE_WITH_LOGITS,
    formula="∂L/∂x_i = 1/n (σ(x_i) - t_i)",
    latex=r"\frac{\partial L}{\partial x_i} = \frac{1}{n} (\sigma(x_i) - t_i)",
    results=("∂L/∂x",),
    returns=" of x's shape",
    note="The gradient with respect to x.",
)

# -- huber


@np.errstate(invalid="ignore")
def _far(prediction: Any, target: Any, delta: float) -> Any:
    return abs(prediction - target) > delta


HUBER: Final = Contract(
    name="huber",
    chapter="losses",
    formula="L = 1/n Σ_i d_i²/2, or δ (|d_i| - δ/2) where |d_i| > δ; d = ŷ - y, over all n elements",
    latex=(
        r"L = \frac{1}{n} \sum_i \begin{cases} \tfrac{1}{2} d_i^2 & \text{for } |d_i| \le \delta \\ "
        r"\delta \left(|d_i| - \tfrac{1}{2} \delta\right) & \text{otherwise} \end{cases}, \quad d_i = \hat{y}_i - y_i"
    ),
    arguments=(PREDICTION, TARGET, DELTA),
    results=("L",),
    slide="Huber",
    twin="torch.nn.HuberLoss",
    branches={
        "|d| > δ": _far,
        "|d| <= δ": lambda *arguments: ~_far(*arguments),
        "delta is not 1": lambda prediction, target, delta: delta != 1,
    },
    returns=", a number",
    note="Smooth L1 is this loss over δ.",
    sketch=Sketch("ŷ, y = 0, delta = 1", -3, 3, lambda x: (np.array([x]), np.array([0.0]), 1.0)),
)
HUBER_BACKWARD: Final = gradient_of(
    HUBER,
    formula="∂L/∂ŷ_i = 1/n d_i, or 1/n δ sign(d_i) where |d_i| > δ",
    latex=(
        r"\frac{\partial L}{\partial \hat{y}_i} = \frac{1}{n} \begin{cases} d_i & \text{for } |d_i| \le \delta \\ "
        r"\delta \operatorname{sign}(d_i) & \text{otherwise} \end{cases}"
    ),
    results=("∂L/∂ŷ",),
    returns=" of prediction's shape",
    note="The gradient with respect to prediction.",
)

# -- kl_div

KL_DIV: Final = Contract(
    name="kl_div",
    chapter="losses",
    formula="L = Σ_i t_i (log t_i - log p_i), natural log, mean over the n rows",
    latex=r"L = \frac{1}{n} \sum_i t_i \left(\log t_i - \log p_i\right)",
    arguments=(LOG_P, SHARES),
    results=("L",),
    slide="Kullback-Leibler Divergence",
    twin='torch.nn.KLDivLoss(reduction="batchmean")',
    branches={
        "t = 0": lambda log_p, t: t == 0,
        "0 < t < 1": lambda log_p, t: (t > 0) & (t < 1),
        "n > 1": lambda log_p, t: len(t) > 1,
        "n ≠ k": lambda log_p, t: t.shape[0] != t.shape[1],
    },
    returns=", a number",
    note="log_p holds logarithms, and t probabilities; 0 log 0 counts as 0. It is divided by the rows, not by n k.",
    sketch=Sketch("log p of the right class", -4, 0, lambda x: (np.array([[x]]), np.array([[1.0]]))),
)
KL_DIV_BACKWARD: Final = gradient_of(
    KL_DIV,
    formula="∂L/∂(log p_i) = -t_i, over the number of rows",
    latex=r"\frac{\partial L}{\partial \log p_i} = - \frac{t_i}{n}",
    results=("∂L/∂(log p)",),
    returns=" of log_p's shape",
    note="The gradient with respect to log_p.",
)

CONTRACTS: Final = (
    *(BCE_WITH_LOGITS, BCE_WITH_LOGITS_BACKWARD),
    *(HUBER, HUBER_BACKWARD),
    *(KL_DIV, KL_DIV_BACKWARD),
)
