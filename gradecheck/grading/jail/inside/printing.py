"""What a submission prints goes to a file of the marker's, through streams that the submission may have replaced."""

import contextlib
import os
import sys

truncate = os.ftruncate  # bound once: see wire.py


def flush() -> None:
    for stream in {sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__}:
        with contextlib.suppress(BaseException):  # the submission may have closed or replaced it
            stream.flush()  # type: ignore[union-attr]  # None included


def forget() -> None:
    """Make room for as much again."""
    flush()
    with contextlib.suppress(OSError):
        truncate(1, 0)
