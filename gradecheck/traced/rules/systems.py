"""Matrices that are solved or factored: a backward stable algorithm answers rightly for a matrix moved a little.

How far a matrix A of n rows is moved is eta = c n u |A|_F, whatever the (right) algorithm: Higham, Accuracy and
Stability (2nd ed.), theorems 9.4 and 19.5, with a growth of the pivots that is taken as a constant. How far the answer
moves with it is the condition number's to say; where kappa eta is not small beside 1, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any, Final

import torch
from torch import Tensor

from gradecheck.traced import errors
from gradecheck.traced.ball import UNIT, TracedBall, mid
from gradecheck.traced.rounding import ball
from gradecheck.traced.table import enter_all, rule

aten = torch.ops.aten

STABLE: Final = 8
"""c in eta: the constants of elimination with pivots, of Householder's and of Cholesky's methods, growth included."""


def radius(x: Any) -> Tensor:
    """In float64, of a ball or of an exact tensor."""
    if isinstance(x, TracedBall) and not x.exact:
        return x.rad.double()
    return torch.zeros(x.shape, dtype=torch.float64)


def frobenius(x: Tensor) -> Tensor:
    return x.double().square().sum((-2, -1), keepdim=True).sqrt()


def moved(a: Any) -> Tensor:
    """eta, and the radius that A brought, by the Frobenius norm: (..., 1, 1)."""
    return STABLE * max(a.shape[-2:], default=1) * UNIT[a.dtype] * frobenius(mid(a)) + frobenius(radius(a))


def inverse(a: Any) -> tuple[Tensor, Tensor]:
    """A^-1 in float64, and eta over what is left of 1: inf where the moved matrix may be singular."""
    x = torch.linalg.inv_ex(mid(a).double()).inverse
    left = 1 - moved(a) * frobenius(x)
    eta = torch.where(left > 0, moved(a) / left, inf)
    return x, torch.where(torch.isfinite(eta), eta, inf)


def result(value: Tensor, off: Tensor) -> TracedBall:
    """value, off by that and by a rounding."""
    off = off.expand(value.shape) + 2 * UNIT[value.dtype] * value.double().abs() + torch.finfo(value.dtype).tiny
    return ball(value, torch.where(torch.isnan(off), inf, off))


@rule(aten.linalg_inv_ex)
def inv(a: Any, *, check_errors: bool = False) -> Any:
    """|dX| <= |row of X| eta |column of X|: X - (A + E)^-1 = X E (A + E)^-1."""
    value, info = torch.linalg.inv_ex(mid(a), check_errors=check_errors)
    x, eta = inverse(a)
    rows, columns = x.square().sum(-1, keepdim=True).sqrt(), x.square().sum(-2, keepdim=True).sqrt()
    return result(value, rows * eta * columns), info


def solved(a: Any, b: Any, value: Tensor) -> TracedBall:
    """A x = b, row by row: |dx| <= |row of A^-1| (|db| + eta |x|)."""
    x, eta = inverse(a)
    rows = x.square().sum(-1, keepdim=True).sqrt()
    size = value.double().square().sum(-2, keepdim=True).sqrt()
    brought = radius(b).square().sum(-2, keepdim=True).sqrt()
    return result(value, rows * (1 + moved(a) * frobenius(x)) * (brought + eta * size))


@rule(aten._linalg_solve_ex)
def solve(a: Any, b: Any, *, left: bool = True, check_errors: bool = False) -> Any:
    value, lu, pivots, info = torch.ops.aten._linalg_solve_ex(mid(a), mid(b), left=left, check_errors=check_errors)
    vector = b.dim() == 1 or (b.dim() == a.dim() - 1 and b.shape == a.shape[:-1])
    found = _sided(a, b, value, left, vector)
    return found, factored(a, lu), pivots, info


def _sided(a: Any, b: Any, value: Tensor, left: bool, vector: bool) -> Any:
    if vector:
        return solved(a, b.unsqueeze(-1), value.unsqueeze(-1)).squeeze(-1)
    if left:
        return solved(a, b, value)
    return solved(a.mT, b.mT, value.mT).mT


def factored(a: Any, lu: Tensor) -> TracedBall:
    """L and U of A in one matrix, for later systems: each number's radius stands for how far A is moved as a whole."""
    n = max(lu.shape[-1] * lu.shape[-2], 1)
    return ball(lu, (moved(a) / n**0.5).expand(lu.shape))


