"""Arrays and a bound in, a verdict out: every verdict, every finding, and what is left unjudged."""

from dataclasses import dataclass, replace
from itertools import pairwise, permutations
from typing import NamedTuple

import numpy as np
import pytest
from drawn import DTYPES, several
from hypothesis import given
from hypothesis import strategies as st

from gradecheck.numbers.compare import (
    Comparison,
    Expectation,
    Finding,
    Verdict,
    as_results,
    compare,
    errors,
    failed,
    precision,
    same_within,
    ulps,
    worst,
)
from gradecheck.numbers.rounding import UNIT, Ball
from lectures.lecture03.contracts.activations import sigmoid_by_tanh, softmax_literal, tanh_literal
from tests.lecture import CONTRACTS

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
    mild, bad = ["exact", "agrees", "less accurate"], ["hygiene", "unstable", "vacuous", "missing", "wrong"]
    assert list(Verdict) == [*mild, *bad]
    assert Comparison(Verdict.EXACT, None) == Comparison(Verdict.EXACT, None, (), 0, 0)
    assert [v.severity for v in Verdict] == list(range(8))
    assert [v for v in Verdict if v.passes] == [Verdict.EXACT, Verdict.AGREES, Verdict.LESS_ACCURATE]
    assert worst([Verdict.AGREES, Verdict.WRONG, Verdict.EXACT]) is Verdict.WRONG
    for mild, bad in pairwise(Verdict):
        assert worst([mild, bad]) is worst([bad, mild]) is bad


def planted(stable, *others, value=(1.0, 1.0, 1.0)):
    """What is expected where the forms are balls of these (mid, rad), the first of the others being the slide's."""
    literal, *roundabout = (lambda x, ball=ball: Ball(*map(np.array, ball)) for ball in others)
    contract = replace(
        CONTRACTS["tanh"], stable=lambda x: Ball(*map(np.array, stable)), literal=literal, roundabout=tuple(roundabout)
    )
    return Expectation(contract, (np.zeros(3),), (np.array(value),))


ONES = [1.0, 1.0, 1.0]


def test_the_tight_bound_is_both_radii_and_the_loose_one_that_of_the_widest_finite_form():
    expectation = planted((ONES, [1.0, 0.5, np.inf]), (ONES, [3.0, np.inf, 0.25]), (ONES, [0.5, 0.75, 0.5]))
    assert expectation.tight[0].tolist() == [2, 1, np.inf]
    assert expectation.loose[0].tolist() == [4, 1.25, np.inf]
    expectation = planted((ONES, [0.125] * 3), (ONES, [np.inf, 0.0, 0.125]))
    assert expectation.loose[0].tolist() == [0.25, 0.25, 0.25]


def test_a_form_says_nothing_where_its_radius_is_infinite_or_it_alone_is():
    sure = (ONES, [0.0] * 3)
    assert planted(sure, sure).unstable[0].tolist() == [False] * 3
    wild = planted(sure, ([1.0, np.nan, np.inf], [np.inf, 0.0, 0.0]), value=(1.0, 1.0, np.inf))
    assert wild.unstable[0].tolist() == [True, True, False]
    second = planted(sure, (ONES, [np.inf, 0.0, 0.0]), (ONES, [0.0, np.inf, 0.0]))
    assert second.unstable[0].tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("error", "verdict", "place"),
    [
        ([0.0, 0.0, 0.0], Verdict.EXACT, 0),
        ([0.125, 0.25, 0.0], Verdict.AGREES, 1),
        ([0.25, 0.5, 0.0], Verdict.LESS_ACCURATE, 1),
        ([1.0, 0.0, 0.0], Verdict.LESS_ACCURATE, 0),
        ([1.0, 1.125, 0.0], Verdict.UNSTABLE, 1),
        ([0.0, 0.0, 1.125], Verdict.WRONG, 2),
        ([0.0, 9.0, 1.125], Verdict.WRONG, 2),  # the worst verdict goes before the worst ratio
    ],
)
def test_a_bound_is_reached_before_it_is_passed(error, verdict, place):
    """Tight 0.25, loose 1.0; beyond that, the slide's form says nothing of the first two."""
    expectation = planted((ONES, [0.125] * 3), (ONES, [0.875] * 3), (ONES, [np.inf, np.inf, 0.875]))
    actual = np.add(1.0, error)
    found = judge(actual, expectation)
    assert (found.verdict, found.worst.index) == (verdict, (place,))
    assert (found.worst.actual, found.worst.expected, found.worst.bound) == (actual[place], 1, 0.25)
    assert found.worst.ratio == error[place] / 0.25
    assert (found.judged, found.telling) == (3, 3)


