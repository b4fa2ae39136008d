"""Mutants of a source text: by mutmut's operators, somebody else's, and by our own for array code.

Only mutmut's operators are used, not its runner, which leaves out every decorated function: that is all of manual/
(@quiet) and every property. Its other exceptions are kept: annotations and decorators say nothing at run time or
too early, and an argument that len or isinstance lacks is no mistake that anybody makes.
"""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import libcst as cst
import libcst.matchers as m
from libcst.metadata import MetadataWrapper
from mutmut.mutation.mutators import mutation_operators

from tests.mutants.operators import OPERATORS

TOOLS: Final = ("mutmut", "domain")

TYPE: Final = m.Name("NDArray") | m.Name("Callable") | m.Name("Literal") | m.Name("tuple")

# Types are for who reads or checks the source, and nothing that runs can tell one from another.
# `strict` makes zip an assertion of what stands checked before, and no assertion is ever false.
LEFT_ALONE: Final = (
    m.Annotation()
    | m.Decorator()
    | m.Call(func=m.Name("len") | m.Name("isinstance"))
    | m.AnnAssign(annotation=m.Annotation(m.Name("TypeAlias")))
    | m.Assign(value=m.Name("Any") | m.Subscript(value=TYPE))
    | m.Assign(targets=[m.AssignTarget(m.Name("__all__") | m.Name("__slots__"))])
    | m.Arg(keyword=m.Name("strict"))
    | m.Raise(exc=m.Call(func=m.Name("AssertionError")))
)
BINDS_LOOSELY: Final = (cst.BinaryOperation, cst.BooleanOperation, cst.Comparison, cst.IfExp)


@dataclass(frozen=True)
class Mutant:
    """A source text with one change. tools: which make it. where: function; was, now: the lines before and after."""

    tools: tuple[str, ...]
    operator: str
    where: str
    was: str
    now: str
    source: str
    again: int = 0  # how many before it read the same

    @property
    def id(self) -> str:
        return f"{self.where}: {self.was} -> {self.now}" + f" ({self.again + 1})" * bool(self.again)


class _Places(cst.CSTVisitor):
    """Every node of a statement that some operator changes, with the names of the functions around it."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.found: list[tuple[str, str, str, cst.CSTNode, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if m.matches(node, LEFT_ALONE):
            return False
        if isinstance(node, cst.FunctionDef | cst.ClassDef):
            self.names.append(node.name.value)
        where = ".".join(self.names) or "module"
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                changes = [changed for changed in operator(node) if not _drops_strict(node, changed)]
                self.found += [("mutmut", operator.__name__, where, node, changed) for changed in changes]
        for change in OPERATORS:
            self.found += [("domain", change.__name__, where, node, changed) for changed in change(node)]
        return True

    def on_leave(self, original_node: cst.CSTNode) -> None:
        if isinstance(original_node, cst.FunctionDef | cst.ClassDef):
            self.names.pop()


def _drops_strict(node: cst.CSTNode, changed: cst.CSTNode) -> bool:
    strict = m.Call(args=[m.ZeroOrMore(), m.Arg(keyword=m.Name("strict"), value=m.Name("True"))])
    return m.matches(node, strict) and not m.matches(changed, strict)


def mutants(source: str, ids: Collection[str] | None = None) -> Iterator[Mutant]:
    """Every single change that the operators can make to a source text, the same change by two tools once.

    ids: of those that are of interest; most others are then not made.
    """
    tree = MetadataWrapper(cst.parse_module(source)).module  # a copy in which no node stands twice
    before = "".join(tree.code_for_node(line) for line in tree.header)
    parts = [tree.code_for_node(statement) for statement in tree.body]
    for i, (statement, part) in enumerate(zip(tree.body, parts, strict=True)):
        top = getattr(getattr(statement, "name", None), "value", "module")
        if ids is not None and not any(id.startswith((f"{top}:", f"{top}.")) for id in ids):
            continue
        places = _Places()
        statement.visit(places)
        made: dict[str, tuple[list[str], str, str, str]] = {}
        same = _meaning(part)
        for tool, operator, where, node, changed in places.found:
            if isinstance(changed, BINDS_LOOSELY):
                changed = changed.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
            if ids is not None:
                old, new = _difference(tree.code_for_node(node), tree.code_for_node(changed))
                if not any(id.startswith(f"{where}: ") and old in id and new in id for id in ids):
                    continue
            code = tree.code_for_node(statement.deep_replace(node, changed))
            meaning = _meaning(code)
            if meaning not in (None, same):
                made.setdefault(meaning, ([], operator, where, code))[0].append(tool)
        seen: dict[str, int] = {}
        for tools, operator, where, code in made.values():
            was, now = _difference(part, code)
            again = seen[was + now] = seen.get(was + now, -1) + 1
            text = before + "".join((*parts[:i], code, *parts[i + 1 :]))
            yield Mutant(tuple(t for t in TOOLS if t in tools), operator, where, was, now, text, again)


def _meaning(code: str) -> str | None:
    """The code without its spaces and needless brackets; None where it is no Python."""
    try:
        return ast.dump(ast.parse(code))
    except SyntaxError:
        return None


def _difference(was: str, now: str) -> tuple[str, str]:
    """The lines that differ, each side as one."""
    old, new = was.splitlines(), now.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return " ".join(" ".join(old).split()), " ".join(" ".join(new).split())
