"""Ball, operation by operation: whatever the operands truly are within their balls, the true result is in its ball."""

import numpy as np
import pytest
from drawn import DTYPES
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from gradecheck.arguments.regimes import EDGES
from gradecheck.numbers.rounding import TINY, UNIT, Ball, lift

BITS = 400
every_dtype = pytest.mark.parametrize("dtype", DTYPES)

UNARY = {
    np.negative: lambda x: -x,
    np.absolute: abs,
    np.square: lambda x: x * x,
    np.exp: arb.exp,
    np.log: arb.log,
    np.sqrt: arb.sqrt,
    np.tanh: arb.tanh,
    np.sinh: arb.sinh,
    np.cosh: arb.cosh,
}
BINARY = {
    np.add: lambda a, b: a + b,
    np.subtract: lambda a, b: a - b,
    np.multiply: lambda a, b: a * b,
    np.divide: lambda a, b: a / b,
    np.maximum: arb.max,
}
COMPARISONS = (np.greater, np.greater_equal, np.less, np.less_equal, np.equal)


@pytest.fixture(autouse=True)
def _many_bits():
    before, ctx.prec = ctx.prec, BITS
    yield
    ctx.prec = before


def midpoints(rng, dtype, shape):
    """Numbers of every kind that the regimes know, ties and zeros among them."""
    sign = rng.choice([-1.0, 1.0], shape)
    kinds = [
        sign * 10.0 ** rng.uniform(-6, 3, shape),
        sign * 10.0 ** rng.uniform(-30, 15, shape),
        sign * rng.choice(EDGES, shape),
        rng.integers(-2, 3, shape).astype(float),
        np.zeros(shape),
    ]
    return np.choose(rng.choice(len(kinds), shape, p=[0.5, 0.15, 0.15, 0.1, 0.1]), kinds).astype(dtype)


def radii(rng, mid):
    """Nothing, a rounding error, or far too much."""
    relative = rng.choice([0, 1e-16, 1e-7, 1e-3, 0.5, 2.0], mid.shape, p=[0.3, 0.3, 0.2, 0.1, 0.05, 0.05])
    return np.abs(mid.astype(float)) * relative + rng.choice([0, 1e-300, 1e-9], mid.shape, p=[0.8, 0.1, 0.1])


def ball_and_truth(seed, dtype, shape):
    """A ball, and for each element a number somewhere in it that it may truly be."""
    rng = np.random.default_rng(seed)
    mid = midpoints(rng, dtype, shape)
    ball = Ball(mid, radii(rng, mid))
    side = rng.choice([-1.0, 1.0, 0.0, 0.7, -0.3], shape)
    true = [arb(float(m)) + arb(r) * arb(s) for m, r, s in zip(mid.flat, ball.rad.flat, side.flat, strict=True)]
    return ball, np.array(true, dtype=object).reshape(shape)


def outside(ball, true):
    """The elements whose truth is certainly not in the ball, or that are no number with a bound on their error."""
    return [
        (mid, rad, t)
        for mid, rad, t in zip(ball.mid.flat, ball.rad.flat, np.asarray(true, dtype=object).flat, strict=True)
        if not rad >= 0 or (np.isfinite(rad) and (not np.isfinite(mid) or (t - float(mid)).abs_lower() > arb(rad)))
    ]


seeds = st.integers(0, 2**32 - 1)
dtypes = st.sampled_from(DTYPES)


@pytest.mark.parametrize("ufunc", UNARY)
@given(seed=seeds, dtype=dtypes)
def test_a_function_takes_every_point_of_its_ball_into_the_result(ufunc, seed, dtype):
    ball, true = ball_and_truth(seed, dtype, (8,))
    result = ufunc(ball)
    assert result.dtype == dtype
    known = np.array([ufunc not in (np.log, np.sqrt) or t > 0 for t in true])  # left of 0, and at a pole, there is none
    assert outside(result[known], [UNARY[ufunc](t) for t in true[known]]) == []


@pytest.mark.parametrize("ufunc", BINARY)
@given(seed=seeds, dtype=dtypes)
def test_an_operation_takes_every_pair_of_points_into_the_result(ufunc, seed, dtype):
    (a, true_a), (b, true_b) = ball_and_truth(seed, dtype, (8,)), ball_and_truth(seed + 1, dtype, (8,))
    known = np.array([ufunc is not np.divide or t != 0 for t in true_b])
    result = ufunc(a, b)
    assert result.dtype == dtype
    assert (
        outside(result[known], [BINARY[ufunc](s, t) for s, t in zip(true_a[known], true_b[known], strict=True)]) == []
    )


