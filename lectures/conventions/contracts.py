"""Formulas of the lecture as other courses have them: where a factor, a mean or a rate stands elsewhere.

Each row is the lecture's with another formula, and says which convention it is. Its tolerance comes from its twin. The
formula as it is written gives the truth, and tells who is wrong from who overflows; other right forms stand where they
lose digits.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from gradecheck import Contract, gradient_of
from lectures.lecture03.contracts.activations import CLASSES, softmax, softmax_literal
from lectures.lecture03.contracts.linear import LINEAR, LINEAR_BACKWARD
from lectures.lecture03.contracts.losses import (
    CROSS_ENTROPY,
    CROSS_ENTROPY_BACKWARD,
    LOGARITHMS,
    MSE,
    SOFTMAX_CROSS_ENTROPY,
    SOFTMAX_CROSS_ENTROPY_BACKWARD,
)
from lectures.lecture03.contracts.sgd import MOMENTUM_STEP

CHAPTER: Final = "conventions"
FIRST: Final = "What a function says of itself counts more than this list: it may follow another convention."


def _convention(row: Contract, name: str, **said: Any) -> Contract:
    """The lecture's row by another convention, which is said."""
    forms = {"stable": None, "roundabout": ()}
    return replace(row, name=name, chapter=CHAPTER, slide=f"{row.slide}, by another convention", **forms | said)


# -- mse


def mse_half(prediction: Any, target: Any) -> Any:
    d = target - prediction
    return (d * d).sum() / (2 * d.size)


def mse_half_expanded(prediction: Any, target: Any) -> Any:
    squares = prediction * prediction - 2 * prediction * target + target * target
    return squares.sum() / (2 * prediction.size)


def mse_half_backward(prediction: Any, target: Any) -> Any:
    return (prediction - target) / prediction.size


def mse_sum(prediction: Any, target: Any) -> Any:
    d = target - prediction
    return (d * d).sum()


def mse_sum_expanded(prediction: Any, target: Any) -> Any:
    return (prediction * prediction - 2 * prediction * target + target * target).sum()


def mse_sum_backward(prediction: Any, target: Any) -> Any:
    return 2 * (prediction - target)


MSE_HALF: Final = _convention(
    MSE,
    "mse_half",
    formula="E = 1/(2n) Σ_i (y_i - ŷ_i)², over all n elements",
    latex=r"E = \frac{1}{2n} \sum_i (y_i - \hat{y}_i)^2",
    results=("E",),
    literal=mse_half,
    roundabout=(mse_half_expanded,),
    twin="torch.nn.MSELoss, halved",
    note="Half of the mean over all elements.",
    holds=(FIRST,),
)
MSE_HALF_BACKWARD: Final = gradient_of(
    MSE_HALF,
    formula="∂E/∂ŷ_i = 1/n (ŷ_i - y_i)",
    latex=r"\frac{\partial E}{\partial \hat{y}_i} = \frac{1}{n} (\hat{y}_i - y_i)",
    results=("∂E/∂ŷ",),
    literal=mse_half_backward,
    returns=" of prediction's shape",
    note="The gradient with respect to prediction, of half of the mean over all elements.",
)
MSE_SUM: Final = _convention(
    MSE,
    "mse_sum",
    formula="E = Σ_i (y_i - ŷ_i)², over all elements",
    latex=r"E = \sum_i (y_i - \hat{y}_i)^2",
    results=("E",),
    literal=mse_sum,
    roundabout=(mse_sum_expanded,),
    twin='torch.nn.MSELoss(reduction="sum")',
    note="The sum over all elements: it is divided by nothing.",
    holds=(FIRST,),
)
MSE_SUM_BACKWARD: Final = gradient_of(
    MSE_SUM,
    formula="∂E/∂ŷ_i = 2 (ŷ_i - y_i)",
    latex=r"\frac{\partial E}{\partial \hat{y}_i} = 2 (\hat{y}_i - y_i)",
    results=("∂E/∂ŷ",),
    literal=mse_sum_backward,
    returns=" of prediction's shape",
    note="The gradient with respect to prediction, of the sum over all elements.",
)

# -- cross entropy

SUMMED: Final = "The sum over all rows: it is not divided by their number."


def cross_entropy_sum(p: Any, t: Any) -> Any:
    return -np.where(t == 0, 0, t * np.log(p)).sum()


def cross_entropy_sum_backward(p: Any, t: Any) -> Any:
    return np.where(t == 0, 0, -t / p)


def softmax_cross_entropy_sum_literal(x: Any, t: Any) -> Any:
    return cross_entropy_sum(softmax_literal(x), t)


def softmax_cross_entropy_sum_composed(x: Any, t: Any) -> Any:
    return cross_entropy_sum(softmax(x), t)


def softmax_cross_entropy_sum_backward_literal(x: Any, t: Any) -> Any:
    return softmax_literal(x) * t.sum(axis=-1, keepdims=True) - t


def gradient_by_chain_rule(x: Any, t: Any) -> Any:
    """∂L/∂p, then the gradient of softmax: -t/p overflows where p underflows."""
    p = softmax(x)
    grad = cross_entropy_sum_backward(p, t)
    return p * (grad - (grad * p).sum(axis=-1, keepdims=True))


