"""The sentence that says of values which change of the formula gives them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from gradecheck.grading.repair.edit import Edit
from gradecheck.grading.repair.told import narrowing

MOST_WIDE: Final = 100  # characters of code in a sentence
AS_PRINTED: Final = (
    "Your values are those of the formula as it is printed. Computed like that, it overflows or loses digits on some "
    "inputs."
)
Simple = ast.expr | ast.Assign | ast.AugAssign | ast.Return


def worded(edit: Edit, before: ast.stmt, function: str, wrong: str) -> str:
    """The sentence.    before: the statement without the change.    function: of the formula, by its name.
    wrong: what is wrong, as a sentence; "" where that is not known.
    """
    was, now = _shown(edit, before)
    own = f" in its `{_head(before)}`" if isinstance(before, ast.FunctionDef) and before.name != function else ""
    names = "".join(f"{', where' if i == 0 else ' and'} `{line}`" for i, line in enumerate(_meant(before, was, now)))
    what = f"`{now}` in place of `{was}`" if now else f"without `{was}`"
    said = f"Your values are those of the formula with this change{own}: {what}{names}."
    return f"{said} {wrong}".rstrip()


def _shown(edit: Edit, before: ast.stmt) -> tuple[str, str]:
    """The smallest part of the formula around the change, before and after, as a name or a number alone says little."""
    pairs = list(narrowing(before, edit.tree))
    for (old, new), (holder, _) in reversed(list(zip(pairs[1:], pairs, strict=False))):
        if not isinstance(old, Simple) or not isinstance(new, Simple) or old is getattr(holder, "func", None):
            continue
        texts = ast.unparse(old), ast.unparse(new)
        if (
            not any(isinstance(node, ast.Name | ast.Constant) for node in (old, new))
            and max(map(len, texts)) < MOST_WIDE
        ):
            return texts
    return _line(edit.was), _line(edit.now)


def _line(code: str) -> str:
    first, _, more = code.strip().partition("\n")
    return f"{first} ..." if more else first


def _head(function: ast.FunctionDef) -> str:
    return f"{function.name}({ast.unparse(function.args)})"


def _meant(before: ast.stmt, *shown: str) -> Iterator[str]:
    """What the names in the code stand for that the formula gives a value once."""
    used = {node.id for text in shown for node in _names(text)}
    stored = [node.id for node in ast.walk(before) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    for node in ast.walk(before):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name, line = node.targets[0].id, ast.unparse(node)
            if name in used and stored.count(name) == 1 and len(line) < MOST_WIDE and line not in shown:
                yield line


def _names(code: str) -> Iterator[ast.Name]:
    try:
        yield from (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name))
    except SyntaxError:  # the first line of several
        return
