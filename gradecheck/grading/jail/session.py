"""One submission, from its first line to the last answer: load it, call its functions, survive what it does.

    with Session(cells, isolation()) as session:
        session.loaded.functions
        reply = session.call("gelu", Cases.pack([(x,), (y,)]))

The worker starts when the session opens and is first waited for in `loaded` or `call`, so that the caller
can prepare meanwhile. Inputs are sent only after the submission has been loaded. A function that hangs,
crashes its worker or breaks the protocol keeps the answers that it gave before and loses the rest; the
next function gets a new worker. One that is slow, but answers, can be asked for the rest with more time. Nothing that
a submission does raises an exception here.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.jail.answers import (
    ADAPTER,
    MALFORMED,
    NAME,
    PROBLEMS,
    TEXT,
    Absent,
    Answer,
    Died,
    Limit,
    Line,
    Missing,
    Problem,
    Raised,
    Recorded,
    Returned,
    Unanswered,
    outcome,
    read,
    recorded,
    text,
    unpack,
)
from gradecheck.grading.jail.connection import SILENT, Connection, LateError, LostError, Output
from gradecheck.grading.jail.loading import inside
from gradecheck.grading.jail.packages import INCOMPLETE, available
from gradecheck.grading.jail.process import Isolation, JailError, Limits
from gradecheck.grading.jail.protocol import Cases, ProtocolError, frame, pack_arguments
from gradecheck.grading.jail.usual import Unread, Usual
from gradecheck.grading.jail.workers import STARTING
from gradecheck.grading.source import File, Lost

if TYPE_CHECKING:
    from gradecheck.grading.adapter import Adapter
    from gradecheck.grading.jail.origins import Statements

Replacement = Callable[[Sequence[tuple[str, Any]]], Any]
"""Right values for the arguments of a call, each with the name of the parameter that it was bound to, or ""."""

Replaced = Mapping[str, Replacement]
L = TypeVar("L", bound=Limit | Died)
NOTHING: Replaced = MappingProxyType({})
MOST_BESIDE = 32 << 20  # bytes of all files beside the cells; the worker has twice that
MOST_FILES = 1000
POLLS = 4  # how often in `question` seconds it is looked whether a function has answered anything


@dataclass(frozen=True)
class Loaded:
    """What became of running the file, statement by statement.

    failure: why no function can be asked at all. functions: those that the submission itself defines.
    absent: packages that it looked for and that are not there.    adapter: problems of the adapter.
    """

    functions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    output: Output = SILENT
    failure: Limit | Died | None = None
    absent: frozenset[str] = frozenset()
    adapter: tuple[Problem, ...] = ()


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
    adapter: whose functions are called, and call those of the submission.

    missed: the packages for want of which a function was not answered.

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
        adapter: Adapter | None = None,
    ) -> None:
        self.cells, self.isolation, self.limits = tuple(cells), isolation, limits or Limits()
        self.file, self.beside, self.lost, self.seed = file, tuple(beside), tuple(lost), seed
        self.adapter = adapter
        self._lines = [_lines(cell) for cell in self.cells]
        self._beside = {file.path: file.data for file in _that_fit(self.beside)}
        self._serial = 0
        self.missed: tuple[str, ...] = ()
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

    def call(
        self,
        function: str,
        cases: Cases,
        replaced: Replaced = NOTHING,
        usual: Usual | None = None,
        *,
        longer: float = 0.0,
        anew: bool = False,
    ) -> Reply:
        """Call the submission's function on every case. What that does to its worker is in the answers.

        A function that has taken too long in all, or whose file has, is not called again.
        longer: seconds in all for one that is known to be slow, as long as it keeps answering; a case that is asked
        alone may take them all.
        anew: let random numbers begin anew for every case, and not only for the first.
        replaced: functions of the submission that are to be right for this call, computed here by the given
        callables on the arguments that the submission passes; what they raise is raised there as ValueError.
        usual: how the cases are answered where there is nothing to say but the numbers.
        """
        if self._spent.get(function, 0.0) > self.limits.function:
            return Reply((self._numbered(Limit("time", ran=False)),) * cases.count)
        began = time.monotonic()
        try:
            return self._call(function, cases, replaced, usual, longer, anew)
        finally:
            self._spent[function] = self._spent.get(function, 0.0) + time.monotonic() - began

    def _call(
        self, function: str, cases: Cases, replaced: Replaced, usual: Usual | None, longer: float, anew: bool
    ) -> Reply:
        if self._worker is None and self.loaded.failure is None:
            self._worker, self._waited = self._start(), False
        failure, worker = self.loaded.failure, self._worker
        if failure is not None or worker is None:
            return Reply((failure or Died("protocol", loading=True),) * cases.count)
        started = time.monotonic()
        silent = longer if longer and cases.count == 1 else self.limits.question
        wait = _Wait(worker, silent, longer)
        lost = self._ask(worker, function, cases, replaced, wait, anew=anew)
        seconds = time.monotonic() - started
        written = worker.answered()
        numbers = None if usual is None or lost is not None else usual.numbers(written)
        if numbers is not None:
            return Reply(Unread(written, cases.count), worker.printed(), seconds, numbers)
        answers: list[Answer] = []
        try:
            for answer in unpack(written, cases.count):
                answers.append(self._told(function, answer))
        except ProtocolError:
            lost = Died("protocol")
        if len(answers) == 1 and isinstance(answers[0], Missing):
            answers *= cases.count
        if lost is None and len(answers) < cases.count:
            lost = Died("protocol")
        output = worker.printed()
        if lost is not None:
            self.close()
            first = len(answers)
            if lost == Limit("time") and wait.keeps_answering:
                answers += (Unanswered(first, cases.count, seconds),) * (cases.count - first)
            answers += (replace(self._numbered(lost), ran=i == first) for i in range(len(answers), cases.count))
        elif any(isinstance(answer, Limit) for answer in answers):
            self.close()  # what it still holds would be missing to the next function
        return Reply(tuple(answers), output, seconds)

    def record(self, function: str, case: Cases, replaced: Replaced = NOTHING) -> Recorded | None:
        """What that function of the adapter calls of the submission; None where there is no adapter, or no answer."""
        if self.adapter is None:
            return None
        self._worker = self._worker or self._start()
        worker = self._worker if self.loaded.failure is None else None
        if worker is None:
            return None
        wait = _Wait(worker, self.limits.question, 0.0)
        if self._ask(worker, function, case, replaced, wait, record=True) is not None:
            self.close()
            return None
        return recorded(worker.answered())

    def _start(self) -> Connection:
        worker = Connection(self.isolation, self.limits)
        files = [(path, len(data)) for path, data in self._beside.items()]
        message = {"load": self.cells, "seconds": self.limits.load, "file": self.file, "files": files}
        message["adapter"] = self.adapter.text if self.adapter else ""
        worker.send(frame({**message, "seed": self._seed("")}, b"".join(self._beside.values())))
        return worker

    def _seed(self, function: str) -> int:
        """Of what that function draws, or the file while it is loaded."""
        return int.from_bytes(hashlib.sha256(f"{self.seed} {function}".encode()).digest()[:8], "little")

    def _load(self, worker: Connection) -> Loaded:
        try:
            if worker.receive(time.monotonic() + STARTING)[0] != {"ready": True}:
                raise LostError(Died("protocol"))
        except LostError as lost:
            how = lost.outcome.how if isinstance(lost.outcome, Died) else f"nothing came within {STARTING:g} s"
            msg = f"a worker did not start ({how}): {worker.printed().text.strip()[-500:]}"
            self.close()
            raise JailError(msg) from None
        try:
            # the worker itself stops a statement that takes too long; this is for one that does not let it
            loaded = worker.receive(time.monotonic() + 2 * self.limits.load)[0]["loaded"]
            looked_for = [text(name, NAME) for name in loaded["absent"][:PROBLEMS]]
            absent = frozenset(looked_for) - self._provided if looked_for else frozenset[str]()
            problems: list[Problem] = []
            adapter = [self._problem(told, (), absent) for told in loaded.get("adapter", [])[:PROBLEMS]]
            for told in loaded["problems"][:PROBLEMS]:  # one may be for want of what another would have bound
                problems.append(self._problem(told, problems, absent))
            functions = tuple(text(name, NAME) for name in loaded["functions"])
        except LostError as lost:
            return Loaded(output=worker.printed(), failure=self._numbered(replace(lost.outcome, loading=True)))
        except MALFORMED:
            return Loaded(output=worker.printed(), failure=Died("protocol", loading=True))
        return Loaded(functions, tuple(problems), worker.printed(), absent=absent, adapter=tuple(adapter))

    def _ask(
        self,
        worker: Connection,
        function: str,
        cases: Cases,
        replaced: Replaced,
        wait: _Wait,
        *,
        anew: bool = False,
        record: bool = False,
    ) -> Limit | Died | None:
        """Wait until the function has answered everything; or say why it has not."""
        self._serial += 1
        worker.clear()
        asked = {"call": function, "serial": self._serial, "replaced": list(replaced)}
        asked |= {"seed": self._seed(function), "anew": anew, "record": record}
        worker.send(frame(asked), cases.frame)
        try:
            while True:
                message, header, payload = wait.receive()
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

    # -- what a stranger's worker says, completed from our own copy of the submission

    def _told(self, function: str, answer: Answer) -> Answer:
        if isinstance(answer, Raised):
            answer = self._raised(answer, self.loaded.problems, self.loaded.absent)
        if self.adapter is not None and isinstance(answer, Raised | Missing):
            from gradecheck.grading.jail.blame import Blame

            answer = Blame(self.adapter, self.loaded.adapter, self._bound).of(function, answer)
        match answer:
            case Limit():
                return self._numbered(answer)
            case Raised():
                return self._noted(answer)
            case Missing():
                return self._noted(self._explained(answer.function or function, answer))
        return answer

    def _noted(self, answer: Raised | Missing) -> Answer:
        if answer.absent is not None and answer.absent.module not in self.missed:
            self.missed = tuple(sorted((*self.missed, answer.absent.module)))
        return answer

    def _numbered(self, lost: L) -> L:
        """A limit with what was allowed."""
        if not isinstance(lost, Limit):
            return lost
        limits = self.limits
        seconds = limits.load if lost.loading else limits.question
        mib = {"memory": limits.memory / (1 << 20), "output": limits.written / (1 << 20)}
        return replace(lost, most={"time": seconds, **mib, "processes": limits.processes}[lost.which])

    def _problem(self, told: Any, before: Sequence[Problem], absent: frozenset[str]) -> Problem:
        cell, line, header = told
        if type(cell) is not int or type(line) is not int:
            raise ProtocolError
        found = outcome(header)
        there = 0 <= cell < len(self.cells) and 0 <= line <= len(self._lines[cell])
        if not there and not (self.adapter and cell == ADAPTER):
            raise ProtocolError
        number = cell if len(self.cells) > 1 else None
        match found:
            case Limit():
                return Problem(number, line, replace(self._numbered(found), most=self.limits.load))
            case Raised():
                return Problem(number, line, self._raised(found, before, absent))
        raise ProtocolError

    def _raised(self, answer: Raised, problems: Sequence[Problem], absent: frozenset[str]) -> Raised:
        """With the text of its lines, and the package for want of which it was raised."""
        lines = tuple(map(self._line, answer.lines))
        top = answer.name.partition(".")[0]
        lacks = None
        if lines and answer.type == "NameError" and answer.name:
            lacks = self._absent(answer.name, lines[-1].file, problems, absent)
        elif lines and answer.type in ("ModuleNotFoundError", "ImportError") and top and top not in self._provided:
            lacks = self._absence(top, lines[-1].cell, lines[-1].line, lines[-1].file)
        return replace(answer, lines=lines, absent=lacks)

    def _line(self, line: Line) -> Line:
        if line.file in self._beside:
            known = _lines(self._beside[line.file].decode(errors="replace"))
        elif line.file or not 0 <= line.cell < len(self._lines):
            known = []
        else:
            known = self._lines[line.cell]
        said = known[line.line - 1].strip() if 1 <= line.line <= len(known) else ""
        return replace(line, text=text(said, NAME), file=" ".join(text(line.file, NAME).split()))

    def _explained(self, function: str, answer: Missing) -> Missing:
        """Why there is no such function, as far as the submission's text tells."""
        because: Problem | Lost | None = next((lost for lost in self.lost if function in lost.defines), None)
        problems = {(problem.cell or 0, problem.line): problem for problem in self.loaded.problems}
        for statement in self._statements[""]:
            if function in statement.names and because is None:
                because = problems.get((statement.cell, statement.line))
        if because is None:
            because = next((p for p in self.loaded.problems if not p.line and self._mentions(p, function)), None)
        absent = self._absent(function, "", self.loaded.problems, self.loaded.absent)
        return replace(answer, because=because, absent=absent)

    def _mentions(self, problem: Problem, function: str) -> bool:
        """Whether a cell that Python cannot read seems to define the function."""
        definition = re.compile(rf"\s*(?:def\s+{re.escape(function)}\b|{re.escape(function)}\s*=(?!=))")
        return any(map(definition.match, self._lines[problem.cell or 0]))

    def _absent(
        self, name: str, file: str, problems: Sequence[Problem], absent: frozenset[str]
    ) -> Absent | None:
        """The package for want of which a name was not bound at module level, in the cells or in a file beside them."""
        from gradecheck.grading.jail.origins import binding

        raised = {(p.cell or 0, p.line): p.why for p in problems if isinstance(p.why, Raised)} if not file else {}
        for statement in binding(name, self._statements[file]):
            why = raised.get((statement.cell, statement.line))
            if why is not None and why.absent is not None:
                return why.absent
            for found in statement.imports:
                if found.module in absent:  # and what was raised was caught
                    return self._absence(found.module, statement.cell, found.line, file)
        return None

    def _absence(self, module: str, cell: int, line: int, file: str) -> Absent:
        number = cell if len(self.cells) > 1 and not file else None
        return Absent(module, number, line, file, self.isolation.packages)

    @cached_property
    def _provided(self) -> frozenset[str]:
        """Modules that are there, or that are the submission's own; of stand-ins, those that lack nothing."""
        own = {path.partition("/")[0].partition(".")[0] for path in self._beside}
        return available(self.isolation.packages) - INCOMPLETE | own

    @cached_property
    def _bound(self) -> frozenset[str]:
        """The names that the cells bind."""
        return frozenset(name for statement in self._statements[""] for name in statement.names)

    @cached_property
    def _statements(self) -> Statements:
        """Looked at where something is to be explained."""
        from gradecheck.grading.jail.origins import Statements

        return Statements(self.cells, self._beside)


