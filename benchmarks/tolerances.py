"""Tolerances that public suites choose, beside the derived bound: `python -m benchmarks.tolerances`.

Which of the planted slips each finds, with drawn inputs, and with the standard normal ones that such suites take.
Writes build/tolerances.json.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tabulate import tabulate

from examples.library.bfloat16 import rounded_at_the_end
from examples.library.formulas import FORMULAS, Formula, worst
from gradecheck.machine.files import writable_folder, write

SEED = 3
CHOSEN = tomllib.loads(Path(__file__).with_name("chosen.toml").read_text(encoding="utf-8"))
PRECISIONS: dict[str, Callable[[Any], Any]] = {"float32": lambda formula: formula, "bfloat16": rounded_at_the_end}
SUITE = {"n": 63, "m": 63} | dict.fromkeys("dhce", 41) | {"f": 20}
"""The sizes of what suites draw: rows and columns, none of them a power of two."""

Inputs = tuple[Any, ...]
Floats = NDArray[np.float64]


def measure(examples: int = 100) -> list[dict[str, Any]]:
    """A row for each formula in each precision."""
    return [_row(formula, precision, examples) for formula in FORMULAS for precision in PRECISIONS]


def _row(formula: Formula, precision: str, examples: int) -> dict[str, Any]:
    rng = np.random.default_rng(SEED)
    drawn = [formula.drawn(rng) for _ in range(examples)]
    normal = [formula.drawn(rng, SUITE, scale=1.0) for _ in range(3)]
    emulated, torchs = PRECISIONS[precision], getattr(torch, precision)
    bounds = {id(x): formula.bound(x, torchs) for x in (*drawn, *normal)}
    numbers = np.concatenate([_sizes(bounds[id(x)]) for x in normal], axis=1)

    def derived(function: Any, inputs: Inputs) -> bool:
        return worst(emulated(function), inputs, bounds[id(inputs)]) <= 1

    def chosen(function: Any, inputs: Inputs) -> bool:
        return _within(CHOSEN[formula.name][precision], emulated(function), formula, inputs, torchs)

    def finds(agrees: Callable[[Any, Inputs], bool], inputs: Sequence[Inputs]) -> list[str]:
        return [what for what, slip in formula.slips().items() if not all(agrees(slip, x) for x in inputs)]

    row = {
        "formula": formula.name,
        "precision": precision,
        "bound": float(np.median(numbers[0])),
        "bound / value": float(np.median(numbers[0] / numbers[1])),
        "derived finds": finds(derived, drawn),
        "derived finds, normal inputs": finds(derived, normal),
        "derived blames": sum(not derived(formula.function, x) for x in (*drawn, *normal)),
    }
    if precision in CHOSEN[formula.name]:
        row |= {
            "chosen": CHOSEN[formula.name][precision],
            "where": CHOSEN[formula.name]["where"],
            "chosen finds": finds(chosen, drawn),
            "chosen finds, normal inputs": finds(chosen, normal),
            "chosen blames": sum(not chosen(formula.function, x) for x in (*drawn, *normal)),
        }
    return row


def _sizes(allowed: Any) -> Floats:
    """Of every number, the bound and its own size."""
    bounds, values = (np.concatenate([np.ravel(x) for x in xs]) for xs in (allowed.tight, allowed.values))
    return np.stack([bounds, np.maximum(np.abs(np.float64(values)), np.finfo(np.float32).tiny)])


def _within(chosen: Any, function: Any, formula: Formula, inputs: Inputs, precision: torch.dtype) -> bool:
    try:
        with np.errstate(all="ignore"):
            found = function(*inputs)
    except ArithmeticError:
        return False
    found = found if isinstance(found, tuple) else (found,)
    expected = formula.by_torch(inputs, precision)
    if [np.shape(x) for x in found] != [np.shape(x) for x in expected]:
        return False
    if isinstance(chosen, str):
        return _by_twice_its_error(found, expected, formula.by_torch(inputs))
    absolute, relative = chosen
    errors = [np.abs(np.float64(a) - b) - relative * np.abs(b) for a, b in zip(found, expected, strict=True)]
    return bool(all(np.all(error <= absolute) for error in errors))


def _by_twice_its_error(found: Inputs, expected: Inputs, better: Inputs) -> bool:
    """The rule of flash-attention's tests: no farther from float32 than twice what torch is, at the worst number."""
    each = zip(found, expected, better, strict=True)
    return all(np.max(np.abs(a - c)) <= 2 * np.max(np.abs(b - c)) for a, b, c in each)


def table(rows: list[dict[str, Any]]) -> str:
    def count(row: dict[str, Any], key: str) -> str:
        return f"{len(row[key])} of 5" if key in row else ""

    def said(row: dict[str, Any]) -> str:
        chosen = row.get("chosen", "")
        return chosen if isinstance(chosen, str) else "{:g} + {:g} · size".format(*chosen)

    return tabulate(
        [
            (
                row["formula"],
                row["precision"],
                said(row),
                f"{row['bound']:.1e}",
                count(row, "chosen finds, normal inputs"),
                count(row, "chosen finds"),
                row.get("chosen blames", ""),
                count(row, "derived finds, normal inputs"),
                count(row, "derived finds"),
                row["derived blames"],
            )
            for row in rows
        ],
        (
            *("formula", "precision", "chosen tolerance", "derived bound, median"),
            *("chosen: normal inputs", "chosen: drawn", "chosen: right blamed"),
            *("derived: normal inputs", "derived: drawn", "derived: right blamed"),
        ),
        "pipe",
    )


if __name__ == "__main__":
    rows = measure()
    write(writable_folder(Path("build")) / "tolerances.json", json.dumps(rows, indent=1) + "\n")
    print(table(rows))
