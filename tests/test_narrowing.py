"""What is asked is what a scope says: nothing that is drawn, shown, marked or verified leaves it."""

from dataclasses import replace

import numpy as np
import pytest

import manual
from gradecheck.arguments.kinds import features, probabilities, real
from gradecheck.arguments.regimes import regimes_of
from gradecheck.arguments.scope import DTYPES, EVERYTHING, SUBMISSION, Scope
from gradecheck.cases.inputs import branches_of, fill, sample
from gradecheck.cases.narrowing import NarrowingError, concerning, keys, numbers
from gradecheck.cases.narrowing import narrowed as narrowed_of
from gradecheck.cases.shrink import shrink
from gradecheck.grading.assignments.assignment import Allowed
from gradecheck.grading.assignments.starter import starter
from gradecheck.grading.bank.questions import draw
from gradecheck.grading.bank.store import bank, key
from gradecheck.grading.feedback.examples import ladder
from gradecheck.grading.judging import calls
from gradecheck.numbers.rounding import UNIT
from gradecheck.verifying.implementation import Implementation
from gradecheck.verifying.verify import Options, verify
from tests.lecture import CONTRACTS, PACK
from tests.marked import assignment, lost, model, questions

SAID = {
    "one-hot": {"targets": "one-hot"},
    "soft": {"targets": "soft"},
    "2-D": {"rows": "2-D"},
    "numbers": {"alpha": 0.1, "lr": [0.5, 0.1], "mu": 0.9, "steps": [2, 3]},
    "float32": {"dtypes": ["float32"]},
    "ordinary": {"regimes": ["moderate"]},
    "ties and zeros": {"regimes": ["zeros", "ties"]},
    "large": {"regimes": ["large"]},
    "all": {"targets": "one-hot", "rows": "2-D", "alpha": 0.1, "dtypes": ["float64"], "regimes": ["moderate", "ties"]},
}


def narrowed(scope, said):
    return narrowed_of(scope, said, numbers(CONTRACTS.values()))


every_contract = pytest.mark.parametrize("name", CONTRACTS)
every_scope = pytest.mark.parametrize("said", SAID)


def is_within(contract, arguments, scope):
    """Whether a call is one that the scope asks."""
    for argument, x in zip(contract.arguments, arguments, strict=True):
        if not argument.is_array:
            assert x in (scope.only(argument.kind.key) or (x,))
            assert type(x) is (int if argument.kind.numbers == "whole" else float)
            continue
        assert x.dtype in scope.dtypes
        assert scope.rows == "any" or x.ndim == 2 or argument.axes[0] not in ("...", "n?")
        if argument.kind.key == "targets":
            assert (np.abs(x.sum(axis=-1, dtype=float) - 1) <= x.shape[-1] * UNIT[x.dtype]).all()
            assert scope.targets != "one-hot" or np.isin(x, (0, 1)).all()
            assert scope.targets != "soft" or x.shape[-1] == 1 or (x.max(axis=-1) < 1).all()
    return True


def with_simple_numbers(contract, arguments, scope):
    """Whether the numbers of a call are such as some regime of the scope has."""
    pairs = [(a, x) for a, x in zip(contract.arguments, arguments, strict=True) if a.is_array]
    return all(a.kind.asks(float(v), scope) for a, x in pairs for v in x.flat)


# -- drawn, shown, shrunk


@every_contract
@every_scope
def test_what_is_drawn_is_within_the_scope(name, said):
    contract, scope = CONTRACTS[name], narrowed(SUBMISSION, SAID[said])
    for dtype in scope.dtypes:
        for case in draw(contract, dtype, 60, 1, scope):
            assert is_within(contract, case.arguments, scope)
            assert case.recipe.regime in regimes_of(contract, scope)


@every_contract
@every_scope
def test_the_small_examples_are_within_the_scope(name, said):
    contract, scope = CONTRACTS[name], narrowed(SUBMISSION, SAID[said])
    rungs = ladder(CONTRACTS[name], scope).expectations
    assert rungs or said == "large"  # whose rungs all have other numbers beside the large ones
    for e in rungs:
        assert is_within(contract, e.arguments, scope)
        assert with_simple_numbers(contract, e.arguments, scope)


