"""Chapter "optimisers": steps in lock-step with torch, then laws that need no torch, and bad input."""

import re

import numpy as np
import pytest
from drawn import DTYPES, several
from hypothesis import given
from hypothesis import strategies as st

from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.case import Case
from gradecheck.cases.inputs import sample
from gradecheck.numbers.compare import Verdict
from gradecheck.numbers.rounding import Ball
from gradecheck.verifying.check import check, expect
from gradecheck.verifying.tensors import run_reference
from lectures.beyond import PACK
from manual import beyond, sgd_step
from tests.agreement import assert_meet, traced

ROWS = PACK.contracts
STEPS = ("weight_decay_step", "nesterov_step", "rmsprop_step", "adam_step", "adamw_step")
ONE = np.ones(3)
seeds = st.integers(0, 2**32 - 1)


def steps_from(name, start, rng, count=5):
    """The arguments of that many steps in a row: the state is what the step before returned, the gradient is new."""
    names, arguments = [a.name for a in ROWS[name].arguments], list(start)
    for _ in range(count):
        yield tuple(arguments)
        state = several(getattr(beyond, name)(*arguments))
        arguments[: len(state)] = state
        at = names.index("grad")
        arguments[at] = rng.standard_normal(arguments[at].shape).astype(arguments[at].dtype)
        if "t" in names:
            arguments[names.index("t")] += 1


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", STEPS)
def test_every_step_of_a_run_is_the_twins_step_from_the_same_state(name, dtype):
    rng = np.random.default_rng(7)
    for start in sample(ROWS[name], dtype, 10, 7, SUBMISSION):
        for arguments in steps_from(name, start.arguments, rng):
            case = Case(name, "correctness", arguments)
            found = check(getattr(beyond, name), case, expect(ROWS[name], case, run_reference))
            assert found.verdict in (Verdict.EXACT, Verdict.AGREES), found


def test_gradients_of_0_and_first_steps_are_drawn():
    """As is an average of 0 beside them, where eps alone is left in the denominator."""
    adam = [case.arguments for case in sample(ROWS["adam_step"], "float64", 200, 0, SUBMISSION)]
    assert any(t == 1 for *_, t, _, _, _, _ in adam)
    assert any(((v == 0) & (grad == 0)).any() for _, _, v, grad, *_ in adam)
    clipped = [case.arguments for case in sample(ROWS["clip_by_norm"], "float64", 200, 0, SUBMISSION)]
    assert any(not dW.any() and not db.any() for dW, db, _ in clipped)


# -- laws


def drawn(seed, count, shape=(3, 4)):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape) for _ in range(count)]


def whole(seed, count):
    """Small whole numbers: few steps by powers of two are exact."""
    return list(np.random.default_rng(seed).integers(-3, 4, (count, 3, 4)).astype(float))


@given(seed=seeds)
def test_a_decay_is_the_gradient_of_a_penalty_and_none_is_a_plain_step(seed):
    """The slope of decay/2 w² between w - 1 and w + 1, as it is at w."""
    w, grad = whole(seed, 2)
    np.testing.assert_array_equal(beyond.weight_decay_step(w, grad, 0.1, 0), sgd_step(w, grad, 0.1))
    slope = (0.25 / 2 * (w + 1) ** 2 - 0.25 / 2 * (w - 1) ** 2) / 2
    np.testing.assert_array_equal(beyond.weight_decay_step(w, grad, 0.5, 0.25), sgd_step(w, grad + slope, 0.5))


@given(seed=seeds, mu=st.sampled_from([0.25, 0.5, 1.0]))
def test_nesterovs_own_form_looks_ahead_and_makes_the_same_steps(seed, mu):
    """θ moves by λ v, where v takes the gradient at θ - λ μ v; and W is always that point."""
    theta, v, slopes = whole(seed, 3)
    w, velocity = theta - 0.5 * mu * v, v
    for _ in range(5):
        v = mu * v + slopes * (theta - 0.5 * mu * v)
        theta = theta - 0.5 * v
        w, velocity = beyond.nesterov_step(w, velocity, slopes * w, 0.5, mu)
        np.testing.assert_array_equal(velocity, v)
        np.testing.assert_array_equal(w, theta - 0.5 * mu * v)


