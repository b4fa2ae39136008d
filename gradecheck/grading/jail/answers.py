"""What came back from a stranger's code: a value, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from gradecheck.grading.source import Lost

Value = NDArray[Any] | np.generic | float | list[Any] | tuple[Any, ...]
"""Lists and tuples hold such values, or a NoArray in place of one."""

LimitKind = Literal["time", "memory", "output", "processes"]


@dataclass(frozen=True)
class Line:
    """A line of the submission that an exception went through. Cells count from 0 (ADAPTER: the adapter), lines from 1.

    file: the file beside the cells that holds the line; "" for a cell.
    """

    cell: int
    line: int
    function: str
    text: str = ""
    file: str = ""


@dataclass(frozen=True)
class Absent:
    """A package that is not there when a submission is marked, and the line that imports it.

    cell: None where there is only one.  file: as in Line.    packages: those that are there beside NumPy.
    """

    module: str
    cell: int | None
    line: int
    file: str = ""
    packages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Returned:
    """The call returned. type: of the submission's own result, such as "matrix", where `value` is an ndarray."""

    value: Value
    type: str
    changed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Raised:
    """The submission raised; `lines` are its own, the innermost last.

    name: the module or the name that was not there.    absent: the missing package that is the reason.
    function: of the submission, that an adapter called; "" for the function of the question itself.
    call: the adapter's call, if its arguments do not fit that function.
    """

    type: str
    message: str
    lines: tuple[Line, ...] = ()
    changed: tuple[int, ...] = ()
    name: str = ""
    absent: Absent | None = None
    function: str = ""
    call: str = ""


@dataclass(frozen=True)
class NoArray:
    """The call returned something other than arrays and numbers: "None", "str", "ragged list", "tuple with None".

    Or one of several results is so.    function: as in Raised.
    """

    type: str
    changed: tuple[int, ...] = ()
    function: str = ""


@dataclass(frozen=True)
class Missing:
    """There is no such function; `found` is the type of what has its name instead, or "".

    because: why the file did not define it.    absent: the missing package that is the reason.
    function: as in Raised; Linear.backward is a method that a class lacks.
    """

    found: str
    because: Problem | Lost | None = None
    absent: Absent | None = None
    function: str = ""


@dataclass(frozen=True)
class Fault:
    """An adapter's own line raised: a fault of ours, and not an answer of the submission."""

    what: str


def unwritten(answer: object) -> bool:
    """Whether there is no function yet: none at all, or the starter's, which raises NotImplementedError."""
    return isinstance(answer, Missing) or (isinstance(answer, Raised) and answer.type == "NotImplementedError")


@dataclass(frozen=True)
class Limit:
    """A limit was met. ran: by this case, and not by one before it. loading: before any function was called.

    most: what was allowed: seconds, MiB, or processes.
    """

    which: LimitKind
    ran: bool = True
    loading: bool = False
    most: float = field(default=0.0, compare=False)


@dataclass(frozen=True)
class Unanswered:
    """A case without an answer: its function is slow, but answered others up to the end of its time.

    answered: of `cases` calls, in so many seconds.
    """

    answered: int
    cases: int
    seconds: float


@dataclass(frozen=True)
class Died:
    """The worker ended, or broke the protocol: "exit status 0", "SIGSEGV", "protocol". ran, loading: as in Limit."""

    how: str
    ran: bool = True
    loading: bool = False


@dataclass(frozen=True)
class Problem:
    """A statement at module level that did not run to its end, and why.

    cell: from 0; None where there is only one. line: where the statement begins; 0 for a cell that Python cannot read,
    of which nothing was run.
    """

    cell: int | None
    line: int
    why: Raised | Limit


Answer = Returned | Raised | NoArray | Missing | Limit | Died | Unanswered | Fault


@dataclass(frozen=True)
class Output:
    """What was printed: the beginning, and how many bytes there were."""

    text: str = ""
    size: int = 0


SILENT = Output()


@dataclass(frozen=True)
class Loaded:
    """The result of running the file, statement by statement.

    failure: why no function can be called at all. functions: those that the submission itself defines.
    absent: packages that it imports and that are not there.    adapter: problems of the adapter.
    """

    functions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    output: Output = SILENT
    failure: Limit | Died | None = None
    absent: frozenset[str] = frozenset()
    adapter: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Recorded:
    """The calls of the submission in one call of an adapter's function, as lines of Python that do the same.

    roots: names of the submission in the lines.   last: the name of what the last call returned.
    results, arguments: after the lines, an expression for each of the contract's; "" for none.
    whole: whether the lines are complete.
    """

    lines: tuple[str, ...]
    roots: tuple[str, ...]
    last: str
    results: tuple[str, ...]
    arguments: tuple[str, ...]
    whole: bool
