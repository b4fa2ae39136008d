"""The example that is shown is of the main fault: ordinary before special, and what it was when it was drawn."""

import numpy as np
import pytest

import manual
from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.case import Case
from gradecheck.cases.traits import oddity, same_nature, traits
from gradecheck.verifying.implementation import Implementation
from gradecheck.verifying.verify import Options, verify
from tests.lecture import CONTRACTS, PACK


def case(name, *arguments, check="correctness"):
    return Case(name, check, tuple(np.asarray(x) if np.ndim(x) or isinstance(x, np.ndarray) else x for x in arguments))


def shown(name, function, dtype="float64"):
    """The arguments of the case that is shown of a wrong function."""
    found = verify(CONTRACTS[name], Implementation("planted", {name: function}, PACK), dtype, Options(scope=SUBMISSION))
    assert not found.verdict.passes
    return found.worst.case.arguments


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("softmax", ([[1.0, -2.0]],), set()),
        ("softmax", ([1.0, -2.0],), {"1-D"}),
        ("softmax", ([[1.0], [2.0]],), {"one k"}),
        ("softmax", ([[0.0, 700.0]],), {"zero", "large"}),
        ("softmax", ([[1e-9, np.nan]],), {"tiny", "nonfinite"}),
        ("softmax", (np.zeros((0, 3)),), {"empty"}),
        ("relu", (np.array(1.0),), {"0-d"}),
        ("relu", ([1.0],), set()),
        ("cross_entropy", ([[0.5, 0.5]], [[0.0, 1.0]]), set()),
        ("linear", ([[1.0]], [[1.0]], [1.0]), {"one in", "one out"}),
    ],
)
def test_what_is_special_about_a_case(name, arguments, expected):
    assert traits(CONTRACTS[name], case(name, *arguments)) == expected


def test_plain_rows_come_before_one_row_as_a_1d_array_and_ordinary_numbers_before_edges():
    softmax = CONTRACTS["softmax"]
    plain, flat = case("softmax", [[1.0, 2.0], [3.0, 4.0]]), case("softmax", [1.0, 2.0])
    edge, wild = case("softmax", [[0.0, 1.0]], check="edges"), case("softmax", [[1.0, 800.0]], check="stability")
    unasked = case("softmax", [[np.inf, 1.0]], check="edges")
    found = [oddity(softmax, c) for c in (plain, flat, edge, wild, unasked)]
    assert found == sorted(found)
    assert len(set(found)) == 5


def test_what_fails_by_wild_numbers_is_shown_with_wild_numbers():
    softmax = CONTRACTS["softmax"]
    wild, plain = case("softmax", [[1.0, 800.0]], check="stability"), case("softmax", [[1.0, 2.0]])
    assert not same_nature(softmax, plain, wild)
    assert not same_nature(softmax, wild, plain)
    assert same_nature(softmax, case("softmax", [[1.0, 900.0]]), wild)


def test_a_wrong_sign_is_shown_before_a_zero_log_zero():
    p, _ = shown("cross_entropy", lambda p, t: (t * np.log(p)).sum() / (len(p) if p.ndim == 2 else 1))
    assert p.all()
    assert p.ndim == 2


def test_a_smaller_example_is_no_more_special_than_the_one_that_failed():
    (x,) = shown("tanh", lambda x: np.tanh(x) + 1)
    assert x.size == 1
    assert traits(CONTRACTS["tanh"], case("tanh", x)) == set()


def test_plain_rows_are_shown_before_what_a_1d_array_raises():
    def wrong(x, t):
        assert x.ndim == 2
        return (manual.softmax(x) - t) * x.shape[1]

    x, _ = shown("softmax_cross_entropy_backward", wrong)
    assert x.ndim == 2
    assert x.shape[1] > 1


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_what_overflows_is_shown_where_it_overflows(dtype):
    (x,) = shown("sigmoid", lambda x: np.where(np.abs(x) > 20, 3, manual.sigmoid(x)).astype(x.dtype), dtype)
    assert (np.abs(x) > 20).any()
