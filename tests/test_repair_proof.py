"""The search for a repair gives back what was planted in right submissions, and says nothing wrong: a seeded sample.

`make mutants` plants more (tests/mutants/repairs.py).
"""

import random
from dataclasses import replace
from functools import cache
from math import comb

import pytest

from gradecheck.grading.marks import Change, Repair
from gradecheck.grading.source import Source
from gradecheck.numbers.compare import Verdict
from tests.held_out import MISTAKES
from tests.lecture import MISTAKES as CATALOGUED
from tests.lecture import PACK, VARIANTS
from tests.mutants import mended
from tests.mutants.fresh import FITTING, said
from tests.mutants.mended import compared, fate, found_for, is_shown
from tests.mutants.planted import planted
from tests.mutants.repairs import TARGETS, UNSEEN, left_out, planted_in
from tests.mutants.standalone import standalone

SEED = 0
SIZES = {1: 20, 2: 5}  # how many mistakes, of one change and of two
UNSEEN_HERE = 10


@cache
def sample(changes):
    """Mistakes of so many changes, each in another submission."""
    found = []
    for subject in random.Random(f"{SEED} {changes}").sample(planted_in(), len(planted_in())):
        found += planted(subject, int(changes == 1), int(changes == 2), SEED)[changes - 1]
        if len(found) == SIZES[changes]:
            return found
    raise AssertionError(f"there are only {len(found)} mistakes of {changes} changes")


def least(size, share):
    """How many of a sample are given back in 99 of 100 samples, where that share (in per cent) is of all mistakes."""
    p, below = share / 100, 0.0
    for count in range(size + 1):
        below += comb(size, count) * p**count * (1 - p) ** (size - count)
        if below > 0.01:
            return count
    raise AssertionError


@pytest.mark.parametrize("changes", SIZES)
def test_planted_mistakes_are_given_back_and_nothing_wrong_is_said(changes):
    fates = [fate(mistake) for mistake in sample(changes)]
    assert [(own.now, own.said) for own in fates if own.verdict == "wrong"] == []
    missed = [(own.now, own.missed) for own in fates if own.verdict == "nothing"]
    assert len(fates) - len(missed) >= least(len(fates), TARGETS[changes]), missed
    assert [own.said for own in fates if len(own.planted) == 1 and own.said and not own.shown] == []


def test_a_sample_tells_a_search_that_reaches_its_target_from_one_that_does_not():
    assert (least(20, 95), least(100, 95), least(20, 60)) == (16, 89, 7)


def test_mistakes_that_the_search_has_not_seen_are_located_or_named():
    found = [said(mistake) for mistake in random.Random(SEED).sample(MISTAKES, UNSEEN_HERE)]
    missed = [own.mistake.id for own in found if not own.reached]
    assert len(found) - len(missed) >= least(len(found), UNSEEN), missed


def test_what_fits_a_mistake_is_an_entry_of_its_function():
    functions = {mistake.id: mistake.assignment.questions[0].contract.name for mistake in MISTAKES}
    assert all(id in {own.id for own in CATALOGUED[functions[fresh]]} for fresh, id in FITTING.items())


def test_nothing_is_found_in_what_is_right():
    for mistake in sample(1):
        right = mistake.subject
        assert right.is_right(right.source, 0)
        assert found_for(right, right.source) is None


def test_every_variant_is_a_file_of_its_own_that_defines_its_function():
    for function, variants in VARIANTS.items():
        for variant in variants:
            namespace = {}
            exec(compile(standalone(PACK, function, variant.id), variant.id, "exec"), namespace)
            assert callable(namespace[function])


def test_only_what_loses_accuracy_is_left_out():
    unstable = {v.id for variants in VARIANTS.values() for v in variants if v.at_worst == Verdict.UNSTABLE}
    assert left_out().keys() == unstable
    assert len(planted_in()) >= 180


RIGHT = """import numpy as np

def softmax(x):
    m = x.max(axis=-1, keepdims=True)
    e = np.exp(x - m)
    return e / e.sum(axis=-1, keepdims=True)
"""


@pytest.mark.parametrize(
    ("line", "instead", "was", "now", "lines"),
    [
        ("    e = np.exp(x - m)\n", "    e = np.exp(x)\n", "    e = np.exp(x - m)", "    e = np.exp(x)", {5}),
        ("    e = np.exp(x - m)\n", "", "    e = np.exp(x - m)", "", {4, 5}),
        ("    m = x.max", "    x = 2 * x\n    m = x.max", "", "    x = 2 * x", {4}),
    ],
)
def test_the_lines_of_a_planted_mistake_are_those_that_differ_and_beside_a_missing_one(line, instead, was, now, lines):
    assert compared(RIGHT, RIGHT.replace(line, instead)) == (was, now, lines)


def test_what_is_told_is_held_against_what_was_proved():
    wrong, before = Source((RIGHT.replace("x - m", "m - x"),)), "    e = np.exp(m - x)"

    def told(was, now):
        return is_shown(wrong, Repair((Change("line 5", was, now, "", "", ""),), 100), Source((RIGHT,)))

    assert told(before, "    e = np.exp(x - m)")
    assert not told(before, "    e = np.exp(x + m)")
    assert not told("    e = ...", "    e = np.exp(x - m)")


def test_a_change_that_mends_nothing_is_named_wrongly(monkeypatch):
    mistake = sample(1)[0]
    found = found_for(mistake.subject, mistake.source)
    assert found is not None
    monkeypatch.setattr(mended, "found_for", lambda subject, source: replace(found, source=source))
    assert fate(mistake).verdict == "wrong"
