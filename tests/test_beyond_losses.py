"""The losses beyond the lecture: laws that need no torch, bad input, and regimes that occur."""

import math

import numpy as np
import pytest
from drawn import DTYPES

import manual
from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.inputs import sample
from gradecheck.numbers.rounding import Ball
from lectures.beyond import PACK
from manual import beyond
from tests.agreement import assert_meet, on_balls, traced

ROWS = {name: row for name, row in PACK.contracts.items() if row.chapter == "losses"}


def drawn(seed, dtype, *shape):
    """Any numbers, and targets of which 1 - t is exact."""
    rng = np.random.default_rng(seed)
    return tuple(x.astype(dtype) for x in (3 * rng.standard_normal(shape), rng.integers(0, 65, shape) / 64))


# -- bce_with_logits


@pytest.mark.parametrize("dtype", DTYPES)
def test_bce_of_minus_x_is_that_of_the_other_label(dtype):
    x, t = drawn(0, dtype, 4, 7)
    loss, gradient = traced("bce_with_logits"), traced("bce_with_logits_backward")
    assert_meet(loss(x, t), loss(-x, 1 - t))
    assert_meet(gradient(x, t), -gradient(-x, 1 - t))


@pytest.mark.parametrize("dtype", DTYPES)
def test_bce_is_the_cross_entropy_of_two_classes(dtype):
    """Of the logits x and 0."""
    x, t = drawn(1, dtype, 40)
    two = on_balls("softmax_cross_entropy")(np.stack([x, 0 * x], axis=1), np.stack([t, 1 - t], axis=1))
    assert_meet(traced("bce_with_logits")(x, t), two)


@pytest.mark.parametrize(
    ("x", "t", "known"), [(1e4, 0, 1e4), (-1e4, 1, 1e4), (1e4, 1, 0), (-1e4, 0, 0), (0, 0.5, math.log(2))]
)
def test_bce_has_no_overflow_and_no_log_of_0(x, t, known):
    assert beyond.bce_with_logits(np.array([float(x)]), np.array([float(t)])) == known


# -- huber


@pytest.mark.parametrize("dtype", DTYPES)
def test_huber_is_half_the_mse_for_a_large_delta_and_a_line_for_a_small_one(dtype):
    y, target = drawn(2, dtype, 5, 6)
    huber = traced("huber")
    assert_meet(2 * huber(y, target, 100.0), on_balls("mse")(y, target))
    delta = 2.0**-20  # no difference is as small
    distance = np.abs(Ball(y) - target).sum() / y.size
    assert_meet(huber(y, target, delta), delta * (distance - delta / 2))


@pytest.mark.parametrize("delta", [0.25, 1.0, 4.0])
def test_both_pieces_of_huber_meet_at_delta(delta):
    y, zero = np.array([delta]), np.zeros(1)
    above = np.nextafter(y, 9)
    assert beyond.huber(y, zero, delta) == delta * delta / 2
    assert beyond.huber(above, zero, delta) == delta * delta / 2 + delta * np.spacing(delta)
    assert beyond.huber_backward(y, zero, delta) == beyond.huber_backward(above, zero, delta) == delta
    assert beyond.huber_backward(-above, zero, delta) == -delta


# -- kl_div


@pytest.mark.parametrize("dtype", DTYPES)
def test_kl_div_is_the_cross_entropy_less_the_entropy(dtype):
    x, _ = drawn(3, dtype, 6, 4)
    p, t = manual.softmax(x), manual.softmax(x[::-1])
    log_p, cross_entropy = np.log(Ball(p)), on_balls("cross_entropy")

    def kl_div(t):
        """Of the logarithms as they are, not as they were rounded."""
        return traced("kl_div")(log_p.mid, t) - (t * (log_p - log_p.mid)).sum() / len(t)

    assert_meet(kl_div(t), cross_entropy(p, t) - cross_entropy(t, t))
    assert kl_div(t).mid > kl_div(t).rad
    assert_meet(kl_div(p), 0)


def test_what_cannot_occur_counts_for_nothing_in_kl_div():
    log_p, t = np.log(np.array([[0.25, 0.75]])), np.array([[0.0, 1.0]])
    assert beyond.kl_div(log_p, t) == -math.log(0.75)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [name for name in ROWS if not name.endswith("_backward")])
def test_all_rows_twice_have_the_same_mean_and_half_the_gradient(name, dtype):
    x, t = drawn(4, dtype, 4, 4)
    if name == "kl_div":
        x, t = np.log(manual.softmax(x)), manual.softmax(t)
    assert_meet(traced(name)(x, t), traced(name)(np.tile(x, (2, 1)), np.tile(t, (2, 1))))
    dx = getattr(beyond, f"{name}_backward")
    np.testing.assert_array_equal(dx(np.tile(x, (2, 1)), np.tile(t, (2, 1)))[4:], dx(x, t) / 2)


