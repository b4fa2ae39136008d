"""Tolerances that public suites choose, beside derived bounds: `python -m benchmarks.tolerances`.

Which of the planted slips each finds, on inputs as gradecheck draws them, and on standard normal ones as suites do.
Writes build/tolerances.json.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tabulate import tabulate

from benchmarks.inputs import normal
from examples.library.bfloat16 import rounded_at_the_end
from examples.library.formulas import FORMULAS, Formula
from examples.library.slips import slips
from gradecheck.agreement.allowed import Allowed
from gradecheck.agreement.drawn import Drawn
from gradecheck.agreement.sides import Call, answer
from gradecheck.cases.inputs import sample
from gradecheck.machine.files import writable_folder, write

CHOSEN = tomllib.loads(Path(__file__).with_name("chosen.toml").read_text(encoding="utf-8"))
SUITE = ((63, 41), (5, 123), (64, 64))
"""Rows and columns of what suites draw."""

Holds = Callable[[Drawn, Call, Allowed], bool]


def measure(examples: int = 50) -> list[dict[str, Any]]:
    """A row for each function with slips, in each precision."""
    return [row for formula in FORMULAS for dtype in ("float32", "bfloat16") for row in _rows(formula, dtype, examples)]


def _rows(formula: Formula, dtype: str, examples: int) -> Iterator[dict[str, Any]]:
    wrong = {(name, what): _held(slip, dtype)[name] for (name, what), slip in slips(formula).items()}
    for name, right in _held(formula, dtype).items():
        mine = {what: drawn for (where, what), drawn in wrong.items() if where == name}
        if mine:
            yield _row(name, right, mine, list(_cases(formula, right, examples)))


def _held(formula: Formula, dtype: str) -> dict[str, Drawn]:
    """The function and its gradient, each on drawn inputs."""
    half = dtype == "bfloat16"
    formula = formula.emulated(rounded_at_the_end) if half else formula
    agreeing = formula.held(dtypes=[dtype], convert=(lambda x: x) if half else None)
    return {side.function.__name__: Drawn(side, agreeing.plan, dtype) for side in agreeing.sides}


@dataclass(frozen=True)
class Input:
    """One call, and whether it is as gradecheck draws it."""

    of: Call
    allowed: Allowed
    drawn: bool


def _cases(formula: Formula, right: Drawn, examples: int) -> Iterator[Input]:
    for case in sample(right.contract, "float32", examples, 0, right.plan.scope):
        of = right.call(case)
        yield Input(of, right.expect(of), drawn=True)
    for seed, (rows, columns) in enumerate(SUITE):
        columns -= columns % 2 if formula.sizes else 0
        arrays = normal(formula, rows, columns, seed)
        names = tuple(argument.name for argument in right.contract.arguments)
        of = right.side.call(Call(tuple(_in(x, right.dtype) for x in arrays), names, {}))
        yield Input(of, right.expect(of), drawn=False)


def _in(x: Any, dtype: str) -> Any:
    if dtype == "float32" or not isinstance(x, np.ndarray):
        return x
    return torch.from_numpy(x).bfloat16() if x.dtype == np.float32 else torch.from_numpy(x)


def _row(name: str, right: Drawn, wrong: dict[str, Drawn], inputs: list[Input]) -> dict[str, Any]:
    suite = [x.allowed for x in inputs if not x.drawn]
    bounds = np.concatenate([np.ravel(t) for allowed in suite for t in allowed.tight])
    row: dict[str, Any] = {"function": name, "precision": right.dtype, "bound": float(np.median(bounds))}
    row["where"], row["chosen"] = CHOSEN[name]["where"], CHOSEN[name].get(right.dtype, "")
    ways: dict[str, Holds] = {"derived": _derived}
    if row["chosen"]:
        ways["chosen"] = lambda drawn, of, allowed: _within(row["chosen"], drawn, of, allowed)
    for way, holds in ways.items():
        row[f"{way}, blames"] = sum(not holds(right, x.of, x.allowed) for x in inputs)
        for kind, drawn in (("normal", False), ("drawn", True)):
            some = [x for x in inputs if x.drawn is drawn]
            row[f"{way}, {kind}"] = [
                what for what, slip in wrong.items() if not all(holds(slip, x.of, x.allowed) for x in some)
            ]
    return row


def _derived(drawn: Drawn, of: Call, allowed: Allowed) -> bool:
    """Strictly: an answer with fewer right digits than it could have does not pass."""
    try:
        return answer(drawn.side, of, allowed).comparison.verdict in ("exact", "agrees")
    except ArithmeticError:
        return False


def _within(chosen: Any, drawn: Drawn, of: Call, allowed: Allowed) -> bool:
    try:
        found = answer(drawn.side, of, allowed)
    except ArithmeticError:
        return False
    pairs = list(zip(found.arrays, allowed.values, strict=bool(found.arrays)))
    if not pairs or any(a.shape != b.shape for a, b in pairs):
        return False
    if isinstance(chosen, str):  # no farther from the true values than twice what torch is, at the worst number
        assert allowed.true is not None
        true = allowed.true()
        twin = drawn.side.twin(*of.inputs).float().numpy()
        return all(np.max(np.abs(a - t)) <= 2 * np.max(np.abs(twin - t)) for (a, _), t in zip(pairs, true, strict=True))
    absolute, relative = chosen
    return all(bool(np.all(np.abs(np.float64(a) - b) <= absolute + relative * np.abs(b))) for a, b in pairs)


def table(rows: list[dict[str, Any]]) -> str:
    def count(row: dict[str, Any], key: str) -> str:
        return f"{len(row[key])} of 5" if key in row else ""

    def said(chosen: Any) -> str:
        return chosen if isinstance(chosen, str) else "{:g} + {:g} · size".format(*chosen)

    return tabulate(
        [
            (
                *(row["function"], row["precision"], said(row["chosen"]), f"{row['bound']:.1e}"),
                *(count(row, f"{way}, {kind}") for way in ("chosen", "derived") for kind in ("normal", "drawn")),
                row.get("chosen, blames", ""),
                row["derived, blames"],
            )
            for row in rows
        ],
        (
            *("function", "precision", "chosen tolerance", "derived bound, median"),
            *("chosen finds, normal inputs", "chosen finds, drawn", "derived finds, normal inputs"),
            *("derived finds, drawn", "right answers chosen blames", "right answers derived blames"),
        ),
        "pipe",
    )


if __name__ == "__main__":
    with np.errstate(all="ignore"):
        found = measure()
    write(writable_folder(Path("build")) / "tolerances.json", json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    print(table(found))
