"""Files in a submission that do not belong to it: of the system, of editors, of Python itself."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePosixPath
from typing import Final

NOT_READ: Final = (
    *("__pycache__", "__MACOSX", "venv", "site-packages", "node_modules", "Thumbs.db", "desktop.ini"),
    *("$RECYCLE.BIN", "System Volume Information"),
)
LITTER: Final = re.compile(r"\.|~\$|.*(\.py[co]|\.egg-info|\.dist-info|~)$")  # .git, ~$report.docx, hw3.py~
ENVIRONMENT: Final = re.compile(r"(.+?)/(pyvenv\.cfg|lib64/|lib/python\d|Lib/site-packages|(Scripts|bin)/activate)")
"""A file that only a virtual environment has, and its folder."""
ASIDE: Final = re.compile(r"(__init__|__main__|setup|conftest|test_.*|.*_tests?|tests?)\..*", re.IGNORECASE)


def is_read(path: str) -> bool:
    """Whether no part of a file's path is hidden or litter; ".." is neither."""
    return not any(part in NOT_READ or LITTER.match(part) for part in PurePosixPath(path).parts if part != "..")


def environments(paths: Collection[str]) -> frozenset[str]:
    """The folders that are virtual environments, whatever their names."""
    return frozenset(found[1] for path in paths if (found := ENVIRONMENT.match(path)))


def is_aside(path: str) -> bool:
    """Whether a file of code only serves others: a test, the file of a package."""
    place = PurePosixPath(path)
    return bool(ASIDE.fullmatch(place.name)) or any(part.lower() in ("test", "tests") for part in place.parts[:-1])