@pytest.mark.parametrize("name", ["bce_with_logits", "huber"])
def test_n_counts_all_elements(name):
    x, t = drawn(5, "float64", 4, 7)
    assert getattr(beyond, name)(x, t) == getattr(beyond, name)(x.ravel(), t.ravel())
    dx = getattr(beyond, f"{name}_backward")
    np.testing.assert_array_equal(dx(x, t).ravel(), dx(x.ravel(), t.ravel()))


def test_the_gradient_of_kl_div_sums_to_minus_1():
    t = np.array([[0.25, 0.75, 0.0], [0.5, 0.25, 0.25]])
    assert beyond.kl_div_backward(np.log(np.full((2, 3), 1 / 3)), t).sum() == -1


@pytest.mark.parametrize("name", [name for name in ROWS if not name.endswith("_backward")])
def test_a_loss_of_nothing_is_nan(name):
    empty = np.ones((0, 3))
    assert np.isnan(getattr(beyond, name)(empty, empty))
    assert getattr(beyond, f"{name}_backward")(empty, empty).shape == (0, 3)


# -- bad input

ONES = np.ones((2, 3))


@pytest.mark.parametrize("name", ROWS)
def test_arguments_that_do_not_fit_are_refused(name):
    x, t = (argument.name for argument in ROWS[name].arguments[:2])
    for arguments, message in (
        (([1.0], ONES), f"{name}: {x} is a list, but should be a float32 or float64 array"),
        ((ONES, np.ones((2, 3), int)), f"{name}: {t} is an int64 array, but should be float32 or float64"),
        ((ONES, ONES.astype("float32")), f"{name}: {t} is a float32 array, but should be float64 as {x} is"),
        ((ONES, np.ones(3)), f"{name}: {t} has shape (3,), but should be (2, 3), the shape of {x}"),
    ):
        with pytest.raises((TypeError, ValueError)) as refused:
            getattr(beyond, name)(*arguments)
        assert str(refused.value).startswith(message)


@pytest.mark.parametrize("name", ["huber", "huber_backward"])
def test_delta_has_to_be_a_number_above_0(name):
    with pytest.raises(TypeError, match=f"^{name}: delta is a str, but should be a number"):
        getattr(beyond, name)(ONES, ONES, "1")
    for delta in (0, -1.0):
        with pytest.raises(ValueError, match=f"^{name}: delta is {float(delta)}, but should be above 0"):
            getattr(beyond, name)(ONES, ONES, delta)


@pytest.mark.parametrize("name", ["kl_div", "kl_div_backward"])
def test_kl_div_asks_for_rows(name):
    with pytest.raises(ValueError, match=rf"^{name}: log_p has shape \(3,\), but should be \(n, k\), one row for each"):
        getattr(beyond, name)(np.zeros(3), np.ones(3))


# -- regimes


def log_softmax(x):
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))


@pytest.mark.parametrize("name", ROWS)
def test_the_cases_have_one_row_and_one_class_hard_and_soft_targets(name):
    cases = list(sample(ROWS[name], "float64", 200, 0, SUBMISSION))
    assert any(case.arguments[0].size == 1 for case in cases)
    assert any(case.arguments[0].shape[:1] == (1,) and case.arguments[0].size > 1 for case in cases)
    if not name.startswith("huber"):
        targets = [case.arguments[1] for case in cases]
        assert any(np.isin(t, (0, 1)).all() for t in targets)
        assert any(((t > 0) & (t < 1)).all() for t in targets)


@pytest.mark.parametrize("name", ["huber", "huber_backward"])
def test_the_differences_of_huber_are_at_delta_below_and_above(name):
    cases = [case.arguments for case in sample(ROWS[name], "float64", 200, 0, SUBMISSION)]
    gaps = np.concatenate([(np.abs(y - target) - delta).ravel() for y, target, delta in cases])
    assert (gaps == 0).any()
    assert (gaps < 0).mean() > 0.1
    assert (gaps > 0).mean() > 0.1


@pytest.mark.parametrize("name", ["kl_div", "kl_div_backward"])
def test_probabilities_of_kl_div_sum_to_1_and_may_be_too_small_for_a_number(name):
    cases = [case.arguments for case in sample(ROWS[name], "float64", 200, 0, SUBMISSION)]
    for log_p, _ in cases:
        rounded = Ball(log_p, log_softmax(Ball(log_p)).rad)
        assert_meet(np.exp(rounded).sum(axis=1), 1)
    assert min(log_p.min() for log_p, _ in cases) < -745