def test_what_is_not_judged_or_has_no_bound_to_speak_of_is_not_shown():
    expectation = planted((ONES, [np.inf, 0.0, 0.125]), (ONES, [0.0] * 3))
    found = judge(np.array([np.nan, 1.0, 1.125]), expectation)
    assert (found.verdict, found.worst.index, found.worst.ratio) == (Verdict.AGREES, (2,), 0.5)


class Told(NamedTuple):
    """Bounds that a twin gives."""

    tight: tuple[np.ndarray, ...]
    loose: tuple[np.ndarray, ...]


def test_without_a_stable_form_the_bounds_are_those_that_the_twin_gives():
    told = Told((np.array([1.0, 2.0]),), (np.array([4.0, 1.0]),))
    contract = replace(CONTRACTS["tanh"], stable=None, literal=None, roundabout=())
    alone = Expectation(contract, (np.zeros(2),), (np.ones(2),), told)
    assert alone.tight[0].tolist() == [1, 2]
    assert alone.loose[0].tolist() == [4, 2]  # never less than tight
    beside = replace(alone, contract=replace(contract, literal=lambda x: Ball(np.ones(2), np.full(2, 3.0))))
    assert beside.loose[0].tolist() == [4, 4]  # its radius, and half of the tight bound
    unsure = replace(alone, traced=Told(told.tight, (np.array([np.inf, 5.0]),)))
    assert unsure.loose[0].tolist() == [1, 5]  # where moved inputs say nothing, as at a tie, the tight bound holds


def test_the_precision_of_a_case_is_that_of_its_arrays_of_real_numbers():
    neither = (0.5, np.array([0, 1]), np.array([True, False]))
    assert precision((*neither, np.ones(2, "float32"))) == np.float32
    assert precision(neither) == np.float64


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_python_number_takes_part_in_the_precision_of_the_arrays(dtype):
    x = np.array([-3.0], dtype)
    bound = expect("leaky_relu", x, 0.1).tight[0][0]
    assert 2 * UNIT[x.dtype] * 0.3 <= bound <= 6 * UNIT[x.dtype] * 0.3


def test_where_nothing_differs_the_largest_finite_number_is_shown():
    for value, place in (((1.0, -3.0, 2.0), 1), ((1.0, np.inf, 2.0), 2), ((np.nan, 0.5, -0.25), 1), ((0.0,) * 3, 0)):
        expectation = planted((value, [0.25] * 3), (value, [0.25] * 3), value=value)
        assert judge(np.array(value), expectation).worst.index == (place,)


def test_of_two_results_that_are_equally_wrong_the_one_further_beyond_its_bound_is_shown():
    expectation = expect("linear_backward", [[1.0, 2.0]], [[3.0]], [[5.0], [7.0]])
    dA, dW, db = expectation.values
    assert judge((dA + 1, dW + 1e9, db), expectation).worst.result == "∂L/∂W"
    assert judge((dA + 1e9, dW + 1, db), expectation).worst.result == "∂L/∂A"
    found = judge((dA, np.nextafter(dW, 99), db), expectation)
    assert (found.verdict, found.worst.result) == (Verdict.AGREES, "∂L/∂W")
    assert (found.judged, found.telling) == (5, 5)


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
        (np.inf, np.inf, 0),
        (np.nan, np.nan, 0),
    ],
)
def test_last_places_are_those_of_the_larger_number(actual, expected, places):
    a, e = np.array(actual), np.array(expected)
    assert ulps(errors(a, e), a, e) == places


def test_an_answer_beyond_the_range_is_infinitely_many_places_off():
    a, e = np.array(1e300), np.array(1, "float32")
    with np.errstate(all="raise"):
        assert ulps(errors(a, e), a, e) == np.inf


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


def test_findings_about_right_numbers_are_hygiene_and_stay_apart_from_them():
    expectation = expect("relu", [1.0])
    found = compare(expectation.values, expectation, (Finding("dtype", "f(x)", "float64", "float32"),))
    assert (found.values, found.verdict) == (Verdict.EXACT, Verdict.HYGIENE)
    assert compare((np.array([2.0]),), expectation, found.findings).verdict is Verdict.WRONG


def test_where_the_slides_form_is_finite_and_should_not_be_it_says_nothing():
    """e^x / Σ e^x at an infinite x: 0 and NaN, where torch has NaN in the whole row."""
    x = np.array([0.0, np.inf])
    expectation = Expectation(CONTRACTS["softmax"], (x,), (np.array([np.nan, np.nan]),))
    assert compare((np.array([0.0, np.nan]),), expectation).values is Verdict.UNSTABLE


def test_what_gave_nothing_to_compare_is_wrong_and_says_why():
    finding = Finding("raised", "f(x)", "ValueError", "a result")
    assert failed(finding, finding) == Comparison(Verdict.WRONG, None, (finding, finding), 0, 0)
    found = compare((np.ones(3),), expect("relu", [1.0]), (finding,))
    assert [f.kind for f in found.findings] == ["raised", "shape"]


