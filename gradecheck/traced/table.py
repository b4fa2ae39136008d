"""The table of rules: what each operator of torch does to balls.

A rule takes what the operator takes, some of it balls, and returns what the operator returns, as balls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from torch._ops import OpOverload, OpOverloadPacket

Rule = Callable[..., Any]


class Table(dict[OpOverload, Rule]):
    """The rule of each operator. One that has none of its own gets one the first time it is asked for."""

    def __missing__(self, operator: OpOverload) -> Rule:
        from gradecheck.traced.resolving import resolved  # it needs the rules of this table

        if operator not in self:  # importing that fills the table
            self[operator] = resolved(operator)
        return self[operator]


RULES: Final = Table()


def rule(*operators: OpOverloadPacket | OpOverload) -> Callable[[Rule], Rule]:
    """Enter a function as the rule of these operators, with all their overloads where none is named."""

    def enter(function: Rule) -> Rule:
        for operator in operators:
            enter_all(operator, function)
        return function

    return enter


def enter_all(operator: OpOverloadPacket | OpOverload, function: Rule) -> None:
    """Overloads that write to a tensor (out=) are none of a rule's own."""
    overloads = (
        [getattr(operator, name) for name in operator.overloads()]  # type: ignore[no-untyped-call]
        if isinstance(operator, OpOverloadPacket)
        else [operator]
    )
    for overload in overloads:
        if not any(argument.is_out for argument in overload._schema.arguments):
            RULES.setdefault(overload, function)
