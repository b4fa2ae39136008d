"""Magics and shell lines of notebooks: replaced, so that Python can read the code and every line keeps its number."""

from __future__ import annotations

import re
from typing import Final

from gradecheck.grading.submissions.names import excerpt

SKIPPED: Final = re.compile(
    r"""\s*+(?:                       # never given back: a line of blanks alone would take hours
        %{1,2}[A-Za-z_]            # %matplotlib inline
        | ![^=\s]                  # !pip install numpy
        | \?{1,2}[A-Za-z_]         # ?np.array
        | [\w.]+\?{1,2}\s*$        # np.array?
        | [\w.,\s]+=\s*[%!][A-Za-z_]    # files = !ls
        | get_ipython\(\)          # what nbconvert makes of them
    )""",
    re.VERBOSE,
)
PYTHON_CELLS: Final = ("time", "timeit", "capture", "prun", "python", "python3", "memit")
"""Cell magics whose cell is still Python; other ones begin a cell in another language."""
RUN: Final = re.compile(r"%run\s+(?:-[a-z]\s+)*[\"']?(?:\./)?(?P<module>[A-Za-z_]\w*(?:/[A-Za-z_]\w*)*)\.py[\"']?\s*$")
"""Runs another file of the submission, whose names are then there."""


def without(code: str, where: str, above: int = 0) -> tuple[str, tuple[str, ...]]:
    """The code with all that is not Python as comments, and a note on each, beginning with `where`.

    above: lines of the file that stand above the code.
    """
    lines = code.split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    head = re.match(r"\s*%%(\w+)", lines[first])
    if head and head[1] not in PYTHON_CELLS:
        return "\n".join(f"# {line}" for line in lines), (_note(where, above + first, lines[first]),)
    notes, continued = [], False
    for i, line in enumerate(lines):
        if continued:
            lines[i] = f"# {line}"
        elif (run := RUN.fullmatch(line.lstrip())) and not line[0].isspace():
            lines[i] = f"from {run['module'].replace('/', '.')} import *  # {line}"
        elif SKIPPED.match(line):
            notes.append(_note(where, above + i, line))
            bare = line.lstrip()
            lines[i] = f"{line.removesuffix(bare)}pass  # {bare}"  # so that an `if` around it stays Python
        else:
            continue
        continued = line.endswith("\\")
    return "\n".join(lines), tuple(notes)


def _note(where: str, index: int, line: str) -> str:
    return f"{where}line {index + 1} was skipped, it is no Python: {excerpt(line)}"
