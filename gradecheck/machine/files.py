"""Writes results so that nothing is lost: the folder is tried before the work, files are written aside and renamed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO


def writable_folder(folder: Path, option: str = "out") -> Path:
    """The folder, made if need be; raises ValueError where nothing can be written there.

    option: of the command line, that named it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        was = f"{folder} cannot be written to ({error.strerror})"
        msg = f"{option}: {was}, but should be a folder of yours; name another"
        raise ValueError(msg) from error
    return folder


@contextmanager
def _aside(path: Path) -> Iterator[IO[bytes]]:
    """A file beside the path, which replaces it once it is whole; after a failure the old one is still there."""
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except BaseException:
        os.unlink(aside)
        raise


def write(path: Path, text: str) -> None:
    """Write the whole file or none of it: a reader never sees half."""
    with _aside(path) as file:
        file.write(text.encode())


def write_together(texts: Mapping[Path, str]) -> None:
    """Write all files or none (but for a failure between renames): all are written aside before any is renamed."""
    with ExitStack() as stack:
        for path, text in texts.items():
            stack.enter_context(_aside(path)).write(text.encode())


def write_bytes(path: Path, save: Callable[[IO[bytes]], None]) -> None:
    """The same for bytes that `save` puts into the open file."""
    with _aside(path) as file:
        save(file)


def check_new(out: Path) -> None:
    """Raises ValueError where something is there already."""
    if out.exists() or out.is_symlink():
        raise ValueError(f"out: {out} is there already, and is not written over; name another, or move that one away")


def write_new(out: Path, content: bytes | Mapping[str, bytes]) -> None:
    """Write a file, or a folder of files, whole or not at all. Raises OSError, and leaves nothing behind then.

    content: the file's, or that of the folder's files by their paths.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        with _aside(out) as file:
            file.write(content)
        return
    aside = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    try:
        for name, data in content.items():
            path = aside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        os.chmod(aside, 0o755)
        aside.rename(out)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
