"""Changes of statements: one dropped, two swapped, one moved; and parameters in another order."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from gradecheck.grading.repair.operators.operator import Operator
from gradecheck.grading.repair.operators.surgery import (
    Change,
    Spot,
    altered,
    exchanged,
    is_text,
    pairs,
    rewritten,
    spliced,
)
from gradecheck.grading.repair.terms import Terms

Changes = Iterator[Change]

FIXED: Final = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Global,
    ast.Nonlocal,
)
FAR: Final = 3  # lines that a line is moved at most
MOST: Final = 4  # lines that are moved together at most


def dropped(spot: Spot, terms: Terms) -> Changes:
    if spot.index is not None and not is_text(spot.node) and not isinstance(spot.node, (ast.Pass, *FIXED[:5])):
        alone = len(spot.siblings) == 1
        if not (alone and isinstance(spot.holder, ast.FunctionDef)):
            yield spliced(spot, 1, [], "There is a line too many.", "`{was}` should go.")


def swapped(spot: Spot, terms: Terms) -> Changes:
    """A statement behind the next ones."""
    yield from _behind(spot, 1, 1)


def moved(spot: Spot, terms: Terms) -> Changes:
    """A statement a few lines further down or up."""
    for far in range(2, FAR + 1):
        yield from _behind(spot, 1, far)
        yield from _behind(spot, far, 1)


def _behind(spot: Spot, count: int, far: int) -> Changes:
    """So many statements behind as many others that follow them."""
    if spot.index is None:
        return
    these = spot.siblings[spot.index : spot.index + count]
    those = spot.siblings[spot.index + count : spot.index + count + far]
    movable = not any(isinstance(s, FIXED) or is_text(s) for s in (*these, *those))
    if movable and len(those) == far and not isinstance(those[-1], ast.Return):
        kind, remedy = "Two lines are in the wrong order.", "`{was}` should stand further down."
        if far == 1 and count > 1:
            remedy = f"`{ast.unparse(those[0]).partition(chr(10))[0]}` should stand further up."
        yield spliced(spot, count + far, [*those, *these], kind, remedy)


def out_of_block(spot: Spot, terms: Terms) -> Changes:
    """The first or last statement of a loop or branch before or after it."""
    yield from _out_of_block(spot, 1)


def several_out_of_block(spot: Spot, terms: Terms) -> Changes:
    for count in range(2, MOST + 1):
        yield from _out_of_block(spot, count)


def _out_of_block(spot: Spot, count: int) -> Changes:
    if spot.index is None or spot.field != "body" or not isinstance(spot.node, ast.For | ast.While | ast.If):
        return
    what = "a branch" if isinstance(spot.node, ast.If) else "the loop"
    body = spot.node.body
    for own, others in ((body[:count], body[count:]), (body[-count:], body[:-count])) if len(body) > count else ():
        if any(isinstance(n, ast.Break | ast.Continue) for one in own for n in ast.walk(one)):
            continue
        rest = altered(spot.node, body=others)
        for where, order in (("after", [rest, *own]), ("before", [*own, rest])):
            if not (where == "before" and isinstance(own[-1], ast.Return)):
                kind = f"{_lines(own)} inside of {what} that {_belong(own)} {where} it."
                yield _moved(spot, 1, order, own, kind, f"{_these(own)} {where} {what}.")


def _lines(own: list[ast.stmt]) -> str:
    return "A line stands" if len(own) == 1 else "Lines stand"


def _belong(own: list[ast.stmt]) -> str:
    return "belongs" if len(own) == 1 else "belong"


def _these(own: list[ast.stmt]) -> str:
    """These lines, of which the first is shown, as the subject of a remedy."""
    if len(own) == 1:
        return "`{now}` belongs"
    return f"`{{now}}` and the {'line' if len(own) == 2 else f'{len(own) - 1} lines'} below it belong"


def into_block(spot: Spot, terms: Terms) -> Changes:
    """The statement before or after a loop or branch as its first or last."""
    yield from _into_block(spot, 1)


def several_into_block(spot: Spot, terms: Terms) -> Changes:
    for count in range(2, MOST + 1):
        yield from _into_block(spot, count)


def _into_block(spot: Spot, count: int) -> Changes:
    if spot.index is None or not isinstance(spot.node, ast.For | ast.While | ast.If):
        return
    what = "a branch" if isinstance(spot.node, ast.If) else "the loop"
    siblings, i = spot.siblings, spot.index
    own = siblings[max(i - count, 0) : i]
    if len(own) == count and not any(isinstance(one, FIXED) or is_text(one) for one in own):
        inside = altered(spot.node, body=[*own, *spot.node.body])
        kind = f"{_lines(own)} before {what} that {_belong(own)} inside."
        remedy = f"{_these(own)} at the start of {what}."
        yield rewritten(spot, [*siblings[: i - count], inside, *siblings[i + 1 :]], kind, remedy, own, own)
    own = siblings[i + 1 : i + 1 + count]
    if len(own) == count and not any(isinstance(one, (*FIXED, ast.Return)) for one in own):
        inside = altered(spot.node, body=[*spot.node.body, *own])
        kind = f"{_lines(own)} after {what} that {_belong(own)} inside."
        yield _moved(spot, count + 1, [inside], own, kind, f"{_these(own)} at the end of {what}.")


def of_else(spot: Spot, terms: Terms) -> Changes:
    """The last statement of an else behind the whole if; the statement behind it as the last of the else."""
    orelse, index = spot.node.orelse, spot.index
    if index is None or not orelse:
        return
    after = spot.siblings[index + 1 : index + 2]
    if len(orelse) > 1:
        rest = altered(spot.node, orelse=orelse[:-1])
        kind = "A line stands inside of an else that belongs after it."
        yield _moved(spot, 1, [rest, orelse[-1]], [orelse[-1]], kind, "`{now}` belongs after the else.")
    if after and not isinstance(after[0], FIXED):
        inside = altered(spot.node, orelse=[*orelse, *after])
        kind = "A line stands after an else that belongs inside."
        yield _moved(spot, 2, [inside], after, kind, "`{now}` belongs at the end of the else.")


def _moved(spot: Spot, count: int, order: list[ast.stmt], own: list[ast.stmt], kind: str, remedy: str) -> Change:
    """These statements in place of `count`, of which those that move are shown."""
    change = spliced(spot, count, order, kind, remedy)
    return Change(change.at, change.new, kind, remedy, own, own)


def parameters_by_name(spot: Spot, terms: Terms) -> Changes:
    """Two parameters in each other's place by the names that the formula has for them."""
    known = [(a.name, *a.called, *a.kind.called) for a in terms.contract.arguments] if terms.contract else []
    order = [next((i for i, own in enumerate(known) if p.arg in own), -1) for p in _parameters(spot)]
    for i, j in pairs(len(order)):
        if order[i] > order[j] >= 0:
            yield _exchanged(spot, i, j)


