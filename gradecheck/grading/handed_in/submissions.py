"""Files from strangers into source code: .py, .ipynb, .zip and folders. Nothing is run and nothing is extracted."""

from __future__ import annotations

import io
import os
import stat
import tokenize
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from gradecheck.grading.handed_in.names import printable, too_much_code
from gradecheck.grading.source import Source

MOST_CODE: Final = 512 << 10  # characters: the parser takes up to a thousand times as many bytes
MOST_BYTES: Final = 32 << 20  # of a notebook, which carries its pictures too, or of an archive
MOST_FILES: Final = 1000  # in an archive or a folder
NOT_READ: Final = ("__pycache__", "__MACOSX", "venv", "site-packages", "node_modules", "Thumbs.db", "desktop.ini")
CODE: Final = (".py", ".ipynb")
MEMBER: Final = b"PK\x01\x02"  # begins every entry of an archive's directory


@dataclass(frozen=True)
class Content:
    """The one file of code of a submission, still as bytes. name: of that file, wherever it was found."""

    name: str
    data: bytes
    notes: tuple[str, ...] = ()


class UnreadableError(ValueError):
    """A submission that cannot be marked at all; the message says why and what would do."""


def entries(folder: Path) -> list[Path]:
    """What a class's folder holds: everything in it is a submission, but hidden files and those of the system."""
    return sorted(path for path in folder.iterdir() if _is_read(path.name))


def _is_read(name: str) -> bool:
    return not name.startswith(".") and name not in NOT_READ


def read(path: Path, wanted: str | None = None) -> Source:
    """The code of a submission. wanted: the file to take where there are several.

    Raises UnreadableError with the reason, and OSError where the system refuses.
    """
    return parse(fetch(path, wanted))


# -- to the one file of code


def fetch(path: Path, wanted: str | None = None) -> Content:
    """The bytes of the one file of code in a submission. Raises as `read` does."""
    if path.is_symlink():
        raise UnreadableError("it is a link, but should be a file of its own")
    if path.is_dir():
        return _from_folder(path, wanted)
    if not path.is_file():
        raise UnreadableError("it is no file and no folder")
    if path.suffix.lower() == ".zip":
        return _from_zip(_bytes(path), wanted)
    return Content(path.name, _bytes(path))


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return _capped(file.read(MOST_BYTES + 1), MOST_BYTES)


def _capped(data: bytes, most: int) -> bytes:
    if len(data) > most:
        raise UnreadableError(f"it has more than {most >> 20} MiB, but should have at most that")
    return data


def _from_folder(folder: Path, wanted: str | None) -> Content:
    files = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    archives = [name for name in files if PurePosixPath(name).suffix.lower() == ".zip"]
    if len(archives) == 1 and not _code(files):  # as a learning platform wraps what was handed in
        inside = _from_zip(_bytes(files[archives[0]]), wanted)
        return Content(inside.name, inside.data, (*_taken(archives[0]), *inside.notes))
    name = _chosen(files, wanted)
    return Content(name, _bytes(files[name]), _taken(name))


def _files(folder: Path) -> Iterator[Path]:
    """The plain files below a folder; links are not followed."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(filter(_is_read, folders))
        for name in sorted(filter(_is_read, names)):
            count += 1
            if count > MOST_FILES:
                raise UnreadableError(f"it holds more than {MOST_FILES} files, but should hold one of code")
            if stat.S_ISREG(os.lstat(os.path.join(place, name)).st_mode):
                yield Path(place, name)


def _from_zip(data: bytes, wanted: str | None) -> Content:
    """One member of an archive, read in memory: nothing is extracted, so that no name can lead anywhere."""
    if data.count(MEMBER) > MOST_FILES:  # before its directory is taken apart
        raise UnreadableError(f"it holds more than {MOST_FILES} files, but should hold one of code")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {m.filename.replace("\\", "/"): m for m in archive.infolist() if _is_plain(m)}
            name = _chosen(members, wanted)
            member = members[name]
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise UnreadableError("it is packed in a way of its own, but should be a plain zip")  # and bomb-proof
            with archive.open(member) as file:
                return Content(name, _capped(file.read(MOST_BYTES + 1), MOST_BYTES), _taken(name))
    except UnreadableError:
        raise
    except Exception as error:  # zipfile raises whatever its decompressors do
        raise UnreadableError(f"it is no zip that can be read ({printable(str(error))})") from error


def _is_plain(member: zipfile.ZipInfo) -> bool:
    """No folder and no link."""
    mode = member.external_attr >> 16
    return not member.is_dir() and (stat.S_IFMT(mode) in (0, stat.S_IFREG))


def _taken(name: str) -> tuple[str, ...]:
    return (f"{printable(name)} was marked",)


def _code(names: Iterable[str]) -> list[str]:
    return [name for name in names if PurePosixPath(name).suffix.lower() in CODE and _is_seen(name)]


def _is_seen(name: str) -> bool:
    """Whether nothing on the way to a file is hidden; ".." leads nowhere here, and hides nothing."""
    return all(part == ".." or _is_read(part) for part in PurePosixPath(name).parts)


def _chosen(names: Iterable[str], wanted: str | None) -> str:
    """The one file of code among the names, or the wanted one."""
    code = _code(names)
    named = [name for name in code if PurePosixPath(name).name == wanted]
    if len(named) == 1:
        return named[0]
    if len(code) == 1:
        return code[0]
    if not code:
        raise UnreadableError("it holds no .py and no .ipynb, but should hold one")
    held = ", ".join(printable(name) for name in sorted(code)[:4]) + (", ..." if len(code) > 4 else "")
    should = f"one of them called {wanted}" if wanted else "one"
    raise UnreadableError(f"it holds {len(code)} files of code ({held}), but should hold {should}")


# -- from bytes to code


def parse(content: Content) -> Source:
    """The code in a file's bytes. Raises UnreadableError with the reason."""
    suffix = PurePosixPath(content.name).suffix.lower()
    if suffix not in CODE:
        was = printable(suffix) or "file without a suffix"
        raise UnreadableError(f"it is a {was}, but should be .py, .ipynb, .zip or a folder")
    text = decode(content.data)
    if suffix == ".ipynb" or _is_notebook(text):
        from gradecheck.grading.handed_in.notebooks import cells

        try:
            found, notes = cells(text, MOST_CODE)
        except ValueError as error:
            raise UnreadableError(str(error)) from error
    else:
        from gradecheck.grading.handed_in.magics import without

        if len(text) > MOST_CODE:
            raise UnreadableError(too_much_code(MOST_CODE))
        code, notes = without(text, "")
        found = (code,)
    return Source(found, (*content.notes, *notes), PurePosixPath(content.name).name)


def _is_notebook(text: str) -> bool:
    """Whether a .py holds a notebook: a common accident, and no Python file looks so."""
    return text.lstrip()[:1] == "{" and '"cells"' in text and '"nbformat"' in text


def decode(data: bytes) -> str:
    """Source text in whatever encoding Python would read it: a coding line, a byte order mark, or UTF-8."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableError("it is UTF-16, which Python does not read, but should be UTF-8; save it again as UTF-8")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        with warnings.catch_warnings():  # `coding: unicode_escape` warns of what it does not know
            warnings.simplefilter("ignore")
            text = data.decode(encoding)
    except (SyntaxError, ValueError, LookupError) as error:
        why = printable(str(error))
        raise UnreadableError(f"its encoding cannot be read ({why}), but should be UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
