"""Work in a forked child, which inherits what was slow to import; and mutants put into modules already imported."""

import gc
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from inspect import CO_OPTIMIZED
from types import CodeType, FunctionType

Write = Callable[[bytes], object]


@dataclass(frozen=True)
class Ended:
    """What a child wrote, and how it ended. signal: by which, or 0.  hung: killed while it waited for nothing."""

    wrote: bytes
    status: int
    signal: int
    hung: bool
    cpu: float


def forked(work: Callable[[Write], None], cpu: float | None = None, patience: float | None = None) -> Ended:
    """Do the work in a child of at most that many CPU seconds, which no busy machine makes longer.

    Who waits for ever uses none, and is killed after `patience` seconds: a fork's deadlock, not an endless loop.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setpgid(0, 0)
            if cpu is not None:
                resource.setrlimit(resource.RLIMIT_CPU, (int(cpu) + 1, int(cpu) + 5))
            work(lambda data: os.write(write, data))
            status = 0
        except Exception:
            traceback.print_exc(file=sys.__stderr__)
        finally:  # a SystemExit as well
            os._exit(status)
    os.close(write)
    wrote, hung, deadline = b"", False, time.monotonic() + (patience or float("inf"))
    while True:
        left = None if patience is None else max(0.0, deadline - time.monotonic())
        if not select.select([read], [], [], left)[0]:
            hung = True
            break
        if not (more := os.read(read, 1 << 16)):
            break
        wrote += more
    os.close(read)
    if hung:
        os.killpg(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return Ended(wrote, os.waitstatus_to_exitcode(status), ended_by, hung, usage.ru_utime + usage.ru_stime)


# -- mutants in place


def functions_of(path: str) -> list[FunctionType]:
    """All functions alive that a source file defined, wrapped or not, and closures made since."""
    return [f for f in gc.get_objects() if type(f) is FunctionType and f.__code__.co_filename == path]


def exchange(alive: list[FunctionType], original: CodeType, mutant: CodeType) -> list[tuple[FunctionType, CodeType]]:
    """Which functions must get which code to become the mutant's; none where that would not do.

    It does not where the change runs when the module is imported, or where a closure would need other cells.
    """
    partners: dict[CodeType, CodeType] = {}
    living = {f.__code__ for f in alive}
    if not _pair(original, mutant, partners, living):
        return []
    changes = [(f, partners[f.__code__]) for f in alive if f.__code__ in partners]
    if len(changes) < len(alive) or any(f.__code__.co_freevars != new.co_freevars for f, new in changes):
        return []
    return [(f, new) for f, new in changes if f.__code__ != new]


def _pair(old: CodeType, new: CodeType, partners: dict[CodeType, CodeType], living: set[CodeType]) -> bool:
    """Pair the functions of two modules or classes in order; False where something else in them differs."""
    if _itself(old) != _itself(new):
        return False
    for a, b in zip(_parts(old), _parts(new), strict=True):
        if not a.co_flags & CO_OPTIMIZED:
            if not _pair(a, b, partners, living):
                return False
        elif a in living:
            _pair_all(a, b, partners)
        elif a != b:  # it ran already, in a comprehension, and is gone
            return False
    return True


def _pair_all(old: CodeType, new: CodeType, partners: dict[CodeType, CodeType]) -> None:
    """A function and those within it, by name and order."""
    partners[old] = new
    inner: dict[str, list[CodeType]] = {}
    for part in _parts(new):
        inner.setdefault(part.co_name, []).append(part)
    for part in _parts(old):
        if inner.get(part.co_name):
            _pair_all(part, inner[part.co_name].pop(0), partners)


def _parts(code: CodeType) -> list[CodeType]:
    return [c for c in code.co_consts if isinstance(c, CodeType)]


def _itself(code: CodeType) -> tuple[object, ...]:
    """What it does, but for the functions in it, and for where its lines stand."""
    constants = tuple(c.co_name if isinstance(c, CodeType) else (type(c), repr(c)) for c in code.co_consts)
    return code.co_code, code.co_names, code.co_varnames, code.co_freevars, constants
