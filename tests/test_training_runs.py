"""The lecture's training runs: what they decide, what is said of them, and the sections that the report gets."""

from dataclasses import replace

import numpy as np
import pytest

import manual
import reference
from gradecheck.numbers.compare import Verdict
from gradecheck.verifying.implementation import Implementation, load
from gradecheck.verifying.tensors import to_array, to_tensor
from gradecheck.verifying.verify import Options
from lectures.lecture03 import exhibits as lecture
from lectures.lecture03.exhibits import decisions, two_features
from lectures.lecture03.exhibits.runs import moons, start, two_moons
from lectures.lecture03.exhibits.sides import in_pairs, zeros
from lectures.lecture03.exhibits.steps import ReferenceSteps
from lectures.training import digits, on_digits
from lectures.training.drawn import sentence
from lectures.training.reading import MOST_MISREAD, reading
from lectures.training.records import Misread, Reading, Training, Trajectory
from tests.lecture import PACK

MANUAL = load(PACK)

# -- decisions


def test_regions_are_both_sides_own_decisions():
    run = moons(MANUAL, "float64", (0.01, 0.9), 20, 0)
    found, ends = run.region, tuple(map(in_pairs, (run.trajectory.final, run.trajectory.reference_final)))
    assert found.differ == 0
    assert len(found.margins) == len(found.y)
    assert len(found.margins[0]) == len(found.x)
    A, T = two_moons("float64", 0)
    assert found.points[3] == tuple(A[3])
    assert found.labels[3] == T[3].argmax()
    flipped = Implementation("flipped", {**MANUAL.functions, "tanh": lambda x: -manual.tanh(x)}, PACK)
    both = decisions.sides(flipped, "cpu")
    assert decisions.region(both, ends, ("tanh", "identity"), (A, T)).differ > 0


def test_a_reading_counts_every_digit_once():
    pytest.importorskip("sklearn", reason="it brings the digits; pip install 'gradecheck[data]'")
    data = digits.load("float64")
    final = start((64, 10), "float64", 1)
    both = decisions.sides(MANUAL, "cpu")
    made = [decisions.outputs(call, final, ("identity",), data.held_out_rows) for call in both]
    found = reading(*made, data)
    assert np.array(found.confusion).sum(axis=1).tolist() == np.bincount(data.held_out_labels).tolist()
    assert found.differ == 0
    right = np.trace(found.confusion) / len(data.held_out_labels)
    assert found.accuracy == found.reference_accuracy == right
    assert len(found.misread) == MOST_MISREAD
    np.testing.assert_array_equal(np.ravel(found.misread[0].pixels), data.held_out_rows[_first_miss(final, data)])


def _first_miss(final, data):
    [(W, b)] = final
    return np.flatnonzero((data.held_out_rows @ W.T + b).argmax(axis=1) != data.held_out_labels)[0]


# -- the reference's steps, with modules that stay


@pytest.mark.parametrize("mu", [0.0, 0.9])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_steps_with_modules_that_stay_are_those_of_the_reference(dtype, mu):
    A, T = two_moons(dtype, 1)
    settings = (("tanh", "identity"), "softmax_cross_entropy", 0.1, mu)
    steps = ReferenceSteps()
    layers = start((2, 5, 2), dtype)
    ours = (layers, zeros(layers))
    for _ in range(4):
        tensors = [[tuple(to_tensor(x, "cpu") for x in pair) for pair in pairs] for pairs in ours]
        expected = reference.step(to_tensor(A, "cpu"), to_tensor(T, "cpu"), *tensors, *settings)
        moved, speeds, value = steps(A, T, *ours, *settings)
        for mine, theirs in ((moved, expected[0]), (speeds, expected[1])):
            for pair, other in zip(mine, theirs, strict=True):
                for x, y in zip(pair, other, strict=True):
                    np.testing.assert_array_equal(x, to_array(y))
        assert value == to_array(expected[2])
        ours = (moved, speeds)


# -- sentences

SETTINGS = {"lr": 0.01, "mu": 0.9}


def trajectory(ratios=(0.5, 0.2), verdict=Verdict.AGREES, drift=(1e-16, 1e-16), envelope=(1e-15, 1e-15)):
    zeros = (0.0,) * len(ratios)
    return Trajectory(SETTINGS, "float64", 0, zeros, zeros, ratios, verdict, drift, envelope, (), ())


def test_a_right_run_stays_inside_its_envelope():
    said = sentence(trajectory())
    assert said == "float64: all 2 steps within their bounds; the free run stays inside its envelope"


def test_a_right_run_may_leave_its_envelope():
    said = sentence(trajectory(drift=(1e-16, 1e-12)))
    assert said == "float64: all 2 steps within their bounds; the free run leaves its envelope at step 1"


def test_a_wrong_step_is_named_with_how_far_it_is_off():
    said = sentence(trajectory(ratios=(0.5, 12345.678), verdict=Verdict.WRONG))
    assert said == "float64: step 1 is off by 1.23e+04 times its bound, but should be within it"


def test_a_less_accurate_run_is_no_wrong_one():
    said = sentence(trajectory(ratios=(0.5, 1.5), verdict=Verdict.LESS_ACCURATE))
    assert said == "float64: all 2 steps within their bounds; the free run stays inside its envelope"


# -- sections


def kinds(section):
    return [part.kind for part in section.parts]


