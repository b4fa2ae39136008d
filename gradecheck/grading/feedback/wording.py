"""What marking found, in sentences for the student.

hidden: without a word of the input, or of what the submission said of it, for students who may not see the cases yet.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from gradecheck.grading.feedback import circumstances
from gradecheck.grading.feedback.failures import NUMBERS, Failure, failures
from gradecheck.grading.feedback.places import only_single_rows
from gradecheck.grading.feedback.tried import right, tried
from gradecheck.grading.jail.answers import (
    Absent,
    Answer,
    Died,
    Fault,
    Limit,
    Line,
    Missing,
    NoArray,
    Problem,
    Raised,
    Returned,
    Unanswered,
)
from gradecheck.grading.jail.session import Loaded
from gradecheck.grading.judging.asking import Answered
from gradecheck.grading.judging.calls import HUNG, arguments, left_out
from gradecheck.grading.judging.catalogue import known
from gradecheck.grading.judging.credit import STABILITY, allows, permitted
from gradecheck.grading.judging.judged import UNSTABLE, Judged
from gradecheck.grading.judging.weighing import looked_at
from gradecheck.grading.marks import CHECKS, CheckName
from gradecheck.grading.source import Lost
from gradecheck.grading.submissions.names import line_told
from gradecheck.numbers.compare import Finding
from gradecheck.verifying.wording import finding_sentence, together

if TYPE_CHECKING:
    from gradecheck.grading.judging.diagnosis import Diagnosis

VOWELS: Final = (*"aeiouAEIOU", "nd")  # as they are spoken: an ndarray
MOST_SAID: Final = 200  # characters of what an exception says
MOST_TOLD: Final = 2  # ways to fail

LIMITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "time": "did not end within {most:g} s: is there a loop that never ends?",
        "memory": "needed more than {most:g} MiB of memory",
        "output": "printed, wrote or returned more than {most:g} MiB",
        "processes": "started more than {most:g} processes and threads",
    }
)

LIMIT_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"time": "time limit", "memory": "memory limit", "output": "output limit", "processes": "limit of processes"}
)

LIMIT_HELPS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "time": "Look for a loop whose condition never becomes false, and for work that is done again in every turn.",
        "memory": "Make no array larger than the arguments and the result need: {most:g} MiB are allowed.",
        "output": "Take the prints out, and whatever writes files: {most:g} MiB are allowed.",
        "processes": "Compute in the function itself, without threads and other processes.",
    }
)

def reason(function: str, why: Answer | Finding, hidden: bool = False, results: Sequence[str] = ()) -> str:
    """Why a call gave no array to compare.  results: what it should have given, by name."""
    function = getattr(why, "function", "") or function  # which an adapter called
    match why:
        case Finding():
            return finding_sentence(function, why) if not hidden else f"{function} returned {HIDDEN[why.kind]}"
        case Raised(absent=Absent() as absent) | Missing(absent=Absent() as absent):
            return f"{function} cannot run: {_not_there_when_marked(absent)}"
        case Raised(type=kind, message=message, lines=lines):
            at = f" at {_place(lines[-1])}: {lines[-1].text}" if lines else ""
            if hidden:
                return f"{function} raised {_known(kind)}{at}"
            said = " ".join(message.split())
            what = f": {said[:MOST_SAID]}{'...' * (len(said) > MOST_SAID)}" if said else ""
            return f"{function} raised {kind}{what}{at}"
        case NoArray(type=kind, function=called) if called:
            what, _, inner = kind.rpartition(" with ")
            if what:
                return f"{function} gave {inner} for one of {', '.join(results)}, but should give numbers for each"
            return f"{function} returned {kind}, but should return its result"
        case NoArray(type=kind):
            was = "something else" if hidden and kind != "None" else kind
            return f"{function} returned {was}, but should return {_wanted(kind, results)}"
        case Missing(found=found) if found:
            if hidden:
                return f"{function} is not a function, but should be one"
            return f"{function} is {'an' if found.startswith(VOWELS) else 'a'} {found}, but should be a function"
        case Missing(because=Problem() | Lost() as because):
            return f"{function} {_not_there(because)}, but should be a function of that name"
        case Missing() if "." in function:
            owner, _, name = function.rpartition(".")
            return f"{function} is missing: the class {owner} has no {name}, but should have one"
        case Missing(function=called) if called:
            return f"{function} is missing: nothing of that name is defined"
        case Missing():
            return f"{function} is not defined, but should be a function of that name"
        case Limit(which=which, loading=True, most=most):
            return f"the file, while it was loaded, {LIMITS[which].format(most=most)}"
        case Limit(which=which, most=most):
            return f"{function} {LIMITS[which].format(most=most)}"
        case Unanswered():
            return _slow(function, why)
        case Died(how=how, loading=True):
            return f"the file ended Python while it was loaded ({how})"
        case Died(how=how):
            return f"{function} ended Python ({how}), but should return"
        case Fault(what=what):
            return what
        case Returned():
            return f"{function} returned"


def _wanted(kind: str, results: Sequence[str]) -> str:
    """What should have come in place of this kind of thing, which may be an array of what are no real numbers."""
    what = f"a tuple of {len(results)}: {', '.join(results)}" if len(results) > 1 else "a NumPy array or a number"
    return f"{what}, of real numbers" if kind.endswith(("array", "scalar")) else what


def _known(exception: str) -> str:
    """The name of an exception, too, may be made up to tell something."""
    return exception if hasattr(builtins, exception) else "an exception"


def _place(line: Line) -> str:
    return f"{line.file}, line {line.line}" if line.file else f"line {line.line}"


def _not_there_when_marked(absent: Absent) -> str:
    """Which line imports the package, and what is there in its place."""
    where = f"{absent.file}, line {absent.line}" if absent.file else line_told(absent.cell, absent.line)
    *first, last = ("NumPy", *absent.packages)
    there = f"only {', '.join(first)} and {last} are" if first else f"only {last} is"
    return f"{where} imports {absent.module}, which is not there when marked: {there}"


def _not_there(problem: Problem | Lost) -> str:
    """What a function is that the file did not come to define."""
    if isinstance(problem, Lost):
        return f"was not read, as Python cannot read {problem.place} ({problem.why})"
    what = _known(problem.why.type) if isinstance(problem.why, Raised) else LIMIT_NAMES[problem.why.which]
    if not problem.line:
        return f"was not read, as Python cannot read {_whole(problem)} ({what})"
    return f"is not defined, as {line_told(problem.cell, problem.line)} did not run ({what})"


def _whole(problem: Problem) -> str:
    return "the file" if problem.cell is None else f"code cell {problem.cell + 1}"


def check_rationale(check: CheckName, asked: Answered) -> str:
    """One line for one of the four checks."""
    function, judged = asked.question.name, asked.judged
    if check == "hygiene" and judged.findings:
        return "; ".join(_told(asked, [finding for _, finding in judged.findings]))
    passed = asked.credit.outcomes[check] == "passed"
    if passed and asked.credit.shares[check] < 1:
        return f"not looked at where {function} is wrong anyway"
    if passed or check not in looked_at(asked):
        return right(check, asked)
    told = failures(judged, _concerned(check, asked))
    if not told:
        return f"right on {tried(check, judged)}, where {function} answered in time"
    what = f"is wrong on {tried(check, judged)} ({{cases}})"
    return "; ".join(_failure(function, judged, failure, what) for failure in told[:MOST_TOLD])


def _concerned(check: CheckName, asked: Answered) -> list[int]:
    """The failing cases that the check was lost for."""
    judged = asked.judged
    bad = (judged.levels >= UNSTABLE) & (asked.credit.charged == CHECKS.index(check))
    return [int(i) for i in np.flatnonzero(bad.any(axis=1))]


def rationale(asked: Answered, hidden: bool = False) -> str:
    """What was found, in a few sentences; nothing where there is nothing to say."""
    function, judged = asked.question.name, asked.judged
    said = [diagnosis.mistake.what for diagnosis in asked.diagnoses]
    if any(allows(asked.question.allowed, diagnosis) for diagnosis in asked.diagnoses):
        said.append("This assignment allows such a guard, so that it costs nothing")
    left = _without(judged, asked.diagnoses)
    if any(diagnosis.cases is not None for diagnosis in asked.diagnoses) and not left.right:
        said.append(_besides(function, judged, left, hidden))
    else:
        said += _undiagnosed(function, left, hidden)
    said += _unanswered(function, judged)
    if asked.only_first:
        said.append(f"{function} is right the first time that it is called, and wrong after that: it keeps state")
    if not (asked.diagnoses and judged.right):
        said += _told(asked, [f for f in _habits(asked) if not hidden or f.kind not in ("type", "extra")])
        if judged.right and any(f.kind == "extra" for _, f in judged.findings):
            said.append("What comes first is right")
    elif asked.credit.outcomes["hygiene"] == "passed":
        said.append("This assignment allows it, so that it costs nothing")
    if asked.followed:
        helped = together(list(asked.followed))
        said.append(f"{function} is marked with right values in place of {helped}, which cost already")
    return " ".join(sentence if sentence.endswith((".", "?", "!")) else f"{sentence}." for sentence in said)


def _told(asked: Answered, findings: Sequence[Finding]) -> list[str]:
    """A sentence for each, and one for all arguments that are written to."""
    changed = [finding for finding in findings if finding.kind == "changed"]
    said = []
    for finding in findings:
        if finding.kind != "changed" or len(changed) == 1:
            sentence = finding_sentence(asked.question.name, finding)
        elif finding is changed[0]:
            written = f"{together([f.name for f in changed])} were written to by {asked.question.name}"
            sentence = f"{written}, but should be left as they were; work on copies"
        else:
            continue
        allowed = "; this assignment allows it" if permitted(asked.question.allowed, finding) else ""
        said.append(f"{sentence}{allowed}")
    return said


def _habits(asked: Answered) -> list[Finding]:
    """The findings that are not said otherwise: a list is no array, and so has not the array's dtype either; where
    other shapes are told, none that is right but for brackets; no argument that a named mistake writes to.
    """
    found = [f for _, f in asked.judged.findings if not asked.only_first or f.kind != "state"]
    if named := {diagnosis.mistake.id for diagnosis in asked.diagnoses}:
        written = {h for m, t in known(asked.judged.banked) if m.id in named for h in t.habits if h[0] == "changed"}
        found = [f for f in found if (f.kind, f.name, f.was) not in written]
    found = [f for f in found if f.kind != "shape" or not asked.judged.misshapen]
    lists = {f.name for f in found if f.kind == "type"}
    return [f for f in found if f.kind != "dtype" or f.name not in lists]


def _without(judged: Judged, diagnoses: Sequence[Diagnosis]) -> Judged:
    """The same with all that these explain put right."""
    if not diagnoses:
        return judged
    explained = np.logical_or.reduce([diagnosis.explained(judged) for diagnosis in diagnoses])
    return replace(judged, levels=np.where(explained, 0, judged.levels).astype(np.int8))


def _undiagnosed(function: str, judged: Judged, hidden: bool) -> list[str]:
    if judged.right:
        return []
    if limited := judged.failing("limit"):
        return [_stops(function, judged, limited, hidden)]
    if judged.unwritten:
        return [_unwritten(function, judged.reasons[0], hidden)]
    what = "overflows or loses all digits in {cases}"
    if judged.failing("wrong"):
        what = "differs from the formula in {cases}"
    said = [_failure(function, judged, failure, what, hidden) for failure in failures(judged)[:MOST_TOLD]]
    return said if _draws(judged) else [*said, *circumstances.sentences(judged)]


def _besides(function: str, judged: Judged, left: Judged, hidden: bool) -> str:
    """What goes wrong in the cases that no named mistake explains, if it is not what is wrong in the others, too."""
    explained = np.flatnonzero((judged.levels >= UNSTABLE).any(axis=1) & (left.levels < UNSTABLE).all(axis=1))
    kinds = {failure.kind for failure in failures(judged, map(int, explained))}
    first = failures(left)[0]
    if first.kind in kinds and first.kind != NUMBERS:
        return f"Besides, something else is wrong in {len(first.cases)} of {len(judged.states)} cases"
    return f"Besides, {_undiagnosed(function, left, hidden)[0]}"


def _draws(judged: Judged) -> bool:
    """Whether it draws random numbers: then what its answers have in common is chance."""
    return any(finding.kind == "random" for _, finding in judged.findings)


def _failure(function: str, judged: Judged, failure: Failure, what: str, hidden: bool = False) -> str:
    """What goes wrong in those cases, and in how many.  what: is said of numbers, with {cases} for how many."""
    cases = f"{len(failure.cases)} of {len(judged.states)} cases"
    if judged.unwritten:
        return _unwritten(function, judged.reasons[0], hidden)
    if failure.reason is None:
        return f"{function} {what.format(cases=cases)}"
    if isinstance(failure.reason, Limit):
        return reason(function, failure.reason, hidden)
    contract = judged.banked.contract
    defaults = [argument for argument in contract.arguments if argument.default is not None]
    raised = failure.reason if isinstance(failure.reason, Raised) else None
    missing = raised is not None and raised.type == "TypeError" and not raised.lines and not raised.function
    if missing and defaults and left_out(judged.banked)[list(failure.cases)].all():
        said = " and ".join(f"{a.name} has no default; the contract's is {a.default:g}" for a in defaults)
        return f"{said} ({cases} leave it out)"
    return f"{reason(function, failure.reason, hidden, contract.results)} ({cases})"


def _unwritten(function: str, told: Answer | Finding, hidden: bool) -> str:
    return reason(function, told, hidden) if isinstance(told, Missing) else f"{function} is still to be written"


def _stops(function: str, judged: Judged, limited: Sequence[int], hidden: bool) -> str:
    """What limit was met; where other cases were answered in time, at which one it was."""
    met = min(limited, key=lambda case: (judged.reasons[case] != HUNG, _numbers(judged, case)))
    why, count = judged.reasons[met], len(judged.states)
    if why != HUNG or len(limited) == count:
        return reason(function, judged.reasons[limited[0]], hidden)
    shape = "" if hidden else f" ({_shape(judged, met)})"
    at = f"{function} stops answering at case {count - len(limited) + 1} of {count}{shape}"
    return f"{at}: it {reason('', why).strip()}"


def _numbers(judged: Judged, case: int) -> int:
    return sum(map(np.size, arguments(judged.banked, case)))


def _shape(judged: Judged, case: int) -> str:
    """The shape of the first array of that case."""
    given = zip(judged.banked.contract.arguments, arguments(judged.banked, case), strict=True)
    return next(f"{argument.name} of shape {np.shape(value)}" for argument, value in given if argument.is_array)


def _unanswered(function: str, judged: Judged) -> list[str]:
    told = next((why for why in judged.reasons.values() if isinstance(why, Unanswered)), None)
    return [] if told is None else [_slow(function, told, judged.right)]


def _slow(function: str, told: Unanswered, right: bool = False) -> str:
    answered = f"{function} answered {told.answered} of {told.cases} cases in {told.seconds:.0f} s"
    return f"{answered}{', all right' * right}: too slow for the larger ones"


def help_for(asked: Answered) -> str:
    """What to look at next."""
    judged = asked.judged
    if asked.credit.outcome == "passed":
        return ""
    if judged.failing("slow"):
        return SLOW if judged.right else f"{_help_for_wrong(asked)} {SLOW}"
    return _help_for_wrong(asked)


def _help_for_wrong(asked: Answered) -> str:
    judged, contract = asked.judged, asked.judged.banked.contract
    if _draws(judged):
        return HABITS["random"]
    if asked.diagnoses:
        return " ".join(diagnosis.mistake.look for diagnosis in asked.diagnoses)
    if asked.only_first:
        return "Look for names that are changed outside of the function, or for a default argument that is changed."
    if judged.right:
        costly = [f for f in _habits(asked) if not permitted(asked.question.allowed, f)]
        return " ".join(dict.fromkeys(HABITS[f.kind] for f in costly if f.kind in HABITS))
    told = next((judged.reasons[i] for i in judged.failing("limit", "error") if i in judged.reasons), None)
    if (helped := _help(told)) is not None:
        return helped
    if isinstance(told, Raised) and told.call:
        return f"Let {told.function} take what it is called with: {told.call}."
    if isinstance(told, Raised) and told.type == "TypeError" and not told.lines:  # raised by the call itself
        arguments = (a.name if a.default is None else f"{a.name}={a.default:g}" for a in contract.arguments)
        return f"Write def {asked.question.name}({', '.join(arguments)}): it is called with these, by position."
    if isinstance(told, Missing) and isinstance(told.because, Lost):
        return f"Mend {told.because.place} first: {told.because.text}"
    if isinstance(told, Missing) and told.because is not None:
        return "Mend that line first, or move it to the end of the file."
    if judged.unwritten:
        return f"The formula is {contract.formula} (slide {contract.slide!r})."
    bad = np.flatnonzero((judged.levels >= UNSTABLE).any(axis=0))
    wrong = [contract.results[i] for i in bad] if len(contract.results) > 1 else []
    bad_formula = asked.credit.outcomes["correctness"] != "passed"
    where = f"Look at {', '.join(wrong)}. " if wrong else ""
    if only_single_rows(judged):
        name = next(a.name for a in contract.arguments if a.is_array and len(a.axes) > 1)
        return f"{where}{SINGLE_ROW.format(x=name)}"
    if (judged.levels == UNSTABLE).any() and not bad_formula:
        return f"{where}{OVERFLOW}"
    if (asked.credit.charged[judged.levels >= UNSTABLE] == STABILITY).all():
        return f"{where}Look for what shows at odd magnitudes only: a number cut off, added as a guard, or lost."
    if circumstances.in_common(judged):
        return f"{where}The formula is {contract.formula} (slide {contract.slide!r})."
    helped = _help_for_failure(failures(judged)[0].reason)
    return helped or f"{where}Work the example by hand, beside {contract.formula} (slide {contract.slide!r})."


def _help_for_failure(why: Answer | Finding | None) -> str | None:
    """What to do where there are no numbers to be compared by hand; None where there are."""
    match why:
        case Raised(type="NameError" | "UnboundLocalError"):
            return "Define or import that name before it is used: in the function, or at the top of the file."
        case Raised():
            return "Begin at the line that raised: print what it works on, and the shapes."
        case NoArray(type="None"):
            return "End the function with return and the result: a print shows it, and gives nothing back."
        case NoArray():
            return "Print the type of what comes back, and return an array or a number."
        case Died():
            return "Take out what ends Python, such as exit() or quit(): a function only returns."
        case Finding(kind="shape", should="()"):
            return "Return one number: a mean or a sum over the whole array, with no axis left."
        case Finding(kind="shape"):
            return "Print the shape of the result and of each step before it: where is it another than it should be?"
        case Finding(kind="count"):
            return "Return all results in one tuple, in that order."
    return None


def _help(told: Answer | Finding | None) -> str | None:
    """What to do where nothing is wrong with a formula; None where that is not told."""
    match told:
        case Raised(absent=Absent(module="torch")) | Missing(absent=Absent(module="torch")):
            return "torch is not there when marked: write it in NumPy."
        case Raised(absent=Absent(module=module)) | Missing(absent=Absent(module=module)):
            return f"Write what you need of {module} in NumPy. If it is a file of your own, hand it in, too."
        case Limit(which=which, most=most):
            return LIMIT_HELPS[which].format(most=most)
        case Raised(type="RecursionError"):
            return "The function calls itself without end: look for what should end it, and whether it is ever reached."
        case Raised(type="EOFError"):
            return "A function gets its values as arguments, not from input()."
        case _:
            return None


OVERFLOW: Final = (
    "Large inputs make e^x overflow to inf or round to 0, and then inf / inf, 0 / 0 or log 0 follow: rewrite the "
    "formula so that no exponent is positive, and so that no logarithm is taken of what may round to 0."
)
SINGLE_ROW: Final = (
    "A 1-D {x} is one row: n is 1 and the classes are along its last axis, axis=-1; or make it 2-D first, with "
    "np.atleast_2d({x})."
)

SLOW: Final = "Replace loops over single numbers by array operations."
HABITS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "extra": "Return the result alone: what a backward pass needs comes to it as arguments.",
        "shape": "Return one number: leave out what puts it in brackets, such as keepdims=True.",
        "random": "Take the random numbers out, or seed them inside of the function.",
        "dtype": "Make new arrays with the dtype of the arguments, as np.zeros_like does.",
        "type": "Return a NumPy array.",
        "changed": "Write x = x - y in place of x -= y, or copy the argument first.",
        "state": "Set what is added up to 0 inside of the function; what np.empty makes is not 0 but anything.",
    }
)


HIDDEN: Final[Mapping[str, str]] = MappingProxyType(
    {"shape": "an array of another shape", "count": "another number of results", "type": "no array of numbers"}
)


def loading_notes(loaded: Loaded) -> tuple[str, ...]:
    """What went wrong while the file was loaded, and what became of the rest of it."""
    notes = []
    for problem in loaded.problems:
        whole = _whole(problem)
        if not problem.line:
            notes.append(f"{reason(whole, problem.why)} (nothing of {whole} was run)")
        else:
            rest = f"the rest of {whole} was run all the same"
            match problem.why:
                case Raised(type="SystemExit"):
                    notes.append(f"{whole} wanted to end at {_ending(problem)} ({rest})")
                    continue
                case Raised(type="ModuleNotFoundError" | "ImportError", absent=Absent() as absent):
                    notes.append(f"{_not_there_when_marked(absent)} ({rest})")
                    continue
            told = isinstance(problem.why, Raised) and [(line.file, line.line) for line in problem.why.lines[-1:]] == [
                ("", problem.line)
            ]
            notes.append(f"{reason(whole if told else line_told(problem.cell, problem.line), problem.why)} ({rest})")
    if loaded.failure is not None:
        notes.append(reason("the file", loaded.failure))
    return tuple(notes)


def _ending(problem: Problem) -> str:
    """Where a statement wanted to end Python: a line of the submission, or one in which it called something."""
    lines = problem.why.lines if isinstance(problem.why, Raised) else ()
    return f"{_place(lines[-1])}: {lines[-1].text}" if lines else f"line {problem.line}"
