"""Inputs of the formulas in examples/library as benchmarks take them: standard normal, of given lengths."""

from dataclasses import replace
from typing import Any

import numpy as np

from examples.library.formulas import Formula
from gradecheck.arguments.kinds import Filling
from gradecheck.arguments.regimes import REGIMES
from gradecheck.arguments.scope import SUBMISSION

NORMAL = replace(REGIMES["moderate"], fill=lambda rng, shape, dtype: rng.standard_normal(shape))


def normal(formula: Formula, rows: int, columns: int, seed: int = 3) -> tuple[Any, ...]:
    """In float32; the axes n and m have as many as rows, all others as columns."""
    rng, dtype = np.random.default_rng(seed), np.dtype(np.float32)
    arguments = formula.held().plan.signature.arguments
    sizes = {axis: (rows if axis in "nm" else columns,) for argument in arguments for axis in argument.axes}
    made: list[Any] = []
    for argument in arguments:
        shape = tuple(sizes[axis][0] for axis in argument.axes)
        filling = Filling(rng, NORMAL, (), shape, dtype, SUBMISSION, sizes, tuple(made))
        x = argument.kind.fill(filling)
        made.append(np.asarray(x, argument.kind.dtype(dtype)) if argument.is_array else x)
    return tuple(made)
