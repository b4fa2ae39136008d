"""The mathematics of radii, written once for both balls: arrays of NumPy and tensors of torch.

A size is |midpoint|, a radius a bound on how far the midpoint may be off. A radius of None is that of exact operands.
What needs functions of arrays takes the module that has them, xp: numpy or torch.

Sources: Higham, Accuracy and Stability of Numerical Algorithms (2nd ed.), sections 2.2 (the model
fl(a op b) = (a op b)(1 + d), |d| <= u, and eta for underflow), 3.1 and 4.2 (sums and inner products of n terms
in any order: gamma_n = nu / (1 - nu)).
"""

from __future__ import annotations

from math import inf
from typing import Any, Final

LIBRARY_ULP: Final = 4
"""exp, log, tanh and their kin are within 4 ulp in every library the project meets (SVML documents 4, the
worst seen in NumPy, torch and glibc is 3.6); one ulp is at most 2u of the value."""


def slack(unit: float) -> float:
    """The factor that covers the second-order terms and the rounding of the radius itself."""
    return 1 + 16 * unit


def gamma(n: int, unit: float) -> float:
    """gamma_n = nu / (1 - nu): what n roundings in a row can do; nothing is left to say from nu = 1 on."""
    return n * unit / (1 - n * unit) if n * unit < 1 else inf


def rounding(unit: float, ulps: float = 0.5) -> float:
    """What one operation that is right to so many ulp adds, relative to its result: an ulp is at most 2u of it."""
    return 2 * ulps * unit


def scalar(x: float, held: float, unit: float, tiny: float) -> float:
    """The radius of a Python number that a precision holds as `held`: either may be computed with."""
    return 0.0 if held == x else unit * abs(x) + tiny


def product(size_a: Any, rad_a: Any, size_b: Any, rad_b: Any) -> Any:
    """|ab - a'b'| <= |a| rb + (|b| + rb) ra."""
    moved = None if rad_b is None else size_a * rad_b
    if rad_a is None:
        return moved
    by_a = (size_b if rad_b is None else size_b + rad_b) * rad_a
    return by_a if moved is None else moved + by_a


def quotient(xp: Any, size: Any, rad_a: Any, size_b: Any, rad_b: Any) -> Any:
    """|a/b - a'/b'| <= (ra + |a/b| rb) / (|b| - rb); a divisor that may be 0 leaves nothing to say. size: |a/b|."""
    if rad_b is None:
        return None if rad_a is None else rad_a / size_b
    by_b = size * rad_b
    return (by_b if rad_a is None else rad_a + by_b) / xp.clip(size_b - rad_b, 0.0, None)


def exp(xp: Any, m: Any, r: Any, size: Any, tiny: float) -> Any:
    """e^m (e^r - 1), and no more than e^(m+r), which is 0 far below 0 however wide the ball is."""
    return xp.minimum((size + tiny) * xp.expm1(r), 1.001 * xp.exp(m + r))


def log(xp: Any, m: Any, r: Any) -> Any:
    """log m - log(m - r): the slope is steepest at the lower end."""
    return xp.where(r < m, -xp.log1p(-r / m), inf)


def sqrt(xp: Any, m: Any, r: Any) -> Any:
    """r / (√m + √(m - r)), at the lower end; never more than √r, as near 0."""
    roots = xp.sqrt(m) + xp.sqrt(xp.clip(m - r, 0.0, None))
    return xp.where(r > 0, r / xp.maximum(roots, xp.sqrt(r)), 0.0)


def tanh(xp: Any, m: Any, r: Any) -> Any:
    """The slope 1 / cosh^2 is at most 1, and at most 4 e^(-2|x|)."""
    return r * xp.clip(4 * xp.exp(-2 * (xp.abs(m) - r)), None, 1.0)


def sinh(xp: Any, m: Any, r: Any) -> Any:
    return r * xp.cosh(xp.abs(m) + r)


def cosh(xp: Any, m: Any, r: Any) -> Any:
    return r * xp.sinh(xp.abs(m) + r)


def larger(xp: Any, a: Any, rad_a: Any, b: Any, rad_b: Any) -> Any:
    """The radius of max(a, b): the larger one's where they are apart; it moves by no more than either does."""
    apart = xp.abs(a - b) > rad_a + rad_b
    return xp.where(apart, xp.where(a > b, rad_a, rad_b), xp.maximum(rad_a, rad_b))


def unsure(xp: Any, a: Any, b: Any, reach: Any) -> Any:
    """Where a comparison of a and b may go either way: they are within the sum of their radii, which is not 0."""
    return (reach > 0) & ~(xp.abs(a - b) > reach)