@pytest.mark.parametrize("name", ["leaky_relu", "cross_entropy", "softmax_cross_entropy_backward", "momentum_step"])
@every_scope
def test_shrinking_never_leaves_the_scope(name, said):
    contract, scope = CONTRACTS[name], narrowed(SUBMISSION, SAID[said])
    case = max(sample(contract, scope.dtypes[0], 30, 2, scope), key=lambda c: np.size(c.arguments[0]))
    own = {float(v) for x in case.arguments if isinstance(x, np.ndarray) for v in x.flat}
    tried = []

    def is_tried(smaller):
        tried.append(smaller)
        assert is_within(contract, smaller.arguments, scope)
        others = [x for x in smaller.arguments if isinstance(x, np.ndarray)]
        for argument, x in zip(contract.arguments, others, strict=False):
            simple = all(argument.kind.asks(v, scope) or v in own for v in x.flat)
            assert simple
        return len(tried) > 100  # many are looked at before the first is taken

    assert is_tried(shrink(contract, case, is_tried, scope))


@pytest.mark.parametrize("scope", [SUBMISSION, EVERYTHING], ids=["asked", "all"])
@pytest.mark.parametrize("name", [n for n, c in CONTRACTS.items() if any(a.kind.key == "targets" for a in c.arguments)])
def test_nobody_is_asked_a_row_of_targets_that_sums_to_0(name, scope):
    at = [a.kind.key == "targets" for a in CONTRACTS[name].arguments].index(True)
    for dtype in DTYPES:
        for case in sample(CONTRACTS[name], dtype, 200, 0, scope):
            assert (case.arguments[at].sum(axis=-1) > 0).all()


@pytest.mark.parametrize(
    "regime", ["moderate", "mixed scales", "tiny", "ties", "zeros", "large", "huge", "overflow edges", "hostile"]
)
def test_a_regime_has_the_numbers_that_it_is_said_to_have(regime):
    recipe = replace(next(sample(CONTRACTS["relu"], "float64", 1, 0)).recipe, regime=regime, sizes=(("...", (99,)),))
    scope = Scope(regimes=(regime,))
    (x,) = fill(CONTRACTS["relu"], recipe, scope).arguments
    assert np.mean([real.asks(float(v), scope) for v in x]) > 0.9


def test_a_number_is_asked_where_some_regime_has_it():
    assert real.asks(0.0, SUBMISSION)
    assert not real.asks(0.0, Scope(regimes=("moderate", "large")))
    assert real.asks(0.0, Scope(regimes=("moderate", "zeros")))
    assert not real.asks(1.0, Scope(regimes=("tiny",)))
    assert not probabilities.asks(1e-10, Scope(regimes=("moderate",)))
    assert probabilities.asks(1e-10, Scope(regimes=("tiny",)))
    assert features.asks(1.0, Scope(regimes=("large",)))  # what a run learns from is never wild


# -- what is said


def test_the_last_word_counts_and_each_key_stands_alone():
    scope = narrowed(narrowed(SUBMISSION, {"alpha": 0.1, "mu": 0.5}), {"alpha": [0.3, 0.2], "targets": "soft"})
    assert scope == Scope(targets="soft", values=(("alpha", (0.2, 0.3)), ("mu", (0.5,))))
    assert narrowed(scope, {"targets": "any"}).targets == "any"
    assert set(keys(numbers(CONTRACTS.values()))) == {key for said in SAID.values() for key in said}


def test_what_does_not_fit_a_function_does_not_concern_it():
    scope = narrowed(SUBMISSION, {"alpha": 0.1, "targets": "one-hot", "rows": "2-D", "regimes": ["ties"]})
    assert concerning(scope, CONTRACTS["linear"]) == Scope(regimes=("ties",))
    assert concerning(scope, CONTRACTS["leaky_relu"]) == Scope(
        rows="2-D", values=(("alpha", (0.1,)),), regimes=("ties",)
    )
    assert concerning(scope, CONTRACTS["train"]).targets == "one-hot"


