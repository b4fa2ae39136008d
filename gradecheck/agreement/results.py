"""What a function returned, in whatever it returned it, as one array for each result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradecheck.agreement.arrays import HALF, REAL, is_array, numbers, precision
from gradecheck.numbers.compare import Finding, with_article

Array = NDArray[Any]
Leaf = tuple[str, Any]


def leaves(returned: Any, name: str) -> Iterator[Leaf]:
    """What stands in tuples, lists, dictionaries, named tuples and dataclasses, each by the way to it; None, too."""
    if is_dataclass(returned) and not isinstance(returned, type):
        for field in fields(returned):
            yield from leaves(getattr(returned, field.name), f"{name}.{field.name}")
    elif isinstance(returned, Mapping):
        for key, value in returned.items():
            yield from leaves(value, f"{name}[{key!r}]")
    elif isinstance(returned, tuple) and hasattr(returned, "_fields"):
        for field, value in zip(returned._fields, returned, strict=True):
            yield from leaves(value, f"{name}.{field}")
    elif isinstance(returned, tuple | list):
        for i, value in enumerate(returned):
            yield from leaves(value, f"{name}[{i}]")
    else:
        yield name, returned


def taken(
    returned: Any, names: Sequence[str], values: Sequence[Array], dtype: str
) -> tuple[tuple[Array, ...], tuple[Finding, ...]]:
    """The results by these names, with what is not as it should be; no arrays where they cannot be had.

    By their names where it has just these; else in order. Whole numbers and truth values (indices, masks) are taken
    only where there would be too few results without them.
    values: of right results.    dtype: that of the inputs.
    """
    found = _chosen(returned, names, values)
    if found is None:
        count = sum(leaf is not None for _, leaf in leaves(returned, ""))
        was = f"{count} result{'s' * (count != 1)}"
        return (), (Finding("count", "result", was, f"{len(names)}: {', '.join(names)}"),)
    arrays, findings = [], []
    for name, leaf, value in zip(names, found, values, strict=True):
        array = _numbers(leaf)
        if array is None or array.dtype.kind not in "fiub":
            return (), (Finding("type", name, _kind(leaf), "an array of real numbers"),)
        should = dtype if dtype in HALF and value.dtype == np.float32 else value.dtype.name
        has_dtype = is_array(leaf) or (isinstance(leaf, np.generic) and not isinstance(leaf, float))
        if has_dtype and precision(leaf) != should:
            findings.append(Finding("dtype", name, precision(leaf), should))
        arrays.append(array)
    return tuple(arrays), tuple(findings)


def _chosen(returned: Any, names: Sequence[str], values: Sequence[Array]) -> list[Any] | None:
    """As many things as there are names; None where there are more or fewer."""
    found = [(name, leaf) for name, leaf in leaves(returned, "result") if leaf is not None]
    by_name = dict(found)
    if by_name.keys() == set(names):
        return [by_name[name] for name in names]
    everything = [leaf for _, leaf in found]
    real = [leaf for leaf in everything if isinstance(leaf, float) or (is_array(leaf) and precision(leaf) in REAL)]
    if len(names) == 1 and np.ndim(values[0]) and isinstance(returned, Sequence) and not any(map(is_array, everything)):
        return [returned]  # one array, as lists of numbers
    return next((leaves for leaves in (real, everything) if len(leaves) == len(names)), None)


def _numbers(leaf: Any) -> Array | None:
    try:
        return numbers(leaf)
    except (TypeError, ValueError, RuntimeError):  # ragged, sparse, or of another kind
        return None


def _kind(leaf: Any) -> str:
    return f"an array of {precision(leaf)}" if is_array(leaf) else with_article(type(leaf).__name__)
