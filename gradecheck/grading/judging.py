"""The answers of one function held against the bank, all cases at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gradecheck.compare import Finding, as_results, errors
from gradecheck.grading.answers import Answer, Died, Limit, Missing, NoArray, Raised, Returned
from gradecheck.grading.bank import CHECK_CODES, BankedQuestion

Array = NDArray[Any]
State = Literal["agrees", "less accurate", "unstable", "wrong", "shape", "error", "limit"]
SEVERITY: tuple[State, ...] = ("agrees", "less accurate", "unstable", "wrong", "shape", "error", "limit")

RESULT_TYPES = ("ndarray", "float", "float32", "float64", "tuple", "list")


@dataclass(frozen=True)
class Judged:
    """What became of every case of one function.

    actual: the answers laid end to end like the bank's values, NaN where there is none; gave: whether a case gave it.
    states: a case each.   wrong_results: for each result, whether it was wrong in some case.
    findings: of hygiene, each kind and argument once, with the first case that showed it.
    reasons: for the cases that gave no array, the answer that says why.
    """

    banked: BankedQuestion
    actual: NDArray[np.float64]
    gave: NDArray[np.bool_]
    states: tuple[State, ...]
    wrong_results: tuple[bool, ...]
    findings: tuple[tuple[int, Finding], ...]
    reasons: dict[int, Answer | Finding]

    def failing(self, *states: State) -> list[int]:
        return [i for i, state in enumerate(self.states) if state in states]

    def check_of(self, case: int) -> str:
        return CHECK_CODES[self.banked.checks[case]]


def judge(banked: BankedQuestion, answers: Sequence[Answer]) -> Judged:
    """Every case's state, by the same bounds as everywhere."""
    contract, count = banked.contract, len(banked.recipes)
    actual = np.full(len(banked.values), np.nan)
    gave = np.zeros(count, bool)
    reasons: dict[int, Answer | Finding] = {}
    hygiene: dict[tuple[str, str], tuple[int, Finding]] = {}
    results = len(contract.results)
    dtypes = {name: np.dtype(name) for name in ("float32", "float64")}

    def note(case: int, finding: Finding) -> None:
        hygiene.setdefault((finding.kind, finding.name), (case, finding))

    for case, answer in enumerate(answers[:count]):
        for argument in getattr(answer, "changed", ()):
            if argument < len(contract.arguments):
                name = contract.arguments[argument].name
                note(case, Finding("changed", name, "written to", "left as it was"))
        if not isinstance(answer, Returned):
            reasons[case] = answer
            continue
        arrays, findings = as_results(answer.value, contract, dtypes[banked.recipes[case].dtype])
        if answer.type not in RESULT_TYPES:
            note(case, Finding("type", contract.results[0], f"a {answer.type}", "a NumPy array"))
        for finding in findings:
            if finding.hygienic and arrays:
                note(case, finding)
        shapes = banked.shapes[case]
        if not arrays:
            reasons[case] = findings[-1]
            continue
        off = [i for i, a in enumerate(arrays) if a.shape != shapes[i]]
        if off:
            name = contract.results[off[0]]
            reasons[case] = Finding("shape", name, str(arrays[off[0]].shape), str(shapes[off[0]]))
            continue
        gave[case] = True
        for i, array in enumerate(arrays):
            start = banked.starts[case * results + i]
            actual[start : start + array.size] = array.reshape(-1)
    _note_kept_state(banked, answers, actual, gave, note)
    states, wrong_results = _states(banked, actual, gave, reasons)
    return Judged(banked, actual, gave, states, wrong_results, tuple(hygiene.values()), reasons)


def _note_kept_state(
    banked: BankedQuestion, answers: Sequence[Answer], actual: Array, gave: NDArray[np.bool_], note: Any
) -> None:
    """The repeated cases must be answered as they were the first time."""
    count, results = len(banked.recipes), len(banked.contract.results)
    for case, answer in zip(banked.order[count:], answers[count:], strict=False):
        if not gave[case] or not isinstance(answer, Returned):
            continue
        again, _ = as_results(answer.value, banked.contract, np.dtype(banked.recipes[case].dtype))
        for i, array in enumerate(again):
            start = banked.starts[case * results + i]
            if not np.array_equal(array.reshape(-1), actual[start : start + array.size], equal_nan=True):
                note(case, Finding("state", banked.function, "another answer", "the same answer to the same call"))
                return


def _states(
    banked: BankedQuestion, actual: Array, gave: NDArray[np.bool_], reasons: dict[int, Answer | Finding]
) -> tuple[tuple[State, ...], tuple[bool, ...]]:
    error = errors(actual, banked.values)
    seen = ~np.isinf(banked.tight)
    beyond = seen & ~(error <= banked.tight)
    off = beyond & ~(error <= banked.loose)
    level = np.where(off, np.where(banked.unstable, 2, 3), np.where(beyond, 1, 0))
    worst = np.zeros(len(gave), int)
    np.maximum.at(worst, banked.case_of, level)
    states: list[State] = [SEVERITY[n] for n in worst]
    for case, reason in reasons.items():
        states[case] = _state_of(reason)
    results = len(banked.contract.results)
    bad = (level == 3) & gave[banked.case_of]
    result_of = np.searchsorted(banked.starts, np.arange(len(actual)), side="right") - 1
    wrong = tuple(bool(bad[result_of % results == i].any()) for i in range(results))
    return tuple(states), wrong


def _state_of(reason: Answer | Finding) -> State:
    match reason:
        case Finding():
            return "shape"
        case Limit():
            return "limit"
        case Raised() | NoArray() | Missing() | Died():
            return "error"
        case Returned():
            return "agrees"
