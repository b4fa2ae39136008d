"""For a missing function: what was found in its place, and where."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from gradecheck.grading.defined import FunctionDef, definitions, is_stub
from gradecheck.grading.source import Source
from gradecheck.grading.submissions.code import read
from gradecheck.grading.submissions.names import line_told, printable

WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
AROUND: Final = frozenset(
    (
        *("my", "fn", "func", "function", "forward", "fwd", "loss", "layer", "compute", "calc", "calculate", "get"),
        *("np", "numpy", "act", "activation", "impl", "implementation", "solution", "student", "exercise", "task"),
        *("v", "the", "of"),
    )
)
"""Words that students add to the name of a function."""
SLOPES: Final = frozenset(["backward", "backprop", "bwd", "grad", "gradient", "derivative", "deriv", "prime"])
CLOSE: Final = 0.8
MAIN: Final = "__name__"


@dataclass(frozen=True)
class Near:
    """what: what was found, and where, without a full stop.   help: what to do about it."""

    what: str
    help: str


def core(name: str) -> str:
    """What all spellings of a name share: selu for SELU, my_selu and selu_forward."""
    words = [word.lower() for word in WORDS.findall(name)]
    kept = [word for word in words if word not in AROUND and not word.isdigit()]
    return "".join("backward" if word in SLOPES else word for word in kept or words)


def meant(found: str, asked: Mapping[str, str]) -> frozenset[str]:
    """The asked names of which this may be another spelling.   asked: the core of each name."""
    own = core(found)
    same = frozenset(name for name, core in asked.items() if core == own)
    if same or len(found) <= 3:
        return same
    from difflib import SequenceMatcher

    def likeness(core: str) -> float:
        if 2 * min(len(own), len(core)) < CLOSE * (len(own) + len(core)):
            return 0.0  # the lengths allow no more
        return SequenceMatcher(None, own, core).ratio()

    like = {name: likeness(core) for name, core in asked.items() if core[:1] == own[:1]}  # celu is not a misspelt selu
    best = max(like, key=like.__getitem__, default="")
    if not best or like[best] < CLOSE:
        return frozenset()
    is_one = all(likeness(core) < like[best] for name, core in asked.items() if name != best)
    return frozenset((best,) if is_one else ())


@dataclass(frozen=True)
class Neighbourhood:
    """asked: all names that the assignment asks for; none of them counts as a spelling of another.

    classes: whether a name may be that of a class.
    """

    source: Source
    asked: frozenset[str]
    classes: bool = False

    def near(self, name: str) -> Near | None:
        """What was found in place of a function that is not there, or is not one."""
        if any(name in lost.defines for lost in self.source.lost):
            return None
        bound = [(where, statement) for found, where, statement in self._bound if found == name]
        if bound:
            return self._taken_away(name, bound) or self._bound_otherwise(name, bound)
        return next(self._elsewhere(name), None)

    @cached_property
    def _meant(self) -> Mapping[str, frozenset[str]]:
        """For every name that is not asked, the asked ones of which it may be a spelling."""
        cores = {name: core(name) for name in self.asked}
        found = {name for name, *_ in self._bound} | {node.name for _, _, node in self._nested}
        return {name: meant(name, cores) for name in found - self.asked}

    @cached_property
    def _trees(self) -> tuple[ast.Module, ...]:
        return tuple(ast.parse(cell) for cell in self.source.cells)

    @cached_property
    def _nodes(self) -> tuple[tuple[int, ast.AST], ...]:
        """All nodes of the code, with the number of their cell."""
        return tuple((cell, node) for cell, tree in enumerate(self._trees) for node in ast.walk(tree))

    def _place(self, cell: int, node: ast.AST) -> str:
        return line_told(cell if len(self.source.cells) > 1 else None, getattr(node, "lineno", 1))

    @cached_property
    def _bound(self) -> tuple[tuple[str, str, ast.stmt], ...]:
        """Every name that is bound at the top level: its place, and its statement."""
        return tuple(
            (name, self._place(cell, statement), statement)
            for cell, tree in enumerate(self._trees)
            for name, statement in definitions(tree.body)
        )

    def _taken_away(self, name: str, bound: list[tuple[str, ast.stmt]]) -> Near | None:
        """The name is bound, but not when the functions are called: it is deleted, or under `if __name__`."""
        where, last = bound[-1]
        guarded = {
            statement
            for tree in self._trees
            for node in tree.body
            if isinstance(node, ast.If) and MAIN in map(_said, ast.walk(node.test))
            for statement in ast.walk(node)
        }
        if all(statement in guarded for _, statement in bound):
            what = f'{where} defines {name} under `if {MAIN} == "__main__"`, which does not hold when it is marked'
            return Near(what, f"Write {name} above that line, at the top level.")
        after = False
        for cell, tree in enumerate(self._trees):
            for node in tree.body:
                after = after or node is last
                if after and isinstance(node, ast.Delete) and name in map(_said, node.targets):
                    return Near(f"{where} defines {name}; {self._place(cell, node)} deletes it", "Take that line out.")
        return None

    def _bound_otherwise(self, name: str, bound: list[tuple[str, ast.stmt]]) -> Near | None:
        """The name is bound, but to something else in the end."""
        where, last = bound[-1]
        real = [at for at, statement in bound[:-1] if _is_function(statement) and not is_stub(statement)]
        if is_stub(last):
            if not real:
                return None
            what = f"{real[-1]} defines {name}; {where} puts a stub in its place"
            return Near(what, f"Take the stub out: of two functions of a name the last one counts ({where}).")
        if isinstance(last, FunctionDef):
            first = next(iter([*last.args.posonlyargs, *last.args.args]), None)
            if first is None or first.arg not in ("self", "cls"):
                return None
            what = f"{where} defines {name} with the parameter {first.arg} first, as a method of a class has it"
            return Near(what, f"Take {first.arg} out: a function gets its arguments alone.")
        if isinstance(last, ast.ClassDef) and not self.classes:
            return Near(f"{where} makes {name} a class", "Write a function of that name at the top level.")
        if real and not _is_function(last) and not isinstance(last, ast.Import | ast.ImportFrom):
            what = f"{real[-1]} defines {name}; {where} gives the name to something else: {_said(last)}"
            return Near(what, f"Call what stands there otherwise ({where}), so that {name} stays the function.")
        return None

    def _elsewhere(self, name: str) -> Iterator[Near]:
        for found, where, statement in self._bound:
            callable_ = _is_function(statement) or isinstance(statement, ast.ClassDef)
            if callable_ and name in self._meant.get(found, ()):
                kind = "the class " if isinstance(statement, ast.ClassDef) else ""
                how = "" if self.classes else ", as a function"
                yield Near(f"{where} defines {kind}{found}", f"Call it {name}{how} at the top level.")
        yield from self._inside(name)
        yield from self._in_texts(name)
        yield from self._in_files(name)
        if name in self._calls:
            yield Near(f"{self._calls[name]} calls {name}, and nothing defines it", "")

    @cached_property
    def _calls(self) -> Mapping[str, str]:
        """The place where each name is first called."""
        found: dict[str, str] = {}
        for cell, node in self._nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                found.setdefault(node.func.id, self._place(cell, node))
        return found

    def _inside(self, name: str) -> Iterator[Near]:
        """It is a method, or within another function."""
        exact = [nested for nested in self._nested if nested[2].name == name]
        other = (nested for nested in self._nested if name in self._meant.get(nested[2].name, ()))
        for cell, holder, node in (*exact, *other):
            where = self._place(cell, node)
            top = f"A function {name} at the top level is asked: write it outside of {holder.name}"
            if isinstance(holder, ast.ClassDef):
                selfless = ", without self" if [a.arg for a in node.args.args[:1]] == ["self"] else ""
                what = f"{where} defines {node.name} as a method of the class {holder.name}, and a function is asked"
                yield Near(what, f"{top}{selfless}.")
            else:
                what = f"{where} defines {node.name} within {holder.name}, where nobody else can call it"
                yield Near(what, f"{top}.")

    @cached_property
    def _nested(self) -> tuple[tuple[int, ast.ClassDef | FunctionDef, FunctionDef], ...]:
        """Every function within a class or another function: its cell, the outer one, the function."""
        return tuple(
            (cell, holder, node)
            for cell, holder in self._nodes
            if isinstance(holder, ast.ClassDef | FunctionDef)
            for node in holder.body
            if isinstance(node, FunctionDef)
        )

    def _in_texts(self, name: str) -> Iterator[Near]:
        """It is in a text cell, in a comment, or between quotes."""
        definition = re.compile(rf"^[ \t]*(?:async[ \t]+)?def[ \t]+{re.escape(name)}\b", re.MULTILINE)
        for cell, text in self.source.prose:
            if definition.search(text):
                yield Near(f"{cell} (Markdown) holds {name}, and text is not run", "Make that cell a code cell.")
        comment = re.compile(rf"^[ \t]*#[# \t]*def[ \t]+{re.escape(name)}\b", re.MULTILINE)
        for number, text in enumerate(self.source.cells):
            if (found := comment.search(text)) is not None:
                where = line_told(number if len(self.source.cells) > 1 else None, text.count("\n", 0, found.end()) + 1)
                yield Near(f"{where} holds {name} as a comment, and comments are not run", "Take out the # before it.")
        for number, node, text in self._texts:
            if definition.search(text):
                what = f"{self._place(number, node)} begins a text in quotes that holds {name}, and text is not run"
                yield Near(what, "Take out the quotes around it.")

    @cached_property
    def _texts(self) -> tuple[tuple[int, ast.Constant, str], ...]:
        """Every string that may hold a function: its cell, its node, its text."""
        return tuple(
            (cell, node, node.value)
            for cell, node in self._nodes
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "def" in node.value
        )

    def _in_files(self, name: str) -> Iterator[Near]:
        """It is in another file, which nothing imports."""
        for path, bound in self._others:
            if name in bound:
                main = printable(self.source.file)
                what = f"the file {printable(path)} defines {name}, but {main} does not import it"
                yield Near(what, f"Import it there, or write it into {main}.")

    @cached_property
    def _others(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """The other files that hold something asked, and the names that each binds."""
        found = []
        for file in self.source.beside:
            if file.path.endswith((".py", ".ipynb")) and any(name.encode() in file.data for name in self.asked):
                with suppress(ValueError):
                    found.append((file.path, read(file.data, file.path).bound))
        return tuple(found)


def _is_function(statement: ast.stmt) -> bool:
    return isinstance(statement, FunctionDef) or (
        isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Lambda)
    )


def _said(node: ast.AST) -> str:
    said = printable(ast.unparse(node))
    return said if len(said) <= 60 else f"{said[:60]}..."
