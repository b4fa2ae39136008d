"""Tries a kind of isolation with a submission that tries to get out."""

from __future__ import annotations

import json
import os
import socket
import tempfile

from gradecheck.grading.jail.answers import Died, Limit, Raised
from gradecheck.grading.jail.process import Isolation, JailError
from gradecheck.grading.jail.session import Session

PROBE = """
import importlib.util, json, os, socket, numpy
found = [name for name in ("torch", "gradecheck") if importlib.util.find_spec(name)]
def attempt(what, act, *words):
    try:
        act(*words)
    except OSError:
        return
    found.append(what)
for path in outside:
    attempt(path, os.stat if hidden else open, path)
attempt("the network", socket.create_connection, ("127.0.0.1", port), 1)
attempt("the marker", os.kill, marker, 0)
attempt("the marker's memory", open, f"/proc/{marker}/maps")
try:
    found += ["other processes"] * (len([name for name in os.listdir("/proc") if name.isdigit()]) > 3)
except OSError:
    pass
for folder in (os.path.dirname(numpy.__file__), "/", "/dev", *folders):
    attempt("a file in " + folder, open, folder + "/written", "w")
for setting in ("sys/kernel/core_pattern", "sys/vm/drop_caches", "sysrq-trigger"):
    attempt("the kernel's " + setting, os.open, "/proc/" + setting, os.O_WRONLY)  # and nothing is written
print(json.dumps(found))
"""


def leaks(candidate: Isolation) -> str:
    """Let a submission try to get out; returns what was in its reach, or why it did not start, or ""."""
    with socket.create_server(("127.0.0.1", 0)) as server, tempfile.NamedTemporaryFile() as file:
        facts = {
            "outside": [file.name, __file__, "/etc/passwd"],
            "hidden": candidate.apart,
            "folders": [] if candidate.apart else ["/tmp", tempfile.gettempdir()],
            "marker": os.getpid(),
            "port": server.getsockname()[1],
        }
        cells = [f"{name} = {value!r}" for name, value in facts.items()]
        try:
            with Session([*cells, PROBE], candidate) as session:
                loaded = session.loaded
        except JailError as problem:
            return str(problem)
    lost = loaded.failure or next((problem.why for problem in loaded.problems), None)
    if lost is not None:
        return f"the probe did not end ({_told(lost)})"
    found = json.loads(loaded.output.text)
    return f"in reach of the jail: {', '.join(found)}" if found else ""


def _told(lost: Limit | Died | Raised) -> str:
    match lost:
        case Died(how=how):
            return how
        case Limit(which=which):
            return f"limit on {which}"
    return f"{lost.type}: {lost.message}"
