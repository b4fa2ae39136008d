"""Mistakes in the linear layer Z = A Wᵀ + ι bᵀ and its three derivatives."""

from __future__ import annotations

from typing import Final

from lectures.lecture03.mistakes.linear import bias, db, matrices, product, together

MISTAKES: Final = (
    *bias.MISTAKES,
    *product.MISTAKES,
    *matrices.MISTAKES,
    *db.MISTAKES,
    *together.MISTAKES,
)
