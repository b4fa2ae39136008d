"""Chapter "normalisation": laws that need no torch, constant rows and batches of 1, and bad input."""

import re

import numpy as np
import pytest
from drawn import DTYPES
from hypothesis import given
from hypothesis import strategies as st

from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.inputs import sample
from gradecheck.numbers.rounding import Ball
from lectures.beyond import PACK
from manual import beyond
from tests.agreement import assert_meet, traced

seeds = st.integers(0, 2**32 - 1)
ONE, ZERO = np.ones(4), np.zeros(4)
EPS = 1e-3

CALLS = {
    "layer_norm": {"x": np.eye(3, 4), "gamma": ONE, "beta": ZERO, "eps": EPS},
    "rms_norm": {"x": np.eye(3, 4), "gamma": ONE, "eps": EPS},
    "batch_norm": {"x": np.eye(3, 4), "gamma": ONE, "beta": ZERO, "eps": EPS},
    "batch_norm_running": {"x": np.eye(3, 4), "mean": ZERO, "variance": ONE, "momentum": 0.1},
    "batch_norm_evaluated": {
        **{"x": np.eye(3, 4), "gamma": ONE, "beta": ZERO},
        **{"mean": ZERO, "variance": ONE, "eps": EPS},
    },
}
FORWARD = [name for name in CALLS if name != "batch_norm_running"]
CALLS |= {f"{name}_backward": {"grad": np.ones((3, 4)), **CALLS[name]} for name in FORWARD}


def drawn(seed, n=3, k=4):
    """x, gamma, beta, and the gradient from above. The numbers of x are eighths, all different: no row is constant."""
    rng = np.random.default_rng(seed)
    x = rng.choice(64, (n, k), replace=False) / 8 - 4
    return x, *rng.standard_normal((2, k)), rng.standard_normal((n, k))


# -- laws


@given(seed=seeds)
def test_rows_are_standardised_and_shifts_and_scales_do_not_matter(seed):
    x, gamma, beta, _ = drawn(seed, k=6)
    layer_norm = traced("layer_norm")
    x_hat, plain = layer_norm(x, np.ones(6), np.zeros(6), 0), layer_norm(x, gamma, beta, 0)
    assert_meet(x_hat.sum(axis=1), 0)
    assert_meet((x_hat * x_hat).sum(axis=1), 6)
    assert_meet(layer_norm(8 * x + 3, gamma, beta, 0), plain)
    assert_meet(plain, gamma * x_hat + beta)


@given(seed=seeds)
def test_no_gradient_goes_where_the_result_does_not(seed):
    """Without eps: along x, as a scale does not matter, and along ones, as a shift does not."""
    x, gamma, beta, grad = drawn(seed)
    for name, axis in (("layer_norm_backward", 1), ("batch_norm_backward", 0)):
        dx, _, _ = traced(name)(grad, x, gamma, beta, 0)
        assert_meet(dx.sum(axis=axis), 0)
        assert_meet((dx * x).sum(axis=axis), 0)
    dx, _ = traced("rms_norm_backward")(grad, x, gamma, 0)
    assert_meet((dx * x).sum(axis=1), 0)


@pytest.mark.parametrize("name", FORWARD)
@given(seed=seeds)
def test_the_gradients_weigh_gamma_and_beta_as_grad_weighs_the_result(name, seed):
    """It is linear in both together: Σ ∂L/∂γ γ + Σ ∂L/∂β β = Σ grad y."""
    x, gamma, beta, grad = drawn(seed)
    told = {"x": x, "gamma": gamma, "beta": beta, "mean": beta, "variance": gamma * gamma, "eps": EPS}
    arguments = [told[argument] for argument in CALLS[name]]
    _, *gradients = traced(f"{name}_backward")(grad, *arguments)
    weighed = sum((d * a).sum() for d, a in zip(gradients, (gamma, beta), strict=False))
    assert_meet(weighed, (grad * traced(name)(*arguments)).sum())


