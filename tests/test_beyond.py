"""The rest of the course: each row held against torch, and its catalogues there. A new row is found by itself."""

import numpy as np
import pytest
from drawn import DTYPES, several

from gradecheck.arguments.regimes import regimes_of
from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.inputs import LAYOUTS, sample
from gradecheck.grading.assignments.assignment import load as load_assignment
from gradecheck.grading.assignments.starter import starter
from gradecheck.numbers.compare import Verdict
from gradecheck.verifying.implementation import load
from gradecheck.verifying.verify import Options, verify
from lectures.beyond import PACK
from lectures.beyond.mistakes import MISTAKES
from lectures.beyond.variants import VARIANTS
from manual import beyond

ROWS = PACK.contracts
PASSES = (Verdict.EXACT, Verdict.AGREES)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ROWS)
def test_it_agrees_with_torch_whatever_the_seed(name, dtype):
    for seed in (0, 1):
        found = verify(ROWS[name], load(PACK), dtype, Options(examples=60, seed=seed))
        assert found.verdict in PASSES, found
        assert found.unmet == ()


@pytest.mark.parametrize("name", ROWS)
def test_it_leaves_no_trace(name):
    """The results have the arguments' dtype and memory of their own, and the arguments are as they were."""
    seen = set()
    for dtype in DTYPES:
        for case in sample(ROWS[name], dtype, 24, 3, SUBMISSION):
            before = [np.array(x) for x in case.arguments]
            for result in several(getattr(beyond, name)(*case.arguments)):
                assert np.asarray(result).dtype == dtype
                assert not any(np.shares_memory(result, x) for x in case.arguments if isinstance(x, np.ndarray))
            for now, then in zip(case.arguments, before, strict=True):
                np.testing.assert_array_equal(now, then)
            seen.add(case.recipe.layout)
    assert seen <= set(LAYOUTS)
    assert len(seen) > 1


@pytest.mark.parametrize("name", ROWS)
def test_a_row_has_no_stable_form(name):
    assert ROWS[name].stable is None


@pytest.mark.parametrize("name", ROWS)
def test_a_row_has_mistakes_and_right_variants(name):
    assert sum(m.function == name for m in MISTAKES) >= 6
    assert sum(v.function == name for v in VARIANTS) >= 1


def test_every_regime_that_is_asked_reaches_some_row():
    assert {regime for row in ROWS.values() for regime in regimes_of(row, SUBMISSION)} >= {"moderate", "ties", "huge"}


def test_a_starter_says_of_no_axis_that_it_may_be_1_where_it_may_not():
    told = {lecture: starter(load_assignment(f"beyond/{lecture}"), "") for lecture in ("gated", "attention")}
    assert "- n = 1, in = 1, out = 1 and time = 1 are asked.\n" in told["gated"]  # rows is 4 out, or 3 out
    assert "d = 1" in told["attention"]
