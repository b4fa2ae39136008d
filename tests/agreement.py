"""What the chapters' tests share: manual/ held against torch, and the arithmetic of laws that need no torch.

No bound is chosen: each is the radius of a ball (gradecheck/numbers/rounding.py).
"""

from dataclasses import replace
from functools import cache

import numpy as np
from flint import arb, ctx
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

import manual
from gradecheck.arguments.scope import EVERYTHING, SUBMISSION
from gradecheck.cases.case import Recipe
from gradecheck.cases.inputs import cases, fill, recipes
from gradecheck.numbers.compare import errors
from gradecheck.numbers.rounding import Ball, lift
from gradecheck.verifying.by_twin import Traced
from gradecheck.verifying.explain import Sides, explain
from gradecheck.verifying.records import Seconds, Verification
from gradecheck.verifying.tensors import run_reference
from gradecheck.verifying.wording import failure
from manual import beyond
from tests.lecture import CONTRACTS, PROVED

DTYPES = ("float64", "float32")

whole = settings(
    phases=[phase for phase in Phase if phase not in (Phase.shrink, Phase.explain)],
    suppress_health_check=[HealthCheck.nested_given, HealthCheck.too_slow],
)
"""For `assert_agrees`, which looks for the smallest case itself: Hypothesis could shrink only the seed of one."""

