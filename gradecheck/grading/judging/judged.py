"""Compares the answers of one function with the bank, all cases at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.jail.answers import (
    Answer,
    Died,
    Fault,
    Limit,
    Missing,
    NoArray,
    Raised,
    Returned,
    Unanswered,
    Value,
    unwritten,
)
from gradecheck.numbers.compare import Finding, as_results, errors, same_within, with_article
from gradecheck.packs.contract import Contract

Array = NDArray[Any]
State = Literal["agrees", "less accurate", "slow", "unstable", "wrong", "shape", "error", "limit"]
SEVERITY: tuple[State, ...] = ("agrees", "less accurate", "slow", "unstable", "wrong", "shape", "error", "limit")
SLOW, UNSTABLE, WRONG, SHAPE = (SEVERITY.index(state) for state in ("slow", "unstable", "wrong", "shape"))
BAD: tuple[State, ...] = SEVERITY[UNSTABLE:]
"""Slow cases were not answered, and are not judged."""

RESULT_TYPES = ("ndarray", "float", "float32", "float64", "tuple", "list")


@dataclass(frozen=True)
class Judged:
    """Every case of one function, judged.

    actual: the answers end to end like the bank's values, NaN for none.
    levels: a row a case, a column a result: index into SEVERITY.
    misshapen: by case and result, the answers with a wrong shape.
    findings: of hygiene, each kind and argument once, with the first case that showed it.
    reasons: by case, why it gave no arrays of the right shape.
    """

    banked: BankedQuestion
    actual: NDArray[np.float64]
    levels: NDArray[np.int8]
    misshapen: Mapping[tuple[int, int], Array]
    findings: tuple[tuple[int, Finding], ...]
    reasons: Mapping[int, Answer | Finding]

    @cached_property
    def states(self) -> tuple[State, ...]:
        """A state a case: that of its worst result."""
        return tuple(SEVERITY[level] for level in self.levels.max(axis=1))

    @property
    def flawless(self) -> bool:
        return not self.findings and bool((self.levels < SLOW).all())

    @property
    def right(self) -> bool:
        """Whether every case is right, hygiene aside."""
        return bool((self.levels < UNSTABLE).all())

    @property
    def unwritten(self) -> bool:
        """Whether there is no function yet, or only one that always raises NotImplementedError."""
        return all(unwritten(self.reasons.get(case)) for case in range(len(self.levels)))

    @cached_property
    def fault(self) -> Fault | None:
        """A fault of ours, because of which nothing can be judged."""
        return next((reason for reason in self.reasons.values() if isinstance(reason, Fault)), None)

    def failing(self, *states: State) -> list[int]:
        return [i for i, state in enumerate(self.states) if state in states]


def judge(banked: BankedQuestion, answers: Sequence[Answer], numbers: NDArray[np.float64] | None = None) -> Judged:
    """Judge every case, by the same bounds as verify.

    numbers: of the answers end to end, if all answers are usual ones (usual.py).
    """
    if numbers is not None:
        return Judged(banked, numbers, _levels(banked, numbers, {}, {}), {}, (), {})
    contract, count = banked.contract, len(banked.recipes)
    segments: list[Array] = []  # a result each, in the order of the bank
    misshapen: dict[tuple[int, int], Array] = {}
    reasons: dict[int, Answer | Finding] = {}
    hygiene: dict[tuple[str, str], tuple[int, Finding]] = {}
    dtypes = {name: np.dtype(name) for name in ("float32", "float64")}

    def note(case: int, finding: Finding) -> None:
        hygiene.setdefault((finding.kind, finding.name), (case, finding))

    for case, (answer, shapes) in enumerate(zip(answers[:count], banked.shapes, strict=True)):
        dtype = dtypes[banked.recipes[case].dtype]
        plain = _plain(answer, dtype, shapes)
        if plain:
            segments += plain
            continue
        for argument in getattr(answer, "changed", ()):
            if argument < len(contract.arguments):
                name = contract.arguments[argument].name
                note(case, Finding("changed", name, "written to", "left as it was"))
        if isinstance(answer, Unanswered):
            reasons[case] = answer
            segments += _right(banked, case)  # a slow case costs no check
            continue
        found, findings, reason = results_of(answer, contract, dtype, shapes)
        if reason is not None:
            reasons[case] = reason
            segments += [np.full(shape, np.nan) for shape in shapes]
            continue
        if isinstance(answer, Returned) and answer.type not in RESULT_TYPES:
            should = "a float" if shapes[0] == () else "a NumPy array"
            note(case, Finding("type", contract.results[0], with_article(answer.type), should))
        for finding in findings:
            note(case, finding)
        for i, (array, shape) in enumerate(zip(found, shapes, strict=True)):
            if array.shape != shape:
                misshapen[case, i] = array
                reasons.setdefault(case, Finding("shape", contract.results[i], str(array.shape), str(shape)))
            segments.append(array if array.shape == shape else np.full(shape, np.nan))
    _note_kept_state(banked, answers, segments, misshapen, note)
    with np.errstate(invalid="ignore"):  # a NaN of another type
        actual = np.concatenate(segments, axis=None, dtype=np.float64)
    levels = _levels(banked, actual, misshapen, reasons)
    return Judged(banked, actual, levels, misshapen, tuple(hygiene.values()), reasons)


def results_of(
    answer: Answer, contract: Contract, dtype: np.dtype[Any], shapes: Sequence[tuple[int, ...]]
) -> tuple[tuple[Array, ...], tuple[Finding, ...], Answer | Finding | None]:
    """The results of an answer as arrays, and findings about their form; or no arrays, and the reason."""
    if not isinstance(answer, Returned):
        return (), (), answer
    arrays, findings = as_results(answer.value, contract, dtype, shapes)
    if arrays:
        return arrays, findings, None
    other = _no_array(answer.value)
    return (), (), NoArray(other, answer.changed) if other else findings[-1]


def _right(banked: BankedQuestion, case: int) -> list[Array]:
    """The right results of a case, as the bank has them."""
    shapes = banked.shapes[case]
    starts = banked.starts[case * len(shapes) : (case + 1) * len(shapes)]
    return [banked.values[start : start + prod(shape)] for start, shape in zip(starts, shapes, strict=True)]


def _no_array(value: Value | NoArray) -> str:
    """What is in a result in place of an array: "None", "tuple with None"; "" for nothing."""
    if isinstance(value, NoArray):
        return value.type
    if not isinstance(value, tuple | list):
        return ""
    inner = next(filter(None, map(_no_array, value)), "")
    return f"{type(value).__name__} with {inner}" if inner else ""


def _plain(answer: Answer, dtype: np.dtype[Any], shapes: tuple[tuple[int, ...], ...]) -> Sequence[Array]:
    """The results of an answer without any finding, as most are; else ()."""
    if type(answer) is not Returned or answer.changed or answer.type not in RESULT_TYPES:
        return ()
    value = answer.value
    items = (value,) if len(shapes) == 1 else value if isinstance(value, tuple | list) else ()
    if len(items) != len(shapes):
        return ()
    found = [
        np.asarray(item)
        for item, shape in zip(items, shapes, strict=True)
        if isinstance(item, np.ndarray | np.generic) and item.dtype is dtype and item.shape == shape
    ]
    return found if len(found) == len(shapes) else ()


def _note_kept_state(
    banked: BankedQuestion,
    answers: Sequence[Answer],
    segments: Sequence[Array],
    misshapen: Mapping[tuple[int, int], Array],
    note: Any,
) -> None:
    """Note the repeated cases that were not answered as they were the first time."""
    count, results = len(banked.recipes), len(banked.contract.results)
    for case, answer in zip(banked.order[count:], answers[count:], strict=False):
        if not isinstance(answers[case], Returned) or not isinstance(answer, Returned):
            continue
        dtype, shapes = np.dtype(banked.recipes[case].dtype), banked.shapes[case]
        again = _plain(answer, dtype, shapes) or results_of(answer, banked.contract, dtype, shapes)[0]
        for i, array in enumerate(again):
            if (case, i) not in misshapen and not _same(array, segments[case * results + i], banked, case, i):
                note(case, Finding("state", banked.contract.name, "another answer", "the same answer to the same call"))
                return


def _same(a: Array, b: Array, banked: BankedQuestion, case: int, result: int) -> bool:
    """Whether the numbers are the same within rounding. Equal bytes are found much faster."""
    if a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes():
        return True
    shape = banked.shapes[case][result]
    start = banked.starts[case * len(banked.contract.results) + result]
    part = slice(start, start + prod(shape))
    return same_within(a, b, banked.values[part].reshape(shape), banked.loose[part].reshape(shape))


def _levels(
    banked: BankedQuestion,
    actual: Array,
    misshapen: Mapping[tuple[int, int], Array],
    reasons: Mapping[int, Answer | Finding],
) -> NDArray[np.int8]:
    with np.errstate(all="ignore"):
        within = np.abs(actual - banked.values) <= banked.tight
    if not within.all():  # or there are infinities, whose difference is no number
        error = errors(actual, banked.values)
        beyond = ~(error <= banked.tight)  # false for what is not judged, whose bound is inf
        off = beyond & ~(error <= banked.loose)
        level = np.where(off, np.where(banked.unstable, UNSTABLE, WRONG), beyond).astype(np.int8)
        # no result is empty: submissions are not asked empty arrays
        levels = np.maximum.reduceat(level, banked.starts).reshape(len(banked.recipes), -1)
    else:
        levels = np.zeros((len(banked.recipes), len(banked.contract.results)), np.int8)
    for case, reason in reasons.items():
        if _state_of(reason) != "shape" or (isinstance(reason, Finding) and reason.kind != "shape"):
            levels[case] = SEVERITY.index(_state_of(reason))
    for case, result in misshapen:
        levels[case, result] = SHAPE
    return levels


def _state_of(reason: Answer | Finding) -> State:
    match reason:
        case Finding():
            return "shape"
        case Limit():
            return "limit"
        case Unanswered():
            return "slow"
        case Raised() | NoArray() | Missing() | Died() | Fault():
            return "error"
        case Returned():
            return "agrees"
