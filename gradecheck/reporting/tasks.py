"""Independent tasks on one implementation, done in this process or in several.

The results do not depend on that: they come back in the order of the tasks.
"""

from __future__ import annotations

import copyreg
import gc
import multiprocessing
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Final

from gradecheck.machine.cores import cores
from gradecheck.packs.pack import Pack
from gradecheck.reporting.parts import Section
from gradecheck.verifying.implementation import Implementation, load

Progress = Callable[[str], None]
MOST_PROCESSES: Final = 4
WORTH_PROCESSES: Final = 16
"""So many tasks are worth another process, which takes seconds to import torch."""

SELDOM: Final = (50_000, 20, 100)
"""Thresholds of the garbage collector in a worker: with Python's own, verify spends a tenth of its time in it."""


class EndedError(RuntimeError):
    """The implementation ended the process that ran it."""


@dataclass(frozen=True)
class Task:
    """A function of a module, called with the implementation and then the arguments. stage: its name for people."""

    stage: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Exhibit:
    """A section of the report that a pack yields, still to be found.

    section: makes one of the results of the tasks that did not raise; None where these are too few.
    unchecked: what is left out of it, and why.
    """

    tasks: tuple[Task, ...]
    section: Callable[[list[Any]], Section | None]
    unchecked: tuple[str, ...] = ()


class Workers(AbstractContextManager["Workers"]):
    """Does the tasks in this process, or in several that each load the implementation from its file."""

    def __init__(self, implementation: Implementation, processes: int) -> None:
        self.implementation = implementation
        self.pool: ProcessPoolExecutor | None = None
        if processes > 1:
            self.pool = ProcessPoolExecutor(
                processes,
                mp_context=_context(),
                initializer=_begin,
                initargs=(implementation.pack, implementation.path, implementation.seconds),
            )
            for _ in range(processes):  # start to import torch, which takes seconds, before the first task
                self.pool.submit(_warm)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.pool is not None:
            self.pool.shutdown(wait=True, cancel_futures=True)

    def results(self, tasks: Sequence[Task], progress: Progress) -> list[Any]:
        """The result of each task, in their order.

        Raises EndedError where the implementation ends the process that runs it.
        """
        if self.pool is None:
            found = []
            for i, task in enumerate(tasks):
                progress(_stage(i, tasks, task))
                found.append(task.function(self.implementation, *task.arguments))
            return found
        futures: dict[Future[Any], Task] = {self.pool.submit(_do, t.function, t.arguments): t for t in tasks}
        try:
            for i, future in enumerate(as_completed(futures)):
                progress(_stage(i, tasks, futures[future]))
            return [future.result() for future in futures]
        except BrokenProcessPool as error:
            msg = f"report: {self.implementation.name} ended the process that ran it, but should only return results"
            raise EndedError(msg) from error


def _stage(i: int, tasks: Sequence[Task], task: Task) -> str:
    return f"[{i + 1}/{len(tasks)}] {task.stage}"


def processes(tasks: int) -> int:
    """How many processes are worth their start for so many tasks on this machine."""
    return min(cores(), MOST_PROCESSES) if tasks >= WORTH_PROCESSES else 1


def _context() -> BaseContext:
    """How processes start: on Linux as forks of one process that has imported torch, which takes seconds."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["gradecheck.reporting.report", "gradecheck.verifying.tensors"])
    return context


# -- in a process of its own

_here: dict[str, Implementation] = {}


def _begin(pack: Pack, path: Path | None, seconds: float) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers
    gc.set_threshold(*SELDOM)
    _here["implementation"] = load(pack, path, seconds)


def _warm() -> None:
    import gradecheck.verifying.tensors  # noqa: F401  # for what it imports


def _do(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    return function(_here["implementation"], *arguments)


def _mapping(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)


def _pickled_mapping(mapping: MappingProxyType[Any, Any]) -> tuple[Callable[..., Any], tuple[dict[Any, Any]]]:
    """Pickled by a function: the type itself, mappingproxy, cannot be imported by name."""
    return _mapping, (dict(mapping),)


copyreg.pickle(MappingProxyType, _pickled_mapping)
