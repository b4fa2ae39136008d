"""What marking found, in sentences for the student.

hidden: without a word of the input, or of what the submission said of it, for students who may not see the cases yet.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np

from gradecheck.compare import Finding
from gradecheck.grading import circumstances
from gradecheck.grading.answers import Answer, Died, Limit, Missing, NoArray, Raised, Returned
from gradecheck.grading.asking import Asked
from gradecheck.grading.credit import STABILITY
from gradecheck.grading.judging import BAD, UNSTABLE, Judged
from gradecheck.grading.marks import CHECKS, CheckName
from gradecheck.grading.session import Loaded
from gradecheck.wording import finding_sentence

MOST_SAID: Final = 200  # characters of what an exception says

LIMITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "time": "did not end within the time limit: is there a loop that never ends?",
        "memory": "needed more memory than allowed",
        "output": "printed or wrote more than allowed",
        "processes": "started more processes than allowed",
    }
)

TRIED: Final[Mapping[CheckName, str]] = MappingProxyType(
    {
        "correctness": "ordinary inputs",
        "edges": "edges: zeros, ties, one row, one class",
        "stability": "tiny and large inputs, where a formula may lose digits or overflow",
        "hygiene": "dtype kept, arguments left alone, the same answer again",
    }
)


def reason(function: str, why: Answer | Finding, hidden: bool = False) -> str:
    """Why a call gave no array to compare."""
    match why:
        case Finding():
            return finding_sentence(function, why) if not hidden else f"{function} returned {HIDDEN[why.kind]}"
        case Raised(type="NotImplementedError"):
            return f"{function} is still to be written"
        case Raised(type=kind, message=message, lines=lines):
            at = f" at line {lines[-1].line}: {lines[-1].text}" if lines else ""
            if hidden:  # the name of an exception, too, may be made up to tell something
                return f"{function} raised {kind if hasattr(builtins, kind) else 'an exception'}{at}"
            said = " ".join(message.split())
            return f"{function} raised {kind}: {said[:MOST_SAID]}{'...' * (len(said) > MOST_SAID)}{at}"
        case NoArray(type=kind):
            was = "something else" if hidden and kind != "None" else kind
            return f"{function} returned {was}, but should return a NumPy array or a number"
        case Missing(found=found):
            was = f"is a {found}" if found and not hidden else "is not a function" if found else "is not defined"
            return f"{function} {was}, but should be a function of that name"
        case Limit(which=which, loading=True):
            return f"the file {LIMITS[which]} while it was loaded"
        case Limit(which=which):
            return f"{function} {LIMITS[which]}"
        case Died(how=how, loading=True):
            return f"the file ended Python while it was loaded ({how})"
        case Died(how=how):
            return f"{function} ended Python ({how}), but should return"
        case Returned():
            return f"{function} returned"


def check_rationale(check: CheckName, asked: Asked) -> str:
    """One line for one of the four checks."""
    function, judged = asked.question.name, asked.judged
    if check == "hygiene" and judged.findings:
        return "; ".join(finding_sentence(function, finding) for _, finding in judged.findings)
    if asked.credit.outcomes[check] == "passed":
        lost = asked.credit.shares[check] < 1
        return f"not looked at where {function} is wrong anyway" if lost else f"right on {TRIED[check]}"
    concerned = _concerned(check, asked)
    told = next((judged.reasons[i] for i in concerned if i in judged.reasons), None)
    if told is not None:
        return reason(function, told)
    return f"wrong on {TRIED[check]} ({len(concerned)} of {len(judged.states)} cases)"


def _concerned(check: CheckName, asked: Asked) -> list[int]:
    """The failing cases that the check was lost for."""
    judged = asked.judged
    bad = (judged.levels >= UNSTABLE) & (asked.credit.charged == CHECKS.index(check))
    return [int(i) for i in np.flatnonzero(bad.any(axis=1))]


def rationale(asked: Asked, hidden: bool = False) -> str:
    """What was found, in a few sentences; nothing where there is nothing to say."""
    function, judged = asked.question.name, asked.judged
    said = [diagnosis.mistake.what for diagnosis in asked.diagnoses]
    explained = frozenset[int]().union(*(diagnosis.results for diagnosis in asked.diagnoses))
    said += _undiagnosed(function, _without(judged, explained), hidden)
    if asked.only_first:
        said.append(f"{function} is right the first time that it is called, and wrong after that: it keeps state")
    if not (asked.diagnoses and judged.right):
        said += [finding_sentence(function, f) for f in _habits(asked) if not hidden or f.kind != "type"]
    if asked.replaced:
        helped = ", ".join(asked.replaced)
        said.append(f"{function} is marked with right values in place of {helped}, which cost already")
    return " ".join(sentence if sentence.endswith((".", "?", "!")) else f"{sentence}." for sentence in said)


def _habits(asked: Asked) -> list[Finding]:
    """The findings that are not said otherwise: a list is no array, and so has not the array's dtype either."""
    found = [f for _, f in asked.judged.findings if not asked.only_first or f.kind != "state"]
    lists = {f.name for f in found if f.kind == "type"}
    return [f for f in found if f.kind != "dtype" or f.name not in lists]


