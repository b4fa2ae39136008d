"""The numbers and the formulas that the slides print, one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import manual
from gradecheck.numbers.compare import Verdict
from gradecheck.numbers.rounding import Ball, lift
from gradecheck.verifying.implementation import Implementation, load
from lectures.lecture03.contracts.activations import tanh_literal
from lectures.lecture03.exhibits.worked_example import PRINTED, section, worked_example
from tests.agreement import DTYPES, arguments, assert_meet, carried, on_balls
from tests.lecture import PACK

X, T = np.array([3.0, 15.0, 7.0, 3.0]), np.array([0.0, 1.0, 0.0, 0.0])


def printed(column):
    """As on the slide: nine digits."""
    return [f"{value:.8e}" for value in column]


# -- slide "Loss Contribution"


def test_the_table_column_by_column():
    p, log_p, t_log_p = manual.loss_contributions_base2(X, T)
    assert printed(p) == ["6.14207644e-06", "9.99652370e-01", "3.35346011e-04", "6.14207644e-06"]
    assert printed(log_p) == ["-1.73128421e+01", "-5.01611506e-04", "-1.15420619e+01", "-1.73128421e+01"]
    assert printed(t_log_p) == ["0.00000000e+00", "-5.01611506e-04", "0.00000000e+00", "0.00000000e+00"]


def test_the_table_by_the_natural_log_which_the_formula_means():
    p, log_p, t_log_p = manual.loss_contributions(X, T)
    assert printed(p) == ["6.14207644e-06", "9.99652370e-01", "3.35346011e-04", "6.14207644e-06"]
    assert printed(log_p) == ["-1.20003477e+01", "-3.47690601e-04", "-8.00034769e+00", "-1.20003477e+01"]
    assert printed(t_log_p)[1] == "-3.47690601e-04"


def test_the_loss_of_the_table_in_both_bases():
    p = manual.softmax(X)
    assert f"{manual.cross_entropy_base2(p, T):.8e}" == "5.01611506e-04"
    assert f"{manual.cross_entropy(p, T):.8e}" == "3.47690601e-04"
    assert f"{manual.softmax_cross_entropy(X, T):.8e}" == "3.47690601e-04"


@given(drawn=arguments("cross_entropy"))
def test_the_bases_differ_by_the_log_of_2(drawn):
    p, t = drawn
    ln2 = np.log(lift(2.0, p.dtype))
    natural = on_balls("cross_entropy")(p, t)
    base2 = carried(manual.cross_entropy_base2, lambda *_: natural / ln2)(p, t)
    assert_meet(base2, natural / ln2)


def test_the_report_reproduces_the_slide():
    found = worked_example(load(PACK))
    assert found.agrees
    assert [row.printed for row in found.rows] == [tuple(x and float(x) for x in row) for row in PRINTED]
    assert [f"{row.p:.8e}" for row in found.rows] == [row[0] for row in PRINTED]
    assert f"{found.loss_natural:.8e}" == f"{found.reference_loss:.8e}" == "3.47690601e-04"
    assert f"{found.loss_base2:.8e}" == "5.01611506e-04"


@pytest.mark.parametrize("off", [1e-8, 1e-7, 1.0])
def test_the_report_sees_where_the_slide_is_not_reproduced(off):
    """The ninth digit counts."""
    functions = {"softmax": lambda x: manual.softmax(x) * (1 + off), "cross_entropy": lambda p, t: 0.0}
    assert not worked_example(Implementation("wrong", functions, PACK)).agrees


def test_the_report_tells_whether_the_slide_is_reproduced():
    found = section([worked_example(load(PACK))])
    assert (found.verdict, found.parts[0].lines) == (Verdict.EXACT, ("Every printed digit is reproduced.",))
    assert found.parts[1].rows[0][:5] == ("3", "0", *["6.14207644e-06"] * 3)
    functions = {"softmax": lambda x: manual.softmax(x) * 2, "cross_entropy": lambda p, t: 0.0}
    off = section([worked_example(Implementation("wrong", functions, PACK))])
    assert (off.verdict, off.parts[0].lines) == (Verdict.WRONG, ("A printed digit is not reproduced.",))
    assert section([]) is None


# -- slide "Tanh"


@pytest.mark.parametrize("name", ["tanh_exponentials", "tanh_sinh_cosh"])
@given(drawn=arguments("tanh"))
def test_three_forms_of_tanh_are_one_where_they_are_finite(name, drawn):
    (x,) = drawn
    form = {"tanh_exponentials": tanh_literal, "tanh_sinh_cosh": lambda x: np.sinh(x) / np.cosh(x)}[name]
    assert_meet(carried(getattr(manual, name), form)(x), on_balls("tanh")(x))


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_forms_of_tanh_as_printed_end_where_e_to_the_x_overflows(dtype):
    x = np.log(np.array([np.finfo(dtype).max], dtype))
    beyond = x + 2
    for form in (manual.tanh_exponentials, manual.tanh_sinh_cosh):
        assert form(x - 1) == 1
        assert np.isnan(form(beyond))
        assert np.isnan(form(-beyond))
        assert form(x - 1).dtype == dtype
    assert manual.tanh(beyond) == 1


# -- slide "Softmax"


@given(drawn=arguments("tanh"), c=st.floats(-100, 100, width=32))
def test_two_classes_are_the_general_form_and_the_sigmoid_of_the_difference(drawn, c):
    x1 = drawn[0]
    x2 = Ball((c - x1.mid[::-1]) if x1.ndim else x1.mid + x1.dtype.type(c))
    two = carried(manual.softmax_two_classes, lambda x1, x2: 1 / (1 + np.exp(x2 - x1)))
    both = Ball(np.stack([x1.mid, x2.mid], axis=-1).reshape(-1, 2))
    general = on_balls("softmax")(both)
    first, second = ((x.reshape(x1.shape) for x in (general.mid[:, i], general.rad[:, i])) for i in (0, 1))
    assert_meet(two(x1, x2), Ball(*first))
    assert_meet(two(x2, x1), Ball(*second))
    assert_meet(two(x1, x2), on_balls("sigmoid")(x1 - x2))


# -- slides "MSE" and "Stochastic Gradient Descent", by hand


def test_mse_by_hand():
    """((1 - 0)² + (2 - 4)² + (3 - 3)² + (4 - 1)²) / 4, over n terms."""
    prediction, target = np.array([0.0, 4.0, 3.0, 1.0]), np.array([1.0, 2.0, 3.0, 4.0])
    assert manual.mse(prediction, target) == 14 / 4
    np.testing.assert_array_equal(manual.mse_backward(prediction, target), [-0.5, 1, 0, -1.5])


@pytest.mark.parametrize("lr", [0.01, 0.001])
@pytest.mark.parametrize("dtype", DTYPES)
def test_three_steps_with_the_slides_mu_and_lambda(lr, dtype):
    """μ = 0.9, and g = 1, 0, -1: v is 1, 0.9, 0.81 - 1, and w loses λ times each."""
    w, v = np.zeros(1, dtype), np.zeros(1, dtype)
    ball_w, ball_v = Ball(w), Ball(v)
    for g in (1, 0, -1):
        grad = np.full(1, g, dtype)
        w, v = manual.momentum_step(w, v, grad, lr, 0.9)
        ball_w, ball_v = on_balls("momentum_step")(ball_w, ball_v, grad, lr, 0.9)
    np.testing.assert_array_equal(ball_w.mid, w)
    assert_meet(ball_v, -0.19)
    assert_meet(ball_w, -lr * (1 + 0.9 - 0.19))


def test_the_lectures_layer_by_hand():
    """Z = A Wᵀ + ι bᵀ with two samples of three features and two units, and its three derivatives."""
    A = np.array([[1.0, 2.0, 3.0], [0.0, -1.0, 1.0]])
    W, b = np.array([[1.0, 0.0, 2.0], [-1.0, 1.0, 0.0]]), np.array([10.0, 20.0])
    np.testing.assert_array_equal(manual.linear(A, W, b), [[17, 21], [12, 19]])
    dA, dW, db = manual.linear_backward(np.array([[1.0, 2.0], [3.0, 0.0]]), A, W)
    np.testing.assert_array_equal(dA, [[-1, 2, 2], [3, 0, 6]])
    np.testing.assert_array_equal(dW, [[1, -1, 6], [2, 4, 6]])
    np.testing.assert_array_equal(db, [4, 2])
