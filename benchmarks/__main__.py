"""`make bench`: measure everything, print it beside the bars, write build/bench.json."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tabulate import tabulate

from benchmarks import attention, bounds, commands, images, marking, networks, reporting, searching, training
from gradecheck.machine.files import writable_folder, write


@dataclass(frozen=True)
class Bar:
    """What a figure should reach."""

    least: float = float("-inf")
    most: float = float("inf")

    def __str__(self) -> str:
        return f"at least {self.least:g}" if self.least > float("-inf") else f"under {self.most:g}"

    def holds(self, figure: float) -> bool:
        return self.least <= figure <= self.most


BARS = {
    "digits, torch time / numpy time": Bar(least=4),
    "digits, sklearn time / numpy time": Bar(least=2),
    "wide, 1 thread, torch time / numpy time": Bar(least=0.9),
    "wide, 2 threads, torch time / numpy time": Bar(least=0.9),
    "attention, 1 thread, torch time / numpy time": Bar(least=0.5),
    "attention, 2 threads, torch time / numpy time": Bar(least=0.5),
    "cnn, torch time / numpy time": Bar(least=1),
    "conv2d, float64, torch time / numpy time": Bar(least=0.5),
    "conv2d, float32, torch time / numpy time": Bar(least=0.5),
    "gradecheck --help, s": Bar(most=0.2),
    "gradecheck verify, s": Bar(most=20),
    "gradecheck verify, fewest examples a formula, direction and dtype": Bar(least=200),
    "gradecheck check, s": Bar(most=1),
    "pytest on two cores, s": Bar(most=180),
    "gradecheck report, s": Bar(most=30),
    "gradecheck report --from, s": Bar(most=5),
    "report.html, MB": Bar(most=3),
    "marking, submissions/s": Bar(least=12),
    "marking, cost / bare import numpy": Bar(most=2.5),
    "marking, memory of the parent at 2000 / at 100": Bar(most=1.1),
    "marking, time a submission at 2000 / at 100": Bar(most=1.1),
    "search for repairs, time of a class with it / without": Bar(most=1.6),
    "balls, 1000 elements, trace / plain call": Bar(most=8),
    "balls, 1000000 elements, trace / plain call": Bar(most=4),
    "balls, ms of ours a check of a drawn example": Bar(most=1),
}
MEASURES: tuple[Callable[[], dict[str, float]], ...] = (
    training.measure,
    attention.measure,
    images.measure,
    networks.measure,
    bounds.measure,
    commands.measure,
    reporting.measure,
    marking.measure,
    searching.measure,
)


def main() -> None:
    file = writable_folder(Path("build")) / "bench.json"
    figures: dict[str, float] = {}
    for measure in MEASURES:
        figures |= measure()
        write(file, json.dumps(figures, indent=1) + "\n")  # what was measured is kept if a later one fails
    rows = [(name, f"{figure:.4g}", BARS.get(name, ""), _verdict(name, figure)) for name, figure in figures.items()]
    print(tabulate(rows, ("what", "figure", "bar", "")))
    print(f"written to {file}")


def _verdict(name: str, figure: float) -> str:
    bar = BARS.get(name)
    if bar is None:
        return ""
    return "reached" if bar.holds(figure) else "MISSED"


if __name__ == "__main__":
    main()
