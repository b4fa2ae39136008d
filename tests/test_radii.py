"""The mathematics that the balls of NumPy and of torch share, where one of them alone asks for it: exact operands."""

from math import inf

import numpy as np
import pytest
import torch

from gradecheck.numbers import radii

UNIT = 2.0**-24


def test_roundings_in_a_row_have_a_bound_until_they_leave_no_digit():
    assert radii.gamma(0, UNIT) == 0.0
    assert radii.gamma(3, UNIT) == 3 * UNIT / (1 - 3 * UNIT)
    assert radii.gamma(2**24 - 1, UNIT) == 2.0**24 - 1
    assert radii.gamma(2**24, UNIT) == inf
    assert radii.gamma(2**24 + 2**23, UNIT) == inf
    assert radii.gamma(2**25 - 1, UNIT) == inf


def test_an_operation_rounds_by_half_an_ulp_where_nothing_else_is_said():
    assert radii.rounding(UNIT) == UNIT
    assert radii.rounding(UNIT, radii.LIBRARY_ULP) == 8 * UNIT


def test_a_number_of_python_is_off_by_what_its_precision_leaves_out():
    assert radii.scalar(0.5, 0.5, UNIT, 1e-38) == 0.0
    assert radii.scalar(-0.1, float(np.float32(-0.1)), UNIT, 1e-38) == UNIT * 0.1 + 1e-38


@pytest.mark.parametrize(
    ("rad_a", "rad_b", "product", "quotient"),
    [
        (None, None, None, None),
        (0.5, None, 1.0, 0.25),  # 0.5 · 2; 0.5 / 2
        (None, 0.5, 1.5, 1.5 * 0.5 / 1.5),  # 3 · 0.5; |a/b| rb / (|b| - rb)
        (0.5, 0.5, 1.5 + 2.5 * 0.5, (0.5 + 1.5 * 0.5) / 1.5),
        (0.5, 3.0, 9.0 + 5.0 * 0.5, inf),  # the divisor may be 0
    ],
)
def test_exact_operands_move_nothing(rad_a, rad_b, product, quotient):
    """a = 3, b = 2."""
    a, b = (None if r is None else np.float64(r) for r in (rad_a, rad_b))
    with np.errstate(divide="ignore"):
        assert radii.product(3.0, a, 2.0, b) == product
        assert radii.quotient(np, 1.5, a, 2.0, b) == quotient
    if rad_b is not None:
        a, b = (None if r is None else torch.tensor(r) for r in (rad_a, rad_b))
        assert radii.quotient(torch, torch.tensor(1.5), a, torch.tensor(2.0), b).item() == np.float32(quotient)
