"""Functions by their names, and by the line of Python that imports them."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

PUBLIC: Final = (
    *("torch.nn.functional", "torch", "torch.special", "torch.linalg", "torch.fft"),
    *("jax.nn", "jax.numpy", "jax.lax", "numpy", "scipy.special"),
)
"""Where a function is looked for whose own module is private."""


def name(function: Callable[..., Any]) -> str:
    """A function's name; the class of anything else that is called."""
    while isinstance(function, functools.partial):
        function = function.func
    return getattr(function, "__name__", type(function).__name__)


def address(function: Callable[..., Any]) -> tuple[str, str] | None:
    """The module and the name by which it can be imported; None where it cannot."""
    own = getattr(function, "__module__", None) or ""
    called = getattr(function, "__name__", "")
    homes = [home for home in ((own,) if own and "._" not in own else PUBLIC) if home in sys.modules]
    for home in homes:
        if _is(getattr(sys.modules[home], called, None), function):
            return (home, called) if home != "__main__" else None
    held = ((home, *pair) for home in homes if home != "__main__" for pair in vars(sys.modules[home]).items())
    return next(((home, key) for home, key, value in held if key.isidentifier() and _is(value, function)), None)


def _is(found: Any, function: Callable[..., Any]) -> bool:
    """Whether it is that function, as it stands or decorated by `agrees_with`."""
    return found is function or getattr(found, "__wrapped__", None) is function


def full(function: Callable[..., Any]) -> str:
    """Module and name for a function that can be imported; else its name alone, if it has one."""
    found = address(function)
    return ".".join(found) if found else name(function).replace("<lambda>", "its twin")


def place(function: Callable[..., Any]) -> str:
    """Where it stands: "line 3 of test_x.py"; "" where nobody knows."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f"line {code.co_firstlineno} of {Path(code.co_filename).name}" if code else ""


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """What it takes in order; nothing where it does not say so."""
    try:
        said = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [parameter for parameter in said if parameter.kind in plain]
