"""A contract, an implementation and torch: every verdict is reached, and agreement about nothing is none."""

import dataclasses

import numpy as np
import pytest
from drawn import DTYPES

import manual
from gradecheck.arguments.regimes import REGIMES
from gradecheck.arguments.scope import EVERYTHING, SUBMISSION
from gradecheck.numbers.compare import Verdict
from gradecheck.verifying.implementation import Implementation, from_module
from gradecheck.verifying.verify import Options, verify
from lectures.lecture03.contracts.activations import sigmoid_by_tanh, softmax_literal
from tests.lecture import CONTRACTS, PACK

MANUAL = from_module(manual, "manual", PACK)
FEW = Options(examples=80, scope=SUBMISSION)


def held(name, function, contract=None, options=FEW, dtype="float64"):
    """The verification of one function in place of manual's."""
    return verify(contract or CONTRACTS[name], Implementation("planted", {name: function}, PACK), dtype, options)


# -- verdicts


@pytest.mark.parametrize("name", CONTRACTS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_the_lecture_by_hand_agrees_with_torch(name, dtype):
    found = verify(CONTRACTS[name], MANUAL, dtype, Options(examples=40, scope=SUBMISSION))
    assert found.verdict in (Verdict.EXACT, Verdict.AGREES)
    assert found.worst_ratio <= 1
    assert (found.examples, found.unmet, found.implementation) == (40, (), "manual")


def test_a_wrong_function_is_wrong():
    found = held("relu", lambda x: np.abs(x))
    assert (found.verdict, found.worst_ratio) == (Verdict.WRONG, np.inf)


def test_a_function_that_overflows_is_unstable():
    found = held("softmax", softmax_literal)
    assert found.verdict is Verdict.UNSTABLE
    assert found.worst.comparison.worst.index is not None


def log_of_a_rounded_softmax(x, t):
    e = np.exp(x - x.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    with np.errstate(all="ignore"):
        return -np.mean(np.sum(t * np.log(p), -1))


def test_what_costs_stability_alone_where_it_is_marked_is_no_worse_here():
    found = held("softmax_cross_entropy", log_of_a_rounded_softmax)
    assert (found.verdict, found.worst.comparison.verdict) == (Verdict.UNSTABLE, Verdict.WRONG)
    assert found.worst.mistakes
    everything = held("softmax_cross_entropy", log_of_a_rounded_softmax, options=Options(examples=80, scope=EVERYTHING))
    assert everything.verdict is Verdict.WRONG
    halved = held("softmax_cross_entropy", lambda x, t: log_of_a_rounded_softmax(x, t) / 2)
    assert halved.verdict is Verdict.WRONG


def test_a_function_that_cancels_is_less_accurate():
    assert held("sigmoid", sigmoid_by_tanh).verdict is Verdict.LESS_ACCURATE


def test_a_function_that_is_not_there_is_missing():
    found = verify(CONTRACTS["relu"], Implementation("planted", {}, PACK), "float64", FEW)
    assert (found.verdict, found.examples) == (Verdict.MISSING, 0)
    assert [f.kind for f in found.worst.comparison.findings] == ["missing"]


@pytest.mark.parametrize("error", [ValueError("no"), SystemExit(2)])
def test_a_function_that_stops_is_wrong_and_stops_nothing(error):
    def stop(x):
        raise error

    found = held("relu", stop)
    assert (found.verdict, [f.kind for f in found.worst.comparison.findings]) == (Verdict.WRONG, ["raised"])


def test_right_values_of_another_dtype_are_hygiene():
    found = held("relu", lambda x: np.maximum(x, 0).astype("float64"), dtype="float32")
    assert found.verdict is Verdict.HYGIENE
    assert (found.worst.comparison.values, found.worst_ratio) == (Verdict.EXACT, 0)


def test_a_function_that_warns_is_not_wrong_for_that():
    def loud(x):
        np.log(np.zeros(1))
        return np.maximum(x, 0)

    assert held("relu", loud).verdict is Verdict.EXACT


# -- agreement about nothing


def without_numbers(x):
    """A form that overflows everywhere, so that nothing can be judged."""
    return np.exp(0 * x + 1e4)


def test_where_nothing_is_judged_agreement_is_vacuous():
    contract = dataclasses.replace(CONTRACTS["relu"], stable=without_numbers, literal=without_numbers)
    found = held("relu", lambda x: x * np.nan, contract)
    assert (found.verdict, found.judged) == (Verdict.VACUOUS, 0)


def test_where_every_expected_number_is_zero_agreement_is_vacuous(monkeypatch):
    def zeros(contract, arguments, device):
        return (0 * arguments[0],)

    monkeypatch.setattr("gradecheck.verifying.tensors.run_reference", zeros)
    found = held("relu", lambda x: 0 * x)
    assert (found.verdict, found.judged > 0) == (Verdict.VACUOUS, True)


def test_where_a_branch_is_never_met_agreement_is_vacuous():
    contract = dataclasses.replace(CONTRACTS["relu"], branches={"x > 0": lambda x: x > 0, "never": lambda x: x != x})
    found = held("relu", lambda x: np.maximum(x, 0), contract)
    assert (found.verdict, found.unmet) == (Verdict.VACUOUS, ("never",))


def test_one_example_is_too_few_to_meet_every_branch():
    found = held("relu", lambda x: np.maximum(x, 0), options=Options(examples=1, scope=SUBMISSION))
    assert found.verdict is Verdict.VACUOUS
    assert set(found.unmet) < set(CONTRACTS["relu"].branches)


def test_a_wrong_function_is_wrong_before_it_is_vacuous():
    contract = dataclasses.replace(CONTRACTS["relu"], branches={"never": lambda x: x != x})
    assert held("relu", np.abs, contract).verdict is Verdict.WRONG


# -- what is said about the worst case


def test_a_failing_case_is_shrunk_and_its_recipe_kept():
    found = held("softmax_cross_entropy_backward", lambda x, t: manual.softmax(x) - t)
    assert sum(map(np.size, found.worst.case.arguments)) <= 8
    assert found.worst.case.recipe is None
    assert found.worst.drawn.contract == "softmax_cross_entropy_backward"


def test_what_the_failures_have_in_common_is_named():
    found = held("mse", lambda prediction, target: 2 * manual.mse(prediction, target))
    assert found.worst.signs == {"MSE": "times 2"}


def test_a_random_mistake_has_no_sign():
    rng = np.random.default_rng(0)
    for dtype in DTYPES:
        found = held("sigmoid", lambda x: np.asarray(rng.random(x.shape), x.dtype), dtype=dtype)
        assert (found.verdict, found.worst.signs, found.worst.witness) == (Verdict.WRONG, None, None)
        assert [f.kind for f in found.worst.comparison.findings] == ["state"]


def test_the_witness_is_heard_where_both_sides_disagree():
    witness = held("tanh", lambda x: np.tanh(x) + 1e-9).worst.witness
    assert witness.implementation_ulp > 1e3 > witness.reference_ulp


def test_the_witness_is_heard_about_agreement_on_request():
    quiet = verify(CONTRACTS["tanh"], MANUAL, "float64", FEW)
    asked = verify(CONTRACTS["tanh"], MANUAL, "float64", dataclasses.replace(FEW, truth=True))
    assert quiet.worst.witness is None
    assert asked.worst.witness.implementation_ulp < 4


def test_the_worst_case_of_an_agreement_is_the_one_of_the_worst_ratio():
    found = verify(CONTRACTS["linear"], MANUAL, "float32", FEW)
    assert found.worst.comparison.worst.ratio == found.worst_ratio > 0


def test_a_mistake_that_only_no_rows_show_has_its_say():
    found = held("mse", lambda y, t: manual.mse(y, t) if y.size else y.dtype.type(0), options=Options(examples=200))
    assert (found.verdict, found.worst.witness) == (Verdict.WRONG, None)


# -- how it is run


def test_the_same_options_give_the_same_verification():
    first, second = (held("softmax", lambda x: manual.softmax(x) * (x[..., :1] < 50)) for _ in range(2))
    assert first.worst.drawn == second.worst.drawn
    assert first.worst.comparison == second.worst.comparison
    assert (first.verdict, first.worst_ratio, first.worst_ulp) == (second.verdict, second.worst_ratio, second.worst_ulp)


def test_another_seed_gives_other_cases():
    seen = []
    for seed in (0, 1):
        held("relu", lambda x: seen.append(x.tobytes()) or np.maximum(x, 0), options=Options(examples=5, seed=seed))
    assert seen[:10] != seen[10:20]


@pytest.mark.parametrize("scope", [SUBMISSION, EVERYTHING], ids=["asked", "everything"])
def test_two_hundred_examples_meet_every_regime(scope):
    found = held("relu", lambda x: np.maximum(x, 0), options=Options(examples=200, scope=scope))
    assert set(found.regimes) == {r.name for r in REGIMES.values() if r.asked or scope.everything}


def test_the_time_of_each_side_is_kept_apart():
    seconds = verify(CONTRACTS["linear"], MANUAL, "float64", FEW).seconds
    assert min(seconds.implementation, seconds.reference, seconds.engine) > 0