@pytest.mark.parametrize("ufunc", COMPARISONS)
@given(seed=seeds, dtype=dtypes)
def test_a_comparison_is_sure_only_where_every_pair_of_points_agrees(ufunc, seed, dtype):
    (a, true_a), (b, true_b) = ball_and_truth(seed, dtype, (8,)), ball_and_truth(seed + 1, dtype, (8,))
    b, true_b = Ball(np.where(b.mid == 0, a.mid, b.mid), b.rad), np.where(b.mid == 0, true_a, true_b)
    result = ufunc(a, b)
    answers = [float(ufunc(s, t)) for s, t in zip(true_a, true_b, strict=True)]
    assert outside(result, [arb(answer) for answer in answers]) == []


@pytest.mark.parametrize("axis", [None, 0, -1])
@pytest.mark.parametrize("keepdims", [False, True])
@given(seed=seeds, dtype=dtypes)
def test_a_sum_of_points_is_in_the_ball_of_the_sum(axis, keepdims, seed, dtype):
    ball, true = ball_and_truth(seed, dtype, (3, 4))
    result = ball.sum(axis=axis, keepdims=keepdims)
    exact = np.asarray(true.sum(axis=axis, keepdims=keepdims), dtype=object)
    assert (result.shape, result.dtype) == (exact.shape, dtype)
    assert outside(result, exact) == []


@pytest.mark.parametrize("axis", [None, 0, -1])
@given(seed=seeds, dtype=dtypes)
def test_the_largest_of_points_is_in_the_ball_of_the_largest(axis, seed, dtype):
    ball, true = ball_and_truth(seed, dtype, (3, 4))
    exact = np.max(true, axis=axis) if axis is not None else max(true.flat)
    assert outside(ball.max(axis=axis), exact) == []


@given(seed=seeds, dtype=dtypes)
def test_a_matrix_product_of_points_is_in_the_ball_of_the_product(seed, dtype):
    (a, true_a), (b, true_b) = ball_and_truth(seed, dtype, (2, 5)), ball_and_truth(seed + 1, dtype, (3, 5))
    result = a @ b.T
    assert (result.shape, result.dtype) == ((2, 3), dtype)
    assert outside(result, true_a @ true_b.T) == []


@given(seed=seeds, dtype=dtypes)
def test_a_choice_at_a_kink_has_room_for_both_branches(seed, dtype):
    (x, true_x), (a, true_a) = ball_and_truth(seed, dtype, (8,)), ball_and_truth(seed + 1, dtype, (8,))
    exact = [a if x > 0 else -2 * a for x, a in zip(true_x, true_a, strict=True)]
    assert outside(np.where(x > 0, a, -2 * a), exact) == []


@given(seed=seeds, dtype=dtypes, number=st.floats(-1e6, 1e6))
def test_a_python_number_brings_its_rounding_along(seed, dtype, number):
    ball, true = ball_and_truth(seed, dtype, (8,))
    assert outside(number * ball, arb(number) * true) == []
    assert outside(ball - number, true - arb(number)) == []


# -- where rounding alone decides


def only(mid, rad=0.0, dtype="float64"):
    return Ball(np.array([mid], dtype), rad)


def with_a_partial_overflow(top):
    """Three numbers whose sum overflows in one order and not in another."""
    most = Ball(0.75 * top.mid)
    return np.stack([most, -most, most])


OVERFLOWS = {
    "exp": lambda top: np.exp(only(800.0, dtype=top.dtype)),
    "cosh": lambda top: np.cosh(only(800.0, dtype=top.dtype)),
    "product": lambda top: top * 2,
    "sum of two": lambda top: top + top,
    "quotient": lambda top: top / 0.5,
    "sum": lambda top: np.stack([top, top]).sum(),
    "partial sum": lambda top: with_a_partial_overflow(top).sum(),
    "matrix product": lambda top: np.stack([top, top]).T @ np.stack([top, top]),
    "partial sum of a product": lambda top: np.ones((1, 3), top.dtype) @ with_a_partial_overflow(top),
    "last place": lambda top: top + only(np.spacing(top.mid[0] / 2) / 4, dtype=top.dtype),
}


@every_dtype
@pytest.mark.parametrize("name", OVERFLOWS)
def test_an_overflow_judges_nobody(name, dtype):
    assert np.isinf(OVERFLOWS[name](only(np.finfo(dtype).max, dtype=dtype)).rad).all()


@every_dtype
def test_what_follows_an_overflow_judges_nobody(dtype):
    big = np.exp(only(800.0, dtype=dtype))
    for result in (big / big, big - big, big + 1, np.log(big), big * 0.5, np.where(big > 1, big, -big)):
        assert np.isinf(result.rad).all()


@every_dtype
def test_a_divisor_that_may_be_zero_judges_nobody(dtype):
    one, underflow = only(1.0, dtype=dtype), np.exp(only(-800.0, dtype=dtype))
    for result in (one / underflow, underflow / underflow, one / only(0.5, 0.5, dtype), np.log(underflow)):
        assert np.isinf(result.rad).all()


