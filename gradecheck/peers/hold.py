"""Compares one adapter with torch on every contract that it offers; each adapter in a process of its own."""

from __future__ import annotations

import copyreg
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from gradecheck.arguments.regimes import REGIMES
from gradecheck.arguments.scope import Scope
from gradecheck.cases.case import Case
from gradecheck.cases.inputs import sample
from gradecheck.numbers.compare import Comparison
from gradecheck.packs.contract import Contract
from gradecheck.packs.pack import Pack
from gradecheck.peers.findings import VALUES, Disagreement, Held, Key, Row
from gradecheck.verifying.explain import Sides, explain
from gradecheck.verifying.implementation import load
from gradecheck.verifying.records import WorstCase
from gradecheck.verifying.tally import FAILURES_KEPT
from gradecheck.verifying.verify import Options, verify

Function = Callable[..., Any]


def _read_only(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)


copyreg.pickle(MappingProxyType, lambda proxy: (_read_only, (dict(proxy),)))


def hold(pack: Pack, file: Path, options: Options) -> Held:
    """Everything about one adapter.

    Raises ValueError where it cannot be imported.
    """
    subject = load(pack, file)
    rows: list[Row] = []
    disagreements: list[Disagreement] = []
    for contract in pack.contracts.values():
        function = subject.function(contract)
        if function is None:
            continue
        for dtype in options.scope.dtypes:
            row = Row(*(verify(contract, subject, dtype, told) for told in _asked_and_everything(options)))
            rows.append(row)
            disagreements += _disagreements(file.stem, contract, function, row, options)
    return Held(tuple(rows), tuple(disagreements))


def _asked_and_everything(options: Options) -> tuple[Options, Options]:
    asked, everything = (replace(options, scope=replace(options.scope, everything=e)) for e in (False, True))
    return asked, everything


def hold_apart(pack: Pack, file: Path, options: Options) -> Held:
    """The same in a fresh process, so that no peer changes how torch or another peer computes.

    Raises ValueError where the adapter cannot be imported or its process dies.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        try:
            return process.submit(hold, pack, file, options).result()
        except BrokenProcessPool as error:
            msg = f"peers: the process of {file.name} died, but should have answered; run gradecheck verify on it"
            raise ValueError(msg) from error


def _disagreements(
    peer: str, contract: Contract, function: Function, row: Row, options: Options
) -> Iterator[Disagreement]:
    """Each kind of disagreement once: one on asked inputs is not repeated for others."""
    seen: set[str] = set()
    sides = _sides(contract, function)
    for found, told in zip((row.asked, row.everything), _asked_and_everything(options), strict=True):
        if found.verdict.passes:
            continue
        kinds = _kinds(sides, row.dtype, told)
        for (where, what), failures in kinds.items():
            if what not in seen:
                key = Key(peer, contract.name, row.dtype, where, what)
                worst = _plainest(sides, what, failures, told.scope)
                yield Disagreement(key, contract, len(failures), worst)
        seen = {what for _, what in kinds}


def whats(comparison: Comparison) -> set[str]:
    """The ways in which a comparison fails: kinds of findings, and VALUES where a number is off."""
    found: set[str] = {finding.kind for finding in comparison.findings}
    if comparison.worst is not None and not comparison.values.passes:
        found.add(VALUES)
    return found


def where(case: Case, scope: Scope) -> str:
    """Why a submission is not asked this case: its regime, its shape, or something else; "asked" if it is."""
    if not scope.everything:
        return "asked"
    if case.recipe is not None and not REGIMES[case.recipe.regime].asked:
        return case.recipe.regime
    return "0-d" if any(np.ndim(x) == 0 for x in case.arguments if isinstance(x, np.ndarray)) else "other"


def _kinds(sides: Sides, dtype: str, options: Options) -> dict[tuple[str, str], list[Case]]:
    """The failing cases by where and what, over the same examples as in verify."""
    found: dict[tuple[str, str], list[Case]] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in sample(sides.contract, dtype, options.examples, options.seed, options.scope):
            for what in whats(sides.check(case)):
                found.setdefault((where(case, options.scope), what), []).append(case)
    return found


def _sides(contract: Contract, function: Function) -> Sides:
    from gradecheck.verifying.tensors import run_reference  # imports torch, so only where a twin really runs

    return Sides(contract, function, run_reference)


def _plainest(sides: Sides, what: str, failures: list[Case], scope: Scope) -> WorstCase:
    """The smallest failing case, explained where a number is off."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        smallest = min(failures, key=lambda case: sum(np.size(x) for x in case.arguments))
        comparison = sides.check(smallest)
        if what != VALUES:
            return WorstCase(smallest, comparison, smallest.recipe)
        alike = failures[:FAILURES_KEPT]
        return explain(sides, smallest, comparison, alike, lambda case: VALUES in whats(sides.check(case)), scope)
