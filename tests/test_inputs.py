"""What is drawn: the same from the same recipe, every regime in turn, and nothing that is not asked."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from drawn import DTYPES, cases_of, recipes_of
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from gradecheck.arguments.regimes import EDGES, REGIMES
from gradecheck.arguments.scope import EVERYTHING, SUBMISSION
from gradecheck.cases.inputs import LAYOUTS, cases, fill, recipes, sample
from gradecheck.numbers.rounding import UNIT
from tests.lecture import CONTRACTS

every_contract = pytest.mark.parametrize("name", CONTRACTS)
LOGITS = [name for name, c in CONTRACTS.items() if any(a.kind.name == "class targets" for a in c.arguments)]
NOT_DRAWN = {  # nothing to compare, or a run that explodes at once
    "cross_entropy": {"close", "nonfinite"},
    "cross_entropy_backward": {"close", "nonfinite"},
    "train": {"empty", "nonfinite", "huge", "subnormal"},
}


def arrays(case):
    return [x for x in case.arguments if isinstance(x, np.ndarray)]


def scalars(case, kind):
    arguments = CONTRACTS[case.contract].arguments
    return [x for argument, x in zip(arguments, case.arguments, strict=True) if argument.kind.name == kind]


def bits(case):
    return [(x.tobytes(), x.shape, x.strides, x.dtype) if isinstance(x, np.ndarray) else x for x in case.arguments]


# -- a recipe is all there is to a case


@every_contract
@given(data=st.data())
@settings(max_examples=20)
def test_the_same_recipe_gives_the_same_case_to_the_last_bit(name, data):
    recipe = data.draw(recipes(CONTRACTS[name], data.draw(st.sampled_from(DTYPES))))
    first = fill(CONTRACTS[name], recipe)
    np.random.default_rng().random()
    second = fill(CONTRACTS[name], replace(recipe))
    assert bits(first) == bits(second)
    assert first.recipe == second.recipe == recipe


@every_contract
def test_another_seed_gives_another_case(name):
    recipe = next(r for r in recipes_of(name, "float64", SUBMISSION, 200) if r.regime == "moderate")
    assert bits(fill(CONTRACTS[name], recipe)) != bits(fill(CONTRACTS[name], replace(recipe, seed=recipe.seed + 1)))


def test_cases_are_recipes_filled():
    @given(cases(CONTRACTS["linear"], "float32", scope=SUBMISSION))
    @settings(max_examples=10, database=None)
    def run(case):
        assert bits(case) == bits(fill(CONTRACTS["linear"], case.recipe, scope=SUBMISSION))

    run()


@every_contract
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_array_has_the_dtype_of_the_recipe_and_every_scalar_is_a_python_number(name, dtype):
    for case in cases_of(name, dtype, EVERYTHING, 50):
        for x in case.arguments:
            assert x.dtype == dtype if isinstance(x, np.ndarray) else type(x) in (float, int)


SAMPLED = """
import hashlib
from tests.lecture import CONTRACTS
from gradecheck.cases.inputs import sample
from gradecheck.arguments.scope import EVERYTHING, SUBMISSION
from gradecheck.arguments.scope import SUBMISSION
cases = [case for name in CONTRACTS for case in sample(CONTRACTS[name], "float64", 20, 3, SUBMISSION)]
print(hashlib.sha256(repr([(case.recipe, case.arguments) for case in cases]).encode()).hexdigest())
"""


def test_a_sample_depends_on_its_seed_and_not_on_what_else_is_imported():
    """Hypothesis' draws do depend on it: they hold constants of the modules that it finds."""

    def digest(first):
        run = subprocess.run([sys.executable, "-c", f"{first}\n{SAMPLED}"], capture_output=True, text=True, check=True)
        return run.stdout

    more = ("gradecheck.cli", "gradecheck.packs.mistakes", "gradecheck.grading.classrun.run", "reports.document")
    assert digest("") == digest(f"import {', '.join(more)}")


def test_a_sample_has_as_many_cases_as_were_asked_for_and_another_seed_gives_others():
    first, again, other = ([bits(c) for c in sample(CONTRACTS["linear"], "float32", 30, seed)] for seed in (1, 1, 2))
    assert len(first) == 30
    assert first == again
    assert first != other


# -- everything is met


@every_contract
@pytest.mark.parametrize("scope", [SUBMISSION, EVERYTHING], ids=["asked", "all"])
def test_two_hundred_examples_meet_every_regime(name, scope):
    drawn = {recipe.regime for recipe in recipes_of(name, "float64", scope, 200)}
    assert drawn == {r.name for r in REGIMES.values() if r.asked or scope.everything} - NOT_DRAWN.get(name, set())


