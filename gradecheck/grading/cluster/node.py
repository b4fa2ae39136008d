"""What runs on a worker: it is looked at once, gets the work, and then does one task after another.

Nothing here needs torch. A jail ends with the thread that starts it, so a worker has one thread.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Mapping
from typing import Any, Final

from gradecheck.grading.bank import digests
from gradecheck.grading.classrun.markers import Carried
from gradecheck.grading.classrun.pool import Lost
from gradecheck.grading.jail.isolation import Wanted, isolation

MOST_KEPT: Final = 4  # works: of as many runs at a time, on one worker
ELSEWHERE: Final = ("python", "numpy", "hypothesis", "nbformat")
"""What marking depends on, once there is a bank: torch is not among it."""


class UnknownError(LookupError):
    """This worker has not got the work."""


_works: dict[str, Carried] = {}
_ready: dict[str, Any] = {}


def facts() -> dict[str, str]:
    """What has to be the same on every machine that marks, before any work is unpacked there."""
    return {"gradecheck": digests.code(), **{name: digests.versions()[name] or "missing" for name in ELSEWHERE}}


async def accept(name: str, packed: bytes, expected: Mapping[str, str], code: str, wanted: Wanted) -> str:
    """Keep the work by that name, and return ""; or why this worker cannot do it.

    expected: the facts of the machine that asks.    code: a digest of its gradecheck with the packs.
    """
    return await asyncio.to_thread(_accept, name, packed, expected, code, wanted)  # the worker answers meanwhile


def _accept(name: str, packed: bytes, expected: Mapping[str, str], code: str, wanted: Wanted) -> str:
    own = facts()
    for what, should in expected.items():
        if own.get(what) != should:
            return f"its {what} is {_short(own.get(what, 'missing'))}, but should be {_short(should)} as here"
    work: Carried = pickle.loads(packed)
    if digests.code(*work.assignment.packs) != code:
        return "its pack is another than here, but should be the same"
    found = isolation(wanted, work.assignment.packages)
    if found.line != work.isolation.line:
        return f"its isolation is {found.line!r}, but should be {work.isolation.line!r} as here"
    for old in [old for old in _works if old != name][: -MOST_KEPT + 1]:
        del _works[old]
        _ready.pop(old, None)
    _works[name] = work.under(found)
    return ""


def _short(said: str) -> str:
    return said if len(said) != 32 else f"of the digest {said[:8]}"


def do(name: str, given: bytes) -> Any:
    """Do one task of the work by that name; Lost where that fails. Raises UnknownError where the work is not here."""
    if name not in _works:
        raise UnknownError(name)
    try:
        if name not in _ready:
            _ready[name] = _works[name].begin()
        return _works[name].task(_ready[name], pickle.loads(given))
    except Exception as error:
        return Lost(f"{type(error).__name__}: {error}")
