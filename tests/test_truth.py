"""The third witness: what it says is true, however the slide's form cancels or overflows."""

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from drawn import DTYPES, cases_of, several
from flint import arb, ctx

from gradecheck.arguments.scope import EVERYTHING, SUBMISSION
from gradecheck.numbers.compare import Expectation, compare
from gradecheck.numbers.truth import SPARE_BITS, distance, to_floats, truth
from gradecheck.verifying.witness import hear_witness
from tests.lecture import CONTRACTS


def true(name, *arguments):
    """The one result of a function, for arrays or lists of numbers."""
    return truth(CONTRACTS[name], tuple(np.array(x, float) if isinstance(x, list) else x for x in arguments))[0]


def exactly(x):
    """The same numbers as fractions, on which NumPy's arithmetic is exact."""
    return np.array([Fraction(float(v)) for v in x.flat], dtype=object).reshape(x.shape)


RATIONAL = {
    "mse": lambda y, t: ((y - t) ** 2).sum() / y.size,
    "mse_backward": lambda y, t: 2 * (y - t) / y.size,
    "linear": lambda A, W, b: np.array([[sum(a * w, b_j) for w, b_j in zip(W, b, strict=True)] for a in A]),
    "linear_backward": lambda grad, A, W: (grad @ W, grad.T @ A, grad.sum(axis=0)),
    "leaky_relu": lambda x, alpha: np.array([max(v, alpha * v) for v in x.flat]).reshape(x.shape),
    "relu_backward": lambda grad, x: grad * (x > 0),
    "sgd_step": lambda w, grad, lr: w - lr * grad,
    "momentum_step": lambda w, v, grad, lr, mu: (w - lr * (mu * v + grad), mu * v + grad),
}


@pytest.mark.parametrize("name", RATIONAL)
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_truth_of_a_rational_formula_is_the_exact_fraction(name, dtype):
    for case in cases_of(name, dtype, SUBMISSION, 12):
        arguments = [exactly(x) if isinstance(x, np.ndarray) else Fraction(x) for x in case.arguments]
        exact = several(RATIONAL[name](*arguments))
        for known, fraction in zip(truth(CONTRACTS[name], case.arguments), exact, strict=True):
            for t, q in zip(known.flat, np.asarray(fraction, dtype=object).flat, strict=True):
                assert (arb(q.numerator) / arb(q.denominator)).overlaps(t)


@pytest.mark.parametrize("x", [-745.0, -30.0, -1.0, -1e-8, 1e-300, 0.3, 36.7, 89.0, 710.0])
def test_the_truth_of_an_exponential_formula_is_what_decimals_say(x):
    with localcontext() as context:
        context.prec = 800
        e, sinh_2 = Decimal(x).exp(), Decimal(x).exp() - Decimal(-x).exp()
        cosh_2 = Decimal(x).exp() + Decimal(-x).exp()
        expected = {"sigmoid": e / (1 + e), "tanh": sinh_2 / cosh_2}
    for name, value in expected.items():
        assert float(true(name, [x])[0].mid()) == float(value)


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_truth_has_the_shape_of_its_result_and_is_known_or_nan(name):
    contract = CONTRACTS[name]
    for case in cases_of(name, "float64", EVERYTHING, 40):
        with np.errstate(all="ignore"):
            results = several(contract.stable(*case.arguments))
        known = truth(contract, case.arguments)
        assert [np.shape(r) for r in results] == [t.shape for t in known]
        for t in (t for array in known for t in array.flat):
            assert t.is_nan() or t.rel_accuracy_bits() >= SPARE_BITS or t.abs_upper() < arb(2) ** -1100


def test_cancellation_takes_more_bits_until_the_truth_is_known():
    assert to_floats(true("tanh", [1e-300, 5e-324, -1e-20])).tolist() == [1e-300, 5e-324, -1e-20]


@pytest.mark.parametrize("x", [1e-30, 1e-40, 1e-50, 1e-60])
def test_a_truth_is_known_to_27_bits_more_than_float64_has(x):
    assert true("tanh", [x])[0].rel_accuracy_bits() >= 53 + 27


