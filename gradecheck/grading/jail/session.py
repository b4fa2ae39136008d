"""One submission, from its first line to the last answer: load it, call its functions, survive what it does.

    with Session(cells, isolation()) as session:
        session.loaded.functions
        reply = session.call("relu", Cases.pack([(x,), (y,)]))

The worker starts when the session opens and is first waited for in `loaded` or `call`, so that the caller
can prepare meanwhile. Inputs are sent only after the submission has been loaded. A function that hangs,
crashes its worker or breaks the protocol keeps the answers that it gave before and loses the rest; the
next function gets a new worker. Nothing that a submission does raises an exception here.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType, TracebackType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.jail.answers import (
    MALFORMED,
    NAME,
    PROBLEMS,
    Answer,
    Died,
    Limit,
    Line,
    Missing,
    Problem,
    Raised,
    Returned,
    outcome,
    read,
    text,
    unpack,
)
from gradecheck.grading.jail.connection import SILENT, Connection, LostError, Output
from gradecheck.grading.jail.process import Isolation, JailError, Limits
from gradecheck.grading.jail.protocol import Cases, ProtocolError, frame, pack_arguments
from gradecheck.grading.jail.usual import Unread, Usual
from gradecheck.grading.jail.workers import STARTING
from gradecheck.grading.source import File, Lost

A = TypeVar("A")
Replacement = Callable[[Sequence[tuple[str, Any]]], Any]
"""Right values for the arguments of a call, each with the name of the parameter that it was bound to, or ""."""

Replaced = Mapping[str, Replacement]
NOTHING: Replaced = MappingProxyType({})


@dataclass(frozen=True)
class Loaded:
    """What became of running the file, statement by statement.

    failure: why no function can be asked at all. functions: those that the submission itself defines.
    """

    functions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    output: Output = SILENT
    failure: Limit | Died | None = None


@dataclass(frozen=True)
class Reply:
    """One answer a case, in the order asked for. A file that cannot be loaded answers every case with the reason.

    numbers: of all answers, where they are the usual ones.
    """

    answers: Sequence[Answer]
    output: Output = SILENT
    seconds: float = 0.0
    numbers: NDArray[np.float64] | None = None


class Session:
    """A submission's code cells (a .py is one cell) in a worker of their own. See the top of this file.

    file: what the cells were handed in as.    beside: the files that lie there with it.    lost: lines that are not
    run.
    seed: of random numbers that the submission draws without a seed of its own.

    To be used and closed by the thread that opens it (see process.Process). Raises JailError only where the
    worker does not start, which is never the submission's doing: no line of it has run by then.
    """

    def __init__(
        self,
        cells: Sequence[str],
        isolation: Isolation,
        limits: Limits | None = None,
        *,
        file: str = "submission.py",
        beside: Sequence[File] = (),
        lost: Sequence[Lost] = (),
        seed: int = 0,
    ) -> None:
        self.cells, self.isolation, self.limits = tuple(cells), isolation, limits or Limits()
        self.file, self.beside, self.lost, self.seed = file, tuple(beside), tuple(lost), seed
        self._lines = [re.split(r"\r\n|\r|\n", cell) for cell in self.cells]
        self._serial = 0
        self._spent: dict[str, float] = {}  # seconds, by function
        self._loaded: Loaded | None = None
        self._worker: Connection | None = self._start()
        self._waited = False  # whether that worker has loaded the file

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker and all that it started."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    @property
    def loaded(self) -> Loaded:
        """What became of running the file, the last time that it was run; waits for it."""
        if self._loaded is None or (self._worker is not None and not self._waited):
            self._worker = self._worker or self._start()
            self._loaded, self._waited = self._load(self._worker), True
            if self._loaded.failure is not None:
                self.close()
        return self._loaded

    def call(self, function: str, cases: Cases, replaced: Replaced = NOTHING, usual: Usual | None = None) -> Reply:
        """Call the submission's function on every case. What that does to its worker is in the answers.

        A function that has taken too long in all, or whose file has, is not called again.
        replaced: functions of the submission that are to be right for this call, computed here by the given
        callables on the arguments that the submission passes; what they raise is raised there as ValueError.
        usual: how the cases are answered where there is nothing to say but the numbers.
        """
        if self._spent.get(function, 0.0) > self.limits.function:
            return Reply((Limit("time", ran=False),) * cases.count)
        began = time.monotonic()
        try:
            return self._call(function, cases, replaced, usual)
        finally:
            self._spent[function] = self._spent.get(function, 0.0) + time.monotonic() - began

    def _call(self, function: str, cases: Cases, replaced: Replaced, usual: Usual | None) -> Reply:
        if self._worker is None and self.loaded.failure is None:
            self._worker, self._waited = self._start(), False
        failure, worker = self.loaded.failure, self._worker
        if failure is not None or worker is None:
            return Reply((failure or Died("protocol", loading=True),) * cases.count)
        started = time.monotonic()
        lost = self._ask(worker, function, cases, replaced, started + self.limits.question)
        seconds = time.monotonic() - started
        written = worker.answered()
        numbers = None if usual is None or lost is not None else usual.numbers(written)
        if numbers is not None:
            return Reply(Unread(written, cases.count), worker.printed(), seconds, numbers)
        answers: list[Answer] = []
        try:
            for answer in unpack(written, cases.count):
                answers.append(self._with_text(answer))
        except ProtocolError:
            lost = Died("protocol")
        if answers and isinstance(answers[0], Missing):
            answers = [replace(answers[0], because=self._because(function))] * cases.count
        if lost is None and len(answers) < cases.count:
            lost = Died("protocol")
        output = worker.printed()
        if lost is not None:
            self.close()
            first = len(answers)
            answers += (replace(lost, ran=i == first) for i in range(first, cases.count))
        elif any(isinstance(answer, Limit) for answer in answers):
            self.close()  # what it still holds would be missing to the next function
        return Reply(tuple(answers), output, seconds)

    def _start(self) -> Connection:
        worker = Connection(self.isolation, self.limits)
        worker.send(frame({"load": self.cells, "seconds": self.limits.load}))
        return worker

    def _load(self, worker: Connection) -> Loaded:
        try:
            if worker.receive(time.monotonic() + STARTING)[0] != {"ready": True}:
                raise LostError(Died("protocol"))
        except LostError as lost:
            msg = f"a worker did not start ({lost.outcome}): {worker.printed().text.strip()[-500:]}"
            self.close()
            raise JailError(msg) from None
        try:
            # the worker itself stops a statement that takes too long; this is for one that does not let it
            loaded = worker.receive(time.monotonic() + 2 * self.limits.load)[0]["loaded"]
            told = loaded["problems"][:PROBLEMS]
            problems = tuple(map(self._problem, told))
            functions = tuple(text(name, NAME) for name in loaded["functions"])
        except LostError as lost:
            return Loaded(output=worker.printed(), failure=replace(lost.outcome, loading=True))
        except MALFORMED:
            return Loaded(output=worker.printed(), failure=Died("protocol", loading=True))
        return Loaded(functions, problems, worker.printed())

    def _ask(
        self, worker: Connection, function: str, cases: Cases, replaced: Replaced, deadline: float
    ) -> Limit | Died | None:
        """Wait until the function has answered everything; or say why it has not."""
        self._serial += 1
        worker.clear()
        worker.send(frame({"call": function, "serial": self._serial, "replaced": list(replaced)}), cases.frame)
        try:
            while True:
                message, header, payload = worker.receive(deadline)
                if message == {"done": self._serial}:
                    return None
                arguments = read(header, payload)
                name, parameters = message["ask"], [text(n, NAME) for n in message["names"]]
                if worker.busy:  # it asks again before it has read: it would only fill our memory
                    raise ProtocolError
                if name not in replaced or not isinstance(arguments, Returned) or type(arguments.value) is not tuple:
                    raise ProtocolError
                worker.send(_right_values(replaced[name], list(zip(parameters, arguments.value, strict=True))))
        except LostError as problem:
            return problem.outcome
        except MALFORMED:
            return Died("protocol")

    def _problem(self, told: Any) -> Problem:
        cell, line, ended, header = told
        if type(cell) is not int or type(line) is not int or type(ended) is not bool:
            raise ProtocolError
        found = outcome(header)
        there = 0 <= cell < len(self.cells) and 0 <= line <= len(self._lines[cell])
        if not there or not isinstance(found, Raised | Limit):
            raise ProtocolError
        return Problem(cell if len(self.cells) > 1 else None, line, ended, self._with_text(found))

    def _because(self, function: str) -> Problem | None:
        """What kept the file from defining the function, as far as its text tells."""
        name = re.escape(function)
        definition = re.compile(rf"\s*(?:def\s+{name}\b|{name}\s*=(?!=))")
        for problem in self.loaded.problems:
            lines = self._lines[problem.cell or 0]
            lost = lines[problem.line :] if problem.ended else lines[problem.line - 1 : problem.line]
            if any(map(definition.match, lost)):
                return problem
        return None

    def _with_text(self, answer: A) -> A:
        """Lines of the submission are shown from our own copy of it."""
        if isinstance(answer, Raised):
            return replace(answer, lines=tuple(replace(line, text=self._text(line)) for line in answer.lines))
        return answer

    def _text(self, line: Line) -> str:
        if 0 <= line.cell < len(self._lines) and 1 <= line.line <= len(self._lines[line.cell]):
            return text(self._lines[line.cell][line.line - 1].strip(), NAME)
        return ""


def _right_values(function: Replacement, arguments: Sequence[tuple[str, Any]]) -> bytes:
    try:
        result = function(arguments)
        several = isinstance(result, tuple)
        cases, payload = pack_arguments([result if several else (result,)])
    except Exception as problem:  # a stranger's arguments may be anything
        return frame({"refused": str(problem)})
    return frame({"cases": cases, "several": several}, payload)