@given(seed=seeds)
def test_batch_norm_is_layer_norm_of_the_columns(seed):
    x, _, _, grad = drawn(seed)
    ones, zeros = np.ones(3), np.zeros(3)
    assert_meet(traced("batch_norm")(x, ONE, ZERO, EPS), traced("layer_norm")(x.T, ones, zeros, EPS).T)
    columns, _, _ = traced("batch_norm_backward")(grad, x, ONE, ZERO, EPS)
    rows, _, _ = traced("layer_norm_backward")(grad.T, x.T, ones, zeros, EPS)
    assert_meet(columns, rows.T)


@given(seed=seeds)
def test_of_rows_without_a_mean_rms_norm_is_layer_norm(seed):
    x, gamma, _, _ = drawn(seed)
    x = x - x.mean(axis=1, keepdims=True)  # exact, as four eighths have a mean of thirty-seconds
    assert_meet(traced("rms_norm")(x, gamma, EPS), traced("layer_norm")(x, gamma, ZERO, EPS))


def known(seed):
    """x with five rows, the mean of its columns and their variance: all exact."""
    rng = np.random.default_rng(seed)
    mean, size = rng.integers(-9, 10, 4) / 8, 2.0 ** rng.integers(-3, 4, 4)
    return mean + size * rng.permuted(np.tile(np.arange(-2, 3), (4, 1)), axis=1).T, mean, 2 * size**2


@given(seed=seeds)
def test_evaluation_by_the_statistics_of_the_batch_is_training(seed):
    _, gamma, beta, _ = drawn(seed)
    x, mean, variance = known(seed)
    evaluated = traced("batch_norm_evaluated")(x, gamma, beta, mean, variance, EPS)
    assert_meet(evaluated, traced("batch_norm")(x, gamma, beta, EPS))


@given(seed=seeds, momentum=st.floats(0, 1))
def test_running_statistics_go_by_the_share_of_the_batch(seed, momentum):
    """Of which the variance is unbiased, 5/4 of the other."""
    x, mean, variance = known(seed)
    _, *old, _ = drawn(seed)
    new = traced("batch_norm_running")(x, *old, momentum)
    for kept, before, of_batch in zip(new, old, (mean, variance * 5 / 4), strict=True):
        assert_meet(kept, before + momentum * (Ball(of_batch) - before))
    for kept, of_batch in zip(beyond.batch_norm_running(x, *old, 1), (mean, variance * 5 / 4), strict=True):
        np.testing.assert_array_equal(kept, of_batch)


# -- variance 0


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("name", "x"), [("layer_norm", np.full((3, 4), 2.0)), ("batch_norm", np.full((3, 4), 2.0))])
def test_of_constant_rows_or_columns_beta_is_left_and_a_gradient_without_its_mean(name, x, dtype):
    gamma, beta, grad = np.full(4, 2, dtype), np.arange(4).astype(dtype), np.arange(12).reshape(3, 4).astype(dtype)
    np.testing.assert_array_equal(getattr(beyond, name)(x.astype(dtype), gamma, beta, 0.25), np.tile(beta, (3, 1)))
    dx, dgamma, dbeta = getattr(beyond, f"{name}_backward")(grad, x.astype(dtype), gamma, beta, 0.25)
    axis = 1 if name == "layer_norm" else 0
    np.testing.assert_array_equal(dx, 4 * (grad - grad.mean(axis=axis, keepdims=True)))
    assert not dgamma.any()
    np.testing.assert_array_equal(dbeta, grad.sum(axis=0))


@pytest.mark.parametrize("dtype", DTYPES)
def test_of_a_batch_of_1_beta_is_left_and_no_gradient(dtype):
    x, gamma, beta = np.array([[1, 2, 3]], dtype), np.ones(3, dtype), np.array([4, 5, 6], dtype)
    np.testing.assert_array_equal(beyond.batch_norm(x, gamma, beta, 1e-5), beta[None], strict=True)
    dx, dgamma, dbeta = beyond.batch_norm_backward(x, x, gamma, beta, 1e-5)
    assert not dx.any()
    assert not dgamma.any()
    np.testing.assert_array_equal(dbeta, x[0])


