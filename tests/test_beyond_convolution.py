"""Convolution beyond the lecture: laws that need no torch, what it asks of its arguments, the cases that occur."""

import numpy as np
import pytest
from drawn import DTYPES

from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.inputs import sample
from lectures.beyond import PACK
from manual import beyond

ROWS = {name: row for name, row in PACK.contracts.items() if row.chapter == "convolution"}


def whole(rng, *shape):
    """Small whole numbers: their sums and products are exact."""
    return rng.integers(-4, 5, shape).astype(np.float64)


NUMBERS = [(1, 0, 1), (2, 1, 1), (1, 2, 2), (3, 1, 2), (2, 0, 3)]
"""stride, padding, dilation"""


@pytest.mark.parametrize("numbers", NUMBERS)
def test_it_is_the_sum_that_the_formula_says(numbers):
    s, p, d = numbers
    rng = np.random.default_rng(0)
    x, w, b = whole(rng, 2, 3, 7, 8), whole(rng, 2, 3, 3, 2), whole(rng, 2)
    y = beyond.conv2d(x, w, b, *numbers)
    for n, o, i, j in np.ndindex(*y.shape):
        total = b[o]
        for c, u, v in np.ndindex(*w.shape[1:]):
            at = s * i + d * u - p, s * j + d * v - p
            if 0 <= at[0] < 7 and 0 <= at[1] < 8:
                total += w[o, c, u, v] * x[n, c, *at]
        assert y[n, o, i, j] == total


@pytest.mark.parametrize("numbers", NUMBERS)
def test_each_gradient_weighs_its_argument_as_grad_weighs_the_result(numbers):
    """Both are linear in x, and conv2d is in w: Σ grad y, without b, is Σ ∂L/∂x x and Σ ∂L/∂w w."""
    rng = np.random.default_rng(1)
    x, w = whole(rng, 2, 3, 7, 8), whole(rng, 2, 3, 3, 2)
    y = beyond.conv2d(x, w, np.zeros(2), *numbers)
    grad = whole(rng, *y.shape)
    dx, dw, db = beyond.conv2d_backward(grad, x, w, *numbers)
    assert (dx * x).sum() == (dw * w).sum() == (grad * y).sum()
    np.testing.assert_array_equal(db, grad.sum(axis=(0, 2, 3)))
    X = beyond.im2col(x, 3, *numbers)
    above = whole(rng, *X.shape)
    assert (beyond.im2col_backward(above, x, 3, *numbers) * x).sum() == (above * X).sum()


def test_it_is_a_correlation():
    x, w = np.zeros((1, 1, 3, 3)), np.arange(1.0, 10).reshape(1, 1, 3, 3)
    x[0, 0, 1, 1] = 1
    np.testing.assert_array_equal(beyond.conv2d(x, w, np.zeros(1), 1, 1, 1), w[..., ::-1, ::-1])


def test_a_column_has_its_numbers_by_channel_and_then_row_by_row():
    x = np.arange(8.0).reshape(1, 2, 2, 2)
    np.testing.assert_array_equal(beyond.im2col(x, 2, 1, 0, 1), x.reshape(1, 8, 1))


def test_a_place_adds_up_what_all_its_windows_have():
    x = np.zeros((1, 1, 3, 3))
    grad = np.ones_like(beyond.im2col(x, 2, 1, 0, 1))
    counted = [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]
    np.testing.assert_array_equal(beyond.im2col_backward(grad, x, 2, 1, 0, 1)[0, 0], counted)


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_image_gives_no_image_and_gradients_of_0(dtype):
    x, w, b = np.zeros((0, 2, 5, 5), dtype), np.ones((3, 2, 2, 2), dtype), np.ones(3, dtype)
    y = beyond.conv2d(x, w, b, 2, 0, 1)
    assert y.shape == (0, 3, 2, 2)
    dx, dw, db = beyond.conv2d_backward(y, x, w, 2, 0, 1)
    assert dx.shape == x.shape
    assert not dw.any()
    assert not db.any()


# -- what it asks of its arguments

