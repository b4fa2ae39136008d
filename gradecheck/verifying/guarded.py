"""Runs somebody's code in this process: undoes after every call what it did to the process, and ends calls in time."""

from __future__ import annotations

import contextvars
import functools
import io
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

import numpy as np

SECONDS: Final = 10.0
"""The longest that a call may take."""

AGAIN: Final = 0.05
"""How often the alarm is raised again, in seconds, in a call that catches it."""


class TooLongError(TimeoutError):
    """A call that did not return in time."""


class _Alarm(BaseException):
    """Raised inside a call that takes too long; `except Exception` does not catch it."""


class Printed(io.BytesIO):
    """A stream that counts what is printed, and shows nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.size = 0
        self.text = io.TextIOWrapper(self, "utf-8", "replace", write_through=True)

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        self.size += size
        return size

    def close(self) -> None:
        """Does nothing: others may go on printing."""


class Guarded:
    """A function of somebody's file, called so that this process stays as it is.

    Restored after each call: NumPy's error state and print options, the filters of warnings, the standard streams, the
    recursion limit, the working folder, and sys.path. A function that took too long once is not called again.
    """

    def __init__(self, function: Callable[..., Any], seconds: float, folders: list[str]) -> None:
        functools.update_wrapper(self, function)
        self.function, self.seconds, self.folders = function, seconds, folders
        self.printed, self.late = Printed(), False
        _listen()

    def __call__(self, *arguments: Any) -> Any:
        """What the function returns.

        Raises TooLongError where it does not return in time, if this is the main thread of a system with alarms.
        """
        if self.late:
            raise TooLongError(f"{self.seconds:g} s")
        streams, folders = (sys.stdin, sys.stdout, sys.stderr), sys.path
        limit, folder = sys.getrecursionlimit(), os.getcwd()
        with warnings.catch_warnings():
            sys.stdin, sys.stdout, sys.stderr = io.StringIO(), self.printed.text, self.printed.text
            sys.path = self.folders
            try:
                return contextvars.copy_context().run(_timed, self.function, arguments, self.seconds)
            except _Alarm:
                self.late = True
                raise TooLongError(f"{self.seconds:g} s") from None
            finally:
                (sys.stdin, sys.stdout, sys.stderr), sys.path = streams, folders
                sys.setrecursionlimit(limit)
                if os.getcwd() != folder:
                    os.chdir(folder)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


def _listen() -> None:
    """Set the handler, once in a process: that takes longer than the rest of a call."""
    if hasattr(signal, "setitimer") and _in_main_thread() and not _listening:
        signal.signal(signal.SIGALRM, _ring)
        _listening.append(True)


_listening: list[bool] = []


def _timed(function: Callable[..., Any], arguments: tuple[Any, ...], seconds: float) -> Any:
    if not _listening or not _in_main_thread():
        return function(*arguments)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        return function(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)


def _ring(number: int, frame: FrameType | None) -> None:
    """Raise the alarm, but only inside the code that was called."""
    if frame is None or frame.f_code is not _timed.__code__:
        raise _Alarm


def seed(number: int) -> None:
    """Seed the usual generators, so that they give the same numbers again."""
    random.seed(number)
    np.random.seed(number)
