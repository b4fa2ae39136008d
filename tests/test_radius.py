"""How wide a ball is: the formula of each operation's source, to nine digits. Wider would forgive, tighter would blame.

test_ball.py shows that no ball is too tight. In float32 the radii, which are float64, have digits enough to tell the
second-order terms and the safety factor as well.
"""

import numpy as np
import pytest
from drawn import DTYPES

from gradecheck.numbers import radii
from gradecheck.numbers.rounding import TINY, UNIT, Ball, lift

NINE = 1e-9
inf, nan = np.inf, np.nan
every_dtype = pytest.mark.parametrize("dtype", DTYPES)


def same(actual, expected):
    """Equal to nine digits, infinities included."""
    actual, expected = np.broadcast_arrays(np.asarray(actual, float), np.asarray(expected, float))
    finite = np.isfinite(expected)
    np.testing.assert_array_equal(np.isfinite(actual), finite)
    off = np.abs(actual - expected)[finite]
    assert (off <= NINE * np.abs(expected)[finite]).all(), (actual, expected)


def rounded(mid, moved, ulps=0.5, underflow=True):
    """The radius of a result that its operands moved and that was then rounded."""
    u = UNIT[mid.dtype]
    size = np.abs(mid.astype(float))
    return (moved + 2 * ulps * u * (size + moved) + underflow * TINY[mid.dtype]) * (1 + 16 * u)


def drawn(dtype, shape=(400,), low=-1.0, high=1.0, seed=0):
    """Numbers with radii from none to as much as they are."""
    rng = np.random.default_rng(seed)
    mid = (rng.choice([-1, 1], shape) * 10 ** rng.uniform(low, high, shape)).astype(dtype)
    return Ball(mid, rng.choice([0.0, 1e-9, 1e-3, 0.9], shape) * np.abs(mid.astype(float)))


def parts(ball):
    return ball.mid.astype(float), np.abs(ball.mid.astype(float)), ball.rad


def moved_by_exp(m, r, f, tiny):
    return np.minimum((f + tiny) * np.expm1(r), 1.001 * np.exp(m + r))


BINARY = {
    np.add: lambda a, ra, b, rb, result: ra + rb,
    np.subtract: lambda a, ra, b, rb, result: ra + rb,
    np.multiply: lambda a, ra, b, rb, result: a * rb + b * ra + ra * rb,
    np.divide: lambda a, ra, b, rb, result: (ra + result * rb) / (b - rb),
}
LIBRARY = {
    np.tanh: lambda m, r: r * np.minimum(1, 4 * np.exp(-2 * (np.abs(m) - r))),
    np.sinh: lambda m, r: r * np.cosh(np.abs(m) + r),
    np.cosh: lambda m, r: r * np.sinh(np.abs(m) + r),
}


@every_dtype
@pytest.mark.parametrize("ufunc", BINARY)
def test_an_operation_has_the_first_order_terms_and_one_rounding(ufunc, dtype):
    a, b = drawn(dtype), drawn(dtype, seed=1)
    result = ufunc(a, b)
    (_, size_a, ra), (_, size_b, rb) = parts(a), parts(b)
    moved = BINARY[ufunc](size_a, ra, size_b, rb, np.abs(result.mid.astype(float)))
    same(result.rad, rounded(result.mid, moved, underflow=ufunc in (np.multiply, np.divide)))
    np.testing.assert_array_equal(np.square(a).rad, (a * a).rad)


@every_dtype
@pytest.mark.parametrize("ufunc", LIBRARY)
def test_a_library_function_has_its_slope_and_four_last_places(ufunc, dtype):
    a = drawn(dtype)
    result = ufunc(a)
    moved = LIBRARY[ufunc](a.mid.astype(float), a.rad)
    same(result.rad, rounded(result.mid, moved, ulps=4))


@every_dtype
def test_the_exponential_moves_by_its_factor_and_never_beyond_its_end(dtype):
    a = drawn(dtype)
    result = np.exp(a)
    tiny = np.finfo(dtype).tiny
    same(result.rad, rounded(result.mid, moved_by_exp(a.mid.astype(float), a.rad, result.mid.astype(float), tiny), 4))
    low = Ball(np.array([-200.0, -30.0], dtype), 100.0)  # one where the end is less, and one where the factor is
    result = np.exp(low)
    moved = moved_by_exp(low.mid.astype(float), low.rad, result.mid.astype(float), tiny)
    same(result.rad, rounded(result.mid, moved, 4))