few = settings(max_examples=settings.default.max_examples // 4)
"""For examples in arbitrary precision, each some ten times as long."""


def chapter(name):
    """The functions of one chapter."""
    return [c.name for c in CONTRACTS.values() if c.chapter == name]


# -- against torch


def any_recipe(name):
    """Recipes for `assert_agrees`."""
    return recipes(CONTRACTS[name], DTYPES[0])


def assert_agrees(name, recipe):
    """Fail with all that a reader needs unless manual's function agrees with torch's, in either precision."""
    __tracebackhide__ = True
    for dtype in DTYPES:
        asked = replace(recipe, dtype=dtype)
        if not _sides(name).check(fill(CONTRACTS[name], asked)).verdict.passes:
            raise AssertionError(_explained(name, asked))


def _sides(name):
    return Sides(CONTRACTS[name], getattr(manual, name), run_reference)


@cache
def _explained(name, recipe):
    """The failure in words, with the smallest case that fails in the same way."""
    sides, case = _sides(name), fill(CONTRACTS[name], recipe)
    comparison = sides.check(case)
    worst = explain(
        sides, case, comparison, [case], lambda smaller: sides.check(smaller).verdict is comparison.verdict, EVERYTHING
    )
    verification = Verification(
        contract=sides.contract,
        implementation="manual",
        dtype=recipe.dtype,
        examples=1,
        verdict=comparison.verdict,
        worst_ratio=np.nan,
        worst_ulp=np.nan,
        worst=worst,
        regimes=(recipe.regime,),
        unmet=(),
        seconds=Seconds(0, 0, 0),
    )
    return f"{failure(verification)}\n  drawn    {recipe}"


def results(returned):
    """What a function returned, as a tuple of arrays."""
    return tuple(map(np.asarray, returned if isinstance(returned, tuple) else (returned,)))


def example(name, dtype="float64", layout="C", regime="moderate", **sizes):
    """The arguments of one ordinary call. sizes: lengths of the contract's axes, 3 by default."""
    axes = {axis for argument in CONTRACTS[name].arguments for axis in argument.axes}
    lengths = {axis: sizes.get(axis.rstrip("?"), 3) for axis in sorted(axes)}
    shapes = tuple((axis, (2, 3) if axis == "..." else (length,)) for axis, length in lengths.items())
    return fill(CONTRACTS[name], Recipe(name, dtype, regime, layout, shapes, (), 0)).arguments


def assert_leaves_no_trace(name, dtype, layout):
    """The results have the arguments' dtype and memory of their own, and the arguments are as they were."""
    arguments = example(name, dtype, layout)
    before = [np.array(x) for x in arguments]
    for result in results(getattr(manual, name)(*arguments)):
        assert result.dtype == dtype
        assert not any(np.shares_memory(result, x) for x in arguments if isinstance(x, np.ndarray))
    for now, then in zip(arguments, before, strict=True):
        np.testing.assert_array_equal(now, then)


# -- laws, on balls


def arguments(name):
    """Arguments for a function, in either precision, of every regime that a submission may be asked."""
    either = st.sampled_from(DTYPES).flatmap(lambda dtype: cases(CONTRACTS[name], dtype, scope=SUBMISSION))
    return either.map(lambda case: tuple(Ball(x) if isinstance(x, np.ndarray) else x for x in case.arguments))


def carried(function, form):
    """The function on balls: its own value, with the radius that the form says."""

    def on_balls(*arguments):
        arguments = [Ball(x) if isinstance(x, np.ndarray) else x for x in arguments]
        returned = results(function(*(x.mid if isinstance(x, Ball) else x for x in arguments)))
        radii = form(*arguments)
        if not isinstance(radii, tuple):
            return Ball(*returned, radii.rad)
        return tuple(Ball(value, ball.rad) for value, ball in zip(returned, radii, strict=True))

    return on_balls


def on_balls(name):
    """manual's function on balls, with the radius of the contract's best form."""
    return carried(getattr(manual, name), CONTRACTS[name].stable)


def traced(name):
    """beyond's function on arrays, as balls: its own value, with the radius that the trace of the row's twin gives."""

    def on_arrays(*arguments):
        radii = Traced(PROVED[name], arguments).tight
        assert all(np.isfinite(rad).all() for rad in radii), f"{name} has no bound for {arguments}"
        balls = tuple(map(Ball, results(getattr(beyond, name)(*arguments)), radii))
        return balls if len(balls) > 1 else balls[0]

    return on_arrays


def assert_meet(one, other):
    """The two balls can hold the same number: |a - b| <= radius(a) + radius(b)."""
    __tracebackhide__ = True
    other = lift(other, one.dtype)
    assert other.shape in (one.shape, ()), f"shapes {one.shape} and {other.shape}"
    error, reach = errors(one.mid, np.broadcast_to(other.mid, one.shape)), one.rad + other.rad
    apart = error > reach
    if apart.any():
        at = tuple(np.argwhere(apart)[0])
        b = np.broadcast_to(other.mid, one.shape)[at]
        raise AssertionError(f"{one.mid[at]} and {b} at {at} differ by {error[at]}, but should by at most {reach[at]}")


def mean(weighted):
    """Σ n x / Σ n of pairs (n, x): the mean of a batch from the means of its parts."""
    parts = list(weighted)
    return sum(n * x for n, x in parts) / sum(n for n, _ in parts)


# -- derivatives, in arbitrary precision

BITS = 1000
STEP = 2.0**-200


def direction(x):
    """Random, and for each element as long as the element: a step along it crosses no 0."""
    return Ball((x.mid * np.random.default_rng(0).uniform(0.5, 1, x.shape)).astype(x.dtype))


def slope(name, arguments, directions, grad=None):
    """d/dh Σ grad f(x + h d) at h = 0, by the slide's own form: a central difference.

    Its error shrinks with h², so that the differences of two step lengths are further apart than the truth is
    from the better one.
    """
    form = CONTRACTS[name].literal

    def total(h):
        moved = (x if d is None else x + arb(h) * d for x, d in zip(points, ways, strict=True))
        return np.sum(weights * np.asarray(form(*moved), object))

    with ctx.workprec(BITS):
        points, ways = [list(map(_exact, xs)) for xs in (arguments, directions)]
        weights = 1 if grad is None else _exact(grad)
        near, far = ((total(h) - total(-h)) / arb(2 * h) for h in (STEP, 2 * STEP))
        mid = np.float64(near.mid())
        return Ball(mid, float((near - far).abs_upper()) + np.spacing(abs(mid)))


def _exact(x):
    if not isinstance(x, Ball):
        return x
    return np.array([arb(float(v)) for v in x.mid.flat], object).reshape(x.shape or (1,))