def test_regimes_that_no_submission_is_asked_need_everything():
    with pytest.raises(NarrowingError, match="no submission is asked that"):
        narrowed(SUBMISSION, {"regimes": ["nonfinite"]})
    scope = narrowed(EVERYTHING, {"regimes": ["nonfinite"]})
    assert {case.recipe.regime for case in sample(CONTRACTS["relu"], "float64", 20, 0, scope)} == {"nonfinite"}


# -- marked


def narrow(function, said, **settings):
    """An assignment of that function alone, narrowed."""
    asked = assignment(function)
    contract = CONTRACTS[function]
    question = replace(asked.questions[0], scope=concerning(narrowed(SUBMISSION, said), contract), **settings)
    return replace(asked, questions=(question,))


LABELS = """def softmax_cross_entropy(x, t):
    z = x - x.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(x)), t.argmax(axis=1)])"""
TENTH = "def leaky_relu(x, alpha):\n    return np.where(x < 0, np.asarray(0.1, x.dtype) * x, x)"
NO_SHIFT = "def softmax(x):\n    e = np.exp(x)\n    return e / e.sum(axis=-1, keepdims=True)"
KINK = "def relu_backward(grad, x):\n    return np.where(x >= 0, grad, 0)"


@pytest.mark.parametrize(
    ("function", "body", "said"),
    [
        ("softmax_cross_entropy", LABELS, {"targets": "one-hot", "rows": "2-D"}),
        ("leaky_relu", TENTH, {"alpha": 0.1}),
        ("softmax", NO_SHIFT, {"regimes": ["moderate", "ties"]}),
        ("relu_backward", KINK, {"regimes": ["moderate"]}),
    ],
)
def test_what_is_right_on_all_that_is_asked_keeps_everything(function, body, said):
    assert questions(model(body), narrow(function, said))[function].points == 10
    assert questions(model(body), narrow(function, {}))[function].points < 10


def test_a_check_that_nothing_asked_is_about_leaves_its_weight_to_the_others():
    asked = narrow("softmax", {"regimes": ["moderate"]})
    marks = questions(model(NO_SHIFT), asked)["softmax"]
    stability = next(check for check in marks.checks if check.check == "stability")
    assert stability.rationale.startswith("not looked at: nothing that is asked is about it")
    edges = next(check for check in marks.checks if check.check == "edges")
    assert edges.rationale == "right on edges: one row, one class"
    twice = "def softmax(x):\n    e = np.exp(x)\n    p = e / e.sum(axis=-1, keepdims=True)\n"
    found = questions(model(f"{twice}    return 2 * p if x.shape[-1] == 1 else p"), asked)["softmax"]
    assert lost(found) == ["edges"]
    assert found.points == round(10 * 0.7 / 0.85, 6)
    only = replace(asked, weights={"correctness": 0.0, "edges": 0.0, "stability": 1.0, "hygiene": 0.0})
    assert questions(model(f"{twice}    return 2 * p if x.shape[-1] == 1 else p"), only)["softmax"].points < 10


@pytest.mark.parametrize("said", ["one-hot", "2-D", "ordinary"])
def test_a_counterexample_is_one_of_what_is_asked(said):
    body = "def softmax_cross_entropy(x, t):\n    return np.asarray((x * t).sum(), x.dtype)"
    asked = narrow("softmax_cross_entropy", SAID[said])
    example = questions(model(body), asked)["softmax_cross_entropy"].counterexample
    arguments = tuple(np.asarray(x) for x in example.arguments.values())
    assert is_within(CONTRACTS["softmax_cross_entropy"], arguments, asked.questions[0].scope)
    assert with_simple_numbers(CONTRACTS["softmax_cross_entropy"], arguments, asked.questions[0].scope)


def test_the_same_function_may_be_asked_twice_of_different_inputs():
    asked = narrow("leaky_relu", {"alpha": 0.1})
    other = replace(asked.questions[0], name="leaky", scope=Scope(values=(("alpha", (0.5,)),)))
    banked = bank(replace(asked, questions=(*asked.questions, other))).questions
    alphas = {name: {calls.arguments(b, case)[1] for case in range(20)} for name, b in banked.items()}
    assert alphas == {"leaky_relu": {0.1}, "leaky": {0.5}}
    marks = questions(model(TENTH, "leaky = leaky_relu"), replace(asked, questions=(*asked.questions, other)))
    assert (marks["leaky_relu"].points, marks["leaky"].points) == (10, 0)


