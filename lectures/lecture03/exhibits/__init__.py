"""What Lecture 03 shows of an implementation beside its formulas: training runs, the worked example, what is open."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

from gradecheck.reporting.tasks import Exhibit, Task
from gradecheck.verifying.implementation import Implementation
from gradecheck.verifying.verify import Options
from lectures.lecture03.exhibits import two_features
from lectures.lecture03.exhibits.left_open import OPEN
from lectures.lecture03.exhibits.runs import moons, needs, real_network, real_perceptron
from lectures.lecture03.exhibits.worked_example import NEEDS, section, worked_example
from lectures.training import digits, on_digits

RATES: Final = tuple(itertools.product((0.01, 0.001), (0.0, 0.9)))
"""lr and mu as on the slides."""

DIGIT_RATES: Final = tuple(itertools.product((0.01, 0.1), (0.0, 0.9)))
EPOCHS: Final = 10
PERCEPTRON_RATES: Final = (0.1, 0.9)
PERCEPTRON_STEPS: Final = 3
PERCEPTRON_STRETCHES: Final = 40
TRAJECTORY_STEPS: Final = 200


def exhibits(implementation: Implementation, options: Options, whole: bool) -> list[Exhibit]:
    """Every section that the implementation has the functions for, in the order of the page.

    whole: whether all of the lecture is asked for; training takes longer than one formula is worth.
    """
    shown = [_two_features(implementation, options), _digits(implementation, options)] if whole else [UNTRAINED]
    return [*shown, _worked_example(implementation, options), Exhibit((), lambda found: OPEN)]


UNTRAINED: Final = Exhibit((), lambda found: None, ("training runs: they need every function",))


def _lacking(implementation: Implementation, what: str, names: Sequence[str]) -> tuple[str, ...]:
    """What goes unchecked for want of some function, in words; nothing where all are there."""
    lacking = [name for name in names if name not in implementation.functions]
    return (f"{what}: {implementation.name} has no {', '.join(lacking)}",) if lacking else ()


def _two_features(implementation: Implementation, options: Options) -> Exhibit:
    unchecked = _lacking(implementation, "SGD and momentum on two features", needs("tanh"))
    tasks = [
        Task(
            f"two features, {dtype}, lr {rates[0]:g}, mu {rates[1]:g}",
            moons,
            (dtype, rates, TRAJECTORY_STEPS, options.seed, options.device),
        )
        for dtype, rates in itertools.product(options.scope.dtypes, RATES)
    ]
    return Exhibit(
        () if unchecked else tuple(tasks), lambda found: two_features.section(found, implementation.name), unchecked
    )


def _digits(implementation: Implementation, options: Options) -> Exhibit:
    """The network, then the perceptron, in each precision."""
    network = _lacking(implementation, "the network on the digits", needs("relu"))
    perceptron = _lacking(implementation, "the single layer perceptron on the digits", ("train",))
    unchecked, tasks = [*network, *perceptron], list[Task]()
    try:
        for dtype in options.scope.dtypes:
            data = digits.load(dtype, options.seed)
            for rates in () if network else DIGIT_RATES:
                stage = f"digits, {dtype}, lr {rates[0]:g}, mu {rates[1]:g}"
                tasks.append(Task(stage, real_network, (data, rates, EPOCHS, options.seed, options.device)))
            if not perceptron:
                run = (data, PERCEPTRON_RATES, PERCEPTRON_STEPS, PERCEPTRON_STRETCHES, options.seed, options.device)
                tasks.append(Task(f"perceptron on the digits, {dtype}", real_perceptron, run))
    except ModuleNotFoundError as error:
        unchecked.append(str(error))
    return Exhibit(tuple(tasks), lambda found: on_digits.section(found, implementation.name), tuple(unchecked))


def _worked_example(implementation: Implementation, options: Options) -> Exhibit:
    unchecked = _lacking(implementation, "the slides' worked example", NEEDS)
    tasks = () if unchecked else (Task("worked example", worked_example, (options.device,)),)
    return Exhibit(tasks, section, unchecked)


