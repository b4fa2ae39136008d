"""Records into sentences: the very words, and one grammar for all of them."""

import re
from ast import literal_eval
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from gradecheck.cases.case import Case
from gradecheck.numbers.compare import Comparison, Element, Finding, FindingKind, Verdict, failed
from gradecheck.numbers.signs import NAMES
from gradecheck.verifying.records import Seconds, Verification, Witness, WorstCase
from gradecheck.verifying.wording import (
    FINDINGS,
    SIGNS,
    VERDICTS,
    array,
    case_lines,
    comparison_lines,
    element_sentence,
    failure,
    finding_sentence,
    number,
    pair,
    verification_sentence,
    witness_sentence,
)
from tests.lecture import CONTRACTS

ELEMENT = Element("f(x)", (0, 1), 2.0, 1.0, 1e-15, 1e15, 4.5e15)
CASE = Case("sigmoid", "correctness", (np.array([1.0, -0.5]),))
WITNESS = Witness("0.5", 12345.0, 0.25)


def verification(verdict=Verdict.WRONG, comparison=None, name="sigmoid", case=CASE, unmet=(), **worst):
    worst_case = WorstCase(case, comparison, **worst) if comparison else None
    seconds = Seconds(0, 0, 0)
    return Verification(
        CONTRACTS[name], "mine.py", "float64", 200, verdict, 1e15, 4.5e15, worst_case, ("moderate",), unmet, seconds
    )


# -- findings

FOUND = {
    "count": (
        Finding("count", "result", "3 results", "2: w, v"),
        "momentum_step returned 3 results, but should return 2: w, v",
    ),
    "shape": (Finding("shape", "w", "(2,)", "(2, 3)"), "w has shape (2,), but should have shape (2, 3)"),
    "dtype": (Finding("dtype", "w", "float64", "float32"), "w is float64, but should be float32 as the arguments are"),
    "type": (Finding("type", "v", "a list", "a NumPy array"), "v is a list, but should be a NumPy array"),
    "raised": (
        Finding("raised", "momentum_step", "ValueError: no", "a result"),
        "momentum_step raised ValueError: no, but should return a result",
    ),
    "missing": (
        Finding("missing", "momentum_step", "not defined", "a function"),
        "momentum_step is not defined, but should be a function of that name",
    ),
    "changed": (
        Finding("changed", "grad", "written to", "left as it was"),
        "grad was written to by momentum_step, but should be left as it was; work on a copy",
    ),
    "extra": (
        Finding("extra", "momentum_step", "a tuple of 3", "w, v"),
        "momentum_step returned a tuple of 3, but should return w, v alone",
    ),
    "state": (
        Finding("state", "momentum_step", "another answer", "the same answer"),
        "momentum_step gave another answer to the same call, but should give the same; keep no state",
    ),
    "random": (
        Finding("random", "relu", "another answer", "the same answer"),
        "momentum_step differs on the same call, but should give the same answer; draw no random numbers",
    ),
    "time": (
        Finding("time", "momentum_step", "no answer in 10 s", "one"),
        "momentum_step gave no answer in 10 s, but should give one; it was not called again",
    ),
}


@pytest.mark.parametrize("kind", FOUND)
def test_a_finding_has_its_sentence(kind):
    finding, sentence = FOUND[kind]
    assert finding.kind == kind
    assert finding_sentence("momentum_step", finding) == sentence


def test_every_kind_of_finding_has_a_sentence_and_a_test():
    assert set(get_args(FindingKind)) == set(FINDINGS) == set(FOUND)


@pytest.mark.parametrize("kind", FINDINGS)
def test_a_finding_says_what_is_and_what_should_be(kind):
    verbs = "is|has|was|returned|raised|gave|differs"
    assert re.fullmatch(rf"\{{(function|name)\}} ({verbs})\b.*, but should [^,;]+(; [^;]+)?", FINDINGS[kind])


def test_no_brace_of_a_message_is_taken_for_a_place_to_fill():
    finding = Finding("raised", "relu", "KeyError: '{x}'", "a result")
    assert finding_sentence("relu", finding) == "relu raised KeyError: '{x}', but should return a result"


# -- numbers


@pytest.mark.parametrize(
    ("actual", "expected", "shown"),
    [
        (2.0, 1.0, ("2", "1")),
        (0.1, 0.3, ("0.1", "0.3")),
        (1.0000001, 1.0, ("1.0000001", "1")),
        (1 + 2**-52, 1.0, ("1.0000000000000002", "1")),
        (np.nan, 1.0, ("nan", "1")),
        (-np.inf, np.inf, ("-inf", "inf")),
        (-0.0, 0.0, ("-0", "0")),
    ],
)
def test_two_numbers_have_as_many_digits_as_tell_them_apart(actual, expected, shown):
    assert pair(actual, expected) == shown


@pytest.mark.parametrize(("x", "digits", "shown"), [(1 / 3, 3, "0.333"), (1e-300, 10, "1e-300"), (5.0, 2, "5")])
def test_a_number_is_as_short_as_it_can_be(x, digits, shown):
    assert number(x, digits) == shown


@pytest.mark.parametrize(
    ("index", "place"), [((), "f(x)"), ((3,), "f(x)[3]"), ((0, 1), "f(x)[0, 1]"), ((2, 0, 1), "f(x)[2, 0, 1]")]
)
def test_an_element_is_named_as_python_would_index_it(index, place):
    assert element_sentence(replace(ELEMENT, index=index)) == f"{place} is 2, but should be 1"


def test_an_element_off_by_a_last_place_shows_it():
    sentence = element_sentence(replace(ELEMENT, actual=0.1 + 0.2, expected=0.3))
    assert sentence == "f(x)[0, 1] is 0.30000000000000004, but should be 0.29999999999999999"


