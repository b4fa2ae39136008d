"""Each line of the conventions ledger, held: on manual/ and, where the ledger says what torch does, on reference/."""

import sys

import numpy as np
import pytest

import manual
from gradecheck.verifying.tensors import run_reference
from lectures.lecture03.conventions import CONVENTIONS
from tests.lecture import CONTRACTS

NAN, INF = np.nan, np.inf


def both(name, *arguments):
    """The function's value by manual/, once reference/ has been seen to give the very same."""
    ours = getattr(manual, name)(*arguments)
    theirs = run_reference(CONTRACTS[name], arguments)
    for mine, other in zip(ours if isinstance(ours, tuple) else (ours,), theirs, strict=True):
        np.testing.assert_array_equal(mine, other)
    return ours


def row(*numbers):
    return np.array(numbers, np.float64)


def test_relu_slope_at_zero():
    assert both("relu_backward", row(5, 5), row(0.0, -0.0)).tolist() == [0, 0]


def test_leaky_relu_slope_at_zero():
    assert both("leaky_relu_backward", row(5), row(0), 0.5).tolist() == [2.5]


def test_leaky_relu_alpha():
    np.testing.assert_array_equal(manual.leaky_relu(row(-1)), both("leaky_relu", row(-1), 0.01))


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "softmax"])
def test_nan_goes_through_activations(name):
    (first, second), calm = both(name, np.array([[NAN, 0.0], [0.0, 0.0]]))
    assert np.isnan(first)
    assert np.isnan(second) == (name == "softmax")
    assert not np.isnan(calm).any()


def test_relu_gradient_at_nan():
    assert both("relu_backward", row(3), row(NAN)).tolist() == [3]
    assert both("leaky_relu_backward", row(3), row(NAN), 0.5).tolist() == [1.5]


def test_infinities_saturate():
    assert both("sigmoid", row(-INF, INF)).tolist() == [0, 1]
    assert both("tanh", row(-INF, INF)).tolist() == [-1, 1]


def test_softmax_at_infinity():
    assert np.isnan(both("softmax", row(INF, 0))).all()


def test_softmax_axis():
    assert both("softmax", np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])).sum(axis=-1).tolist() == [1, 1, 1]


def test_mse_reduction():
    assert both("mse", np.ones((2, 2)), np.array([[1.0, 1.0], [1.0, 5.0]])) == 4
    assert both("mse_backward", np.ones((2, 2)), np.zeros((2, 2))).tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_mse_has_no_half():
    assert both("mse", row(3), row(1)) == 4
    assert both("mse_backward", row(3), row(1)) == 4


def test_cross_entropy_reduction():
    p, t = np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([[1.0, 0.0], [1.0, 0.0]])
    assert both("cross_entropy", p, t) == np.log(2) / 2
    assert both("cross_entropy_backward", p, t).tolist() == [[-1, 0], [-0.5, 0]]


def test_cross_entropy_log_base():
    assert both("cross_entropy", row(0.25, 0.75), row(1, 0)) == -np.log(0.25)
    assert manual.cross_entropy_base2(row(0.25, 0.75), row(1, 0)) == 2


def test_zero_log_zero():
    assert both("cross_entropy", row(0, 1), row(0, 1)) == 0
    assert both("cross_entropy_backward", row(0, 1), row(0, 1)).tolist() == [0, -1]


def test_impossible_class():
    assert both("cross_entropy", row(0, 1), row(1, 0)) == INF


def test_one_row():
    p, t, x = row(0.25, 0.75), row(1, 0), row(0, 0)
    assert both("cross_entropy", p, t) == both("cross_entropy", p[None], t[None])
    assert both("softmax_cross_entropy", x, t) == both("softmax_cross_entropy", x[None], t[None])
    assert both("softmax_cross_entropy_backward", x, t).tolist() == [-0.5, 0.5]


def test_targets_with_another_sum():
    assert both("softmax_cross_entropy_backward", row(0, 0), row(2, 0)).tolist() == [-1, 1]


@pytest.mark.parametrize("name", ["mse", "cross_entropy", "softmax_cross_entropy"])
def test_empty_batch(name):
    nothing = np.ones((0, 3))
    assert np.isnan(both(name, nothing, nothing))


@pytest.mark.parametrize("name", ["sigmoid", "softmax"])
def test_empty_activations(name):
    assert both(name, np.ones((0, 3))).shape == (0, 3)


def test_bias_gradient_sums():
    _, _, db = both("linear_backward", np.array([[1.0], [2.0]]), np.ones((2, 1)), np.ones((1, 1)))
    assert db.tolist() == [3]


def test_first_momentum_step():
    w, v = both("momentum_step", row(1), row(0), row(0.5), 0.5, 0.5)
    assert (w.tolist(), v.tolist()) == ([0.75], [0.5])


def test_lr_outside_velocity():
    w, v = both("momentum_step", row(1), row(1), row(0.5), 0.25, 0.5)
    assert (w.tolist(), v.tolist()) == ([0.75], [1])


def test_no_momentum():
    w, v = both("momentum_step", row(1), row(7), row(0.5), 0.5, 0.0)
    assert (w.tolist(), v.tolist()) == ([0.75], [0.5])


def test_losses_before_the_step():
    *_, losses = both("train", np.ones((1, 1)), np.array([[1.0, 0.0]]), np.zeros((2, 1)), row(0, 0), 1.0, 0.0, 1)
    assert losses.tolist() == [np.log(2)]


def test_every_line_of_the_ledger_has_its_test_and_every_test_its_line():
    here = {name.removeprefix("test_") for name in vars(sys.modules[__name__]) if name.startswith("test_")}
    assert {c.id for c in CONVENTIONS} == here - {
        "every_line_of_the_ledger_has_its_test_and_every_test_its_line",
        "the_ledger_speaks_of_functions_that_there_are",
    }


def test_the_ledger_speaks_of_functions_that_there_are():
    assert {name for c in CONVENTIONS for name in c.functions} <= set(CONTRACTS)
