"""One call held against what is expected: arguments left alone, no state kept, and nothing that stops the check."""

import itertools
import sys

import numpy as np
import pytest
from drawn import several

from gradecheck.cases.case import Case, Recipe
from gradecheck.cases.inputs import LAYOUTS, fill
from gradecheck.numbers.compare import Finding, Verdict
from gradecheck.verifying.check import answer, check, expect
from tests.lecture import CONTRACTS


def stable(contract, arguments):
    """The contract's own form in place of torch."""
    return tuple(np.asarray(r) for r in several(contract.stable(*arguments)))


def run(function, name="relu", arguments=None):
    """The comparison for these arguments, and the arguments after it."""
    arguments = arguments or (np.array([[-1.0, 2.0], [3.0, -4.0]]),)
    case = Case(name, "correctness", arguments)
    return check(function, case, expect(CONTRACTS[name], case, stable)), case


def relu(x):
    return np.maximum(x, 0)


def test_a_right_function_is_exact_and_without_findings():
    found, _ = run(relu)
    assert (found.verdict, found.findings, found.judged, found.telling) == (Verdict.EXACT, (), 4, 2)


def test_what_is_expected_is_computed_on_copies():
    x = np.array([1.0, -1.0])

    def reference(contract, arguments):
        arguments[0][:] = 7
        return (np.zeros(2),)

    expectation = expect(CONTRACTS["relu"], Case("relu", "correctness", (x,)), reference)
    assert x.tolist() == [1, -1]
    assert expectation.arguments[0] is not x


# -- arguments are left alone


def in_place(x):
    x[x < 0] = 0
    return x


@pytest.mark.parametrize("layout", [layout for layout in LAYOUTS if layout != "read-only"])
def test_an_argument_written_to_is_noticed_and_put_back(layout):
    recipe = Recipe("relu", "float64", "moderate", layout, (("...", (4, 3)),), (), 0)
    case = fill(CONTRACTS["relu"], recipe)
    before = case.arguments[0].copy()
    found = check(in_place, case, expect(CONTRACTS["relu"], case, stable))
    assert found.findings == (Finding("changed", "x", "written to", "left as it was"),)
    assert found.values is Verdict.EXACT
    assert case.arguments[0].tobytes() == before.tobytes()


def test_the_sign_of_a_zero_is_part_of_an_argument():
    def touch(x):
        x += 0.0  # -0.0 + 0.0 is 0.0
        return relu(x)

    found, case = run(touch, arguments=(np.array([-0.0, 1.0]),))
    assert [f.kind for f in found.findings] == ["changed"]
    assert np.signbit(case.arguments[0][0])


def test_only_the_argument_that_was_written_to_is_named():
    def step(w, grad, lr):
        w -= lr * grad
        return w

    found, case = run(step, "sgd_step", (np.ones(3), np.ones(3), 0.5))
    assert [(f.kind, f.name) for f in found.findings] == [("changed", "w")]
    assert [x.tolist() for x in case.arguments[:2]] == [[1] * 3, [1] * 3]


def test_a_write_to_a_read_only_argument_is_what_it_raises():
    x = np.array([-1.0])
    x.flags.writeable = False
    found, _ = run(in_place, arguments=(x,))
    assert found.findings == (Finding("raised", "relu", "ValueError: assignment destination is read-only", "a result"),)


def test_an_argument_written_to_before_an_exception_is_put_back():
    def spoil(x):
        x[:] = 9
        raise ValueError

    found, case = run(spoil, arguments=(np.array([1.0]),))
    assert [f.kind for f in found.findings] == ["raised"]
    assert case.arguments[0].tolist() == [1]


# -- no state is kept


def test_kept_state_is_noticed():
    calls = itertools.count()
    found, _ = run(lambda x: relu(x) + next(calls))
    assert found.findings == (Finding("state", "relu", "another answer", "the same answer to the same call"),)
    assert found.values is Verdict.EXACT