@pytest.mark.parametrize(
    ("x", "shown"),
    [
        (0.01, "0.01"),
        (3, "3"),
        (np.array([1.0, -0.5]), "[1. , -0.5]"),
        (np.array(2.5), "2.5"),
        (np.array([[0.1, 1 / 3]]), "[[0.1               , 0.3333333333333333]]"),
        (np.array([np.nan, -np.inf]), "[nan, -inf]"),
        (np.zeros((0, 3)), "[]"),
        (np.zeros(25), "an array of shape (25,)"),
        (np.zeros((5, 5)), "an array of shape (5, 5)"),
    ],
)
def test_an_argument_is_shown_as_python_would_read_it(x, shown):
    assert re.sub(r" +", " ", array(x)) == re.sub(r" +", " ", shown)


def test_an_argument_of_two_rows_is_on_one_line():
    assert array(np.eye(2)) == "[[1.0, 0.0], [0.0, 1.0]]"


@pytest.mark.parametrize("size", [1, 2, 24])
def test_what_is_shown_of_an_argument_reads_back_to_the_last_bit(size):
    x = np.random.default_rng(size).standard_normal(size)
    assert np.array_equal(np.array(literal_eval(array(x))), x)


def test_the_arguments_of_a_case_have_their_names():
    case = Case("leaky_relu", "correctness", (np.array([-1.0]), 0.2))
    assert case_lines(case, ("x", "alpha")) == ["x = [-1.0]", "alpha = 0.2"]


# -- comparisons and verifications


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        (Verdict.EXACT, "mine.py equals torch to the last bit"),
        (Verdict.AGREES, "mine.py agrees with torch"),
        (Verdict.LESS_ACCURATE, "mine.py agrees with torch, with fewer right digits than could be had"),
        (Verdict.UNSTABLE, "mine.py disagrees with torch where the slide's own form overflows or meets 0/0"),
        (Verdict.VACUOUS, "mine.py was not checked: no example could have shown a difference"),
        (Verdict.MISSING, "mine.py is missing"),
        (Verdict.WRONG, "mine.py disagrees with torch"),
    ],
)
def test_a_verdict_has_its_sentence(verdict, sentence):
    assert verification_sentence(verification(verdict)) == f"activations.sigmoid: {sentence} ({verdict}, float64)"


def test_every_verdict_has_a_sentence():
    assert set(VERDICTS) == set(Verdict)


def test_a_wrong_number_is_shown_with_what_rounding_explains():
    assert comparison_lines("sigmoid", Comparison(Verdict.WRONG, ELEMENT)) == [
        "f(x)[0, 1] is 2, but should be 1",
        "off by 1; rounding explains 1e-15",
    ]


def test_a_right_number_beside_a_finding_is_not_shown():
    dtype = Finding("dtype", "f(x)", "float64", "float32")
    lines = comparison_lines("sigmoid", Comparison(Verdict.AGREES, ELEMENT, (dtype,)))
    assert lines == ["f(x) is float64, but should be float32 as the arguments are"]


def test_a_failure_says_all_that_there_is_to_know():
    comparison = Comparison(Verdict.WRONG, ELEMENT)
    text = failure(verification(comparison=comparison, witness=WITNESS, signs={"f(x)": "times 2"}))
    assert text.splitlines() == [
        "activations.sigmoid: mine.py disagrees with torch (wrong, float64)",
        "  f(x)[0, 1] is 2, but should be 1",
        "  off by 1; rounding explains 1e-15",
        "  formula  f(x) = 1 / (1 + e^-x)",
        "  input    x = [1. , -0.5]",
        "  maybe    every value is 2 times what it should be: is there a factor 2 too many?",
        "  witness  torch 0.25 ulp, mine.py 1.2e+04 ulp from the true value 0.5",
    ]


def test_of_several_results_a_sign_names_its_own():
    comparison = Comparison(Verdict.WRONG, replace(ELEMENT, result="∂L/∂W"))
    text = failure(verification(comparison=comparison, name="linear_backward", signs={"∂L/∂W": "transposed"}))
    assert "  maybe    ∂L/∂W: the values are right, but transposed" in text.splitlines()


def test_a_missing_function_is_said_to_be_missing_and_no_more():
    missing = failed(Finding("missing", "sigmoid", "not defined", "a function"))
    text = failure(verification(Verdict.MISSING, missing, case=Case("sigmoid", "correctness", ())))
    assert text.splitlines() == [
        "activations.sigmoid: mine.py is missing (missing, float64)",
        "  sigmoid is not defined, but should be a function of that name",
    ]


def test_a_vacuous_verification_names_what_was_never_met():
    text = failure(verification(Verdict.VACUOUS, Comparison(Verdict.EXACT, ELEMENT), unmet=("x < 0", "x = 0")))
    assert text.splitlines() == [
        "activations.sigmoid: mine.py was not checked: no example could have shown a difference (vacuous, float64)",
        "  no example has x < 0; draw more examples",
        "  no example has x = 0; draw more examples",
    ]


def test_the_witness_counts_in_last_places():
    assert witness_sentence(WITNESS, "manual") == "torch 0.25 ulp, manual 1.2e+04 ulp from the true value 0.5"


# -- signs


def test_every_sign_that_can_be_found_has_a_sentence_and_no_other_has():
    assert set(SIGNS) == set(NAMES)


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_tells_what_is_and_asks_why(sign):
    assert re.match(r"(every value|the values) (has|is|are)\b", SIGNS[sign])
    assert SIGNS[sign].count("?") <= 1
    assert not SIGNS[sign].endswith(".")
