"""Gradients of margins, which torch computes at once: sums of the upstream gradient over the pairs that count."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from gradecheck.traced.table import rule

aten = torch.ops.aten
MEAN = 1


@rule(aten.multi_margin_loss_backward)
def multi_margin_loss_backward(
    g: Any, x: Any, target: Tensor, p: Any, margin: Any, weight: Any = None, reduction: int = MEAN
) -> Any:
    """z_j = margin - x_y + x_j: where it is positive, p z_j^(p - 1) w_y / C for x_j, and all of them less for x_y."""
    rows = x if x.dim() == 2 else x.reshape(1, -1)
    y = target.reshape(-1, 1)
    z = margin - rows.gather(1, y) + rows
    own = torch.zeros(z.shape, dtype=torch.bool).scatter(1, y, True)
    steep = torch.ones_like(z) if p == 1 else 2.0 * z
    if weight is not None:
        steep = steep * weight[y]
    by = torch.where((z > 0) & ~own, steep, 0.0) / float(z.shape[1])
    by = torch.where(own, -by.sum(1, keepdim=True), by)
    return _shared(g, by, reduction, len(rows)).reshape(x.shape)


def _shared(g: Any, by: Any, reduction: int, n: int) -> Any:
    if reduction == MEAN:
        return g * by / float(n)
    return g * by if g.dim() == 0 else g.reshape(-1, 1) * by


@rule(aten.multilabel_margin_loss_backward)
def multilabel_margin_loss_backward(g: Any, x: Any, target: Tensor, reduction: int, is_target: Any) -> Any:
    """Of each label t and each class j that is none: where 1 - x_t + x_j > 0, 1 / C for x_j and less for x_t."""
    rows = x if x.dim() == 2 else x.reshape(1, -1)
    labels = target.reshape(rows.shape)
    listed = (labels >= 0).cumprod(1).bool()
    none = (is_target.reshape(rows.shape) == 0) if isinstance(is_target, Tensor) else is_target
    at = labels.clamp_min(0)
    z = 1.0 - rows.gather(1, at).unsqueeze(2) + rows.unsqueeze(1)
    counts = (z > 0) & listed.unsqueeze(2) & none.unsqueeze(1)
    pair = torch.where(counts, torch.ones_like(z), 0.0) / float(rows.shape[1])
    by = pair.sum(1)
    by = by.scatter_add(1, at, -pair.sum(2))
    return _shared(g, by, reduction, len(rows)).reshape(x.shape)
