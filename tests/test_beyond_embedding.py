"""The embedding beyond the lecture: laws that need no torch, what it asks of its arguments, the cases that occur."""

import numpy as np
import pytest
from drawn import DTYPES

from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.inputs import sample
from lectures.beyond import PACK
from manual import beyond

ROWS = {name: row for name, row in PACK.contracts.items() if row.chapter == "embedding"}
SHAPES = [(4,), (2, 3), (1, 1), (2, 3, 2), (0, 3), ()]


def drawn(shape, seed=0):
    """Small whole numbers, whose sums are exact: a table of five rows, indices of that shape, and their grad."""
    rng = np.random.default_rng(seed)
    W = rng.integers(-9, 10, (5, 3)).astype(np.float64)
    return W, rng.integers(0, 5, shape), rng.integers(-9, 10, (*shape, 3)).astype(np.float64)


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_the_product_with_one_hot_rows(shape):
    W, indices, grad = drawn(shape)
    one_hot = np.eye(5)[indices]
    np.testing.assert_array_equal(beyond.embedding(W, indices), one_hot @ W)
    expected = one_hot.reshape(-1, 5).T @ grad.reshape(-1, 3)
    np.testing.assert_array_equal(beyond.embedding_backward(grad, W, indices), expected)


def test_an_index_that_is_repeated_adds_up_and_a_row_without_an_index_gets_0():
    W, grad = np.ones((3, 2)), np.array([[1.0, 2.0], [10.0, 20.0], [100.0, 200.0]])
    dW = beyond.embedding_backward(grad, W, np.array([2, 0, 2]))
    np.testing.assert_array_equal(dW, [[10.0, 20.0], [0.0, 0.0], [101.0, 202.0]])


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_weighs_the_table_as_grad_weighs_the_result(seed):
    W, indices, grad = drawn((4, 6), seed)
    assert (beyond.embedding_backward(grad, W, indices) * W).sum() == (grad * beyond.embedding(W, indices)).sum()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", ["int64", "int32", "uint8"])
def test_any_whole_numbers_are_indices(dtype, kind):
    W = np.ones((3, 2), dtype)
    y = beyond.embedding(W, np.array([[2, 0]], kind))
    assert (y.dtype, y.shape) == (dtype, (1, 2, 2))
    assert beyond.embedding_backward(y, W, np.array([[2, 0]], kind)).dtype == dtype


# -- what it asks of its arguments

W, INDICES, G = np.ones((3, 2)), np.array([[0, 2]]), np.ones((1, 2, 2))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((W, np.array([[3]])), "indices has the value 3, but should hold whole numbers from 0 to 2, as W has 3 rows"),
        ((W, np.array([[0, -1]])), "indices has the value -1, but should hold whole numbers from 0 to 2, as W has 3"),
        (
            (W, np.array([[0.0]])),
            "indices is float64 numbers, but should be an array of whole numbers, such as np.int64",
        ),
        ((W, np.array([[True]])), "indices is bool numbers, but should be an array of whole numbers"),
        ((W, [0]), "indices is list, but should be an array of whole numbers"),
        ((W[0], INDICES), "W has shape (2,), but should be (rows, d)"),
        ((W.astype(int), INDICES), "W is an int64 array, but should be float32 or float64"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(arguments, message):
    for name, given in (("embedding", arguments), ("embedding_backward", (G, *arguments))):
        with pytest.raises((TypeError, ValueError)) as refused:
            getattr(beyond, name)(*given)
        assert str(refused.value).startswith(f"{name}: {message}")


def test_a_grad_of_another_shape_or_dtype_is_refused():
    with pytest.raises(
        ValueError, match=r"^embedding_backward: grad has shape \(2, 2\), but should be \(1, 2, 2\), the"
    ):
        beyond.embedding_backward(G[0], W, INDICES)
    with pytest.raises(TypeError, match=r"^embedding_backward: grad is a float32 array, but should be float64 as W is"):
        beyond.embedding_backward(G.astype("float32"), W, INDICES)


@pytest.mark.parametrize("name", ROWS)
def test_the_named_cases_occur_in_what_a_submission_is_asked(name):
    row, cases = ROWS[name], list(sample(ROWS[name], "float64", 100, 0, SUBMISSION))
    for text, condition in row.branches.items():
        assert any(np.any(condition(*case.arguments)) for case in cases), text
