"""What trained networks make of their inputs, and the regions that they decide over two features."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.verifying.implementation import Implementation
from lectures.lecture03 import PACK
from lectures.lecture03.exhibits.records import Pairs, Region
from lectures.training.records import Numbers

Array = NDArray[Any]
Call = Callable[..., Any]

GRID: Final = (48, 36)
MARGIN: Final = 0.4
"""How far the grid reaches beyond the rows on each side."""


def sides(implementation: Implementation, device: str) -> tuple[Call, Call]:
    """Each side's functions, called by name on arrays."""
    from gradecheck.verifying.tensors import run_reference

    return (
        lambda name, *arguments: implementation.functions[name](*arguments),
        lambda name, *arguments: run_reference(PACK.contracts[name], arguments, device)[0],
    )


def outputs(call: Call, parameters: Pairs, activations: tuple[str, ...], A: Array) -> Array:
    """What the network makes of the rows A, by one side's own functions."""
    for (W, b), name in zip(parameters, activations, strict=True):
        A = call("linear", A, W, b)
        A = A if name == "identity" else call(name, A)
    return A


def region(
    both: tuple[Call, Call], finals: tuple[Pairs, Pairs], activations: tuple[str, ...], batch: tuple[Array, Array]
) -> Region:
    """Both networks' margins, second class over first, on a grid around the rows of the batch."""
    A, T = batch
    x, y = (np.linspace(A[:, i].min() - MARGIN, A[:, i].max() + MARGIN, n, dtype=A.dtype) for i, n in enumerate(GRID))
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    ours, theirs = (
        outputs(call, final, activations, grid) @ np.array([-1, 1], A.dtype)
        for call, final in zip(both, finals, strict=True)
    )
    return Region(
        x=_numbers(x),
        y=_numbers(y),
        margins=tuple(_numbers(row) for row in ours.reshape(len(y), len(x))),
        reference_margins=tuple(_numbers(row) for row in theirs.reshape(len(y), len(x))),
        points=tuple((float(a), float(b)) for a, b in A),
        labels=tuple(T.argmax(axis=1).tolist()),
        differ=int(((ours > 0) != (theirs > 0)).sum()),
    )


def _numbers(x: Array) -> Numbers:
    """To five digits: enough for a picture."""
    return tuple(float(f"{v:.5g}") for v in x)
