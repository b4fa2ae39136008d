"""What the rest of the course shows of an implementation beside its formulas: networks that learn the real digits."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

from gradecheck.reporting.tasks import Exhibit, Task
from gradecheck.verifying.implementation import Implementation
from gradecheck.verifying.verify import Options
from lectures.beyond.exhibits.start import start
from lectures.training import digits, on_digits
from lectures.training.reading import reading
from lectures.training.records import Training
from lectures.training.trajectory import follow

EPOCHS: Final = 3
NEEDS: Final = ("step", "fit", "cnn", "transformer")


@dataclass(frozen=True)
class Run:
    """A network, the optimiser that trains it, its learning rate, a title, and the precisions in which it is judged."""

    network: str
    optimiser: str
    lr: float
    title: str
    dtypes: tuple[str, ...] = ("float64", "float32")


TOO_DEEP: Final = (
    "the transformer in float32: the bound of a step through all its parts and back is mostly larger than the step; "
    "each part is held by its row"
)
RUNS: Final = (
    Run("cnn", "momentum", 0.05, "CNN of two convolutions"),
    Run("cnn", "adam", 0.005, "CNN of two convolutions"),
    Run("transformer", "nesterov", 0.05, "transformer of one block", ("float64",)),
    Run("transformer", "adamw", 0.005, "transformer of one block", ("float64",)),
)


def exhibits(implementation: Implementation, options: Options, whole: bool) -> list[Exhibit]:
    """The training runs, where the implementation has the networks.

    whole: whether all of the pack is asked for; training takes longer than one formula is worth.
    """
    if not whole:
        return [Exhibit((), lambda found: None, ("networks on the digits: they need every function",))]
    lacking = [name for name in NEEDS if name not in implementation.functions]
    if lacking:
        lacks = f"networks on the digits: {implementation.name} has no {', '.join(lacking)}"
        return [Exhibit((), lambda found: None, (lacks,))]
    try:
        data = {dtype: digits.load(dtype, options.seed) for dtype in options.scope.dtypes}
    except ModuleNotFoundError as error:
        return [Exhibit((), lambda found: None, (str(error),))]
    settings = (EPOCHS, options.seed, options.device)
    tasks = tuple(
        Task(f"{run.network}, {run.optimiser}, {dtype}", train, (data[dtype], run, *settings))
        for run, dtype in itertools.product(RUNS, options.scope.dtypes)
        if dtype in run.dtypes
    )
    unchecked = (TOO_DEEP,) if "float32" in options.scope.dtypes else ()
    return [Exhibit(tasks, lambda found: on_digits.section(found, implementation.name), unchecked)]


def train(
    implementation: Implementation, data: digits.Digits, run: Run, epochs: int, seed: int, device: str = "cpu"
) -> Training:
    """The network on the digits, in batches, each side's step beside the other's."""
    from lectures.beyond.exhibits import steps

    parameters = start(run.network, str(data.A.dtype), seed)
    both = steps.sides(implementation, run.network, run.optimiser, run.lr, len(parameters), device)
    batches = [(A, T, t) for t, (A, T) in enumerate(digits.epochs(data, epochs, seed), start=1)]
    settings: dict[str, float | str] = {"optimiser": run.optimiser, "lr": run.lr}
    found = follow(both, steps.at_rest(parameters, run.optimiser), len(parameters), batches, settings, seed)
    ours, _ = implementation.functions[run.network](data.held_out_rows, found.final)
    theirs = steps.scores(run.network, found.reference_final, data.held_out_rows, device)
    return Training(run.title, epochs, len(batches) // epochs, found, reading(ours, theirs, data))
