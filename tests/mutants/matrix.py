"""The kill matrix: every catalogued mistake and every honest variant against the project's own check."""

import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from gradecheck.arguments.scope import DTYPES
from gradecheck.cases.case import Case
from gradecheck.grading.bank.store import draw
from gradecheck.numbers.compare import Comparison, Expectation, Verdict
from gradecheck.packs.contract import Contract
from gradecheck.verifying.check import check, expect
from gradecheck.verifying.tensors import run_reference
from tests.lecture import PROVED, PROVED_MISTAKES, PROVED_VARIANTS

PATIENCE = 5.0  # seconds for one case of one implementation; the slowest honest one takes milliseconds


@dataclass(frozen=True)
class Fate:
    """What became of one implementation with the inputs of one seed.

    caught: (check, regime) of the cases that it failed.  reasons: how: a verdict, or what was not as it should be.
    verdict: the worst.
    """

    id: str
    function: str
    seed: int
    caught: frozenset[tuple[str, str]]
    reasons: frozenset[str]
    verdict: Verdict

    @property
    def killed(self) -> bool:
        return bool(self.caught)


@dataclass(frozen=True)
class Subject:
    """An implementation on trial."""

    id: str
    function: str
    run: Callable[..., Any]
    at_worst: Verdict = Verdict.AGREES


def mistakes(function: str) -> list[Subject]:
    return [Subject(m.id, m.function, m.wrong) for m in PROVED_MISTAKES.get(function, ())]


def variants(function: str) -> list[Subject]:
    return [Subject(v.id, v.function, v.right, v.at_worst) for v in PROVED_VARIANTS.get(function, ())]


def cases_of(contract: Contract, examples: int, seed: int) -> list[tuple[Case, Expectation]]:
    """Cases that a submission may be asked, half of them in each precision, with what is expected of them."""
    drawn = [case for dtype in DTYPES for case in draw(contract, dtype, -(-examples // len(DTYPES)), seed)]
    expected = [(case, expect(contract, case, run_reference)) for case in drawn]
    for _, expectation in expected:
        if expectation.traced is not None:
            expectation.traced.tight  # noqa: B018  a twin is traced before anybody's patience counts
    return expected


def try_all(function: str, examples: int, seed: int) -> tuple[list[Fate], list[Fate]]:
    """The fates of all mistakes and of all variants of one function, on the same cases."""
    cases = cases_of(PROVED[function], examples, seed)
    return tuple([try_one(s, cases, seed) for s in group] for group in (mistakes(function), variants(function)))


def try_one(subject: Subject, cases: Sequence[tuple[Case, Expectation]], seed: int) -> Fate:
    """One implementation on every case. Whatever it raises, and however long it takes, is its own fault."""
    caught: set[tuple[str, str]] = set()
    reasons: set[str] = set()
    worst = Verdict.EXACT
    for case, expectation in cases:
        comparison = _patiently(subject, case, expectation)
        verdict = comparison.verdict
        worst = max(worst, verdict, key=lambda v: v.severity)
        if verdict.severity > max(subject.at_worst, Verdict.LESS_ACCURATE, key=lambda v: v.severity).severity:
            assert case.recipe is not None
            caught.add((case.check, case.recipe.regime))
            reasons |= {finding.kind for finding in comparison.findings} or {str(verdict)}
    return Fate(subject.id, subject.function, seed, frozenset(caught), frozenset(reasons), worst)


def _patiently(subject: Subject, case: Case, expectation: Expectation) -> Comparison:
    with warnings.catch_warnings(), np.errstate(all="ignore"), _alarm(PATIENCE):
        warnings.simplefilter("ignore")
        return check(subject.run, case, expectation)


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """TimeoutError inside the block after that many seconds; check() takes it for the implementation's own."""

    def ring(number: int, frame: FrameType | None) -> None:
        msg = f"no answer after {seconds:g} s"
        raise TimeoutError(msg)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def try_job(job: tuple[str, int, int]) -> tuple[list[Fate], list[Fate]]:
    """try_all for a process pool: (function, examples, seed)."""
    return try_all(*job)
