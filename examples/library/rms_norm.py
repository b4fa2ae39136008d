"""RMSNorm (Zhang and Sennrich, 2019) by hand, and its twin in torch."""

import numpy as np
import torch


def rms_norm(x, w, eps=1e-6):
    """y = w · x / √(mean(x²) + ε), the mean over the last axis; x (..., d), w (d,)."""
    return w * (x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + eps))


def rms_norm_backward(dy, x, w, eps=1e-6):
    """With r = 1/√(mean(x²) + ε), n = r x and g = w · dy: dx = r (g - n mean(n g)), dw = Σ n · dy over the rows."""
    r = 1 / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + eps)
    n = r * x
    g = w * dy
    dx = r * (g - n * np.mean(n * g, axis=-1, keepdims=True))
    return dx, np.sum(n * dy, axis=tuple(range(x.ndim - 1)))


def twin(x, w, eps=1e-6):
    return torch.nn.functional.rms_norm(x, w.shape, w, eps)