def test_of_several_values_each_is_asked():
    banked = bank(narrow("leaky_relu", {"alpha": [0.1, 0.5]})).questions["leaky_relu"]
    assert {calls.arguments(banked, case)[1] for case in range(len(banked.recipes))} == {0.1, 0.5}


def test_another_scope_is_another_bank():
    keys = {key(CONTRACTS["softmax"], 20, 0, narrowed(SUBMISSION, said)) for said in SAID.values()}
    assert len({*keys, key(CONTRACTS["softmax"], 20, 0)}) == len(SAID) + 1


def test_half_the_precisions_are_asked_as_many_cases():
    one, both = (bank(narrow("relu", said)).questions["relu"] for said in (SAID["float32"], {}))
    assert (one.dtypes, both.dtypes) == (("float32",), DTYPES)
    assert len(one.recipes) == len(both.recipes) - 1  # one case of several rows for each precision


# -- told


def test_the_starter_says_what_is_asked_and_allowed():
    asked = narrow("softmax_cross_entropy", SAID["all"])
    text = starter(asked, "gradecheck check FILE mine.toml")
    for said in ("Targets are one-hot.", "x and t are 2-D.", "Arrays are float64.", "numbers: moderate, ties."):
        assert said in text
    assert "soft" not in text.replace("softmax", "")
    assert "float32" not in text
    assert "Numbers may be large" not in text
    assert "ties (small whole numbers" in text
    assert "x: (n, k); t: (n, k)." in text
    text = starter(narrow("leaky_relu", {"alpha": [0.1, 0.2]}), "mine.toml")
    assert "def leaky_relu(x, alpha=0.1):" in text
    assert "alpha is 0.1 or 0.2." in text
    assert "def leaky_relu(x, alpha=0.01):" in starter(narrow("leaky_relu", {"alpha": [0.001, 0.01]}), "mine.toml")
    asked = assignment("relu", "tanh")
    lenient = replace(asked.questions[0], allowed=Allowed(in_place=True, guard=1e-8))
    text = starter(replace(asked, questions=(lenient, asked.questions[1])), "mine.toml")
    assert "It costs nothing: to change an argument (relu); to guard by 1e-08 or less, as" in text
    assert "No function changes an argument." in text
    text = starter(replace(asked, questions=(lenient,)), "mine.toml")
    assert "It costs nothing: to change an argument; to guard" in text
    assert "No function changes an argument." not in text


# -- verified


def held(name, function, said, base=SUBMISSION):
    implementation = Implementation("planted", {name: function}, PACK)
    return verify(CONTRACTS[name], implementation, "float64", Options(examples=40, scope=narrowed(base, said)))


def test_verify_asks_what_is_said():
    def tenth(x, alpha):
        return np.where(x < 0, 0.1 * x, x)

    assert held("leaky_relu", tenth, {"alpha": 0.1}).verdict.passes
    assert not held("leaky_relu", tenth, {}).verdict.passes
    assert set(held("relu", manual.relu, SAID["ties and zeros"]).regimes) == {"ties", "zeros"}
    failing = held("mse", lambda y, t: manual.mse(y, t) * 2, {"rows": "2-D", "regimes": ["moderate"]})
    assert all(x.ndim == 2 and (x != 0).all() for x in failing.worst.case.arguments)


def test_a_branch_that_is_not_asked_is_not_missed():
    assert held("leaky_relu", manual.leaky_relu, {"alpha": 0.01, "regimes": ["moderate"]}).unmet == ()
    assert held("cross_entropy", manual.cross_entropy, {"targets": "one-hot"}).verdict.passes
    few = Options(examples=1, scope=narrowed(SUBMISSION, {"alpha": 0.01}))
    found = verify(CONTRACTS["leaky_relu"], Implementation("manual", vars(manual), PACK), "float64", few)
    assert "x = 0" in found.unmet
    assert branches_of(CONTRACTS["relu"], "float64", Scope(regimes=("large",))) == {"x < 0", "x > 0"}
