"""A student's code in this process: a file that is run here, or the names of a notebook that has run already."""

from __future__ import annotations

import contextlib
import linecache
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from gradecheck.grading.jail.inside import standins
from gradecheck.grading.jail.inside.exceptions import describe
from gradecheck.grading.jail.inside.loading import Layout
from gradecheck.grading.source import Source

Json = dict[str, Any]


class Code(Protocol):
    """cells: its text.    texts: of other files, by the place that messages name."""

    cells: tuple[str, ...]
    texts: dict[str, bytes]

    def run(self) -> Json:
        """Run all of it anew, where that is possible. Returns what Explainer.loaded takes."""

    def place(self, filename: str) -> int | str | None:
        """Where a line is, by the file name of its code: a cell's number, a place in `texts`; None for foreign code."""

    def namespace(self) -> Json:
        """Its names."""

    def namespaces(self) -> Iterator[Json]:
        """Its names, and those of its own modules."""


class FileCode:
    """A file as it was read, and the folder in which it is run, with the modules beside it."""

    def __init__(self, source: Source, folder: Path) -> None:
        self.cells = source.cells
        self.texts: dict[str, bytes] = {file.path: file.data for file in source.beside}
        self._file, self._folder = source.file, folder.resolve().as_posix()
        self._packages = standins.Finder()
        self._layout: Layout | None = None

    @property
    def layout(self) -> Layout:
        assert self._layout is not None
        return self._layout

    def run(self) -> Json:
        if self._layout is None:
            sys.meta_path.append(self._packages)
            if self._file.endswith(".ipynb"):
                standins.in_a_notebook()
        else:
            self._forget()
        self._layout = Layout(self._folder, self._file, list(self.texts))
        path = sys.path[:]
        self._layout.enter()
        sys.path[:] = dict.fromkeys([*sys.path[:2], *path])
        problems: list[list[Any]] = []
        for index, cell in enumerate(self.cells):
            self._run_cell(index, cell, problems)
        functions = [name for name, value in self.namespace().items() if type(value) is types.FunctionType]
        return {"problems": problems, "functions": functions, "absent": list(self._packages.absent)}

    def _run_cell(self, index: int, cell: str, problems: list[list[Any]]) -> None:
        for line, code in self.layout.statements(cell, f"<cell {index}>"):
            try:
                exec(code, self.namespace())
            except BaseException as problem:  # sys.exit() ends a statement, too
                problems.append([index, line, told(problem, self.place)])

    def _forget(self) -> None:
        """Let its modules be imported anew."""
        own = [*self.namespaces()]
        for name in [name for name, module in sys.modules.items() if any(vars(module) is one for one in own)]:
            del sys.modules[name]

    def place(self, filename: str) -> int | str | None:
        found = self.layout.place(Path(filename).as_posix() if not filename.startswith("<") else filename)
        if isinstance(found, str) and found not in self.texts:
            with contextlib.suppress(OSError):
                self.texts[found] = Path(filename).read_bytes()
        return found

    def namespace(self) -> Json:
        return vars(self.layout.main)

    def namespaces(self) -> Iterator[Json]:
        return self.layout.modules()


class NotebookCode:
    """The names of a notebook. Its cells have run, in whatever order: they are not run again."""

    cells: tuple[str, ...] = ()

    def __init__(self, names: Json) -> None:
        self._names = names
        self.texts: dict[str, bytes] = {}

    def run(self) -> Json:
        functions = [name for name, value in self._names.items() if type(value) is types.FunctionType]
        return {"problems": [], "functions": functions, "absent": []}

    def place(self, filename: str) -> int | str | None:
        """The first line of the cell that holds the code: a number of a cell means little once it was run again."""
        lines = linecache.getlines(filename)
        if not lines or not ("ipython" in filename or "ipykernel" in filename or filename.startswith("<")):
            return None
        first = next((line.strip() for line in lines if line.strip()), "")
        name = f"the cell that begins with {first[:60]!r}"
        self.texts[name] = "".join(lines).encode()
        return name

    def namespace(self) -> Json:
        return self._names

    def namespaces(self) -> Iterator[Json]:
        yield self._names


def told(problem: BaseException, place: Any) -> Json:
    """An exception as data. A student who presses Ctrl-C has met a limit of time."""
    return {"limit": "time"} if isinstance(problem, KeyboardInterrupt) else describe(problem, place)
