"""Right values for the functions that a call replaces: computed here, when a worker asks for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from gradecheck.grading.jail.inside.packing import pack_arguments
from gradecheck.grading.jail.inside.protocol import frame

Replacement = Callable[[Sequence[tuple[str, Any]]], Any]
"""Right values for the arguments of a call, each with the name of the parameter that it was bound to, or ""."""

Replaced = Mapping[str, Replacement]
NOTHING: Final[Replaced] = MappingProxyType({})


def reply(function: Replacement, arguments: Sequence[tuple[str, Any]]) -> bytes:
    """The frame with the right values, or with what the function raised: the worker raises that as ValueError."""
    try:
        result = function(arguments)
        several = isinstance(result, tuple)
        cases, payload = pack_arguments([result if several else (result,)])
    except Exception as problem:  # a stranger's arguments may be anything
        return frame({"refused": str(problem)})
    return frame({"cases": cases, "several": several}, payload)