def parameters_swapped(spot: Spot, terms: Terms) -> Changes:
    for i, j in pairs(len(_parameters(spot))):
        yield _exchanged(spot, i, j)


def _parameters(spot: Spot) -> list[ast.arg]:
    """Those that a caller gives by position."""
    own: list[ast.arg] = spot.node.args
    return own[1:] if own and own[0].arg == "self" else own


def _exchanged(spot: Spot, i: int, j: int) -> Change:
    before = _parameters(spot)
    after = exchanged(before, i, j)
    changed = altered(spot.node, args=[*spot.node.args[: len(spot.node.args) - len(before)], *after])
    was, now = ([ast.Tuple([ast.Name(p.arg, ast.Load()) for p in ps], ast.Load())] for ps in (before, after))
    remedy = "The parameters `{was}` should be `{now}`."
    return Change(spot, changed, "Two parameters are in the wrong order.", remedy, was, now, line=spot.holder.lineno)


OPERATORS: Final = (
    Operator("line-moved", 1, ast.stmt, out_of_block),
    Operator("line-too-many", 2, ast.stmt, dropped),
    Operator("line-moved", 2, ast.stmt, swapped),
    Operator("line-moved", 2, ast.stmt, into_block),
    Operator("parameters", 1, ast.arguments, parameters_by_name),
    Operator("parameters", 2, ast.arguments, parameters_swapped),
    Operator("line-moved", 3, ast.stmt, moved),
    Operator("line-moved", 3, ast.If, of_else),
    Operator("line-moved", 4, ast.stmt, several_out_of_block),
    Operator("line-moved", 4, ast.stmt, several_into_block),
)