@every_dtype
def test_the_root_moves_by_its_steeper_side_and_near_0_by_the_root_of_that(dtype):
    a = drawn(dtype)
    a = Ball(np.abs(a.mid), a.rad)
    m, below = a.mid.astype(float), np.clip(a.mid.astype(float) - a.rad, 0, None)
    same(np.sqrt(a).rad, rounded(np.sqrt(a.mid), a.rad / (np.sqrt(m) + np.sqrt(below)), 4))
    near = np.sqrt(Ball(np.zeros(2, dtype), np.array([2.0**-40, 0.0])))
    same(near.rad, rounded(near.mid, np.array([2.0**-20, 0.0]), 4))


@every_dtype
def test_the_logarithm_moves_by_its_steeper_side_and_has_none_at_0(dtype):
    a = drawn(dtype)
    a = Ball(np.abs(a.mid), a.rad)
    same(np.log(a).rad, rounded(np.log(a.mid), -np.log1p(-a.rad / a.mid.astype(float)), 4))
    assert np.log(Ball(np.ones(3, dtype), np.array([0.9, 1.0, 1.1]))).rad.tolist()[1:] == [inf, inf]


@every_dtype
@pytest.mark.parametrize("axis", [None, 0, 1, -1])
@pytest.mark.parametrize("keepdims", [False, True])
def test_a_sum_has_as_many_roundings_as_terms_but_one(axis, keepdims, dtype):
    for shape in ((3, 4), (1, 1), (0, 3), (2, 0)):
        a = drawn(dtype, shape)
        _, size, rad = parts(a)
        result = np.sum(a, axis=axis, keepdims=keepdims)
        of = {"axis": axis, "keepdims": keepdims}
        terms = a.size if axis is None else shape[axis]
        gamma = radii.gamma(max(terms - 1, 0), UNIT[a.dtype])
        same(result.rad, rounded(result.mid, rad.sum(**of) + gamma * (size + rad).sum(**of), 0, False))
        np.testing.assert_array_equal(result.mid, a.mid.sum(**of))
        np.testing.assert_array_equal(a.sum(**of).rad, result.rad)
        assert result.dtype == dtype


def test_a_sum_drops_its_axis_unless_asked_to_keep_it():
    ball = Ball(np.ones((2, 3)))
    assert [x.shape for x in (ball.sum(), ball.sum(axis=0), np.sum(ball), np.sum(ball, axis=1))] == [(), (3,), (), (2,)]


def test_the_unit_roundoff_and_the_smallest_normal_number_are_those_of_the_format():
    units, tinies = ([table[np.dtype(dtype)] for dtype in ("float32", "float64")] for table in (UNIT, TINY))
    assert (units, tinies) == ([2.0**-24, 2.0**-53], [2.0**-126, 2.0**-1022])


def test_gamma_is_what_n_roundings_do():
    assert radii.gamma(0, 2**-24) == 0
    assert radii.gamma(4, 1 / 16) == 0.25 / 0.75


@every_dtype
@pytest.mark.parametrize("exact", [(False, False), (True, False), (False, True), (True, True)])
def test_a_matrix_product_has_as_many_roundings_as_terms(exact, dtype):
    a, b = drawn(dtype, (2, 5)), drawn(dtype, (5, 3), seed=1)
    a, b = (Ball(x.mid) if bare else x for x, bare in zip((a, b), exact, strict=True))
    (_, size_a, ra), (_, size_b, rb) = parts(a), parts(b)
    result = a @ b
    gamma = radii.gamma(5, UNIT[a.dtype])
    moved = gamma * (size_a + ra) @ (size_b + rb) + 5 * TINY[a.dtype] + size_a @ rb + ra @ (size_b + rb)
    same(result.rad, rounded(result.mid, moved, 0, False))
    stacked = a[None] @ b[None]  # matrices may lie in stacks, as NumPy has it
    np.testing.assert_array_equal((stacked.mid[0], stacked.rad[0]), (result.mid, result.rad))
    nothing = Ball(0 * a.mid) @ Ball(0 * b.mid)  # five products that may each underflow
    same(nothing.rad, rounded(nothing.mid, np.full((2, 3), 5 * TINY[a.dtype]), 0, False))


