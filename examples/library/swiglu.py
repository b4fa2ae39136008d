"""The feed-forward layer SwiGLU (Shazeer, 2020) by hand, and its twin in torch."""

import numpy as np
import torch


def swiglu(x, W, V, W2):
    """y = (silu(x Wᵀ) · x Vᵀ) W2ᵀ with silu(z) = z / (1 + e^-z); x (n, d), W and V (h, d), W2 (d, h)."""
    z = x @ W.T
    return (z / (1 + np.exp(-z)) * (x @ V.T)) @ W2.T


def twin(x, W, V, W2):
    linear = torch.nn.functional.linear
    return linear(torch.nn.functional.silu(linear(x, W)) * linear(x, V), W2)
