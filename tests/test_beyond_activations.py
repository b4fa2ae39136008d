"""The activation functions beyond the lecture: laws that need no torch, bad input, and regimes that occur."""

import math

import numpy as np
import pytest
from drawn import DTYPES
from flint import arb, ctx

from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.inputs import sample
from gradecheck.numbers.radii import LIBRARY_ULP
from gradecheck.traced.bounds import FEW
from lectures.beyond import PACK
from manual import beyond
from tests.agreement import assert_meet, traced

ROWS = {name: row for name, row in PACK.contracts.items() if row.chapter == "activations"}
FORWARD = tuple(name for name in ROWS if not name.endswith("_backward"))

INF, NAN = math.inf, math.nan


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["silu", "gelu", "gelu_tanh", "softplus"])
def test_what_is_mirrored_differs_by_x(name, dtype):
    x, f = np.random.default_rng(0).uniform(-9, 9, 200).astype(dtype), traced(name)
    assert_meet(f(x) - f(-x), x)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["silu_backward", "gelu_backward", "gelu_tanh_backward", "softplus_backward"])
def test_slopes_of_x_and_of_minus_x_sum_to_1(name, dtype):
    """As f(x) - f(-x) is x."""
    x, slope = np.random.default_rng(1).uniform(-9, 9, 200).astype(dtype), traced(name)
    one = np.ones_like(x)
    assert_meet(slope(one, x) + slope(one, -x), 1)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_slope_of_elu_is_its_value_and_alpha_on_the_left(dtype):
    x = np.random.default_rng(2).uniform(-9, 0, 200).astype(dtype)
    assert_meet(traced("elu_backward")(np.ones_like(x), x, 0.5), traced("elu")(x, 0.5) + 0.5)


@pytest.mark.parametrize("name", FORWARD)
def test_far_right_it_is_x(name):
    x = np.array([50.0, 1e4, 1e150])
    np.testing.assert_array_equal(getattr(beyond, name)(x), x)


@pytest.mark.parametrize(
    ("name", "x", "true"),
    [
        ("silu", -30.0, lambda x: x / (1 + (-x).exp())),
        ("gelu", -10.0, lambda x: x * (-x / arb(2).sqrt()).erfc() / 2),
        ("gelu_tanh", -6.0, lambda x: x / (1 + (-2 * (2 / arb.pi()).sqrt() * (x + arb("0.044715") * x**3)).exp())),
        ("softplus", -30.0, lambda x: x.exp().log1p()),
        ("elu", -1e-12, lambda x: x.expm1()),
    ],
)
def test_nothing_cancels_on_the_left(name, x, true):
    """Off by what a few ulp of x do, and those of a library: by erf or tanh, or e^x - 1, no digit would be right."""
    found = float(getattr(beyond, name)(np.array([x]))[0])
    with ctx.workprec(300):
        known, moved = (true(arb(x) * (1 + ulps * arb(2) ** -52)) for ulps in (0, FEW))
        assert abs(arb(found) - known) <= abs(moved - known) + LIBRARY_ULP * arb(float(np.spacing(abs(found))))


def test_both_forms_of_gelu_are_close_and_not_equal():
    x = np.linspace(-6, 6, 1001)
    off = np.abs(beyond.gelu(x) - beyond.gelu_tanh(x)).max()
    assert 4e-4 < off < 5e-4


@pytest.mark.parametrize("alpha", [0.0, 0.5, 2.0])
def test_alpha_is_what_elu_falls_to_and_its_slope_at_0(alpha):
    x, one = np.array([-1e3, -0.0, 0.0]), np.ones(3)
    np.testing.assert_array_equal(beyond.elu(x, alpha), [-alpha, 0, 0])
    np.testing.assert_array_equal(beyond.elu_backward(one, x, alpha), [0, alpha, alpha])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FORWARD)
def test_nan_and_inf_go_through(name, dtype):
    x = np.array([NAN, INF, 1.0], dtype)
    y, dx = getattr(beyond, name)(x), getattr(beyond, f"{name}_backward")(np.ones_like(x), x)
    assert np.isnan([y[0], dx[0]]).all()
    assert y[1] == INF
    assert np.isfinite([y[2], dx[2]]).all()


# -- bad input


ONES = np.ones((2, 3))


@pytest.mark.parametrize("name", FORWARD)
def test_arguments_that_do_not_fit_are_refused(name):
    backward = f"{name}_backward"
    for arguments, message in (
        (([1.0],), f"{name}: x is a list, but should be a float32 or float64 array"),
        ((np.ones(3, int),), f"{name}: x is an int64 array, but should be float32 or float64"),
        (([1.0], ONES), f"{backward}: grad is a list, but should be a float32 or float64 array"),
        ((ONES, ONES.astype("float32")), f"{backward}: grad is a float64 array, but should be float32 as x is"),
        ((np.ones(3), ONES), f"{backward}: grad has shape (3,), but should be (2, 3), the shape of x"),
    ):
        with pytest.raises((TypeError, ValueError)) as refused:
            getattr(beyond, name if len(arguments) == 1 else backward)(*arguments)
        assert str(refused.value).startswith(message)


@pytest.mark.parametrize(("name", "arguments"), [("elu", (ONES,)), ("elu_backward", (ONES, ONES))])
def test_alpha_has_to_be_a_number(name, arguments):
    with pytest.raises(TypeError, match=f"^{name}: alpha is a str, but should be a number"):
        getattr(beyond, name)(*arguments, "1")


# -- regimes


@pytest.mark.parametrize("name", ROWS)
def test_the_cases_reach_both_tails_the_edges_of_overflow_and_the_kink(name):
    cases = list(sample(ROWS[name], "float64", 200, 0, SUBMISSION))
    place = [argument.name for argument in ROWS[name].arguments].index("x")
    inputs = np.concatenate([case.arguments[place].ravel() for case in cases])
    assert {"overflow edges", "ties", "zeros", "tiny", "huge"} <= {case.recipe.regime for case in cases}
    for low, high in ((-INF, -709.78), (-40, -20), (-1e-20, 0), (0, 1e-20), (20, 40), (709.78, INF)):
        assert ((low < inputs) & (inputs < high)).any(), (low, high)
    assert (inputs == 0).any()
