"""Sizes that depend on each other: drawn, made small and shrunk by the rules; what cannot be met is said."""

import numpy as np
import pytest

from gradecheck.arguments import sizes
from gradecheck.arguments.kinds import real, whole_number
from gradecheck.arguments.scope import DTYPES, EVERYTHING, SUBMISSION, Scope
from gradecheck.arguments.sizes import MANY
from gradecheck.cases.inputs import cases, fill, sample
from gradecheck.cases.rungs import rungs
from gradecheck.cases.shrink import shrink
from gradecheck.grading.bank.questions import draw
from gradecheck.packs.contract import Argument
from tests.made_up import CONVOLVED, CONVOLVED_BACKWARD, HEADS, row


def meets(contract, arguments):
    if contract is HEADS:
        x, heads = arguments
        return x.shape[1] % heads == 0
    *grad, x, w, stride, padding = arguments
    return len(w) <= len(x) + 2 * padding and all(len(g) == (len(x) + 2 * padding - len(w)) // stride + 1 for g in grad)


every_contract = pytest.mark.parametrize("contract", [CONVOLVED, CONVOLVED_BACKWARD, HEADS], ids=lambda c: c.name)


@every_contract
@pytest.mark.parametrize("scope", [SUBMISSION, EVERYTHING], ids=["asked", "all"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_case_meets_the_rules(contract, scope, dtype):
    drawn = draw(contract, dtype, 200, 0, scope)
    assert all(meets(contract, case.arguments) for case in drawn)
    assert all(fill(contract, case.recipe, scope).arguments[-1] == case.arguments[-1] for case in drawn)


@every_contract
def test_hypothesis_draws_them_too(contract):
    from hypothesis import given, settings

    @given(cases(contract, "float64", SUBMISSION))
    @settings(max_examples=30, database=None)
    def run(case):
        assert meets(contract, case.arguments)

    run()


@every_contract
def test_the_small_examples_meet_the_rules(contract):
    small = list(rungs(contract, SUBMISSION))
    assert len(small) > 50
    assert all(meets(contract, rung) for rung in small)


@every_contract
def test_a_shrunk_case_meets_the_rules_and_is_small(contract):
    case = max(sample(contract, "float64", 40, 1, SUBMISSION), key=lambda c: sum(map(np.size, c.arguments)))
    tried = []

    def fails(smaller):
        tried.append(smaller)
        assert meets(contract, smaller.arguments)
        return smaller.arguments[-1] > 1

    found = shrink(contract, case, fails, SUBMISSION)
    assert found.arguments[-1] == 2
    assert len(tried) > 5
    assert sum(map(np.size, found.arguments)) <= 8


def test_every_stride_and_padding_is_met_and_so_are_kernels_beyond_the_input():
    drawn = [case.arguments for case in sample(CONVOLVED, "float64", 200, 0, SUBMISSION)]
    assert {(stride, padding) for _, _, stride, padding in drawn} == {(s, p) for s in (1, 2, 3) for p in (0, 1, 2)}
    assert any(len(w) > len(x) for x, w, _, _ in drawn)
    assert any(len(w) == len(x) + 2 * padding for x, w, _, padding in drawn)


def test_the_bank_has_each_axis_alone_with_length_1_where_the_rules_allow_it():
    narrow = draw(CONVOLVED, "float64", 20, 0)[20:]
    shapes = [(len(x), len(w)) for x, w, _, _ in (case.arguments for case in narrow)]
    assert any(length > 1 and kernel == 1 for length, kernel in shapes)
    assert any(length == 1 for length, _ in shapes)


def test_the_assignment_may_fix_a_whole_number_that_sizes_depend_on():
    scope = Scope(values=(("heads", (3,)),))
    drawn = draw(HEADS, "float64", 40, 0, scope)
    assert {case.arguments[1] for case in drawn} == {3}
    assert all(case.arguments[0].shape[1] % 3 == 0 for case in drawn)


def test_a_division_has_to_come_out_whole():
    x, y = Argument("x", real, ("wide",)), Argument("y", real, ("narrow",))
    contract = row("halved", (x, y), lambda x, y: x, sizes=("narrow = wide / 2",))
    for case in sample(contract, "float64", 30, 0, SUBMISSION):
        assert 2 * len(case.arguments[1]) == len(case.arguments[0])


def test_of_many_axes_some_small_sizes_are_tried_the_simplest_among_them():
    x = Argument("x", real, tuple("abcdefgh"))
    contract = row("of_eight", (x,), lambda x: x, sizes=("a <= b",))
    found = list(sizes.small(contract, SUBMISSION, (1, 2, 3)))
    assert MANY // 2 < len(found) <= MANY
    assert found[0] == dict.fromkeys("abcdefgh", (1,))
    assert all(lengths["a"] <= lengths["b"] for lengths in found)
    assert found == list(sizes.small(contract, SUBMISSION, (1, 2, 3)))


# -- what is refused


def convolution(*sizes):
    kernel = Argument("kernel_size", whole_number("kernel_size", range(40, 50)))
    return row("convolution", (Argument("x", real, ("length",)), kernel), lambda x, kernel_size: x, sizes=sizes)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("kernel_size <= length", r"its sizes cannot be met: no kernel_size from 40, .*meets 'kernel_size <= length'"),
        ("kernel_size <= width", "names width, but should name axes and whole numbers: kernel_size, length"),
        ("kernel_size <=", "cannot be read, but should be arithmetic of axes and whole numbers, such as"),
        ("in > length", "cannot be read"),
        ("len(x) > 1", "is something else, but should be arithmetic"),
        ("__import__('os')", "is something else, but should be arithmetic"),
        ("length.real > 1", "is something else, but should be arithmetic"),
        ("import os", "is something else, but should be arithmetic"),
    ],
)
def test_sizes_that_cannot_be_met_or_read_are_refused_when_the_contract_is_made(rule, said):
    with pytest.raises(ValueError, match=rf"^convolution: .*{said}"):
        convolution(rule)


def test_sizes_that_an_assignment_makes_impossible_are_said():
    contract = convolution("length <= kernel_size")
    scope = Scope(values=(("kernel_size", (0,)),))
    with pytest.raises(ValueError, match="convolution: its sizes cannot be met: no kernel_size from 0; length from 1"):
        list(sample(contract, "float64", 1, 0, scope))