@pytest.mark.parametrize("wild", [np.inf, -np.inf, np.nan])
@every_dtype
def test_an_infinity_or_nan_of_the_input_is_exact(wild, dtype):
    x = only(wild, dtype=dtype)
    products = (x + 1, x - x, x * 2, x / 3, 1 / x, np.exp(x), np.tanh(x), x * x, x.sum(), np.maximum(x, 0))
    for result in (*products, x[None] @ x[:, None]):
        assert np.isfinite(result.rad).all()


@every_dtype
def test_a_pole_of_the_input_is_exact(dtype):
    zero = only(0.0, dtype=dtype)
    for result, value in ((1 / zero, np.inf), (np.log(zero), -np.inf), (zero / zero, np.nan)):
        assert result.mid[0] == value or np.isnan(value)
        assert result.rad[0] == 0


def test_an_infinity_spoils_only_its_own_row_and_column_of_a_product():
    A = Ball(np.array([[np.inf, 1.0], [1.0, 2.0]]))
    result = A @ Ball(np.ones((2, 2)))
    assert np.isfinite(result.rad).all()
    assert result.mid.tolist() == [[np.inf, np.inf], [3.0, 3.0]]


def test_far_below_zero_the_exponential_is_nothing_however_wide_the_ball():
    result = np.exp(only(-1e100, 1e84))
    assert (result.mid[0], result.rad[0] < 1e-300) == (0.0, True)


def test_an_unsure_choice_between_infinities_has_no_nan_for_a_radius():
    result = np.where(only(0.0, 1.0) > 0, only(np.inf), only(np.inf))
    assert not np.isnan(result.rad).any()


# -- how it is made


@every_dtype
def test_a_rounded_operation_on_exact_numbers_has_half_a_last_place_and_little_more(dtype):
    third = only(1.0, dtype=dtype) / 3
    half_a_place = UNIT[np.dtype(dtype)] / 3
    assert half_a_place <= third.rad[0] <= half_a_place * (1 + 1e-5) + 2 * TINY[np.dtype(dtype)]


def test_float32_rounds_a_python_number_that_it_cannot_hold():
    one = only(1.0, dtype="float32")
    assert (one * 0.1).rad / 0.1 > 1.5 * (one * 0.5).rad / 0.5
    assert (np.maximum(one, 0.5).rad, np.where(one < 0, 0.1, one).rad) == (0, 0)
    assert np.where(one > 0, 0.1, one).rad > 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_whole_numbers_and_masks_become_exact_balls_of_the_precision_asked_for(dtype):
    for x in (np.array([3, 0]), np.array([True, False])):
        ball = lift(x, np.dtype(dtype))
        assert ball.mid.dtype == dtype
        assert (ball.mid == x).all()
        assert not np.any(ball.rad)


def test_a_choice_that_is_sure_has_no_more_room_than_its_branch():
    x = Ball(np.array([-1.0, 1.0]), 1e-9)
    assert np.where(x > 0, x, 0).rad.tolist() == [0, 1e-9]
    assert np.where(np.array([False, True]), x, 0).rad.tolist() == [0, 1e-9]


def test_equal_exact_numbers_are_surely_equal():
    zero = only(0.0)
    assert [(f(zero, 0).mid[0], f(zero, 0).rad[0]) for f in (np.greater, np.greater_equal)] == [(0, 0), (1, 0)]


WITHOUT_A_RULE = {
    "cbrt": np.cbrt,
    "isnan": np.isnan,
    "power": lambda x: x**2,
    "mean": np.mean,
    "cumsum": np.cumsum,
    "add.reduce": np.add.reduce,
    "out": lambda x: np.add(x, x, out=np.zeros(1)),
    "where": lambda x: np.add(x, x, where=np.array([True])),
}


@pytest.mark.parametrize("name", WITHOUT_A_RULE)
def test_an_operation_without_a_rule_is_a_type_error(name):
    with pytest.raises(TypeError, match=r"NotImplemented|no implementation found"):
        WITHOUT_A_RULE[name](only(1.0))


def test_shapes_are_those_of_the_array():
    ball = Ball(np.ones((2, 3)), 0.5)
    assert (ball.shape, ball.ndim, ball.size, len(ball), ball.T.shape) == ((2, 3), 2, 6, 2, (3, 2))
    assert (ball[0].shape, ball[:, None].rad.shape, np.stack([ball, ball]).shape) == ((3,), (2, 1, 3), (2, 2, 3))
    assert repr(Ball(np.array([1.0]), 0.5)) == "Ball(array([1.]), rad=array([0.5]))"
