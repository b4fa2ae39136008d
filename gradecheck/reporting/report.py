"""Finds everything that the comparison report holds, in one run."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradecheck.arguments.regimes import MEANINGS
from gradecheck.numbers.compare import Verdict
from gradecheck.packs import registry
from gradecheck.packs.contract import Contract
from gradecheck.reporting.accuracy import accuracy
from gradecheck.reporting.curves import curve
from gradecheck.reporting.environment import environment
from gradecheck.reporting.records import Curve, Distance, Report, Sheet
from gradecheck.reporting.sheets import sheet
from gradecheck.reporting.tasks import Exhibit, Progress, Task, Workers, processes
from gradecheck.verifying.implementation import Implementation
from gradecheck.verifying.records import Verification
from gradecheck.verifying.repaired import repaired
from gradecheck.verifying.verify import Options, verify
from gradecheck.verifying.wording import lacking


@dataclass(frozen=True)
class Broken:
    """A piece of work in which the implementation raised an exception."""

    reason: str


def _attempt(implementation: Implementation, stage: str, function: Any, *arguments: Any) -> Any:
    """The function's result, or Broken: the report tells what went wrong in somebody's code."""
    try:
        return function(implementation, *arguments)
    except (Exception, SystemExit) as error:
        return Broken(f"{stage}: {implementation.name} raised {type(error).__name__}: {error}")


def _attempted(task: Task) -> Task:
    return Task(task.stage, _attempt, (task.stage, task.function, *task.arguments))


def _verified(implementation: Implementation, contract: Contract, dtype: str, options: Options) -> Verification:
    return verify(contract, implementation, dtype, options)


def _drawn(implementation: Implementation, subject: str, options: Options) -> Curve | None:
    return curve(subject, implementation, options.device)


def _distances(
    implementation: Implementation, contract: Contract, dtype: str, options: Options
) -> tuple[Distance, ...]:
    try:
        return accuracy(contract, implementation, dtype, options.seed, options.scope)
    except (Exception, SystemExit):  # the verdict tells the error; only the distance is left out
        return ()


def _sheet(implementation: Implementation, contract: Contract, *told: Any) -> Sheet:
    return sheet(contract, implementation, *told)


def _exhibits(implementation: Implementation, options: Options, whole: bool) -> list[Exhibit]:
    """What the pack shows beside its formulas."""
    show = registry.exhibits(implementation.pack)
    return [] if show is None else show(implementation, options, whole)


def build(
    contracts: list[Contract],
    implementation: Implementation,
    options: Options,
    command: str,
    progress: Progress,
    at_once: int = 1,
    missing: tuple[str, ...] = (),
) -> Report:
    """Verify every contract, and find what the pack shows beside them, and what makes right what is wrong in a file.

    at_once: processes; for more than one the implementation has to come from `load`.
    missing: functions that were asked for and are not there.
    """
    rows = list(itertools.product(contracts, options.scope.dtypes))
    subjects = dict.fromkeys(c.subject for c in contracts)
    asked = {c.name for c in contracts} | set(missing)
    whole = len(asked) == len(implementation.pack.contracts)
    with Workers(implementation, min(at_once, processes(len(rows)))) as workers:  # only these import torch
        exhibits = _exhibits(implementation, options, whole)
        groups = [  # the longest first
            *([_attempted(task) for task in exhibit.tasks] for exhibit in exhibits),
            [Task(f"{c.name} {dtype}", _verified, (c, dtype, options)) for c, dtype in rows],
            [Task(f"{c.name} {dtype} and the truth", _distances, (c, dtype, options)) for c, dtype in rows],
            [Task(f"{subject} drawn", _drawn, (subject, options)) for subject in subjects],
        ]
        found = iter(workers.results(list(itertools.chain(*groups)), progress))
        *shown, verifications, distances, curves = ([next(found) for _ in group] for group in groups)
        far = {(c.name, dtype): d for (c, dtype), d in zip(rows, distances, strict=True)}
        sheets = workers.results([_on_paper(c, verifications, far, options) for c in contracts], lambda stage: None)
    verifications = repaired(verifications, implementation, options.scope)
    sections = [
        exhibit.section([x for x in own if not isinstance(x, Broken)])
        for exhibit, own in zip(exhibits, shown, strict=True)
    ]
    unchecked = [reason for exhibit in exhibits for reason in exhibit.unchecked]
    unchecked += [f"{v.contract.name} {v.dtype}: no example has {name}" for v in verifications for name in v.unmet]
    return Report(
        environment=environment(command, options.seed),
        implementation=implementation.name,
        verifications=tuple(verifications),
        sections=tuple(s for s in sections if s is not None),
        unchecked=tuple(unchecked),
        whole=whole,
        broken=tuple(x.reason for x in itertools.chain(*shown) if isinstance(x, Broken)),
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
    """The sheet of one function, with its verifications by dtype, without those that had nothing to verify."""
    own = {v.dtype: v for v in verifications if v.contract.name == contract.name and v.verdict is not Verdict.MISSING}
    far = {dtype: distances[contract.name, dtype] for dtype in own}
    return Task(f"{contract.name} on paper", _sheet, (contract, own, far, options.device))
