"""An implementation to be verified: functions by name, from the pack's own NumPy side or from a Python file."""

from __future__ import annotations

import importlib
import importlib.util
import random
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from gradecheck.packs.contract import Contract
from gradecheck.packs.pack import Pack
from gradecheck.verifying.guarded import SECONDS, Guarded, TooLongError


@dataclass(frozen=True)
class Implementation:
    """The functions of a pack that one module has. Verifying runs them in this process: use it for code that you trust.

    path: of the Python file that they come from; None for the pack's own NumPy side.
    seconds: that each call may take.
    classes: in the file.  printed: bytes that it printed while it was imported.
    """

    name: str
    functions: Mapping[str, Callable[..., Any]]
    pack: Pack
    path: Path | None = None
    seconds: float = SECONDS
    classes: tuple[str, ...] = ()
    printed: int = 0

    def function(self, contract: Contract) -> Callable[..., Any] | None:
        return self.functions.get(contract.name)


def from_module(module: Any, name: str, pack: Pack) -> Implementation:
    """One of the pack's own modules, whose functions need no guard."""
    return Implementation(name, {key: value for key, value in vars(module).items() if callable(value)}, pack)


def load(pack: Pack, path: Path | None = None, seconds: float = SECONDS) -> Implementation:
    """The functions of that file, or of the pack's own NumPy side. seconds: that a call may take.

    Raises ValueError where the file cannot be imported.
    """
    if path is None:
        return from_module(importlib.import_module(pack.by_hand), pack.by_hand, pack)
    file = path.resolve()
    if importlib.util.spec_from_file_location(file.stem, file) is None:
        msg = f"implementation: {path} is no Python file; name a file that ends in .py"
        raise ValueError(msg)
    packages = _packages(file)
    folders = [*dict.fromkeys((str(file.parent), str(file.parents[len(packages)]))), *sys.path]
    guarded, generators = Guarded(_imported, seconds, folders), (random.getstate(), np.random.get_state())
    try:
        module = guarded(file, packages)
    except TooLongError as error:
        msg = f"implementation: {path} was still being imported after {seconds:g} s; take out what does not end"
        raise ValueError(msg) from error
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {error}{_place(error, file)}"
        msg = f"implementation: {path} cannot be imported ({said}); run it with python first"
        raise ValueError(msg) from error
    finally:
        random.setstate(generators[0])
        np.random.set_state(generators[1])
    found = {key: value for key, value in vars(module).items() if callable(value)}
    classes = [key for key, value in found.items() if isinstance(value, type) and value.__module__ == module.__name__]
    functions = {key: Guarded(value, seconds, folders) for key, value in found.items() if not isinstance(value, type)}
    return Implementation(path.name, functions, pack, path, seconds, tuple(classes), guarded.printed.size)


def _place(error: BaseException, file: Path) -> str:
    """The line of the file that raised the error, if one did."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == file]
    return f", line {lines[-1]}" if lines else ""


def _packages(file: Path) -> list[str]:
    """The packages that the file is in, from the outermost to its own."""
    names: list[str] = []
    for folder in file.parents:
        if not (folder / "__init__.py").is_file() or not folder.name.isidentifier():
            break
        names.insert(0, folder.name)
    return names


def _imported(file: Path, packages: list[str]) -> ModuleType:
    """The module of a file, imported with an empty command line, and as part of its package if it is in one."""
    argv, sys.argv = sys.argv, [str(file)]
    try:
        return _of_a_package(file, packages) if packages else _alone(file)
    finally:
        sys.argv = argv


def _of_a_package(file: Path, packages: list[str]) -> ModuleType:
    top = importlib.import_module(packages[0])
    if str(file.parents[len(packages) - 1]) not in getattr(top, "__path__", ()):
        msg = f"another package {packages[0]} is loaded already; give the folder {packages[0]} another name"
        raise ImportError(msg)
    return importlib.import_module(".".join([*packages, *([file.stem] if file.stem != "__init__" else [])]))


def _alone(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(file.stem, module)  # dataclasses and pickle look for a module there
    spec.loader.exec_module(module)
    return module
