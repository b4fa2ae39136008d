"""What students call: `python check.pyz FILE`, or `check.functions(globals())` in a notebook."""

from __future__ import annotations

import codecs
import io
import os
import pkgutil
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from gradecheck.grading.assignments.assignment import Assignment
from gradecheck.grading.bank.store import Bank
from gradecheck.grading.kits.student import words
from gradecheck.grading.kits.student.asked import read
from gradecheck.grading.kits.student.checking import Checked, check_file, check_names
from gradecheck.grading.submissions.carried import UnreadableError

INTERRUPTED = 130  # exit status of shells after Ctrl-C


def functions(names: dict[str, Any]) -> None:
    """Check the functions of a notebook, and print what was found.    names: globals()."""
    if not isinstance(names, dict):
        raise TypeError(f"check: functions takes globals(), but was given a {type(names).__name__}")
    try:
        _print(words.text(check_names(names, *_asked(), _silent)))
    except KeyboardInterrupt:
        _print("Stopped.")


def main(said: Sequence[str] | None = None) -> int:
    """Check the file that the command line names. Returns the exit status: 0 where all agrees, else 1."""
    parser = ArgumentParser("check.pyz", description="Check FILE: a self-check, not the marking.")
    parser.add_argument("file", metavar="FILE", type=Path, help="your .py or .ipynb")
    path = parser.parse_args(said).file
    os.environ.setdefault("MPLBACKEND", "Agg")  # no window waits to be closed
    codecs.register_error("plain", _plainly)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plain")
    try:
        checked = check_file(path, *_asked(), _progress())
    except UnreadableError as error:
        return _failed(f"{path.name}: {error}")
    except OSError as error:
        return _failed(f"{path}: it cannot be read ({error.strerror})")
    except KeyboardInterrupt:
        _print("Stopped.")
        return INTERRUPTED
    _print(words.text(checked))
    return _status(checked)


def _status(checked: Checked) -> int:
    return 0 if checked.agrees else 1


def _failed(why: str) -> int:
    print(f"check: {why}", file=sys.stderr)
    return 1


def _print(text: str) -> None:
    print(text, flush=True)


def _silent(function: str) -> None:
    """A notebook shows by itself that a cell is running."""


def _progress() -> Callable[[str], None]:
    """Says which function is called, where someone may be waiting for it."""
    if not sys.stderr.isatty():
        return _silent
    return lambda function: print(f"{function} ... (Ctrl-C stops it)", file=sys.stderr)


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """For signs that the output's encoding lacks."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(map(words.plain, error.object[error.start : error.end])), error.end


@cache
def _asked() -> tuple[Assignment, Bank]:
    return read(_file)


def _file(name: str) -> bytes:
    """A file of the package `check`, which is in the archive beside ours."""
    data = pkgutil.get_data("check", f"asked/{name}")
    assert data is not None
    return data