def test_constant_rows_and_batches_of_1_are_drawn():
    rows = [case.arguments[0] for case in sample(PACK.contracts["layer_norm"], "float64", 200, 0, SUBMISSION)]
    assert any(x.shape[-1] > 1 and (x == x[..., :1]).all(axis=-1).any() for x in rows)
    columns = [case.arguments[0] for case in sample(PACK.contracts["batch_norm"], "float64", 200, 0, SUBMISSION)]
    assert any(len(x) > 1 and (x == x[:1]).all(axis=0).any() for x in columns)
    assert any(len(x) == 1 for x in columns)


def test_a_single_row_is_as_a_row_of_several():
    x, gamma, beta, grad = (a if a.ndim == 1 else a[0] for a in drawn(5))
    for name, arguments in (("layer_norm", (x, gamma, beta, EPS)), ("rms_norm", (x, gamma, EPS))):
        function, backward = getattr(beyond, name), getattr(beyond, f"{name}_backward")
        np.testing.assert_array_equal(function(*arguments), function(x[None], *arguments[1:])[0])
        one, several_rows = backward(grad, *arguments), backward(grad[None], x[None], *arguments[1:])
        np.testing.assert_array_equal(one[0], several_rows[0][0])
        for a, b in zip(one[1:], several_rows[1:], strict=True):
            np.testing.assert_array_equal(a, b)


# -- bad input

GIVEN = [(name, argument) for name in CALLS for argument in CALLS[name]]
ARRAYS = [(name, x) for name, x in GIVEN if isinstance(CALLS[name][x], np.ndarray)]


def raises(error, name, argument, value, message):
    with pytest.raises(error, match=f"^{re.escape(f'{name}: {argument} {message}')}"):
        getattr(beyond, name)(**{**CALLS[name], argument: value})


@pytest.mark.parametrize(("name", "argument"), ARRAYS)
def test_an_array_of_another_kind(name, argument):
    raises(TypeError, name, argument, [1.0, 2.0], "is a list, but should be a float32 or float64 array")
    raises(TypeError, name, argument, np.ones((3, 4), int), "is an int64 array, but should be float32 or float64")


@pytest.mark.parametrize(("name", "argument"), [pair for pair in ARRAYS if pair[1] != "x"])
def test_an_array_of_another_shape_or_precision(name, argument):
    right = "(3, 4), the shape of x" if argument == "grad" else "(4,), one number for each column of x (3, 4)"
    raises(ValueError, name, argument, np.ones(3), f"has shape (3,), but should be {right}")
    narrow = CALLS[name][argument].astype(np.float32)
    raises(TypeError, name, argument, narrow, "is a float32 array, but should be float64 as x is")


@pytest.mark.parametrize("name", CALLS)
def test_an_x_of_another_shape(name):
    if name.startswith("batch_norm"):
        least = 2 if "running" in name else 0 if "evaluated" in name else 1
        raises(ValueError, name, "x", np.ones(4), f"has shape (4,), but should be (n, k), where n is at least {least}")
    else:
        raises(
            ValueError, name, "x", np.ones((1, 2, 4)), "has shape (1, 2, 4), but should be (n, k), or (k,) for one row"
        )


@pytest.mark.parametrize(("name", "n"), [("batch_norm", 0), ("batch_norm_backward", 0), ("batch_norm_running", 1)])
def test_a_batch_without_a_variance(name, n):
    message = f"has shape ({n}, 4), but should be (n, k), where n is at least {n + 1}"
    raises(ValueError, name, "x", np.ones((n, 4)), message)


@pytest.mark.parametrize("name", [name for name in CALLS if name != "batch_norm_running"])
def test_a_bad_eps(name):
    raises(ValueError, name, "eps", -1.0, "is -1.0, but should be at least 0")
    raises(TypeError, name, "eps", "tiny", "is a str, but should be a number")


def test_a_bad_momentum():
    raises(ValueError, "batch_norm_running", "momentum", -0.1, "is -0.1, but should be at least 0")
    raises(TypeError, "batch_norm_running", "momentum", None, "is a NoneType, but should be a number")
