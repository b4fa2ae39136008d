"""Arrays and a bound in, a verdict out: every verdict, every finding, and what is left unjudged."""

from itertools import permutations

import numpy as np
import pytest
from drawn import DTYPES, several
from hypothesis import given
from hypothesis import strategies as st

from gradecheck.compare import Comparison, Expectation, Finding, Verdict, as_results, compare, errors, ulps, worst
from gradecheck.contracts import CONTRACTS
from gradecheck.contracts.activations import sigmoid_by_tanh, softmax_literal, tanh_literal

FLOAT64 = np.dtype("float64")


def expect(name, *arguments):
    """What the stable form gives for these arguments, lists being arrays of float64."""
    arguments = tuple(np.array(x, float) if isinstance(x, list) else x for x in arguments)
    with np.errstate(all="ignore"):
        values = tuple(np.asarray(r) for r in several(CONTRACTS[name].stable(*arguments)))
    return Expectation(CONTRACTS[name], arguments, values)


def judge(actual, expectation):
    return compare(tuple(np.asarray(a) for a in several(actual)), expectation)


# -- verdicts


def test_equal_to_the_last_bit_is_exact():
    expectation = expect("sigmoid", [-1.0, 0.5])
    found = judge(expectation.values[0].copy(), expectation)
    assert (found.verdict, found.worst.ratio, found.worst.ulp) == (Verdict.EXACT, 0, 0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_last_place_more_agrees(dtype):
    expectation = expect("sigmoid", np.array([-1.0, 0.5], dtype))
    found = judge(np.nextafter(expectation.values[0], np.array(1, dtype)), expectation)
    assert found.verdict is Verdict.AGREES
    assert 0 < found.worst.ratio <= 1
    assert found.worst.ulp == 1


def test_the_slides_form_of_tanh_is_less_accurate_near_zero():
    expectation = expect("tanh", [1e-5, 1.0])
    found = judge(tanh_literal(expectation.arguments[0]), expectation)
    assert (found.verdict, found.worst.index) == (Verdict.LESS_ACCURATE, (0,))
    assert found.verdict.passes


def test_a_roundabout_form_is_less_accurate_where_it_cancels():
    expectation = expect("sigmoid", [-30.0])
    assert judge(sigmoid_by_tanh(expectation.arguments[0]), expectation).verdict is Verdict.LESS_ACCURATE


def from_the_bias_on(A, W, b):
    """A student's loop: every sum begins with b, and large b's eat the digits of what follows."""
    Z = np.tile(b, (len(A), 1))
    for i in range(A.shape[1]):
        Z += A[:, i : i + 1] * W[:, i]
    return Z


ALSO_RIGHT = {
    "linear": from_the_bias_on,
    "tanh_backward": lambda grad, x: grad * (1 - np.tanh(x)) * (1 + np.tanh(x)),
    "sigmoid": lambda x: (1 + np.tanh(x / 2)) / 2,
    "softmax": lambda x: np.exp(x - np.log(np.exp(x - x.max()).sum(axis=-1, keepdims=True)) - x.max()),
    "mse": lambda y, t: np.mean(y * y - 2 * y * t + t * t),
}


@pytest.mark.parametrize("name", ALSO_RIGHT)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("seed", range(10))
def test_another_right_form_is_less_accurate_at_worst(name, dtype, seed):
    rng = np.random.default_rng(seed)
    shapes = {"A": (7, 7), "W": (7, 7), "b": (7,)}
    arguments = [
        (rng.standard_normal(shape) * 10.0 ** rng.uniform(-3, 2, shape)).astype(dtype)
        for shape in (shapes.get(argument.name, (9,)) for argument in CONTRACTS[name].arguments)
    ]
    with np.errstate(all="ignore"):
        found = judge(np.asarray(ALSO_RIGHT[name](*arguments), dtype), expect(name, *arguments))
    assert found.verdict.passes


def test_the_slides_form_of_softmax_is_unstable_where_it_overflows():
    expectation = expect("softmax", [[1000.0, 999.0], [1.0, 2.0]])
    with np.errstate(all="ignore"):
        found = judge(softmax_literal(expectation.arguments[0]), expectation)
    assert (found.verdict, found.worst.index) == (Verdict.UNSTABLE, (0, 0))
    assert not found.verdict.passes


def test_what_is_wrong_elsewhere_too_is_wrong_and_not_unstable():
    expectation = expect("softmax", [[1000.0, 999.0], [1.0, 2.0]])
    with np.errstate(all="ignore"):
        found = judge(1.001 * softmax_literal(expectation.arguments[0]), expectation)
    assert (found.verdict, found.worst.index[0]) == (Verdict.WRONG, 1)


@pytest.mark.parametrize("name", ["relu", "sigmoid", "tanh"])
def test_any_other_number_is_wrong(name):
    expectation = expect(name, [-1.0, 0.5])
    found = judge(expectation.values[0] + 1e-12, expectation)
    assert found.verdict is Verdict.WRONG
    assert found.worst.ratio > 1


def test_the_worst_of_several_results_is_named():
    expectation = expect("linear_backward", [[1.0, 2.0]], [[3.0]], [[5.0], [7.0]])
    dA, dW, db = expectation.values
    found = judge((np.nextafter(dA, 99), dW, db + np.array([0.0, 1.0])), expectation)
    assert (found.verdict, found.worst.result, found.worst.index) == (Verdict.WRONG, "∂L/∂b", (1,))
    assert (found.worst.actual, found.worst.expected) == (3, 2)


def test_verdicts_are_ordered_from_mild_to_bad_and_the_first_three_pass():
    assert [v.severity for v in Verdict] == list(range(7))
    assert [v for v in Verdict if v.passes] == [Verdict.EXACT, Verdict.AGREES, Verdict.LESS_ACCURATE]
    assert worst([Verdict.AGREES, Verdict.WRONG, Verdict.EXACT]) is Verdict.WRONG


@given(
    seed=st.integers(0, 2**32 - 1), name=st.sampled_from(["sigmoid", "tanh_backward", "softmax", "softmax_backward"])
)
def test_the_loose_bound_is_nowhere_less_than_the_tight_one(seed, name):
    rng = np.random.default_rng(seed)
    arguments = [10.0 ** rng.uniform(-3, 3) * rng.standard_normal((3, 4)) for _ in CONTRACTS[name].arguments]
    expectation = expect(name, *arguments)
    for tight, loose in zip(expectation.tight, expectation.loose, strict=True):
        assert (loose >= tight).all()


# -- infinities, NaN, nothing


@pytest.mark.parametrize("wild", [np.nan, np.inf, -np.inf])
def test_the_same_infinity_or_nan_is_exact(wild):
    expectation = expect("relu_backward", [wild, 1.0], [1.0, 1.0])
    assert judge(expectation.values[0].copy(), expectation).verdict is Verdict.EXACT


@pytest.mark.parametrize(("was", "should"), list(permutations([np.nan, np.inf, -np.inf, 0.0], 2)))
def test_another_infinity_or_nan_or_number_is_wrong(was, should):
    found = judge(np.array([was]), expect("relu_backward", [should], [1.0]))
    assert (found.verdict, found.worst.ratio, found.worst.ulp) == (Verdict.WRONG, np.inf, np.inf)


def test_no_elements_at_all_are_exact_and_none_is_judged():
    expectation = expect("relu", np.zeros((0, 3)))
    assert judge(np.zeros((0, 3)), expectation) == Comparison(Verdict.EXACT, None, (), 0, 0)


def test_where_rounding_alone_decides_nothing_is_judged():
    expectation = expect("mse", np.array([1e200]), np.array([0.0]))
    for anything in (np.inf, np.nan, 7.0):
        found = judge(np.float64(anything), expectation)
        assert (found.verdict, found.judged, found.telling) == (Verdict.EXACT, 0, 0)


def test_beside_an_unjudged_element_the_others_are_judged():
    expectation = expect("sgd_step", [1.5e308, 1.0], [-1.5e308, 1.0], 1.0)
    assert (judge(np.array([np.nan, 0.0]), expectation).verdict, judge(np.array([0.0, 0.5]), expectation).verdict) == (
        Verdict.EXACT,
        Verdict.WRONG,
    )
    assert judge(np.array([np.nan, 0.0]), expectation).judged == 1


def test_elements_whose_right_value_is_zero_tell_nothing():
    found = judge(np.array([0.0, 2.0, 0.0]), expect("relu", [-1.0, 2.0, -3.0]))
    assert (found.judged, found.telling) == (3, 1)


# -- errors and last places


def test_an_error_is_zero_for_the_same_and_infinite_beside_an_infinity():
    a = np.array([1.0, np.inf, np.nan, np.inf, np.nan, -np.inf])
    e = np.array([3.0, np.inf, np.nan, 1.0, 1.0, np.inf])
    assert errors(a, e).tolist() == [2, 0, 0, np.inf, np.inf, np.inf]


def test_an_error_between_float32_is_taken_in_float64():
    one = np.ones(1, "float32")
    assert errors(one, np.nextafter(one, np.float32(2))) == 2.0**-23
    assert errors(3e38 * one, -3e38 * one) == 2 * float(np.float32(3e38))


@pytest.mark.parametrize(
    ("actual", "expected", "places"),
    [
        (1.0, 1.0, 0),
        (1.0 + 2**-52, 1.0, 1),
        (1.0 - 2**-53, 1.0, 0.5),  # the larger number counts
        (2.0 - 2**-52, 2.0, 0.5),
        (5e-324, 0.0, 2**-52),  # but none is smaller than the smallest normal number
        (2.0**-1022, 0.0, 1),
        (1.0, 0.0, 2**52),
        (-1.0, 1.0, 2**53),
        (np.nan, 1.0, np.inf),
        (np.inf, 1.0, np.inf),
    ],
)
def test_last_places_are_those_of_the_larger_number(actual, expected, places):
    a, e = np.array(actual), np.array(expected)
    assert ulps(errors(a, e), a, e) == places


def test_last_places_of_float32_are_wider():
    a, e = np.array(1 + 2**-23, "float32"), np.array(1, "float32")
    assert ulps(errors(a, e), a, e) == 1


# -- shape, type, number of results


def test_another_shape_is_wrong_and_nothing_is_compared():
    found = judge(np.ones((2, 1)), expect("relu", [1.0, 1.0]))
    assert found == Comparison(Verdict.WRONG, None, (Finding("shape", "f(x)", "(2, 1)", "(2,)"),))


def test_every_result_of_another_shape_is_named():
    expectation = expect("linear_backward", [[1.0, 2.0]], [[3.0]], [[5.0], [7.0]])
    dA, dW, db = expectation.values
    assert [f.name for f in judge((dA.T, dW.T, db[None]), expectation).findings] == ["∂L/∂W", "∂L/∂b"]


def test_findings_make_right_numbers_wrong_and_stay_apart_from_them():
    expectation = expect("relu", [1.0])
    found = compare(expectation.values, expectation, (Finding("dtype", "f(x)", "float64", "float32"),))
    assert (found.values, found.verdict) == (Verdict.EXACT, Verdict.WRONG)


def results(returned, name="relu", dtype=FLOAT64):
    return as_results(returned, CONTRACTS[name], np.dtype(dtype))


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_scalar_may_be_a_python_float_a_numpy_scalar_or_an_array(dtype):
    for scalar in (2.5, np.dtype(dtype).type(2.5), np.array(2.5, dtype)):
        (value,), findings = results(scalar, "mse", dtype)
        assert (value == 2.5, value.shape, findings) == (True, (), ())


@pytest.mark.parametrize("kind", [tuple, list])
def test_several_results_may_be_a_tuple_or_a_list(kind):
    arrays, findings = results(kind([np.ones(2), np.ones(2)]), "momentum_step")
    assert (len(arrays), findings) == (2, ())


def test_a_list_in_place_of_an_array_has_the_wrong_type_and_is_compared_all_the_same():
    (value,), findings = results([1.0, 2.0])
    assert value.tolist() == [1, 2]
    assert findings == (Finding("type", "f(x)", "a list", "a NumPy array or a number"),)
    assert findings[0].hygienic


def test_float64_from_float32_has_the_wrong_dtype_and_is_compared_all_the_same():
    (value,), findings = results(np.ones(2), dtype="float32")
    assert value.tolist() == [1, 1]
    assert findings == (Finding("dtype", "f(x)", "float64", "float32"),)
    assert findings[0].hygienic


def test_integers_are_compared_too():
    (value,), findings = results(np.array([1, 2]))
    assert value.tolist() == [1, 2]
    assert [f.kind for f in findings] == ["dtype"]


UNCOMPARABLE = {
    "None": (None, "None"),
    "text": ("0.5", "a str"),
    "complex number": (0.5j, "a complex"),
    "complex array": (np.ones(2, complex), "an array of complex128"),
    "array with None": (np.array([1.0, None]), "an array of object"),
    "truth values": (np.array([True]), "an array of bool"),
    "array of text": (np.array(["a"]), "an array of <U1"),
    "dates": (np.array(["2020-01-01"], "datetime64[D]"), "an array of datetime64[D]"),
    "object": (object(), "an object"),
    "dict": ({"a": 1}, "a dict"),
    "ragged list": ([[1.0], [1.0, 2.0]], "a list"),
    "list of text": (["a"], "a list"),
    "list of None": ([None], "a list"),
    "generator": ((x for x in [1.0]), "a generator"),
    "truth value": (True, "a bool"),
    "huge integer": (10**400, "an int"),
    "function": (len, "a builtin_function_or_method"),
}


@pytest.mark.parametrize("name", UNCOMPARABLE)
def test_what_cannot_be_compared_is_named(name):
    returned, was = UNCOMPARABLE[name]
    arrays, findings = results(returned)
    assert arrays == ()
    assert [(f.kind, f.name, f.was) for f in findings] == [("type", "f(x)", was)]


@pytest.mark.parametrize(
    ("returned", "was"),
    [
        (np.ones(2), "an array of float64"),
        (None, "None"),
        (3, "an int"),
        ((np.ones(2),), "1 result"),
        ((np.ones(2),) * 3, "3 results"),
        ((), "0 results"),
    ],
)
def test_another_number_of_results_is_named(returned, was):
    arrays, (finding,) = results(returned, "momentum_step")
    assert (arrays, finding.kind, finding.was) == ((), "count", was)
    assert not finding.hygienic
    assert finding.should.endswith(": w, v")


@pytest.mark.parametrize("bad", [None, "text", [[1.0], [1.0, 2.0]], 1j])
def test_one_bad_result_of_several_is_named(bad):
    arrays, findings = results((np.ones(2), bad), "momentum_step")
    assert (arrays, findings[-1].name, findings[-1].kind) == ((), "v", "type")