def product(lu: Any, pivots: Tensor) -> TracedBall:
    """The matrix that was factored, with the radius that its factors stand for."""
    p, lower, upper = torch.lu_unpack(mid(lu), mid(pivots))
    return ball(p @ lower @ upper, lu.rad.clone() if isinstance(lu, TracedBall) else None)


@rule(aten.linalg_lu_solve)
def lu_solve(lu: Any, pivots: Any, b: Any, *, left: bool = True, adjoint: bool = False) -> Any:
    value = torch.linalg.lu_solve(mid(lu), mid(pivots), mid(b), left=left, adjoint=adjoint)
    a = product(lu, pivots)
    return _sided(a.mT if adjoint else a, b, value, left, False)


@rule(aten.linalg_solve_triangular)
def solve_triangular(a: Any, b: Any, *, upper: bool, left: bool = True, unitriangular: bool = False) -> Any:
    value = torch.linalg.solve_triangular(mid(a), mid(b), upper=upper, left=left, unitriangular=unitriangular)
    cut = a.triu() if upper else a.tril()
    if unitriangular:
        eye = torch.eye(a.shape[-1], dtype=a.dtype)
        cut = torch.where(eye.bool(), eye, cut)
    return _sided(cut, b, value, left, False)


@rule(aten.triangular_solve)
def triangular_solve(b: Any, a: Any, upper: bool = True, transpose: bool = False, unitriangular: bool = False) -> Any:
    turned = a.mT if transpose else a
    found = solve_triangular(turned, b, upper=upper != transpose, unitriangular=unitriangular)
    return found, a.clone()


@rule(aten._linalg_det)
def det(a: Any) -> Any:
    """det(A + E) = det A det(1 + A^-1 E), and that is within (1 + |A^-1 E|)^n - 1 of 1."""
    value, lu, pivots = torch.ops.aten._linalg_det(mid(a))
    return result(value, value.double().abs() * _turned(a)), factored(a, lu), pivots


def _turned(a: Any) -> Tensor:
    x, eta = inverse(a)
    off = torch.expm1(a.shape[-1] * (moved(a) * frobenius(x))).squeeze(-1).squeeze(-1)
    return torch.where(torch.isfinite(eta).squeeze(-1).squeeze(-1), off, inf)


@rule(aten._linalg_slogdet)
def slogdet(a: Any) -> Any:
    """log |det| moves by -log(1 - what det moves by, relatively); the sign is sure where that is below 1."""
    sign, log, lu, pivots = torch.ops.aten._linalg_slogdet(mid(a))
    off = _turned(a)
    return (
        ball(sign, torch.where(off < 1, 0.0, inf)),
        result(log, torch.where(off < 1, -torch.log1p(-off.clamp_max(1.0)), inf)),
        factored(a, lu),
        pivots,
    )


@rule(aten.linalg_cholesky_ex)
def cholesky(a: Any, *, upper: bool = False, check_errors: bool = False) -> Any:
    """|dL|_F <= |L|_2 kappa eps / (sqrt 2 (1 - kappa eps)) with eps = |E|_F / |A|_2 (Sun; Higham, theorem 10.8)."""
    value, info = torch.linalg.cholesky_ex(mid(a), upper=upper, check_errors=check_errors)
    symmetric = (mid(a) + mid(a).mT).double() / 2
    values = torch.linalg.eigvalsh(symmetric)
    small, large = values[..., :1].unsqueeze(-1), values[..., -1:].unsqueeze(-1)
    turned = moved(a) / small
    off = torch.where((small > 0) & (turned < 1), large.sqrt() * turned / (2**0.5 * (1 - turned)), inf)
    kept = torch.ones_like(value, dtype=torch.bool)
    return result(value, torch.where(kept.triu() if upper else kept.tril(), off.expand(value.shape), 0.0)), info


