"""Normalisation: of each row (layer norm, RMS norm), and of each column over a batch (batch norm).

x: float32 or float64, (n, k), or (k,) for one row where rows are normalised; gamma, beta, mean and variance: (k,), of
x's dtype. Results have the dtype of x. grad is ∂L/∂y, the upstream gradient, of x's shape. eps stands inside the root,
√(σ² + eps), and σ² is the biased variance, Σ (x - μ)² / n: only the running variance of batch norm is unbiased, as in
torch; CS231n keeps a biased one. Where a row or column is constant, σ² = 0 and x̂ = 0. TypeError for arrays of another
type or of two dtypes, ValueError where the shapes do not fit or eps is negative.
"""

import numpy as np

from manual.arguments import Array, alike, floats, number, quiet, wrong_shape

# -- rows


@quiet
def layer_norm(x: Array, gamma: Array, beta: Array, eps: float) -> Array:
    """y = γ x̂ + β, where x̂ = (x - μ) / √(σ² + eps), and μ and σ² are those of x's row.

    Source: torch.nn.LayerNorm; Ba, Kiros and Hinton, "Layer Normalization".
    """
    eps = _fit_rows("layer_norm", x, eps, gamma=gamma, beta=beta)
    x_hat, _ = _standardised(x, eps, axis=-1)
    return gamma * x_hat + beta


@quiet
def layer_norm_backward(grad: Array, x: Array, gamma: Array, beta: Array, eps: float) -> tuple[Array, Array, Array]:
    """ĝ = grad γ; ∂L/∂x = (ĝ - mean ĝ - x̂ mean(ĝ x̂)) / √(σ² + eps); ∂L/∂γ = Σ grad x̂; ∂L/∂β = Σ grad.

    The means are over the row, the sums over the rows.
    """
    eps = _fit_rows("layer_norm_backward", x, eps, gamma=gamma, beta=beta)
    alike("layer_norm_backward", x=x, grad=grad)
    x_hat, deviation = _standardised(x, eps, axis=-1)
    dx = _standardised_backward(grad * gamma, x_hat, deviation, axis=-1)
    return dx, _over_rows(grad * x_hat), _over_rows(grad)


@quiet
def rms_norm(x: Array, gamma: Array, eps: float) -> Array:
    """y = γ x / √(mean x² + eps), the mean over x's row. Nothing is subtracted.

    Source: torch.nn.RMSNorm; Zhang and Sennrich, "Root Mean Square Layer Normalization".
    """
    eps = _fit_rows("rms_norm", x, eps, gamma=gamma)
    return gamma * (x / _root_mean_square(x, eps))


@quiet
def rms_norm_backward(grad: Array, x: Array, gamma: Array, eps: float) -> tuple[Array, Array]:
    """ĝ = grad γ, x̂ = x / r, r = √(mean x² + eps); ∂L/∂x = (ĝ - x̂ mean(ĝ x̂)) / r; ∂L/∂γ = Σ grad x̂."""
    eps = _fit_rows("rms_norm_backward", x, eps, gamma=gamma)
    alike("rms_norm_backward", x=x, grad=grad)
    r = _root_mean_square(x, eps)
    x_hat, g_hat = x / r, grad * gamma
    dx = (g_hat - x_hat * (g_hat * x_hat).mean(axis=-1, keepdims=True)) / r
    return dx, _over_rows(grad * x_hat)


# -- columns of a batch


@quiet
def batch_norm(x: Array, gamma: Array, beta: Array, eps: float) -> Array:
    """y = γ x̂ + β in training: x̂ = (x - μ) / √(σ² + eps), and μ and σ² are those of x's column.

    Of a batch of 1, x̂ = 0 and y = β; torch.nn.BatchNorm1d refuses it. Source: torch.nn.BatchNorm1d; Ioffe and
    Szegedy, "Batch Normalization".
    """
    eps = _fit_columns("batch_norm", x, eps, 1, gamma=gamma, beta=beta)
    x_hat, _ = _standardised(x, eps, axis=0)
    return gamma * x_hat + beta


@quiet
def batch_norm_backward(grad: Array, x: Array, gamma: Array, beta: Array, eps: float) -> tuple[Array, Array, Array]:
    """ĝ = grad γ; ∂L/∂x = (ĝ - mean ĝ - x̂ mean(ĝ x̂)) / √(σ² + eps); ∂L/∂γ = Σ grad x̂; ∂L/∂β = Σ grad.

    Means and sums are over the column: μ and σ² depend on all of it.
    """
    eps = _fit_columns("batch_norm_backward", x, eps, 1, gamma=gamma, beta=beta)
    alike("batch_norm_backward", x=x, grad=grad)
    x_hat, deviation = _standardised(x, eps, axis=0)
    dx = _standardised_backward(grad * gamma, x_hat, deviation, axis=0)
    return dx, _over_rows(grad * x_hat), _over_rows(grad)


