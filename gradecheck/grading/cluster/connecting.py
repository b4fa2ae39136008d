"""Reaches a cluster, or starts one on this machine, as the markers of a run."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gradecheck.grading.classrun.markers import Carried
from gradecheck.grading.cluster import sending
from gradecheck.grading.cluster.sending import TICK, Sending
from gradecheck.grading.cluster.where import LOCAL, address, is_open

if TYPE_CHECKING:
    from distributed import Client

    from gradecheck.grading.jail.isolation import Wanted

ANSWERING: Final = 10.0  # seconds that a scheduler has to answer


@dataclass(frozen=True)
class Cluster:
    """The workers of a scheduler.    jobs: how many there were at first; others may come.

    wanted: the isolation that each has to find.    told: is called with a sentence on a worker that is refused.
    """

    client: Client
    jobs: int
    wanted: Wanted
    told: Callable[[str], None]

    def run(self, work: Carried, tasks: Iterable[tuple[int, Any]], seconds: float) -> Iterator[tuple[int, Any]]:
        return Sending(self.client, self.wanted, self.told, work, seconds).run(tasks)


@contextmanager
def connected(said: str, jobs: int, wanted: Wanted, told: Callable[[str], None]) -> Iterator[Cluster]:
    """The cluster that is meant.    jobs: workers of a local one.

    Raises ValueError with a sentence where there is none that can be used.
    """
    place = address(said)
    if wanted == "none":
        should = "should be auto or required: strangers' code would reach the cluster's network"
        raise ValueError(f'cluster: isolation is "none", but {should}')
    try:
        from distributed import Client, LocalCluster
    except ModuleNotFoundError as error:
        msg = "cluster: distributed is not installed; pip install 'gradecheck[cluster]'"
        raise ValueError(msg) from error
    _silence()
    with ExitStack() as stack:
        if place == LOCAL:
            cluster = LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address=None,
                memory_limit=0,  # each submission has its own limit
                silence_logs=logging.CRITICAL,
            )
            place = stack.enter_context(cluster).scheduler_address
        try:
            client = stack.enter_context(Client(place, timeout=ANSWERING))
        except (OSError, ValueError, TypeError, RuntimeError) as error:
            was = f"{place} does not answer within {ANSWERING:g} s ({_first_line(error)})"
            raise ValueError(f"cluster: {was}; start dask scheduler there, or name another") from error
        listens = str(client.scheduler_info(n_workers=0)["address"])
        if is_open(listens):
            should = "should listen on 127.0.0.1 alone (--host), or by TLS: who reaches it runs code as you"
            raise ValueError(f"cluster: the scheduler at {place} listens on {listens}, but {should}")
        yield Cluster(client, _workers(client, place, told), wanted, told)


def _workers(client: Client, place: str, told: Callable[[str], None]) -> int:
    """How many workers there are. Raises ValueError where there is none for a while."""
    began = time.monotonic()
    while not (found := len(client.nthreads())):
        if time.monotonic() - began < TICK:
            told(f"{place} has no workers yet; waiting {sending.WAITING:g} s for one")
        if time.monotonic() - began > sending.WAITING:
            was = f"{place} has had no workers for {sending.WAITING:g} s"
            raise ValueError(f"cluster: {was}, but should have some; start dask worker {place} --nthreads 1")
        time.sleep(TICK)
    return found


def _silence() -> None:
    """What dask logs of workers that are lost is no news: what they had is done again."""
    for name in ["asyncio", *(name for name in logging.root.manager.loggerDict if name.startswith("distributed"))]:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
