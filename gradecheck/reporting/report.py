"""Everything that the comparison report holds, found in one run."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gradecheck import digits
from gradecheck.compare import Verdict
from gradecheck.contract import Contract
from gradecheck.environment import environment
from gradecheck.exhibits import Curve, Distance, Sheet
from gradecheck.implementation import Implementation
from gradecheck.records import Report, Training, Trajectory, Verification, WorkedExample
from gradecheck.regimes import MEANINGS
from gradecheck.reporting.accuracy import accuracy
from gradecheck.reporting.curves import curve
from gradecheck.reporting.runs import moons, needs, real_network, real_perceptron, two_moons
from gradecheck.reporting.sheets import sheet
from gradecheck.reporting.tasks import Progress, Task, Workers, processes
from gradecheck.reporting.worked_example import worked_example
from gradecheck.verify import Options, verify
from gradecheck.wording import lacking

__all__ = ["build", "two_moons"]

RATES: Final = tuple(itertools.product((0.01, 0.001), (0.0, 0.9)))
"""lr and mu as on the slides."""

DIGIT_RATES: Final = tuple(itertools.product((0.01, 0.1), (0.0, 0.9)))
EPOCHS: Final = 10
PERCEPTRON_RATES: Final = (0.1, 0.9)
PERCEPTRON_STEPS: Final = 3
PERCEPTRON_STRETCHES: Final = 40
TRAJECTORY_STEPS: Final = 200


@dataclass(frozen=True)
class Broken:
    """A piece of work that the implementation broke off with an exception."""

    reason: str


def _attempt(implementation: Implementation, stage: str, function: Any, *arguments: Any) -> Any:
    """The function's result, or Broken: what goes wrong in a stranger's code is for the report to say."""
    try:
        return function(implementation, *arguments)
    except (Exception, SystemExit) as error:
        return Broken(f"{stage}: {implementation.name} raised {type(error).__name__}: {error}")


def _attempted(stage: str, function: Any, *arguments: Any) -> Task:
    return Task(stage, _attempt, (stage, function, *arguments))


def _verified(implementation: Implementation, contract: Contract, dtype: str, options: Options) -> Verification:
    return verify(contract, implementation, dtype, options)


def _drawn(implementation: Implementation, subject: str, options: Options) -> Curve | None:
    return curve(subject, implementation, options.device)


def _distances(
    implementation: Implementation, contract: Contract, dtype: str, options: Options
) -> tuple[Distance, ...]:
    try:
        return accuracy(contract, implementation, dtype, options.seed, options.scope)
    except (Exception, SystemExit):  # its verdict says what it does wrong; there is only no distance
        return ()


def _sheet(implementation: Implementation, contract: Contract, *told: Any) -> Sheet:
    return sheet(contract, implementation, *told)


def _lacks(implementation: Implementation, names: Sequence[str]) -> list[str]:
    return [name for name in names if name not in implementation.functions]


def _runs(implementation: Implementation, options: Options, unchecked: list[str]) -> list[Task]:
    """The training runs that the implementation has the functions for; the longest first."""
    tasks = []
    lacking = _lacks(implementation, needs("relu"))
    if lacking:
        unchecked.append(f"the network on the digits: {implementation.name} has no {', '.join(lacking)}")
    if "train" not in implementation.functions:
        unchecked.append(f"the single layer perceptron on the digits: {implementation.name} has no train")
    try:
        for dtype in options.scope.dtypes:
            data = digits.load(dtype, options.seed)
            for rates in DIGIT_RATES if not lacking else ():
                stage = f"digits, {dtype}, lr {rates[0]:g}, mu {rates[1]:g}"
                tasks.append(_attempted(stage, real_network, data, rates, EPOCHS, options.seed, options.device))
            if "train" in implementation.functions:
                steps = (PERCEPTRON_RATES, PERCEPTRON_STEPS, PERCEPTRON_STRETCHES, options.seed, options.device)
                tasks.append(_attempted(f"perceptron on the digits, {dtype}", real_perceptron, data, *steps))
    except ModuleNotFoundError as error:
        unchecked.append(str(error))
    lacking = _lacks(implementation, needs("tanh"))
    if lacking:
        unchecked.append(f"SGD and momentum on two features: {implementation.name} has no {', '.join(lacking)}")
        return tasks
    for dtype, rates in itertools.product(options.scope.dtypes, RATES):
        stage = f"two features, {dtype}, lr {rates[0]:g}, mu {rates[1]:g}"
        tasks.append(_attempted(stage, moons, dtype, rates, TRAJECTORY_STEPS, options.seed, options.device))
    return tasks


def build(
    contracts: list[Contract],
    implementation: Implementation,
    options: Options,
    command: str,
    progress: Progress,
    at_once: int = 1,
    missing: tuple[str, ...] = (),
) -> Report:
    """Verify every contract, follow the trajectories, recompute the worked example, train on the digits.

    at_once: processes to share the work out to; more than one takes an implementation that `load` loads again.
    missing: functions that were asked for and are not there.
    """
    unchecked: list[str] = []
    rows = list(itertools.product(contracts, options.scope.dtypes))
    subjects = dict.fromkeys(c.subject for c in contracts)
    asked = {c.name for c in contracts} | set(missing)
    whole = len(asked) == len(implementation.pack.contracts)
    with Workers(implementation, min(at_once, processes(len(rows)))) as workers:  # each imports torch, and nobody else
        groups = [
            _runs(implementation, options, unchecked) if whole else [],
            [Task(f"{c.name} {dtype}", _verified, (c, dtype, options)) for c, dtype in rows],
            [Task(f"{c.name} {dtype} and the truth", _distances, (c, dtype, options)) for c, dtype in rows],
            [Task(f"{subject} drawn", _drawn, (subject, options)) for subject in subjects],
            [_attempted("worked example", worked_example, options.device)],
        ]
        found = iter(workers.results(list(itertools.chain(*groups)), progress))
        runs, verifications, distances, curves, worked = ([next(found) for _ in group] for group in groups)
        far = {(c.name, dtype): d for (c, dtype), d in zip(rows, distances, strict=True)}
        sheets = workers.results([_on_paper(c, verifications, far, options) for c in contracts], lambda stage: None)
    if not whole:
        unchecked.append("training runs: they need every function")
    unchecked += [f"{v.contract.name} {v.dtype}: no example has {name}" for v in verifications for name in v.unmet]
    ended = [*runs, *worked]
    return Report(
        environment=environment(command, options.seed),
        implementation=implementation.name,
        verifications=tuple(verifications),
        worked=next((x for x in ended if isinstance(x, WorkedExample)), None),
        trajectories=tuple(x for x in ended if isinstance(x, Trajectory)),
        trainings=tuple(x for x in ended if isinstance(x, Training)),
        unchecked=tuple(unchecked),
        broken=tuple(x.reason for x in ended if isinstance(x, Broken)),
        sheets=tuple(sheets),
        curves=tuple(c for c in curves if c is not None),
        missing=missing,
        lacking=tuple(lacking(implementation.name, len(asked), missing, implementation.classes)),
        glossary=MEANINGS,
    )


def _on_paper(
    contract: Contract,
    verifications: Sequence[Verification],
    distances: Mapping[tuple[str, str], tuple[Distance, ...]],
    options: Options,
) -> Task:
    """The sheet of one function, with its verifications by dtype but for those that had nothing to verify."""
    own = {v.dtype: v for v in verifications if v.contract.name == contract.name and v.verdict is not Verdict.MISSING}
    far = {dtype: distances[contract.name, dtype] for dtype in own}
    return Task(f"{contract.name} on paper", _sheet, (contract, own, far, options.device))
