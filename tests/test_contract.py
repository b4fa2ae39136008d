"""A row tells its own story: what a gradient takes over from its function; nothing is said that no row says."""

import numpy as np

from gradecheck.arguments.kinds import real, upstream
from gradecheck.grading.assignments.assignment import Question
from gradecheck.grading.assignments.starter import function
from gradecheck.packs.contract import Argument, gradient_of
from tests.lecture import CONTRACTS
from tests.made_up import CONVOLVED, CONVOLVED_BACKWARD, LABELS, row

SQUARE = row("square", (Argument("x", real, ("n",)),), lambda x: x * x, branches={"x < 0": lambda x: x < 0})


def slope(**said):
    form = {"stable": lambda grad, x: 2 * grad * x, "literal": lambda grad, x: 2 * grad * x}
    return gradient_of(SQUARE, results=("dx",), formula="2 grad x", latex="2 g x", **form, **said)


def test_a_gradient_takes_over_what_is_not_said_of_it():
    found = slope(upstream=Argument("grad", upstream, ("n",)))
    assert (found.name, found.chapter, found.slide, found.twin) == (
        *("square_backward", "made_up", "none"),
        "none, autograd",
    )
    assert [a.name for a in found.arguments] == ["grad", "x"]
    assert (found.subject, found.direction) == ("square", "backward")
    assert (SQUARE.subject, SQUARE.direction) == ("square", "forward")
    assert found.branches["x < 0"](np.array([1.0]), np.array([-1.0])).all()


def test_a_gradient_may_have_a_name_of_its_own_and_no_gradient_from_above():
    found = slope(name="slope")
    assert (found.name, found.subject, found.direction) == ("slope", "square", "backward")
    assert found.arguments == SQUARE.arguments
    assert CONVOLVED_BACKWARD.sizes[0] == CONVOLVED.sizes[0]


def test_a_function_is_not_a_gradient_by_its_name():
    found = row("look_backward", (Argument("x", real, ("n",)),), lambda x: x)
    assert (found.subject, found.direction) == ("look_backward", "forward")


def test_the_gradients_of_the_lecture_are_those_that_are_called_so():
    backward = {name for name, c in CONTRACTS.items() if c.direction == "backward"}
    assert backward == {name for name in CONTRACTS if name.endswith("_backward")}
    assert {c.subject for c in CONTRACTS.values()} == CONTRACTS.keys() - backward


def test_nothing_is_said_of_a_function_that_its_row_does_not_say():
    text = function(Question(LABELS, "f", 1.0))
    assert text.splitlines()[-3].strip() == "Returns y."
    assert (LABELS.sketch, LABELS.history, LABELS.possible, LABELS.note, LABELS.holds) == (None, None, None, "", ())
