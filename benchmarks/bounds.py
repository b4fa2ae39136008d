"""What a derived tolerance costs: a twin's trace beside its plain call, and our part of an agreement check."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np
import torch
from tabulate import tabulate

from benchmarks.training import ratio, take_turns
from examples.library.formulas import FORMULAS, Formula, worst
from gradecheck.traced.bounds import bound

SEED = 3
LENGTHS = {1000: (20, 50), 10**6: (1000, 1000)}
"""Elements of the first input -> its rows and columns."""
LEAST_SECONDS = 0.02
"""Of the plain calls in a round: a clock's tick is nothing beside them."""


def measure(rounds: int = 9, examples: int = 100) -> dict[str, float]:
    """Name -> figure: medians over the formulas, forward, of ratios that are taken in each round."""
    figures = {}
    for elements in LENGTHS:
        case = f"{elements} elements, trace / plain call"
        ratios = {formula.twin.__module__.rpartition(".")[2]: _trace(formula, elements, rounds) for formula in _twins()}
        figures |= {f"balls, {case}, {name}": r for name, r in ratios.items()}
        figures[f"balls, {case}"] = median(ratios.values())
    figures["balls, ms of ours a check of a drawn example"] = 1e3 * median(_check(f, examples) for f in FORMULAS)
    return figures


def _twins() -> list[Formula]:
    """A formula for each twin."""
    return list({formula.twin: formula for formula in FORMULAS}.values())


def _trace(formula: Formula, elements: int, rounds: int) -> float:
    """On one thread: what many cores save differs from machine to machine."""
    rows, columns = LENGTHS[elements]
    lengths = dict.fromkeys("ndhmce", columns) | {"n": rows, "m": rows, "f": columns // 2}
    drawn = formula.drawn(np.random.default_rng(SEED), lengths, scale=1.0)
    inputs = [torch.from_numpy(x) if isinstance(x, np.ndarray) else x for x in drawn[formula.gradient :]]

    def plain() -> None:
        with torch.no_grad():
            formula.twin(*inputs)

    def traced() -> None:
        bound(formula.twin, *inputs)

    calls = max(1, round(LEAST_SECONDS / min(_seconds(plain) for _ in range(3))))
    seconds = take_turns({"plain": _often(plain, calls), "traced": _often(traced, -(-calls // 8))}, rounds, threads=1)
    return ratio(seconds["traced"], seconds["plain"]) * calls / -(-calls // 8)


def _check(formula: Formula, examples: int) -> float:
    """Seconds of a check beside those of the two functions that it calls, the median over drawn examples."""
    rng = np.random.default_rng(SEED)
    ours = []
    for _ in range(examples):
        inputs = formula.drawn(rng)
        tensors = [torch.from_numpy(x) if isinstance(x, np.ndarray) else x for x in inputs[formula.gradient :]]
        whole = _seconds(lambda: worst(formula.function, inputs, formula.bound(inputs)))
        theirs = _seconds(lambda: formula.function(*inputs)) + _seconds(lambda: formula.twin(*tensors))
        ours.append(whole - theirs)
    return median(ours)


def _often(run: Callable[[], object], times: int) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(times):
            run()

    return repeated


def _seconds(run: Callable[[], object]) -> float:
    begun = perf_counter()
    run()
    return perf_counter() - begun


if __name__ == "__main__":
    print(tabulate(measure().items(), headers=["figure", "value"], floatfmt=".2f"))
