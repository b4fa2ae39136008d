"""An implementation to be verified: functions by name, out of a room of ours or out of a Python file."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gradecheck.contract import Contract


@dataclass(frozen=True)
class Implementation:
    """The functions of the lecture that one module offers. Verifying runs them here: only code that you trust.

    path: of the Python file that they come from; None for a room of ours.
    """

    name: str
    functions: Mapping[str, Callable[..., Any]]
    path: Path | None = None

    def function(self, contract: Contract) -> Callable[..., Any] | None:
        return self.functions.get(contract.name)


def from_module(module: Any, name: str, path: Path | None = None) -> Implementation:
    return Implementation(name, {key: value for key, value in vars(module).items() if callable(value)}, path)


def load(path: Path | None) -> Implementation:
    """The functions of that file, or of manual/ without one.

    Raises ValueError where the file cannot be imported.
    """
    if path is None:
        import manual

        return from_module(manual, "manual")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        msg = f"implementation: {path} is no Python file; name a file that ends in .py"
        raise ValueError(msg)
    module = importlib.util.module_from_spec(spec)
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)  # so that a file finds its neighbours, as when it is run
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        msg = f"implementation: {path} cannot be imported ({type(error).__name__}: {error}); run it with python first"
        raise ValueError(msg) from error
    finally:
        sys.path.remove(folder)
    return from_module(module, path.name, path)
