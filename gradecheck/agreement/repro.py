"""A failing call as a test: code that runs as it stands, where both functions can be imported."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import prod
from textwrap import fill
from typing import Any, Final

from gradecheck.agreement.arrays import is_array, source
from gradecheck.agreement.naming import address, name, place
from gradecheck.agreement.sides import Call
from gradecheck.verifying.wording import together

MOST_ELEMENTS: Final = 64
PACKAGES: Final = {
    "np": "import numpy as np",
    "jnp": "import jax.numpy as jnp",
    "ml_dtypes": "import ml_dtypes",
    "torch": "import torch",
}
"""By the names that expressions for arrays take them by."""


def repro(functions: Mapping[str, Callable[..., Any]], of: Call, options: Mapping[str, Any]) -> list[str]:
    """Lines of a test file, below one that says what they are; none where the inputs are too large to be shown.

    functions: mine, twin, and grad where there is one.    options: further keywords of `assert_agrees`.
    """
    options = {**of.keywords, **options}
    shown = [leaf for x in (*of.inputs, *options.values()) for leaf in _arrays(x)]
    if sum(prod(x.shape) for x in shown) > MOST_ELEMENTS:
        return []
    said = {role: _written(role, function) for role, function in functions.items()}
    named = {**dict(zip(of.names, of.inputs, strict=True)), **options}
    lines = [f"{called} = {_expression(x)}" for called, x in named.items() if _arrays(x)]
    inputs = [called if _arrays(x) else _expression(x) for called, x in zip(of.names, of.inputs, strict=True)]
    keywords = [f"{called}={called if _arrays(x) else _expression(x)}" for called, x in options.items()]
    grad = [f"grad={said['grad']}"] if "grad" in said else []
    call = ", ".join([said["mine"], said["twin"], *inputs, *grad, *keywords])
    body = [*lines, f"gradecheck.assert_agrees({call})"]
    return [
        f"as a test{_where(functions, said)}:",
        "",
        *_imports(functions, body),
        "",
        "",
        "def test_agreement():",
        *(_indented(line) for line in body),
    ]


def _arrays(x: Any) -> list[Any]:
    """The arrays in it."""
    if isinstance(x, dict):
        x = tuple(x.values())
    return [leaf for part in x for leaf in _arrays(part)] if isinstance(x, tuple | list) else [x] * is_array(x)


def _expression(x: Any) -> str:
    if isinstance(x, dict):
        return f"{{{', '.join(f'{key!r}: {_expression(value)}' for key, value in x.items())}}}"
    if isinstance(x, list):
        return f"[{', '.join(map(_expression, x))}]"
    if isinstance(x, tuple):
        return f"({', '.join(map(_expression, x))}{',' * (len(x) == 1)})"
    return source(x)


def _written(role: str, function: Callable[..., Any]) -> str:
    """A function as the code calls it: by its module, or by what it is here where it cannot be imported."""
    found = address(function)
    return ".".join(found) if found else name(function) if name(function).isidentifier() else role


def _where(functions: Mapping[str, Callable[..., Any]], said: Mapping[str, str]) -> str:
    """What the reader has to put beside it: those that cannot be imported."""
    unknown = [role for role, function in functions.items() if not address(function)]
    places = [f"{said[role]} ({place(functions[role]) or 'of your code'})" for role in unknown]
    return f" with {together(places)}" if places else ""


def _imports(functions: Mapping[str, Callable[..., Any]], body: list[str]) -> list[str]:
    homes = {found[0] for function in functions.values() if (found := address(function))}
    tops = {"torch" if home.startswith("torch.") else home for home in homes}
    text = "\n".join(body)
    used = {line for word, line in PACKAGES.items() if re.search(rf"\b{word}\.", text)}
    return [*sorted(used | {f"import {top}" for top in tops}), "", "import gradecheck"]


def _indented(line: str) -> str:
    return fill(
        line,
        100,
        initial_indent=" " * 4,
        subsequent_indent=" " * 8,
        break_long_words=False,
        break_on_hyphens=False,
    )
