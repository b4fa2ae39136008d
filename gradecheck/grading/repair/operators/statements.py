"""Changes of statements: one dropped, two swapped, one moved; and what a function returns."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, Final

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
from gradecheck.grading.repair.operators.values import function_of
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
MOST: Final = 4  # names that are tried as a result
NOTHING: Final = "Nothing is returned."
NOT_AT_END: Final = "Nothing is returned at the end."


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


def return_missing(spot: Spot, terms: Terms) -> Changes:
    """A return of what was computed, printed, or assigned last."""
    body = spot.node.body
    last: Any = body[-1]
    if _ends(body):
        return
    match last:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[printed])):
            value: Any = printed
        case ast.Expr(value=value) if not is_text(last):
            pass
        case _:
            value = None
    if value is not None:
        new = ast.Return(value)
        yield Change(
            spot, altered(spot.node, body=[*body[:-1], new]), NOTHING, "`{was}` should be `{now}`.", [last], [new]
        )
    if spot.node.name == "__init__" or isinstance(last, ast.Return):
        return
    some = any(isinstance(node, ast.Return) and node.value is not None for s in body for node in ast.walk(s))
    kind = NOT_AT_END if some and not isinstance(last, ast.FunctionDef) else NOTHING
    for name in _last_names(body):
        new = ast.Return(ast.Name(name, ast.Load()))
        changed = altered(spot.node, body=[*body, new])
        yield Change(spot, changed, kind, "`{now}` is missing at the end.", [], [new], last.end_lineno)


def _ends(body: list[ast.stmt]) -> bool:
    """Whether nothing is done after these statements."""
    match body[-1:]:
        case [ast.Return(value=value)]:
            return value is not None
        case [ast.Raise()]:
            return True
        case [ast.If(body=first, orelse=second)]:
            return _ends(first) and _ends(second)
        case [ast.With(body=inner) | ast.Try(body=inner)]:
            return _ends(inner)
    return False


def _last_names(body: list[ast.stmt]) -> list[str]:
    """The names that are given, the last first."""
    nodes = [node for statement in reversed(body) for node in ast.walk(statement)]
    values = (n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    functions = (s.name for s in reversed(body) if isinstance(s, ast.FunctionDef))
    return list(dict.fromkeys((*functions, *values) if isinstance(body[-1], ast.FunctionDef) else values))[:MOST]


def value_returned(spot: Spot, terms: Terms) -> Changes:
    """A value for a return without one."""
    if spot.node.value is None:
        for name in (*spot.scope.locals, *spot.scope.arguments)[:MOST]:
            yield Change(spot, altered(spot.node, value=ast.Name(name, ast.Load())), NOTHING)


def results_swapped(spot: Spot, terms: Terms) -> Changes:
    if _results(spot):
        for i, j in pairs(len(spot.node.elts)):
            swapped = altered(spot.node, elts=exchanged(spot.node.elts, i, j))
            yield Change(spot, swapped, "The results are in the wrong order.")


def results_turned(spot: Spot, terms: Terms) -> Changes:
    """Three results or more, each one place further."""
    elements = spot.node.elts
    if _results(spot) and len(elements) > 2:
        for turned in ([*elements[1:], elements[0]], [elements[-1], *elements[:-1]]):
            yield Change(spot, altered(spot.node, elts=turned), "The results are in the wrong order.")


def result_dropped(spot: Spot, terms: Terms) -> Changes:
    elements = spot.node.elts
    if _results(spot) and len(elements) > 1 and not any(isinstance(e, ast.Starred) for e in elements):
        for i in range(len(elements)):
            rest = [*elements[:i], *elements[i + 1 :]]
            left = rest[0] if len(rest) == 1 and isinstance(spot.node, ast.Tuple) else altered(spot.node, elts=rest)
            yield Change(spot, left, "There is a result too many.")
        if len(elements) > 2:
            yield Change(spot, elements[0], "There is a result too many.")


def result_missing(spot: Spot, terms: Terms) -> Changes:
    """Another name as a second or last result."""
    if spot.node.value is not None:
        value = spot.node.value
        elements = value.elts if isinstance(value, ast.Tuple) else [value]
        given = {e.id for e in elements if isinstance(e, ast.Name)}
        for name in [name for name in (*spot.scope.locals, *spot.scope.arguments) if name not in given][:MOST]:
            more = ast.Tuple([*elements, ast.Name(name, ast.Load())], ast.Load())
            yield Change(spot, altered(spot.node, value=more), "A result is missing.")


def _results(spot: Spot) -> bool:
    return isinstance(spot.node.ctx, ast.Load) and isinstance(spot.holder, ast.Return | ast.Lambda)


def parameters_swapped(spot: Spot, terms: Terms) -> Changes:
    parameters = spot.node.args.args
    first = 1 if parameters and parameters[0].arg == "self" else 0
    for i, j in pairs(len(parameters) - first):
        turned = exchanged(parameters, first + i, first + j)
        changed = altered(spot.node, args=altered(spot.node.args, args=turned))
        was, now = ([ast.Tuple([ast.Name(p.arg, ast.Load()) for p in ps], ast.Load())] for ps in (parameters, turned))
        remedy = "The parameters `{was}` should be `{now}`."
        yield Change(spot, changed, "Two parameters are in the wrong order.", remedy, was, now)


def printed_only(spot: Spot, terms: Terms) -> Changes:
    """`print(y)` as `return y`, and a value that nothing is done with."""
    match spot.node:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[value])):
            yield Change(spot, ast.Return(value), "A value is printed that should be returned.")
        case ast.Expr(value=value) if not isinstance(value, ast.Constant) and function_of(value) != "print":
            yield Change(spot, ast.Return(value), "A value is computed that should be returned.")


OPERATORS: Final = (
    Operator("return", 1, (ast.FunctionDef, ast.AsyncFunctionDef), return_missing),
    Operator("return", 1, ast.Return, value_returned),
    Operator("return", 1, ast.Expr, printed_only),
    Operator("results", 1, (ast.Tuple, ast.List), results_swapped),
    Operator("results", 2, (ast.Tuple, ast.List), results_turned),
    Operator("results", 2, (ast.Tuple, ast.List), result_dropped),
    Operator("line-moved", 1, ast.stmt, out_of_block),
    Operator("line-too-many", 2, ast.stmt, dropped),
    Operator("line-moved", 2, ast.stmt, swapped),
    Operator("line-moved", 2, ast.stmt, into_block),
    Operator("parameters", 2, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda), parameters_swapped),
    Operator("line-moved", 3, ast.stmt, moved),
    Operator("line-moved", 3, ast.If, of_else),
    Operator("line-moved", 4, ast.stmt, several_out_of_block),
    Operator("line-moved", 4, ast.stmt, several_into_block),
    Operator("results", 3, ast.Return, result_missing),
)
