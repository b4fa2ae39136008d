"""The tests of one module, collected once, and then run on one mutant after another, each in a fork of its own.

A fork puts the mutant's code into the functions that the tests hold already. Where that would not do, because the
change runs on import, and where no test noticed anything, pytest starts anew in a fork that has imported nothing yet.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import pytest

from tests.mutants.forks import Ended, Write, exchange, forked, functions_of
from tests.mutants.sessions import ROOT, Mutated, run, start
from tests.mutants.sources import Mutant

BROKEN = "raise ImportError"  # the source of a mutant that every test notices
PATIENCE = 300.0  # seconds without an end, for tests that take ten

Fate = Literal["killed", "survived", "timeout", "hung"]
Say = Callable[[Mutant, Fate, str, float], None]  # of a mutant: its fate, by which test, CPU seconds
Known = dict[str, tuple[float, list[str]]]  # of a test: seconds, and the functions of the module that it calls


class Bench:
    """One source file and its tests. say: told of each mutant as soon as its fate is known."""

    def __init__(self, file: str, tests: Sequence[str], scratch: Path, say: Say) -> None:
        self.file, self.scratch, self.say = file, scratch, say
        self.paths = [f"tests/test_{name}.py" for name in tests]
        self.known: Known = {}
        self.killers: list[str] = []  # the last one first
        self.limit = 300.0

    def try_all(self, mutants: Sequence[Mutant], listed: set[str]) -> None:
        """The fate of each; those listed by id are known to survive. RuntimeError where the tests fail unmutated."""
        with self._folder():
            ended = forked(lambda w: start(self.paths, lambda items: self._in_place(items, mutants, listed, w)))
        msg = f"mutate: the tests of {self.file} fail, but should pass before anything is mutated; run pytest first"
        if ended.status or not ended.wrote:
            raise RuntimeError(msg)
        again, self.known, self.killers, self.limit = json.loads(ended.wrote)
        source = (ROOT / self.file).read_text(encoding="utf-8")
        if self._fork(lambda write: self._anew(source, write))[0] != "survived":  # or every mutant would seem killed
            raise RuntimeError(msg)
        if self._fork(lambda write: self._anew(BROKEN, write))[0] != "killed":
            msg = f"mutate: the tests of {self.file} do not import a mutant of it, but should; look at Mutated"
            raise RuntimeError(msg)
        for i in again:
            fate, by, cpu = self._fork(lambda write, mutant=mutants[i]: self._anew(mutant.source, write))
            self.say(mutants[i], fate, by, cpu)

    # -- in place

    def _in_place(self, items: list[pytest.Item], mutants: Sequence[Mutant], listed: set[str], write: Write) -> None:
        """Try what can be tried so; write which of the mutants are left, and what was learnt of the tests."""
        ended = forked(lambda write: self._measure(items, write), patience=PATIENCE)
        if ended.status:
            raise SystemExit(1)
        self.known = json.loads(ended.wrote)
        self.limit = 5 + 3 * ended.cpu
        path = str(ROOT / self.file)
        original = compile((ROOT / self.file).read_bytes(), path, "exec")
        alive = functions_of(path)
        again = []
        for i, mutant in enumerate(mutants):
            changes = exchange(alive, original, compile(mutant.source, path, "exec"))
            if not changes:
                again.append(i)
                continue
            chosen = self._in_order(items, mutant.where)

            def work(write: Write, changes: Any = changes, chosen: Any = chosen) -> None:
                for function, code in changes:
                    function.__code__ = code
                run(chosen, write)

            fate, by, cpu = self._fork(work)
            unnoticed = fate == "survived" and mutant.id not in listed
            if unnoticed or (fate == "killed" and not by):  # a crash may be ours
                again.append(i)
            else:
                self.say(mutant, fate, by, cpu)
        write(json.dumps([again, self.known, self.killers, self.limit]).encode())

    def _in_order(self, items: Sequence[pytest.Item], function: str) -> list[pytest.Item]:
        """The tests that call the function: the last killers first, then the quick ones."""
        return self._sorted(t for t in items if function in self.known[t.nodeid][1])

    def _sorted(self, items: Any) -> list[pytest.Item]:
        rank = {test: i for i, test in enumerate(self.killers)}
        last = len(rank)
        return sorted(items, key=lambda t: (rank.get(t.nodeid, last), self.known.get(t.nodeid, (0.0,))[0]))

    def _measure(self, items: Sequence[pytest.Item], write: Write) -> None:
        """Run the tests on the module as it is; write how long each takes, and which of its functions it calls."""
        path = str(ROOT / self.file)
        called: set[str] = set()

        def hear(frame: FrameType, event: str, argument: object) -> None:
            if event == "call" and frame.f_code.co_filename == path:
                called.add(_place(frame.f_code.co_qualname))

        known: Known = {}
        failed: list[str] = []
        for item in items:
            called.clear()
            begun = time.process_time()
            sys.setprofile(hear)
            run([item], lambda data: failed.append(data.decode()))
            sys.setprofile(None)
            known[item.nodeid] = (time.process_time() - begun, sorted(called))
        if failed:
            raise SystemExit(1)
        write(json.dumps(known).encode())

    # -- anew

    def _anew(self, source: str, write: Write) -> None:
        sys.meta_path.insert(0, Mutated(self.file, source))
        start(self.paths, lambda items: run(self._sorted(items), write))

    # -- both

    def _fork(self, work: Callable[[Write], None]) -> tuple[Fate, str, float]:
        with self._folder():
            ended = forked(work, self.limit, PATIENCE)
        fate, by = _fate(ended)
        if by:
            self.killers = [by, *(test for test in self.killers if test != by)]
        return fate, by, ended.cpu

    @contextmanager
    def _folder(self) -> Iterator[None]:
        """Temporary files of its own for each fork, for a fork does not tidy up."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            os.environ["PYTEST_DEBUG_TEMPROOT"] = folder
            yield


def _fate(ended: Ended) -> tuple[Fate, str]:
    by = ended.wrote.decode()
    if ended.hung:
        return "hung", by
    if ended.signal == signal.SIGXCPU:
        return "timeout", by
    return ("killed", by) if by or ended.status else ("survived", by)


def _place(qualname: str) -> str:
    """The name by which a mutant says where it is: f.<locals>.g.<genexpr> is in f.g."""
    return ".".join(part for part in qualname.split(".") if not part.startswith("<")) or "module"