@rule(aten.cholesky)
def cholesky_old(a: Any, upper: bool = False) -> Any:
    return cholesky(a, upper=upper, check_errors=True)[0]


@rule(aten.cholesky_solve)
def cholesky_solve(b: Any, factor: Any, upper: bool = False) -> Any:
    a = factor.mT @ factor if upper else factor @ factor.mT
    return solved(a, b, torch.cholesky_solve(mid(b), mid(factor), upper))


@rule(aten.cholesky_inverse)
def cholesky_inverse(factor: Any, upper: bool = False) -> Any:
    cut = factor.triu() if upper else factor.tril()
    a = cut.mT @ cut if upper else cut @ cut.mT
    value = torch.cholesky_inverse(mid(factor), upper)
    x, eta = inverse(a)
    rows, columns = x.square().sum(-1, keepdim=True).sqrt(), x.square().sum(-2, keepdim=True).sqrt()
    return result(value, rows * eta * columns)


@rule(aten.linalg_matrix_exp)
def matrix_exp(a: Any) -> Any:
    """|e^(A + E) - e^A| <= |E| e^(|A| + |E|), and a stable algorithm is within a few n u e^|A| itself."""
    value = torch.linalg.matrix_exp(mid(a))
    size = frobenius(mid(a))
    off = (moved(a) + STABLE * a.shape[-1] * UNIT[a.dtype]) * torch.exp(size + moved(a))
    return result(value, off)


def untold(x: Tensor) -> TracedBall:
    """Vectors that are unique up to a sign, or less: one right algorithm gives others than another."""
    return ball(x, torch.full(x.shape, inf))


@rule(aten._linalg_svd)
def svd(a: Any, full_matrices: bool = False, compute_uv: bool = True, *, driver: Any = None) -> Any:
    """Weyl: a singular value moves by no more than |E|_2. Of the vectors nothing is said."""
    u, s, v = torch.ops.aten._linalg_svd(mid(a), full_matrices, compute_uv)
    return untold(u), result(s, moved(a).squeeze(-1)), untold(v)


@rule(aten._linalg_eigh)
def eigh(a: Any, uplo: str = "L", compute_v: bool = True) -> Any:
    """Weyl: an eigenvalue of a symmetric matrix moves by no more than |E|_2. Of the vectors nothing is said."""
    values, vectors = torch.ops.aten._linalg_eigh(mid(a), uplo, compute_v)
    return result(values, moved(a).squeeze(-1) * 2), untold(vectors)


MANIFOLD: Final = {
    aten.linalg_eig: "eigenvectors are unique up to a factor, and their order is free",
    aten._linalg_eigvals: "the order of complex eigenvalues is free",
    aten.linalg_eigvals: "the order of complex eigenvalues is free",
    aten.linalg_qr: "the columns of Q are unique up to a sign",
    aten.geqrf: "reflectors are unique up to a sign",
    aten.linalg_householder_product: "reflectors may be summed up in blocks of any size, and lose digits differently",
    aten.ormqr: "reflectors may be summed up in blocks of any size, and lose digits differently",
    aten.linalg_lu_factor_ex: "rounding chooses the pivots",
    aten.linalg_lu: "rounding chooses the pivots",
    aten.lu_unpack: "its factors come from pivots that rounding chooses",
    aten.linalg_ldl_factor_ex: "rounding chooses the pivots",
    aten.linalg_ldl_solve: "its factors come from pivots that rounding chooses",
    aten.linalg_lstsq: "rounding may change the rank",
    aten.linalg_pinv: "rounding may change the rank",
}
"""What has no one right answer that a bound could be drawn around, and why."""


def refusing(name: str, why: str) -> Callable[..., Any]:
    def ruled(*args: Any, **keywords: Any) -> Any:
        raise errors.Manifold(name, why)

    return ruled


@rule(aten._fft_r2c, aten._fft_c2c, aten._fft_c2r)
def fft(*args: Any, **keywords: Any) -> Any:
    raise errors.Complex("the Fourier transform")


for operator, why in MANIFOLD.items():
    enter_all(operator, refusing(str(operator).replace(".", "::"), why))
