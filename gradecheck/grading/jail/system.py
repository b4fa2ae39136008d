"""The files that Python and the C library need."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from gradecheck.grading.jail.process import interpreter

DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "random", "urandom"))
LINKS = ("/etc/ld.so.cache", "/etc/alternatives")  # Debian's own NumPy finds its BLAS through these


def folders() -> list[Path]:
    """Those of the standard library and of shared libraries."""
    return list(dict.fromkeys((*_python(), *_libraries())))


def system() -> list[Path]:
    """The folders, and the Python program."""
    return [*folders(), interpreter()]


def _python() -> Iterator[Path]:
    if sys.base_prefix == "/usr":  # not all of /usr/lib
        yield from {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    else:
        yield from (path for path in (Path(sys.base_prefix, lib) for lib in ("lib", "lib64")) if path.is_dir())


def _libraries() -> Iterator[Path]:
    """The folders of shared libraries: Debian's hold nothing else, others do."""
    for top in map(Path, ("/lib", "/lib64", "/usr/lib", "/usr/lib64")):
        own = top / str(sysconfig.get_config_var("MULTIARCH"))
        if own.is_dir():
            yield own
        elif top.is_dir():
            yield top


def site_packages(folder: Path) -> Iterator[Path]:
    """The folders of packages below one of the folders."""
    for pattern in ("*-packages", "python*/*-packages"):
        yield from folder.glob(pattern)