# -- what is not rounded


@every_dtype
def test_a_sign_and_a_size_keep_their_radius(dtype):
    a = drawn(dtype)
    for ball, mid in ((-a, -a.mid), (np.absolute(a), np.abs(a.mid))):
        np.testing.assert_array_equal(ball.mid, mid)
        np.testing.assert_array_equal(ball.rad, a.rad)


def test_the_larger_of_two_has_its_own_radius_where_they_are_apart_and_else_the_wider_one():
    a, b = Ball(np.array([1.0, 1.0, 1.0, 3.0, 1.0]), np.array([0.5, 0.5, 0.5, 0.25, 0.0])), Ball(np.full(5, 2.0), 0.25)
    result = np.maximum(a, b)
    assert result.mid.tolist() == [2, 2, 2, 3, 2]
    assert np.maximum(a, b).rad.tolist() == [0.25, 0.25, 0.25, 0.25, 0.25]
    b = Ball(np.full(5, 2.0), np.array([0.5, 0.625, 0.375, 0.125, 0.125]))
    assert np.maximum(a, b).rad.tolist() == [0.5, 0.625, 0.375, 0.25, 0.125]
    assert np.maximum(b, a).rad.tolist() == [0.5, 0.625, 0.375, 0.25, 0.125]
    touching, within = Ball(np.array([1.75]), 0.25), Ball(np.array([1.25]), 0.25)
    for other in (touching, within):
        assert np.maximum(a[:1], other).rad.tolist() == np.maximum(other, a[:1]).rad.tolist() == [0.5]


@every_dtype
def test_a_comparison_is_unsure_where_the_balls_touch(dtype):
    a, b = np.array([1.0, 1.0, 1.0, 2.0], dtype), np.full(4, 2.0, dtype)
    a, b = Ball(a, [0.5, 0.5, 0.25, 0.0]), Ball(b, [0.5, 0.25, 0.75, 0.0])
    for ufunc in (np.greater, np.greater_equal, np.less, np.less_equal, np.equal):
        result = ufunc(a, b)
        assert (result.mid.tolist(), result.dtype) == (ufunc(a.mid, b.mid).astype(float).tolist(), a.dtype)
        assert (result.rad.tolist(), result.rad.dtype) == ([1, 0, 1, 0], np.dtype(float))


@every_dtype
def test_an_unsure_choice_reaches_to_the_far_end_of_the_other_branch(dtype):
    kink = Ball(np.array([1.0, 0.0, 1.0, 0.0, 1.0], dtype), np.array([1.0, 1.0, 0.0, 0.0, 1.0]))
    a, b = Ball(np.full(5, 3.0, dtype), [0.5, 0.5, 0.5, 0.5, 9.0]), Ball(np.full(5, 1.0, dtype), 0.25)
    result = np.where(kink, a, b)
    safe = 1 + 4 * UNIT[a.dtype]
    assert result.mid.tolist() == [3, 1, 3, 1, 3]
    same(result.rad, [2.25 * safe, 2.5 * safe, 0.5, 0.25, 9.0])
    sure = np.where(np.array([True, False]), Ball(np.ones(2, dtype), 0.5), 2.0)
    assert (sure.mid.tolist(), sure.rad.tolist(), sure.dtype) == ([1, 2], [0.5, 0], dtype)