class _Wait:
    """For a function's answers: until it has been silent for so many seconds, or its time is up.

    Then keeps_answering says whether it still answered: it is slow, and has not hung.
    """

    def __init__(self, worker: Connection, silent: float, longer: float) -> None:
        self._worker, self._silent = worker, silent
        self._answered = time.monotonic()  # when an answer was last seen
        self._time = self._answered + (longer or silent)
        self._slow = longer > 0  # which is known already
        self._look = self._answered + silent / POLLS
        self._size = 0
        self.keeps_answering = False

    def receive(self) -> tuple[dict[str, Any], bytes, bytes]:
        """The next message. Raises LostError when it is waited for no longer."""
        while True:
            try:
                return self._worker.receive(self._look)
            except LateError:
                now, size = time.monotonic(), self._worker.written()
                more, self._size = size != self._size, size
                if more:
                    self._answered = now
                self.keeps_answering = now >= self._time and (more or self._slow)
                if self.keeps_answering or now - self._answered >= self._silent:
                    raise
                self._look = now + self._silent / POLLS


def _lines(source: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", source)


def _that_fit(files: Sequence[File]) -> Iterator[File]:
    """The files whose place is below the submission's folder, as far as there is room for them."""
    size = 0
    for file in files[:MOST_FILES]:
        size += len(file.data)
        if inside(file.path) and len(file.path) <= TEXT and size <= MOST_BESIDE:
            yield file


def _right_values(function: Replacement, arguments: Sequence[tuple[str, Any]]) -> bytes:
    try:
        result = function(arguments)
        several = isinstance(result, tuple)
        cases, payload = pack_arguments([result if several else (result,)])
    except Exception as problem:  # a stranger's arguments may be anything
        return frame({"refused": str(problem)})
    return frame({"cases": cases, "several": several}, payload)
