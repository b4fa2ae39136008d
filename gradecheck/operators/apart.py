"""The operators in worker processes, each with a time limit: a crash or a hang costs one operator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing import get_context
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any, Final

from gradecheck.operators.findings import DIRECTIONS, PRECISIONS, Held, Operator

SECONDS: Final = 300.0
"""For one operator with both directions and precisions; loading torch's database is not counted."""

Serve = Callable[[Connection], None]

_SPAWN: Final = get_context("spawn")


class _Worker:
    """A process that holds one operator after another; a fresh one stands in for it once it is gone."""

    def __init__(self, serve: Serve, seconds: float) -> None:
        self._serve, self._seconds = serve, seconds
        self._start()

    def _start(self) -> None:
        self._end, there = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=self._serve, args=(there,), daemon=True)
        self._process.start()
        there.close()
        self._ready = False

    def hold(self, name: str, *told: Any) -> Operator:
        """The operator's record; one that says so where the process died or took too long."""
        try:
            if not self._ready:
                self._end.recv()
                self._ready = True
            self._end.send((name, told))
            if self._end.poll(self._seconds):
                found: Operator = self._end.recv()
                return found
            said = f"took longer than {self._seconds:.0f} s"
        except (EOFError, OSError):
            said = "ended its process"
        self.stop()
        self._start()
        return Operator(name, "other", tuple(Held(d, p, "failed", said) for d in DIRECTIONS for p in PRECISIONS))

    def stop(self) -> None:
        self._process.kill()
        self._process.join()
        self._end.close()


def serve(end: Connection) -> None:
    """In the worker: the database is loaded once, and every name that comes is answered with its record."""
    import torch

    from gradecheck.operators.hold import hold

    torch.set_num_threads(1)
    end.send("ready")
    while True:
        try:
            name, told = end.recv()
        except EOFError:
            return
        end.send(hold(name, *told))


def held_apart(
    names: Sequence[str],
    told: Sequence[Any],
    at_once: int,
    tell: Callable[[Operator], None],
    serve: Serve = serve,
    seconds: float = SECONDS,
) -> tuple[Operator, ...]:
    """Every operator's record, in the order of the names. told: what `hold` takes beside the name.

    tell: called with each record as it comes.  serve: what a worker process does with its end of the pipe.
    """
    free: SimpleQueue[_Worker] = SimpleQueue()
    workers = [_Worker(serve, seconds) for _ in range(min(at_once, len(names)))]
    for worker in workers:
        free.put(worker)

    def one(name: str) -> Operator:
        worker = free.get()
        try:
            return worker.hold(name, *told)
        finally:
            free.put(worker)

    try:
        with ThreadPoolExecutor(len(workers) or 1) as threads:
            futures = {threads.submit(one, name): name for name in names}
            found = {futures[future]: future.result() for future in _told(futures, tell)}
    finally:
        for worker in workers:
            worker.stop()
    return tuple(found[name] for name in names)


def _told(futures: Any, tell: Callable[[Operator], None]) -> Iterator[Any]:
    for future in as_completed(futures):
        tell(future.result())
        yield future
