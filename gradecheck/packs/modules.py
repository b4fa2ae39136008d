"""The modules of a pack: imports them, and takes what has to be in them.

what: the part of the pack, at the beginning of an error's sentence.
"""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from gradecheck.grading.defined import definitions, statements
from gradecheck.packs.pack import PackError


def imported(module: str, what: str) -> ModuleType:
    """The module. Raises PackError where it cannot be imported."""
    try:
        return importlib.import_module(module)
    except PackError:
        raise
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {error}{_place(error)}"
        msg = f"{what} is {module}, which cannot be imported ({said}), but should be; mend it"
        raise PackError(msg) from error


def _place(error: BaseException) -> str:
    """The last line of its traceback outside of Python's and our own files, if there is one."""
    ours = ("<", str(Path(__file__).parents[1]), str(Path(importlib.__file__).parent))
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith(ours)]
    return f", line {frames[-1].lineno} of {frames[-1].filename}" if frames else ""


def function(module: str, name: str, what: str) -> Callable[..., Any]:
    """The function of that name. Raises PackError where there is none."""
    found: Callable[..., Any] | None = getattr(imported(module, what), name, None)
    if not callable(found):
        raise PackError(f"{what} is {module}, which has no function {name}, but should; write it")
    return found


def entries(module: str, name: str, kind: type, what: str) -> tuple[Any, ...]:
    """The tuple of that name, with entries of that kind. Raises PackError where it is something else."""
    found = getattr(imported(module, what), name, None)
    if not isinstance(found, tuple) or not all(isinstance(entry, kind) for entry in found):
        raise PackError(f"{what} is {module}, which has no tuple {name} of {kind.__name__}s, but should; write it")
    return found


def bound(module: str) -> frozenset[str]:
    """The names that a module binds, by its text, as importing torch takes seconds; none where it cannot be read."""
    return frozenset(name for name, _ in definitions(statements(text(module))))


def text(module: str) -> str:
    """What a module says, without importing it or the packages around it; "" where it cannot be read."""
    top, *inner = module.split(".")
    with suppress(Exception):  # a finder of somebody else's may raise anything
        spec = find_spec(top)
        assert spec is not None
        if not inner:
            return Path(str(spec.origin)).read_text("utf-8")
        for folder in spec.submodule_search_locations or ():
            path = Path(folder, *inner)
            for file in (path / "__init__.py", path.with_suffix(".py")):
                if file.is_file():
                    return file.read_text("utf-8")
    return ""
