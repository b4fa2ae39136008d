"""An adapter: a lecturer's file that defines the functions of the contract by calling those of a submission.

Here its text is searched for the names that it takes from the submission. It runs in jail/inside/adapting.py.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from gradecheck.grading.defined import definitions, used

SUBMISSION: Final = "submission"
"""The adapter's name for the submission: submission.selu is the student's, even if the adapter has its own selu."""

GIVEN: Final = frozenset((*vars(builtins), "__name__", "__file__", SUBMISSION))


@dataclass(frozen=True)
class Adapter:
    """file: its name.    text: its source, which Python can read."""

    file: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _tree(self.text)

    @property
    def defines(self) -> frozenset[str]:
        return frozenset(_mentions(self.text))

    @property
    def takes(self) -> frozenset[str]:
        """The names that it takes from the submission."""
        mentioned = frozenset(name for _, names in _statements(self.text) for name in names)
        return frozenset(name.removeprefix(".") for name in mentioned if self._is_taken(name))

    def _is_taken(self, name: str) -> bool:
        return name.startswith(".") or name not in self.defines | GIVEN

    def needs(self, function: str, without: Collection[str] = ()) -> tuple[str, ...]:
        """The names of the submission that one of its functions may use, in the order of the text.

        without: names of the adapter that are not looked into.
        """
        found: dict[str, None] = {}
        for name in (function, *self.calls(function, without)):
            found |= {n.removeprefix("."): None for n in _mentions(self.text).get(name, ()) if self._is_taken(n)}
        return tuple(found)

    def calls(self, function: str, without: Collection[str] = ()) -> tuple[str, ...]:
        """The names of the adapter that one of its functions may use.    without: as of `needs`."""
        made = _mentions(self.text)
        reached: dict[str, None] = {}
        waiting = [function]
        while waiting:
            new = [name for name in made.get(waiting.pop(0), ()) if name in made and name not in {*reached, *without}]
            reached |= dict.fromkeys(new)
            waiting += new
        return tuple(reached)

    def line(self, number: int) -> str:
        lines = self.text.splitlines()
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def statement(self, name: str) -> int:
        """The first line of the statement that binds one of the adapter's names; 0 where there is none."""
        return next((node.lineno for found, node in definitions(self.tree.body) if found == name), 0)

    def call_of(self, name: str, line: int) -> str:
        """The source of the call of a function of the submission on that line; "" where there is none.

        name: of the function, or of a class and its method as in Linear.forward.
        """
        last = name.rpartition(".")[2]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or line):
                match node.func:
                    case ast.Name(id=found) if found in (name, name.partition(".")[0]):
                        return ast.unparse(node)
                    case ast.Attribute(attr=found) if found == last:
                        return ast.unparse(node)
        return ""

    def called_before(self, line: int) -> str:
        """The function of the submission that was called last, at that line or above it in the same function."""
        holders = [n for n in ast.walk(self.tree) if isinstance(n, ast.FunctionDef) and n.lineno <= line]
        body = next((n for n in reversed(holders) if line <= (n.end_lineno or line)), self.tree)
        found = [(n.lineno, name) for n in ast.walk(body) if isinstance(n, ast.Call) and (name := self._taken(n.func))]
        return max(((at, name) for at, name in found if at <= line), default=(0, ""), key=lambda pair: pair[0])[1]

    def _taken(self, called: ast.expr) -> str:
        """The called name, if it is one of the submission; else ""."""
        match called:
            case ast.Name(id=name) if self._is_taken(name):
                return name
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner == SUBMISSION:
                return name
        return ""


@cache
def _tree(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def _statements(text: str) -> tuple[tuple[ast.stmt, tuple[str, ...]], ...]:
    """Its statements, each with the names that it uses and does not define itself; submission.f is ".f"."""
    return tuple((statement, tuple(_outer(statement))) for statement in _tree(text).body)


@cache
def _mentions(text: str) -> Mapping[str, tuple[str, ...]]:
    """For each name of the adapter, the names in the statements that bind it."""
    found: dict[str, tuple[str, ...]] = {}
    for statement, names in _statements(text):
        for name, _ in definitions([statement]):
            found[name] = (*found.get(name, ()), *names)
    return found


def _outer(statement: ast.stmt) -> dict[str, None]:
    chains = used(statement)
    return dict.fromkeys(f".{chain[1]}" if chain[0] == SUBMISSION and chain[1:] else chain[0] for chain in chains)
