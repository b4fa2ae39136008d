"""Nothing that was marked is lost: records whole or not at all, and a killed run that ends as if it had not been."""

import errno
import fcntl
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from classroom import ASSIGNMENT, DOUBLED, GOOD, HALVED, assignment_file, bank_folder, gradecheck, hand_in

from gradecheck.grading.classrun.journal import BusyError, ForeignError, Journal
from gradecheck.verifying.wording import counted

__all__ = ["assignment_file", "bank_folder"]
ROOT = Path(__file__).parents[1]
ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32


# -- the file


def test_a_record_is_there_again(tmp_path):
    with Journal(tmp_path / "j") as journal:
        journal.add(ONE, '{"a": "é"}')
        journal.add(TWO, "second")
        assert journal[ONE] == '{"a": "é"}'
    with Journal(tmp_path / "j") as journal:
        assert (journal[ONE], journal[TWO]) == ('{"a": "é"}', "second")
        assert THREE not in journal


@pytest.fixture
def two(tmp_path):
    """A journal of two records, and how long it was with one."""
    path = tmp_path / "j"
    with Journal(path) as journal:
        journal.add(ONE, "first")
        whole = path.stat().st_size
        journal.add(TWO, "second")
    return path, whole


def test_a_record_that_was_torn_at_any_place_is_dropped_and_no_other(two):
    path, whole = two
    data = path.read_bytes()
    for end in range(whole, len(data)):
        path.write_bytes(data[:end])
        with Journal(path) as journal:
            assert journal[ONE] == "first"
            assert TWO not in journal
            journal.add(TWO, "again")
        with Journal(path) as journal:
            assert (journal[ONE], journal[TWO]) == ("first", "again")


def test_the_first_record_may_be_torn_at_any_place(two):
    path, whole = two
    data = path.read_bytes()
    for end in range(whole):
        path.write_bytes(data[:end])
        with Journal(path) as journal:
            assert ONE not in journal
            journal.add(ONE, "again")
        with Journal(path) as journal:
            assert journal[ONE] == "again"


def test_a_record_of_which_a_power_cut_left_some_blocks_is_dropped_and_no_other(two):
    path, whole = two
    block = 16  # of a file system; the second record has several
    data = path.read_bytes()
    for start in range(whole, len(data), block):
        size = len(data[start : start + block])
        path.write_bytes(data[:start] + bytes(size) + data[start + size :])
        with Journal(path) as journal:
            assert journal[ONE] == "first"
            assert TWO not in journal
            journal.add(TWO, "again")
        with Journal(path) as journal:
            assert (journal[ONE], journal[TWO]) == ("first", "again")


def test_a_record_that_was_spoilt_is_dropped_and_no_other(two):
    path, whole = two
    data = path.read_bytes()
    for place in range(whole):
        spoilt = bytearray(data)
        spoilt[place] ^= 1
        path.write_bytes(spoilt)
        with Journal(path) as journal:
            assert ONE not in journal
            assert TWO in journal or data[place] == ord("\n")


def test_what_a_full_disk_did_not_take_is_dropped_and_no_other(tmp_path):
    path, limits = tmp_path / "j", resource.getrlimit(resource.RLIMIT_FSIZE)
    with Journal(path) as journal:
        journal.add(ONE, "first")
        resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 100, limits[1]))
        try:
            with pytest.raises(OSError, match="File too large"):
                journal.add(TWO, "second" * 100)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert b"second" in path.read_bytes(), "half of it was written"
        assert TWO not in journal
        journal.add(THREE, "third")
        assert (journal[ONE], journal[THREE]) == ("first", "third")
    with Journal(path) as journal:
        assert (journal[ONE], journal[THREE]) == ("first", "third")
        assert TWO not in journal


def test_a_record_and_the_name_of_its_file_are_on_disk_when_add_returns(tmp_path, monkeypatch):
    path, synced, sync = tmp_path / "j", [], os.fsync

    def listen(handle):
        sync(handle)
        synced.append((os.fstat(handle).st_ino, path.stat().st_size))

    monkeypatch.setattr(os, "fsync", listen)
    with Journal(path) as journal:
        assert synced == [(tmp_path.stat().st_ino, 0)]
        for key in (ONE, TWO):
            journal.add(key, "record")
            assert synced[-1] == (path.stat().st_ino, path.stat().st_size)


def test_a_later_record_takes_the_place_of_an_earlier_one(tmp_path):
    with Journal(tmp_path / "j") as journal:
        journal.add(ONE, "old")
        journal.add(ONE, "new")
        assert journal[ONE] == "new"
    with Journal(tmp_path / "j") as journal:
        assert journal[ONE] == "new"


def test_two_runs_do_not_write_to_one_journal(tmp_path):
    with Journal(tmp_path / "j"), pytest.raises(BusyError):
        Journal(tmp_path / "j")
    Journal(tmp_path / "j").__exit__(None, None, None)


