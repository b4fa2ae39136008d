"""Sizes: the lengths of a contract's axes, and the rules by which they depend on each other and on whole numbers.

A rule is a line of arithmetic as text: a condition ("kernel <= n + 2 * padding"), or a length that follows from others
("out = (n + 2 * padding - kernel) // stride + 1"; with / the quotient has to be whole). It names axes, and arguments
that are whole numbers. An axis and an argument of the same name are the same number.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import prod
from operator import itemgetter
from random import Random
from types import CodeType
from typing import TYPE_CHECKING, Any, Final

from gradecheck.arguments.scope import EVERYTHING, Scope

if TYPE_CHECKING:
    from gradecheck.packs.contract import Signature

Shape = tuple[int, ...]
Choose = Callable[[Any], Any]

ANY: Final = "..."
"""Stands in a shape for any number of axes of any length."""

LENGTHS: Final = (1, 2, 3, 4, 5, 7, 8, 16, 33)
SHAPES: Final = ((3,), (1,), (7,), (2, 3), (4, 1), (1, 5), (5, 5), (16, 9), (2, 3, 4))
ARITHMETIC: Final = (
    *(ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.Name, ast.Load, ast.Constant),
    *(ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
)


@dataclass(frozen=True)
class Rule:
    """One line. names: those that it reads.    derives: the axis whose length it gives; "" for a condition."""

    text: str
    code: CodeType
    names: frozenset[str]
    derives: str

    def value(self, lengths: Mapping[str, int]) -> Any:
        try:
            return eval(self.code, {"__builtins__": {}}, dict(lengths))  # `_read` lets only arithmetic pass
        except ZeroDivisionError:
            return None


@cache
def rules(contract: Signature) -> tuple[Rule, ...]:
    """Raises ValueError, naming the contract, for a line that is not such a rule."""
    known = {axis for argument in contract.arguments for axis in argument.axes} - {ANY}
    known |= {a.name for a in contract.arguments if not a.is_array and a.kind.numbers == "whole"}
    return tuple(_read(contract.name, text, known) for text in contract.sizes)


def _read(name: str, text: str, known: set[str]) -> Rule:
    should = 'arithmetic of axes and whole numbers, such as "kernel <= n + 2 * padding" or "out = n // stride"'
    try:
        (line,) = ast.parse(text).body
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"{name}: sizes: {text!r} cannot be read, but should be {should}") from error
    match line:
        case ast.Assign(targets=[ast.Name(id=axis)], value=side):
            derives = axis
        case ast.Expr(value=side):
            derives = ""
        case _:
            raise ValueError(f"{name}: sizes: {text!r} is something else, but should be {should}")
    if not all(isinstance(node, ARITHMETIC) for node in ast.walk(side)):
        raise ValueError(f"{name}: sizes: {text!r} is something else, but should be {should}")
    names = frozenset(node.id for node in ast.walk(side) if isinstance(node, ast.Name))
    for unknown in sorted((names | {derives}) - known - {""}):
        said = ", ".join(sorted(known))
        raise ValueError(f"{name}: sizes: {text!r} names {unknown}, but should name axes and whole numbers: {said}")
    return Rule(text, compile(ast.Expression(side), text, "eval"), names, derives)


def names(contract: Signature) -> list[str]:
    """The names that are drawn: axes whose length no rule gives, and whole numbers that rules or axes name."""
    read = frozenset[str]().union(*(rule.names for rule in rules(contract)))
    axes = {axis for argument in contract.arguments for axis in argument.axes}
    numbers = {a.name for a in contract.arguments if not a.is_array and a.name in read}
    return sorted((axes | numbers) - {rule.derives for rule in rules(contract)})


def options(contract: Signature, name: str, scope: Scope) -> Sequence[Shape]:
    """The lengths of that axis, or the values of that whole number, from which cases are drawn."""
    for argument in contract.arguments:
        if argument.name == name and not argument.is_array:
            return tuple((int(n),) for n in scope.only(argument.kind.key) or argument.kind.simple)
    if name == ANY:
        shapes = (*SHAPES, ()) if scope.everything else SHAPES
        return tuple(shape for shape in shapes if len(shape) == 2) if scope.rows == "2-D" else shapes
    lengths = tuple((n,) for n in LENGTHS)
    return (*lengths, (), (), ()) if name.endswith("?") and scope.rows == "any" else lengths


def met(contract: Signature, sizes: Mapping[str, Shape]) -> dict[str, Shape] | None:
    """The sizes with the lengths that follow from them; None where they break a rule."""
    found = dict(sizes)
    waiting = list(rules(contract))
    while ready := [rule for rule in waiting if rule.names <= found.keys()]:
        lengths = {name: size[0] for name, size in found.items() if len(size) == 1}
        for rule in ready:
            waiting.remove(rule)
            value = rule.value(lengths)
            if not value or (rule.derives and (value < 1 or value % 1)):
                return None
            if rule.derives and found.setdefault(rule.derives, (int(value),)) != (int(value),):
                return None
    return found


def drawn(contract: Signature, options: Callable[[str], Sequence[Shape]], choose: Choose) -> dict[str, Shape] | None:
    """Sizes that meet the rules, one choice after another; one that leads nowhere is taken back. None if none do."""
    free = names(contract)

    def further(i: int, sizes: dict[str, Shape]) -> dict[str, Shape] | None:
        if i == len(free):
            return sizes
        left = list(options(free[i]))
        while left:
            one = choose(tuple(left))
            if (now := met(contract, {**sizes, free[i]: one})) and (found := further(i + 1, now)):
                return found
            left.remove(one)
        return None

    return further(0, {})


def draw(contract: Signature, scope: Scope, choose: Choose) -> dict[str, Shape]:
    """Sizes that meet the rules. Raises ValueError, naming the contract and its rules, where there are none."""
    found = drawn(contract, lambda name: options(contract, name, scope), choose)
    if found is None and names(contract):
        raise unmet(contract, scope)
    return found or {}


def unmet(contract: Signature, scope: Scope) -> ValueError:
    """The error that names the rules that cannot be met, and says what to do."""
    of = {name: dict.fromkeys(options(contract, name, scope)) for name in names(contract)}
    said = "; ".join(f"{name} from {', '.join(' x '.join(map(str, n)) for n in of[name] if n)}" for name in of)
    lines = " and ".join(repr(rule.text) for rule in rules(contract))
    return ValueError(
        f"{contract.name}: its sizes cannot be met: no {said} meets {lines}; change a rule, or what its numbers may be"
    )


def check(contract: Signature) -> None:
    """Raises ValueError where no sizes meet the rules of the contract."""
    if contract.sizes:
        draw(contract, EVERYTHING, lambda options: options[0])


def near(
    contract: Signature, wanted: Mapping[str, Shape], scope: Scope, only: str | None = None
) -> dict[str, Shape] | None:
    """Sizes as close to the wanted ones as the rules allow; `only` keeps its size. None where there are none.

    A whole number that is not among the wanted ones has its simplest value.
    """

    def nearest(name: str) -> Sequence[Shape]:
        if name not in wanted:
            return options(contract, name, scope)
        if name == only or not contract.sizes:
            return (wanted[name],)
        rest = (size for size in options(contract, name, scope) if size not in (wanted[name], ()))
        return (wanted[name], *sorted(rest, key=lambda size: abs(size[0] - wanted[name][0])))

    return drawn(contract, nearest, lambda options: options[0])


def several(contract: Signature) -> dict[str, Shape]:
    """Sizes in which every axis is longer than 1, and no two have the same length."""
    axes = sorted({axis for argument in contract.arguments for axis in argument.axes})
    return {axis: (2, 3) if axis == ANY else (3 + i,) for i, axis in enumerate(axes)}


MANY: Final = 81
"""So many small sizes are tried: all of four axes with three lengths each."""


def small(contract: Signature, scope: Scope, lengths: Sequence[int]) -> Iterator[dict[str, Shape]]:
    """All sizes of these lengths that meet the rules; an optional axis may be absent where the scope has that.

    Where there may be more than MANY, the simplest and others that chance draws, always the same.
    """

    def of(name: str) -> Sequence[Shape]:
        asked = dict.fromkeys(options(contract, name, scope))
        if any(a.name == name and not a.is_array for a in contract.arguments):
            return [*asked][: len(lengths)]
        return [*((n,) for n in lengths), *([()] if () in asked else [])]

    every = {name: of(name) for name in names(contract)}
    if prod(map(len, every.values())) <= MANY:
        for chosen in product(*every.values()):
            if (found := met(contract, dict(zip(every, chosen, strict=True)))) is not None:
                yield found
        return
    choices: tuple[Choose, ...] = (itemgetter(0), *[Random(0).choice] * (MANY - 1))
    tried = [drawn(contract, every.__getitem__, choose) for choose in choices]
    yield from (sizes for i, sizes in enumerate(tried) if sizes and sizes not in tried[:i])