X, W, B, G = np.ones((2, 3, 4, 5)), np.ones((2, 3, 2, 2)), np.ones(2), np.ones((2, 2, 3, 4))


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("conv2d", (X[0], W, B, 1, 0, 1), "conv2d: x has shape (3, 4, 5), but should be (n, c, height, width)"),
        (
            "conv2d",
            (X, W[:, :2], B, 1, 0, 1),
            "conv2d: w has shape (2, 2, 2, 2), but should be (out, 3, height, width), ",
        ),
        ("conv2d", (X, W[0], B, 1, 0, 1), "conv2d: w has shape (3, 2, 2), but should be (out, 3, height, width), as x"),
        (
            "conv2d",
            (X, W[:0], B[:0], 1, 0, 1),
            "conv2d: w has shape (0, 3, 2, 2), but should be (out, 3, height, width) with",
        ),
        (
            "conv2d",
            (X, W[..., :0], B, 1, 0, 1),
            "conv2d: w has shape (2, 3, 2, 0), but should be (out, 3, height, width)",
        ),
        ("conv2d", (X, W, X, 1, 0, 1), "conv2d: b has shape (2, 3, 4, 5), but should be (2,), as w has shape"),
        ("conv2d", (X, W.astype("f4"), B, 1, 0, 1), "conv2d: w is a float32 array, but should be float64 as x is"),
        ("conv2d", (X, W, B, 0, 0, 1), "conv2d: stride is 0, but should be at least 1"),
        ("conv2d", (X, W, B, 1, -1, 1), "conv2d: padding is -1, but should be at least 0"),
        ("conv2d", (X, W, B, 1, 0, 0), "conv2d: dilation is 0, but should be at least 1"),
        ("conv2d", (X, W, B, 1.5, 0, 1), "conv2d: stride is 1.5, but should be a whole number"),
        (
            "conv2d",
            (X, W, B, 1, 0, 4),
            "conv2d: the kernel reaches over 5 x 5 places, but should over at most 4 x 5, as",
        ),
        (
            "conv2d_backward",
            (G[:1], X, W, 1, 0, 1),
            "conv2d_backward: grad has shape (1, 2, 3, 4), but should be (2, 2, ",
        ),
        (
            "conv2d_backward",
            (G, X, W[:, :1], 1, 0, 1),
            "conv2d_backward: w has shape (2, 1, 2, 2), but should be (out, 3,",
        ),
        ("im2col", ([1.0], 2, 1, 0, 1), "im2col: x is a list, but should be a float32 or float64 array"),
        ("im2col", (X, 0, 1, 0, 1), "im2col: kernel is 0, but should be at least 1"),
        (
            "im2col",
            (X, 6, 1, 0, 1),
            "im2col: the kernel reaches over 6 x 6 places, but should over at most 4 x 5, as x",
        ),
        ("im2col", (X[0], 2, 1, 0, 1), "im2col: x has shape (3, 4, 5), but should be (n, c, height, width)"),
        (
            "im2col_backward",
            (G, X, 2, 1, 0, 1),
            "im2col_backward: grad has shape (2, 2, 3, 4), but should be (2, 12, 12)",
        ),
    ],
)
def test_arguments_that_do_not_fit_are_refused(name, arguments, message):
    with pytest.raises((TypeError, ValueError)) as refused:
        getattr(beyond, name)(*arguments)
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize("name", ROWS)
def test_the_named_cases_occur_in_what_a_submission_is_asked(name):
    row, cases = ROWS[name], list(sample(ROWS[name], "float64", 100, 0, SUBMISSION))
    for text, condition in row.branches.items():
        assert any(np.any(condition(*case.arguments)) for case in cases), text


@pytest.mark.parametrize("kind", [np.int8, np.uint8])
def test_a_narrow_whole_number_of_numpy_does_not_wrap_around(kind):
    x, numbers = np.ones((1, 1, 16, 300)), (16, 1, 0, 1)
    y, narrow = beyond.im2col(x, *numbers), [kind(n) for n in numbers]
    np.testing.assert_array_equal(beyond.im2col(x, *narrow), y)
    np.testing.assert_array_equal(beyond.im2col_backward(y, x, *narrow), beyond.im2col_backward(y, x, *numbers))
    w, b = np.ones((1, 1, 3, 3)), np.zeros(1)
    y = beyond.conv2d(x, w, b, 1, 100, 100)
    np.testing.assert_array_equal(beyond.conv2d(x, w, b, kind(1), kind(100), kind(100)), y)
    gradients = beyond.conv2d_backward(y, x, w, 1, 100, 100)
    for found, expected in zip(beyond.conv2d_backward(y, x, w, kind(1), kind(100), kind(100)), gradients, strict=True):
        np.testing.assert_array_equal(found, expected)
