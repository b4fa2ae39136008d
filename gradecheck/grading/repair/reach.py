"""What a function of a submission uses, by the text alone: nothing is run."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

from gradecheck.grading.adapter import Adapter
from gradecheck.grading.defined import STAR, Block, definitions, statements, used
from gradecheck.grading.source import Place, Source
from gradecheck.grading.submissions.choosing import resolved
from gradecheck.grading.submissions.texts import decode

Found = tuple[Place, ast.stmt]
Import = ast.Import | ast.ImportFrom
Chain = tuple[str, ...]
"""A name, and what is asked of it: layers.dense is ("layers", "dense")."""

Named = tuple[str, Chain]
"""A chain, and the path of the file that it stands in."""

MOST: Final = 200  # statements
MOST_TEXT: Final = 512 << 10  # characters of a file
MAIN: Final = "__name__"


def reached(
    source: Source, function: str, adapter: Adapter | None = None, replaced: Collection[str] = ()
) -> list[Found]:
    """The statements at the top level that a question's function uses, in whatever file, the nearest first.

    Of an adapter's function, it is what the adapter takes for it.   replaced: functions with right values in their
    place; what only these use is left out. Imports are followed, and are not among the statements.
    """
    code = _Code(source)
    roots = (function,) if adapter is None else adapter.needs(function, replaced)
    left = frozenset(replaced if adapter is None else ())
    waiting = deque[Named]((code.own, (name,)) for name in roots)
    seen = set(waiting)
    found: dict[Place, ast.stmt] = {}
    while waiting and len(found) < MOST:
        path, chain = waiting.popleft()
        for place, statement in code.bound(path, chain[0]):
            if isinstance(statement, Import):
                more = code.imported(path, statement, chain)
            elif place not in found:
                found[place] = statement
                more = code.used(path, statement)
            else:
                continue
            for named in more:
                if named not in seen and left.isdisjoint(named[1]):
                    seen.add(named)
                    waiting.append(named)
    return list(found.items())


class _Code:
    """A submission's files of code by their paths; own: that of its cells."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.own = PurePosixPath(source.file).with_suffix(".py").name
        self._beside = {file.path: file for file in source.beside if file.path.endswith(".py")}
        self._bound: dict[str, dict[str, list[Found]]] = {}

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset((self.own, *self._beside))

    def _statements(self, path: str) -> Iterator[Found]:
        if path == self.own:
            texts = [(cell, "", text) for cell, text in enumerate(self._source.cells)]
        else:
            texts = []
            with suppress(ValueError):  # it is no text
                texts = [(0, path, decode(self._beside[path].data).text)]
        for cell, file, text in texts:
            if len(text) <= MOST_TEXT:
                for number, statement in enumerate(statements(text)):
                    yield Place(cell, file, number), statement

    def bound(self, path: str, name: str) -> Iterator[Found]:
        """The statements that decide what a name is, the last one first. Earlier ones that it replaces are dead."""
        if path not in self._bound:
            found = self._bound[path] = {}
            for place, statement in self._statements(path):
                if not _is_guarded(statement):
                    for own, within in (*definitions([statement]), *_written(statement)):
                        found.setdefault(own, []).append((place, within if isinstance(within, Import) else statement))
        for place, statement in reversed(self._bound[path].get(name) or self._bound[path].get(STAR, [])):
            yield place, statement
            if name in self._bound[path] and not _builds_on(statement, name):
                return

    def imported(self, path: str, statement: Import, chain: Chain) -> Iterator[Named]:
        """What a chain means in the files that an import finds."""
        for alias in statement.names:
            if alias.name != STAR and chain[0] != (alias.asname or alias.name.partition(".")[0]):
                continue
            if isinstance(statement, ast.ImportFrom):
                module, level = statement.module or "", statement.level
                whole = chain if alias.name == STAR else (alias.name, *chain[1:])
                yield from self._inside(path, module, whole, level)
                yield from self._inside(path, f"{module}.{alias.name}".strip("."), chain[1:], level)
            elif alias.asname:
                yield from self._inside(path, alias.name, chain[1:])
            else:
                for length in range(1, len(chain)):
                    yield from self._inside(path, ".".join(chain[:length]), chain[length:])

    def _inside(self, path: str, module: str, chain: Chain, level: int = 0) -> Iterator[Named]:
        if chain:
            for file in resolved(path, ast.ImportFrom(module, [], level), self._paths):
                yield file, chain

    def used(self, path: str, statement: ast.stmt) -> Iterator[Named]:
        """What a statement uses, in the order of its text."""
        inner = {
            alias.asname or alias.name.partition(".")[0]: node
            for node in ast.walk(statement)
            if isinstance(node, Import)
            for alias in node.names
        }
        for chain in used(statement, inner):
            if chain[0] in inner:
                yield from self.imported(path, inner[chain[0]], chain)
            else:
                yield path, chain


def _is_guarded(statement: ast.stmt) -> bool:
    """Whether it is run only where the file is the program, as it is not when it is marked."""
    if not isinstance(statement, ast.If):
        return False
    return any(isinstance(node, ast.Name) and node.id == MAIN for node in ast.walk(statement.test))


def _written(statement: ast.stmt) -> Iterator[tuple[str, ast.stmt]]:
    """Each name whose value a statement writes into: TABLE["f"] = f, Layer.forward = f."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    for target in targets:
        within = target
        while isinstance(within, ast.Subscript | ast.Attribute):
            within = within.value
        if isinstance(within, ast.Name) and within is not target:
            yield within.id, statement


def _builds_on(statement: ast.stmt, name: str) -> bool:
    """Whether the value that the name had before counts, too."""
    if isinstance(statement, Block | ast.AugAssign) or any(own == name for own, _ in _written(statement)):
        return True
    if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
        return False
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(statement.value))
