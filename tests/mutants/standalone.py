"""Right variants as a student would hand them in: a file of its own that defines the function and all that it uses."""

import ast
import importlib
import inspect
from dataclasses import dataclass
from functools import cache

from gradecheck.grading.defined import definitions, used
from gradecheck.packs.pack import Pack

WAY = "way"  # the method that makes a variant's row (lectures/lecture03/variants/shared.py)


@dataclass(frozen=True)
class Module:
    """A module of the pack.    rows: the expression of each variant's function, by the variant's id."""

    name: str
    body: tuple[ast.stmt, ...]
    rows: dict[str, ast.expr]

    def defining(self, name: str) -> int | None:
        """The number of the statement that defines a name."""
        found = [i for i, statement in enumerate(self.body) if name in dict(definitions([statement]))]
        return found[-1] if found else None


@cache
def module(name: str) -> Module:
    loaded = importlib.import_module(name)
    tree = _Plain().visit(ast.parse(inspect.getsource(loaded)))
    rows = {}
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=ways), attr=attr), args=[ast.Constant(value=id), right, *_]
            ):
                if attr == WAY:
                    rows[f"{getattr(loaded, ways).function}/{id}"] = right
    return Module(name, tuple(tree.body), rows)


class _Plain(ast.NodeTransformer):
    """Without annotations, which students rarely write."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return node
        return ast.copy_location(ast.Assign([node.target], self.visit(node.value)), node)


def standalone(pack: Pack, function: str, id: str) -> str:
    """The text of a file with that variant. Raises ValueError where it cannot be one."""
    [home] = [m for m in _modules(pack) if id in m.rows]
    row = home.rows[id]
    order = _order(home)
    needed: dict[str, set[int]] = {name: set() for name in order}
    imports: dict[str, ast.stmt] = {}
    taken: dict[str, str] = {}
    waiting = [(home, chain[0]) for chain in used(_assigned(function, row))]
    while waiting:
        at, name = waiting.pop()
        number = at.defining(name)
        if number is None:
            continue  # one of Python's own
        statement = at.body[number]
        if isinstance(statement, ast.ImportFrom) and statement.module in needed:
            [original] = [a.name for a in statement.names if name == (a.asname or a.name)]
            if original != name:
                raise ValueError(f"{id}: {original} is called {name}")
            waiting.append((module(statement.module), name))
            continue
        if taken.setdefault(name, at.name) != at.name:
            if not isinstance(statement, ast.Import | ast.ImportFrom):
                raise ValueError(f"{id}: both {taken[name]} and {at.name} define {name}")
            continue
        if isinstance(statement, ast.Import | ast.ImportFrom):
            imports[ast.unparse(statement)] = statement
        elif number not in needed[at.name]:
            needed[at.name].add(number)
            waiting += [(at, chain[0]) for chain in used(statement)]
    body = [module(name).body[number] for name in order for number in sorted(needed[name])]
    body = _named(function, row, body)
    if not any(name == function for name, _ in definitions(body)):
        raise ValueError(f"{id}: nothing defines {function}")
    return "\n\n".join(("\n".join(sorted(imports)), *map(ast.unparse, body))) + "\n"


def _named(function: str, row: ast.expr, body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements with one that defines the function, as a `def` where it can be one."""
    match row:
        case ast.Lambda(args=arguments, body=value):
            own: ast.stmt = ast.FunctionDef(function, arguments, [ast.Return(value)], [], type_params=[])
            return [*body, ast.fix_missing_locations(own)]
        case ast.Name(id=name):
            defined = [s for s in body if isinstance(s, ast.FunctionDef) and s.name == name]
            if len(defined) == 1 and not any((name,) in set(used(s)) for s in body):
                [old] = defined
                fields = {field: getattr(old, field) for field in old._fields} | {"name": function}
                return [ast.copy_location(ast.FunctionDef(**fields), s) if s is old else s for s in body]
    return [*body, _assigned(function, row)]


def _assigned(function: str, row: ast.expr) -> ast.stmt:
    return ast.fix_missing_locations(ast.Assign([ast.Name(function, ast.Store())], row, lineno=1))


@cache
def _modules(pack: Pack) -> list[Module]:
    """The pack's modules of variants."""
    loaded = importlib.import_module(pack.variants)
    names = {inspect.getmodule(v.right).__name__ for v in loaded.VARIANTS} | {
        value.__name__ for value in vars(loaded).values() if inspect.ismodule(value)
    }
    return [module(name) for name in sorted(names) if name.startswith(pack.variants)]


def _order(home: Module) -> list[str]:
    """The pack's modules that a module imports, and itself, each after those that it imports."""
    found: list[str] = []
    for statement in home.body:
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith(home.name.rpartition(".")[0]):
            found += [name for name in _order(module(statement.module or "")) if name not in found]
    return [*found, home.name]