def results(returned, name="relu", dtype=FLOAT64, shapes=None):
    shapes = shapes or {"relu": [(2,)], "mse": [()], "momentum_step": [(2,)] * 2}[name]
    return as_results(returned, CONTRACTS[name], np.dtype(dtype), shapes)


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


def test_float64_from_float32_has_the_wrong_dtype_and_is_compared_all_the_same():
    (value,), findings = results(np.ones(2), dtype="float32")
    assert value.tolist() == [1, 1]
    assert findings == (Finding("dtype", "f(x)", "float64", "float32"),)


def test_integers_are_compared_too():
    (value,), findings = results(np.array([1, 2]))
    assert value.tolist() == [1, 2]
    assert [f.kind for f in findings] == ["dtype"]


class Odd:
    pass


class Xray:
    pass


UNCOMPARABLE = {
    "capital vowel": (Odd(), "an Odd"),
    "capital consonant": (Xray(), "a Xray"),
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
    assert findings[0].should in ("a NumPy array or a number", "a NumPy array of real numbers")


@pytest.mark.parametrize(
    ("returned", "was"),
    [
        (np.ones(2), "an array of float64"),
        (None, "None"),
        (3, "an int"),
        ((np.ones(2),), "1 result"),
        ((np.ones(3),) * 3, "3 results"),
        ((), "0 results"),
    ],
)
def test_another_number_of_results_is_named(returned, was):
    arrays, (finding,) = results(returned, "momentum_step")
    should = "2: w, v" if "result" in was else "a tuple of 2: w, v"
    assert (arrays, finding) == ((), Finding("count", "result", was, should))


@pytest.mark.parametrize("bad", [None, "text", [[1.0], [1.0, 2.0]], 1j])
def test_one_bad_result_of_several_is_named(bad):
    arrays, findings = results((np.ones(2), bad), "momentum_step")
    assert (arrays, findings[-1].name, findings[-1].kind) == ((), "v", "type")


# -- right, but in another form


@dataclass
class Grads:
    w: object
    v: object


class Pair(NamedTuple):
    w: object
    v: object


@pytest.mark.parametrize("kind", [Grads, Pair])
def test_a_dataclass_and_a_named_tuple_are_tuples(kind):
    arrays, findings = results(kind(np.ones(2), np.zeros(2)), "momentum_step")
    assert ([x.tolist() for x in arrays], findings) == ([[1, 1], [0, 0]], ())


@pytest.mark.parametrize("loss", [np.full((1, 1), 2.5), np.full(1, 2.5)])
def test_one_number_in_brackets_is_that_number_and_its_shape_is_found(loss):
    (value,), findings = results(loss, "mse")
    assert (float(value), value.shape) == (2.5, ())
    assert findings == (Finding("shape", "MSE", str(loss.shape), "()"),)


def test_a_loss_in_float64_costs_what_a_python_float_does():
    for loss in (np.float64(2.5), np.array(2.5)):
        assert results(loss, "mse", "float32") == ((2.5,), ())
    assert [f.kind for f in results(np.longdouble(2.5), "mse", "float32")[1]] == ["dtype"]


FIRST = {
    "(out, cache)": ("relu", (np.ones(2), {"x": 1}), "a tuple of 2"),
    "[out, None]": ("relu", [np.ones(2), None], "a list of 2"),
    "(out,)": ("relu", (np.ones(2),), "a tuple of 1"),
    "(out of another shape, cache)": ("relu", (np.ones(3), None), "a tuple of 2"),
    "(loss, gradient)": ("mse", (np.float64(1), np.ones(2)), "a tuple of 2"),
    "two numbers": ("mse", (1.0, 2.0), "a tuple of 2"),
    "((w, v), cache)": ("momentum_step", ((np.ones(2), np.ones(2)), "x"), "a tuple of 2"),
    "(w, v, more)": ("momentum_step", (np.ones(2), np.ones(2), None), "a tuple of 3"),
}


@pytest.mark.parametrize("form", FIRST)
def test_of_more_than_the_results_the_first_are_taken(form):
    name, returned, was = FIRST[form]
    arrays, findings = results(returned, name)
    assert all((np.asarray(x) == 1).all() for x in arrays)
    should = ", ".join(CONTRACTS[name].results)
    assert findings == (Finding("extra", name, was, should),)


@pytest.mark.parametrize("kind", [tuple, list])
def test_a_loss_in_brackets_before_something_else_is_that_loss(kind):
    (value,), findings = results(kind([np.full((1, 1), 2.5), np.ones(2)]), "mse")
    assert (float(value), value.shape) == (2.5, ())
    assert [f.kind for f in findings] == ["extra", "shape"]


NO_RESULT_FIRST = {
    "(text, gradient)": ("mse", ("2.5", np.ones(2))),
    "[several numbers, gradient]": ("mse", [np.ones(3), np.ones(2)]),
    "[out of another shape, None]": ("relu", [np.ones(3), None]),
    "(one number, None)": ("relu", (np.array(1.0), None)),
}


@pytest.mark.parametrize("form", NO_RESULT_FIRST)
def test_what_does_not_begin_with_the_result_is_not_taken_apart(form):
    name, returned = NO_RESULT_FIRST[form]
    arrays, findings = results(returned, name)
    assert arrays == ()
    assert [(f.kind, f.was) for f in findings] == [("type", f"a {type(returned).__name__}")]


@pytest.mark.parametrize("whole", [[1.0, 2.0], (1.0, 2.0), [np.float64(1), np.float64(2)]])
def test_numbers_that_are_the_result_as_a_whole_are_not_taken_apart(whole):
    (value,), findings = results(whole)
    assert value.tolist() == [1, 2]
    assert [f.kind for f in findings] == ["type"]


def test_what_nobody_looks_at_is_not_judged():
    w = v = grad = [1.0, 2.0]
    without = expect("momentum_step", w, v, grad, 0.1, 0.0)
    assert (without.tight[1] == np.inf).all()
    assert np.isfinite(without.tight[0]).all()
    found = compare((without.values[0], np.full(2, np.nan)), without)
    assert (found.verdict, found.judged) == (Verdict.EXACT, 2)
    assert np.isfinite(expect("momentum_step", w, v, grad, 0.1, 0.9).tight[1]).all()


# -- two answers to the same call


def test_answers_that_rounding_parts_are_the_same_also_where_they_are_wrong():
    e = expect("mse", [1.0, 2.0, 3.0], [0.5, 0.25, 0.125])
    right, bound = e.values[0], e.loose[0]
    for factor in (1, 1000):
        assert same_within(factor * right, factor * (right + bound), right, bound)
        assert not same_within(factor * right, factor * (right + 5 * bound), right, bound)
    assert not same_within(right, np.array(np.nan), right, bound)
    assert same_within(np.array(np.nan), np.array(np.nan), right, bound)
    assert not same_within(np.ones(2), np.zeros(2), right, bound)  # of another shape than the right one


@given(power=st.integers(-30, 30), place=st.integers(0, 1), way=st.sampled_from([-1, 1]))
def test_two_answers_are_the_same_up_to_twice_the_bound_scaled_with_the_first(power, place, way):
    """These numbers are scaled, and their bounds added, without rounding."""
    right, bound = np.array([0.25, -0.25]), np.array([2.0**-20, 0.0])
    a = right * 2.0**power
    limit = 2 * max(bound[place], 2.0**-20 * 2.0**power)
    b, beyond = a.copy(), a.copy()
    b[place] += way * limit
    beyond[place] += way * 1.125 * limit
    assert same_within(a, b, right, bound)
    assert not same_within(a, beyond, right, bound)


def test_an_element_that_is_not_judged_allows_the_others_nothing():
    right, bound = np.ones(2), np.array([np.inf, 0.125])
    assert same_within(np.array([7.0, 1.0]), np.array([-7.0, 1.0]), right, bound)
    assert not same_within(right, np.array([1.0, 1.5]), right, bound)


@pytest.mark.parametrize(("right", "first"), [(0.0, 0.0), (0.0, 1.0), (1.0, np.inf), (1.0, np.nan), (np.nan, 1.0)])
def test_a_bound_is_not_scaled_where_no_finite_number_says_how_far(right, first):
    right, bound = np.full(2, right), np.array([0.5, 0.0])
    a, b = np.array([first, 0.0]), np.array([first, 0.5])
    assert same_within(a, a, right, bound)
    assert not same_within(a, b, right, bound)


@pytest.mark.parametrize(("first", "bound"), [(1e300, 1e10), (1.0, 1e308)])
def test_a_bound_scaled_beyond_the_range_is_infinite(first, bound):
    assert same_within(np.array(first), np.array(-first), np.array(1.0), np.array(bound))


def test_answers_of_another_shape_than_the_right_one_are_the_same_where_they_are_equal():
    a, right, bound = np.array([[1.0, np.nan]]), np.ones(2), np.ones(2)
    assert same_within(a, a.copy(), right, bound)
    assert not same_within(a, a[0], right, bound)
    assert not same_within(a, a + 1e-9, right, bound)


def test_answers_without_numbers_are_the_same():
    nothing = np.zeros((0, 3))
    assert same_within(nothing, nothing, nothing, nothing)
