"""Pooling beyond the lecture: laws that need no torch, what it asks of its arguments, and the cases that occur."""

import numpy as np
import pytest
from drawn import DTYPES

from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.inputs import sample
from lectures.beyond import PACK
from manual import beyond

ROWS = {name: row for name, row in PACK.contracts.items() if row.chapter == "pooling"}
NUMBERS = [(2, 2, 0), (3, 1, 1), (2, 3, 1), (1, 1, 0), (4, 2, 2)]
"""kernel, stride, padding"""


def whole(rng, *shape):
    """Small whole numbers, with many ties: their sums, and shares of 1/2^k, are exact."""
    return rng.integers(-4, 5, shape).astype(np.float64)


def windows(x, kernel, stride, padding):
    """Each window's place in the result, and its places in x in row order."""
    rows, columns = ((m + 2 * padding - kernel) // stride + 1 for m in x.shape[2:])
    for i, j in np.ndindex(rows, columns):
        inside = [
            (stride * i + u - padding, stride * j + v - padding)
            for u, v in np.ndindex(kernel, kernel)
            if 0 <= stride * i + u - padding < x.shape[2] and 0 <= stride * j + v - padding < x.shape[3]
        ]
        yield (i, j), inside


@pytest.mark.parametrize("numbers", NUMBERS)
def test_the_largest_and_the_mean_are_those_of_each_window(numbers):
    x = whole(np.random.default_rng(0), 1, 1, 7, 8)
    largest, mean = beyond.max_pool2d(x, *numbers), beyond.avg_pool2d(x, *numbers)
    for place, inside in windows(x, *numbers):
        held = [x[0, 0, *at] for at in inside]
        assert largest[0, 0, *place] == max(held)
        assert mean[0, 0, *place] == sum(held) / numbers[0] ** 2


@pytest.mark.parametrize("numbers", NUMBERS)
def test_grad_goes_to_the_first_of_the_largest_in_row_order(numbers):
    rng = np.random.default_rng(1)
    x = whole(rng, 1, 1, 7, 8)
    grad = whole(rng, *beyond.max_pool2d(x, *numbers).shape)
    expected = np.zeros_like(x)
    for place, inside in windows(x, *numbers):
        first = max(inside, key=lambda at: x[0, 0, *at])  # of several, the first
        expected[0, 0, *first] += grad[0, 0, *place]
    np.testing.assert_array_equal(beyond.max_pool2d_backward(grad, x, *numbers), expected)


def test_of_equal_numbers_the_first_gets_all():
    dx = beyond.max_pool2d_backward(np.full((1, 1, 1, 1), 3.0), np.ones((1, 1, 2, 2)), 2, 2, 0)
    np.testing.assert_array_equal(dx[0, 0], [[3.0, 0.0], [0.0, 0.0]])


@pytest.mark.parametrize("numbers", [(2, 2, 0), (4, 1, 1), (1, 3, 0), (4, 2, 2)])
def test_a_mean_weighs_x_as_grad_weighs_the_result(numbers):
    rng = np.random.default_rng(2)
    x = whole(rng, 2, 3, 7, 8)
    y = beyond.avg_pool2d(x, *numbers)
    grad = whole(rng, *y.shape)
    assert (beyond.avg_pool2d_backward(grad, x, *numbers) * x).sum() == (grad * y).sum()


@pytest.mark.parametrize("numbers", NUMBERS)
def test_the_padding_is_never_the_largest(numbers):
    x = np.full((1, 2, 7, 8), -5.0)
    y = beyond.max_pool2d(x, *numbers)
    assert (y == -5).all()
    assert beyond.max_pool2d_backward(np.ones_like(y), x, *numbers).sum() == y.size


def test_a_nan_is_the_largest():
    x = np.arange(4.0).reshape(1, 1, 2, 2)
    x[0, 0, 0, 1] = np.nan
    assert np.isnan(beyond.max_pool2d(x, 2, 1, 0)).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
def test_no_image_gives_no_image(name, dtype):
    x = np.zeros((0, 2, 5, 5), dtype)
    y = getattr(beyond, name)(x, 2, 2, 0)
    assert y.shape == (0, 2, 2, 2)
    assert getattr(beyond, f"{name}_backward")(y, x, 2, 2, 0).shape == x.shape


@pytest.mark.parametrize("kind", [np.int8, np.uint8])
@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
def test_a_narrow_whole_number_of_numpy_does_not_wrap_around(name, kind):
    x, numbers = np.ones((1, 1, 17, 300)), (16, 1, 1)
    y, narrow = getattr(beyond, name)(x, *numbers), [kind(n) for n in numbers]
    np.testing.assert_array_equal(getattr(beyond, name)(x, *narrow), y)
    backward = getattr(beyond, f"{name}_backward")
    np.testing.assert_array_equal(backward(y, x, *narrow), backward(y, x, *numbers))


# -- what it asks of its arguments

X, G = np.ones((2, 3, 4, 5)), np.ones((2, 3, 2, 2))


@pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((X[0], 2, 1, 0), "x has shape (3, 4, 5), but should be (n, c, height, width)"),
        (([1.0], 2, 1, 0), "x is a list, but should be a float32 or float64 array"),
        ((X, 0, 1, 0), "kernel is 0, but should be at least 1"),
        ((X, 2.0, 1, 0), "kernel is 2.0, but should be a whole number"),
        ((X, 2, 0, 0), "stride is 0, but should be at least 1"),
        ((X, 2, 1, -1), "padding is -1, but should be at least 0"),
        (
            (X, 5, 1, 0),
            "the kernel reaches over 5 x 5 places, but should over at most 4 x 5, as x has with its padding",
        ),
        ((X, 3, 1, 2), "padding is 2, but should be at most 1, half of the kernel; a window may lie in the padding"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(name, arguments, message):
    for function, given in ((name, arguments), (f"{name}_backward", (G, *arguments))):
        with pytest.raises((TypeError, ValueError)) as refused:
            getattr(beyond, function)(*given)
        assert str(refused.value).startswith(f"{function}: {message}")


@pytest.mark.parametrize("name", ["max_pool2d_backward", "avg_pool2d_backward"])
def test_a_grad_of_another_shape_is_refused(name):
    with pytest.raises(ValueError, match=rf"^{name}: grad has shape \(2, 3, 2, 2\), but should be \(2, 3, 3, 4\), the"):
        getattr(beyond, name)(G, X, 2, 1, 0)
    with pytest.raises(TypeError, match=rf"^{name}: grad is a float32 array, but should be float64 as x is"):
        getattr(beyond, name)(G.astype("float32"), X, 2, 2, 0)


@pytest.mark.parametrize("name", ROWS)
def test_the_named_cases_occur_in_what_a_submission_is_asked(name):
    row, cases = ROWS[name], list(sample(ROWS[name], "float64", 100, 0, SUBMISSION))
    for text, condition in row.branches.items():
        assert any(np.any(condition(*case.arguments)) for case in cases), text
