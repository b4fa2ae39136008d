"""Who is to blame for an exception in an adapter that calls a submission: the student, or the adapter's author.

It is the student's if it went through a line of the submission, if a name is not there, if their function does not
take a call, or if it returned None and the adapter used that. Any other exception is a fault of ours.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gradecheck.grading.adapter import SUBMISSION, Adapter
from gradecheck.grading.jail.answers import Answer, Fault, Limit, Line, Missing, NoArray, Problem, Raised
from gradecheck.grading.jail.inside.protocol import ADAPTER

MOST_SAID: Final = 200  # characters of what an exception says
CALLED: Final = re.compile(r"([\w.<>]+)\(\) (?:takes|missing|got) ")
ATTRIBUTE: Final = re.compile(r"(?:type object )?'([\w.]+)' object has no attribute|type object '([\w.]+)' has no")
NOT_CALLABLE: Final = re.compile(r"'(\w+)' object is not callable")


@dataclass(frozen=True)
class Blame:
    """problems: of loading the adapter.    bound: names that the submission binds."""

    adapter: Adapter
    problems: Sequence[Problem]
    bound: Collection[str]

    def of(self, function: str, answer: Raised | Missing) -> Answer:
        """The answer of an adapter's function as that of the submission's; a Fault where the adapter is to blame."""
        return self._answer(function, answer, frozenset())

    def _answer(self, function: str, answer: Raised | Missing, seen: frozenset[str]) -> Answer:
        if isinstance(answer, Missing):
            names = self.adapter.needs(function)
            if answer.found and names:  # the adapter's name is an alias of the student's
                return replace(answer, function=names[0])
            return self._unbound(function, seen) or Fault(f"{self.adapter.file} lost its function {function}")
        theirs = tuple(line for line in answer.lines if line.cell != ADAPTER)
        if theirs:
            called = theirs[0].function
            if "<" in called:  # a lambda, or a decorator's wrapper
                ours = (line.line for line in answer.lines if line.cell == ADAPTER)
                called = self.adapter.called_before(max(ours, default=0))
            return replace(answer, lines=theirs, function=called)
        at = answer.lines[-1] if answer.lines else None
        if answer.type == "NameError" and answer.name in self.adapter.defines:
            found = self._unbound(answer.name, seen)
            if found is not None:
                return found
        return self._of_a_line(answer, at) or Fault(self._fault(answer, at))

    def _unbound(self, name: str, seen: frozenset[str]) -> Answer | None:
        """Why one of the adapter's own names is not there: the problem of its statement."""
        if name in seen:
            return None
        line = self.adapter.statement(name)
        why = next((problem.why for problem in self.problems if problem.line == line), None)
        if isinstance(why, Limit):
            return replace(why, loading=True)
        return None if why is None else self._answer(name, why, seen | {name})

    def _of_a_line(self, answer: Raised, at: Line | None) -> Answer | None:
        """The student's answer behind an exception in an adapter's own line; None where the adapter is to blame."""
        no_attribute = answer.type == "AttributeError" and answer.message == f"{SUBMISSION} has no {answer.name}"
        if (answer.type == "NameError" or no_attribute) and answer.name in self.adapter.takes:
            return Missing("", function=answer.name)
        if answer.type == "AttributeError" and (found := ATTRIBUTE.match(answer.message)) is not None:
            owner = found[1] or found[2]
            if owner in self.bound:
                return Missing("", function=f"{owner}.{answer.name}")
        last = next(filter(None, (self.adapter.called_before(line.line) for line in reversed(answer.lines))), "")
        if answer.type == "TypeError" and (called := CALLED.match(answer.message)) is not None:
            name = last if called[1] == "<lambda>" else called[1]
            owner = name.partition(".")[0]
            call = self.adapter.call_of(name.removesuffix(".__init__"), at.line) if at else ""
            theirs = owner in self.adapter.takes or owner in self.bound
            if theirs and (owner not in self.adapter.defines or call.startswith(f"{SUBMISSION}.")):
                return replace(answer, lines=(), function=name, call=call)
        other = NOT_CALLABLE.match(answer.message) if answer.type == "TypeError" else None
        if last and other is not None:
            return Missing(other[1], function=last)
        if last and "NoneType" in answer.message:
            return NoArray("None", function=last)
        return None

    def _fault(self, answer: Raised, at: Line | None) -> str:
        said = " ".join(answer.message.split())[:MOST_SAID]
        what = f"{answer.type}{f': {said}' if said else ''}"
        if at is None:
            return f"{self.adapter.file} raised {what}"
        return f"{self.adapter.file}, line {at.line} raised {what}: {self.adapter.line(at.line)}"
