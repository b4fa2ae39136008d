"""The first process of a jail in which one submission after another is marked: Python and NumPy have started once.

Started as worker.py, which calls `serve`; no line of a stranger ever runs in it. For every worker that is asked for it
forks, and the child becomes nobody, with namespaces of its own inside those of the jail, in which it sees no process,
no network and no file but the jail's read-only ones and a new /tmp; it can neither make further namespaces nor undo
these. What one submission does is gone with its process: the next one is another child of a process it never reached.

Where there is no jail, it does the same without any walls: a worker has a process between the nursery and itself, too.
To that one every orphan of the worker's comes home, whatever it has left behind, so that it can be found and ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import signal
import socket
from typing import Any, NoReturn

LIBC = ctypes.CDLL(None, use_errno=True)
NAMESPACES = 0x10000000 | 0x20000000 | 0x20000 | 0x8000000 | 0x4000000 | 0x40000000 | 0x2000000
"""CLONE_NEWUSER, NEWPID, NEWNS, NEWIPC, NEWUTS, NEWNET and NEWCGROUP."""
NOSUID, NODEV, NOEXEC, RECURSIVE, PRIVATE = 2, 4, 8, 0x4000, 0x40000
DUMPABLE, CAPABILITIES_3, SETGID, SETUID = 4, 0x20080522, 6, 7
KEYCTL = {"x86_64": 250, "aarch64": 219}  # the system call's number
JOIN_SESSION_KEYRING = 1
REQUEST = 1 << 12  # bytes: the settings of a worker
DEATH_SIGNAL, SUBREAPER = 1, 36


def serve(number: int, scratch: int, jailed: bool) -> dict[str, Any]:
    """Raise a worker for every request on that socket; returns in a worker alone, with its settings.

    A request is a worker's settings and five files: its own three, one for all that is printed, and one that is told
    how it ended. The answer is a file that stands for its first process (a pidfd), or none where there is no worker.
    scratch: bytes of a worker's /tmp in a jail.
    """
    asked = socket.socket(fileno=number)
    if not jailed:
        _take_orphans_in()
        _end_with_the_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # leave no zombies
    elif os.getuid() == 0:
        _mount("proc", "/proc", NOSUID | NODEV | NOEXEC)  # that of bwrap has parts covered: no child could mount one
        _keep(1 << SETUID | 1 << SETGID)
    gc.freeze()
    while True:
        message, files, *_ = socket.recv_fds(asked, REQUEST, 8, socket.MSG_CMSG_CLOEXEC)
        if not message:
            os._exit(0)
        child = os.fork()
        if child == 0:
            return _raise(asked, json.loads(message), files, scratch)
        for file in files:
            os.close(file)
        if jailed and os.waitpid(child, 0)[1]:
            asked.send(b"none")


def _raise(asked: socket.socket, settings: dict[str, Any], files: list[int], scratch: int) -> dict[str, Any]:
    *kept, output, ended = files
    for standard in (1, 2):
        os.dup2(output, standard)  # what goes wrong from here is told where the submission prints
    os.close(output)
    os.setsid()
    if settings["jailed"]:
        _wall_in(asked, settings["user"], scratch)
    else:
        _let_out(asked, settings["folder"])
    asked.close()
    worker = os.fork()
    if worker:
        _see_to_the_end(worker, kept, ended)
    os.close(ended)
    if settings["jailed"]:
        _check(LIBC.prctl(DUMPABLE, 1, 0, 0, 0), "prctl")
    else:
        os.setsid()  # what it sends to its group is for itself
        _end_with_the_parent()
    return {**settings, "user": 0, "files": kept}


def _wall_in(asked: socket.socket, user: int, scratch: int) -> None:
    """Go on as the first process within walls."""
    _become_nobody(user)
    first = os.fork()
    if first:
        socket.send_fds(asked, [b"raised"], [os.pidfd_open(first)])
        os._exit(0)
    os.setsid()  # a group with no process outside: it can be sent signals from inside
    _furnish(scratch)


def _let_out(asked: socket.socket, folder: str) -> None:
    """Go on without walls, in a folder of one's own."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _take_orphans_in()
    _end_with_the_parent()
    os.chdir(folder)
    os.environ.update(dict.fromkeys(("HOME", "TMPDIR"), folder))
    socket.send_fds(asked, [b"raised"], [os.pidfd_open(os.getpid())])


def _take_orphans_in() -> None:
    """Those among our descendants come home to us, so that none is out of sight."""
    _check(LIBC.prctl(SUBREAPER, 1, 0, 0, 0), "prctl")


def _end_with_the_parent() -> None:
    _check(LIBC.prctl(DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0), "prctl")


def _become_nobody(user: int) -> None:
    """A user without rights, in a user namespace where it alone exists."""
    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        _check(LIBC.prctl(DUMPABLE, 1, 0, 0, 0), "prctl")  # or what is ours in /proc would be root's
    user, group = os.getuid(), os.getgid()
    _check(LIBC.unshare(NAMESPACES), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        _write(f"/proc/self/{name}", text)
    join_new_keyring()


def _furnish(scratch: int) -> None:
    """As the first process of the namespaces: see nothing of the others, and be able to change that no more."""
    _mount("", "/", RECURSIVE | PRIVATE)
    _mount("proc", "/proc", NOSUID | NODEV | NOEXEC)
    _mount("tmpfs", "/tmp", NOSUID | NODEV, f"mode=1777,size={scratch}")
    os.chdir("/tmp")
    _write("/proc/sys/user/max_user_namespaces", "0")
    _keep(0)
    _check(LIBC.prctl(DUMPABLE, 0, 0, 0, 0), "prctl")  # of the same user as the submission, but not to be traced by it


def _see_to_the_end(worker: int, kept: list[int], ended: int) -> NoReturn:
    """All that the first process does: it waits for the others, and says how the worker ended. The marker ends it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the kernel keeps from it what it has no handler for
    for file in kept:
        os.close(file)
    with contextlib.suppress(ChildProcessError):  # none is left
        while True:
            child, how = os.wait()
            if child == worker:
                os.write(ended, str(os.waitstatus_to_exitcode(how)).encode())
    os._exit(0)


def join_new_keyring() -> None:
    """Processes inherit the kernel's session keyring, with all that is in it and all that is put there."""
    number = KEYCTL.get(os.uname().machine)
    if number is not None:  # where it fails, there are no keys
        LIBC.syscall(number, JOIN_SESSION_KEYRING, None)


def _keep(capabilities: int) -> None:
    words = (ctypes.c_uint32 * 6)(capabilities, capabilities, 0, 0, 0, 0)
    _check(LIBC.capset((ctypes.c_uint32 * 2)(CAPABILITIES_3, 0), words), "capset")


def _mount(kind: str, place: str, flags: int, options: str = "") -> None:
    words = [ctypes.c_char_p(word.encode()) for word in (kind, place, kind)]
    _check(LIBC.mount(*words, ctypes.c_ulong(flags), ctypes.c_char_p(options.encode())), f"mount {place}")


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)


def _check(returned: int, what: str) -> None:
    if returned < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
