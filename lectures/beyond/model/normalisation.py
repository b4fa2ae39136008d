"""A model answer: layer norm, RMS norm and batch norm."""

from typing import Any

import numpy as np


def normalise(x: Any, eps: Any, axis: Any) -> Any:
    mean = np.mean(x, axis=axis, keepdims=True)
    variance = np.mean((x - mean) ** 2, axis=axis, keepdims=True)
    std = np.sqrt(variance + eps)
    return (x - mean) / std, std


def normalise_backward(grad: Any, x_hat: Any, std: Any, axis: Any) -> Any:
    mean = np.mean(grad, axis=axis, keepdims=True)
    return (grad - mean - x_hat * np.mean(grad * x_hat, axis=axis, keepdims=True)) / std


def layer_norm(x: Any, gamma: Any, beta: Any, eps: Any) -> Any:
    return gamma * normalise(x, eps, -1)[0] + beta


def layer_norm_backward(grad: Any, x: Any, gamma: Any, beta: Any, eps: Any) -> Any:
    x_hat, std = normalise(x, eps, -1)
    dx = normalise_backward(grad * gamma, x_hat, std, -1)
    return dx, np.sum(np.atleast_2d(grad * x_hat), axis=0), np.sum(np.atleast_2d(grad), axis=0)


def rms(x: Any, eps: Any) -> Any:
    return np.sqrt(np.mean(x**2, axis=-1, keepdims=True) + eps)


def rms_norm(x: Any, gamma: Any, eps: Any) -> Any:
    return gamma * x / rms(x, eps)


def rms_norm_backward(grad: Any, x: Any, gamma: Any, eps: Any) -> Any:
    x_hat = x / rms(x, eps)
    g = grad * gamma
    dx = (g - x_hat * np.mean(g * x_hat, axis=-1, keepdims=True)) / rms(x, eps)
    return dx, np.sum(np.atleast_2d(grad * x_hat), axis=0)


def batch_norm(x: Any, gamma: Any, beta: Any, eps: Any) -> Any:
    return gamma * normalise(x, eps, 0)[0] + beta


def batch_norm_backward(grad: Any, x: Any, gamma: Any, beta: Any, eps: Any) -> Any:
    x_hat, std = normalise(x, eps, 0)
    return normalise_backward(grad * gamma, x_hat, std, 0), np.sum(grad * x_hat, axis=0), np.sum(grad, axis=0)


def batch_norm_running(x: Any, mean: Any, variance: Any, momentum: Any) -> Any:
    mean = (1 - momentum) * mean + momentum * np.mean(x, axis=0)
    return mean, (1 - momentum) * variance + momentum * np.var(x, axis=0, ddof=1)


def batch_norm_evaluated(x: Any, gamma: Any, beta: Any, mean: Any, variance: Any, eps: Any) -> Any:
    return gamma * (x - mean) / np.sqrt(variance + eps) + beta


def batch_norm_evaluated_backward(grad: Any, x: Any, gamma: Any, beta: Any, mean: Any, variance: Any, eps: Any) -> Any:
    std = np.sqrt(variance + eps)
    return grad * gamma / std, np.sum(grad * (x - mean) / std, axis=0), np.sum(grad, axis=0)