@pytest.fixture(scope="module")
def runs():
    """Two rates in two precisions, two steps each."""
    return [moons(MANUAL, dtype, (lr, 0.9), 2, 0) for dtype in ("float64", "float32") for lr in (0.01, 0.1)]


def test_runs_that_differ_only_in_precision_stand_together(runs):
    found = two_features.section(runs, "manual")
    assert kinds(found) == ["text", "table", "section", "section"]
    assert [len(row) for row in found.parts[1].rows] == [len(found.parts[1].headers)] * 4
    first = found.parts[2]
    assert first.title == "lr 0.01, mu 0.9"
    assert kinds(first) == ["text", *["lines"] * 5, "regions"]
    one, other = runs[0].trajectory, runs[2].trajectory
    assert first.parts[0].lines == (sentence(one), sentence(other))
    loss, lock_step, drift, *apart = first.parts[1:6]
    assert [line.y for line in loss.lines] == [one.losses, one.reference_losses]
    assert [line.y for line in lock_step.lines] == [one.ratios, other.ratios]
    assert [line.y for line in drift.lines] == [y for r in (one, other) for y in (r.drift, r.envelope)]
    assert [[line.y for line in lines.lines] for lines in apart] == [list(r.differences) for r in (one, other)]
    assert [line.name for line in apart[0].lines] == ["W1", "b1", "W2", "b2"]
    assert first.parts[6].margins == runs[0].region.margins
    assert first.parts[6].caption.endswith("They differ in 0 of 1728 points in float64, 0 of 1728 points in float32")


def test_the_outcome_of_a_run_is_its_verdict_with_its_worst_step(runs):
    wrong = replace(runs[0].trajectory, verdict=Verdict.WRONG, ratios=(0.5, 3.0))
    off = [replace(runs[0], trajectory=wrong), *runs[1:]]
    found = two_features.section(off, "manual")
    first = next(found.all_outcomes())
    assert (first.what, first.dtype) == ("two features, lr 0.01, mu 0.9, float64", "float64")
    assert (first.worst_ratio, first.verdict) == (3.0, Verdict.WRONG)
    assert found.verdict is Verdict.WRONG
    assert two_features.section(runs, "manual").verdict.passes


def training(run, **changed):
    misread = (Misread(((0.0, 1.0), (0.5, 0.0)), 3, 5, 3),)
    read = Reading(((1, 0), (1, 2)), misread, 1, 0.75, 0.5)
    return Training(**{"title": "real data", "epochs": 2, "steps_an_epoch": 1, "trajectory": run, "reading": read,
                       **changed})  # fmt: skip


def test_a_training_shows_how_held_out_digits_are_read(runs):
    found = on_digits.section([training(runs[i].trajectory) for i in (0, 2, 1)], "manual")
    assert kinds(found) == ["text", "table", "section", "section"]
    assert [part.folded for part in found.parts[2:]] == [False, True]
    assert found.parts[1].rows[0][-2:] == ("75.00%", "50.00%")
    first = found.parts[2]
    assert first.title == "real data, lr 0.01, mu 0.9"
    assert kinds(first) == ["text", *["lines"] * 3, "text", "confusion", "pictures", "table", "table"]
    assert "1 in float64, 1 in float32" in first.parts[4].lines[0]
    assert first.parts[5].counts == ((1, 0), (1, 2))
    (picture,) = first.parts[6].pictures
    assert (picture.pixels, picture.said, picture.note) == (((0, 1), (0.5, 0)), "a 3, read as 5", "by torch as 3")
    all_right = Reading(((1, 0), (0, 1)), (), 0, 1.0, 1.0)
    right = on_digits.section([training(runs[0].trajectory, reading=all_right)], "manual")
    assert "pictures" not in kinds(right.parts[2])
    assert "none in float64" in right.parts[2].parts[4].lines[0]


def test_the_loss_curves_have_a_row_an_epoch():
    run = moons(MANUAL, "float64", (0.01, 0.9), 4, 0).trajectory
    table = on_digits.losses(training(run, steps_an_epoch=2), "the loss by epoch")
    assert [row[0] for row in table.rows] == ["0", "1"]
    assert [float(row[1]) for row in table.rows] == [float(f"{x:.12g}") for x in run.losses[::2]]
    assert float(table.rows[1][3]) == float(f"{max(run.ratios[2:]):.3g}")
    assert table.folded


def test_a_run_without_functions_is_left_out_and_said():
    less = Implementation("mine.py", {n: f for n, f in MANUAL.functions.items() if n not in ("tanh", "train")}, PACK)
    found = lecture.exhibits(less, Options(), True)
    unchecked = [reason for exhibit in found for reason in exhibit.unchecked]
    assert "SGD and momentum on two features: mine.py has no tanh" in unchecked
    assert "the single layer perceptron on the digits: mine.py has no train" in unchecked
    assert found[0].tasks == ()
    assert found[0].section([]) is None
    assert on_digits.section([], "mine.py") is None


def test_a_part_of_the_lecture_has_no_training_runs():
    found = lecture.exhibits(Implementation("mine.py", {}, PACK), Options(), False)
    assert [reason for exhibit in found for reason in exhibit.unchecked] == [
        "training runs: they need every function",
        "the slides' worked example: mine.py has no softmax, cross_entropy",
    ]
    assert [exhibit.section([]) for exhibit in found] == [None, None, lecture.OPEN]
