"""Exceptions as data: a limit that was met, a result that is not an array, or what the submission raised, and where."""

import errno
from collections.abc import Callable
from typing import Any

from .protocol import LINES, NAME, TEXT
from .results import NoArrayError

Json = dict[str, Any]
Place = Callable[[str], int | str | None]
"""The cell or file of the submission for the file name of a code object; None where it is not the submission's."""


class OutOfTime(BaseException):
    """The alarm that ends a statement while a file is loaded; `except Exception` does not stop it."""


class MissingError(Exception):
    """There is no such function; the argument is the type of what has its name instead, or ""."""


def describe(problem: BaseException, place: Place = lambda name: None) -> Json:
    try:
        if isinstance(problem, OutOfTime):
            return {"limit": "time"}
        if isinstance(problem, MemoryError):
            return {"limit": "memory"}
        if isinstance(problem, OSError) and problem.errno in (errno.EFBIG, errno.ENOSPC):
            return {"limit": "output"}
        if (isinstance(problem, OSError) and problem.errno == errno.EAGAIN) or (
            isinstance(problem, RuntimeError) and str(problem) == "can't start new thread"
        ):
            return {"limit": "processes"}
        if isinstance(problem, MissingError):
            return {"missing": str(problem)[:NAME]}
        if isinstance(problem, NoArrayError):
            return {"no array": str(problem)[:NAME]}
        message = str(problem.msg if isinstance(problem, SyntaxError) else problem)[:TEXT]  # its place is in `lines`
    except BaseException:  # a stranger's __str__ may do anything
        message = ""
    kind = type(problem).__name__[:NAME]
    return {"raised": kind, "message": message, "lines": _lines(problem, place), **_lacking(problem)}


def _lines(problem: BaseException, place: Place) -> list[list[Any]]:
    """The lines of the submission that it went through: [cell or file, line, function], the innermost last."""
    found: list[list[Any]] = []
    trace = problem.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        where = place(code.co_filename)
        if where is not None:
            found.append([where, trace.tb_lineno, code.co_qualname[:NAME]])
        trace = trace.tb_next
    if isinstance(problem, SyntaxError):  # the line that cannot be read has no frame
        where = place(str(problem.filename))
        if where is not None and (not found or type(where) is str):
            found.append([where, problem.lineno or 1, ""])
    return found[-LINES:]


def _lacking(problem: BaseException) -> Json:
    """The name that was not there: of a module, or of anything else."""
    name = getattr(problem, "name", None) if isinstance(problem, (ImportError, NameError, AttributeError)) else None
    return {"name": name[:NAME]} if type(name) is str else {}
