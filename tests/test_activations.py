"""Chapter "Activation Functions": manual against torch, then laws that need no torch, then conventions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import manual
from gradecheck.cases.inputs import LAYOUTS
from gradecheck.verifying.tensors import run_reference
from tests.agreement import (
    DTYPES,
    any_recipe,
    arguments,
    assert_agrees,
    assert_leaves_no_trace,
    assert_meet,
    chapter,
    direction,
    few,
    on_balls,
    slope,
    whole,
)
from tests.lecture import CONTRACTS

NAMES = chapter("activations")
BACKWARD = [name for name in NAMES if name.endswith("_backward")]

sigmoid, tanh, relu, leaky_relu, softmax = map(on_balls, ("sigmoid", "tanh", "relu", "leaky_relu", "softmax"))
backward = {name: on_balls(name) for name in BACKWARD}


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


# -- sigmoid and tanh


@given(drawn=arguments("sigmoid"))
def test_sigmoid_of_minus_x_is_the_rest_to_1(drawn):
    (x,) = drawn
    assert_meet(sigmoid(-x), 1 - sigmoid(x))


@given(drawn=arguments("tanh"))
def test_tanh_is_odd(drawn):
    (x,) = drawn
    assert_meet(tanh(-x), -tanh(x))


@given(drawn=arguments("tanh"))
def test_tanh_is_a_stretched_sigmoid(drawn):
    (x,) = drawn
    assert_meet(tanh(x), 2 * sigmoid(2 * x) - 1)


@pytest.mark.parametrize("name", ["sigmoid_backward", "tanh_backward"])
@given(data=st.data())
def test_the_slope_is_even(name, data):
    grad, x = data.draw(arguments(name))
    assert_meet(backward[name](grad, -x), backward[name](grad, x))


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
@given(data=st.data())
def test_a_larger_x_gives_no_smaller_value(name, data):
    (x,) = data.draw(arguments(name))
    f = on_balls(name)(np.sort(x.mid, axis=None))
    assert (f.mid[1:] >= f.mid[:-1] - f.rad[1:] - f.rad[:-1]).all()


# -- relu and leaky_relu


@given(drawn=arguments("relu"))
def test_relu_parts_x_into_what_is_right_and_left_of_0(drawn):
    (x,) = (ball.mid for ball in drawn)
    np.testing.assert_array_equal(manual.relu(x) - manual.relu(-x), x)
    np.testing.assert_array_equal(manual.relu(x) + manual.relu(-x), abs(x))


@given(drawn=arguments("leaky_relu"))
def test_leaky_relu_is_relu_and_a_share_of_the_rest(drawn):
    x, alpha = drawn
    assert_meet(leaky_relu(x, alpha), relu(x) - alpha * relu(-x))


def test_0_is_right_of_the_kink_and_comes_out_as_it_is():
    """Whatever α is, where α 0 would be -0 or nan."""
    for alpha in (-1.0, np.inf):
        zero = manual.leaky_relu(np.array([0.0]), alpha)
        assert (zero.tolist(), np.signbit(zero).tolist()) == ([0], [False])


@given(drawn=arguments("relu"))
def test_leaky_relu_is_relu_at_alpha_0_and_x_itself_at_1(drawn):
    (x,) = (ball.mid for ball in drawn)
    np.testing.assert_array_equal(manual.leaky_relu(x, 0), manual.relu(x))
    np.testing.assert_array_equal(manual.leaky_relu(x, 1), x)
    np.testing.assert_array_equal(manual.leaky_relu(x), manual.leaky_relu(x, 0.01))


@given(drawn=arguments("relu_backward"))
def test_leaky_relu_backward_is_relu_backward_at_alpha_0_and_grad_itself_at_1(drawn):
    grad, x = (ball.mid for ball in drawn)
    np.testing.assert_array_equal(manual.leaky_relu_backward(grad, x, 0), manual.relu_backward(grad, x))
    np.testing.assert_array_equal(manual.leaky_relu_backward(grad, x, 1), grad)
    default = manual.leaky_relu_backward(grad, x, 0.01)
    np.testing.assert_array_equal(manual.leaky_relu_backward(grad, x), default)


# -- softmax


@given(drawn=arguments("softmax"))
def test_softmax_is_a_distribution_over_each_row(drawn):
    (x,) = drawn
    p = softmax(x)
    assert ((p.mid >= 0) & (p.mid <= 1)).all()
    assert_meet(p.sum(axis=-1), 1)


@given(drawn=arguments("softmax"), c=st.floats(-100, 100, width=32))
def test_softmax_ignores_a_shift(drawn, c):
    (x,) = drawn
    assert_meet(softmax(x + c), softmax(x))


@given(drawn=arguments("softmax"), seed=st.integers(0, 99))
def test_softmax_follows_a_permutation_of_rows_and_of_classes(drawn, seed):
    (x,) = drawn
    order = np.random.default_rng(seed).permutation
    classes, rows = order(x.shape[-1]), order(len(x))
    assert_meet(softmax(x[..., classes]), softmax(x)[..., classes])
    if x.ndim == 2:
        assert_meet(softmax(x[rows]), softmax(x)[rows])


@given(drawn=arguments("softmax_backward"))
def test_each_row_of_softmax_stands_alone(drawn):
    grad, x = drawn
    for row in range(len(x) if x.ndim == 2 else 0):
        assert_meet(softmax(x[row]), softmax(x)[row])
        assert_meet(backward["softmax_backward"](grad[row], x[row]), backward["softmax_backward"](grad, x)[row])


@given(drawn=arguments("softmax_backward"))
def test_the_softmax_gradient_of_a_row_sums_to_0(drawn):
    grad, x = drawn
    assert_meet(backward["softmax_backward"](grad, x).sum(axis=-1), 0)


@given(drawn=arguments("softmax_backward"), c=st.floats(-100, 100, width=32))
def test_softmax_backward_ignores_what_is_the_same_for_all_classes(drawn, c):
    grad, x = drawn
    assert_meet(backward["softmax_backward"](grad + c, x), backward["softmax_backward"](grad, x))


# -- every gradient


@pytest.mark.parametrize("name", BACKWARD)
@given(data=st.data(), c=st.floats(-100, 100, width=32))
def test_backward_is_linear_in_grad(name, data, c):
    grad, x, *alpha = data.draw(arguments(name))
    other = grad[::-1]

    def f(grad):
        return backward[name](grad, x, *alpha)

    assert_meet(f(c * grad + other), c * f(grad) + f(other))


@pytest.mark.parametrize("name", BACKWARD)
@few
@given(data=st.data())
def test_backward_is_the_derivative(name, data):
    grad, x, *alpha = data.draw(arguments(name))
    d = direction(x)
    gradient = backward[name](grad, x, *alpha)
    expected = slope(name.removesuffix("_backward"), (x, *alpha), (d, *(None for _ in alpha)), grad)
    assert_meet((gradient * d).sum(), expected)


# -- conventions, which are torch's

WILD = [np.nan, np.inf, -np.inf, 0, -0.0]
nan, inf = np.nan, np.inf


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("sigmoid", WILD, [nan, 1, 0, 0.5, 0.5]),
        ("tanh", WILD, [nan, 1, -1, 0, 0]),
        ("relu", WILD, [nan, inf, 0, 0, 0]),
        ("leaky_relu", WILD, [nan, inf, -inf, 0, 0]),
        ("softmax", [0, -inf], [1, 0]),
        ("softmax", [0, inf], [nan, nan]),
        ("softmax", [-inf, -inf], [nan, nan]),
        ("softmax", [[0, nan], [0, 0]], [[nan, nan], [0.5, 0.5]]),
        ("softmax", [[], []], [[], []]),
        ("softmax", np.zeros((0, 3)), np.zeros((0, 3))),
    ],
)
def test_values_at_nan_infinity_and_0(name, dtype, x, expected):
    x, expected = (np.array(a, dtype) for a in (x, expected))
    np.testing.assert_array_equal(getattr(manual, name)(x), expected, strict=True)
    alpha = (0.01,) if name == "leaky_relu" else ()
    np.testing.assert_array_equal(*run_reference(CONTRACTS[name], (x, *alpha)), expected, strict=True)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sigmoid_backward", [nan, 0, 0, 2, 2]),
        ("tanh_backward", [nan, 0, 0, 8, 8]),
        ("relu_backward", [8, 8, 0, 0, 0]),
        ("leaky_relu_backward", [2, 8, 2, 2, 2]),
    ],
)
def test_slopes_at_nan_infinity_and_0(name, dtype, expected):
    x, expected = (np.array(a, dtype) for a in (WILD, expected))
    grad = np.full(x.shape, 8, dtype)
    alpha = (0.25,) if name == "leaky_relu_backward" else ()
    np.testing.assert_array_equal(getattr(manual, name)(grad, x, *alpha), expected, strict=True)
    np.testing.assert_array_equal(*run_reference(CONTRACTS[name], (grad, x, *alpha)), expected, strict=True)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["relu_backward", "leaky_relu_backward"])
def test_a_wild_grad_goes_where_the_slope_lets_it(name, dtype):
    """Left of 0 relu passes nothing on, not even 0 times infinity."""
    grad, x = np.array([nan, inf, nan, -inf], dtype), np.array([1, 1, -1, -1], dtype)
    alpha = (0.25,) if name == "leaky_relu_backward" else ()
    left = [nan, -inf] if alpha else [0, 0]
    expected = np.array([nan, inf, *left], dtype)
    np.testing.assert_array_equal(getattr(manual, name)(grad, x, *alpha), expected, strict=True)
    np.testing.assert_array_equal(*run_reference(CONTRACTS[name], (grad, x, *alpha)), expected, strict=True)