@given(seed=seeds)
def test_without_momentum_nesterovs_step_is_the_plain_one(seed):
    w, v, grad = drawn(seed, 3)
    moved, velocity = beyond.nesterov_step(w, np.inf * v, grad, 0.1, 0)
    np.testing.assert_array_equal(moved, sgd_step(w, grad, 0.1))
    np.testing.assert_array_equal(velocity, grad)
    assert not np.shares_memory(velocity, grad)


@given(seed=seeds, scale=st.sampled_from([2.0**-20, 0.25, 8.0, 2.0**20]))
def test_without_eps_the_scale_of_a_gradient_does_not_matter(seed, scale):
    w, m, v, grad = drawn(seed, 4)
    v = v * v
    plain = beyond.rmsprop_step(w, v, grad, 0.1, 0.9, 0)
    scaled = beyond.rmsprop_step(w, scale**2 * v, scale * grad, 0.1, 0.9, 0)
    np.testing.assert_array_equal(scaled[0], plain[0])
    plain = beyond.adam_step(w, m, v, grad, 3, 0.1, 0.9, 0.99, 0)
    scaled = beyond.adam_step(w, scale * m, scale**2 * v, scale * grad, 3, 0.1, 0.9, 0.99, 0)
    np.testing.assert_array_equal(scaled[0], plain[0])


SHARES = st.sampled_from([0, 0.25, 0.5, 0.75, 0.875])


@given(seed=seeds, beta1=SHARES, beta2=SHARES)
def test_under_a_constant_gradient_every_step_of_adam_from_rest_is_by_its_sign(seed, beta1, beta2):
    """The correction makes m̂ = g and v̂ = g² at every t, whatever the betas are. Here |g| + 1 is a power of two."""
    (w,), grad = whole(seed, 1), np.random.default_rng(seed).choice([-7.0, -3, -1, 0, 1, 3, 7], (3, 4))
    m, v = 0 * w, 0 * w
    for t in range(1, 6):
        moved, m, v = beyond.adam_step(w, m, v, grad, t, 0.5, beta1, beta2, 1)
        np.testing.assert_array_equal(moved, w - 0.5 * grad / (np.abs(grad) + 1))
        w = moved


@given(seed=seeds)
def test_the_decay_of_adamw_is_seen_by_w_alone(seed):
    w, m, v, grad = drawn(seed, 4)
    others = (3, 0.1, 0.9, 0.99, 1e-8)
    plain, decayed = (traced("adamw_step")(w, m, v * v, grad, *others, decay) for decay in (0, 0.5))
    for x, y in zip(plain, beyond.adam_step(w, m, v * v, grad, *others), strict=True):
        np.testing.assert_array_equal(x.mid, y)
    for x, y in zip(decayed[1:], plain[1:], strict=True):
        np.testing.assert_array_equal(x.mid, y.mid)
    assert_meet(plain[0] - decayed[0], 0.1 * 0.5 * Ball(w))


@pytest.mark.parametrize("dtype", DTYPES)
def test_at_rest_nothing_moves(dtype):
    w, zero = np.ones((2, 3), dtype), np.zeros((2, 3), dtype)
    for moved in (
        beyond.rmsprop_step(w, zero, zero, 0.1, 0.9, 1e-8)[0],
        beyond.adam_step(w, zero, zero, zero, 1, 0.1, 0.9, 0.999, 1e-8)[0],
        beyond.nesterov_step(w, zero, zero, 0.1, 0.9)[0],
    ):
        np.testing.assert_array_equal(moved, w, strict=True)


