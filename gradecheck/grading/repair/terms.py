"""What edits and their sentences need to know of a submission beside the statement that is changed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from gradecheck.packs.contract import Contract

NUMPY: Final = "numpy"
MOST: Final = 1000  # nodes of a constant: a larger one is left out
ROWS: Final = ("n", "n?")  # the axis that counts the rows
HOLE: Final = "_"  # in a piece of code: any value
NP: Final = "np"
BUILT_IN: Final = frozenset({"tuple", "list"})  # functions of Python that a piece may call


@dataclass(frozen=True)
class Pieces:
    """What a formula is made of, as Python in the names of its contract's arguments, and with `np` for NumPy.

    operations: such as `np.exp(_)`, for any value.    values: such as `x.max(axis=-1, keepdims=True)`.
    """

    operations: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


NO_PIECES: Final = Pieces()


@dataclass(frozen=True, eq=False)
class Terms:
    """modules: what each imported module is called: {"np": "numpy"}.
    bare: functions of NumPy and math that are imported by themselves: {"exp": "numpy.exp"}, {"*": "numpy.*"} for all.
    functions: functions and classes by name, each with the number of arguments that it needs; -1 where it is not known.
    constants: names with a value, and that value.    names: all that have a name; "*" where some cannot be known.
    contract: of the question that fails; None where no question is meant.
    pieces: of its right formula; none where nothing is to be put back from there.
    """

    modules: Mapping[str, str]
    bare: Mapping[str, str]
    functions: Mapping[str, int]
    constants: Mapping[str, ast.expr]
    contract: Contract | None = None
    names: frozenset[str] = frozenset({"*"})
    pieces: Pieces = NO_PIECES

    def numpy(self, function: str) -> ast.expr | None:
        """NumPy's function, as the submission would write it; None where it cannot."""
        for name, module in self.modules.items():
            if module == NUMPY:
                return ast.Attribute(ast.Name(name, ast.Load()), function, ast.Load())
        for name, original in self.bare.items():
            if original in (f"{NUMPY}.{function}", f"{NUMPY}.*"):
                return ast.Name(function if name == "*" else name, ast.Load())
        return None

    def axes(self, array: str) -> tuple[str, ...]:
        """The names of an argument's axes in the contract; none where it has no such argument."""
        if self.contract is None:
            return ()
        known = self.contract.arguments
        return next((a.axes for a in known if array in (a.name, *a.called, *a.kind.called)), ())

    @property
    def in_rows(self) -> bool:
        """Whether the arrays of the question are known to hold a row for each sample."""
        return self.contract is not None and any(a.axes[:1] in [(n,) for n in ROWS] for a in self.contract.arguments)

    @property
    def one_row_too(self) -> bool:
        """Whether an array of the question may be a single row, with one axis less."""
        return self.contract is not None and any(a.axes[:1] == ("n?",) for a in self.contract.arguments)


def terms_of(statements: Iterable[ast.stmt], contract: Contract | None = None, pieces: Pieces = NO_PIECES) -> Terms:
    """The terms of the statements at the top level of one module; all cells are one module."""
    statements = list(statements)
    modules: dict[str, str] = {}
    bare: dict[str, str] = {}
    functions: dict[str, int] = {}
    constants: dict[str, ast.expr] = {}
    for statement in statements:
        match statement:
            case ast.Import(names=names):
                modules |= {n.asname or n.name.partition(".")[0]: n.name for n in names}
            case ast.ImportFrom(module="numpy" | "math" as module, names=names):
                bare |= {n.asname or n.name: f"{module}.{n.name}" for n in names}
            case ast.ImportFrom(names=names):
                functions |= {n.asname or n.name: -1 for n in names}
            case ast.FunctionDef(name=name, args=parameters) | ast.AsyncFunctionDef(name=name, args=parameters):
                functions[name] = _needed(parameters)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=parameters)):
                functions[name] = _needed(parameters)
            case ast.ClassDef(name=name):
                functions[name] = -1
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if (
                len(list(islice(ast.walk(value), MOST))) < MOST
            ):
                constants[name] = value
    given = frozenset(name for statement in statements for name in _named(statement))
    return Terms(modules, bare, functions, constants, contract, given, pieces)


def _named(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement at the top level gives."""
    nodes: list[ast.AST] = [statement]
    while nodes:
        node = nodes.pop()
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (n.asname or n.name.partition(".")[0] for n in names)
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Assign(targets=targets):
                nodes += targets
            case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
                nodes.append(target)
            case _:
                nodes += ast.iter_child_nodes(node)


def _needed(parameters: ast.arguments) -> int:
    return len(parameters.posonlyargs) + len(parameters.args) - len(parameters.defaults)
