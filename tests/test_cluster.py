"""A class that is marked on dask workers is marked as here, to the last byte, whatever happens to the workers."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from classroom import ASSIGNMENT, DOUBLED, GOOD, HALVED, assignment_file, bank_folder, gradecheck, hand_in, results
from clusters import Processes

from gradecheck.commands import grading
from gradecheck.grading.assignments import assignment
from gradecheck.grading.classrun import run
from gradecheck.grading.classrun.journal import HEAD, Journal
from gradecheck.grading.cluster import connecting, sending
from gradecheck.grading.jail import isolation as jail
from gradecheck.grading.submissions.finding import find

__all__ = ["assignment_file", "bank_folder"]

ROOT = Path(__file__).parents[1]
COUNT = 12
SEED = 3


def keys(folder):
    """How often each key is in the journal."""
    return Counter(HEAD.match(line)[1] for line in (folder / ".journal").read_bytes().splitlines())


# -- what is said of a cluster


def test_a_mistake_in_the_call_is_said_before_any_work(tmp_path, bank_folder, assignment_file, monkeypatch):
    monkeypatch.setattr(run, "grade", lambda *_: pytest.fail("work was begun"))
    folder = hand_in(tmp_path / "class", a=GOOD)
    words = ("grade", folder, "--assignment", assignment_file, "--out", tmp_path / "out", "--cluster")
    for more, why in {
        ("tcp://10.0.0.5:8786",): "can be reached from elsewhere",
        ("local", "--isolation", "none"): 'isolation is "none", but should be auto or required',
        ("local", "--shard", "1/2"): "leave one out",
        ("tcp://127.0.0.1:8786", "--jobs", 2): "jobs: 2 is said for tcp://127.0.0.1:8786",
    }.items():
        assert why in " ".join(gradecheck(*words, *more, status=2).split())
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pip install 'gradecheck[cluster]'" in " ".join(gradecheck(*words, "local", status=2).split())


# -- with real processes


@pytest.fixture(scope="module")
def course(tmp_path_factory, bank_folder):
    """A class that was marked here: (its folder, its assignment, the results' folder)."""
    pytest.importorskip("distributed", reason="the extra cluster is not installed")
    top = tmp_path_factory.mktemp("course")
    sources = [GOOD, HALVED, DOUBLED, "import os\nos._exit(0)\n"]
    folder = hand_in(top / "class", **{f"s{i:02}": f"# {i}\n{sources[i % 4]}" for i in range(COUNT)})
    (top / "three.toml").write_text(ASSIGNMENT)
    gradecheck("grade", folder, "--assignment", top / "three.toml", "--out", top / "here")
    return folder, top / "three.toml", top / "here"


@pytest.fixture(scope="module")
def dask(tmp_path_factory, course):
    with Processes(tmp_path_factory.mktemp("dask")) as processes:
        yield processes


@pytest.fixture
def workers(dask):
    """The scheduler with two workers, and none of an earlier test."""
    for process in dask.workers:
        process.kill()
        process.wait()
    dask.workers.clear()
    for _ in range(2):
        dask.work()
    return dask


def words_of(course, out, where):
    folder, file, _ = course
    return ["grade", str(folder), "--assignment", str(file), "--out", str(out), "--cluster", str(where)]


def start(course, out, where):
    command = [sys.executable, "-m", "gradecheck", *words_of(course, out, where)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def wait_for(out, marks, process):
    """Until the journal has so many marks."""
    deadline = time.monotonic() + 120
    while not (out / ".journal").is_file() or (out / ".journal").read_bytes().count(b"\n") < marks:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_local_cluster_marks_as_it_is_marked_here(course, tmp_path):
    said = gradecheck(*words_of(course, tmp_path / "out", "local"), "--jobs", 2)
    assert f"{COUNT} submissions marked, 2 at a time" in said
    assert results(tmp_path / "out") == results(course[2])


def test_workers_without_torch_are_killed_and_nothing_is_lost_or_there_twice(course, workers, tmp_path):
    chance, out = random.Random(SEED), tmp_path / "out"
    process = start(course, out, workers.file)
    for marks in (1, 4, 8):
        wait_for(out, marks, process)
        lost = chance.choice(workers.workers)
        lost.send_signal(signal.SIGKILL)
        lost.wait()
        workers.workers.remove(lost)
        workers.work()
    said, _ = process.communicate()
    assert process.returncode == 0, said
    assert results(out) == results(course[2])
    assert keys(out) == keys(course[2])
    assert set(keys(out).values()) == {1}


def test_a_killed_client_goes_on_where_it_was(course, workers, tmp_path):
    out = tmp_path / "out"
    process = start(course, out, workers.address)
    wait_for(out, 3, process)
    process.kill()
    process.communicate()
    assert not (out / "results.json").exists()
    done = len(keys(out))
    said = gradecheck(*words_of(course, out, workers.address))
    assert f"{done} reused from the journal" in said
    assert results(out) == results(course[2])
    assert set(keys(out).values()) == {1}


@dataclass(frozen=True)
class Poison(run.Marking):
    """The work of marking, in which one submission ends its marker, and another raises in it."""

    def task(self, ready, given):
        if given.name == "s01.py":
            os.kill(os.getpid(), signal.SIGKILL)
        if given.name == "s02.py":
            raise OSError("a mistake of ours")
        return super().task(ready, given)


def test_a_submission_that_ends_its_worker_costs_nobody_else_a_mark(course, workers, tmp_path, monkeypatch):
    folder, file, here = course
    monkeypatch.setattr(run, "Marking", Poison)
    written, entries, told = assignment.find(str(file)), find([folder])[:6], []
    with (
        connecting.connected(str(workers.file), 2, "auto", told.append) as cluster,
        Journal(tmp_path / "j") as journal,
        workers.kept_up(),
    ):
        graded = run.grade(run.Run(entries, assignment.parse(written), written, jail.isolation(), cluster), journal)
        marks = {mark.submission: mark for mark in graded.mark.submissions}
    assert graded.faults == 2
    assert "refused" not in str(told)
    assert marks["s01.py"].notes == (f"not judged, a fault of ours: its worker ended, {sending.DEATHS} times",)
    assert marks["s02.py"].notes == ("not judged, a fault of ours: OSError: a mistake of ours",)
    right = {s["submission"]: s["score"] for s in json.loads((here / "results.json").read_text())["submissions"]}
    judged = {name: mark.score for name, mark in marks.items() if mark.status == "graded"}
    assert judged == {name: right[name] for name in ("s00.py", "s03.py", "s04.py", "s05.py")}


def another_gradecheck(top, changed):
    """A copy of gradecheck that is changed."""
    for room in ("gradecheck", "lectures", "manual", "reference", "reports"):
        shutil.copytree(ROOT / room, top / room, ignore=shutil.ignore_patterns("__pycache__"))
    changed(top / "gradecheck")
    return str(top)


def test_workers_that_would_mark_otherwise_are_refused(course, workers, tmp_path):
    def later(package):
        with (package / "grading" / "marks.py").open("a") as file:
            file.write("\n# changed\n")

    def earlier(package):
        shutil.rmtree(package / "grading" / "cluster")

    for process in workers.workers:
        process.kill()
    changed = [
        workers.work(path=another_gradecheck(tmp_path / "later", later)),
        workers.work(path=another_gradecheck(tmp_path / "earlier", earlier)),
        workers.work(threads=2),
    ]
    process = start(course, tmp_path / "out", workers.file)
    seen = ""
    while seen.count("refused") < len(changed):
        line = process.stdout.readline()
        assert line, seen
        seen += line
    workers.work()
    seen = " ".join((seen + process.communicate()[0]).split())
    assert process.returncode == 0, seen
    assert "its gradecheck is of the digest" in seen
    assert "its gradecheck is another (ModuleNotFoundError" in seen
    assert seen.count("is refused") == len(changed)
    assert "it has 2 threads, but should have 1" in seen
    assert results(tmp_path / "out") == results(course[2])


def test_a_cluster_that_is_not_there_is_told_with_how_long_it_was_waited_for(course, dask, tmp_path, monkeypatch):
    monkeypatch.setattr(connecting, "ANSWERING", 2.0)
    monkeypatch.setattr(sending, "WAITING", 1.0)
    said = gradecheck(*words_of(course, tmp_path / "out", "tcp://127.0.0.1:9"), status=2)
    assert "tcp://127.0.0.1:9 does not answer within 2 s" in " ".join(said.split())
    for process in dask.workers:
        process.kill()
        process.wait()
    said = " ".join(gradecheck(*words_of(course, tmp_path / "out", dask.file), status=2).split())
    assert "has no workers yet; waiting 1 s for one" in said
    assert "has had no workers for 1 s, but should have some; start dask worker" in said
    assert not (tmp_path / "out" / "results.json").exists()


def test_a_cluster_that_loses_all_workers_ends_the_run_and_keeps_what_was_marked(
    course, workers, tmp_path, monkeypatch
):
    def lose_all(name):
        monkeypatch.setattr(sending, "WAITING", 1.0)
        for process in workers.workers:
            process.kill()

    monkeypatch.setattr(grading, "_with_bar", lambda run, label, work: work(lose_all))
    said = " ".join(gradecheck(*words_of(course, tmp_path / "out", workers.file), status=1).split())
    assert "cluster: it has had no worker that can mark for 1 s; what was marked is kept" in said
    assert keys(tmp_path / "out")


def test_a_scheduler_that_goes_ends_the_run_and_keeps_what_was_marked(course, tmp_path, monkeypatch):
    (tmp_path / "dask").mkdir()
    with Processes(tmp_path / "dask") as processes:
        processes.work()
        process = start(course, tmp_path / "out", processes.file)
        wait_for(tmp_path / "out", 2, process)
        processes.scheduler.kill()
        said = " ".join(process.communicate()[0].split())
    assert process.returncode == 1
    assert "cluster: it does not answer any more (" in said
    assert "what was marked is kept, and the same command goes on" in said
    assert "Traceback" not in said
    assert len(keys(tmp_path / "out")) >= 2


def test_a_scheduler_that_listens_to_the_network_is_refused(course, tmp_path):
    (tmp_path / "open").mkdir()
    with Processes(tmp_path / "open", host="0.0.0.0") as processes:
        port = processes.address.rpartition(":")[2]
        words = words_of(course, tmp_path / "out", f"tcp://127.0.0.1:{port}")
        said = " ".join(gradecheck(*words, status=2).split())
    assert "who reaches it runs code as you" in said
