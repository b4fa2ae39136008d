"""Landlock: the kernel lets a process, and all that it starts, reach only the files that the process has named before.

It needs neither rights nor namespaces. It does not hide that a file is there, and guards no marks on files such as
their times: seccomp.py takes these.
"""

import ctypes
import os
import struct
from collections.abc import Sequence
from typing import Final

from .libc import NO_NEW_PRIVILEGES, call, check, set_process

CREATE, ADD, RESTRICT = 444, 445, 446  # the system calls, on every machine
VERSION, BELOW_A_PATH = 1, 1

EXECUTE, WRITE, READ, LIST = 1, 2, 4, 8
DEVICES_AND_SOCKETS = 1 << 6 | 1 << 9 | 1 << 11  # to make any
TRUNCATE = 1 << 14
ALL: Final = (0, (1 << 13) - 1, (1 << 14) - 1, (1 << 15) - 1, (1 << 15) - 1, (1 << 16) - 1)
"""All rights to files, by version; the last holds for newer ones."""
TCP: Final = 3  # to bind and to connect, from version 4 on
ABSTRACT_AND_SIGNALS: Final = 3  # to reach sockets by an abstract name, and processes by signals, from version 6 on
OF_FILES: Final = EXECUTE | WRITE | READ | TRUNCATE | 1 << 15  # the others are of folders alone


def version() -> int:
    """The version of Landlock that this kernel has; 0 or less where there is none in force."""
    return call(CREATE, None, 0, VERSION)


def restrict(readable: Sequence[str], listed: Sequence[str], own: str) -> None:
    """Reach no other files from now on, and where the kernel can do that, no TCP and no process outside.

    readable: files, and folders with all below, to read and run.   listed: folders whose names may be read, with those
    below.   own: the folder for everything else but devices and sockets.   Raises OSError where that is not possible.
    """
    known = version()
    rights = ALL[min(known, len(ALL) - 1)]
    told = struct.pack("QQQ", rights, TCP, ABSTRACT_AND_SIGNALS)[: 8 * (1 + (known >= 4) + (known >= 6))]
    rules = call(CREATE, ctypes.create_string_buffer(told, len(told)), len(told), 0)
    check(rules, "Landlock")
    for path in readable:
        _allow(rules, path, EXECUTE | READ | LIST)
    for path in listed:
        _allow(rules, path, LIST)
    _allow(rules, "/dev/null", READ | WRITE)
    _allow(rules, own, rights & ~(EXECUTE | DEVICES_AND_SOCKETS))
    set_process(NO_NEW_PRIVILEGES, 1)
    check(call(RESTRICT, rules, 0), "Landlock")
    os.close(rules)


def _allow(rules: int, path: str, rights: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not os.path.isdir(path):
            rights &= OF_FILES
        told = struct.pack("=Qi", rights, place)
        check(call(ADD, rules, BELOW_A_PATH, ctypes.create_string_buffer(told, len(told)), 0), f"Landlock for {path}")
    finally:
        os.close(place)
