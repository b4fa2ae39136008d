"""The limit on the memory of all processes together: where a cgroup is given to us, and what is written there."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from gradecheck.grading.jail import cgroup
from gradecheck.grading.jail.answers import Limit, Returned
from gradecheck.grading.jail.inside.protocol import Cases
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.session import Session

JAIL = isolation("auto")
CHILDREN = (Path(__file__).parent / "attacks" / "children_memory.py").read_text()
ONE = Cases.pack([(np.ones(3),)])


@pytest.fixture
def system(tmp_path):
    """A system on which this process is in the cgroup `ours`, whose parent is not ours; its two files in /proc."""
    ours = tmp_path / "cgroup" / "user" / "ours"
    ours.mkdir(parents=True)
    for folder in (ours, ours.parent):
        (folder / "cgroup.procs").write_text("")
    (ours / "cgroup.type").write_text("domain\n")
    (ours / "cgroup.controllers").write_text("cpu memory pids\n")
    mounts, own = tmp_path / "mountinfo", tmp_path / "own"
    mounts.write_text(
        "20 1 0:1 / /proc rw shared:1 - proc proc rw\n"
        f"30 1 0:2 / {tmp_path}/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
    )
    own.write_text("4:memory:/other\n0::/user/ours\n")
    yield ours, mounts, own
    cgroup._moved.clear()


def delegated(system):
    _, mounts, own = system
    return cgroup.delegated.__wrapped__(mounts, own)


def give(folder):
    """Delegate a cgroup as systemd does."""
    try:
        os.setxattr(folder, cgroup.DELEGATED[0], b"1")
    except OSError:
        pytest.skip("not exercised: a cgroup that was given to root (no extended attributes here)")


def test_what_was_given_is_taken_and_this_process_moves_below(system):
    ours, *_ = system
    give(ours)
    assert delegated(system) == str(ours)
    leaf = ours / f"gradecheck-{os.getpid()}"
    assert (leaf / "cgroup.procs").read_text() == str(os.getpid())
    assert (ours / "cgroup.subtree_control").read_text() == "+memory"
    cgroup.leave()
    assert (ours / "cgroup.procs").read_text() == str(os.getpid())
    assert (ours / "cgroup.subtree_control").read_text() == "-memory"


@pytest.mark.parametrize("lacks", ["the right", "memory", "a parent", "version 2"])
def test_what_was_not_given_or_does_not_help_is_left_alone(system, lacks):
    ours, _, own = system
    if lacks == "the right":
        if os.getuid():
            (ours / "cgroup.procs").chmod(0o400)
    else:
        give(ours)
    if lacks == "memory":
        (ours / "cgroup.controllers").write_text("cpu pids\n")
    elif lacks == "a parent":
        (ours / "cgroup.type").unlink()  # it is the first of all
    elif lacks == "version 2":
        own.write_text("4:memory:/user/ours\n")
    assert delegated(system) == ""
    assert not list(ours.glob("gradecheck-*"))


def test_where_another_process_is_in_it_this_one_goes_back(system, monkeypatch):
    ours, *_ = system
    give(ours)
    (ours / "cgroup.subtree_control").mkdir()  # nothing can be written there
    assert delegated(system) == ""
    assert (ours / "cgroup.procs").read_text() == str(os.getpid())


def test_a_group_takes_a_process_with_all_that_it_has_started_and_tells_what_ended_it(tmp_path):
    group = cgroup.Group(str(tmp_path), 7 << 20)
    (folder,) = tmp_path.iterdir()
    assert {p.name: p.read_text() for p in folder.iterdir()} == {
        "memory.max": str(7 << 20), "memory.swap.max": "0", "memory.oom.group": "1",
    }  # fmt: skip
    group.take(os.getpid())
    assert (folder / "cgroup.procs").read_text()
    for count, exceeded in ((0, False), (2, True)):
        (folder / "memory.events").write_text(f"low 0\noom 3\noom_kill {count}\noom_group_kill 1\n")
        assert group.exceeded is exceeded


@pytest.mark.skipif(not JAIL.group, reason=f"not exercised: memory of several processes together ({JAIL.line})")
def test_several_processes_together_meet_the_limit():
    with Session([CHILDREN], JAIL, Limits(memory=256 << 20, written=4 << 20, question=20)) as session:
        assert session.call("relu", ONE).answers == (Limit("memory"),)
        assert isinstance(session.call("tanh", ONE).answers[0], Returned)
    deadline = time.monotonic() + 5
    while groups() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not groups()


def groups():
    return list(Path(JAIL.group).glob(f"gradecheck-{os.getpid()}-*"))