def test_an_answer_of_another_shape_the_second_time_is_kept_state():
    calls = itertools.count()
    found, _ = run(lambda x: relu(x) if next(calls) == 0 else relu(x).ravel())
    assert [f.kind for f in found.findings] == ["state"]


def test_no_answer_the_second_time_is_kept_state():
    calls = itertools.count()
    found, _ = run(lambda x: relu(x) if next(calls) == 0 else None)
    assert [f.kind for f in found.findings] == ["state"]


def test_the_same_nan_twice_is_no_kept_state():
    x = np.array([np.nan, 1.0])
    assert run(relu, arguments=(x,))[0].findings == ()


def test_an_argument_written_to_is_not_taken_for_state():
    def step(w, grad, lr):
        w -= lr * grad
        return w

    found, _ = run(step, "sgd_step", (np.ones(3), np.ones(3), 0.5))
    assert "state" not in [f.kind for f in found.findings]


def test_a_buffer_of_the_functions_own_may_be_used_again():
    buffer = np.empty((2, 2))

    def reuse(x):
        return np.maximum(x, 0, out=buffer)

    assert run(reuse)[0].verdict is Verdict.EXACT


def test_a_buffer_filled_anew_does_not_hide_another_answer():
    buffer, calls = np.empty((2, 2)), itertools.count()

    def reuse(x):
        np.maximum(x, 0, out=buffer)
        np.add(buffer, next(calls), out=buffer)
        return buffer

    found, _ = run(reuse)
    assert (found.values, [f.kind for f in found.findings]) == (Verdict.EXACT, ["state"])


# -- whatever happens is a finding


@pytest.mark.parametrize(
    ("error", "was"),
    [
        (ZeroDivisionError("division by zero"), "ZeroDivisionError: division by zero"),
        (SystemExit(3), "SystemExit: 3"),
        (RecursionError(), "RecursionError: "),
        (MemoryError(), "MemoryError: "),
    ],
)
def test_an_exception_is_a_finding(error, was):
    def fail(x):
        raise error

    found, _ = run(fail)
    assert (found.verdict, found.worst) == (Verdict.WRONG, None)
    assert found.findings == (Finding("raised", "relu", was, "a result"),)


def test_sys_exit_is_a_finding():
    assert run(lambda x: sys.exit("bye"))[0].findings[0].was == "SystemExit: bye"


def test_an_exception_at_the_second_call_only_is_a_finding():
    calls = itertools.count()

    def once(x):
        return relu(x) if next(calls) == 0 else 1 / 0

    assert [f.kind for f in run(once)[0].findings] == ["raised"]


def test_another_number_of_arguments_is_a_finding():
    assert run(lambda: 1)[0].findings[0].was.startswith("TypeError: ")


def test_whoever_interrupts_is_not_held_up():
    def interrupt(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(interrupt)


@pytest.mark.parametrize("returned", [None, "text", [[1.0], [1.0, 2.0]], 1j, {}, (np.ones(2), np.ones(2))])
def test_an_answer_that_is_no_array_is_a_finding(returned):
    found, _ = run(lambda x: returned)
    assert found.verdict is Verdict.WRONG
    assert found.findings[0].kind == "type" or found.findings[0].kind == "shape"


def test_what_is_wrong_beside_the_values_comes_with_them():
    found, _ = run(lambda x: relu(x).astype("float32") + np.float32(1))
    assert ([f.kind for f in found.findings], found.values) == (["dtype"], Verdict.WRONG)


def test_answers_for_signs_are_taken_from_copies_and_may_fail():
    case = Case("relu", "correctness", (np.array([-1.0]),))
    expectation = expect(CONTRACTS["relu"], case, stable)
    assert answer(in_place, expectation)[0].tolist() == [0]
    assert expectation.arguments[0].tolist() == [-1]
    assert answer(lambda x: sys.exit(), expectation) == ()
    assert answer(lambda x: 1 / 0, expectation) == ()
    assert answer(lambda x: None, expectation) == ()