def test_where_the_slides_form_overflows_there_is_a_truth():
    assert to_floats(true("softmax", [1e5, 1e5, -1e5])).tolist() == [0.5, 0.5, 0.0]
    assert to_floats(true("softmax_cross_entropy", [[1e5, 0.0]], [[0.0, 1.0]])).item() == 1e5


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("cross_entropy", ([0.0, 1.0], [1.0, 0.0])),
        ("cross_entropy_backward", ([[0.0]], [[1.0]])),
        ("sigmoid", ([np.nan],)),
        ("mse", (np.zeros((0, 3)), np.zeros((0, 3)))),
        ("cross_entropy", (np.zeros((0, 3)), np.zeros((0, 3)))),
    ],
)
def test_where_there_is_no_finite_value_the_truth_is_nan(name, arguments):
    assert all(t.is_nan() for t in true(name, *arguments).flat)


def test_a_single_number_has_a_truth():
    assert to_floats(true("mse", np.array(3.0), np.array(1.0))).tolist() == 4.0
    assert to_floats(true("mse_backward", np.array(3.0), np.array(1.0))).tolist() == 4.0
    assert to_floats(true("sigmoid", np.array(0.0))).tolist() == 0.5


def test_the_precision_of_others_is_left_as_it_was():
    before = ctx.prec
    true("tanh", [1e-300])
    assert ctx.prec == before
    with pytest.raises(TypeError):
        truth(CONTRACTS["mse"], ("no array", "no array"))
    assert ctx.prec == before


def test_a_distance_is_never_rounded_down():
    off = distance(np.array([0.1, 1.0]), np.array([arb(1) / 10, arb(1)], dtype=object))
    assert Fraction(float(off[0])) >= abs(Fraction(0.1) - Fraction(1, 10)) > 0
    assert off[1] == 0
    assert distance(np.array([1.0]), np.array([arb(1, 0.25)], dtype=object)) >= 0.25


def test_a_distance_keeps_the_shape_and_is_nan_where_it_means_nothing():
    off = distance(np.array([[np.inf, 1.0]], np.float32), np.array([[arb(1), arb("nan")]], dtype=object))
    assert (off.shape, np.isnan(off).all()) == ((1, 2), True)


# -- the witness in a disagreement


def hear(name, arguments, actual, expected, dtype="float64"):
    expectation = Expectation(CONTRACTS[name], arguments, (np.asarray(expected, dtype),))
    return hear_witness(expectation, compare((np.asarray(actual, dtype),), expectation))


def test_the_witness_says_who_is_off_and_by_how_much():
    heard = hear("sigmoid", (np.zeros(1),), [0.5 + 3 * np.spacing(0.5)], [0.5])
    assert (heard.true, heard.implementation_ulp, heard.reference_ulp) == ("0.50000000000000000", 3, 0)


def test_the_witness_may_say_that_the_reference_is_off():
    heard = hear("sigmoid", (np.zeros(1),), [0.5], [0.75])
    assert (heard.implementation_ulp, heard.reference_ulp) == (0, 0.25 / np.spacing(0.5))


def test_the_witness_counts_in_the_precision_of_the_result():
    wrong = np.float32(0.5) + np.spacing(np.float32(0.5))
    assert hear("sigmoid", (np.zeros(1, "float32"),), [wrong], [0.5], "float32").implementation_ulp == 1


def test_an_answer_that_is_no_number_is_infinitely_far_off():
    assert hear("sigmoid", (np.zeros(1),), [np.nan], [0.5]).implementation_ulp == np.inf


def test_beside_a_true_zero_the_unit_is_the_smallest_normal_number():
    assert hear("relu", (-np.ones(1),), [2.0**-1021], [0.0]).implementation_ulp == 2


@pytest.mark.parametrize(
    ("name", "arguments", "actual", "expected"),
    [
        ("sigmoid", (np.array([np.inf]),), [0.0], [1.0]),
        ("mse", (np.zeros((0, 3)), np.zeros((0, 3))), 0.0, np.nan),
        ("cross_entropy", (np.array([0.0]), np.array([1.0])), 5.0, np.inf),
    ],
)
def test_without_a_finite_truth_there_is_no_witness(name, arguments, actual, expected):
    assert hear(name, arguments, actual, expected) is None
