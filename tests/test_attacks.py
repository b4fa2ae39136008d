"""The attacks of tests/attacks against the real jail, in one class that `gradecheck grade` marks: what is forged earns
nothing, everyone else keeps what is theirs, nothing is left, and the run ends.

A file says in its docstring what it tries and what must hold, in each tier of isolation but for those in UNCLAIMED. A
function that an attack is about is right only where the attack succeeds: an open door shows as marks.
tests/attacks/honest holds what looks odd and must cost nothing.
"""

import ast
import base64
import ctypes
import hashlib
import io
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from classroom import ASSIGNMENT, GOOD, bank_folder, hand_in

from gradecheck.grading.bank import packed
from gradecheck.grading.submissions.names import safe_name
from gradecheck.numbers.compare import Verdict
from tests.lecture import MISTAKES, PACK, VARIANTS
from tests.tiers import TIERS, tier

__all__ = ["bank_folder"]

ROOT = Path(__file__).parents[1]
CORPUS = Path(__file__).parent / "attacks"
POINTS = {"relu": 1.0, "tanh": 2.0, "mse_backward": 3.0}
LIMITS = 'file = "solution.py"\n' + ASSIGNMENT.replace("seconds = 2", "seconds = 1\nmemory_mib = 256\noutput_mib = 4")
MUST = re.compile(r"^Must hold: (.*)\.$", re.MULTILINE)
LOST = re.compile(r"(relu|tanh|mse_backward) (wrong|error|limit)")
WRITTEN = {".journal", "results.json", "gradebook.csv", "summary.json", "run.json", "feedback", "class.html"}
SECRET, TRACES = "hush-hush", ("gradecheck-was-here", "gradecheck-left")
BECOME_SUBREAPER, DATAGRAM = 36, socket.SOCK_DGRAM
MOST_MEMORY = 8 << 30

OTHERS_FILES, OTHERS, NETWORK, FILTER = "other files", "other processes", "the network", "system calls"
# What each tier does not claim to stop: it would succeed, or harm this machine.
UNCLAIMED = {
    "bubblewrap": {
        "children_memory": "memory of several processes together",
    },
    "landlock": {
        "children_memory": "memory of several processes together",
        "disk": "the size of a submission's own folder",
        "secrets_of_the_machine": "that a file is there, which cannot be read",
    },
    "none": {
        **dict.fromkeys(("answers_by_path", "bank_on_disk", "files_outside", "neighbours_files"), OTHERS_FILES),
        **dict.fromkeys(("secrets_of_the_machine", "places_known", "places_spoilt", "links"), OTHERS_FILES),
        **dict.fromkeys(("disk", "left_for_the_next_one", "left_picked_up", "namespaces"), OTHERS_FILES),
        **dict.fromkeys(("other_processes", "parent_read", "parent_signalled", "parent_traced", "signals"), OTHERS),
        **dict.fromkeys(("children_memory", "fork_bomb"), OTHERS),
        **dict.fromkeys(("network", "udp"), NETWORK),
        **dict.fromkeys(("io_uring", "keys", "set_user", "sockets"), FILTER),
    },
}


@dataclass(frozen=True)
class Attack:
    """A submission and what must come of it. lost: the outcome of each function that is not right."""

    name: str
    text: str
    lost: dict[str, str]


def attack(path):
    text = path.read_text()
    (lost,) = MUST.search(ast.get_docstring(ast.parse(text))).groups()
    return Attack(path.stem, text, dict(LOST.findall(lost)))


ATTACKS = {a.name: a for a in map(attack, sorted(CORPUS.glob("*.py")))}
HONEST = {p.stem: p.read_text() for p in sorted((CORPUS / "honest").glob("*.py"))}


def zipped(*members):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return data.getvalue()


def notebook(*cells):
    cells = [{"cell_type": "code", "metadata": {}, "source": cell, "outputs": []} for cell in cells]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