@every_dtype
def test_a_stack_and_a_chain_hold_their_parts(dtype):
    a, b = drawn(dtype, (2, 3)), drawn(dtype, (2, 3), seed=1)
    for axis in (0, 1):
        chain = np.concatenate([a, b.mid, b], axis=axis)
        np.testing.assert_array_equal(chain.mid, np.concatenate([a.mid, b.mid, b.mid], axis))
        np.testing.assert_array_equal(chain.rad, np.concatenate([a.rad, 0 * b.rad, b.rad], axis))
    np.testing.assert_array_equal(np.concatenate([a, b]).mid, np.concatenate([a.mid, b.mid]))
    np.testing.assert_array_equal(np.concatenate([b.mid, a]).rad, np.concatenate([0 * b.rad, a.rad]))
    np.testing.assert_array_equal(np.stack([a, b]).mid, [a.mid, b.mid])
    np.testing.assert_array_equal(np.stack([a, b]).rad, [a.rad, b.rad])
    for axis, keepdims in ((None, False), (0, True), (-1, False), (-1, True)):
        top = a.max(axis=axis, keepdims=keepdims)
        np.testing.assert_array_equal(top.mid, a.mid.max(axis=axis, keepdims=keepdims))
        np.testing.assert_array_equal(top.rad, a.rad.max(axis=axis, keepdims=keepdims))
    nothing = Ball(np.zeros((0, 2), dtype), 0.0).max(axis=0)
    assert (nothing.mid.tolist(), nothing.rad.tolist(), nothing.dtype) == ([-inf, -inf], [0, 0], dtype)


@every_dtype
def test_a_number_is_exact_or_brings_its_rounding_along(dtype):
    dtype = np.dtype(dtype)
    assert (lift(0.5, dtype).rad, lift(0.5, dtype).dtype) == (0, dtype)
    third = lift(-1 / 3, dtype)
    expected = 0 if dtype == np.float64 else UNIT[dtype] / 3 + TINY[dtype]
    assert (float(third.mid), float(third.rad)) == (float(dtype.type(-1 / 3)), expected)
    ball = Ball(np.ones(1, dtype), np.ones(1, "float32"))
    assert lift(ball, dtype) is ball
    assert ball.rad.dtype == np.float64
    assert lift(ball.mid, dtype).mid is ball.mid


@every_dtype
def test_a_radius_of_1_is_a_radius_like_any_other(dtype):
    two, three = Ball(np.full(1, 2.0, dtype), 1.0), Ball(np.full(1, 3.0, dtype), 0.0)
    same((two * three).rad, rounded(np.full(1, 6.0, dtype), 3.0))
    same((three * two).rad, rounded(np.full(1, 6.0, dtype), 3.0))
    same((two / three).rad, rounded((two / three).mid, 1 / 3))
    same((three / two).rad, rounded((three / two).mid, 1.5))
    for ufunc, moved in ((np.log, np.log(2)), (np.sinh, np.cosh(3)), (np.cosh, np.sinh(3))):
        same(ufunc(two).rad, rounded(ufunc(two).mid, moved, 4))


@every_dtype
def test_no_sum_underflows_and_one_number_is_its_own_sum(dtype):
    zero, top = Ball(np.zeros(1, dtype)), Ball(np.full(1, np.finfo(dtype).max))
    for result in (zero + zero, zero - zero, zero.sum(), top.sum()):
        assert result.rad == 0
    beside_infinity = Ball(np.array([[top.mid[0], inf]], dtype))
    assert (beside_infinity.sum(axis=0).rad == 0).all()


# -- where rounding alone decides, and where it does nothing


@every_dtype
def test_near_the_end_of_the_range_one_evaluation_overflows_and_another_does_not(dtype):
    top = np.finfo(dtype).max
    assert np.isinf((Ball(np.array([top]), 0.0) + 0).rad).all()
    half = np.array([top / 2], dtype)
    assert np.isfinite((Ball(half) + 0).rad).all()
    assert np.isfinite((Ball(half, float(top) * 0.499) + 0).rad).all()
    assert np.isinf((Ball(half, float(top) * 0.501) + 0).rad).all()


@every_dtype
def test_a_sum_whose_parts_may_overflow_judges_nobody_and_one_below_judges(dtype):
    top = float(np.finfo(dtype).max)
    for share, judged in ((0.5, True), (0.55, False)):
        mid = np.array([share * top, -share * top], dtype)
        assert np.isfinite(Ball(mid).sum().rad) == judged
        assert np.isfinite((Ball(mid[None]) @ np.ones((2, 1), dtype)).rad).all() == judged
        assert np.isfinite((Ball(np.ones((1, 2), dtype)) @ mid[:, None]).rad).all() == judged


