"""Which of our modules go with a file that runs anywhere: those that it imports, as long as they run anywhere, too.

A module runs anywhere if all that it imports on the way does: the standard library's modules that are on every system,
NumPy, and such modules of ours. What is imported later, in a function, goes too where it runs anywhere; where it does
not, the function may not be called.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path
from typing import Final

TOP: Final = Path(__file__).parents[2]
"""The folder of our package."""

SOME_SYSTEMS: Final = frozenset(
    (
        *("asyncio", "concurrent", "crypt", "ctypes", "curses", "dbm", "fcntl", "grp", "mmap", "msvcrt"),
        *("multiprocessing", "nis", "ossaudiodev", "posix", "pty", "pwd", "readline", "resource", "select"),
        *("selectors", "signal", "socket", "socketserver", "spwd", "sqlite3", "ssl", "subprocess", "syslog"),
        *("termios", "threading", "tkinter", "tty", "winreg", "winsound"),
    )
)
"""Modules of the standard library that some systems lack, in whole or in part. A browser has no threads."""


def modules(entry: str) -> dict[str, Path]:
    """The files that go with the entry, by their modules' names. Raises ValueError where it does not run anywhere."""
    if why := _hindrances().get(entry):
        raise ValueError(f"{entry} does not run on every system: {why}")
    found: dict[str, Path] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name in found or name in _hindrances():
            continue
        found[name] = _ours()[name]
        needed, later = _imports(name)
        waiting += [module for module in (name.rpartition(".")[0], *needed, *later) if module in _ours()]
    return dict(sorted(found.items()))


@cache
def _ours() -> dict[str, Path]:
    files = {file.relative_to(TOP.parent).with_suffix(""): file for file in sorted(TOP.rglob("*.py"))}
    return {".".join(place.parts).removesuffix(".__init__"): file for place, file in files.items()}


@cache
def _folders() -> frozenset[str]:
    """The packages of ours, those without an __init__.py, too."""
    return frozenset(name.rpartition(".")[0] for name in _ours())


@cache
def _hindrances() -> dict[str, str]:
    """The modules of ours that do not run anywhere, each with what it needs."""
    found: dict[str, str] = {}
    more = True
    while more:
        more = False
        for name in _ours().keys() - found.keys():
            parents = {name.rpartition(".")[0]} & _ours().keys()  # a folder may have no __init__.py
            for module in sorted({*_imports(name)[0], *parents}):
                if module in found or not _is_anywhere(module):
                    found[name] = f"it imports {module}"
                    more = True
    return found


def _is_anywhere(module: str) -> bool:
    top = module.partition(".")[0]
    theirs = top == "numpy" or (top in sys.stdlib_module_names and top not in SOME_SYSTEMS)
    return theirs or module in _ours() or module in _folders()


@cache
def _imports(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """What a module imports when it is imported itself, and what its functions import when they are called."""
    file = _ours()[name]
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    needed: set[str] = set()
    later: set[str] = set()
    for statement, is_later in _statements(ast.parse(file.read_text(encoding="utf-8")).body, False):
        (later if is_later else needed).update(_named(statement, package))
    return frozenset(needed), frozenset(later - needed)


def _statements(body: list[ast.stmt], later: bool) -> Iterator[tuple[ast.stmt, bool]]:
    """Every statement, and whether it only runs in a function; but for those under `if TYPE_CHECKING`."""
    for statement in body:
        if isinstance(statement, ast.If) and isinstance(statement.test, ast.Name) and "TYPE_" in statement.test.id:
            continue
        yield statement, later
        inner = later or isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            for part in getattr(statement, field, []):
                yield from _statements([part] if isinstance(part, ast.stmt) else part.body, inner)


def _named(statement: ast.stmt, package: str) -> Iterator[str]:
    match statement:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            origin = resolve_name("." * level + (module or ""), package) if level else str(module)
            inner = [f"{origin}.{alias.name}" for alias in names]
            yield from (one for one in inner if one in _ours())
            yield origin