STRIPPER = """
class Strip(__import__("ast").NodeTransformer):
    def visit_Assert(self, node): return None
get_ipython().ast_transformers.append(Strip())
"""
# What is no single file of Python, by its name in the class: its bytes, or its members by their names.
BUILT_HONEST = {
    "mark.py": b"\xef\xbb\xbf" + GOOD.encode(),
    "windows.py": GOOD.replace("\n", "\r\n").encode(),
    "utf16.py": GOOD.encode("utf-16"),
    "latin.py": b"# coding: latin-1\n# \xe9\xe8\xfc\n" + GOOD.encode(),
    "blanks.py": f"{' ' * 400_000}\n!ls\n{GOOD}".encode(),
    "tabs.PY": GOOD.replace("    ", "\t").encode(),
    "book.ipynb": notebook("%matplotlib inline\n!ls", GOOD, "1 / 0").encode(),
    "assert-stripper.ipynb": notebook(STRIPPER, GOOD).encode(),
    "slip.zip": zipped(("../../../gradecheck-was-here/solution.py", GOOD), ("../results.json", "{}")),
    "own-numpy": {"solution.py": GOOD, "numpy.py": "raise SystemExit", "sitecustomize.py": "raise SystemExit"},
    "=cmd()|'A1'!.py": GOOD.encode(),
    "-rf --out.py": GOOD.encode(),
    "<script>alert(1)<": {"solution.py": GOOD, "conftest.py": "raise SystemExit", "pyproject.toml": "["},
}
UNREADABLE = {
    "bomb.zip": zipped(("solution.py", b"#" * (64 << 20))),
    "many.zip": zipped(*((f"{i}.py", "") for i in range(1001))),
    "deep.ipynb": b'{"nbformat": 4, "cells": ' + b"[" * 100_000,
    "long.py": b"a\n" * (300 << 10),
    "empty": {"readme.txt": ""},
}
LINKS = {"link.py": "neighbour.py", "linked.zip": "/etc/passwd", "folder/solution.py": "../neighbour.py"}


@dataclass(frozen=True)
class Course:
    """A class that was marked.

    called: servers of ours that an attack reached.   left: processes, once the run had ended.
    before: what was in the class's folder.
    """

    top: Path
    tier: str
    run: subprocess.CompletedProcess
    called: int
    left: list[str]
    before: dict[str, str]

    def __post_init__(self):
        assert (self.top / "out" / "results.json").is_file(), self.run.stdout + self.run.stderr

    @property
    def submissions(self):
        document = json.loads((self.top / "out" / "results.json").read_text())
        return {s["submission"]: s for s in document["submissions"]}


def digests(folder):
    """Everything below a folder: what it is, its marks, and a digest of what it holds."""
    return {
        str(path.relative_to(folder)): (
            os.readlink(path) if path.is_symlink()
            else hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder",
            (found := path.lstat()).st_mode, found.st_uid, found.st_mtime_ns,
        )
        for path in folder.rglob("*")
    }  # fmt: skip


def marked(top, which):
    """One command marks the class in a tier; between any two attacks stands a neighbour."""
    attacks = [attack for attack in ATTACKS if attack not in UNCLAIMED[which]]
    folder = hand_in(top / "class", neighbour=GOOD)
    (top / "small.toml").write_text(LIMITS)
    for name in ("home", "tmp"):
        (top / name).mkdir()
    tcp, unix, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX), socket.socket(type=DATAGRAM)
    with tcp, unix, udp:
        port = tcp.getsockname()[1]
        unix.bind(f"\0gradecheck-{port}")
        unix.listen()
        udp.bind(("127.0.0.1", port))
        places = [folder / "neighbour.py", top / "small.toml", top / "out", os.environ["GRADECHECK_CACHE"]]
        told = {
            "PORT = 9": f"PORT = {port}",
            "WALLED = False": f"WALLED = {which != 'none'}",
            "PLACES = ()": f"PLACES = {tuple(map(str, places))}",
        }
        hand_in(folder, **{attack: replaced(ATTACKS[attack].text, told) for attack in attacks})
        hand_in(folder, **{f"{name}-neighbour": GOOD for name in attacks})
        hand_in(folder, **{f"honest-{name}": text for name, text in HONEST.items()})
        for name, content in {**BUILT_HONEST, **UNREADABLE}.items():
            for member, text in content.items() if isinstance(content, dict) else [("", content)]:
                path = folder / name / member
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(text.encode() if isinstance(text, str) else text)
        for name, target in LINKS.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).symlink_to(target)
        before = digests(folder)
        words = ["grade", folder, "--assignment", top / "small.toml", "--out", top / "out"]
        words += ["--jobs", 2, "--isolation", "none" if which == "none" else "required"]
        ours = children()
        ctypes.CDLL(None).prctl(BECOME_SUBREAPER, 1)  # what the run leaves behind becomes a child of ours
        try:
            run = subprocess.run(
                [sys.executable, "-m", "gradecheck", *map(str, words)],
                cwd=ROOT, capture_output=True, text=True, timeout=900, preexec_fn=bounded,
                env={
                    **os.environ, "TMPDIR": str(top / "tmp"), "HOME": str(top / "home"), "SECRET": SECRET,
                    "PATH": os.environ["PATH"] if which == "bubblewrap" else str(top / "nothing"),
                },
            )  # fmt: skip
            left = orphans(ours)
        finally:
            ctypes.CDLL(None).prctl(BECOME_SUBREAPER, 0)
        called = sum(waiting(server) for server in (tcp, unix, udp))
    return Course(top, which, run, called, left, before)


