"""A submission in its worker: its cells run in one namespace, and its functions are called from here."""

import contextlib
import signal
import sys
import types
import warnings
from collections.abc import Iterator
from contextvars import copy_context
from functools import partial
from typing import Any

from . import printing
from .adapting import Adapter
from .editing import Edits
from .exceptions import MissingError, OutOfTime, describe
from .loading import Layout
from .packing import Case, build
from .protocol import ADAPTER, ITEMS, NAME, PROBLEMS, TEXT, frame
from .recording import Record
from .replacing import right_values
from .results import answered
from .seeds import Chance
from .wire import Wire

Json = dict[str, Any]
SIGNALS = {signal.ITIMER_REAL: signal.SIGALRM, signal.ITIMER_PROF: signal.SIGPROF}
"""The alarm of each clock: that of the wall, and that of the process, which stands still while it waits."""


class Submission:
    """The stranger's module, and the adapter that is called in its place, if there is one.

    NumPy's floating-point settings and the filters of warnings are at every call as they were before the first line of
    the submission ran: one that sets them, at the top or in a function, changes nothing for the other functions.
    """

    def __init__(self, wire: Wire, room: int, layout: Layout, chance: Chance, adapter: Adapter | None = None) -> None:
        """room: bytes that all answers of one function may have."""
        self.wire, self.room, self.layout, self.chance, self.adapter = wire, room, layout, chance, adapter
        self.namespace: Json = vars(layout.main)
        self.called: Json = self.namespace if adapter is None else adapter.namespace
        self.running = self.late = self.spoilt = False

    # -- loading

    def load(self, cells: list[str], seconds: float, seed: int) -> Json:
        """Run every cell, a statement at a time: one that raises, ends Python or takes too long is lost alone.

        problems: [cell, line or 0 for the whole cell, what].
        """
        problems: list[list[Any]] = []
        self.chance.begin(seed)
        with self._alarm(seconds):
            for index, source in enumerate(cells):
                self._load_cell(index, source, f"<cell {index}>", self.namespace, problems)
        with contextlib.suppress(BaseException):  # a stranger's module may hold anything
            self.chance.know(self.layout.modules())
        functions = [
            name
            for name, value in list(self.namespace.items())
            if type(value) is types.FunctionType and self.layout.place(value.__code__.co_filename) is not None
            if type(name) is str and len(name) <= NAME
        ]
        return {"problems": problems[:PROBLEMS], "functions": functions[:ITEMS]}

    def load_adapter(self, source: str, seconds: float) -> list[list[Any]]:
        """Run the adapter, in a namespace of its own. Returns its problems, as `load` does."""
        assert self.adapter is not None
        problems: list[list[Any]] = []
        with self._alarm(seconds), self.layout.apart():
            self._load_cell(ADAPTER, source, "<adapter>", self.adapter.namespace, problems)
        return problems

    @contextlib.contextmanager
    def _alarm(self, seconds: float, clock: int = signal.ITIMER_REAL) -> Iterator[None]:
        """Once the time is up, the alarm goes off again and again: what hangs after that has a tenth of it each."""
        signal.signal(SIGNALS[clock], self._end_statement)
        signal.setitimer(clock, seconds, seconds / 10)
        try:
            yield
        finally:
            signal.setitimer(clock, 0)

    def _end_statement(self, *_: Any) -> None:
        self.late = True
        if self.running and not self.wire.asking:
            raise OutOfTime

    def _load_cell(self, index: int, source: str, name: str, namespace: Json, problems: list[list[Any]]) -> None:
        try:
            found = self.layout.statements(source, name)
        except BaseException as unread:
            problems.append([index, 0, describe(unread, self.layout.place)])
            return
        for line, code in found:
            try:
                try:
                    self.running = True
                    exec(code, namespace)
                finally:
                    self.running = False
            except BaseException as problem:
                if len(problems) < PROBLEMS:
                    problems.append([index, line, describe(problem, self.layout.place)])

    # -- calling

    def answer(self, message: Json, cases: Json, payload: bytes) -> None:
        """Do what a message says, with right values for the functions that it names."""
        # with an adapter, only what it calls itself is replaced
        namespaces = self.layout.modules if self.adapter is None else lambda: iter((self.called,))
        right = right_values(message["replaced"], self.called, namespaces, self.wire, self.room)
        with right, warnings.catch_warnings():
            if "attempts" in message:
                self.attempt(message, cases["cases"], cases["order"], payload)
            elif message["record"]:
                self._record(message["call"], message["seed"], cases["cases"][0], payload)
            else:
                self.call(message, cases["cases"], cases["order"], payload)

    def _begin(self, seed: int) -> None:
        with contextlib.suppress(BaseException):  # the submission may have put anything in a generator's place
            self.chance.begin(seed)

    def call(self, message: Json, cases: list[Case], order: list[int], payload: bytes) -> None:
        name, seed = message["call"], message["seed"]
        self._begin(seed)
        try:
            function = self._function(name)
        except MissingError as missing:
            self.wire.answer(frame(self._described(missing)))
            return
        left = self.room
        for index in order:
            if message["anew"]:
                self._begin(seed)
            record = answered(function, cases[index], payload, left, self._described)
            left -= len(record)
            self.wire.answer(record)

    def _function(self, name: str) -> Any:
        function = self.called.get(name)
        if not callable(function):
            raise MissingError("" if name not in self.called else type(function).__name__)
        return function

    def _described(self, problem: BaseException) -> Json:
        told = describe(problem, self.layout.place)
        self.spoilt |= told.get("limit", "time") != "time"
        return told

    def _guarded(self, function: Any, *arguments: Any) -> Any:
        """Run a stranger's code where the alarm may end it; np.seterr in it ends with it."""
        try:
            self.running = True
            return copy_context().run(function, *arguments)
        finally:
            self.running = False

    # -- edits

    def attempt(self, message: Json, cases: list[Case], order: list[int], payload: bytes) -> None:
        """Call the function with one edit after another: a record for each case.

        One that meets a limit other than time is the last, and one that cannot be undone ends the worker.
        """
        wanted = [cases[index] for index in order]
        self.spoilt, imported = False, 0
        for changes in message["attempts"]:
            if len(sys.modules) != imported:
                namespaces, imported = self._namespaces(), len(sys.modules)
            records = self._attempt(changes, namespaces, message, wanted, payload)
            printing.forget()
            self.wire.answer(b"".join(records))
            if self.spoilt:
                return

    def _namespaces(self) -> list[Json]:
        """Of the submission's modules, and of the adapter."""
        return [*self.layout.modules(), *([] if self.adapter is None else [self.adapter.namespace])]

    def _attempt(
        self, changes: list[Any], namespaces: list[Json], message: Json, cases: list[Case], payload: bytes
    ) -> list[bytes]:
        """A record for each case."""
        records: list[bytes] = []
        edits = Edits(self.layout, namespaces, self._guarded)
        self.late = False
        try:
            with warnings.catch_warnings(), self._alarm(message["seconds"], signal.ITIMER_PROF):
                self._begin(message["seed"])
                for cell, file, text in changes:
                    edits.change(cell, file, text)
                guarded = partial(self._guarded, self._function(message["call"]))
                for case in cases:
                    if self.late:
                        raise OutOfTime
                    self._begin(message["seed"])
                    records.append(answered(guarded, case, payload, message["room"], self._described))
        except BaseException as problem:
            records += [frame(self._described(problem))] * (len(cases) - len(records))
        edits.undo()
        return records

    def _record(self, name: str, seed: int, case: Case, payload: bytes) -> None:
        """Call a function of the adapter once, and answer with what it called of the submission."""
        assert self.adapter is not None
        self._begin(seed)
        arguments = build(case, payload)
        record = Record(frozenset(self.namespace))
        self.adapter.watch = record.watch
        results: list[Any] = []
        with contextlib.suppress(BaseException):  # what it raises is known from the call before
            result = copy_context().run(self.called[name], *arguments)
            results = list(result) if isinstance(result, (tuple, list)) else [result]
        self.adapter.watch = None
        told = {
            "lines": record.lines,
            "last": record.last,
            "roots": record.roots_used(),
            "results": [record.expression(x)[:TEXT] for x in results[:ITEMS]],
            "arguments": [record.expression(x, first=True)[:TEXT] for x in arguments],
            "whole": record.whole,
        }
        self.wire.answer(frame({"recorded": told}))
