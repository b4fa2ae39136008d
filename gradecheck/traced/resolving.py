"""The rule of an operator that has none of its own: in place, over lists, into `out`, or by torch's decomposition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import torch
from torch import Tensor
from torch._decomp import core_aten_decompositions, decomposition_table
from torch._ops import OpOverload
from torch.utils._pytree import tree_map

import gradecheck.traced.rules  # noqa: F401  fills the table
from gradecheck.traced import errors
from gradecheck.traced.ball import TracedBall, mid
from gradecheck.traced.rounding import ball
from gradecheck.traced.table import RULES, Rule

DECOMPOSITIONS: Final[dict[Any, Callable[..., Any]]] = {**core_aten_decompositions(), **decomposition_table}


def resolved(operator: OpOverload) -> Rule:
    """The rule of an operator, found once."""
    if operator in RULES:  # since the table was filled
        return RULES[operator]
    name = name_of(operator)
    short = name.split("::")[1].split(".")[0]
    if torch.Tag.nondeterministic_seeded in operator.tags:
        return _refusing(errors.Random(name))
    if short.startswith("_fused_") and _writes(operator):
        return _unfused(name)
    if short.startswith("_foreach_"):
        return _over_lists(operator, short)
    if _writes(operator):
        functional = _functional(operator, short)
        if functional is not None:
            return _in_place(operator, functional)
    return Decomposed(operator)


def name_of(operator: OpOverload) -> str:
    return str(operator.name())  # type: ignore[no-untyped-call]


def _refusing(error: errors.Unbounded) -> Rule:
    def rule(*args: Any, **keywords: Any) -> Any:
        raise error

    return rule


def _unfused(name: str) -> Rule:
    def rule(*args: Any, **keywords: Any) -> Any:
        raise errors.Unruled(name, "pass fused=False to the optimizer")

    return rule


def _arguments(operator: OpOverload) -> list[tuple[str, str]]:
    return [(a.name, str(a.type)) for a in operator._schema.arguments if not a.is_out]


def _writes(operator: OpOverload) -> bool:
    return any(a.alias_info is not None and a.alias_info.is_write for a in operator._schema.arguments)


def _functional(operator: OpOverload, short: str) -> OpOverload | None:
    """The overload of the same arguments that writes to none of them."""
    stem = short[:-1] if short.endswith("_") else short
    packet = getattr(getattr(torch.ops, operator.namespace), stem, None)
    for overload in packet.overloads() if packet is not None else ():
        other: OpOverload = getattr(packet, overload)
        if not _writes(other) and _arguments(other) == _arguments(operator):
            return other
    return None


def _in_place(operator: OpOverload, functional: OpOverload) -> Rule:
    """Out of place, then copied back."""
    outs = [a.name for a in operator._schema.arguments if a.is_out]

    def rule(*args: Any, **keywords: Any) -> Any:
        targets = [keywords.pop(name) for name in outs] or [args[0]]
        if not all(isinstance(target, TracedBall) for target in targets):
            raise errors.Overwritten(name_of(operator))
        results = RULES[functional](*args, **keywords)
        if type(results) is TracedBall and all(results is not x for x in args):
            return targets[0].adopt(results)
        many = isinstance(results, tuple)
        for target, result in zip(targets, results if many else (results,), strict=True):
            RULES[torch.ops.aten.copy_.default](target, result)
        return tuple(targets) if many else targets[0]

    return rule


def _over_lists(operator: OpOverload, short: str) -> Rule:
    """An operator on lists is the operator on each of their members."""
    packet = getattr(torch.ops.aten, short.removeprefix("_foreach_"))

    def rule(*args: Any, **keywords: Any) -> Any:
        n = len(args[0])
        each = [packet(*(a[i] if isinstance(a, list | tuple) else a for a in args), **keywords) for i in range(n)]
        return None if short.endswith("_") else each

    return rule


class Decomposed:
    """An operator as torch itself writes it with others."""

    def __init__(self, operator: OpOverload) -> None:
        self.operator = operator
        self.ways = [way for way in (DECOMPOSITIONS.get(operator), operator.decompose) if way is not None]

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        for way in self.ways:
            try:
                result = way(*args, **keywords)
            except ZeroDivisionError:  # by how many numbers there are: of none, nothing is rounded
                exact = self.operator(*map(mid, args), **keywords)
                return tree_map(lambda x: ball(x, None) if isinstance(x, Tensor) else x, exact)
            if result is not NotImplemented:
                return result
        raise errors.Unruled(name_of(self.operator))
