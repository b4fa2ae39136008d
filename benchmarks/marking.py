"""How fast a class is marked, beside a bare `import numpy`, and whether a large class costs more of anything.

Every run is the command itself in a process of its own, in the jail, with a bank that is there already.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

from tabulate import tabulate

from gradecheck.machine.cores import cores

SOLUTION = (Path(__file__).with_name("solution.txt")).read_text(encoding="utf-8")
ONE_FUNCTION = """
title = "One function"
cases = 16
[[question]]
function = "relu"
"""
JOBS = cores()


@dataclass(frozen=True)
class Cost:
    """One run. memory: the most that the command's own process ever held, in MiB."""

    seconds: float
    memory: float


def measure(submissions: int = 200, small: int = 100, large: int = 2000) -> dict[str, float]:
    """Name -> figure. A marginal cost is that of one more submission: what starting takes is not in it."""
    with tempfile.TemporaryDirectory() as place:
        top = Path(place)
        few = submissions // 10
        first = _grade(top, 1, "lecture03")
        begun, bare = _grade(top, few, "lecture03"), _bare(submissions // 2)
        whole, again = _grade(top, submissions, "lecture03"), _bare(submissions // 2)
        figures = {"marking, first run, which makes the bank, s": first.seconds}
        marginal = (whole.seconds - begun.seconds) / (submissions - few)
        figures["marking, submissions/s"] = submissions / whole.seconds
        figures["marking, marginal submissions/s"] = 1 / marginal
        figures["marking, cost / bare import numpy"] = marginal / ((bare + again) / 2)
        figures |= _scale(top, small, large)
    return figures


def _scale(top: Path, small: int, large: int) -> dict[str, float]:
    """The same for one function, where a large class is done in minutes."""
    assignment = top / "one.toml"
    assignment.write_text(ONE_FUNCTION, encoding="utf-8")
    _grade(top, 1, str(assignment))  # makes the bank, which is in no run's time after that
    one = _grade(top, 1, str(assignment))
    # before and after, for the machine is never the same twice
    runs = [_grade(top, n, str(assignment)) for n in (small, large, small)]
    each = [(run.seconds - one.seconds) / (n - 1) for run, n in zip(runs, (small, large, small), strict=True)]
    return {
        f"marking, memory of the parent at {small}, MiB": runs[0].memory,
        f"marking, memory of the parent at {large} / at {small}": runs[1].memory / runs[0].memory,
        f"marking, time a submission at {large} / at {small}": 2 * each[1] / (each[0] + each[2]),
    }


def _grade(top: Path, count: int, assignment: str) -> Cost:
    """A class of so many right submissions."""
    return graded(top, [SOLUTION] * count, assignment)


def graded(top: Path, texts: Sequence[str], assignment: str) -> Cost:
    """A class of these submissions, of which no two are the same."""
    with tempfile.TemporaryDirectory(dir=top) as place:
        folder = Path(place, "class")
        folder.mkdir()
        for i, text in enumerate(texts):
            (folder / f"{i:05}.py").write_text(f"{text}\n# {i}\n", encoding="utf-8")
        words = ["grade", str(folder), "--assignment", assignment, "--out", str(Path(place, "out"))]
        variables = {**os.environ, "GRADECHECK_CACHE": str(top / "bank")}
        begun = perf_counter()
        run = subprocess.Popen(
            [sys.executable, "-m", "gradecheck", *words, "--jobs", str(JOBS), "--isolation", "required"],
            stdout=subprocess.DEVNULL,
            env=variables,
        )
        memory = 0.0
        while run.poll() is None:
            memory = max(memory, _most_held(run.pid))
            sleep(0.02)
        seconds = perf_counter() - begun
        if run.returncode:
            raise subprocess.CalledProcessError(run.returncode, words)
        return Cost(seconds, memory)


def _most_held(process: int) -> float:
    """MiB that the process has held at most so far; 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def _bare(count: int) -> float:
    """Seconds a process that does nothing but `import numpy`, as many at a time as submissions are marked."""
    begun = perf_counter()
    with ThreadPoolExecutor(JOBS) as threads:
        list(threads.map(lambda _: subprocess.run([sys.executable, "-c", "import numpy"], check=True), range(count)))
    return (perf_counter() - begun) / count


if __name__ == "__main__":
    print(tabulate(measure().items(), headers=["figure", "value"], floatfmt=".3f"))
