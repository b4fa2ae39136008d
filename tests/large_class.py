"""A large class, marked here, in shards, and on workers of which one is killed again and again: the same bytes.

python -m tests.large_class [SUBMISSIONS] [KILLS]; every third submission is a right one with likely edits.
"""

import ast
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import islice
from pathlib import Path

from benchmarks.searching import handed_in
from gradecheck.grading.classrun.journal import HEAD
from tests.clusters import ROOT, Processes

ASSIGNMENT = """
title = "Two functions"
cases = 16
diagnosis_seconds = 0
[[question]]
function = "relu"
[[question]]
function = "softmax"
"""
ASKED = ("relu", "softmax")
SHARDS = 4
SEED = 20


def main(count=2000, kills=20):
    with tempfile.TemporaryDirectory() as place:
        top = Path(place)
        folder = written(top / "class", count)
        (top / "two.toml").write_text(ASSIGNMENT, encoding="utf-8")
        words = ["grade", str(folder), "--assignment", str(top / "two.toml")]
        said("marked here", gradecheck(*words, "--out", str(top / "here")))
        shards = [str(top / f"shard{i}") for i in range(1, SHARDS + 1)]
        for i, shard in enumerate(shards, 1):
            said(f"shard {i}/{SHARDS}", gradecheck(*words, "--shard", f"{i}/{SHARDS}", "--out", shard))
        said("merged", gradecheck("merge", *shards, "--out", str(top / "merged")))
        same(top / "here", top / "merged")
        said("a cluster", on_workers(top, [*words, "--out", str(top / "cluster")], count, kills))
        same(top / "here", top / "cluster")
        times = Counter(HEAD.match(line)[1] for line in (top / "cluster" / ".journal").read_bytes().splitlines())
        assert len(times) == count, "every submission is in the journal"
        assert set(times.values()) == {1}, "and none twice"
        print(f"{count} submissions: the same bytes each way; nothing lost, nothing twice", flush=True)


def written(folder, count):
    folder.mkdir()
    for i, text in enumerate(islice(handed_in(), count)):
        own = [s for s in ast.parse(text).body if not isinstance(s, ast.FunctionDef) or s.name in ASKED]
        lines = "\n\n".join(map(ast.unparse, own))
        (folder / f"{i:05}.py").write_text(f"{lines}\n# {i}\n", encoding="utf-8")
    return folder


def gradecheck(*words):
    """Run the command; returns the seconds that it took."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "gradecheck", *words]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def on_workers(top, words, count, kills):
    """Two workers, of which a random one is killed at random moments; halfway the client is killed, and goes on."""
    chance, began = random.Random(SEED), time.perf_counter()
    (top / "dask").mkdir()
    with Processes(top / "dask") as processes, processes.kept_up():
        for _ in range(2):
            processes.work()
        command = [sys.executable, "-m", "gradecheck", *words, "--cluster", str(processes.file)]
        client = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        moments = sorted(chance.sample(range(1, count), kills))
        for number, marks in enumerate(moments):
            wait_for(Path(words[-1], ".journal"), marks)
            chance.choice(list(processes.workers)).send_signal(signal.SIGKILL)
            if number == kills // 2:
                client.kill()
                client.wait()
                client = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        assert client.wait() == 0
    print(f"  {kills} workers and 1 client were killed, when so many were marked: {moments}", flush=True)
    return time.perf_counter() - began


def wait_for(journal, marks):
    while not journal.is_file() or journal.read_bytes().count(b"\n") < marks:
        time.sleep(0.05)


def same(one, other):
    for path in [one / "results.json", one / "gradebook.csv", *sorted((one / "feedback").rglob("*.*"))]:
        assert path.read_bytes() == (other / path.relative_to(one)).read_bytes(), path


def said(what, seconds):
    print(f"  {what}: {seconds:.0f} s, load of the machine {os.getloadavg()[0]:.0f}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
