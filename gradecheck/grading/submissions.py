"""Files from strangers into source code: .py, .ipynb, .zip and folders. Nothing is run here."""

from __future__ import annotations

import ast
import io
import stat
import tokenize
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

MOST_BYTES: Final = 4 << 20
MOST_MEMBERS: Final = 1000
NOT_READ: Final = ("__pycache__", "__MACOSX", ".ipynb_checkpoints")


@dataclass(frozen=True)
class Source:
    """What a submission says: the cells of its code (a .py is one), and notes about how it was read."""

    cells: tuple[str, ...]
    notes: tuple[str, ...] = ()


class UnreadableError(ValueError):
    """A submission that cannot be marked at all; the message says why and what would do."""


def find(path: Path) -> list[Path]:
    """The submissions at a path: the file itself, or everything in a folder that holds several."""
    if path.is_dir():
        return sorted(p for p in path.iterdir() if not p.name.startswith(".") and p.name not in NOT_READ)
    return [path]


def read(path: Path, wanted: str | None = None) -> Source:
    """The code of a submission. wanted: the file to take where there are several.

    Raises UnreadableError with the reason.
    """
    if path.is_symlink():
        raise UnreadableError("it is a link, but should be a file of its own")
    if path.is_dir():
        files = {p.relative_to(path).as_posix(): p for p in path.rglob("*") if p.is_file() and not p.is_symlink()}
        name = _chosen(list(files), wanted)
        return _decoded(name, _capped(files[name].stat().st_size, files[name].read_bytes))
    if path.suffix == ".zip":
        return _zipped(path, wanted)
    if not path.is_file():
        raise UnreadableError("it is no file and no folder")
    return _decoded(path.name, _capped(path.stat().st_size, path.read_bytes))


def _capped(size: int, load: Callable[[], bytes]) -> bytes:
    if size > MOST_BYTES:
        raise UnreadableError(f"it is {size >> 20} MiB, but should be at most {MOST_BYTES >> 20} MiB of code")
    return load()


def _chosen(names: list[str], wanted: str | None) -> str:
    """The one file of code among the names, or the wanted one."""
    code = [
        name
        for name in names
        if PurePosixPath(name).suffix in (".py", ".ipynb") and not set(PurePosixPath(name).parts) & set(NOT_READ)
    ]
    named = [name for name in code if PurePosixPath(name).name == wanted]
    if len(named) == 1:
        return named[0]
    if len(code) == 1:
        return code[0]
    if not code:
        raise UnreadableError("it holds no .py and no .ipynb, but should hold one")
    raise UnreadableError(f"it holds {len(code)} files of code, but should hold one, or one called {wanted or '...'}")


def _zipped(path: Path, wanted: str | None) -> Source:
    """One member of an archive, read in memory: nothing is extracted, so no name can lead anywhere."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise UnreadableError(f"it holds {len(members)} members, but should hold at most {MOST_MEMBERS}")
            plain = {m.filename: m for m in members if not m.is_dir() and not stat.S_ISLNK(m.external_attr >> 16)}
            name = _chosen(list(plain), wanted)
            with archive.open(plain[name]) as file:
                data = file.read(MOST_BYTES + 1)  # what the archive says of a size is the stranger's word
            return _decoded(name, _capped(len(data), lambda: data))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise UnreadableError(f"it is no zip that can be read ({error})") from error


def _decoded(name: str, data: bytes) -> Source:
    suffix = PurePosixPath(name).suffix
    if suffix == ".ipynb":
        return _notebook(data)
    if suffix == ".py":
        return Source((_text(data),))
    raise UnreadableError(f"it is a {suffix or 'file without a suffix'}, but should be .py, .ipynb, .zip or a folder")


def _text(data: bytes) -> str:
    """Source text in whatever encoding Python would read it: a coding line, a byte order mark, or UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableError("it is UTF-16, which Python does not read, but should be UTF-8; save it again as UTF-8")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise UnreadableError(f"its encoding cannot be read ({error}), but should be UTF-8") from error


def _notebook(data: bytes) -> Source:
    """The code cells of a notebook; magics and shell lines are skipped, and said so. No kernel is started."""
    try:
        import nbformat
    except ModuleNotFoundError as error:
        raise UnreadableError("it is a notebook, which needs nbformat; pip install 'gradecheck[notebooks]'") from error
    try:
        notebook = nbformat.reads(_text(data), as_version=4)
    except Exception as error:  # nbformat raises whatever its JSON and schema libraries raise
        raise UnreadableError(f"it is no notebook that can be read ({type(error).__name__}: {error})") from error
    cells, notes = [], []
    for number, cell in enumerate(c for c in notebook.cells if c.cell_type == "code"):
        code, skipped = _without_magics(cell.source)
        cells.append(code)
        notes += [f"cell {number}, line {line}: {text!r} was skipped; it is no Python" for line, text in skipped]
    return Source(tuple(cells), tuple(notes))


def _without_magics(code: str) -> tuple[str, list[tuple[int, str]]]:
    """The cell with its magics and shell lines as comments, so that every line keeps its number."""
    try:
        ast.parse(code)
    except (SyntaxError, ValueError):
        pass
    else:
        return code, []  # a line of plain Python may begin with %, too
    lines = code.split("\n")
    if lines and lines[0].lstrip().startswith("%%"):
        return "\n".join(f"# {line}" for line in lines), [(1, lines[0].strip())]
    skipped = [(i, line.strip()) for i, line in enumerate(lines, 1) if line.lstrip()[:1] in ("%", "!", "?")]
    if not skipped:
        return code, []
    marked = {i for i, _ in skipped}
    kept = [_passed_over(line) if i in marked else line for i, line in enumerate(lines, 1)]
    return "\n".join(kept), skipped


def _passed_over(line: str) -> str:
    """`pass` at the line's own depth, so that an `if` around it stays Python."""
    indent = line[: len(line) - len(line.lstrip())]
    return f"{indent}pass  # {line.lstrip()}"
