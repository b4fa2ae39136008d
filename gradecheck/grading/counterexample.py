"""The smallest failing case of a question, with a repro that runs with NumPy alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.answers import Missing
from gradecheck.grading.judging import Judged
from gradecheck.grading.marks import Counterexample

MOST_ELEMENTS = 24


def literal(x: Any) -> str:
    """The argument as Python source."""
    if not isinstance(x, np.ndarray):
        return repr(x)
    with np.printoptions(floatmode="unique", threshold=x.size + 1, linewidth=10_000):
        numbers = np.array2string(x, separator=", ").replace("\n", "")
    numbers = " ".join(numbers.split()).replace("[ ", "[")
    dtype = "" if x.dtype == np.float64 else f", np.{x.dtype}"
    return f"np.array({numbers.replace('nan', 'np.nan').replace('inf', 'np.inf')}{dtype})"


def counterexample(judged: Judged, name: str) -> Counterexample | None:
    """The failing case with the mildest and fewest numbers; None where even that is too large to be looked at."""
    failing = judged.failing("wrong", "unstable", "shape", "error", "limit")
    if not failing or isinstance(judged.reasons.get(failing[0]), Missing):
        return None
    case = min(failing, key=lambda i: (judged.banked.checks[i], _size(judged, i)))
    if _size(judged, case) > MOST_ELEMENTS:
        return None
    arguments = judged.banked.case(case).arguments
    names = [argument.name for argument in judged.banked.contract.arguments]
    expected = _shown(judged, judged.banked.values, case)
    actual = _shown(judged, judged.actual, case) if judged.gave[case] else "no array"
    lines = ["import numpy as np", f"from submission import {name}  # your file"]
    lines += [f"{n} = {literal(x)}" for n, x in zip(names, arguments, strict=True)]
    lines += [f"print({name}({', '.join(names)}))", f"# should be {expected}"]
    return Counterexample(dict(zip(names, arguments, strict=True)), expected, actual, "\n".join(lines))


def _size(judged: Judged, case: int) -> int:
    """How many numbers a reader has to look at."""
    return int(np.prod([n for _, shape in judged.banked.recipes[case].sizes for n in shape]))


def _shown(judged: Judged, flat: NDArray[np.float64], case: int) -> str:
    """The results of one case, as text."""
    banked = judged.banked
    results = banked.contract.results
    said = []
    for i, (result, shape) in enumerate(zip(results, banked.shapes[case], strict=True)):
        start = banked.starts[case * len(results) + i]
        array = flat[start : start + int(np.prod(shape))].reshape(shape)
        text = " ".join(np.array2string(array, separator=", ", precision=8).split()).replace("[ ", "[")
        said.append(f"{result} = {text}" if len(results) > 1 else text)
    return "; ".join(said)
