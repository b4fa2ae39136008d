"""The tests of one module, collected once, and then run on one mutant after another, each in a fork of its own.

A fork puts the mutant's code into the functions that the tests hold already. Where that would not do, because the
change runs on import, and where no test noticed anything, pytest starts anew in a fork that has imported nothing yet.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, Literal

import pytest

from tests.mutants.forks import Ended, Write, exchange, forked, functions_of
from tests.mutants.sources import Mutant

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0  # seconds without an end, for tests that take ten

Fate = Literal["killed", "survived", "timeout", "hung"]
Say = Callable[[Mutant, Fate, str, float], None]  # of a mutant: its fate, by which test, CPU seconds
Known = dict[str, tuple[float, list[str]]]  # of a test: seconds, and the functions of the module that it calls

# Hypothesis was imported before pytest could rewrite its assertions, and need not be rewritten.
OPTIONS = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--capture=sys")
UNREWRITTEN = ("-W", "ignore::pytest.PytestAssertRewriteWarning")


def warm_up() -> None:
    """Import what the tests need and no mutant touches. Forks of a torch with several threads hang."""
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", HYPOTHESIS_PROFILE="mutants")
    import flint  # noqa: F401  # imported for the forks
    import hypothesis.extra.numpy  # noqa: F401  # imported for the forks
    import torch

    torch.set_num_threads(1)
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], 0.1).step()


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
            ended = forked(lambda w: self._start(_Loop(lambda items: self._in_place(items, mutants, listed, w))))
        if ended.status or not ended.wrote:
            msg = f"mutate: the tests of {self.file} fail, but should pass before anything is mutated; run pytest first"
            raise RuntimeError(msg)
        again, self.known, self.killers, self.limit = json.loads(ended.wrote)
        for i in again:
            fate, by, cpu = self._fork(lambda write, mutant=mutants[i]: self._anew(mutant, write))
            self.say(mutants[i], fate, by, cpu)

    # -- in place

    def _in_place(self, items: list[pytest.Item], mutants: Sequence[Mutant], listed: set[str], write: Write) -> None:
        """Try what can be tried so; write which of the mutants are left, and what was learnt of the tests."""
        ended = forked(lambda write: self._measure(items, write), patience=PATIENCE)
        if ended.status:
            raise SystemExit(1)
        self.known = json.loads(ended.wrote)
        self.limit = 10 + 5 * ended.cpu
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
                _run(chosen, write)

            fate, by, cpu = self._fork(work)
            if fate == "survived" and mutant.id not in listed:
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
            _run([item], lambda data: failed.append(data.decode()))
            sys.setprofile(None)
            known[item.nodeid] = (time.process_time() - begun, sorted(called))
        if failed:
            raise SystemExit(1)
        write(json.dumps(known).encode())

    # -- anew

    def _anew(self, mutant: Mutant, write: Write) -> None:
        sys.meta_path.insert(0, _Mutated(self.file, mutant.source))
        self._start(_Loop(lambda items: _run(self._sorted(items), write)))

    def _start(self, loop: "_Loop") -> None:
        """pytest, with our loop over what it collected. SystemExit where it cannot collect."""
        os.chdir(ROOT)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        pytest.main([*OPTIONS, *UNREWRITTEN, *self.paths], plugins=[loop])
        if not loop.ran:
            raise SystemExit(1)

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


class _Loop:
    """A pytest plugin that hands the collected tests to somebody else."""

    def __init__(self, work: Callable[[list[pytest.Item]], None]) -> None:
        self.work, self.ran = work, False

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if not session.testsfailed:
            try:
                self.work(session.items)
                self.ran = True
            except Exception:  # ours, not the tests'; pytest would tell it to a closed stdout
                traceback.print_exc(file=sys.__stderr__)
        return True


class _Failure:
    """A pytest plugin that hears of the first failure."""

    def __init__(self) -> None:
        self.of = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.of = self.of or report.nodeid


def _run(items: Sequence[pytest.Item], write: Write) -> None:
    """Run tests until one fails; write which."""
    if not items:
        return
    failure = _Failure()
    items[0].config.pluginmanager.register(failure)
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if failure.of:
            write(failure.of.encode())
            break
    items[0].config.pluginmanager.unregister(failure)


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Finds one module, and gives it the mutant's source."""

    def __init__(self, file: str, source: str) -> None:
        self.name = file.removesuffix(".py").replace("/", ".")
        self.path, self.source = str(ROOT / file), source

    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=self)

    def get_filename(self, fullname: str) -> str:
        return self.path

    def get_data(self, path: str | bytes) -> bytes:
        return self.source.encode()

    def path_stats(self, path: str) -> dict[str, float]:
        raise OSError  # no cached bytecode for a mutant
