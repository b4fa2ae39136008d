"""The rotary position embedding (Su et al., 2021) by hand, and its twin in torch.

A pair is made of a number of the first half and its partner in the second half, as in most published weights.
"""

import numpy as np
import torch


def rotary(x, base=10000.0):
    """Turns the pair (x_i, x_{i+h}) of row p by the angle p base^(-i/h); x (n, d), rows counted from 0, h = d / 2."""
    n, h = len(x), x.shape[1] // 2
    angle = np.arange(n, dtype=x.dtype)[:, None] * base ** (-np.arange(h, dtype=x.dtype) / h)
    cos, sin = np.cos(angle), np.sin(angle)
    a, b = x[:, :h], x[:, h:]
    return np.concatenate([a * cos - b * sin, b * cos + a * sin], axis=1)


def twin(x, base=10000.0):
    n, h = len(x), x.shape[1] // 2
    real = torch.promote_types(x.dtype, torch.float32)  # angles in bfloat16 would be off by whole turns
    angle = torch.outer(torch.arange(n, dtype=real), base ** (-torch.arange(h, dtype=real) / h))
    cos, sin = angle.cos().to(x.dtype).repeat(1, 2), angle.sin().to(x.dtype).repeat(1, 2)
    a, b = x.chunk(2, dim=1)
    return x * cos + torch.cat([-b, a], dim=1) * sin
