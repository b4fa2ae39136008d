"""Products of matrices and convolutions: inner products of n terms in any order, fused or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from gradecheck.traced.ball import TINY, TracedBall, mid, parts, size_of
from gradecheck.traced.memory import Terms
from gradecheck.traced.rounding import added_up, ball, finite, gamma, held, room
from gradecheck.traced.rules.arithmetic import add, mul
from gradecheck.traced.rules.operands import memories, top_of
from gradecheck.traced.table import rule

aten = torch.ops.aten
Bilinear = Callable[[Any, Any], Tensor]


def bilinear(f: Bilinear, a: Any, b: Any, n: int) -> TracedBall:
    """The rule of f(a, b), whose every number is a sum of at most n products of one number of each.

    Higham 3.1: any order of an inner product is within gamma_n |a| |b|. The terms moved by |a| rb + ra (|b| + rb), and
    gamma_n of all that joins one of these products, so that two of them do: |a| (rb + gamma_n (|b| + rb)) + ...
    A sum whose products have a factor 0 each is 0: none of them underflows.
    """
    value = f(mid(a), mid(b))
    (x, rad_a), (y, rad_b) = parts(a, value), parts(b, value)
    size_a, size_b = size_of(x), size_of(y)
    own = gamma(n, value.dtype)
    if rad_a is None and rad_b is None:
        terms = Terms(f(size_a, size_b), n)
        factor, moved = own, terms.sizes
    else:
        if rad_a is None:
            moved = f(size_a, torch.add(rad_b, size_b, alpha=own))
        elif rad_b is None:
            moved = f(torch.add(rad_a, size_a, alpha=own), size_b)
        else:
            moved = f(size_a, torch.add(rad_b, size_b, alpha=own)).add_(f(rad_a, size_b + rad_b))

        def sizes() -> Tensor:
            return f(size_a if rad_a is None else size_a + rad_a, size_b if rad_b is None else size_b + rad_b)

        terms = Terms(sizes, n, of=memories(a, b))
        factor = 1 + own  # the terms' radii are rounded as the terms are
    moved = moved * (factor * room(own, value.dtype))
    tiny = held(n * TINY[value.dtype], value.dtype)
    moved += tiny if moved.all() else tiny * (f(_may_be(x, rad_a), _may_be(y, rad_b)) > 0)
    top_a, top_b = top_of(a), top_of(b)
    top = None if top_a is None or top_b is None else n * top_a * top_b * (1 + own) ** 2 * 1.01

    def tame() -> Any:
        """Whether nothing infinite entered a sum: counted by the same sums."""
        wild_a, wild_b = (~finite(a)).to(moved.dtype), (~finite(b)).to(moved.dtype)
        return f(wild_a, torch.ones_like(wild_b)) + f(torch.ones_like(wild_a), wild_b) == 0

    return added_up(value, moved, tame, terms, top=top)


def _may_be(x: Tensor, rad: Tensor | None) -> Tensor:
    """1 where the ball holds a number that is not 0, and 0 elsewhere."""
    found = x != 0 if rad is None else (x != 0) | (rad != 0)
    return found.to(torch.float64)


@rule(aten.mm)
def mm(a: Any, b: Any, out_dtype: Any = None) -> Any:
    return bilinear(torch.mm, a, b, mid(a).shape[1])


@rule(aten.bmm)
def bmm(a: Any, b: Any, out_dtype: Any = None) -> Any:
    return bilinear(torch.bmm, a, b, a.shape[2])


@rule(aten.mv)
def mv(a: Any, b: Any) -> Any:
    return bilinear(torch.mv, a, b, a.shape[1])


@rule(aten.dot, aten.vdot)
def dot(a: Any, b: Any) -> Any:
    return bilinear(torch.dot, a, b, a.shape[0])


def _plus(product: Any, c: Any, beta: Any, alpha: Any) -> Any:
    product = product if alpha == 1 else mul(product, alpha)
    if beta == 0:
        return product
    return add(product, c if beta == 1 else mul(c, beta))


@rule(aten.addmm)
def addmm(c: Any, a: Any, b: Any, beta: Any = 1, alpha: Any = 1) -> Any:
    return _plus(mm(a, b), c, beta, alpha)


@rule(aten.baddbmm)
def baddbmm(c: Any, a: Any, b: Any, beta: Any = 1, alpha: Any = 1) -> Any:
    return _plus(bmm(a, b), c, beta, alpha)


@rule(aten.addbmm)
def addbmm(c: Any, a: Any, b: Any, beta: Any = 1, alpha: Any = 1) -> Any:
    every = bilinear(lambda x, y: torch.bmm(x, y).sum(0), a, b, a.shape[0] * a.shape[2])
    return _plus(every, c, beta, alpha)


@rule(aten.addmv)
def addmv(c: Any, a: Any, b: Any, beta: Any = 1, alpha: Any = 1) -> Any:
    return _plus(mv(a, b), c, beta, alpha)


@rule(aten.convolution)
def convolution(
    x: Any, w: Any, bias: Any, stride: Any, padding: Any, dilation: Any, transposed: bool, beside: Any, groups: int
) -> Any:
    def f(p: Tensor, q: Tensor) -> Tensor:
        result: Tensor = aten.convolution(p, q, None, stride, padding, dilation, transposed, beside, groups)
        return result

    n = w[:, 0].numel() // groups if transposed else w[0].numel()
    result = bilinear(f, x, w, n)
    if bias is None:
        return result
    shifted = add(result, bias.reshape(-1, *[1] * (w.dim() - 2)))
    if isinstance(bias, TracedBall) and not bias.exact:
        return shifted
    rad = torch.where((result.mid == 0) & (result.rad == 0), 0.0, shifted.rad)  # 0 + b is b
    return ball(shifted.mid, rad, shifted.summed())


@rule(aten.convolution_backward)
def convolution_backward(
    g: Any,
    x: Any,
    w: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    transposed: bool,
    beside: Any,
    groups: int,
    mask: Any,
) -> Any:
    """Gradients by the input and by the weight are bilinear as well, that by the bias is a sum."""

    def by(which: int, p: Tensor, q: Tensor, r: Tensor) -> Tensor:
        one = [i == which for i in range(3)]
        result: Tensor = aten.convolution_backward(
            p, q, r, bias, stride, padding, dilation, transposed, beside, groups, one
        )[which]
        return result

    summed = x if transposed else g  # over its places the gradient by a weight is added up
    per_output = summed.numel() // summed.shape[1]
    of_weight = w[:, 0].numel() if not transposed else w[0].numel()
    empty_x, empty_w = torch.zeros(x.shape), torch.zeros(w.shape)
    by_x = bilinear(lambda p, q: by(0, p, empty_x.to(p.dtype), q), g, w, of_weight) if mask[0] else None
    by_w = bilinear(lambda p, q: by(1, p, q, empty_w.to(p.dtype)), g, x, per_output) if mask[1] else None
    by_bias = g.sum([0, *range(2, g.dim())]) if mask[2] else None
    return by_x, by_w, by_bias
