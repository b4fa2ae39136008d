"""Which argument each parameter of a student's function stands for, by its name."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from gradecheck.grading.defined import statements
from gradecheck.packs.contract import Argument, Contract


def parameters(cells: Sequence[str], function: str) -> tuple[str, ...]:
    """The names of its parameters in the last definition; none where there is no definition."""
    found: tuple[str, ...] = ()
    for cell in cells:
        for node in ast.walk(ast.Module(statements(cell), [])):
            match node:
                case ast.FunctionDef(name=name, args=args) if name == function:
                    found = _names(args)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(args=args)) if name == function:
                    found = _names(args)
    return found


def _names(args: ast.arguments) -> tuple[str, ...]:
    return tuple(a.arg for a in (*args.posonlyargs, *args.args))


def roles(contract: Contract, names: Sequence[str]) -> tuple[int | None, ...]:
    """For each parameter the number of the argument that its name means; None where it may mean several or none."""
    return tuple(_role(contract, name) for name in names)


def _role(contract: Contract, name: str) -> int | None:
    own = [i for i, argument in enumerate(contract.arguments) if argument.name == name]
    plain = name.lower().replace("_", "").rstrip("0123456789")
    meant = own or [i for i, argument in enumerate(contract.arguments) if plain in _words(argument)]
    return meant[0] if len(meant) == 1 else None


def _words(argument: Argument) -> tuple[str, ...]:
    return (argument.name.lower(), *(argument.called or argument.kind.called))


def order_told(contract: Contract, names: Sequence[str]) -> tuple[int, ...] | None:
    """The order of the arguments by the names, if it is another than the contract's."""
    found = roles(contract, names[: len(contract.arguments)])
    known = [i for i in found if i is not None]
    if len(found) != len(contract.arguments) or len(set(known)) != len(known):
        return None
    left = iter(i for i in range(len(found)) if i not in known)
    order = tuple(next(left) if i is None else i for i in found)
    moved = [i for i, argument in enumerate(order) if argument != i]
    return order if moved and all(found[i] is not None for i in moved) else None
