"""Turns records into sentences of one form: X is <what it was>, but should be <what it should be>."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gradecheck.cases.case import Case
from gradecheck.numbers.compare import Comparison, Element, Finding, Verdict
from gradecheck.numbers.literals import numbers

if TYPE_CHECKING:
    from gradecheck.verifying.records import Verification, Witness, WorstCase

MOST_ELEMENTS_SHOWN: Final = 24
MOST_NAMES: Final = 4

SIGNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "negated": "every value has the opposite sign of what it should be",
        "times 2": "every value is 2 times what it should be: is there a factor 2 too many?",
        "half": "every value is half of what it should be: is a factor 2 missing, or a 1/2 too many?",
        "times n": "every value is n times what it should be: is the mean over the n rows missing?",
        "divided by n": "every value is divided by n, the number of rows: the formula has no mean here",
        "times k": "every value is k times what it should be, the length of the last axis",
        "divided by k": "every value is divided by k, the length of the last axis",
        "times all elements": "every value is what it should be times the number of elements: is a mean missing?",
        "divided by all elements": "every value is divided by the number of elements: the formula has no such mean",
        "log base 2": "every value is 1/ln 2 = 1.4427 times what it should be: log2 in place of the natural log?",
        "log base 10": "every value is 1/ln 10 = 0.4343 times what it should be: log10 in place of the natural log?",
        "zeros": "every value is 0: is it written yet?",
        "reciprocal": "every value is the reciprocal of what it should be: is a fraction upside down?",
        "squared": "every value is the square of what it should be",
        "rooted": "every value is the square root of what it should be",
        "logarithm": "every value is the logarithm of what it should be",
        "exponential": "every value is e to the power of what it should be",
        "one minus": "every value is 1 minus what it should be",
        "transposed": "the values are right, but transposed",
    }
)

FINDINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "count": "{function} returned {was}, but should return {should}",
        "extra": "{function} returned {was}, but should return {should} alone",
        "shape": "{name} has shape {was}, but should have shape {should}",
        "dtype": "{name} is {was}, but should be {should} as the arguments are",
        "type": "{name} is {was}, but should be {should}",
        "raised": "{function} raised {was}, but should return a result",
        "missing": "{function} is not defined, but should be a function of that name",
        "changed": "{name} was written to by {function}, but should be left as it was; work on a copy",
        "state": "{function} gave another answer to the same call, but should give the same; keep no state",
        "random": "{function} differs on the same call, but should give the same answer; draw no random numbers",
        "time": "{function} gave {was}, but should give {should}; it was not called again",
    }
)

VERDICTS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.EXACT: "equals {twin} to the last bit",
        Verdict.AGREES: "agrees with {twin}",
        Verdict.LESS_ACCURATE: "agrees with {twin}, with fewer right digits than could be had",
        Verdict.HYGIENE: "has {twin}'s values, but should be tidier",
        Verdict.UNSTABLE: "disagrees with {twin} where the slide's own form overflows or meets 0/0",
        Verdict.VACUOUS: "was not checked: no example could have shown a difference",
        Verdict.MISSING: "is missing",
        Verdict.WRONG: "disagrees with {twin}",
    }
)


def number(x: float, digits: int = 10) -> str:
    return f"{x:.{digits}g}"


def counted(count: float, noun: str) -> str:
    """The number with its noun: 1 point, 2 points."""
    return f"{number(count)} {noun}{'s' * (count != 1)}"


def points(x: float) -> str:
    """Points, rounded for people: answers in time may give any fraction of a point."""
    return number(round(x, 2))


def together(names: Sequence[str]) -> str:
    """a, b and c."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def pair(actual: float, expected: float) -> tuple[str, str]:
    """Both numbers, with enough digits to tell them apart."""
    for digits in (6, 10, 17):
        a, e = number(actual, digits), number(expected, digits)
        if a != e:
            break
    return a, e


def array(x: Any) -> str:
    """An argument as Python source; a large array by its shape."""
    if not isinstance(x, np.ndarray):
        return repr(x)
    if x.size > MOST_ELEMENTS_SHOWN:
        return f"an array of shape {x.shape}"
    return numbers(x)


