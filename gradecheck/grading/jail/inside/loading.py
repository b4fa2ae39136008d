"""Where a submission's files, statements and modules are in its worker."""

import __future__

import ast
import contextlib
import os
import sys
import types
from collections.abc import Iterator
from typing import Any

from .protocol import ADAPTER


def is_below(path: str) -> bool:
    """Whether a path, relative to a folder and with "/", stays below that folder."""
    parts = path.split("/")
    return "\0" not in path and not any(part in ("", ".", "..") for part in parts)


def furnish(folder: str, files: list[list[Any]], payload: bytes) -> None:
    """Write the files beside the code, read-only: each is a path and its number of bytes.

    One that cannot be written is left out: its name is too long, or another file is in place of its folder.
    """
    start = 0
    for path, size in files:
        data, start = memoryview(payload)[start : start + size], start + size
        if not is_below(path):
            continue
        try:
            place = os.path.join(folder, path)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o444)
            with open(file, "wb") as written:
                written.write(data)
        except (OSError, ValueError):  # ValueError: the file system cannot encode the name
            continue


def statements(source: str, name: str) -> list[tuple[int, types.CodeType]]:
    """A cell's statements at module level, each with its line. Raises where Python cannot read the cell.

    `import a, b` is two statements: where a is missing, b is still imported.
    """
    found: list[tuple[int, types.CodeType]] = []
    flags = 0
    for statement in ast.parse(source, name).body:
        if found and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # compiled alone, a string would become the docstring of the file
        for part in parts(statement):
            code = compile(ast.Module([part], []), name, "exec", flags, dont_inherit=True)
            flags |= code.co_flags & __future__.annotations.compiler_flag  # counts for all that follow
            found.append((statement.lineno, code))
    return found


def parts(statement: ast.stmt) -> list[ast.stmt]:
    if isinstance(statement, ast.Import):
        return [ast.copy_location(ast.Import([alias]), statement) for alias in statement.names]
    return [statement]


class Layout:
    """The places of a submission's code: cells of the running module, and modules in its folder."""

    def __init__(self, folder: str, file: str, paths: list[str]) -> None:
        """file: name of the file that the cells are from: helper modules may import it.  paths: of other files."""
        inner, _, own = file.rpartition("/")
        self.folder, self.home = folder, os.path.join(folder, inner) if is_below(file) and inner else folder
        beside = {path.removeprefix(f"{inner}/").partition("/")[0].partition(".")[0] for path in paths}
        self.beside = beside | {path.partition("/")[0].partition(".")[0] for path in paths}
        taken = beside | sys.modules.keys() | sys.stdlib_module_names
        free = (name for name in (own.rpartition(".")[0], "submission") if name and name not in taken)
        name = next(free, "code that was handed in")
        package = sys.modules["handed in"] = types.ModuleType("handed in")
        package.__path__ = [self.home]
        self.main = sys.modules[name] = types.ModuleType(name)  # dataclasses and pickle look a module up by its name
        self.main.__package__ = "handed in"  # so that `from .layers import dense` finds what is beside it
        if own.endswith(".py"):
            self.main.__file__ = os.path.join(self.home, own)

    def enter(self) -> None:
        """Make the code's folder the working folder, and import from there."""
        os.makedirs(self.home, exist_ok=True)
        os.chdir(self.home)
        sys.path[:0] = dict.fromkeys((self.home, self.folder))

    statements = staticmethod(statements)

    def place(self, filename: str) -> int | str | None:
        """The cell or file of the submission for the file name of a code object; None for any other."""
        if filename.startswith("<cell "):
            return int(filename[6:-1])
        if filename == "<adapter>":
            return ADAPTER
        if filename.startswith(f"{self.folder}/"):
            return filename.removeprefix(f"{self.folder}/")
        return None

    @contextlib.contextmanager
    def apart(self) -> Iterator[None]:
        """Imports without the submission's files, for an adapter: the submission may have a `random` of its own."""
        path, before = sys.path[:], dict(sys.modules)
        for name, module in before.items():
            if name.partition(".")[0] in self.beside and self.place(str(getattr(module, "__file__", ""))) is not None:
                del sys.modules[name]
        sys.path[:] = [folder for folder in path if folder not in (self.home, self.folder)]
        yield
        sys.path[:] = path
        for name in [name for name in sys.modules if name.partition(".")[0] in self.beside]:
            del sys.modules[name]
        sys.modules.update((n, m) for n, m in before.items() if n.partition(".")[0] in self.beside)

    def modules(self) -> Iterator[dict[str, Any]]:
        """The namespaces of the running module and of every module of the submission that it has imported."""
        yield vars(self.main)
        for module in list(sys.modules.values()):
            if type(module) is types.ModuleType and module is not self.main:
                file = vars(module).get("__file__")
                if type(file) is str and self.place(file) is not None:
                    yield vars(module)
