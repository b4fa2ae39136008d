"""Chapter "Stochastic Gradient Descent": one step against torch, then laws that need no torch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import manual
from gradecheck.cases.inputs import LAYOUTS
from gradecheck.numbers.rounding import lift
from gradecheck.verifying.tensors import run_reference
from tests.agreement import (
    DTYPES,
    any_recipe,
    arguments,
    assert_agrees,
    assert_leaves_no_trace,
    assert_meet,
    chapter,
    on_balls,
    whole,
)
from tests.lecture import CONTRACTS

NAMES = chapter("sgd")

sgd_step, momentum_step = map(on_balls, NAMES)


@pytest.mark.parametrize("name", NAMES)
@whole
@given(data=st.data())
def test_agrees_with_torch(name, data):
    assert_agrees(name, data.draw(any_recipe(name)))


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", NAMES)
def test_leaves_no_trace(name, dtype, layout):
    assert_leaves_no_trace(name, dtype, layout)


def plain(drawn):
    return (x.mid if hasattr(x, "mid") else x for x in drawn)


# -- laws


@given(drawn=arguments("momentum_step"))
def test_without_momentum_it_is_the_plain_step(drawn):
    w, v, grad, lr, _ = plain(drawn)
    moved, velocity = manual.momentum_step(w, v, grad, lr, 0)
    np.testing.assert_array_equal(moved, manual.sgd_step(w, grad, lr))
    np.testing.assert_array_equal(velocity, grad)
    assert not np.shares_memory(velocity, grad)


@given(drawn=arguments("momentum_step"))
def test_from_rest_the_first_step_is_the_plain_step(drawn):
    w, v, grad, lr, mu = plain(drawn)
    moved, velocity = manual.momentum_step(w, np.zeros_like(v), grad, lr, mu)
    np.testing.assert_array_equal(moved, manual.sgd_step(w, grad, lr))
    np.testing.assert_array_equal(velocity, grad)


@given(drawn=arguments("momentum_step"))
def test_at_rate_0_nothing_moves(drawn):
    w, v, grad, _, mu = plain(drawn)
    np.testing.assert_array_equal(manual.sgd_step(w, grad, 0), w)
    moved, velocity = manual.momentum_step(w, v, grad, 0, mu)
    np.testing.assert_array_equal(moved, w)
    np.testing.assert_array_equal(velocity, manual.momentum_step(w, v, grad, 1, mu)[1])


@given(drawn=arguments("sgd_step"))
def test_a_step_and_the_step_back_lead_home(drawn):
    w, grad, lr = drawn
    assert_meet(sgd_step(sgd_step(w, grad, lr), -grad, lr), w)


@given(drawn=arguments("sgd_step"))
def test_two_steps_are_one_of_twice_the_rate(drawn):
    w, grad, lr = drawn
    assert_meet(sgd_step(sgd_step(w, grad, lr), grad, lr), sgd_step(w, grad, 2 * lr))


@given(drawn=arguments("momentum_step"), c=st.floats(-100, 100, width=32))
def test_the_velocity_is_linear(drawn, c):
    w, v, grad, lr, mu = drawn
    _, scaled = momentum_step(w, c * v, c * grad, lr, mu)
    _, velocity = momentum_step(w, v, grad, lr, mu)
    assert_meet(scaled, c * velocity)


@given(drawn=arguments("momentum_step"))
def test_the_step_is_lr_times_the_new_velocity(drawn):
    w, v, grad, lr, mu = drawn
    moved, velocity = momentum_step(w, v, grad, lr, mu)
    assert_meet(w - moved, lr * velocity)


@given(drawn=arguments("momentum_step"), steps=st.integers(1, 20))
def test_under_a_constant_gradient_the_velocity_is_a_geometric_sum(drawn, steps):
    """v_t = (1 + μ + ... + μ^(t-1)) g, and w has moved by λ times the sum of all of them."""
    w, v, grad, lr, mu = drawn
    moved, velocity, powers = w, 0 * v, [lift(1.0, w.dtype)]
    for _ in range(steps):
        moved, velocity = momentum_step(moved, velocity, grad, lr, mu)
        powers.append(mu * powers[-1])
    powers.pop()
    assert_meet(velocity, sum(powers) * grad)
    assert_meet(moved, w - lr * (sum((steps - t) * power for t, power in enumerate(powers)) * grad))


@given(drawn=arguments("momentum_step"))
def test_each_element_moves_alone(drawn):
    w, v, grad, lr, mu = plain(drawn)
    moved, velocity = manual.momentum_step(w, v, grad, lr, mu)
    flat = manual.momentum_step(w.ravel(), v.ravel(), grad.ravel(), lr, mu)
    np.testing.assert_array_equal(moved.ravel(), flat[0])
    np.testing.assert_array_equal(velocity.ravel(), flat[1])
    np.testing.assert_array_equal(manual.sgd_step(w, grad, lr).ravel(), manual.sgd_step(w.ravel(), grad.ravel(), lr))


# -- conventions, which are torch's

nan, inf = np.nan, np.inf


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("w", "v", "grad", "mu", "moved", "velocity"),
    [
        (nan, 1, 1, 0.5, nan, 1.5),
        (1, nan, 1, 0.5, nan, nan),
        (1, 1, nan, 0.5, nan, nan),
        (1, -inf, 1, 0.5, inf, -inf),
        (1, inf, 1, 0, 0, 1),  # without momentum there is no velocity that could be infinite
        (1, inf, -inf, 0.5, nan, nan),
    ],
)
def test_a_wild_number_goes_where_the_equations_take_it(w, v, grad, mu, moved, velocity, dtype):
    w, v, grad, *expected = (np.array([x], dtype) for x in (w, v, grad, moved, velocity))
    actual = manual.momentum_step(w, v, grad, 1, mu)
    twin = run_reference(CONTRACTS["momentum_step"], (w, v, grad, 1, mu))
    for side in (actual, twin):
        for x, y in zip(side, expected, strict=True):
            np.testing.assert_array_equal(x, y, strict=True)


@pytest.mark.parametrize("number", [int, float, np.float32, np.float64, np.int64])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_rate_of_any_type_leaves_the_precision(dtype, number):
    w = np.ones((2, 2), dtype)
    for x in (manual.sgd_step(w, w, number(1)), *manual.momentum_step(w, w, w, number(1), number(1))):
        assert x.dtype == dtype


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (0, 3)])
def test_a_number_or_nothing_keeps_its_shape(shape, dtype):
    w = np.ones(shape, dtype)
    for x in (manual.sgd_step(w, w, 1), *manual.momentum_step(w, w, w, 1, 1)):
        assert np.shape(x) == shape
