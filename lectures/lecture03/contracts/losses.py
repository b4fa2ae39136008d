"""What the losses promise: mse, cross_entropy, softmax_cross_entropy and their gradients."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import ANY, Argument, Contract, Sketch, gradient_of
from gradecheck.arguments import kinds
from gradecheck.arguments.possible import LIKELIHOOD
from lectures.lecture03.contracts.activations import (
    CLASSES,
    log_sum_exp,
    softmax,
    softmax_by_log_sum_exp,
    softmax_by_sums_of_two,
    softmax_literal,
)

PREDICTION: Final = Argument("prediction", kinds.real, (ANY,), called=("p", *kinds.PREDICTIONS))
TARGET: Final = Argument("target", kinds.real, (ANY,), called=kinds.TARGETS)
P: Final = Argument("p", kinds.probabilities, ("n?", "k"))
T: Final = Argument("t", kinds.targets, ("n?", "k"))
X: Final = Argument("x", kinds.real, ("n?", "k"), called=kinds.INPUTS)
CLASS_T: Final = Argument("t", kinds.class_targets, ("n?", "k"))
LOGARITHMS: Final = "Logarithms are natural, and 0 log 0 counts as 0."
MEAN: Final = "A loss is a mean over the rows; mse is a mean over all elements."

# -- mse


def mse(prediction: Any, target: Any) -> Any:
    d = target - prediction
    return (d * d).sum() / d.size


def mse_expanded(prediction: Any, target: Any) -> Any:
    return (prediction * prediction - 2 * prediction * target + target * target).sum() / prediction.size


def mse_backward(prediction: Any, target: Any) -> Any:
    return 2 * (prediction - target) / prediction.size


def mse_backward_expanded(prediction: Any, target: Any) -> Any:
    n = prediction.size
    return 2 * prediction / n - 2 * target / n


# -- cross_entropy


def rows(x: Any) -> int:
    """A 1-D x is one row."""
    return len(x) if x.ndim == 2 else 1


def cross_entropy(p: Any, t: Any) -> Any:
    return -np.where(t == 0, 0, t * np.log(p)).sum() / rows(p)


def cross_entropy_backward(p: Any, t: Any) -> Any:
    return np.where(t == 0, 0, -t / p) / rows(p)


# -- softmax_cross_entropy


def _from_logarithms(log_p: Any, t: Any) -> Any:
    return -(t * log_p).sum() / rows(t)


def softmax_cross_entropy(x: Any, t: Any) -> Any:
    z = x - x.max(axis=-1, keepdims=True)
    return _from_logarithms(z - np.log(np.exp(z).sum(axis=-1, keepdims=True)), t)


def softmax_cross_entropy_literal(x: Any, t: Any) -> Any:
    return cross_entropy(softmax_literal(x), t)


def softmax_cross_entropy_by_log_sum_exp(x: Any, t: Any) -> Any:
    return _from_logarithms(x - log_sum_exp(x), t)


def softmax_cross_entropy_composed(x: Any, t: Any) -> Any:
    return cross_entropy(softmax(x), t)


def gradient_of_logits(form: Any) -> Any:
    def backward(x: Any, t: Any) -> Any:
        return (form(x) * t.sum(axis=-1, keepdims=True) - t) / rows(t)

    return backward


def gradient_by_chain_rule(x: Any, t: Any) -> Any:
    """∂L/∂p, then the gradient of softmax: -t/p overflows where p underflows."""
    p = softmax(x)
    grad = cross_entropy_backward(p, t)
    return p * (grad - (grad * p).sum(axis=-1, keepdims=True))


KINDS_OF_TARGET: Final = {
    "t = 0": lambda p, t: t == 0,
    "0 < t < 1": lambda p, t: (t > 0) & (t < 1),
    "t = 1": lambda p, t: t == 1,
}
SEVERAL: Final = {
    "n > 1": lambda x, t: rows(x) > 1,
    "k > 1": lambda x, t: x.shape[-1] > 1,
    "n ≠ k": lambda x, t: rows(x) != x.shape[-1],
}

MSE: Final = Contract(
    name="mse",
    chapter="losses",
    formula="MSE = 1/n Σ_i (y_i - ŷ_i)², over all n elements",
    latex=r"\mathrm{MSE} = \frac{1}{n} \sum_i (y_i - \hat{y}_i)^2",
    arguments=(PREDICTION, TARGET),
    results=("MSE",),
    stable=mse,
    literal=mse,
    roundabout=(mse_expanded,),
    slide="MSE",
    twin="torch.nn.MSELoss",
    branches={"2-D": lambda prediction, target: prediction.ndim > 1},
    returns=", a number",
    holds=(MEAN,),
    sketch=Sketch("ŷ, y = 1", -1, 3, lambda x: (np.array([x]), np.array([1.0]))),
)
MSE_BACKWARD: Final = gradient_of(
    MSE,
    formula="∂MSE/∂ŷ_i = 2/n (ŷ_i - y_i)",
    latex=r"\frac{\partial\,\mathrm{MSE}}{\partial \hat{y}_i} = \frac{2}{n} (\hat{y}_i - y_i)",
    results=("∂MSE/∂ŷ",),
    stable=mse_backward,
    literal=mse_backward,
    roundabout=(mse_backward_expanded,),
    returns=" of prediction's shape",
    note="The gradient with respect to prediction.",
)
CROSS_ENTROPY: Final = Contract(
    name="cross_entropy",
    chapter="losses",
    formula="L_CE = -Σ_i t_i log p_i, natural log, mean over the rows",
    latex=r"L_{CE} = - \sum_{i} t_i \log(p_i)",
    arguments=(P, T),
    results=("L",),
    stable=cross_entropy,
    literal=cross_entropy,
    slide="Cross Entropy Loss (classification)",
    twin="torch.special.xlogy",
    branches={**KINDS_OF_TARGET, **SEVERAL},
    possible=LIKELIHOOD,
    returns=", a number",
    holds=(CLASSES, LOGARITHMS, MEAN),
    sketch=Sketch("p of the right class", 0.05, 1, lambda x: (np.array([x]), np.array([1.0]))),
)
CROSS_ENTROPY_BACKWARD: Final = gradient_of(
    CROSS_ENTROPY,
    formula="∂L/∂p_i = -t_i / p_i, over the number of rows",
    latex=r"\frac{\partial L}{\partial p_i} = - \frac{1}{n} \frac{t_i}{p_i}",
    results=("∂L/∂p",),
    stable=cross_entropy_backward,
    literal=cross_entropy_backward,
    returns=" of p's shape",
    note="The gradient with respect to p; 0 where t = 0.",
)
SOFTMAX_CROSS_ENTROPY: Final = Contract(
    name="softmax_cross_entropy",
    chapter="losses",
    formula="L = -Σ_i t_i log(e^{x_i} / Σ_j e^{x_j}), mean over the rows",
    latex=r"L = - \sum_i t_i \log \frac{e^{x_i}}{\sum_j e^{x_j}}",
    arguments=(X, CLASS_T),
    results=("L",),
    stable=softmax_cross_entropy,
    literal=softmax_cross_entropy_literal,
    roundabout=(softmax_cross_entropy_by_log_sum_exp, softmax_cross_entropy_composed),
    slide="Softmax; Cross Entropy Loss (classification)",
    twin="torch.nn.CrossEntropyLoss",
    branches={**KINDS_OF_TARGET, **SEVERAL},
    returns=", a number",
    note="x are logits: the softmax belongs to this function. Rows of t sum to 1.",
    holds=(CLASSES, LOGARITHMS, MEAN),
    sketch=Sketch("x₁ of two classes, x₂ = 0, t = (1, 0)", -6, 6, lambda x: (np.array([x, 0.0]), np.array([1.0, 0.0]))),
)
SOFTMAX_CROSS_ENTROPY_BACKWARD: Final = gradient_of(
    SOFTMAX_CROSS_ENTROPY,
    formula="∂L/∂x = (softmax(x) Σt - t) / n; Σt is 1 for class targets",
    latex=r"\frac{\partial L}{\partial x} = \frac{1}{n} \left(\mathrm{softmax}(x) \sum_i t_i - t\right)",
    results=("∂L/∂x",),
    stable=gradient_of_logits(softmax),
    literal=gradient_of_logits(softmax_literal),
    roundabout=(
        gradient_of_logits(softmax_by_log_sum_exp),
        gradient_of_logits(softmax_by_sums_of_two),
        gradient_by_chain_rule,
    ),
    returns=" of x's shape",
    note="x are logits. Rows of t sum to 1.",
)

CONTRACTS: Final = (
    *(MSE, MSE_BACKWARD),
    *(CROSS_ENTROPY, CROSS_ENTROPY_BACKWARD),
    *(SOFTMAX_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY_BACKWARD),
)
