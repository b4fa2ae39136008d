"""Answers for a submission in this very process, without a jail: for students who check their own code.

There is no alarm on every system, so a function that never returns is ended by the student, with Ctrl-C.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gradecheck.grading.bank.chosen import parts
from gradecheck.grading.jail.answers import Answer, Limit, Loaded, Missing, Output, Recorded, Unanswered
from gradecheck.grading.jail.explaining import Explainer
from gradecheck.grading.jail.inside.protocol import Cases
from gradecheck.grading.jail.inside.results import answered
from gradecheck.grading.jail.inside.seeds import Chance
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.reply import Reply
from gradecheck.grading.jail.right_values import NOTHING, Replaced
from gradecheck.grading.jail.unpacking import text, unpack
from gradecheck.grading.jail.usual import Usual
from gradecheck.grading.kits.student.code import Code, told
from gradecheck.grading.kits.student.printing import SHOWN, Printed, apart
from gradecheck.grading.source import Source


class Here:
    """See Answering.    began: told the name of each function before it is called for the first time.

    stopped: the functions that the student has stopped. They are not called again, nor are those that met a limit.
    """

    missed: tuple[str, ...] = ()

    def __init__(
        self, code: Code, source: Source, limits: Limits, packages: tuple[str, ...], began: Callable[[str], None]
    ) -> None:
        self.cells, self.limits = code.cells, limits
        self.stopped: set[str] = set()
        self._code, self._chance, self._began = code, Chance(), began
        self._explainer = Explainer(code.cells, code.texts, source.lost, None, packages, limits)
        self._loaded: Loaded | None = None
        self._asked: set[str] = set()
        self._limits: dict[str, Limit] = {}  # that a function has met

    @property
    def loaded(self) -> Loaded:
        """The result of running the file, the last time that it was run."""
        if self._loaded is None:
            with apart(Printed(self.limits.written)):
                self._chance.begin(0)
                self._loaded = self._explainer.loaded(self._code.run())
            self._chance.know(self._code.namespaces())
        return self._loaded

    def close(self) -> None:
        self._loaded = None

    def record(self, function: str, case: Cases, replaced: Replaced = NOTHING) -> Recorded | None:
        return None

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
        if function in self._limits:
            return Reply((self._limits[function],) * cases.count)
        loaded, names = self.loaded, self._code.namespace()
        if not callable(names.get(function)):
            missing = Missing(type(names[function]).__name__ if function in names else "")
            return Reply((self._explainer.answer(function, missing, loaded),) * cases.count)
        if function not in self._asked:
            self._asked.add(function)
            self._began(function)
        started = time.monotonic()
        deadline = started + (longer or self.limits.question)
        with apart(printed := Printed(self.limits.written, deadline)):
            records = self._records(function, cases, deadline, anew)
        seconds = time.monotonic() - started
        output = Output(text(printed.text, SHOWN), printed.size)
        written = b"".join(records)
        numbers = None if usual is None else usual.numbers(written)
        answers: list[Answer] = [self._explainer.answer(function, a, loaded) for a in unpack(written, len(records))]
        late: Answer = Unanswered(len(records), cases.count, seconds)
        if answers and isinstance(answers[-1], Limit):
            late = self._limits[function] = replace(answers[-1], ran=False)
        answers += [late] * (cases.count - len(records))
        return Reply(tuple(answers), output, seconds, numbers)

    def _records(self, function: str, cases: Cases, deadline: float, anew: bool) -> list[bytes]:
        """A record for every call, until the time is up or the student stops it."""
        header, payload = parts(cases.frame)
        called = self._code.namespace()[function]
        records: list[bytes] = []
        room, met = self.limits.written, False

        def described(problem: BaseException) -> dict[str, Any]:
            nonlocal met
            said = told(problem, self._code.place)
            if isinstance(problem, KeyboardInterrupt):
                self.stopped.add(function)
            met |= "limit" in said
            return said

        self._chance.begin(0)
        for index in header["order"]:
            if time.monotonic() > deadline or met:
                break
            if anew:
                self._chance.begin(0)
            records.append(answered(called, header["cases"][index], payload, room, described))
            room -= len(records[-1])
        self._chance.begin(0)  # a notebook's own generators are as they were
        return records