@quiet
def batch_norm_running(x: Array, mean: Array, variance: Array, momentum: float) -> tuple[Array, Array]:
    """mean = (1 - momentum) mean + momentum μ; variance = (1 - momentum) variance + momentum Σ (x - μ)² / (n - 1).

    momentum is the share of the new batch, as in torch; Keras and CS231n multiply the old value by theirs. Returns
    (mean, variance). ValueError for a batch of 1, which has no unbiased variance, and for a momentum below 0.
    """
    _fit_columns("batch_norm_running", x, 0, 2, mean=mean, variance=variance)
    momentum = number("batch_norm_running", "momentum", momentum, least=0)
    unbiased = x.var(axis=0) * (len(x) / (len(x) - 1))
    mean = (1 - momentum) * mean + momentum * x.mean(axis=0)
    variance = (1 - momentum) * variance + momentum * unbiased
    return mean, variance


@quiet
def batch_norm_evaluated(x: Array, gamma: Array, beta: Array, mean: Array, variance: Array, eps: float) -> Array:
    """y = γ (x - mean) / √(variance + eps) + β, with the running mean and variance. Source: torch.nn.BatchNorm1d."""
    eps = _fit_columns("batch_norm_evaluated", x, eps, 0, gamma=gamma, beta=beta, mean=mean, variance=variance)
    x_hat: Array = (x - mean) / np.sqrt(variance + eps)
    return gamma * x_hat + beta


@quiet
def batch_norm_evaluated_backward(
    grad: Array, x: Array, gamma: Array, beta: Array, mean: Array, variance: Array, eps: float
) -> tuple[Array, Array, Array]:
    """∂L/∂x = grad γ / √(variance + eps); ∂L/∂γ = Σ grad (x - mean) / √(variance + eps); ∂L/∂β = Σ grad.

    mean and variance do not depend on x here. The sums are over the rows.
    """
    name = "batch_norm_evaluated_backward"
    eps = _fit_columns(name, x, eps, 0, gamma=gamma, beta=beta, mean=mean, variance=variance)
    alike(name, x=x, grad=grad)
    deviation = np.sqrt(variance + eps)
    return grad * (gamma / deviation), _over_rows(grad * ((x - mean) / deviation)), _over_rows(grad)


# -- what they share


def _standardised(x: Array, eps: float, axis: int) -> tuple[Array, Array]:
    """x̂ and √(σ² + eps) along that axis."""
    centred = x - x.mean(axis=axis, keepdims=True)
    deviation = np.sqrt((centred * centred).mean(axis=axis, keepdims=True) + eps)
    return centred / deviation, deviation


def _standardised_backward(g_hat: Array, x_hat: Array, deviation: Array, axis: int) -> Array:
    mean = g_hat.mean(axis=axis, keepdims=True)
    along = (g_hat * x_hat).mean(axis=axis, keepdims=True)
    dx: Array = (g_hat - mean - x_hat * along) / deviation
    return dx


def _root_mean_square(x: Array, eps: float) -> Array:
    root: Array = np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)
    return root


def _over_rows(x: Array) -> Array:
    return x.sum(axis=0) if x.ndim == 2 else x.copy()


def _fit_rows(function: str, x: Array, eps: float, **parameters: Array) -> float:
    """eps; raise TypeError or ValueError unless each parameter has a number for each column of x."""
    floats(function, x=x, **parameters)
    if x.ndim not in (1, 2):
        wrong_shape(function, "x", x, "(n, k), or (k,) for one row")
    for name, parameter in parameters.items():
        if parameter.shape != x.shape[-1:]:
            wrong_shape(function, name, parameter, f"{x.shape[-1:]}, one number for each column of x {x.shape}")
    return number(function, "eps", eps, least=0)


def _fit_columns(function: str, x: Array, eps: float, least: int, **parameters: Array) -> float:
    """The same for a batch of at least so many rows."""
    floats(function, x=x)
    if x.ndim != 2 or len(x) < least:
        wrong_shape(function, "x", x, f"(n, k), where n is at least {least}")
    return _fit_rows(function, x, eps, **parameters)
