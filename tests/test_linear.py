"""Chapter "Forward" and "Backpropagation": the linear layer against torch, then laws that need no torch."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import manual
from gradecheck.cases.inputs import LAYOUTS
from gradecheck.numbers.rounding import Ball
from gradecheck.verifying.tensors import run_reference
from manual.linear import parameter_gradients
from tests.agreement import (
    DTYPES,
    any_recipe,
    arguments,
    assert_agrees,
    assert_leaves_no_trace,
    assert_meet,
    chapter,
    direction,
    example,
    few,
    on_balls,
    slope,
    whole,
)
from tests.lecture import CONTRACTS

NAMES = chapter("linear")

linear, linear_backward = map(on_balls, NAMES)


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


# -- forward


@given(drawn=arguments("linear"))
def test_each_row_stands_alone(drawn):
    A, W, b = drawn
    Z = linear(A, W, b)
    for row in range(len(A)):
        assert_meet(linear(A[row : row + 1], W, b), Z[row : row + 1])


@given(drawn=arguments("linear"), seed=st.integers(0, 99))
def test_a_permutation_of_samples_features_and_units_is_followed(drawn, seed):
    A, W, b = drawn
    order = np.random.default_rng(seed).permutation
    rows, features, units = order(len(A)), order(A.shape[1]), order(len(W))
    expected = linear(A, W, b)[rows][:, units]
    assert_meet(linear(A[rows][:, features], W[units][:, features], b[units]), expected)


@given(drawn=arguments("linear"), c=st.floats(-100, 100, width=32))
def test_linear_is_linear(drawn, c):
    A, W, b = drawn
    other, none = A[::-1], 0 * b
    assert_meet(linear(c * A + other, W, b), c * linear(A, W, none) + linear(other, W, b))
    assert_meet(linear(A, c * W, c * b), c * linear(A, W, b))


@given(drawn=arguments("linear"))
def test_every_row_gets_the_same_b(drawn):
    A, W, b = (x.mid for x in drawn)
    np.testing.assert_array_equal(manual.linear(0 * A, W, b), np.broadcast_to(b, (len(A), len(b))))


@given(drawn=arguments("linear"))
def test_the_identity_leaves_the_samples_as_they_are(drawn):
    A, _, _ = (x.mid for x in drawn)
    k = A.shape[1]
    np.testing.assert_array_equal(manual.linear(A, np.eye(k, dtype=A.dtype), np.zeros(k, A.dtype)), A)


# -- backward


@given(drawn=arguments("linear_backward"), c=st.floats(-100, 100, width=32))
def test_backward_is_linear_in_grad(drawn, c):
    grad, A, W = drawn
    other = grad[::-1]
    sides = linear_backward(c * grad + other, A, W), linear_backward(grad, A, W), linear_backward(other, A, W)
    for both, one, rest in zip(*sides, strict=True):
        assert_meet(both, c * one + rest)


@given(drawn=arguments("linear_backward"), data=st.data())
def test_the_gradients_of_a_batch_are_the_sums_over_its_parts(drawn, data):
    grad, A, W = drawn
    at = data.draw(st.integers(0, len(A)))
    dA, dW, db = linear_backward(grad, A, W)
    dA_1, dW_1, db_1 = linear_backward(grad[:at], A[:at], W)
    dA_2, dW_2, db_2 = linear_backward(grad[at:], A[at:], W)
    assert_meet(dA[:at], dA_1)
    assert_meet(dA[at:], dA_2)
    assert_meet(dW, dW_1 + dW_2)
    assert_meet(db, db_1 + db_2)


@given(drawn=arguments("linear_backward"))
def test_each_gradient_weighs_its_argument_as_grad_weighs_Z(drawn):
    """Σ ∂L/∂Z Z, with Z = A Wᵀ, is Σ ∂L/∂A A and Σ ∂L/∂W W: Z is linear in A and in W."""
    grad, A, W = drawn
    dA, dW, _ = linear_backward(grad, A, W)
    weight = (grad * linear(A, W, Ball(np.zeros(len(W), W.dtype)))).sum()
    assert_meet((dA * A).sum(), weight)
    assert_meet((dW * W).sum(), weight)


@few
@given(drawn=arguments("linear_backward"))
def test_backward_is_the_derivative(drawn):
    grad, A, W = drawn
    b = Ball(np.linspace(1, 2, len(W), dtype=W.dtype))
    for i, gradient in enumerate(linear_backward(grad, A, W)):
        d = direction((A, W, b)[i])
        ways = tuple(d if i == j else None for j in range(3))
        assert_meet((gradient * d).sum(), slope("linear", (A, W, b), ways, grad))


def test_gradients_are_written_into_what_is_given():
    grad, A, W = example("linear_backward", "float64")
    out = np.empty_like(W), np.empty(len(W))
    assert all(x is y for x, y in zip(parameter_gradients(grad, A, out), out, strict=True))
    for x, y in zip(out, parameter_gradients(grad, A), strict=True):
        np.testing.assert_array_equal(x, y)


# -- conventions, which are torch's


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_rows_give_no_rows_and_gradients_of_0(dtype):
    A, W, b = example("linear", dtype, n=0)
    assert manual.linear(A, W, b).shape == (0, 3)
    dA, dW, db = manual.linear_backward(np.zeros((0, 3), dtype), A, W)
    assert dA.shape == (0, 3)
    assert not dW.any()
    assert not db.any()


@pytest.mark.parametrize("dtype", DTYPES)
def test_without_features_Z_is_b(dtype):
    A, W, b = np.ones((2, 0), dtype), np.ones((3, 0), dtype), np.array([1, 2, 3], dtype)
    np.testing.assert_array_equal(manual.linear(A, W, b), np.array([b, b]), strict=True)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("wild", [np.nan, np.inf, -np.inf])
def test_a_wild_number_spoils_its_row_and_no_other(wild, dtype):
    A, W, b = np.array([[wild, 1], [1, 1]], dtype), np.array([[1, 1]], dtype), np.zeros(1, dtype)
    expected = np.array([[wild], [2]], dtype)
    np.testing.assert_array_equal(manual.linear(A, W, b), expected, strict=True)
    np.testing.assert_array_equal(*run_reference(CONTRACTS["linear"], (A, W, b)), expected, strict=True)
