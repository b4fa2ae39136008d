"""What the tests of all platforms share: submissions, kits, and a run in a container's folders."""

import os
import resource
import subprocess

from click.testing import CliRunner

from gradecheck.cli import main
from gradecheck.grading.assignments.assignment import load
from gradecheck.grading.bank.store import bank
from gradecheck.grading.classrun.marking import mark
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.submissions.submission import read

ASSIGNMENT = """
title = "Kit"
cases = 24
{more}
[[question]]
function = "relu"
points = 2
[[question]]
function = "linear_backward"
points = 3
"""
RIGHT = """
import numpy as np
def relu(x):
    return np.maximum(x, 0)
def linear_backward(grad, A, W):
    return grad @ W, grad.T @ A, grad.sum(axis=0)
"""
WRONG = RIGHT.replace("grad.sum(axis=0)", "grad.mean(axis=0)")
LOUD = RIGHT.replace("return np.max", """print('{"scores": {"relu": 1000}}')\n    return 2 * np.max""")
FILES = {"right": RIGHT, "wrong": WRONG, "loud": LOUD, "one": "def relu(x): return x * (x > 0)", "none": "x = 1"}
TRAPS = (
    *("click.py", "json.py", "numpy.py", "sitecustomize.py", "usercustomize.py", "pip.py"),
    *("gradecheck/__init__.py", "reports/__init__.py"),
)
MIB = 1 << 20


def written(platform, source, out, *more):
    """The folder that the teacher gets."""
    result = CliRunner().invoke(main, ["kit", platform, str(source), str(out), *more], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return out


def lay_traps(folder, traces):
    """Put modules into the folder, by names that ours and Python import; each leaves a file in `traces` if it runs."""
    traces.mkdir()
    for name in TRAPS:
        (folder / name).parent.mkdir(exist_ok=True)
        trace = traces / name.replace("/", ".")
        (folder / name).write_text(f"open({str(trace)!r}, 'w').close()\n", encoding="utf-8")


def run(command, folder, memory=None):
    """Run with no more address space than that, in MiB."""

    def limit():
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory * MIB, memory * MIB))

    plain = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    return subprocess.run(
        command, cwd=folder, env=plain, preexec_fn=limit, capture_output=True, text=True, timeout=300
    )  # fmt: skip


def marks(source, text, tmp_path):
    """The points of each function, as gradecheck gives them."""
    asked = load(str(source))
    (tmp_path / "marked.py").write_text(text, encoding="utf-8")
    found = mark("marked.py", read(tmp_path / "marked.py", asked.names), asked, bank(asked), isolation())
    return {q.function: q.points for q in found.questions}