CROSS_ENTROPY_SUM: Final = _convention(
    CROSS_ENTROPY,
    "cross_entropy_sum",
    formula="L_CE = -Σ_i t_i log p_i, natural log, summed over all rows",
    latex=r"L_{CE} = - \sum_{r} \sum_{i} t_{ri} \log(p_{ri})",
    literal=cross_entropy_sum,
    note=SUMMED,
    holds=(FIRST, CLASSES, LOGARITHMS),
)
CROSS_ENTROPY_SUM_BACKWARD: Final = gradient_of(
    CROSS_ENTROPY_SUM,
    formula="∂L/∂p_i = -t_i / p_i",
    latex=r"\frac{\partial L}{\partial p_i} = - \frac{t_i}{p_i}",
    results=CROSS_ENTROPY_BACKWARD.results,
    literal=cross_entropy_sum_backward,
    returns=" of p's shape",
    note="The gradient with respect to p, of the sum over all rows; 0 where t = 0.",
)
SOFTMAX_CROSS_ENTROPY_SUM: Final = _convention(
    SOFTMAX_CROSS_ENTROPY,
    "softmax_cross_entropy_sum",
    formula="L = -Σ_i t_i log(e^{x_i} / Σ_j e^{x_j}), summed over all rows",
    latex=r"L = - \sum_r \sum_i t_{ri} \log \frac{e^{x_{ri}}}{\sum_j e^{x_{rj}}}",
    literal=softmax_cross_entropy_sum_literal,
    roundabout=(softmax_cross_entropy_sum_composed,),
    twin='torch.nn.CrossEntropyLoss(reduction="sum")',
    note=f"{SOFTMAX_CROSS_ENTROPY.note} {SUMMED}",
    holds=(FIRST, CLASSES, LOGARITHMS),
)
SOFTMAX_CROSS_ENTROPY_SUM_BACKWARD: Final = gradient_of(
    SOFTMAX_CROSS_ENTROPY_SUM,
    formula="∂L/∂x = softmax(x) Σt - t; Σt is 1 for class targets",
    latex=r"\frac{\partial L}{\partial x} = \mathrm{softmax}(x) \sum_i t_i - t",
    results=SOFTMAX_CROSS_ENTROPY_BACKWARD.results,
    literal=softmax_cross_entropy_sum_backward_literal,
    roundabout=(gradient_by_chain_rule,),
    returns=" of x's shape",
    note="x are logits. Rows of t sum to 1. The gradient of the sum over all rows: it is not divided by their number.",
)

# -- the layer


def linear_backward_mean(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A / len(A), grad.sum(axis=0) / len(A)


LINEAR_BACKWARD_MEAN: Final = _convention(
    LINEAR_BACKWARD,
    "linear_backward_mean",
    formula="∂L/∂A = grad W;  ∂L/∂W = 1/n gradᵀ A;  ∂L/∂b = 1/n gradᵀ ι",
    latex=(
        r"\frac{\partial L}{\partial A} = \frac{\partial L}{\partial Z} W, \quad "
        r"\frac{\partial L}{\partial W} = \frac{1}{n} \left(\frac{\partial L}{\partial Z}\right)^T A, \quad "
        r"\frac{\partial L}{\partial b} = \frac{1}{n} \left(\frac{\partial L}{\partial Z}\right)^T \iota"
    ),
    literal=linear_backward_mean,
    twin=f"{LINEAR.twin}, autograd, over n",
    note="The 1/n of the loss stands here, in the gradients of W and b: grad has none, and neither has that of A.",
    holds=(FIRST, *LINEAR_BACKWARD.holds),
)

# -- the step


def momentum_step_downhill(w: Any, v: Any, grad: Any, lr: Any, mu: Any) -> Any:
    v = mu * v - lr * grad if mu != 0 else -(lr * grad)  # torch keeps no v then, whatever it was
    return w + v, v


MOMENTUM_STEP_DOWNHILL: Final = _convention(
    MOMENTUM_STEP,
    "momentum_step_downhill",
    formula="v = μ v - λ ∂L/∂W;  W = W + v",
    latex=r"v = \mu v - \lambda \frac{\partial L}{\partial W}, \quad W = W + v",
    literal=momentum_step_downhill,
    twin="torch.optim.SGD(lr=1, momentum=mu) of λ ∂L/∂W, whose buffer is -v",
    note="v is the velocity after the step before. λ stands in it, and it is added to W.",
    holds=(FIRST,),
)

ROWS: Final = (
    *(MSE_HALF, MSE_HALF_BACKWARD),
    *(MSE_SUM, MSE_SUM_BACKWARD),
    *(CROSS_ENTROPY_SUM, CROSS_ENTROPY_SUM_BACKWARD),
    *(SOFTMAX_CROSS_ENTROPY_SUM, SOFTMAX_CROSS_ENTROPY_SUM_BACKWARD),
    LINEAR_BACKWARD_MEAN,
    MOMENTUM_STEP_DOWNHILL,
)
