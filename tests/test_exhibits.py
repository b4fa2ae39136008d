"""What the report shows of a function beside its numbers, and the work shared out to processes that finds them."""

import os
from dataclasses import replace

import numpy as np
import pytest

import manual
import reference
from gradecheck.reporting.bound import bound, operations
from gradecheck.reporting.curves import curve
from gradecheck.reporting.sources import source, sources
from gradecheck.reporting.tasks import EndedError, Task, Workers
from gradecheck.verifying.implementation import Implementation, load
from gradecheck.verifying.records import Verification
from gradecheck.verifying.verify import Options, verify
from tests.lecture import CONTRACTS, PACK

MANUAL = load(PACK)

# -- code


def test_a_source_is_the_function_with_its_helpers():
    found = sources(manual.softmax, frozenset(CONTRACTS) - {"softmax"}, PACK.unshown)
    assert [s.name for s in found] == ["softmax", "exponentials"]
    assert {s.file for s in found} == {"manual/activations.py"}
    assert found[0].code.startswith("@quiet\ndef softmax(x: Array) -> Array:")
    assert not found[0].code.endswith("\n")


def test_a_source_leaves_out_checks_and_the_lectures_other_functions():
    names = {s.name for s in sources(manual.train, frozenset(CONTRACTS) - {"train"}, PACK.unshown)}
    assert {"train", "fit"} <= names
    assert not names & {"softmax", "sigmoid", "batch", "number", "count", "layers"}
    assert [s.name for s in sources(reference.sigmoid_backward, frozenset())] == ["sigmoid_backward", "vjp"]


@pytest.mark.parametrize("function", [np.tanh, len, eval("lambda x: x")], ids=["ufunc", "builtin", "made up"])
def test_what_has_no_source_has_none(function):
    assert source(function) is None
    assert sources(function, frozenset()) == ()


# -- the bound in words


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_formula_has_its_bound_in_words(name):
    text = bound(CONTRACTS[name])
    assert text.endswith(".")
    assert set(operations(CONTRACTS[name]).values()) <= set(range(1, 30))
    exact = name in ("relu", "relu_backward")
    assert text.startswith("The form below rounds nothing") == exact


def test_the_words_follow_the_form():
    assert "It rounds: 1 matrix product. That is γₙ" in bound(CONTRACTS["linear"])
    assert "4 ulp for exp, log" in bound(CONTRACTS["softmax_cross_entropy"])
    assert "either branch" in bound(CONTRACTS["leaky_relu"])
    other = replace(CONTRACTS["sigmoid"], stable=lambda x: np.exp(x) + x)
    assert "It rounds: 1 exp, 1 addition." in bound(other)


# -- curves


@pytest.mark.parametrize("subject", [name for name, c in CONTRACTS.items() if c.sketch is not None])
def test_a_slope_is_the_difference_of_neighbours(subject):
    """Between two neighbours, the chord's slope is one of the slopes there, up to the rounding of both ends."""
    found = curve(subject, MANUAL)
    x, f, slope = (np.array(v) for v in (found.x, found.values, found.slopes))
    chords = np.diff(f) / np.diff(x)
    rounding = (np.spacing(np.abs(f)).max() + np.spacing(np.abs(x)).max() * np.abs(slope).max()) / np.diff(x)
    assert (np.abs(chords - slope[:-1]) <= np.abs(np.diff(slope)) + 4 * rounding).all()
    assert len(found.reference_values) == len(found.reference_slopes) == len(x)


def test_a_function_that_cannot_be_drawn_has_no_curve():
    assert curve("linear", MANUAL) is None
    assert curve("sigmoid", Implementation("empty", {}, PACK)) is None


# -- work shared out


def _verified(implementation, name):
    found = verify(CONTRACTS[name], implementation, "float64", Options(examples=10))
    return replace(found, seconds=None)


def _leave(implementation, name):
    os._exit(3)


def _tasks(function):
    return [Task(name, function, (name,)) for name in ("relu", "softmax", "mse_backward")]


def test_what_is_found_does_not_depend_on_where():
    stages = []
    with Workers(MANUAL, 1) as here, Workers(MANUAL, 2) as there:
        mine = here.results(_tasks(_verified), lambda stage: None)
        theirs = there.results(_tasks(_verified), stages.append)
    assert [v.contract.name for v in mine] == ["relu", "softmax", "mse_backward"]
    for one, other in zip(mine, theirs, strict=True):
        assert isinstance(other, Verification)
        assert other.contract is one.contract
        assert (one.worst_ratio, one.worst_ulp, one.samples) == (other.worst_ratio, other.worst_ulp, other.samples)
    assert len(stages) == 3
    assert stages[-1].startswith("[3/3] ")


def test_a_file_that_ends_its_process_is_said():
    with Workers(MANUAL, 2) as workers, pytest.raises(EndedError, match="manual ended the process that ran it"):
        workers.results(_tasks(_leave), lambda stage: None)