def test_a_file_system_without_locks_is_not_another_run(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(OSError, match="No locks available"):
        Journal(tmp_path / "j")


def test_a_journal_is_no_link(tmp_path):
    (tmp_path / "j").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        Journal(tmp_path / "j")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    "data",
    [
        b"dear diary\n",
        b"dear diary",
        b"dear diary\n" * 9 + b"and so",
        b"PK\3\4" + bytes(99),
        b"1" * 33,
        b"1" * 32 + b" A",
    ],
)
def test_a_file_that_is_no_journal_is_told_and_left_as_it_is(tmp_path, data):
    path = tmp_path / "j"
    path.write_bytes(data)
    with pytest.raises(ForeignError):
        Journal(path)
    assert path.read_bytes() == data


# -- a run that is killed


ADDS = """
import os, sys
from pathlib import Path
from gradecheck.grading.classrun.journal import Journal
with Journal(Path(sys.argv[1])) as journal:
    i = 0
    while True:
        key = f"{i:032x}"
        if key not in journal:
            journal.add(key, f"{i} " * 5000)
            os.write(1, f"{i}\\n".encode())
        i += 1
"""
KILLS = 12


def test_what_was_added_is_there_whenever_the_run_is_killed(tmp_path):
    path, chance, added = tmp_path / "j", random.Random(KILLS), 0
    for _ in range(KILLS):
        run = subprocess.Popen([sys.executable, "-c", ADDS, str(path)], cwd=ROOT, stdout=subprocess.PIPE)
        said = run.stdout.readline()  # it is at work
        time.sleep(chance.uniform(0, 0.05))
        run.kill()
        said += run.communicate()[0]
        numbers = [int(line) for line in said.split()]
        assert numbers == list(range(added, numbers[-1] + 1)), "it goes on where the last one ended"
        added = numbers[-1] + 1
        with Journal(path) as journal:
            for i in range(added):
                assert journal[f"{i:032x}"] == f"{i} " * 5000
            if f"{added:032x}" in journal:  # it was killed before it could say so
                assert journal[f"{added:032x}"] == f"{added} " * 5000
                added += 1
            assert f"{added:032x}" not in journal


@pytest.fixture
def course(tmp_path, bank_folder):
    sources = [GOOD, HALVED, DOUBLED, "import os\nos._exit(0)\n"]
    return hand_in(tmp_path / "class", **{f"s{i:02}": f"# {i}\n{sources[i % 4]}" for i in range(8)})


def files(folder):
    return {name: (folder / name).read_bytes() for name in ("results.json", "gradebook.csv")}


def test_a_killed_run_goes_on_and_ends_the_same(tmp_path, course, assignment_file):
    gradecheck("grade", course, "--assignment", assignment_file, "--out", tmp_path / "whole", "--jobs", 1)
    out = tmp_path / "out"
    command = [sys.executable, "-m", "gradecheck", "grade", str(course), "--assignment", str(assignment_file)]
    run = subprocess.Popen(
        [*command, "--out", str(out), "--jobs", "2"], cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True
    )
    journal, deadline = out / ".journal", time.monotonic() + 60
    while not journal.is_file() or journal.read_bytes().count(b"\n") < 3:
        assert run.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert not (out / "results.json").exists()
    while _in_session(run.pid):
        assert time.monotonic() < deadline, "markers and jails end with the run"
        time.sleep(0.01)
    done = journal.read_bytes().count(b"\n")
    assert done < 8
    said = gradecheck("grade", course, "--assignment", assignment_file, "--out", out, "--jobs", 1)
    assert f"{counted(8 - done, 'submission')} marked" in said
    assert f"{done} reused from the journal" in said
    assert files(out) == files(tmp_path / "whole")


def _in_session(leader):
    """The processes of a session that are still there."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[3] == str(leader) and fields[0] != "Z":
            found.append(folder.name)
    return found


def test_only_what_has_changed_is_marked_anew(tmp_path, course, assignment_file, monkeypatch):
    def marked():
        words = ("grade", course, "--assignment", assignment_file, "--out", tmp_path / "out", "--jobs", 1)
        summary = tmp_path / "out" / "summary.json"
        gradecheck(*words)
        return json.loads(summary.read_text())["marked"]

    for path in sorted(course.iterdir())[4:]:
        path.unlink()
    assert marked() == 4
    assert marked() == 0
    (course / "s00.py").write_text(HALVED)
    assert marked() == 1
    (course / "s01.py").rename(course / "renamed.py")
    assert marked() == 1
    os.utime(course / "s02.py", (0, 0))
    assert marked() == 0
    assignment_file.write_text(ASSIGNMENT.replace("points = 2", "points = 4"))
    assert marked() == 4
    monkeypatch.setattr("gradecheck.grading.bank.digests.code", lambda *packs: "another gradecheck")
    assert marked() == 4
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert [s["max_score"] for s in results["submissions"]] == [8.0] * 4
