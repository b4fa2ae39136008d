"""A pack's formula as code that stands alone: the function, and what it uses of the pack, in one cell.

A form of a contract may be made by another function, and take what it calls from there. Here each such name is written
as what it stands for: `form(x)` reads as the function that is called there.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from gradecheck.grading.bank import packed
from gradecheck.grading.repair.edit import Place
from gradecheck.grading.source import Source
from gradecheck.packs import registry
from gradecheck.packs.contract import Contract
from gradecheck.packs.pack import Pack

NUMPY = ast.Import([ast.alias("numpy", "np")])


class UnwritableError(Exception):
    """A formula whose source cannot be had, or which uses what cannot be written."""


@dataclass(frozen=True, eq=False)
class Written:
    """A formula as a submission.

    statements: those of its last cell, by their places.
    far: how many calls lie between the formula and each of its functions.
    """

    source: Source
    statements: Mapping[Place, ast.stmt]
    far: Mapping[Place, int]


def written(contract: Contract) -> tuple[Written, ...]:
    """The formula as it is printed, then as the pack computes it; without those that cannot be written."""
    forms = (contract.literal, registry.right(contract))
    found: dict[str, Written] = {}
    for form in forms:
        try:
            one = _Cell(registry.of(contract)).of(form, contract)
        except UnwritableError:
            continue
        found.setdefault(one.source.cells[-1], one)
    return tuple(found.values())


@dataclass
class _Cell:
    """The cell that is being written.

    names: what each name in it stands for.    uses: those that each function uses.    modules: of the pack, imported.
    """

    pack: Pack
    names: dict[str, Any] = field(default_factory=dict)
    statements: dict[str, ast.stmt] = field(default_factory=dict)
    uses: dict[str, set[str]] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)

    def of(self, form: Any, contract: Contract) -> Written:
        """The form under the name of its contract, with the contract's defaults. Raises UnwritableError."""
        own = self._function(form, contract.name)
        own.args.defaults = [ast.Constant(a.default) for a in contract.arguments if a.default is not None]
        statements = list(self.statements.values())
        text = "\n".join(ast.unparse(ast.fix_missing_locations(statement)) for statement in statements)
        cells = (packed.cell(packed.sources(self.pack, *sorted(self.modules))), text) if self.modules else (text,)
        places = {Place(len(cells) - 1, "", i): s for i, s in enumerate(ast.parse(text).body)}
        far = self._far(contract.name)
        functions = {place: s.name for place, s in places.items() if isinstance(s, ast.FunctionDef)}
        return Written(Source(cells), places, {place: far[name] for place, name in functions.items()})

    def _far(self, name: str) -> dict[str, int]:
        """How many calls lie between that function and each that it uses."""
        far = {name: 0}
        for user in (waiting := [name]):
            new = [used for used in sorted(self.uses.get(user, ())) if used not in far]
            far |= dict.fromkeys(new, far[user] + 1)
            waiting += new
        return far

    def _function(self, function: Any, name: str) -> ast.FunctionDef:
        """Write a function under that name, below all that it uses."""
        plain = inspect.unwrap(function) if callable(function) else function
        tree = _tree(plain)
        _Bare().visit(tree)
        self.names[name] = function
        known = {**plain.__globals__, **_free(plain)}
        own = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
        own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - own
        meant = {n: self._expression(n, known[n], plain) for n in sorted(used & known.keys())}
        self.uses[name] = {node.id for node in meant.values() if isinstance(node, ast.Name)}
        tree.name = name
        _Renamed(meant).visit(tree)
        self.statements[name] = tree
        return tree

    def _expression(self, name: str, value: Any, user: FunctionType) -> ast.expr:
        """What is written in place of a name that a function uses; what it stands for is written above."""
        if isinstance(value, ModuleType):
            return self._bound(name, value, ast.Import([ast.alias(value.__name__, name)]))
        called = getattr(value, "__name__", "")
        if called and getattr(np, called, None) is value:
            self._bound("np", np, NUMPY)
            return ast.Attribute(ast.Name("np", ast.Load()), called, ast.Load())
        if isinstance(value, FunctionType) and self._is_own(value):
            for there, other in self.names.items():
                if other is value:
                    return ast.Name(there, ast.Load())
            free = next(n for n in _names(called) if n not in self.names)
            self._function(value, free)
            return ast.Name(free, ast.Load())
        if isinstance(value, int | float | str | None):
            return ast.Constant(value)
        module = user.__globals__["__name__"]
        if user.__globals__.get(name) is not value:
            raise UnwritableError
        self.modules.add(module)
        return self._bound(name, value, ast.ImportFrom(module, [ast.alias(name)], 0))

    def _is_own(self, function: FunctionType) -> bool:
        """Whether it is a function that computes something, of the pack or of one that it builds on."""
        module = function.__module__
        return all(module not in own.unshown for own in registry.lineage(self.pack)) and module in packed.sources(
            self.pack, module, engine=False
        )

    def _bound(self, name: str, value: Any, statement: ast.stmt) -> ast.Name:
        """The name that a statement binds; another one where it stands for something else already."""
        if self.names.setdefault(name, value) is not value:
            raise UnwritableError
        self.statements.setdefault(name, statement)
        return ast.Name(name, ast.Load())


def _tree(function: Any) -> ast.FunctionDef:
    """The definition of a function. Raises UnwritableError where it has none, as one of NumPy's has not."""
    try:
        found = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    except (OSError, TypeError, SyntaxError):
        raise UnwritableError from None
    if not isinstance(function, FunctionType) or not isinstance(found, ast.FunctionDef):
        raise UnwritableError
    return found


def _free(function: FunctionType) -> dict[str, Any]:
    """What the function took from the one that made it."""
    cells = function.__closure__ or ()
    return {name: cell.cell_contents for name, cell in zip(function.__code__.co_freevars, cells, strict=True)}


def _names(first: str) -> Iterator[str]:
    yield first
    yield from (f"{first}_{i}" for i in range(2, 1000))


class _Bare(ast.NodeTransformer):
    """Without annotations and texts, which compute nothing."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        return node if node.value is None else ast.Assign([node.target], node.value)


@dataclass
class _Renamed(ast.NodeTransformer):
    meant: Mapping[str, ast.expr]

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self.meant.get(node.id, node)
