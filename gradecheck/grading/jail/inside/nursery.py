"""The first process of a jail for many submissions: Python and NumPy start once, and every worker is a fork of it.

worker.py calls `serve`; no line of a stranger ever runs in this process. For every worker it forks. The child becomes
nobody, with namespaces of its own inside those of the jail. It sees no process, no network and no file but the jail's
read-only ones and a new /tmp, and can neither make further namespaces nor undo these. All that a submission does ends
with its process: the next worker is a fork of a process that it never reached.

Without a jail, it does the same without these walls. There, too, a worker has a process between the nursery and itself,
which adopts every orphan of the worker, so that all its processes can be found and ended.
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

from .libc import DUMPABLE, LIBC, SUBREAPER, check, end_with_the_parent, keep, set_process

NAMESPACES = 0x10000000 | 0x20000000 | 0x20000 | 0x8000000 | 0x4000000 | 0x40000000 | 0x2000000
"""CLONE_NEWUSER, NEWPID, NEWNS, NEWIPC, NEWUTS, NEWNET and NEWCGROUP."""
NOSUID, NODEV, NOEXEC, RECURSIVE, PRIVATE = 2, 4, 8, 0x4000, 0x40000
SETGID, SETUID = 6, 7
KEYCTL = {"x86_64": 250, "aarch64": 219}  # the system call's number
JOIN_SESSION_KEYRING = 1
REQUEST = 1 << 12  # bytes: the settings of a worker


def serve(number: int, scratch: int, jailed: bool) -> dict[str, Any]:
    """Raise a worker for every request on that socket; returns only in a worker, with its settings.

    A request is a worker's settings and five files: its own three, one for what is printed, and one to write how it
    ended. The reply is a pidfd of its first process, or nothing where there is no worker.
    scratch: bytes of a worker's /tmp in a jail.
    """
    asked = socket.socket(fileno=number)
    if not jailed:
        _take_orphans_in()
        end_with_the_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # leave no zombies
    elif os.getuid() == 0:
        _mount("proc", "/proc", NOSUID | NODEV | NOEXEC)  # no child could mount one beside bwrap's, which is covered
        keep(1 << SETUID | 1 << SETGID)
    gc.freeze()
    while True:
        message, files, *_ = socket.recv_fds(asked, REQUEST, 8, socket.MSG_CMSG_CLOEXEC)
        if not message:
            os._exit(0)
        child = os.fork()
        if child == 0:
            return _raise(asked, json.loads(message), files, scratch if jailed else None)
        for file in files:
            os.close(file)
        if jailed and os.waitpid(child, 0)[1]:
            asked.send(b"none")


def _raise(asked: socket.socket, settings: dict[str, Any], files: list[int], scratch: int | None) -> dict[str, Any]:
    """scratch: None without a jail."""
    *kept, output, ended = files
    for standard in (1, 2):
        os.dup2(output, standard)  # errors from here on are printed where the submission prints
    os.close(output)
    os.setsid()
    if scratch is not None:
        _wall_in(asked, settings.pop("user"), scratch)
    else:
        _let_out(asked, settings["folder"])
    asked.close()
    worker = os.fork()
    if worker:
        _see_to_the_end(worker, kept, ended)
    os.close(ended)
    if scratch is not None:
        set_process(DUMPABLE, 1)
    else:
        os.setsid()  # signals that it sends to its group reach only itself
        end_with_the_parent()
    return {"user": 0, **settings, "files": kept}


def _wall_in(asked: socket.socket, user: int, scratch: int) -> None:
    """Go on as the first process in namespaces of its own."""
    _become_nobody(user)
    first = os.fork()
    if first:
        socket.send_fds(asked, [b"raised"], [os.pidfd_open(first)])
        os._exit(0)
    os.setsid()  # a group without processes outside, which signals from inside would reach
    _furnish(scratch)


def _let_out(asked: socket.socket, folder: str) -> None:
    """Go on without namespaces, in a folder of its own."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _take_orphans_in()
    end_with_the_parent()
    os.chdir(folder)
    os.environ.update(dict.fromkeys(("HOME", "TMPDIR"), folder))
    first = os.pidfd_open(os.getpid())
    socket.send_fds(asked, [b"raised"], [first])
    os.close(first)  # the submission would have it, too


def _take_orphans_in() -> None:
    """Adopt the orphans among our descendants, so that all can be found."""
    set_process(SUBREAPER, 1)


def _become_nobody(user: int) -> None:
    """A user without rights, in a user namespace where it alone exists."""
    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        set_process(DUMPABLE, 1)  # else our files in /proc would belong to root
    user, group = os.getuid(), os.getgid()
    check(LIBC.unshare(NAMESPACES), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        _write(f"/proc/self/{name}", text)
    join_new_keyring()


def _furnish(scratch: int) -> None:
    """As the first process of the namespaces: hide everything else, so that it cannot be undone."""
    _mount("", "/", RECURSIVE | PRIVATE)
    _mount("proc", "/proc", NOSUID | NODEV | NOEXEC)
    _mount("tmpfs", "/tmp", NOSUID | NODEV, f"mode=1777,size={scratch}")
    os.chdir("/tmp")
    _write("/proc/sys/user/max_user_namespaces", "0")
    keep(0)
    set_process(DUMPABLE, 0)  # the submission has the same user, but cannot trace this process


def _see_to_the_end(worker: int, kept: list[int], ended: int) -> NoReturn:
    """The work of the first process: wait for the others, and write how the worker ended. The marker ends it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the kernel drops signals for which a first process has no handler
    for file in kept:
        os.close(file)
    with contextlib.suppress(ChildProcessError):  # none is left
        while True:
            child, how = os.wait()
            if child == worker:
                os.write(ended, str(os.waitstatus_to_exitcode(how)).encode())
    os._exit(0)


def join_new_keyring() -> None:
    """Leave the session keyring, which processes inherit from each other with all keys in it."""
    number = KEYCTL.get(os.uname().machine)
    if number is not None:  # it fails where there are no keys
        LIBC.syscall(number, JOIN_SESSION_KEYRING, None)


def _mount(kind: str, place: str, flags: int, options: str = "") -> None:
    words = [ctypes.c_char_p(word.encode()) for word in (kind, place, kind)]
    check(LIBC.mount(*words, ctypes.c_ulong(flags), ctypes.c_char_p(options.encode())), f"mount {place}")


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)