def where(element: Element) -> str:
    return element.result + (f"[{', '.join(map(str, element.index))}]" if element.index else "")


def element_sentence(element: Element) -> str:
    actual, expected = pair(element.actual, element.expected)
    return f"{where(element)} is {actual}, but should be {expected}"


def element_lines(element: Element) -> list[str]:
    """What a number is and should be, and how far off that is."""
    off = number(abs(element.actual - element.expected), 3)
    return [element_sentence(element), f"off by {off}; rounding explains {number(element.bound, 2)}"]


def finding_sentence(function: str, finding: Finding) -> str:
    if finding.kind == "shape" and finding.should == "()":
        return f"{finding.name} has shape {finding.was}, but should be one number"
    return FINDINGS[finding.kind].format(function=function, name=finding.name, was=finding.was, should=finding.should)


def witness_sentence(witness: Witness, implementation: str) -> str:
    """Who is off, and by how much."""
    ours, theirs = number(witness.implementation_ulp, 2), number(witness.reference_ulp, 2)
    return f"torch {theirs} ulp, {implementation} {ours} ulp from the true value {witness.true}"


def case_lines(case: Case, names: tuple[str, ...]) -> list[str]:
    return [f"{name} = {array(x)}" for name, x in zip(names, case.arguments, strict=False)]


def comparison_lines(function: str, comparison: Comparison) -> list[str]:
    """The findings, then the worst number, unless it is another one at every call."""
    lines = [finding_sentence(function, finding) for finding in comparison.findings]
    element, kinds = comparison.worst, {finding.kind for finding in comparison.findings}
    if element is not None and not comparison.values.passes and not kinds & {"state", "random"}:
        lines += element_lines(element)
    return lines


def verification_sentence(v: Verification) -> str:
    """One line: what was checked and how it ended."""
    said = verdict_sentence(v.implementation, "torch", v.verdict, v.dtype)
    return f"{v.contract.chapter}.{v.contract.name}: {said}"


def verdict_sentence(function: str, twin: str, verdict: Verdict, dtype: str) -> str:
    return f"{function} {VERDICTS[verdict].format(twin=twin)} ({verdict}, {dtype})"


def lacking(implementation: str, asked: int, missing: Sequence[str], classes: Sequence[str]) -> list[str]:
    """A line on the functions that an implementation lacks, and one on classes if it has these in their place."""
    if not missing:
        return []
    named = [*missing[:MOST_NAMES], *(["..."] if len(missing) > MOST_NAMES else [])]
    lines = [f"{implementation} does not have: {', '.join(named)} ({len(missing)} of {asked})"]
    if classes:
        said = f"class{'es' * (len(classes) > 1)} {together(classes)}"
        lines.append(f"{implementation} holds the {said} where functions are asked")
    return lines


def failure(v: Verification) -> str:
    """What is wrong with a failed verification, in a few lines."""
    lines = [verification_sentence(v)]
    if v.verdict is Verdict.VACUOUS:
        lines += [f"  no example has {name}; draw more examples" for name in v.unmet]
        return "\n".join(lines)
    if v.worst is not None:
        lines += [f"  {line}" for line in comparison_lines(v.contract.name, v.worst.comparison)]
        lines += _circumstances(v, v.worst)
    return "\n".join(lines)


def _circumstances(v: Verification, worst: WorstCase) -> list[str]:
    lines = [f"  formula  {v.contract.formula}"] if v.verdict is not Verdict.MISSING else []
    names = tuple(argument.name for argument in v.contract.arguments)
    lines += [f"  input    {line}" for line in case_lines(worst.case, names)]
    several = len(v.contract.results) > 1
    lines += [f"  mistake  {mistake}" for mistake in worst.mistakes]
    for result, sign in (worst.signs or {}).items() if not worst.mistakes else ():
        lines.append(f"  maybe    {f'{result}: ' if several else ''}{SIGNS[sign]}")
    if worst.witness is not None:
        lines.append(f"  witness  {witness_sentence(worst.witness, v.implementation)}")
    return lines


def environment_lines(environment: Mapping[str, str]) -> list[str]:
    return [f"{key}: {value}" for key, value in environment.items()]