@given(seed=seeds, most=st.floats(0.01, 100))
def test_clipping_keeps_the_direction_and_leaves_no_norm_above_the_most(seed, most):
    """All numbers are taken by one share. They are powers of two, so that what is left of each says exactly which."""
    rng = np.random.default_rng(seed)
    both = rng.choice([-1, 1], 16) * 2.0 ** rng.integers(-3, 4, 16)
    dW, db = both[:12].reshape(3, 4), both[12:]
    shares = [x / y for x, y in zip(traced("clip_by_norm")(dW, db, most), (dW, db), strict=True)]
    share = shares[1][0]
    assert all((x.mid == share.mid).all() for x in shares)
    norm = np.sqrt((Ball(both) * both).sum())
    assert_meet(share * np.maximum(norm + 1e-6, most), most)
    assert np.linalg.norm(share.mid * both) <= most
    for x, y in zip(beyond.clip_by_norm(dW, db, 64), (dW, db), strict=True):  # their norm is at most 32
        np.testing.assert_array_equal(x, y)


def test_clipping_adds_torchs_constant_and_takes_gradients_of_0():
    clipped, _ = traced("clip_by_norm")(np.array([3.0]), np.array([4.0]), 1.0)
    assert_meet(clipped, 3 / (Ball([5.0]) + 1e-6))
    for x in beyond.clip_by_norm(np.zeros((2, 2)), np.zeros(2), 1.0):
        assert not x.any()


# -- bad input

CALLS = {
    "weight_decay_step": {"w": ONE, "grad": ONE, "lr": 0.1, "decay": 0.1},
    "nesterov_step": {"w": ONE, "v": ONE, "grad": ONE, "lr": 0.1, "mu": 0.9},
    "rmsprop_step": {"w": ONE, "s": ONE, "grad": ONE, "lr": 0.1, "rho": 0.9, "eps": 1e-8},
    "adam_step": {
        **{"w": ONE, "m": ONE, "v": ONE, "grad": ONE},
        **{"t": 1, "lr": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    },
    "clip_by_norm": {"dW": np.ones((2, 3)), "db": ONE, "most": 1.0},
}
CALLS["adamw_step"] = {**CALLS["adam_step"], "decay": 0.1}
GIVEN = [(name, argument) for name in CALLS for argument in CALLS[name]]
NUMBERS = [(name, x) for name, x in GIVEN if isinstance(CALLS[name][x], float)]
ARRAYS = [(name, x) for name, x in GIVEN if isinstance(CALLS[name][x], np.ndarray)]


def raises(error, name, argument, value, message):
    with pytest.raises(error, match=f"^{re.escape(f'{name}: {argument} {message}')}"):
        getattr(beyond, name)(**{**CALLS[name], argument: value})


@pytest.mark.parametrize(("name", "argument"), ARRAYS)
def test_an_array_of_another_kind(name, argument):
    raises(TypeError, name, argument, [1.0, 2.0, 3.0], "is a list, but should be a float32 or float64 array")
    raises(TypeError, name, argument, np.ones(3, int), "is an int64 array, but should be float32 or float64")


@pytest.mark.parametrize(("name", "argument"), [(name, x) for name, x in ARRAYS if x not in ("w", "dW", "db")])
def test_an_array_of_another_shape_or_precision(name, argument):
    raises(ValueError, name, argument, np.ones((1, 3)), "has shape (1, 3), but should be (3,), the shape of w")
    raises(TypeError, name, argument, np.ones(3, np.float32), "is a float32 array, but should be float64 as w is")


@pytest.mark.parametrize(("name", "argument"), NUMBERS)
def test_a_number_that_is_none_or_negative(name, argument):
    below = " and less than 1" if argument in ("rho", "beta1", "beta2") else ""
    raises(TypeError, name, argument, "0.1", "is a str, but should be a number")
    raises(ValueError, name, argument, -0.5, f"is -0.5, but should be at least 0{below}")


@pytest.mark.parametrize(("name", "argument"), [(name, x) for name, x in NUMBERS if x in ("rho", "beta1", "beta2")])
def test_a_share_of_1_forgets_nothing_and_is_refused(name, argument):
    raises(ValueError, name, argument, 1, "is 1, but should be at least 0 and less than 1")


@pytest.mark.parametrize("name", ["adam_step", "adamw_step"])
def test_steps_are_counted_from_1(name):
    raises(ValueError, name, "t", 0, "is 0, but should be at least 1")
    raises(TypeError, name, "t", 1.5, "is 1.5, but should be a whole number")