def _without(judged: Judged, results: frozenset[int]) -> Judged:
    """The same with these results right, as they are accounted for."""
    if not results:
        return judged
    levels = judged.levels.copy()
    levels[:, list(results)] = 0
    return replace(judged, levels=levels)


def _undiagnosed(function: str, judged: Judged, hidden: bool) -> list[str]:
    if judged.right:
        return []
    failing = judged.failing(*BAD)
    cases = f"{len(failing)} of {len(judged.states)} cases"
    said = []
    for state in ("limit", "error", "shape"):
        told = next((judged.reasons[i] for i in judged.failing(state) if i in judged.reasons), None)
        if told is not None:
            said.append(f"{reason(function, told, hidden)} ({cases})")
            if isinstance(told, Missing | Limit) or getattr(told, "type", "") == "NotImplementedError":
                return [reason(function, told, hidden)]
            break
    else:
        what = "overflows or loses all digits" if not judged.failing("wrong") else "differs from the formula"
        said.append(f"{function} {what} in {cases}")
    return [*said, *circumstances.sentences(judged)]


def help_for(asked: Asked) -> str:
    """What to look at next."""
    judged, contract = asked.judged, asked.judged.banked.contract
    if asked.diagnoses:
        return " ".join(diagnosis.mistake.look for diagnosis in asked.diagnoses)
    if asked.only_first:
        return "Look for names that are changed outside of the function, or for a default argument that is changed."
    if judged.right:
        return " ".join(HABITS[f.kind] for f in _habits(asked) if f.kind in HABITS)
    told = next((judged.reasons[i] for i in judged.failing("limit", "error") if i in judged.reasons), None)
    if isinstance(told, Missing) or getattr(told, "type", "") == "NotImplementedError":
        return f"The formula is {contract.formula} (slide {contract.slide!r})."
    bad = np.flatnonzero((judged.levels >= UNSTABLE).any(axis=0))
    wrong = [contract.results[i] for i in bad] if len(contract.results) > 1 else []
    bad_formula = asked.credit.outcomes["correctness"] != "passed"
    where = f"Look at {', '.join(wrong)}. " if wrong else ""
    if (judged.levels == UNSTABLE).any() and not bad_formula:
        return f"{where}Rewrite the formula so that no exponent is positive; large inputs overflow."
    if (asked.credit.charged[judged.levels >= UNSTABLE] == STABILITY).all():
        return f"{where}Look for what shows at odd magnitudes only: a number cut off, added as a guard, or lost."
    return f"{where}Work the example by hand, beside {contract.formula} (slide {contract.slide!r})."


HABITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dtype": "Make new arrays with the dtype of the arguments, as np.zeros_like does.",
        "type": "Return a NumPy array.",
        "changed": "Write x = x - y in place of x -= y, or copy the argument first.",
        "state": "Set everything that is added up to 0 inside of the function.",
    }
)


HIDDEN: Final[Mapping[str, str]] = MappingProxyType(
    {"shape": "an array of another shape", "count": "another number of results", "type": "no array of numbers"}
)


def loading_notes(loaded: Loaded) -> tuple[str, ...]:
    """What went wrong while the file was loaded."""
    several = len({cell for cell, _ in loaded.problems}) > 1 or any(cell for cell, _ in loaded.problems)
    notes = [f"{f'cell {cell}' if several else 'the file'}: {reason('it', why)}" for cell, why in loaded.problems]
    if loaded.failure is not None:
        notes.append(reason("the file", loaded.failure))
    return tuple(notes)
