"""Each formula agrees with its twin, forward and gradient; no tolerance is chosen. Run it with `python -m pytest`."""

import pytest

from examples.library.bfloat16 import rounded_at_every_operator, rounded_at_the_end
from examples.library.formulas import FORMULAS

each = pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.name)


@each
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_in_the_precisions_of_numpy(formula, dtype):
    print(formula.held().check(dtype))


@each
@pytest.mark.parametrize("way", [rounded_at_the_end, rounded_at_every_operator])
def test_in_bfloat16(formula, way):
    """Functions that take and return tensors: `convert` leaves the drawn ones as they are."""
    print(formula.emulated(way).held(dtypes=["bfloat16"], convert=lambda x: x, strict=True).check())
