"""Numbers that a twin makes itself carry their rounding as its inputs' do; exact ones stay exact."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from gradecheck.traced import errors
from gradecheck.traced.bounds import bound

ONES = np.ones(8, np.float32)


def roundings(made):
    """The bound of 1 · c in units of u |c|, for the constants c: 2 where c is exact, a product on each side."""
    c = np.abs(made().numpy())
    return (bound(lambda x: x * made(), ONES).tight[0] - 1e-37)[c > 0] / (2.0**-24 * c[c > 0])


def each(*made):
    return pytest.mark.parametrize("made", made, ids=range(len(made)))


@each(
    lambda: 10000 ** (-torch.arange(8.0) / 8),
    lambda: torch.arange(1, 9) / 7,
    lambda: torch.linspace(0, 1, 8),
    lambda: torch.arange(8.0).cos(),
    lambda: torch.tensor([float(i) for i in range(2, 10)]).log(),
    lambda: torch.arange(1.0, 9.0, dtype=torch.float64).sqrt().float(),
)
def test_what_a_twin_works_out_is_rounded(made):
    assert roundings(made).max() > 2.9


@each(
    lambda: torch.arange(8.0),
    lambda: torch.arange(8).float() / 8,
    lambda: torch.full((8,), 0.1),
    lambda: torch.tensor(0.1),
)
def test_exact_numbers_stay_exact(made):
    assert roundings(made).max() < 2.1


def test_a_constant_that_is_rounded_in_place_is_refused():
    c = torch.arange(8.0).numpy()
    with pytest.raises(errors.Overwritten, match=r"^div_ writes"):
        bound(lambda x: x + torch.tensor(c).div_(7), ONES)


def test_a_constant_may_be_counted_up_in_place():
    steps = torch.tensor(3.0)
    assert bound(lambda x: x * torch.tensor(3.0).add_(1), ONES).values[0][0] == 4
    assert steps == 3


def test_the_first_operator_that_is_asked_for_has_its_own_rule():
    code = "import torch; from gradecheck.traced.table import RULES; print(RULES[torch.ops.aten.pow.Tensor_Scalar])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pow_number" in run.stdout
