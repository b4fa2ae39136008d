"""Traces of functions that are compared with those of submissions: computed once for a bank, and kept beside it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from gradecheck.grading.bank.store import KEPT, SPOILT, BankedQuestion, folder
from gradecheck.grading.judging.traces import Trace
from gradecheck.machine.files import write_bytes


def traces(
    what: str, banked: BankedQuestion, code: str, build: Callable[[BankedQuestion], Sequence[Trace]]
) -> Sequence[Trace]:
    """What `build` gives for the bank; from disk if it is there and undamaged.

    what: the beginning of the file's name.    code: a digest of all that computes the traces beside the bank.
    Two markers never compute the same: the second waits until the first has written it.
    """
    place = path(what, banked, code)
    with contextlib.suppress(*SPOILT):
        return read(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_suffix(".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # released whenever this process ends
        with contextlib.suppress(*SPOILT):
            return read(place)
        _write(place, build(banked))
    _remove_old(place, f"{what}-{banked.contract.name}")
    return read(place)


def path(what: str, banked: BankedQuestion, code: str) -> Path:
    """The file that keeps the traces; `traces` has the arguments."""
    digest = hashlib.sha256(banked.frame)
    for array in (banked.values, banked.tight, banked.loose):
        digest.update(array.tobytes())
    digest.update(json.dumps([np.__version__, banked.order, code]).encode())
    return folder() / f"{what}-{banked.contract.name}-{digest.hexdigest()[:32]}.npz"


def _remove_old(path: Path, name: str) -> None:
    """Remove all but the newest files of that name, and their locks."""
    files = sorted(path.parent.glob(f"{name}-{'?' * 32}.npz"), key=lambda file: file.stat().st_mtime)
    for file in files[:-KEPT]:
        file.unlink(missing_ok=True)
        file.with_suffix(".lock").unlink(missing_ok=True)


def _write(path: Path, built: Sequence[Trace]) -> None:
    words = [
        {
            "misshapen": [[case, result, x.shape] for (case, result), x in t.misshapen.items()],
            "silent": list(t.silent.items()),
            "habits": sorted(t.habits),
        }
        for t in built
    ]
    odd = [x.reshape(-1).astype(np.float64) for t in built for x in t.misshapen.values()]
    write_bytes(
        path,
        lambda file: np.savez(
            file,
            words=np.frombuffer(json.dumps(words).encode(), np.uint8),
            actual=np.array([t.actual for t in built]),
            levels=np.array([t.levels for t in built]),
            misshapen=np.concatenate([*odd, np.zeros(0)]),
        ),
    )


@lru_cache(maxsize=64)
def read(path: Path) -> tuple[Trace, ...]:
    """The traces in that file. Raises one of SPOILT for any other file; an archive has checksums."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
        words = json.loads(kept["words"].tobytes())
        actual, levels, odd = kept["actual"], kept["levels"], kept["misshapen"]
    found, start = [], 0
    for i, w in enumerate(words):
        misshapen = {}
        for case, result, shape in w["misshapen"]:
            size = int(np.prod(shape))
            misshapen[case, result] = odd[start : start + size].reshape(shape)
            start += size
        habits = frozenset((kind, name, was) for kind, name, was in w["habits"])
        found.append(Trace(actual[i], levels[i], misshapen, dict(w["silent"]), habits))
    return tuple(found)