@every_dtype
def test_an_infinity_of_the_input_is_exact_and_one_of_unknown_origin_is_not(dtype):
    for mid, rad, expected in ((inf, 0.0, 0.0), (nan, 0.0, 0.0), (inf, inf, inf), (nan, inf, inf), (1.0, inf, inf)):
        x = Ball(np.array([mid], dtype), rad)
        one = Ball(np.ones(1, dtype), 0.25)
        results = [x + one, one + x, x - one, one - x, x * one, one * x, one / x * x, x / 3]
        results += [np.tanh(x) * x, np.exp(x) * x, x.sum(), x[None] @ one[:, None], one[None] @ x[:, None]]
        for i, result in enumerate(results):
            assert result.rad == expected, (i, mid, rad)


@every_dtype
def test_an_infinity_that_came_in_excuses_no_overflow_of_another_row(dtype):
    top = float(np.finfo(dtype).max)
    a, ones = Ball(np.array([[inf, 1.0], [top, top]], dtype)), np.ones((2, 2), dtype)
    for keepdims in (False, True):
        assert a.sum(axis=1, keepdims=keepdims).rad.ravel().tolist() == [0, inf]
        assert a.T.sum(axis=0, keepdims=keepdims).rad.ravel().tolist() == [0, inf]
    assert (a @ ones).rad.tolist() == [[0, 0], [inf, inf]]
    assert (ones @ a.T).rad.tolist() == [[0, inf], [0, inf]]
    left, right = np.stack([Ball(ones), a]), np.stack([a.T, Ball(ones)])
    np.testing.assert_array_equal((left @ right).rad, [(ones @ a.T).rad, (a @ ones).rad])


@every_dtype
def test_a_row_with_an_infinity_leaves_the_other_rows_and_columns_as_they_are(dtype):
    a = drawn(dtype, (2, 3))
    spoilt = a.mid.copy()
    spoilt[0, 1] = inf
    for axis in (0, 1):
        sums, clean = np.sum(Ball(spoilt, a.rad), axis=axis), np.sum(a, axis=axis)
        at = 1 if axis == 0 else 0
        assert sums.rad[at] == 0
        np.testing.assert_array_equal(np.delete(sums.rad, at), np.delete(clean.rad, at))
    b = drawn(dtype, (3, 2), seed=1)
    product, clean = Ball(spoilt, a.rad) @ b, a @ b
    assert product.rad[0].tolist() == [0, 0]
    np.testing.assert_array_equal(product.rad[1], clean.rad[1])
    product, clean = Ball(b.mid.T, b.rad.T) @ Ball(spoilt.T, a.rad.T), b.T @ a.T
    assert product.rad[:, 0].tolist() == [0, 0]
    np.testing.assert_array_equal(product.rad[:, 1], clean.rad[:, 1])


@every_dtype
def test_a_divisor_that_only_just_may_be_0_judges_nobody(dtype):
    one = Ball(np.ones(4, dtype))
    assert np.isfinite((one / Ball(np.ones(4, dtype), [0.0, 0.5, 1.0, 2.0])).rad).tolist() == [True, True, False, False]
    quotient = Ball(np.array([1.0, 0.0, 1.0], dtype), [0.5, 0.5, 0.0]) / np.zeros(3, dtype)
    assert quotient.rad.tolist() == [0, 0, 0]
    assert np.isinf((Ball(np.ones(1, dtype)) / Ball(np.zeros(1, dtype), 0.5)).rad).all()
    assert np.log(Ball(np.zeros(2, dtype), [0.0, 0.5])).rad.tolist() == [0, inf]


def test_nothing_is_said_of_numbers_on_the_way():
    """Floating point warnings are errors here, and a ball gives none."""
    with np.errstate(all="raise"):
        x = Ball(np.array([0.0, 1e308, 1e-308, inf, nan]), [0.0, 1e308, 1.0, inf, nan])
        for result in (x * x, x / x, x - x, np.exp(x), np.log(x), x.sum(), x[None] @ x[:, None], np.where(x > x, x, x)):
            assert (result.rad >= 0).all()
        np.stack([x, x])
