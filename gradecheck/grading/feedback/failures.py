"""Groups failing cases by what goes wrong in them, so that a sentence counts only the cases that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gradecheck.grading.jail.answers import Answer, Raised
from gradecheck.grading.judging.judged import BAD, SHAPE, Judged, results_of
from gradecheck.numbers.compare import Expectation, Finding, compare

Kind = tuple[str, ...]
"""Two failures of one kind are told in the same words."""

NUMBERS: Kind = ("numbers",)


@dataclass(frozen=True)
class Failure:
    """Cases that fail in the same way.  reason: of the first of them; None where its numbers are wrong."""

    kind: Kind
    reason: Answer | Finding | None
    cases: tuple[int, ...]


def failures(judged: Judged, among: Iterable[int] | None = None) -> list[Failure]:
    """The failures of all cases, or of these, the most frequent first."""
    found: dict[Kind, list[int]] = {}
    for case in judged.failing(*BAD) if among is None else among:
        found.setdefault(_kind(_reason(judged, case)), []).append(case)
    ordered = sorted(found.items(), key=lambda pair: -len(pair[1]))
    return [Failure(kind, _reason(judged, cases[0]), tuple(cases)) for kind, cases in ordered]


def kind_of(e: Expectation, answer: Answer) -> Kind | None:
    """How an answer fails; None where it does not."""
    arrays, _, reason = results_of(answer, e.contract, e.values[0].dtype, e.shapes)
    if reason is not None:
        return _kind(reason)
    compared = compare(arrays, e)
    if compared.findings:
        return _kind(compared.findings[0])
    return None if compared.values.passes else NUMBERS


def _reason(judged: Judged, case: int) -> Answer | Finding | None:
    return judged.reasons.get(case) if judged.levels[case].max() >= SHAPE else None


def _kind(reason: Answer | Finding | None) -> Kind:
    match reason:
        case None:
            return NUMBERS
        case Raised(type=kind, lines=lines):
            return ("raised", kind, *(f"{line.file}:{line.cell}:{line.line}" for line in lines[-1:]))
        case Finding(kind=kind, name=name):
            return (kind, name)
    what = (getattr(reason, name, "") for name in ("type", "which", "how"))
    return (type(reason).__name__, *what)
