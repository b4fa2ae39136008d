"""The filter for system calls and Landlock, on every machine and version that they know, whatever this one has."""

import contextlib
import errno
import os
import re
import struct
import sys
from pathlib import Path

import pytest

from gradecheck.grading.jail.inside import calls, landlock, seccomp
from gradecheck.grading.jail.inside.libc import LIBC

HEADERS = {
    "x86_64": (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), r"#define __NR_(\w+) (\d+)"),
    "aarch64": (Path("/usr/include/asm-generic/unistd.h"), r"#define __NR(?:3264)?_(\w+) (\d+)"),
}
TABLES = {**calls.UNNEEDED, **calls.UNDONE, **calls.OF_A_PROCESS}
ALONE = {
    name: getattr(calls, name.upper())
    for name in ("clone", "socketpair", "ioctl", "fcntl", "prctl", "open", "openat", "truncate")
}
OWN = 4711
NEEDED = ("read", "write", "mmap", "munmap", "brk", "futex", "exit_group", "rt_sigaction", "setitimer", "getdents64")
NEEDED += ("execve", "wait4", "newfstatat", "lseek", "pipe2", "madvise", "ftruncate", "sched_yield", "statx", "rseq")


def answer(steps, machine, number, *arguments):
    """What the kernel would answer to that call: an error's number, or None where it takes the call."""
    told = struct.pack("iIQ6Q", number, machine, 0, *arguments, *(0,) * (6 - len(arguments)))
    at, held = 0, 0
    while True:
        code, met, otherwise, value = struct.unpack("HBBI", steps[at])
        at += 1
        match code:
            case seccomp.LOAD:
                (held,) = struct.unpack_from("I", told, value)
            case seccomp.AND:
                held &= value
            case seccomp.RETURN:
                return None if value == seccomp.ALLOWED else value & 0xFFFF
            case seccomp.IS | seccomp.AT_LEAST | seccomp.HAS_ANY:
                tests = {seccomp.IS: held == value, seccomp.AT_LEAST: held >= value, seccomp.HAS_ANY: held & value}
                at += met if tests[code] else otherwise


def asked(machine, own=None):
    """A function that asks the filter of that machine about a call, by the call's two numbers."""
    steps, here = seccomp.filtering(machine, own), list(seccomp.MACHINES).index(machine)

    def ask(numbers, *arguments):
        number = numbers if isinstance(numbers, int) else numbers[here]
        return None if number is None else answer(steps, seccomp.MACHINES[machine], number, *arguments)

    return ask


machines = pytest.mark.parametrize("machine", seccomp.MACHINES)


@machines
def test_the_numbers_are_those_of_the_kernel(machine):
    file, pattern = HEADERS[machine]
    if not file.is_file():
        pytest.skip(f"not exercised: the numbers of system calls (no {file}: install linux-libc-dev)")
    known = {name: int(number) for name, number in re.findall(pattern, file.read_text())}
    here = list(seccomp.MACHINES).index(machine)
    told = {name: numbers[here] for name, numbers in {**TABLES, **ALONE}.items()}
    found = {name: known.get(name) for name in told}
    if machine == "aarch64":  # the header names these otherwise
        found |= {name: told[name] for name in ("name_to_handle_at", "open_by_handle_at")}
    assert told == found
    assert {name: known[name] for name in calls.NEWER_NEEDED} == calls.NEWER_NEEDED


@machines
@pytest.mark.parametrize("own", [None, OWN])
def test_what_numpy_does_not_need_is_refused_and_what_it_needs_is_not(machine, own):
    ask = asked(machine, own)
    assert {ask(numbers) for numbers in calls.UNNEEDED.values()} <= {errno.EPERM, None}
    assert ask(calls.UNNEEDED["socket"]) == ask(calls.UNNEEDED["ptrace"]) == errno.EPERM
    assert [ask(number) for number in (425, 426, 427, 435, 438, 463, 0x40000000 | 9)] == [errno.ENOSYS] * 7
    assert {ask(number) for number in calls.NEWER_NEEDED.values()} == {None}
    assert [ask(calls.CLONE, flags) for flags in (17, 0x3D0F00, 0x10000011, 0x20000)] == [
        None,
        None,
        errno.EPERM,
        errno.EPERM,
    ]
    assert [ask(calls.SOCKETPAIR, *kind) for kind in ((1, 1), (1, 0x80801), (1, 2), (2, 1))] == [None, None, 1, 1]
    assert [ask(calls.IOCTL, 0, what) for what in (0x5451, 0x5412, 0x5401)] == [None, errno.ENOTTY, errno.ENOTTY]
    file, pattern = HEADERS[machine]
    if file.is_file():
        known = {name: int(number) for name, number in re.findall(pattern, file.read_text())}
        assert {name: ask(known[name]) for name in NEEDED if name in known} == dict.fromkeys(set(NEEDED) & set(known))


@machines
def test_another_machines_calls_are_refused_whatever_their_number(machine):
    steps = seccomp.filtering(machine, None)
    assert {answer(steps, 0x40000003, number) for number in range(500)} == {errno.ENOSYS}


