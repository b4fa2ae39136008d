"""The formulas of examples/library agree with torch within derived bounds, and no slip does."""

import numpy as np
import pytest
import torch

from examples.library.bfloat16 import rounded_at_every_operator, rounded_at_the_end
from examples.library.formulas import FORMULAS, worst

EXAMPLES = 100
WAYS = {
    "float32": (torch.float32, lambda formula: formula),
    "bfloat16 at the end": (torch.bfloat16, rounded_at_the_end),
    "bfloat16 at every operator": (torch.bfloat16, rounded_at_every_operator),
}


@pytest.fixture(scope="module")
def cases():
    """Of a formula in a precision: drawn inputs with their bounds."""
    made = {}

    def those(formula, precision):
        if (formula.name, precision) not in made:
            rng = np.random.default_rng(3)
            inputs = [formula.drawn(rng) for _ in range(EXAMPLES)]
            made[formula.name, precision] = [(x, formula.bound(x, precision)) for x in inputs]
        return made[formula.name, precision]

    return those


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.name)
def test_a_right_formula_agrees(formula, way, cases):
    precision, emulated = WAYS[way]
    assert max(worst(emulated(formula.function), x, allowed) for x, allowed in cases(formula, precision)) <= 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.name)
def test_each_slip_is_caught(formula, way, cases):
    """In one example of ten at least."""
    precision, emulated = WAYS[way]
    slips = formula.slips()
    caught = {
        what: sum(worst(emulated(slip), x, allowed) > 1 for x, allowed in cases(formula, precision))
        for what, slip in slips.items()
    }
    assert len(slips) == 5
    assert {what: n for what, n in caught.items() if n < EXAMPLES / 10} == {}, caught


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.name)
def test_a_bound_says_something(formula, cases):
    """Few numbers are left to rounding alone, and half of the others are held to a part in a thousand."""
    tight = np.concatenate([t.ravel() for _, allowed in cases(formula, torch.float32) for t in allowed.tight])
    assert np.isfinite(tight).mean() > 0.9


def test_a_slip_that_is_not_in_the_source_is_refused():
    with pytest.raises(ValueError, match="rms_norm has 'nowhere' 0 times, but should once"):
        FORMULAS[0]._planted("def rms_norm(): ...", "nowhere", "")
