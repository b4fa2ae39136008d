"""One adapter against every contract that it offers; each adapter in a process of its own."""

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

from gradecheck.check import answer, check, expect
from gradecheck.compare import Comparison
from gradecheck.contract import Contract
from gradecheck.implementation import load
from gradecheck.inputs import sample
from gradecheck.pack import Pack
from gradecheck.peers.findings import VALUES, Disagreement, Held, Key, Row
from gradecheck.records import Case, WorstCase
from gradecheck.regimes import REGIMES
from gradecheck.scope import Scope
from gradecheck.shrink import shrink
from gradecheck.signs import common_signs
from gradecheck.tally import FAILURES_KEPT
from gradecheck.verify import Options, verify
from gradecheck.witness import hear_witness

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
    """Each kind of disagreement once; what happens on asked inputs is not repeated for others."""
    seen: set[str] = set()
    for found, told in zip((row.asked, row.everything), _asked_and_everything(options), strict=True):
        if found.verdict.passes:
            continue
        kinds = _kinds(contract, function, row.dtype, told)
        for (where, what), failures in kinds.items():
            if what not in seen:
                key = Key(peer, contract.name, row.dtype, where, what)
                worst = _plainest(contract, function, what, failures, told.scope)
                yield Disagreement(key, contract, len(failures), worst)
        seen = {what for _, what in kinds}


def whats(comparison: Comparison) -> set[str]:
    """The ways in which a comparison fails: kinds of findings, and VALUES where a number is off."""
    found: set[str] = {finding.kind for finding in comparison.findings}
    if comparison.worst is not None and not comparison.values.passes:
        found.add(VALUES)
    return found


def where(case: Case, scope: Scope) -> str:
    """What sets a case apart that a submission is not asked: its regime, its shape, or something else."""
    if not scope.everything:
        return "asked"
    if case.recipe is not None and not REGIMES[case.recipe.regime].asked:
        return case.recipe.regime
    return "0-d" if any(np.ndim(x) == 0 for x in case.arguments if isinstance(x, np.ndarray)) else "other"


def _kinds(
    contract: Contract, function: Function, dtype: str, options: Options
) -> dict[tuple[str, str], list[Case]]:
    """The failing cases by where and what, over the same examples as verify's."""
    found: dict[tuple[str, str], list[Case]] = {}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for case in sample(contract, dtype, options.examples, options.seed, options.scope):
            for what in whats(_compared(contract, function, case)):
                found.setdefault((where(case, options.scope), what), []).append(case)
    return found


def _compared(contract: Contract, function: Function, case: Case) -> Comparison:
    from gradecheck.tensors import run_reference  # torch: only where a formula of reference/ really runs

    return check(function, case, expect(contract, case, run_reference))


def _plainest(
    contract: Contract, function: Function, what: str, failures: list[Case], scope: Scope
) -> WorstCase:
    """The smallest failing case; a number that is off also shrunk, with its sign and the third witness's word."""
    from gradecheck.tensors import run_reference

    def same(case: Case) -> bool:
        return VALUES in whats(_compared(contract, function, case))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        smallest = min(failures, key=lambda case: sum(np.size(x) for x in case.arguments))
        if what != VALUES:
            return WorstCase(smallest, _compared(contract, function, smallest), smallest.recipe)
        case = shrink(contract, smallest, same, scope)
        expectation = expect(contract, case, run_reference)
        comparison = check(function, case, expectation)
        expectations = [expect(contract, failure, run_reference) for failure in failures[:FAILURES_KEPT]]
        answers = [(answer(function, e), e) for e in expectations]
        signs = common_signs(pair for pair in answers if pair[0])
        return WorstCase(case, comparison, smallest.recipe, hear_witness(expectation, comparison), signs)