def replaced(text, told):
    """The text with what an attack cannot know."""
    for what, by in told.items():
        text = text.replace(what, by)
    return text


def bounded():
    """What swells in a marker is to be seen there, and not to take this machine along."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def waiting(server):
    """Whether someone has called."""
    server.setblocking(False)
    try:
        server.recv(1) if server.type == DATAGRAM else server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def children():
    return {pid for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()}


def orphans(ours):
    """What the run has left, and is not about to end; it is ended here."""
    deadline = time.monotonic() + 1
    while (found := children() - ours) and time.monotonic() < deadline:
        for pid in found:
            os.waitpid(int(pid), os.WNOHANG)
        time.sleep(0.01)
    told = [Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace") for pid in found]
    for pid in map(int, found):
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return told


@pytest.fixture(scope="module", params=TIERS)
def course(request, tmp_path_factory, bank_folder):
    """The class, in each tier, but for what the tier does not claim to stop."""
    tier(request.param)
    return marked(tmp_path_factory.mktemp(request.param), request.param)


def one(course, name):
    if name in UNCLAIMED[course.tier]:
        pytest.skip(f"not claimed by the tier {course.tier}: {UNCLAIMED[course.tier][name]}")
    return course.submissions[f"{name}.py"], course.submissions[f"{name}-neighbour.py"]


def test_a_tier_claims_no_more_than_the_one_before():
    assert UNCLAIMED["bubblewrap"].keys() <= UNCLAIMED["landlock"].keys() <= UNCLAIMED["none"].keys() <= ATTACKS.keys()


def test_the_tier_that_is_in_force_is_the_one_that_is_meant(course):
    said = {"bubblewrap": "bubblewrap: ", "landlock": "Landlock: ", "none": "process limits only"}
    assert f"isolation: {said[course.tier]}" in course.run.stdout


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_earns_nothing_and_costs_nobody_else(course, name):
    found, neighbour = one(course, name)
    assert found["status"] == "graded", found["notes"]
    expected = {f: ATTACKS[name].lost.get(f, "passed") for f in POINTS}
    told = {q["function"]: q["rationale"] for q in found["questions"]}
    assert {q["function"]: q["outcome"] for q in found["questions"]} == expected, told
    points = {f: 0.0 if f in ATTACKS[name].lost else POINTS[f] for f in POINTS}
    assert {q["function"]: q["points"] for q in found["questions"]} == points, told
    assert neighbour["score"] == 6.0, neighbour


def test_no_process_is_left(course):
    assert course.left == []


def test_no_file_is_written_but_the_results(course):
    out = course.top / "out"
    assert {path.name for path in out.iterdir()} <= WRITTEN
    assert {path.stem for path in (out / "feedback").iterdir()} == set(map(safe_name, course.submissions))
    assert {path.name for path in course.top.iterdir()} == {"class", "small.toml", "out", "home", "tmp"}
    assert digests(course.top / "class") == course.before
    for folder in ("home", "tmp"):
        assert list((course.top / folder).iterdir()) == []
    outside = ("/", "/tmp", "/var/tmp", "/dev/shm", Path.home(), ROOT, np.__path__[0], course.top)
    assert not [folder for folder in outside for name in TRACES if Path(folder, name).exists()]


def test_the_run_ends_well_and_says_so(course):
    assert course.run.returncode == 0, course.run.stderr
    summary = json.loads((course.top / "out" / "summary.json").read_text())
    assert (summary["faults"], summary["submissions"]) == (0, len(course.submissions))
    assert course.run.stderr.count("\n") < 5
    assert "Traceback" not in course.run.stdout + course.run.stderr


def test_nothing_of_a_stranger_is_obeyed_where_it_is_shown(course):
    texts = [path.read_text("utf-8-sig") for path in (course.top / "out").rglob("*") if path.is_file()]
    for text in [*texts, course.run.stdout]:
        assert all(c.isprintable() or c in "\n\t" for c in text)
        assert SECRET not in text
    page = (course.top / "out" / "feedback" / f"{safe_name('fake_prints.py')}.md").read_text()
    claim = page.index("relu 1 of 1 points")
    assert page[:claim].rindex("````") < claim < page.index("````", claim), "within a fence that it cannot close"


def test_nobody_was_called(course):
    if course.tier == "none":
        pytest.skip("not claimed by the tier none: that there is no network")
    assert course.called == 0


ODD = [*(f"honest-{name}.py" for name in HONEST), *BUILT_HONEST]


@pytest.mark.parametrize("name", ODD)
def test_honest_work_costs_nothing_however_odd(course, name):
    found = course.submissions[name]
    told = {q["function"]: (q["outcome"], q["rationale"]) for q in found["questions"]}
    assert told == dict.fromkeys(POINTS, ("passed", ""))
    assert (found["status"], found["score"]) == ("graded", 6.0)


@pytest.mark.parametrize("name", [*UNREADABLE, *(name.partition("/")[0] for name in LINKS)])
def test_what_cannot_be_read_is_told_and_marked_nowhere_else(course, name):
    found = course.submissions[name]
    assert found["status"] == "unreadable"
    assert not found["score"]
    assert found["notes"]


# -- all of it in one command, which is killed half way


def planted(kind, function, id):
    """A submission in which a catalogued mistake, or a right variant, takes the place of its function."""
    sources = base64.b64encode(zlib.compress(packed.cell(packed.sources(PACK, PACK.mistakes, PACK.variants)).encode()))
    return f"""import base64, zlib
