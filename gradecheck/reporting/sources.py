"""The source code of both sides, to be shown beside the numbers."""

from __future__ import annotations

import dis
import inspect
import textwrap
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

from gradecheck.reporting.records import Listing


def source(function: Callable[..., Any]) -> Listing | None:
    """Name, place and code of a function; None where it has no source, as one of NumPy's has not."""
    function = inspect.unwrap(function)
    try:
        file = inspect.getsourcefile(function)
        lines, line = inspect.getsourcelines(function)
    except (OSError, TypeError):
        return None
    path = Path(file or "?")
    room = inspect.getmodule(function)
    package = (room.__package__ or "") if room is not None else ""
    place = path.relative_to(path.parents[package.count(".") + 1]) if package else Path(path.name)
    name = getattr(function, "__name__", path.stem)
    return Listing(name, place.as_posix(), line, textwrap.dedent("".join(lines)).rstrip())


def sources(function: Callable[..., Any], apart: frozenset[str], unshown: Collection[str] = ()) -> tuple[Listing, ...]:
    """The function, then the functions of its own room that it calls, without those whose names are in `apart`.

    unshown: modules whose functions are not shown.
    """
    found = (source(f) for f in _with_helpers(function, apart, unshown, set()))
    return tuple(s for s in found if s is not None)


def _with_helpers(
    function: Callable[..., Any], apart: frozenset[str], unshown: Collection[str], seen: set[str]
) -> Iterator[FunctionType]:
    plain = inspect.unwrap(function)
    if not isinstance(plain, FunctionType) or plain.__qualname__ in seen:
        return
    seen.add(plain.__qualname__)
    yield plain
    room = plain.__module__.partition(".")[0]
    named = (step.argval for step in dis.get_instructions(plain) if step.opname == "LOAD_GLOBAL")
    for name in dict.fromkeys(named):
        helper = plain.__globals__.get(name)
        if not callable(helper) or isinstance(helper, type) or name in apart:
            continue
        origin = getattr(helper, "__module__", None) or ""
        if origin.partition(".")[0] == room and origin not in unshown:
            yield from _with_helpers(helper, apart, unshown, seen)
