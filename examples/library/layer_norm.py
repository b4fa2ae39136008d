"""LayerNorm (Ba et al., 2016) and its gradient by hand, and its twin in torch."""

import numpy as np
import torch


def layer_norm(x, w, b, eps=1e-5):
    """y = w · (x - mean(x)) / √(var(x) + ε) + b, over the last axis; x (rows, d), w and b (d,)."""
    n, _ = _normalised(x, eps)
    return w * n + b


def layer_norm_backward(dy, x, w, b, eps=1e-5):
    """With n = r (x - mean(x)) and g = w · dy: dx = r (g - mean(g) - n mean(n g)); dw = Σ n · dy, db = Σ dy by rows."""
    n, r = _normalised(x, eps)
    g = w * dy
    dx = r * (g - np.mean(g, axis=-1, keepdims=True) - n * np.mean(n * g, axis=-1, keepdims=True))
    return dx, np.sum(n * dy, axis=0), np.sum(dy, axis=0)


def _normalised(x, eps):
    """n, and r = 1 / √(var(x) + ε)."""
    centred = x - np.mean(x, axis=-1, keepdims=True)
    r = 1 / np.sqrt(np.mean(centred * centred, axis=-1, keepdims=True) + eps)
    return r * centred, r


def twin(x, w, b, eps=1e-5):
    return torch.nn.functional.layer_norm(x, w.shape, w, b, eps)
