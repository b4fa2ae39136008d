"""The formulas of examples/library: each of five slips in each of them is caught, in every precision."""

import pytest
import torch

from examples.library.bfloat16 import rounded_at_every_operator, rounded_at_the_end
from examples.library.formulas import FORMULAS
from examples.library.slips import TABLE, planted, slips
from examples.library.test_formulas import *  # noqa: F403 - the tests that a user would write are run as they stand
from gradecheck.agreement.drawn import Drawn
from gradecheck.agreement.sides import answer
from gradecheck.cases.inputs import sample
from gradecheck.numbers.compare import Verdict

EXAMPLES = 50
WAYS = {
    "float32": (None, "float32"),
    "bfloat16 at the end": (rounded_at_the_end, "bfloat16"),
    "bfloat16 at every operator": (rounded_at_every_operator, "bfloat16"),
}


def held(formula, way):
    """Of the formula in a precision: the function and the gradient, each on drawn inputs."""
    emulated, dtype = WAYS[way]
    formula = formula.emulated(emulated) if emulated else formula
    agreeing = formula.held(dtypes=[dtype], convert=(lambda x: x) if emulated else None)
    return {side.function.__name__: Drawn(side, agreeing.plan, dtype) for side in agreeing.sides}


def wrong(drawn, of, allowed):
    """Whether an answer to that call is wrong, or none; in bfloat16, also whether it could have more right digits."""
    passes = {Verdict.EXACT, Verdict.AGREES, *[Verdict.LESS_ACCURATE] * (drawn.dtype == "float32")}
    try:
        return answer(drawn.side, of, allowed).comparison.verdict not in passes
    except ArithmeticError:
        return True


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.name)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_each_slip_is_caught(formula, way):
    """In one example of twenty at least: in bfloat16 an ε of 1e-8 counts beside tiny gradients alone."""
    caught = {}
    planted = {(name, what): held(slip, way)[name] for (name, what), slip in slips(formula).items()}
    for name, right in held(formula, way).items():
        mine = {what: drawn for (where, what), drawn in planted.items() if where == name}
        for case in sample(right.contract, "float32", EXAMPLES, seed=0, scope=right.plan.scope) if mine else ():
            of = right.call(case)
            allowed = right.expect(of)
            for what, drawn in mine.items():
                caught[name, what] = caught.get((name, what), 0) + wrong(drawn, of, allowed)
    print(caught)
    assert len(caught) == len(planted)
    assert {slip: n for slip, n in caught.items() if n < EXAMPLES / 20} == {}


def test_each_formula_and_gradient_that_is_asked_has_five_slips():
    functions = {f.__name__ for formula in FORMULAS for f in (formula.function, formula.grad) if f}
    assert set(TABLE) == functions - {"layer_norm"}
    assert {name for name, table in TABLE.items() if len(table) != 5} == set()


def test_a_slip_that_is_not_in_the_source_is_refused():
    with pytest.raises(ValueError, match="rounded_at_the_end has 'nowhere' 0 times, but should have it once"):
        planted(rounded_at_the_end, "nowhere", "")


def test_the_two_ways_of_bfloat16_differ():
    """1 + 2^-8 + 2^-8 is 1 in the one, and rounds up in the other."""
    x = torch.tensor([2.0**-8, 1.0]).bfloat16()
    add = lambda x: x[1:] + x[:1] + x[:1]  # noqa: E731
    assert rounded_at_the_end(add)(x) == 1.0078125
    assert rounded_at_every_operator(add)(x) == 1.0
