"""A change of a submission in the student's own lines, as they are and as they would be."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from textwrap import indent
from typing import Final

from gradecheck.grading.marks import Change
from gradecheck.grading.repair.edit import Edit, Place
from gradecheck.grading.repair.spliced import spliced
from gradecheck.grading.source import Source
from gradecheck.grading.submissions.names import printable
from gradecheck.grading.submissions.texts import decode

MOST_LINES: Final = 12  # of a change, for people
MOST_WIDE: Final = 200  # characters of a line

Pair = tuple[ast.AST, ast.AST]
Holder = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def told(source: Source, edit: Edit, before: ast.stmt) -> Change:
    """A change for people.    before: the statement as the submission has it."""
    was, now = lines(code(source, edit.place), before, edit.tree)
    return Change(where(source, edit), _cut(was), _cut(now), edit.operator, edit.kind, edit.remedy)


def code(source: Source, place: Place) -> str:
    """The text of a cell, or of a file beside the cells."""
    if not place.file:
        return source.cells[place.cell]
    return next(decode(file.data).text for file in source.beside if file.path == place.file)


def where(source: Source, edit: Edit) -> str:
    if edit.place.file:
        return f"{printable(edit.place.file)}, line {edit.line}"
    return f"line {edit.line}" if len(source.cells) == 1 else f"code cell {edit.place.cell + 1}, line {edit.line}"


def lines(text: str, was: ast.stmt, now: ast.stmt) -> tuple[str, str]:
    """The lines of a text that a change of a statement in it touches, before and after.

    The student's own spacing and comments stay where the changed expression can be written in its place.
    """
    pairs = list(narrowing(was, now))
    for old, new in reversed(pairs):
        if isinstance(old, ast.expr) and isinstance(new, ast.expr):
            for form in ("{}", "({})"):
                end = (old.end_lineno or old.lineno, old.end_col_offset or 0)
                changed = spliced(text, (old.lineno, old.col_offset), end, form.format(ast.unparse(new)))
                if _is(changed, text, was, now):
                    return _around(text, changed, old)
    if isinstance(was, Holder) and isinstance(now, Holder) and not _differ(was.body, now.body):
        first, last = _span(was)[0], was.body[0].lineno - 1
        if last >= first:  # else all of it is in one line
            return "\n".join(text.split("\n")[first - 1 : last]), indent(_head(now), " " * was.col_offset)
    olds, news, margin = _bodies(*next(pair for pair in reversed(pairs) if isinstance(pair[0], ast.stmt)))
    own = text.split("\n")
    before = [line for old in olds for line in own[_span(old)[0] - 1 : _span(old)[1]]]
    return "\n".join(before), "\n".join(indent(ast.unparse(new), " " * margin) for new in news)


def _head(statement: Holder) -> str:
    """A definition without its body."""
    fields = {name: getattr(statement, name) for name in statement._fields} | {"body": [ast.Pass()]}
    return ast.unparse(ast.copy_location(type(statement)(**fields), statement)).rsplit("\n", 1)[0]


def _bodies(was: ast.AST, now: ast.AST) -> tuple[list[ast.stmt], list[ast.stmt], int]:
    """The statements that differ, those in a block where only the block does, and their margin.

    A statement at the end of its block stands below the one before it.
    """
    for name in ("body", "orelse", "finalbody"):
        old, new = getattr(was, name, None), getattr(now, name, None)
        if not isinstance(old, list) or not isinstance(new, list) or not _differ(old, new):
            continue
        if any(_differ([getattr(was, f, None)], [getattr(now, f, None)]) for f in was._fields if f != name):
            break
        first = 0
        while first < min(len(old), len(new)) and not _differ([old[first]], [new[first]]):
            first += 1
        last = 0
        while last < min(len(old), len(new)) - first and not _differ([old[-1 - last]], [new[-1 - last]]):
            last += 1
        start = first - 1 if first == len(old) - last and first else first
        return old[start : len(old) - last], new[start : len(new) - last], old[0].col_offset
    assert isinstance(was, ast.stmt)
    assert isinstance(now, ast.stmt)
    return [was], [now], was.col_offset


def _differ(old: Sequence[object], new: Sequence[object]) -> bool:
    return list(map(_dumped, old)) != list(map(_dumped, new))


def _dumped(part: object) -> object:
    if isinstance(part, list):
        return list(map(_dumped, part))
    return ast.dump(part) if isinstance(part, ast.AST) else part


def narrowing(was: ast.AST, now: ast.AST) -> Iterator[Pair]:
    """The statement before and after, then the one part that differs, and the part in that, as long as it is one."""
    pair: Pair | None = (was, now)
    while pair is not None:
        yield pair
        pair = _part(*pair)


def _part(was: ast.AST, now: ast.AST) -> Pair | None:
    """The only child in which two nodes differ; None where there is none, or more differs."""
    if type(was) is not type(now):
        return None
    found: list[Pair] = []
    for name in was._fields:
        old, new = getattr(was, name, None), getattr(now, name, None)
        olds, news = (x if isinstance(x, list) else [x] for x in (old, new))
        if len(olds) != len(news):
            return None
        for a, b in zip(olds, news, strict=True):
            if a is b or (isinstance(a, ast.AST) and isinstance(b, ast.AST) and ast.dump(a) == ast.dump(b)):
                continue
            if not isinstance(a, ast.AST) or not isinstance(b, ast.AST):
                if a != b or type(a) is not type(b):
                    return None
                continue
            found.append((a, b))
    return found[0] if len(found) == 1 else None


def _is(changed: str, text: str, was: ast.stmt, now: ast.stmt) -> bool:
    """Whether the changed text holds the changed statement in place of the other."""
    first, last = _span(was)
    grown = changed.count("\n") - text.count("\n")
    part = "\n".join(changed.split("\n")[first - 1 : last + grown])
    try:
        found = ast.parse(part).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return len(found) == 1 and ast.dump(found[0]) == ast.dump(now)


def _around(text: str, changed: str, old: ast.expr) -> tuple[str, str]:
    """The lines of an expression in both texts."""
    assert old.end_lineno is not None
    last = old.end_lineno + changed.count("\n") - text.count("\n")
    before, after = text.split("\n"), changed.split("\n")
    return "\n".join(before[old.lineno - 1 : old.end_lineno]), "\n".join(after[old.lineno - 1 : last])


def _span(statement: ast.stmt) -> tuple[int, int]:
    """Its first line, decorators among them, and its last."""
    decorators: Sequence[ast.expr] = getattr(statement, "decorator_list", ())
    assert statement.end_lineno is not None
    return min([statement.lineno, *(d.lineno for d in decorators)]), statement.end_lineno


def _cut(text: str) -> str:
    found = [line[:MOST_WIDE] for line in text.split("\n")]
    return "\n".join(found if len(found) <= MOST_LINES else [*found[: MOST_LINES - 1], "..."])
