"""What layer norm, RMS norm and batch norm promise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from gradecheck import Argument, Contract, gradient_of
from gradecheck.arguments import kinds
from gradecheck.arguments.kinds import Filling, Kind
from lectures.beyond.contracts.numbers import eps

# -- kinds


def _with_constants(axis: int) -> Kind:
    """Real numbers, where in `ties` and `zeros` half of the rows, or columns, hold one number each."""

    def fill(f: Filling) -> Any:
        x = kinds.real.fill(f)
        if f.regime.name not in ("ties", "zeros") or not x.size:
            return x
        first = x.take([0], axis)
        return np.where(f.rng.random(first.shape) < 0.5, first, x)

    # torch's kernels meet an infinity in another order than the formulas do; a batch of nothing has no mean
    silent = frozenset({"nonfinite"} if axis else {"nonfinite", "empty"})
    return replace(kinds.real, name="rows" if axis else "columns", fill=fill, silent=silent)


momentum: Final = kinds.number(
    "momentum",
    common=(0.1, 0.01, 0.5, 1.0, 0.0),
    other=lambda rng: rng.uniform(0, 1),
    fits=lambda x: 0 <= x <= 1,
    says="a number from 0 to 1",
    simple=(0.5, 0.1, 1.0, 0.0),
    examples=(0.5, 0.1, 1.0),
    called=("momentum", "alpha", "decay", "rho"),
)
variances: Final = replace(kinds.positive, name="variances")

ROWS: Final = Argument("x", _with_constants(-1), ("n?", "k"), called=kinds.INPUTS)
COLUMNS: Final = Argument("x", _with_constants(0), ("n", "k"), called=kinds.INPUTS)
GAMMA: Final = Argument("gamma", kinds.real, ("k",), called=("gamma", "g", "weight", "scale"))
BETA: Final = Argument("beta", kinds.real, ("k",), called=("beta", "b", "bias", "shift"))
MEAN: Final = Argument("mean", kinds.real, ("k",), called=("mean", "runningmean", "mu", "rm"))
VARIANCE: Final = Argument("variance", variances, ("k",), called=("variance", "var", "runningvar", "rv"))
EPS: Final = Argument("eps", eps)
MOMENTUM: Final = Argument("momentum", momentum)
GRAD_ROWS: Final = Argument("grad", kinds.upstream, ("n?", "k"))
GRAD_COLUMNS: Final = Argument("grad", kinds.upstream, ("n", "k"))

INSIDE: Final = "eps stands inside the root: √(σ² + eps), not √σ² + eps."
BIASED: Final = "σ² is the biased variance, Σ (x - μ)² / n."

SEVERAL_ROWS: Final = {
    "n > 1": lambda x, *_: x.ndim == 2 and len(x) > 1,
    "k > 1": lambda x, *_: x.shape[-1] > 1,
    "n ≠ k": lambda x, *_: x.ndim == 2 and len(x) != x.shape[-1],
    "a single row": lambda x, *_: x.ndim == 1 or len(x) == 1,
}
CONSTANT_ROW: Final = {
    "a row is constant": lambda x, *_: x.shape[-1] > 1 and (x == x[..., :1]).all(axis=-1),
}
CONSTANT_COLUMN: Final = {
    "a column is constant": lambda x, *_: len(x) > 1 and (x == x[:1]).all(axis=0),
}

NORMALISED: Final = r"\hat{x} = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}"
BACKWARD: Final = "ĝ = grad γ;  ∂L/∂x = (ĝ - mean ĝ - x̂ mean(ĝ x̂)) / √(σ² + eps);  ∂L/∂γ = Σ grad x̂;  ∂L/∂β = Σ grad"
BACKWARD_LATEX: Final = (
    r"\hat{g} = g \gamma, \quad \frac{\partial L}{\partial x} ="
    r" \frac{\hat{g} - \overline{\hat{g}} - \hat{x}\, \overline{\hat{g} \hat{x}}}{\sqrt{\sigma^2 + \epsilon}}, \quad"
    r" \frac{\partial L}{\partial \gamma} = \sum g \hat{x}, \quad \frac{\partial L}{\partial \beta} = \sum g"
)
GRADIENTS: Final = ("∂L/∂x", "∂L/∂γ", "∂L/∂β")
OF_ALL: Final = " of the shapes of x, gamma and beta"

LAYER_NORM: Final = Contract(
    name="layer_norm",
    chapter="normalisation",
    formula="y = γ x̂ + β, x̂ = (x - μ) / √(σ² + eps), μ and σ² of the row",
    latex=rf"y = \gamma \hat{{x}} + \beta, \quad {NORMALISED}",
    arguments=(ROWS, GAMMA, BETA, EPS),
    results=("y",),
    slide="Layer Normalization",
    twin="torch.nn.LayerNorm",
    branches={**SEVERAL_ROWS, **CONSTANT_ROW},
    returns=" of x's shape",
    note="μ and σ² are those of each row, over its k numbers.",
    holds=(INSIDE, BIASED),
)
LAYER_NORM_BACKWARD: Final = gradient_of(
    LAYER_NORM,
    upstream=GRAD_ROWS,
    formula=BACKWARD,
    latex=BACKWARD_LATEX,
    results=GRADIENTS,
    returns=OF_ALL,
    note="The means are over the row, and the sums over the rows.",
)
RMS_NORM: Final = Contract(
    name="rms_norm",
    chapter="normalisation",
    formula="y = γ x / √(mean x² + eps), the mean over the row",
    latex=r"y = \gamma \frac{x}{\sqrt{\overline{x^2} + \epsilon}}",
    arguments=(ROWS, GAMMA, EPS),
    results=("y",),
    slide="RMS Normalization",
    twin="torch.nn.RMSNorm",
    branches={**SEVERAL_ROWS, "a row is 0": lambda x, *_: ~x.any(axis=-1)},
    returns=" of x's shape",
    note="No mean is subtracted; eps stands inside the root.",
)
RMS_NORM_BACKWARD: Final = gradient_of(
    RMS_NORM,
    upstream=GRAD_ROWS,
    formula="ĝ = grad γ, x̂ = x / r, r = √(mean x² + eps);  ∂L/∂x = (ĝ - x̂ mean(ĝ x̂)) / r;  ∂L/∂γ = Σ grad x̂",
    latex=(
        r"\hat{g} = g \gamma, \quad \frac{\partial L}{\partial x} ="
        r" \frac{\hat{g} - \hat{x}\, \overline{\hat{g} \hat{x}}}{\sqrt{\overline{x^2} + \epsilon}}, \quad"
        r" \frac{\partial L}{\partial \gamma} = \sum g \hat{x}"
    ),
    results=("∂L/∂x", "∂L/∂γ"),
    returns=" of the shapes of x and gamma",
    note="The mean is over the row, and the sum over the rows.",
)
BATCH_NORM: Final = Contract(
    name="batch_norm",
    chapter="normalisation",
    formula="y = γ x̂ + β, x̂ = (x - μ) / √(σ² + eps), μ and σ² of the column",
    latex=rf"y = \gamma \hat{{x}} + \beta, \quad {NORMALISED}",
    arguments=(COLUMNS, GAMMA, BETA, EPS),
    results=("y",),
    slide="Batch Normalization",
    twin="torch.nn.BatchNorm1d in training",
    branches={**SEVERAL_ROWS, **CONSTANT_COLUMN},
    returns=" of x's shape",
    note="In training: μ and σ² are those of each column, over the n rows of the batch. Of a single row, y = β.",
    holds=(INSIDE, BIASED),
)
BATCH_NORM_BACKWARD: Final = gradient_of(
    BATCH_NORM,
    upstream=GRAD_COLUMNS,
    formula=BACKWARD,
    latex=BACKWARD_LATEX,
    results=GRADIENTS,
    returns=OF_ALL,
    note="Means and sums are over the column: μ and σ² depend on all of it.",
)
BATCH_NORM_RUNNING: Final = Contract(
    name="batch_norm_running",
    chapter="normalisation",
    formula="mean' = mean + momentum (μ - mean);  variance' = variance + momentum (s² - variance), "
    "where s² = Σ (x - μ)² / (n - 1)",
    latex=(r"m = (1 - \alpha) m + \alpha \mu, \quad v = (1 - \alpha) v + \alpha \frac{1}{n - 1} \sum_i (x_i - \mu)^2"),
    arguments=(COLUMNS, MEAN, VARIANCE, MOMENTUM),
    results=("mean", "variance"),
    slide="Batch Normalization",
    twin="torch.nn.BatchNorm1d in training",
    branches={
        "k > 1": lambda x, *_: x.shape[-1] > 1,
        "n = 2": lambda x, *_: len(x) == 2,
        **CONSTANT_COLUMN,
        "momentum = 0": lambda x, mean, variance, momentum: momentum == 0,
        "momentum = 1": lambda x, mean, variance, momentum: momentum == 1,
    },
    returns=" of shape (k,)",
    note="momentum is the share of this batch, not of what was there before; the running variance is the unbiased one, "
    "over n - 1, so that n is at least 2 here. μ is the mean of each column.",
    sizes=("n >= 2",),
)
BATCH_NORM_EVALUATED: Final = Contract(
    name="batch_norm_evaluated",
    chapter="normalisation",
    formula="y = γ (x - mean) / √(variance + eps) + β",
    latex=r"y = \gamma \frac{x - m}{\sqrt{v + \epsilon}} + \beta",
    arguments=(COLUMNS, GAMMA, BETA, MEAN, VARIANCE, EPS),
    results=("y",),
    slide="Batch Normalization",
    twin="torch.nn.BatchNorm1d in evaluation",
    branches=SEVERAL_ROWS,
    returns=" of x's shape",
    note="In evaluation: mean and variance are the running ones, and not those of x.",
    holds=(INSIDE,),
)
BATCH_NORM_EVALUATED_BACKWARD: Final = gradient_of(
    BATCH_NORM_EVALUATED,
    upstream=GRAD_COLUMNS,
    formula="∂L/∂x = grad γ / √(variance + eps);  ∂L/∂γ = Σ grad (x - mean) / √(variance + eps);  ∂L/∂β = Σ grad",
    latex=(
        r"\frac{\partial L}{\partial x} = \frac{g \gamma}{\sqrt{v + \epsilon}}, \quad"
        r" \frac{\partial L}{\partial \gamma} = \sum g \frac{x - m}{\sqrt{v + \epsilon}}, \quad"
        r" \frac{\partial L}{\partial \beta} = \sum g"
    ),
    results=GRADIENTS,
    returns=OF_ALL,
    note="mean and variance do not depend on x. The sums are over the rows.",
)

CONTRACTS: Final = (
    *(LAYER_NORM, LAYER_NORM_BACKWARD),
    *(RMS_NORM, RMS_NORM_BACKWARD),
    *(BATCH_NORM, BATCH_NORM_BACKWARD),
    BATCH_NORM_RUNNING,
    *(BATCH_NORM_EVALUATED, BATCH_NORM_EVALUATED_BACKWARD),
)
