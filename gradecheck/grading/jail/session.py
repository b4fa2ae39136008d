"""One submission, from its first line to the last answer: load it, call its functions, survive what it does.

    with Session(cells, isolation()) as session:
        session.loaded.functions
        reply = session.call("selu", Cases.pack([(x,), (y,)]))

The worker starts when the session opens and is first waited for in `loaded` or `call`, so that the caller
can prepare meanwhile. Inputs are sent only after the submission has been loaded. A function that hangs,
crashes its worker or breaks the protocol keeps the answers that it gave before and loses the rest; the
next function gets a new worker. A slow function that keeps answering can be called again for the rest with more time.
Nothing that a submission does raises an exception here.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any

from gradecheck.grading.jail.answers import (
    Answer,
    Died,
    Limit,
    Loaded,
    Missing,
    Raised,
    Recorded,
    Unanswered,
)
from gradecheck.grading.jail.asking import ask
from gradecheck.grading.jail.attempts import FORGED, PATIENCE, ROOM, UNTRIED, Attempt, answered, message, spoilt
from gradecheck.grading.jail.beside import that_fit
from gradecheck.grading.jail.connection import Connection, LostError
from gradecheck.grading.jail.explaining import Explainer
from gradecheck.grading.jail.inside.protocol import Cases, ProtocolError, frame
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.process import Isolation, JailError
from gradecheck.grading.jail.reply import Reply
from gradecheck.grading.jail.right_values import NOTHING, Replaced
from gradecheck.grading.jail.unpacking import MALFORMED, recorded, unpack
from gradecheck.grading.jail.usual import Unread, Usual
from gradecheck.grading.jail.waiting import Wait
from gradecheck.grading.jail.workers import STARTING
from gradecheck.grading.source import File, Lost, Source

if TYPE_CHECKING:
    from gradecheck.grading.adapter import Adapter


class Session:
    """A submission's code cells (a .py is one cell) in a worker of their own. See the top of this file.

    file: name of the file that the cells are from.    beside: the files handed in with it.
    lost: lines of the file that Python cannot read, and that are not in the cells.
    seed: for random numbers that the submission draws without a seed of its own.
    adapter: its functions are called, and call those of the submission.

    missed: packages that are not there, and for want of which a function did not answer.

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
        self._file, self._seed, self._adapter = file, seed, adapter
        self._beside = {file.path: file.data for file in that_fit(beside)}
        packages = isolation.packages
        self._explainer = Explainer(self.cells, self._beside, tuple(lost), adapter, packages, self.limits)
        self._serial = 0
        self.missed: tuple[str, ...] = ()
        self._spent: dict[str, float] = {}  # seconds, by function
        self._loaded: Loaded | None = None
        self._worker: Connection | None = self._start()
        self._waited = False  # whether that worker has loaded the file

    @classmethod
    def of(cls, source: Source, isolation: Isolation, limits: Limits, seed: int, adapter: Adapter | None) -> Session:
        """A session of a submission as it was read."""
        given = (source.cells, isolation, limits)
        return cls(*given, file=source.file, beside=source.beside, lost=source.lost, seed=seed, adapter=adapter)

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
        """The result of running the file, the last time that it was run; waits for it."""
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
        """Call the submission's function on every case. Limits and crashes are among the answers.

        A function that has taken too long in all, with loading its file, is not called again.
        longer: seconds in all for a function that is known to be slow, while it keeps answering; a single case may take
        all of them.
        anew: every case begins with the same random numbers, and not only the first.
        replaced: functions of the submission that are replaced for this call. The given callables compute the right
        values here from the submission's arguments; what they raise is raised there as ValueError.
        usual: the form of answers whose numbers are taken all at once (usual.py).
        """
        if self._spent.get(function, 0.0) > self.limits.function:
            return Reply((self._explainer.limit(Limit("time", ran=False)),) * cases.count)
        began = time.monotonic()
        try:
            return self._call(function, cases, replaced, usual, longer, anew)
        finally:
            self._spent[function] = self._spent.get(function, 0.0) + time.monotonic() - began

    def _call(
        self, function: str, cases: Cases, replaced: Replaced, usual: Usual | None, longer: float, anew: bool
    ) -> Reply:
        worker = self._ready()
        if not isinstance(worker, Connection):
            return Reply((worker,) * cases.count)
        started = time.monotonic()
        silent = longer if longer and cases.count == 1 else self.limits.question
        wait = Wait(worker, silent, longer)
        lost = ask(worker, self._asked(function, anew=anew), cases, replaced, wait)
        seconds = time.monotonic() - started
        written = worker.answered()
        numbers = None if usual is None or lost is not None else usual.numbers(written)
        if numbers is not None:
            return Reply(Unread(written, cases.count), worker.printed(), seconds, numbers)
        answers: list[Answer] = []
        try:
            for answer in unpack(written, cases.count):
                answers.append(self._explainer.answer(function, answer, self.loaded))
        except ProtocolError:
            lost = Died("protocol")
        absent = {a.absent.module for a in answers if isinstance(a, Raised | Missing) and a.absent is not None}
        self.missed = tuple(sorted({*self.missed, *absent}))
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
            answers += (replace(self._explainer.limit(lost), ran=i == first) for i in range(len(answers), cases.count))
        elif any(isinstance(answer, Limit) for answer in answers):
            self.close()  # the next function would lack the memory that it still holds
        return Reply(tuple(answers), output, seconds)

    def attempt(
        self,
        function: str,
        cases: Cases,
        attempts: Sequence[Attempt],
        replaced: Replaced = NOTHING,
        *,
        seconds: float,
    ) -> list[Sequence[Answer]]:
        """The answers to every case after each attempt: the submission with changed statements, which are then undone.

        A changed function takes the old one's place wherever the submission holds it. Where a statement raises, or its
        file was not imported, that is the answer to every case. An attempt that ends the worker costs only itself.
        seconds: of the processor, for an attempt.    replaced: as for `call`.
        Every case begins with the same random numbers.

        What other statements made of the old one stays, and an attempt may leave traces for later ones: the changed
        text has to be tried in a new session.
        """
        tried: list[Sequence[Answer]] = []
        while rest := attempts[len(tried) :]:
            began = time.monotonic()
            tried += self._attempt(function, cases, rest, replaced, seconds)
            self._spent[function] = self._spent.get(function, 0.0) + time.monotonic() - began
        return tried

    def _attempt(
        self, function: str, cases: Cases, attempts: Sequence[Attempt], replaced: Replaced, seconds: float
    ) -> list[tuple[Answer, ...]]:
        """The answers to the first of these attempts: at least to one."""
        left = self.limits.function - self._spent.get(function, 0.0)
        if left <= 0:
            return [(UNTRIED,) * cases.count] * len(attempts)
        sent = message(attempts, cases.count, self.limits.written)
        if not sent:
            return [(UNTRIED,) * cases.count]
        worker = self._ready()
        if not isinstance(worker, Connection):
            return [(worker,) * cases.count] * len(attempts)
        asked = self._asked(function, attempts=sent, seconds=seconds, room=ROOM)
        lost = ask(worker, asked, cases, replaced, Wait(worker, 1 + PATIENCE * seconds, left))
        tried = answered(worker.answered(), len(sent), cases.count, lost)
        if lost is not None or len(tried) < len(sent) or spoilt(tried[-1]):
            self.close()
        if tried[-1][0] == FORGED:
            tried += [(replace(FORGED, ran=False),) * cases.count] * (len(attempts) - len(sent))
        return tried

    def record(self, function: str, case: Cases, replaced: Replaced = NOTHING) -> Recorded | None:
        """The calls that a function of the adapter makes; None where there is no adapter, or no answer."""
        if self._adapter is None:
            return None
        worker = self._ready()
        if not isinstance(worker, Connection):
            return None
        wait = Wait(worker, self.limits.question, 0.0)
        if ask(worker, self._asked(function, record=True), case, replaced, wait) is not None:
            self.close()
            return None
        return recorded(worker.answered())

    def _ready(self) -> Connection | Limit | Died:
        """A worker that has loaded the file; or why it cannot be loaded."""
        if self._worker is None and self.loaded.failure is None:
            self._worker, self._waited = self._start(), False
        return self.loaded.failure or self._worker or Died("protocol", loading=True)

    def _start(self) -> Connection:
        worker = Connection(self.isolation, self.limits)
        files = [(path, len(data)) for path, data in self._beside.items()]
        message = {"load": self.cells, "seconds": self.limits.load, "file": self._file, "files": files}
        message |= {"adapter": self._adapter.text if self._adapter else "", "seed": self._seed_of("")}
        worker.send(frame(message, b"".join(self._beside.values())))
        return worker

    def _seed_of(self, function: str) -> int:
        """The seed for that function; "" for loading the file."""
        return int.from_bytes(hashlib.sha256(f"{self._seed} {function}".encode()).digest()[:8], "little")

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
            # the worker stops a statement that takes too long; this deadline is for one that prevents it
            told = worker.receive(time.monotonic() + 2 * self.limits.load)[0]["loaded"]
            loaded = self._explainer.loaded(told)
        except LostError as lost:
            loaded = Loaded(failure=self._explainer.limit(replace(lost.outcome, loading=True)))
        except MALFORMED:
            loaded = Loaded(failure=Died("protocol", loading=True))
        return replace(loaded, output=worker.printed())

    def _asked(self, function: str, **more: Any) -> dict[str, Any]:
        """The message of a call."""
        self._serial += 1
        asked = {"call": function, "serial": self._serial, "seed": self._seed_of(function)}
        return {**asked, "anew": False, "record": False, **more}
