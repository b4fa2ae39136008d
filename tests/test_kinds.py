"""Kinds of arguments: how each is drawn, made simple, written and sent, and what is refused when a contract is made."""

import json

import numpy as np
import pytest

from gradecheck.arguments import kinds
from gradecheck.arguments.scope import DTYPES, EVERYTHING, SUBMISSION, Scope
from gradecheck.cases.case import Case
from gradecheck.cases.inputs import sample
from gradecheck.cases.narrowing import NarrowingError, narrowed, numbers
from gradecheck.cases.rungs import rungs
from gradecheck.cases.shrink import shrink
from gradecheck.cases.traits import traits
from gradecheck.grading.assignments.assignment import Question
from gradecheck.grading.assignments.starter import function
from gradecheck.grading.bank.questions import draw
from gradecheck.grading.feedback.examples import expectation
from gradecheck.grading.feedback.repro import literal
from gradecheck.grading.jail.inside.packing import build, pack_arguments
from gradecheck.numbers.compare import Expectation
from gradecheck.numbers.rounding import Ball
from gradecheck.numbers.truth import to_floats, truth
from gradecheck.packs.contract import ANY, Argument
from gradecheck.reporting.bound import bound
from tests.made_up import CONTRACTS, LABELS, MASKED, SCALED, row

every_contract = pytest.mark.parametrize("name", CONTRACTS)
DTYPE = {"real": None, "whole": np.int64, "truth": np.bool_}


def holds(contract, arguments, dtype):
    """Whether these are arguments as their kinds have them."""
    sizes = {}
    for argument, x in zip(contract.arguments, arguments, strict=True):
        sizes.update(zip(argument.axes, ((n,) for n in np.shape(x)), strict=argument.axes != (ANY,)))
    for argument, x in zip(contract.arguments, arguments, strict=True):
        if not argument.is_array:
            assert type(x) is {"real": float, "whole": int, "truth": bool}[argument.kind.numbers]
        else:
            assert x.dtype == (DTYPE[argument.kind.numbers] or dtype)
        if argument.kind.name != "real":
            assert all(argument.kind.fits(float(v), sizes) for v in np.ravel(x))
    return True