@every_contract
def test_two_hundred_examples_meet_every_layout(name):
    assert {recipe.layout for recipe in recipes_of(name, "float64", EVERYTHING, 200)} == set(LAYOUTS)


@every_contract
def test_two_hundred_examples_of_hypothesis_meet_every_regime_and_layout_too(name):
    drawn = []

    @seed(0)
    @settings(max_examples=200, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(recipes(CONTRACTS[name], "float64"))
    def collect(recipe):
        drawn.append(recipe)

    collect()
    assert {recipe.regime for recipe in drawn} == {*REGIMES} - NOT_DRAWN.get(name, set())
    assert {recipe.layout for recipe in drawn} == set(LAYOUTS)


@every_contract
def test_a_submission_is_given_no_read_only_array(name):
    assert {recipe.layout for recipe in recipes_of(name, "float64", SUBMISSION, 200)} == {*LAYOUTS} - {"read-only"}


@every_contract
@pytest.mark.parametrize("scope", [SUBMISSION, EVERYTHING], ids=["asked", "all"])
def test_two_hundred_examples_meet_every_branch_of_the_contract(name, scope):
    branches = CONTRACTS[name].branches
    met = {
        b for case in cases_of(name, "float64", scope, 200) for b in branches if np.any(branches[b](*case.arguments))
    }
    assert met == set(branches)


@every_contract
def test_two_hundred_examples_meet_the_narrow_and_the_wide(name):
    shapes = [x.shape for case in cases_of(name, "float64", SUBMISSION, 200) for x in arrays(case)]
    assert any(1 in shape for shape in shapes)
    assert any(max(shape) > 8 for shape in shapes)
    assert any(len(shape) == 2 and shape[0] == shape[1] > 1 for shape in shapes)
    assert any(len(shape) == 2 and shape[0] != shape[1] and 1 not in shape for shape in shapes)


def test_what_only_manual_is_held_to_is_met_too():
    of = {name: cases_of(name, "float64", EVERYTHING, 200) for name in ("mse", "softmax", "cross_entropy", *LOGITS)}
    assert any(x.ndim == 0 for case in of["mse"] for x in arrays(case))
    assert any(x.size == 0 for case in of["softmax"] for x in arrays(case))
    assert any(np.isnan(x).any() for case in of["softmax"] for x in arrays(case))
    assert any(((p == 0) & (t > 0)).any() for p, t in (case.arguments for case in of["cross_entropy"]))
    sums = [t.sum(axis=-1) for case in of["softmax_cross_entropy"] for t in scalars(case, "class targets")]
    assert any((s > 1.5).any() or (s < 0.5).any() for s in sums)


@pytest.mark.parametrize("kind", ["one class", "shares", "no share"])
@pytest.mark.parametrize("name", ["cross_entropy", *LOGITS])
def test_targets_are_of_every_kind(name, kind):
    holds = {"one class": lambda t: (t == 1).any(), "shares": lambda t: ((t > 0) & (t < 1)).any()}
    targets = [case.arguments[1] for case in cases_of(name, "float64", SUBMISSION, 100)]
    assert any(holds.get(kind, lambda t: (t == 0).any())(t) for t in targets)


# -- nothing that is not asked


@every_contract
@given(data=st.data())
@settings(max_examples=60)
def test_what_is_not_asked_is_not_drawn(name, data):
    case = data.draw(cases(CONTRACTS[name], data.draw(st.sampled_from(DTYPES)), scope=SUBMISSION))
    for x in arrays(case):
        assert x.size > 0
        assert x.ndim > 0
        assert np.isfinite(x).all()
    assert all(0 <= alpha <= 1 for alpha in scalars(case, "alpha"))
    assert all(0 <= mu <= 1 for mu in scalars(case, "mu"))
    assert all(lr > 0 for lr in scalars(case, "lr"))
    assert all(steps >= 1 for steps in scalars(case, "steps"))
    assert all(((p >= 0) & (p <= 1)).all() for p in scalars(case, "probabilities"))
    for p, t in zip(scalars(case, "probabilities"), scalars(case, "targets"), strict=True):
        assert (t[p == 0] == 0).all()
    for t in scalars(case, "class targets"):
        off = np.abs(t.sum(axis=-1, dtype=float) - 1)
        assert (off <= t.shape[-1] * UNIT[t.dtype]).all()
        assert (t >= 0).all()


@every_contract
def test_an_upstream_gradient_is_never_all_the_same(name):
    for case in cases_of(name, "float64", SUBMISSION, 100):
        for grad in scalars(case, "upstream"):
            assert grad.size == 1 or len(np.unique(grad)) > 1 or case.recipe.regime == "zeros"


# -- a regime is what it says

SAYS = {
    "moderate": lambda x, dtype: (np.abs(x) < 20).all() and np.std(x) > 0.5,
    "mixed scales": lambda x, dtype: np.abs(x).min() < 1e-5 and np.abs(x).max() > 1,
    "close": lambda x, dtype: (np.abs(x) < 20).all(),
    "tiny": lambda x, dtype: ((x != 0) & (np.abs(x) < 1e-5)).all(),
    "ties": lambda x, dtype: len(np.unique(x)) <= 5 and (x == 0).any(),
    "zeros": lambda x, dtype: np.signbit(x[x == 0]).any() and not np.signbit(x[x == 0]).all(),
    "large": lambda x, dtype: ((np.abs(x) >= 10) & (np.abs(x) <= 1e4)).all(),
    "overflow edges": lambda x, dtype: (np.abs(np.abs(x)[:, None] - np.array(EDGES)).min(axis=1) < 0.501).all(),
    "hostile": lambda x, dtype: np.abs(x).max() > 50,
    "huge": lambda x, dtype: np.isfinite(x).all() and np.abs(x).max() > (1e15 if dtype == "float32" else 1e100),
    "subnormal": lambda x, dtype: (x != 0).any() and (np.abs(x) < np.finfo(dtype).tiny).all(),
    "nonfinite": lambda x, dtype: np.isnan(x).any() and np.isposinf(x).any() and np.isneginf(x).any(),
}


@pytest.mark.parametrize("regime", SAYS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_regime_is_what_it_says(regime, dtype):
    recipe = recipes_of("relu", "float64", SUBMISSION, 1)[0]
    hostile = (88.0, -709.0) if regime == "hostile" else ()
    recipe = replace(recipe, dtype=dtype, regime=regime, sizes=(("...", (100,)),), hostile=hostile, seed=3)
    (x,) = fill(CONTRACTS["relu"], recipe).arguments
    assert SAYS[regime](x, dtype)


def test_every_regime_of_numbers_is_described_above():
    assert {*SAYS, "empty"} == set(REGIMES)


def test_close_arrays_differ_in_their_last_digits():
    recipe = next(r for r in recipes_of("mse", "float64", SUBMISSION, 200) if r.regime == "close")
    prediction, target = fill(CONTRACTS["mse"], recipe).arguments
    assert (prediction != target).any()
    assert (np.abs(prediction - target) < 1e-5 * np.abs(prediction)).all()


def test_what_a_failure_costs_depends_on_the_regime_and_on_narrow_shapes():
    for case in cases_of("linear", "float64", SUBMISSION, 200):
        narrow = any(1 in x.shape for x in arrays(case))
        by_regime = REGIMES[case.recipe.regime].check
        assert case.check == ("edges" if narrow and by_regime == "correctness" else by_regime)


# -- layouts

LAID_OUT = {
    "C": lambda x: x.flags.c_contiguous,
    "F": lambda x: x.flags.f_contiguous,
    "strided": lambda x: x.strides[-1] == 2 * x.itemsize,
    "reversed": lambda x: len(x) == 1 or x.strides[0] < 0,
    "read-only": lambda x: not x.flags.writeable,
}


@every_contract
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_array_is_laid_out_as_the_recipe_says(name, layout):
    for recipe in recipes_of(name, "float32", SUBMISSION, 20):
        case = fill(CONTRACTS[name], replace(recipe, layout=layout), scope=SUBMISSION)
        assert all(LAID_OUT[layout](x) for x in arrays(case))
        assert all(x.flags.writeable for x in arrays(case)) == (layout != "read-only")


@every_contract
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_changes_no_number(name, layout):
    for recipe in recipes_of(name, "float64", EVERYTHING, 20):
        plain = fill(CONTRACTS[name], replace(recipe, layout="C")).arguments
        other = fill(CONTRACTS[name], replace(recipe, layout=layout)).arguments
        assert [np.asarray(x).tobytes() for x in plain] == [np.asarray(x).tobytes() for x in other]


def test_the_gaps_of_a_strided_array_are_poisoned():
    recipe = replace(recipes_of("relu", "float64", SUBMISSION, 1)[0], regime="moderate", layout="strided")
    (x,) = fill(CONTRACTS["relu"], recipe).arguments
    assert np.isnan(x.base).sum() == x.size
