"""What a submission prints, reads and warns of, while it runs in our own process."""

from __future__ import annotations

import contextlib
import errno
import io
import random
import sys
import time
import warnings
from collections.abc import Iterator
from typing import Final

import numpy as np

from gradecheck.grading.jail.inside.exceptions import OutOfTime

SHOWN: Final = 2000  # characters of what is printed that are kept


class Printed(io.TextIOBase):
    """Keeps the beginning of what is printed.

    most: characters; for more it raises OSError, as a full disk does.
    deadline: of time.monotonic(); after it OutOfTime is raised, which ends a loop that prints.
    """

    def __init__(self, most: int, deadline: float = float("inf")) -> None:
        self.text, self.size, self._most, self._deadline = "", 0, most, deadline

    def write(self, text: str, /) -> int:
        self.size += len(text)
        if len(self.text) < SHOWN:
            self.text += text[: SHOWN - len(self.text)]
        if self.size > self._most:
            raise OSError(errno.EFBIG, "more is printed than is allowed")
        if time.monotonic() > self._deadline:
            raise OutOfTime
        return len(text)


@contextlib.contextmanager
def apart(printed: Printed) -> Iterator[None]:
    """What is run within prints there, warns nobody, has no input, and leaves the random numbers as they were."""
    of_python, of_numpy, given = random.getstate(), np.random.get_state(), sys.stdin
    with warnings.catch_warnings(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        warnings.simplefilter("ignore")
        sys.stdin = io.StringIO()
        try:
            yield
        finally:
            sys.stdin = given
            random.setstate(of_python)
            np.random.set_state(of_numpy)
