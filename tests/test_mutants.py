"""The fast part of `make mutants`: with one seed, every catalogued mistake is caught and no right variant is blamed."""

import time

import numpy as np
import pytest

import manual
from gradecheck.grading.assignments.assignment import load
from gradecheck.numbers.compare import Verdict
from lectures.lecture03.mistakes import MISTAKES
from lectures.lecture03.variants import VARIANTS
from tests.lecture import CONTRACTS, PROVED
from tests.mutants import matrix
from tests.mutants.matrix import Subject, cases_of, try_one
from tests.mutants.policies import POLICIES, accepts
from tests.mutants.sources import mutants

EXAMPLES = 60


@pytest.mark.parametrize("function", PROVED)
def test_every_mistake_is_caught_and_no_variant_is_blamed(function):
    cases = cases_of(PROVED[function], EXAMPLES, seed=0)
    mistakes = matrix.mistakes(function)
    assert [m.id for m in mistakes if not any(try_one(m, [case], seed=0).killed for case in cases)] == []
    fates = [try_one(variant, cases, seed=0) for variant in matrix.variants(function)]
    assert [(fate.id, fate.reasons) for fate in fates if fate.killed] == []


def test_the_catalogue_is_as_large_as_it_says():
    assert len(MISTAKES) >= 150
    assert len(VARIANTS) >= 40
    asked = {q.contract.name for q in load("lecture03").questions}
    assert asked <= {m.function for m in MISTAKES} <= set(CONTRACTS)


def on_relu(run, patience=matrix.PATIENCE, monkeypatch=None):
    if monkeypatch:
        monkeypatch.setattr(matrix, "PATIENCE", patience)
    return try_one(Subject("relu/planted", "relu", run), cases_of(CONTRACTS["relu"], 4, seed=0), seed=0)


def test_a_right_implementation_survives():
    assert not on_relu(lambda x: np.maximum(x, 0)).killed


def test_raising_is_a_kill_with_that_reason():
    assert on_relu(lambda x: 1 / 0).reasons == {"raised"}


def test_hanging_is_a_kill_with_that_reason(monkeypatch):
    assert on_relu(lambda x: time.sleep(60), patience=0.05, monkeypatch=monkeypatch).reasons == {"raised"}


def test_another_shape_or_dtype_is_a_kill_with_that_reason():
    assert "shape" in on_relu(lambda x: np.maximum(x, 0)[..., None]).reasons
    assert "dtype" in on_relu(lambda x: np.maximum(x, 0).astype(np.longdouble)).reasons


def test_a_peers_policy_passes_what_is_right_and_fails_what_is_far_off():
    for policy in POLICIES:
        assert accepts(policy, Subject("tanh/right", "tanh", np.tanh))
        far = Subject("tanh/far", "tanh", lambda x: 2 * np.tanh(x) + 10)
        assert not accepts(policy, far)


def test_differences_see_a_gradient_that_is_not_its_forwards_and_nothing_else():
    (gradcheck,) = (policy for policy in POLICIES if not policy.twin)
    assert not accepts(gradcheck, Subject("mse/x", "mse_backward", lambda y, t: (y - t) / y.size))
    assert accepts(gradcheck, Subject("mse/x", "mse", lambda y, t: ((y - t) ** 2).sum() / y.size + 1))
    assert accepts(gradcheck, Subject("sgd_step/x", "sgd_step", lambda w, grad, lr: w + lr * grad))
    for function in ("sigmoid_backward", "linear_backward", "softmax", "cross_entropy", "softmax_cross_entropy"):
        assert accepts(gradcheck, Subject("right", function, getattr(manual, function)))


def test_the_operators_change_one_place_at_a_time():
    found = {(m.operator, m.now) for m in mutants("def f(A, W, b):\n    return A @ W.T + b.sum(axis=0)\n")}
    assert ("drop_transpose", "return A @ W + b.sum(axis=0)") in found
    assert ("mean_for_sum", "return A @ W.T + b.mean(axis=0)") in found
    assert ("other_axis", "return A @ W.T + b.sum(axis=-1)") in found
    assert ("operator_arg_removal", "return A @ W.T + b.sum(axis=None)") in found


def test_the_verdicts_that_variants_may_get_are_the_mild_ones():
    assert {v.at_worst for v in VARIANTS} <= {Verdict.AGREES, Verdict.LESS_ACCURATE, Verdict.UNSTABLE}
