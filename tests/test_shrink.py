"""The smallest case that still fails: small, simple, still asked, and the same every time."""

import numpy as np
import pytest
from drawn import cases_of, several

from gradecheck.arguments.scope import EVERYTHING, SUBMISSION
from gradecheck.cases.case import Case, Recipe
from gradecheck.cases.inputs import fill
from gradecheck.cases.shrink import shrink
from gradecheck.numbers.rounding import UNIT
from gradecheck.verifying.check import check, expect
from tests.lecture import CONTRACTS


def right(name):
    """The contract's own form, as a function that a mistake can be put into."""

    def quiet(*arguments):
        with np.errstate(all="ignore"):
            return CONTRACTS[name].stable(*arguments)

    return quiet


def fails(name, wrong):
    """Whether the function is caught on a case."""

    def reference(contract, arguments):
        return tuple(np.asarray(r) for r in several(right(name)(*arguments)))

    def is_caught(case):
        return not check(wrong, case, expect(CONTRACTS[name], case, reference)).verdict.passes

    return is_caught


def shrunk(name, wrong, dtype="float64", scope=SUBMISSION):
    """The first failing case of many, and what became of it."""
    is_caught = fails(name, wrong)
    case = next(case for case in cases_of(name, dtype, scope, 200) if is_caught(case))
    smaller = shrink(CONTRACTS[name], case, is_caught, scope)
    assert is_caught(smaller)
    return case, smaller


def over_rows(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


def twice_for_one_row(p, t):
    return right("cross_entropy")(p, t) * (2 if p.ndim == 2 and len(p) == 1 else 1)


def without_momentum(A, T, W, b, lr, mu, steps):
    return right("train")(A, T, W, b, lr, 0.0, steps)


def clipped(p, t):
    return -(t * np.log(np.maximum(p, 1e-12))).sum() / (len(p) if p.ndim == 2 else 1)


def slope_forgotten(x, alpha):
    return np.where(x < 0, 0.01 * x, x)


PLANTED = {
    "wrong below -700": ("relu", lambda x: np.where(x < -700, -1, np.maximum(x, 0)).astype(x.dtype), 1),
    "wrong axis": ("softmax", over_rows, 2),
    "wrong for one row": ("cross_entropy", twice_for_one_row, 2),
    "no bias": ("linear", lambda A, W, b: A @ W.T, 3),
    "mean for sum": ("linear_backward", lambda grad, A, W: (grad @ W, grad.T @ A, grad.mean(axis=0)), 5),
    "fixed slope": ("leaky_relu", slope_forgotten, 2),
    "no momentum": ("train", without_momentum, 16),
    "clipped": ("cross_entropy", clipped, 2),
    "wrong from three on": ("mse", lambda y, t: right("mse")(y, t) + (y.size >= 3), 6),
    "mean missing": ("softmax_cross_entropy_backward", lambda x, t: right("softmax")(x) - t, 8),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_shrinks_to_a_few_numbers(bug):
    name, wrong, numbers = PLANTED[bug]
    _, smaller = shrunk(name, wrong)
    assert smaller.recipe is None
    assert sum(map(np.size, smaller.arguments)) <= numbers


@pytest.mark.parametrize("bug", ["wrong below -700", "wrong axis", "clipped", "mean for sum"])
def test_the_same_failing_case_is_shrunk_the_same_way_to_the_same_case(bug):
    name, wrong, _ = PLANTED[bug]
    is_caught = fails(name, wrong)
    case = next(case for case in cases_of(name, "float64", SUBMISSION, 200) if is_caught(case))
    tried = [[], []]
    for attempts in tried:

        def recorded(smaller, attempts=attempts):
            attempts.append([np.asarray(x).tobytes() for x in smaller.arguments])
            return is_caught(smaller)

        found = shrink(CONTRACTS[name], case, recorded, SUBMISSION)
        attempts.append([np.asarray(x).tobytes() for x in found.arguments])
    assert tried[0] == tried[1]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_simple_numbers_take_the_place_of_others(dtype):
    _, smaller = shrunk("relu", PLANTED["wrong below -700"][1], dtype)
    (x,) = smaller.arguments
    assert (x.tolist(), x.dtype) == ([-1000], dtype)


def test_a_shrunk_case_costs_what_the_drawn_one_costs_and_has_no_recipe():
    case, smaller = shrunk("softmax", over_rows)
    assert (smaller.contract, smaller.check, smaller.recipe) == (case.contract, case.check, None)


def test_a_case_within_what_is_asked_stays_within():
    _, smaller = shrunk("cross_entropy", clipped)
    p, t = smaller.arguments
    assert not ((p == 0) & (t > 0)).any()


def test_a_case_of_an_infinite_loss_may_stay_one():
    def finite(p, t):
        return np.minimum(right("cross_entropy")(p, t), 1e5)

    _, smaller = shrunk("cross_entropy", finite, scope=EVERYTHING)
    p, t = smaller.arguments
    assert (p.size, ((p == 0) & (t > 0)).all()) == (1, True)


def test_targets_of_logits_go_on_summing_to_one():
    _, smaller = shrunk("softmax_cross_entropy_backward", lambda x, t: right("softmax")(x))
    t = smaller.arguments[1]
    assert (np.abs(t.sum(axis=-1) - 1) <= t.shape[-1] * UNIT[t.dtype]).all()


def test_one_row_without_a_second_axis_stays_one():
    def wrong(x):
        return right("softmax")(x) * (2 if x.ndim == 1 else 1)

    _, smaller = shrunk("softmax", wrong)
    assert smaller.arguments[0].shape == (1,)


def test_a_failure_that_needs_its_layout_keeps_the_case():
    recipe = Recipe("relu", "float64", "moderate", "strided", (("...", (2,)),), (), 0)
    case = fill(CONTRACTS["relu"], recipe)
    is_caught = fails("relu", lambda x: np.maximum(x, 0) + (not x.flags.contiguous))
    assert is_caught(case)
    assert shrink(CONTRACTS["relu"], case, is_caught, EVERYTHING) is case


def test_a_failure_on_no_rows_stays_one_on_no_rows():
    is_caught = fails("mse", lambda y, t: right("mse")(y, t) if y.size else 0.0)
    case = Case("mse", "edges", (np.zeros((0, 3)), np.zeros((0, 3))))
    assert is_caught(case)
    assert all(x.size == 0 for x in shrink(CONTRACTS["mse"], case, is_caught, EVERYTHING).arguments)
