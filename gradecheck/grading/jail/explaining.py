"""Completes what a worker says from our own copy of the submission: texts of lines, why a name is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from gradecheck.grading.jail.answers import Absent, Answer, Died, Limit, Line, Loaded, Missing, Problem, Raised
from gradecheck.grading.jail.inside.protocol import ADAPTER, NAME, PROBLEMS, ProtocolError
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.packages import INCOMPLETE, available
from gradecheck.grading.jail.unpacking import outcome, text
from gradecheck.grading.source import Lost

if TYPE_CHECKING:  # imported where there is something to explain: most answers are right
    from gradecheck.grading.adapter import Adapter
    from gradecheck.grading.jail.origins import Statements

L = TypeVar("L", bound=Limit | Died)


@dataclass(frozen=True)
class Explainer:
    """cells, beside, lost, adapter: as of a Session; beside by path.    packages: that the jail shows beside NumPy."""

    cells: tuple[str, ...]
    beside: Mapping[str, bytes]
    lost: tuple[Lost, ...]
    adapter: Adapter | None
    packages: tuple[str, ...]
    limits: Limits

    # -- of loading

    def loaded(self, told: Any) -> Loaded:
        """The result of running the file, from a worker's message. Raises one of MALFORMED for any other message."""
        looked_for = [text(name, NAME) for name in told["absent"][:PROBLEMS]]
        absent = frozenset(looked_for) - self._provided if looked_for else frozenset[str]()
        problems: list[Problem] = []
        adapter = [self._problem(one, (), absent) for one in told.get("adapter", [])[:PROBLEMS]]
        for one in told["problems"][:PROBLEMS]:  # one may be the reason of the next
            problems.append(self._problem(one, problems, absent))
        functions = tuple(text(name, NAME) for name in told["functions"])
        return Loaded(functions, tuple(problems), absent=absent, adapter=tuple(adapter))

    def _problem(self, told: Any, before: Sequence[Problem], absent: frozenset[str]) -> Problem:
        cell, line, header = told
        if type(cell) is not int or type(line) is not int:
            raise ProtocolError
        found = outcome(header)
        there = 0 <= cell < len(self.cells) and 0 <= line <= len(self._lines[cell])
        if not there and not (self.adapter and cell == ADAPTER):
            raise ProtocolError
        match found:
            case Limit():
                return Problem(self._number(cell), line, self.limit(found, loading=True))
            case Raised():
                return Problem(self._number(cell), line, self._raised(found, before, absent))
        raise ProtocolError

    # -- of answers

    def answer(self, function: str, answer: Answer, loaded: Loaded) -> Answer:
        if isinstance(answer, Raised):
            answer = self._raised(answer, loaded.problems, loaded.absent)
        if self.adapter is not None and isinstance(answer, Raised | Missing):
            from gradecheck.grading.jail.blame import Blame

            answer = Blame(self.adapter, loaded.adapter, self._bound).of(function, answer)
        match answer:
            case Limit():
                return self.limit(answer)
            case Missing():
                return self._missing(answer.function or function, answer, loaded)
        return answer

    def limit(self, lost: L, loading: bool = False) -> L:
        """A limit with what was allowed.    loading: whether a statement of the file met it."""
        if not isinstance(lost, Limit):
            return lost
        limits = self.limits
        seconds = limits.load if loading or lost.loading else limits.question
        mib = {"memory": limits.memory / (1 << 20), "output": limits.written / (1 << 20)}
        return replace(lost, most={"time": seconds, **mib, "processes": limits.processes}[lost.which])

    def _raised(self, answer: Raised, problems: Sequence[Problem], absent: frozenset[str]) -> Raised:
        """The same with the text of its lines, and the missing package that is the reason."""
        lines = tuple(map(self._line, answer.lines))
        top = answer.name.partition(".")[0]
        lacks = None
        if lines and answer.type == "NameError" and answer.name:
            lacks = self._absent(answer.name, lines[-1].file, problems, absent)
        elif lines and answer.type in ("ModuleNotFoundError", "ImportError") and top and top not in self._provided:
            lacks = self._absence(top, lines[-1].cell, lines[-1].line, lines[-1].file)
        return replace(answer, lines=lines, absent=lacks)

    def _line(self, line: Line) -> Line:
        if line.file in self.beside:
            known = _split(self.beside[line.file].decode(errors="replace"))
        elif line.file or not 0 <= line.cell < len(self._lines):
            known = []
        else:
            known = self._lines[line.cell]
        said = known[line.line - 1].strip() if 1 <= line.line <= len(known) else ""
        return replace(line, text=text(said, NAME), file=" ".join(text(line.file, NAME).split()))

    def _missing(self, function: str, answer: Missing, loaded: Loaded) -> Missing:
        """The same with the reason why there is no such function, by the submission's text."""
        because: Problem | Lost | None = next((lost for lost in self.lost if function in lost.defines), None)
        problems = {(problem.cell or 0, problem.line): problem for problem in loaded.problems}
        for statement in self._statements[""]:
            if function in statement.names and because is None:
                because = problems.get((statement.cell, statement.line))
        if because is None:
            because = next((p for p in loaded.problems if not p.line and self._mentions(p, function)), None)
        absent = self._absent(function, "", loaded.problems, loaded.absent)
        return replace(answer, because=because, absent=absent)

    def _mentions(self, problem: Problem, function: str) -> bool:
        """Whether a cell that Python cannot read seems to define the function."""
        definition = re.compile(rf"\s*(?:def\s+{re.escape(function)}\b|{re.escape(function)}\s*=(?!=))")
        return any(map(definition.match, self._lines[problem.cell or 0]))

    # -- packages that are not there

    def _absent(self, name: str, file: str, problems: Sequence[Problem], absent: frozenset[str]) -> Absent | None:
        """The missing package why a name is not bound at module level, in the cells or in a file beside them."""
        from gradecheck.grading.jail.origins import binding

        raised = {(p.cell or 0, p.line): p.why for p in problems if isinstance(p.why, Raised)} if not file else {}
        for statement in binding(name, self._statements[file]):
            why = raised.get((statement.cell, statement.line))
            if why is not None and why.absent is not None:
                return why.absent
            for found in statement.imports:
                if found.module in absent:  # the submission caught the ImportError
                    return self._absence(found.module, statement.cell, found.line, file)
        return None

    def _absence(self, module: str, cell: int, line: int, file: str) -> Absent:
        return Absent(module, None if file else self._number(cell), line, file, self.packages)

    # -- the text of the submission

    def _number(self, cell: int) -> int | None:
        """The cell, or None where there is only one."""
        return cell if len(self.cells) > 1 else None

    @cached_property
    def _lines(self) -> list[list[str]]:
        return [_split(cell) for cell in self.cells]

    @cached_property
    def _provided(self) -> frozenset[str]:
        """Modules that are there, or that are the submission's own; without stand-ins that lack something."""
        own = {path.partition("/")[0].partition(".")[0] for path in self.beside}
        return available(self.packages) - INCOMPLETE | own

    @cached_property
    def _bound(self) -> frozenset[str]:
        """The names that the cells bind."""
        return frozenset(name for statement in self._statements[""] for name in statement.names)

    @cached_property
    def _statements(self) -> Statements:
        from gradecheck.grading.jail.origins import Statements

        return Statements(self.cells, self.beside)


def _split(source: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", source)