@every_contract
@pytest.mark.parametrize("scope", [SUBMISSION, EVERYTHING], ids=["asked", "all"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_kind_is_drawn_as_it_should_be_and_its_formula_runs_on_balls(name, dtype, scope):
    contract = CONTRACTS[name]
    for case in sample(contract, dtype, 60, 0, scope):
        assert holds(contract, case.arguments, dtype)
        with np.errstate(all="ignore"):
            right = np.asarray(contract.stable(*case.arguments))
            e = Expectation(contract, case.arguments, (right.astype(dtype),))
        assert e.tight[0].shape == right.shape
    assert bound(contract)


@every_contract
def test_labels_masks_and_the_rest_are_shrunk_to_simple_ones(name):
    contract = CONTRACTS[name]
    case = max(sample(contract, "float64", 40, 1, SUBMISSION), key=lambda c: sum(map(np.size, c.arguments)))
    tried = []

    def fails(smaller):
        tried.append(smaller)
        return holds(contract, smaller.arguments, "float64")

    found = shrink(contract, case, fails, SUBMISSION)
    assert sum(map(np.size, found.arguments)) <= 2 * len(contract.arguments)
    for argument, x in zip(contract.arguments, found.arguments, strict=True):
        assert set(np.ravel(x).tolist()) <= set(argument.kind.simple)


def test_a_wrong_label_stays_possible_while_its_case_is_shrunk():
    """A case with 7 classes has labels that a case with 2 has not."""
    case = Case("log_likelihood", "correctness", (np.zeros((4, 7)), np.array([6, 5, 1, 6])))
    tried = []

    def fails(smaller):
        x, t = smaller.arguments
        tried.append(t)
        assert t.dtype == np.int64
        assert (t < x.shape[1]).all()
        return x.shape[1] > 1 and bool((t == x.shape[1] - 1).any()) and x.max() > 0

    x, t = shrink(LABELS, case, fails, SUBMISSION).arguments
    assert (x.shape, t.tolist()) == ((1, 2), [1])
    assert len(tried) > 5


def test_whole_numbers_keep_a_ball_in_its_precision():
    assert (Ball(np.ones(2, np.float32)) * np.array([1, 2])).dtype == np.float32


@every_contract
def test_the_small_examples_are_such_arguments(name):
    contract = CONTRACTS[name]
    small = list(rungs(contract, SUBMISSION))
    assert len(small) > 20
    for rung in small:
        dtype = next(x.dtype for x in rung if isinstance(x, np.ndarray) and x.dtype.kind == "f")
        assert holds(contract, rung, dtype)
    assert expectation(contract, small[0]).values[0].dtype == np.float64


def test_every_class_is_met():
    drawn = [x for case in sample(LABELS, "float64", 60, 0, SUBMISSION) for x in case.arguments[1].tolist()]
    assert set(drawn) >= set(range(5))
    masks = [case.arguments[1] for case in sample(MASKED, "float64", 60, 0, SUBMISSION)]
    assert 0.2 < np.concatenate([m.ravel() for m in masks]).mean() < 0.8
    assert {c.arguments[3] for c in sample(SCALED, "float64", 20, 0, SUBMISSION)} == {True, False}


@every_contract
def test_what_is_drawn_arrives_in_the_jail_and_at_torch_as_it_was(name):
    torch = pytest.importorskip("torch")
    from gradecheck.verifying.tensors import to_tensor

    for case in draw(CONTRACTS[name], "float32", 20, 0):
        header, payload = pack_arguments([case.arguments])
        (sent,) = json.loads(json.dumps(header))
        for x, y in zip(case.arguments, build(sent, payload), strict=True):
            if isinstance(x, np.ndarray):
                assert (y.dtype, y.tolist()) == (x.dtype, x.tolist())
                tensor = to_tensor(x, "cpu")
                assert tensor.dtype == {"f": torch.float32, "i": torch.int64, "b": torch.bool}[x.dtype.kind]
                assert tensor.tolist() == x.tolist()
            else:
                assert (type(y), y) == (type(x), x)


@pytest.mark.parametrize("x", [np.array([2, 0]), np.array([[True], [False]]), np.array([1.5], np.float32), 3, True])
def test_an_argument_is_written_as_python_that_gives_it_back(x):
    back = eval(literal(x), {"np": np})
    assert np.asarray(back).dtype == np.asarray(x).dtype
    assert np.array_equal(back, x)


def test_the_truth_of_class_labels_is_found():
    x, t = np.array([[1.0, 2.0, 0.5], [0.0, 0.0, 3.0]]), np.array([1, 2])
    (true,) = truth(LABELS, (x, t))
    assert np.abs(to_floats(true) - LABELS.stable(x, t)).max() < 1e-15


def test_labels_have_nothing_that_sets_a_case_apart():
    """A label of 100 is no wild number."""
    x, t = np.full((2, 200), 1.0), np.array([100, 0])
    assert traits(LABELS, Case("log_likelihood", "correctness", (x, t))) == frozenset()


def test_the_starter_says_what_the_numbers_are():
    text = function(Question(LABELS, "log_likelihood", 1.0))
    assert "x: (n, k); t: (n,), whole numbers from 0 to k - 1." in text
    assert "Returns y.\n" in text  # and nothing of a shape that nobody stated


def test_an_assignment_fixes_the_numbers_that_the_contracts_in_use_have():
    fixed = numbers(CONTRACTS.values())
    assert set(fixed) == {"eps", "stride", "padding", "heads"}
    assert narrowed(SUBMISSION, {"stride": [3, 1]}, fixed).values == (("stride", (1, 3)),)
    with pytest.raises(NarrowingError, match="stride is 4, but should be a whole number from 1 to 3"):
        narrowed(SUBMISSION, {"stride": 4}, fixed)
    scope = Scope(values=(("eps", (0.5,)),))
    assert {case.arguments[2] for case in sample(SCALED, "float64", 20, 0, scope)} == {0.5}


# -- what is refused


def test_an_unknown_kind_is_an_error_when_the_argument_is_made():
    with pytest.raises(TypeError, match="argument t: its kind is 'targets', but should be a Kind"):
        Argument("t", "targets", ("n", "k"))


def test_a_python_number_has_no_axes():
    with pytest.raises(ValueError, match="argument h: it has axes, but heads is one Python number"):
        Argument("h", kinds.whole_number("heads", range(1, 3)), ("n",))


def test_a_pack_can_add_a_kind():
    even = kinds.Kind("even", lambda f: 2 * f.rng.integers(0, 5, f.shape), numbers="whole", simple=(0.0, 2.0))
    contract = row("halved", (Argument("x", kinds.real, ("n",)), Argument("i", even, ("n",))), lambda x, i: x * i)
    assert all((case.arguments[1] % 2 == 0).all() for case in sample(contract, "float64", 20, 0, SUBMISSION))
