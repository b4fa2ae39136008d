"""How a function did beside its twin, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import dedent
from types import MappingProxyType
from typing import Final

from torch.utils._pytree import tree_leaves

from gradecheck.agreement.arrays import is_array, numbers
from gradecheck.agreement.session import Heard
from gradecheck.agreement.sides import Call
from gradecheck.grading.marks import Repair
from gradecheck.numbers.compare import Comparison, Verdict
from gradecheck.verifying.records import Witness
from gradecheck.verifying.wording import (
    SIGNS,
    array,
    comparison_lines,
    counted,
    element_lines,
    number,
    verdict_sentence,
    witness_sentence,
)

NONE: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, repr=False)
class Agreed:
    """A function that agrees with its twin, and so does its gradient, if it was given.    found: for each of them."""

    found: tuple[Heard, ...]

    def __repr__(self) -> str:
        return "\n".join(map(sentence, self.found))


def sentence(heard: Heard) -> str:
    """One line: how it ended, over how much, how close to the bound."""
    said = verdict_sentence(heard.function, heard.twin, Verdict(heard.verdict), heard.dtype)
    over = f"{counted(heard.judged, 'number')} of {counted(heard.examples, 'example')}"
    return f"{said}: {over}, worst error / bound {number(heard.worst_ratio, 2)}"


def fails(heard: Heard, strict: bool) -> bool:
    verdict = Verdict(heard.verdict)
    return not verdict.passes or (strict and verdict is Verdict.LESS_ACCURATE)


def input_lines(of: Call) -> list[str]:
    """The arrays of a call, and what else is no array, by their names."""
    arrays = [f"{called} = {array(numbers(x))}" for called, x in of.arrays]
    plain = (pair for pair in zip(of.names, of.inputs, strict=True) if not any(map(is_array, tree_leaves(pair[1]))))
    return [*arrays, *(f"{called} = {x!r}" for called, x in (*plain, *of.keywords.items()))]


def failure(
    heard: Heard,
    comparison: Comparison | None,
    of: Call | None = None,
    signs: Mapping[str, str] = NONE,
    witness: Witness | None = None,
    repro: Sequence[str] = (),
) -> str:
    """Everything that someone who reads of a failure needs, in a few lines and a test.

    comparison, of: of the call that failed; None where none did.    repro: lines of code.
    """
    verdict = Verdict(heard.verdict)
    lines = [_nothing(heard)] if verdict is Verdict.VACUOUS else []
    if comparison is not None:
        lines += comparison_lines(heard.function, comparison)
        if verdict is Verdict.LESS_ACCURATE and comparison.worst is not None:
            lines += element_lines(comparison.worst)
    lines += [f"input    {line}" for line in input_lines(of)] if of is not None else []
    lines += [f"maybe    {SIGNS[sign]}" for sign in dict.fromkeys(signs.values())]
    lines += [f"witness  {witness_sentence(witness, heard.function)}"] if witness is not None else []
    lines += _repair_lines(heard.repair) if heard.repair is not None else []
    said = verdict_sentence(heard.function, heard.twin, verdict, heard.dtype)
    return "\n".join([said, *(f"  {line}" for line in lines), *repro])


def _repair_lines(repair: Repair) -> list[str]:
    """What makes the function agree: each changed place, before and after."""
    lines = []
    for change in repair.changes:
        lines.append(f"repair   {change.where}{f': {change.kind}' if repair.sure else ''}")
        both = dedent(f"{change.before}\n{change.after}").split("\n")
        count = len(change.before.split("\n"))
        lines += [f"before   {line}" for line in both[:count] if line]
        lines += [f"after    {line}" for line in both[count:] if line]
    with_it = "this change" if len(repair.changes) == 1 else "both changes"
    return [*lines, f"proof    with {with_it} it agrees in all {counted(repair.cases, 'call')} that were tried"]


def _nothing(heard: Heard) -> str:
    """Why agreement is about nothing."""
    if heard.judged:
        return f"{counted(heard.judged, 'number')}, but each of them should be 0; choose other inputs"
    return "there is no number with a finite bound, so that none is judged; choose inputs with finite results"