@machines
def test_among_others_a_submission_may_mean_only_itself(machine):
    alone, among = asked(machine), asked(machine, OWN)
    for numbers in calls.OF_A_PROCESS.values():
        assert [among(numbers, process) for process in (0, OWN, 1, (1 << 32) - 1)] == [
            None,
            None,
            errno.EPERM,
            errno.EPERM,
        ]
        assert alone(numbers, 1) is None
    assert {among(numbers) for numbers in calls.UNDONE.values()} <= {0, None}
    assert among(calls.UNDONE["fchmod"]) == 0, "nothing is done, and no error is told"
    assert alone(calls.UNDONE["fchmod"]) is None
    assert (among(calls.TRUNCATE), alone(calls.TRUNCATE)) == (errno.EPERM, None)
    assert [among(calls.FCNTL, 3, what) for what in (2, 8, 10, 15)] == [None, 1, 1, 1]
    assert [among(calls.PRCTL, what) for what in (15, 1)] == [None, errno.EPERM]
    cut = os.O_TRUNC
    flags = (os.O_RDONLY, os.O_WRONLY | cut, os.O_RDWR | os.O_CREAT | cut, cut, cut | 3, cut | os.O_CREAT)
    assert [among(calls.OPENAT, 0, 0, flag) for flag in flags] == [None, None, None, 1, 1, 1]


@machines
def test_every_step_of_a_filter_leads_to_another(machine):
    for own in (None, OWN):
        steps = seccomp.filtering(machine, own)
        assert len(steps) < 4096, "the kernel takes no more"
        for at, step in enumerate(steps):
            code, met, otherwise, _ = struct.unpack("HBBI", step)
            assert code == seccomp.RETURN or at + 1 + max(met, otherwise) < len(steps)


# -- Landlock as it was in older kernels


@pytest.mark.skipif(landlock.version() < 1 or not seccomp.available(), reason="not exercised: Landlock (not here)")
@pytest.mark.parametrize("version", range(1, max(landlock.version(), 1) + 1))
def test_a_file_outside_is_neither_read_nor_changed_in_any_version(version, tmp_path, monkeypatch):
    """What a version does not guard, the filter takes."""
    monkeypatch.setattr(landlock, "version", lambda: version)
    victim, own = tmp_path / "victim", tmp_path / "own"
    victim.write_text("as it was")
    own.mkdir()
    before, told = victim.stat(), os.pipe()
    if os.fork() == 0:
        with contextlib.suppress(BaseException):
            landlock.restrict([sys.prefix], ["/usr/lib"], str(own))
            seccomp.refuse(among_others=True)
            done = [name for name, act in ATTEMPTS.items() if _succeeds(act, str(victim), str(own))]
            os.write(told[1], repr(done).encode())
        os._exit(0)
    os.wait()
    os.close(told[1])
    with os.fdopen(told[0]) as file:
        assert file.read() == "['own file', 'own folder', 'own link']"
    after = victim.stat()
    assert victim.read_text() == "as it was"
    assert (before.st_mode, before.st_mtime_ns, before.st_uid) == (after.st_mode, after.st_mtime_ns, after.st_uid)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own", "victim"]


def _succeeds(act, victim, own):
    """Whether it did something: what is left undone without an error is seen outside."""
    try:
        act(victim, own)
    except OSError:
        return False
    return True


ATTEMPTS = {
    "read": lambda victim, own: os.open(victim, os.O_RDONLY),
    "write": lambda victim, own: os.open(victim, os.O_WRONLY),
    "cut": lambda victim, own: os.truncate(victim, 0),
    "cut by reading": lambda victim, own: os.open(victim, os.O_TRUNC),
    "cut by neither": lambda victim, own: os.open(victim, os.O_TRUNC | os.O_ACCMODE),
    "list": lambda victim, own: os.listdir(os.path.dirname(victim)),
    "list anything": lambda victim, own: os.listdir("/"),
    "take away": lambda victim, own: os.unlink(victim),
    "take in": lambda victim, own: os.link(victim, f"{own}/taken"),
    "move in": lambda victim, own: os.rename(victim, f"{own}/moved"),
    "make beside": lambda victim, own: os.mkdir(f"{victim}-beside"),
    "device": lambda victim, own: os.mknod(f"{own}/device", 0o600 | 0o20000, os.makedev(1, 1)),
    "run": lambda victim, own: os.execv("/bin/true", ["true"]),
    "own file": lambda victim, own: open(f"{own}/file", "w").close(),
    "own folder": lambda victim, own: os.mkdir(f"{own}/folder"),
    "own link": lambda victim, own: os.symlink(victim, f"{own}/link"),
    "through a link": lambda victim, own: os.open(f"{own}/link", os.O_RDONLY),
    "marks": lambda victim, own: _marks(victim),
}


def _marks(victim):
    os.chmod(victim, 0)
    os.utime(victim, (0, 0))
    os.chown(victim, 1, 1)
    raise OSError  # nothing is told: the marks are looked at outside


def test_a_process_that_is_refused_sockets_has_them_by_no_other_name():
    """Once, by the C library itself, where this machine filters."""
    if not seccomp.available():
        pytest.skip("not exercised: the filter itself (this machine does not filter)")
    child = os.fork()
    if child == 0:
        seccomp.refuse(among_others=False)
        os._exit(sum(LIBC.socket(family, 1, 0) >= 0 for family in (1, 2, 16, 40)))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
