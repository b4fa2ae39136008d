"""Sends the tasks of a run to workers that come and go. What comes back is kept by whoever asked, and not here.

We say which worker does which task, at most two at a time, so that we know what a lost worker had. Whatever that was is
done again, alone on a worker; a task that loses its worker every time is given up.
"""

from __future__ import annotations

import contextlib
import hashlib
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gradecheck.grading.bank import digests
from gradecheck.grading.classrun.markers import Carried
from gradecheck.grading.classrun.pool import STARTING, Lost, MarkerError
from gradecheck.grading.cluster import node
from gradecheck.grading.cluster.where import is_open

if TYPE_CHECKING:
    from distributed import Client, Future

    from gradecheck.grading.jail.isolation import Wanted

TICK: Final = 0.5  # seconds between two looks at who is there
WAITING: Final = 60.0  # seconds that a run waits for a worker that can mark
AHEAD: Final = 2  # tasks of one worker: it need not wait for us in between
DEATHS: Final = 3  # workers that a task may lose
FETCHING: Final = 5.0  # seconds to fetch a result, before its worker is looked for
GONE: Final = (OSError, CancelledError)  # of these are the errors of a scheduler that has gone
KEPT: Final = "what was marked is kept, and the same command goes on"


@dataclass
class _Task:
    """given: pickled.    deaths: of workers that had it."""

    number: int
    given: bytes
    deaths: int = 0


@dataclass
class _Worker:
    """since: when its first task became that."""

    address: str
    has_ended_one: bool = False
    since: float = 0.0
    tasks: dict[Future[Any], _Task] = field(default_factory=dict)


@dataclass
class Sending:
    """One work's tasks on their way.    told: is called with a sentence on a worker that is refused."""

    client: Client
    wanted: Wanted
    told: Callable[[str], None]
    work: Carried
    seconds: float

    _workers: dict[str, _Worker] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)
    _again: deque[_Task] = field(default_factory=deque)
    _looked: float = float("-inf")
    _seen: float = field(default_factory=time.monotonic)

    def run(self, tasks: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
        """As of Markers."""
        packed = pickle.dumps(self.work.whole())
        name = hashlib.sha256(packed).hexdigest()[:32]
        left = (_Task(number, pickle.dumps(given)) for number, given in tasks)
        try:
            while True:
                yield from self._look(name, packed)
                self._hand_out(name, left)
                if not self._out and not self._again and self._workers:
                    return
                yield from self._ended()
        except GONE as error:
            raise MarkerError(f"cluster: it does not answer any more ({type(error).__name__}); {KEPT}") from error
        finally:
            with contextlib.suppress(*GONE):
                self.client.cancel(list(self._out))

    @property
    def _out(self) -> dict[Future[Any], _Worker]:
        return {future: worker for worker in self._workers.values() for future in worker.tasks}

    # -- who is there

    def _look(self, name: str, packed: bytes) -> Iterator[tuple[int, Lost]]:
        """Find new workers and lost ones; gives what is given up. Raises MarkerError where nobody comes."""
        now = time.monotonic()
        if now - self._looked < TICK:
            return
        self._looked = now
        threads = self.client.nthreads()
        for address in self._workers.keys() - threads.keys():
            yield from self._without(self._workers.pop(address))
        new = {a: n for a, n in threads.items() if a not in self._workers and a not in self._refused}
        if new:
            self._welcome(new, name, packed)
        for worker in list(self._workers.values()):
            patience = self.seconds + (0.0 if worker.has_ended_one else STARTING)
            if worker.tasks and now - worker.since > patience:
                yield from self._too_slow(worker)
        if self._workers:
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > WAITING:
            raise MarkerError(f"cluster: it has had no worker that can mark for {WAITING:g} s; {KEPT}")

    def _welcome(self, new: Mapping[str, int], name: str, packed: bytes) -> None:
        """Give each new worker the work, if it is one that can do it."""
        code = digests.code(*self.work.assignment.packs)
        given = (name, packed, node.facts(), code, self.wanted)
        fit = [address for address, threads in new.items() if threads == 1 and not is_open(address)]
        answers = self.client.run(node.accept, *given, workers=fit, on_error="return") if fit else {}
        for address, threads in new.items():
            answer = answers.get(address)
            if is_open(address):
                answer = "it listens to the network without TLS, but should not"
            elif threads != 1:
                answer = f"it has {threads} threads, but should have 1; start it with --nthreads 1"
            if answer == "":
                self._workers[address] = _Worker(address)
            elif isinstance(answer, OSError) or answer is None:
                continue  # it has just gone, or will be looked at again
            else:
                self._refused.add(address)
                why = answer if isinstance(answer, str) else f"its gradecheck is another ({answer})"
                self.told(f"the worker {address} is refused: {why}")

    def _without(self, worker: _Worker) -> Iterator[tuple[int, Lost]]:
        """Whatever a lost worker had is to be done again, unless it has lost too many."""
        self.client.cancel(list(worker.tasks))
        for task in worker.tasks.values():
            task.deaths += 1
            if task.deaths < DEATHS:
                self._again.append(task)
            else:
                yield task.number, Lost(f"its worker ended, {DEATHS} times")

    def _too_slow(self, worker: _Worker) -> Iterator[tuple[int, Lost]]:
        """Give up the worker and the task that it is at."""
        del self._workers[worker.address]
        self._refused.add(worker.address)
        self.told(f"the worker {worker.address} gets nothing more to do: it took too long")
        self.client.cancel(list(worker.tasks))
        first, *others = worker.tasks.values()
        self._again.extend(others)
        yield first.number, Lost("the marker took too long")

    # -- what is done

    def _hand_out(self, name: str, left: Iterator[_Task]) -> None:
        for worker in self._workers.values():
            if self._again and not worker.tasks:
                self._send(worker, self._again.popleft(), name)
            while len(worker.tasks) < AHEAD and not any(task.deaths for task in worker.tasks.values()):
                task = next(left, None)
                if task is None:
                    break
                self._send(worker, task, name)

    def _send(self, worker: _Worker, task: _Task, name: str) -> None:
        """The key is a digest of what is done, and of how often that was tried."""
        content = hashlib.sha256(task.given).hexdigest()[:32]
        future = self.client.submit(
            node.do,
            name,
            task.given,
            key=f"gradecheck-{digests.of(name, content, task.number, task.deaths, worker.address)}",
            workers=[worker.address],
            allow_other_workers=False,
            retries=0,
        )
        worker.tasks[future] = task
        if len(worker.tasks) == 1:
            worker.since = time.monotonic()

    def _ended(self) -> Iterator[tuple[int, Any]]:
        """The tasks that have ended within a tick."""
        from distributed import wait

        out = self._out
        if not out:
            time.sleep(TICK)
            return
        with contextlib.suppress(TimeoutError):
            wait(list(out), timeout=TICK, return_when="FIRST_COMPLETED")
        for future, worker in out.items():
            if future.status not in ("finished", "error"):
                continue
            try:
                answer = future.result(timeout=FETCHING)
            except TimeoutError:
                continue  # its worker has gone with it
            except node.UnknownError:  # another process has taken its place
                yield from self._without(self._workers.pop(worker.address))
                return
            except GONE:
                raise
            except Exception as error:
                answer = Lost(f"{type(error).__name__}: {error}")
            task = worker.tasks.pop(future)
            worker.has_ended_one, worker.since = True, time.monotonic()
            yield task.number, answer