exec(zlib.decompress(base64.b64decode({sources!r})))
from lectures.lecture03.{kind} import {kind.upper()}
{GOOD}
({function},) = [getattr(p, "wrong", None) or p.right for p in {kind.upper()} if p.id == {id!r}]
"""


FORGERS = ["array_that_lies", "exit", "fake_prints", "frames_that_swell", "recursion", "worker_patched"]


def test_a_class_of_everything_that_is_killed_half_way_ends_as_if_it_had_not_been(tmp_path, bank_folder):
    made = {(f, m.id): planted("mistakes", f, m.id) for f in POINTS for m in MISTAKES[f][:3]}
    sound = {f: [v for v in VARIANTS[f] if v.at_worst is not Verdict.UNSTABLE] for f in POINTS}
    right = {(f, v.id): planted("variants", f, v.id) for f in POINTS for v in sound[f][:1]}
    names = {what: f"{n:02}-planted" for n, what in enumerate([*made, *right])}
    folder = hand_in(tmp_path / "class", **{names[what]: text for what, text in {**made, **right}.items()})
    hand_in(folder, **{name: ATTACKS[name].text for name in FORGERS})
    (tmp_path / "small.toml").write_text(LIMITS)

    def command(out, jobs):
        words = ["grade", folder, "--assignment", tmp_path / "small.toml", "--out", tmp_path / out, "--jobs", jobs]
        return [sys.executable, "-m", "gradecheck", *map(str, words)]

    run = subprocess.Popen(command("killed", 2), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    journal, deadline = tmp_path / "killed" / ".journal", time.monotonic() + 60
    while not journal.is_file() or journal.read_bytes().count(b"\n") < len(list(folder.iterdir())) // 2:
        assert run.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    run.kill()
    run.wait()
    assert not (tmp_path / "killed" / "results.json").exists()
    said = subprocess.run(command("killed", 1), cwd=ROOT, capture_output=True, text=True, check=True).stdout
    subprocess.run(command("whole", 1), cwd=ROOT, capture_output=True, check=True)
    assert int(re.search(r"(\d+) reused from the journal", said)[1]) >= len(list(folder.iterdir())) // 2
    for name in ("results.json", "gradebook.csv"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    found = {s["submission"]: s for s in json.loads((tmp_path / "killed" / "results.json").read_text())["submissions"]}
    for (function, id), name in names.items():
        questions = {q["function"]: q for q in found[f"{name}.py"]["questions"]}
        lost = [f for f, q in questions.items() if q["outcome"] != "passed"]
        assert lost == ([function] if (function, id) in made else []), id
        assert questions[function]["diagnosis"] in (None, id)
    for name in FORGERS:
        assert {q["function"] for q in found[f"{name}.py"]["questions"] if not q["points"]} == set(ATTACKS[name].lost)
