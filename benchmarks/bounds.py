"""What a derived tolerance costs: a twin's trace beside its plain call, and our part of an agreement check."""

from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

import numpy as np
import torch
from tabulate import tabulate

from benchmarks.inputs import normal
from benchmarks.training import ratio, take_turns
from examples.library.formulas import FORMULAS, Formula
from gradecheck.agreement.drawn import Drawn
from gradecheck.agreement.sides import answer
from gradecheck.cases.inputs import sample
from gradecheck.traced.calls import Call, Forward, as_tensor, on_balls

SIZES = {1000: (20, 50), 10**6: (1000, 1000)}
"""Elements of the first input -> its rows and columns."""

LEAST_SECONDS = 0.02
"""Of the plain calls in a round: a tick of the clock is nothing beside them."""

FEWER = 8
"""A trace is called once where the plain function is called so often."""


def measure(rounds: int = 9, examples: int = 100) -> dict[str, float]:
    """Name -> figure: medians over the formulas, forward, of ratios that are taken in each round."""
    figures: dict[str, float] = {}
    for elements in SIZES:
        case = f"balls, {elements} elements, trace / plain call"
        ratios = {formula.name: _trace(formula, elements, rounds) for formula in FORMULAS}
        figures |= {f"{case}, {name}": r for name, r in ratios.items()}
        figures[case] = median(ratios.values())
    figures["balls, ms of ours a check of a drawn example"] = 1e3 * median(_check(f, examples) for f in FORMULAS)
    return figures


def _trace(formula: Formula, elements: int, rounds: int) -> float:
    """On one thread: what more threads save differs from machine to machine."""
    inputs = [as_tensor(x) for x in normal(formula, *SIZES[elements])]
    run = Forward(Call(formula.twin, tuple(inputs), {}))

    def plain() -> None:
        with torch.no_grad():
            formula.twin(*inputs)

    def traced() -> None:
        on_balls(run)

    calls = FEWER * max(1, round(LEAST_SECONDS / FEWER / min(_seconds(plain) for _ in range(3))))
    seconds = take_turns({"plain": _often(plain, calls), "traced": _often(traced, calls // FEWER)}, rounds, threads=1)
    return FEWER * ratio(seconds["traced"], seconds["plain"])


def _check(formula: Formula, examples: int) -> float:
    """Seconds of a check beside those of the two functions that it calls, the median over drawn examples."""
    agreeing = formula.held(dtypes=["float32"])
    drawn = Drawn(agreeing.sides[0], agreeing.plan, "float32")
    return median(_ours(drawn, case) for case in sample(drawn.contract, "float32", examples, 0, drawn.plan.scope))


def _ours(drawn: Drawn, case: Any) -> float:
    of = drawn.call(case)
    tensors = [as_tensor(x) for x in of.inputs]
    whole = _seconds(lambda: answer(drawn.side, of, drawn.expect(of)).comparison)
    with np.errstate(all="ignore"):
        mine = _seconds(lambda: drawn.side.function(*of.inputs))
    return whole - mine - _seconds(lambda: drawn.side.twin(*tensors))


def _often(run: Callable[[], object], times: int) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(times):
            run()

    return repeated


def _seconds(run: Callable[[], object]) -> float:
    """Of the processor: others may be at work beside us."""
    begun = process_time()
    run()
    return process_time() - begun


if __name__ == "__main__":
    print(tabulate(measure().items(), headers=["figure", "value"], floatfmt=".2f"))
