"""The answers of every catalogued mistake on the banked cases: a worker gives them, and they are kept on disk."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.bank import packed
from gradecheck.grading.bank.store import BankedQuestion, folder
from gradecheck.grading.jail.answers import Answer, Died, Fault, Limit, Missing, NoArray, Raised, Returned, Unanswered
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.jail.process import Limits
from gradecheck.grading.jail.session import Session
from gradecheck.grading.judging.judged import UNSTABLE, Judged
from gradecheck.grading.judging.trying import try_all
from gradecheck.machine.files import write_bytes
from gradecheck.numbers.compare import Finding
from gradecheck.packs import catalogues, registry
from gradecheck.packs.mistakes.mistake import Mistake

Array = NDArray[Any]
RAISED: Final = "raised "
JUDGING: Final = "gradecheck.grading.judging.trying"
PATIENT: Final = Limits(question=120.0, load=60.0)


@dataclass(frozen=True)
class Trace:
    """The answers of a function, in the form in which two functions are compared.

    actual, levels, misshapen: as in Judged.     silent: by case, what came in place of arrays.
    habits: kind, name and what it was, of each finding of hygiene.
    """

    actual: NDArray[np.float64]
    levels: NDArray[np.int8]
    misshapen: Mapping[tuple[int, int], Array]
    silent: Mapping[int, str]
    habits: frozenset[tuple[str, str, str]]

    @property
    def affected(self) -> frozenset[int]:
        """The results that are wrong in some case."""
        return frozenset(int(i) for i in np.flatnonzero((self.levels >= UNSTABLE).any(axis=0)))

    @property
    def telling(self) -> bool:
        """Whether some wrong case has numbers, or at least shapes."""
        wrong = np.flatnonzero((self.levels >= UNSTABLE).any(axis=1))
        return any(int(case) not in self.silent for case in wrong)

    def as_silent(self, other: Trace) -> bool:
        """Whether both gave no array in the same cases, and the same in its place.

        Any exception counts as the same, unless exceptions are all there is to see.
        """
        if self.telling and other.telling:
            return {case: _kind(text) for case, text in self.silent.items()} == {
                case: _kind(text) for case, text in other.silent.items()
            }
        return self.silent == other.silent

    def as_silent_in(self, other: Trace, case: int) -> bool:
        """Whether both gave no array in that case, and the same in its place."""
        own, others = self.silent.get(case), other.silent.get(case)
        return own is not None and others is not None and _kind(own) == _kind(others)


def _kind(text: str) -> str:
    return RAISED if text.startswith(RAISED) else text


def trace(judged: Judged) -> Trace:
    said = {case: _silence(reason) for case, reason in judged.reasons.items()}
    return Trace(
        judged.actual,
        judged.levels,
        judged.misshapen,
        {case: text for case, text in said.items() if text},
        frozenset((finding.kind, finding.name, finding.was) for _, finding in judged.findings),
    )


def _silence(reason: Answer | Finding) -> str:
    """What came in place of arrays; "" where arrays of any shape came."""
    match reason:
        case Finding(kind="shape") | Returned():
            return ""
        case Finding(kind=kind, was=was):
            return f"{kind}: {was}"
        case Raised(type=kind, message=message):
            return f"{RAISED}{kind}: {message}"
        case NoArray(type=kind):
            return f"no array: {kind}"
        case Missing():
            return "missing"
        case Limit() | Died() | Unanswered() | Fault():
            return "lost"


# -- building


def build(banked: BankedQuestion) -> list[Trace]:
    """Call every mistake of the function in a worker."""
    names = {f"mistake_{i}": mistake.id for i, mistake in enumerate(catalogues.mistakes(banked.contract))}
    if not names:
        return []
    pack = registry.of(banked.contract)
    lines = [f"from {pack.mistakes} import MISTAKES", "_wrong = {m.id: m.wrong for m in MISTAKES}"]
    lines += [f"{name} = _wrong[{id!r}]" for name, id in names.items()]
    with Session((packed.cell(packed.sources(pack, pack.mistakes)), "\n".join(lines)), isolation(), PATIENT) as session:
        return [trace(try_all(session, name, banked).judged) for name in names]


# -- keeping


def _path(banked: BankedQuestion) -> Path:
    digest = hashlib.sha256(banked.frame)
    for array in (banked.values, banked.tight, banked.loose):
        digest.update(array.tobytes())
    pack = registry.of(banked.contract)
    modules = (JUDGING, *([pack.mistakes] if pack.mistakes else []))
    digest.update(json.dumps([np.__version__, banked.order, packed.digest(pack, *modules)]).encode())
    return folder() / f"mistakes-{banked.contract.name}-{digest.hexdigest()[:32]}.npz"


def known(banked: BankedQuestion) -> Sequence[tuple[Mistake, Trace]]:
    """Every catalogued mistake of the function with its answers; from disk if they are there.

    Two markers never compute the same: the second waits until the first has written it.
    """
    path = _path(banked)
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # released whenever this process ends
            if not path.is_file():
                _write(path, build(banked))
    return tuple(zip(catalogues.mistakes(banked.contract), _read(path), strict=True))


def _write(path: Path, traces: Sequence[Trace]) -> None:
    words = [
        {
            "misshapen": [[case, result, x.shape] for (case, result), x in t.misshapen.items()],
            "silent": list(t.silent.items()),
            "habits": sorted(t.habits),
        }
        for t in traces
    ]
    odd = [x.reshape(-1).astype(np.float64) for t in traces for x in t.misshapen.values()]
    write_bytes(
        path,
        lambda file: np.savez(
            file,
            words=np.frombuffer(json.dumps(words).encode(), np.uint8),
            actual=np.array([t.actual for t in traces]),
            levels=np.array([t.levels for t in traces]),
            misshapen=np.concatenate([*odd, np.zeros(0)]),
        ),
    )


@lru_cache(maxsize=64)
def _read(path: Path) -> tuple[Trace, ...]:
    with np.load(path, allow_pickle=False) as kept:
        words = json.loads(kept["words"].tobytes())
        actual, levels, odd = kept["actual"], kept["levels"], kept["misshapen"]
    traces, start = [], 0
    for i, w in enumerate(words):
        misshapen = {}
        for case, result, shape in w["misshapen"]:
            size = int(np.prod(shape))
            misshapen[case, result] = odd[start : start + size].reshape(shape)
            start += size
        habits = frozenset((kind, name, was) for kind, name, was in w["habits"])
        traces.append(Trace(actual[i], levels[i], misshapen, dict(w["silent"]), habits))
    return tuple(traces)
