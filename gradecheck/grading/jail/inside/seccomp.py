"""A filter for system calls: the kernel refuses what no computation with NumPy needs (calls.py), and cannot be taken
in where it is not called. The filter stays with the process and with all that it starts.

It is a program for the kernel, of steps that the kernel takes at every call. Only the lower half of an argument is
looked at, as the kernel itself looks at no more of these.
"""

import ctypes
import errno
import functools
import os
import struct
from collections.abc import Iterable, Sequence
from typing import Final

from .calls import (
    CLONE,
    FCNTL,
    IOCTL,
    NEWER,
    NEWER_NEEDED,
    OF_A_PROCESS,
    OPEN,
    OPENAT,
    PRCTL,
    SECCOMP,
    SOCKETPAIR,
    TRUNCATE,
    UNDONE,
    UNNEEDED,
    Numbers,
)
from .libc import DEATH_SIGNAL, NO_NEW_PRIVILEGES, call, check, set_process

MACHINES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""What the kernel calls each; its place here is the place of its numbers in calls.py."""
LOAD, IS, AT_LEAST, HAS_ANY, AND, RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
NUMBER, MACHINE, ARGUMENTS = 0, 4, 16  # where the kernel shows a call
ALLOWED, REFUSED = 0x7FFF0000, 0x00050000  # with the error's number; with 0, nothing is done, and nothing told
SET_FILTER, KNOWS, SPECULATING = 1, 2, 4

NAMESPACES = 0x7E020000
UNIX, STREAM, KIND = 1, 1, 0xF
OF_ANY_FILE = (0x5450, 0x5451, 0x5421, 0x541B)  # FIONCLEX, FIOCLEX, FIONBIO and FIONREAD
SIGNAL_TO_ANOTHER = (8, 10, 15)  # F_SETOWN, F_SETSIG and F_SETOWN_EX
TRUNCATED, ACCESS = 0o1000, 0o3

Steps = list[bytes]


def available() -> bool:
    """Whether this machine can filter system calls, by a filter that is written here."""
    if os.uname().machine not in MACHINES or struct.calcsize("P") != 8:
        return False
    return _seccomp(KNOWS, 0, ctypes.c_uint32(REFUSED)) == 0


def refuse(among_others: bool) -> None:
    """Filter this process's calls from now on. Raises OSError where that is not possible.

    among_others: other processes and files of this user are in sight.
    """
    steps = filtering(os.uname().machine, os.getpid() if among_others else None)
    program = ctypes.create_string_buffer(b"".join(steps))
    told = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(program)))
    set_process(NO_NEW_PRIVILEGES, 1)
    # without SPECULATING, older kernels slow down all of its arithmetic; it has no secret to guard
    check(_seccomp(SET_FILTER, SPECULATING, told), "seccomp")


def _seccomp(wanted: int, flags: int, told: ctypes.Array[ctypes.c_char] | ctypes.c_uint32) -> int:
    return call(SECCOMP[list(MACHINES).index(os.uname().machine)] or -1, wanted, flags, ctypes.byref(told))


@functools.cache  # a nursery makes it once for all
def filtering(machine: str, own: int | None) -> Steps:
    """The program, for a machine of that name.    own: the process's number, where it is among others."""
    here = list(MACHINES).index(machine)

    def judged(calls: Iterable[Numbers], rule: Steps) -> Steps:
        return [step for numbers in calls if (number := numbers[here]) is not None for step in _if(number, rule)]

    steps = [
        *(_step(LOAD, MACHINE), _step(IS, MACHINES[machine], 1, 0), _end(errno.ENOSYS)),
        _step(LOAD, NUMBER),
        *(step for number in NEWER_NEEDED.values() for step in _if(number, [_step(RETURN, ALLOWED)])),
        *(_step(AT_LEAST, NEWER, 0, 1), _end(errno.ENOSYS)),
        *judged([CLONE], _no_bit_of(0, NAMESPACES)),
        *judged([SOCKETPAIR], _a_stream_of_its_own()),
        *judged([IOCTL], _one_of(1, OF_ANY_FILE, errno.ENOTTY)),
        *judged(UNNEEDED.values(), [_end(errno.EPERM)]),
    ]
    if own is not None:
        steps += judged(OF_A_PROCESS.values(), _one_of(0, (0, own), errno.EPERM))
        steps += judged(UNDONE.values(), [_end(0)]) + judged([TRUNCATE], [_end(errno.EPERM)])
        steps += judged([FCNTL], _none_of(1, SIGNAL_TO_ANOTHER)) + judged([PRCTL], _none_of(0, (DEATH_SIGNAL,)))
        steps += judged([OPEN], _no_cut_while_reading(1)) + judged([OPENAT], _no_cut_while_reading(2))
    return [*steps, _step(RETURN, ALLOWED)]


def _step(code: int, value: int, met: int = 0, otherwise: int = 0) -> bytes:
    """met, otherwise: steps to leave out, where a condition is met, or is not."""
    return struct.pack("HBBI", code, met, otherwise, value)


def _end(error: int) -> bytes:
    return _step(RETURN, REFUSED | error)


def _argument(place: int) -> bytes:
    return _step(LOAD, ARGUMENTS + 8 * place)


def _if(number: int, rule: Steps) -> Steps:
    return [_step(IS, number, 0, len(rule)), *rule]


def _one_of(place: int, values: Sequence[int], error: int) -> Steps:
    tests = [_step(IS, value, len(values) - i, 0) for i, value in enumerate(values)]
    return [_argument(place), *tests, _end(error), _step(RETURN, ALLOWED)]


def _none_of(place: int, values: Sequence[int]) -> Steps:
    tests = [_step(IS, value, len(values) - i, 0) for i, value in enumerate(values)]
    return [_argument(place), *tests, _step(RETURN, ALLOWED), _end(errno.EPERM)]


def _no_bit_of(place: int, bits: int) -> Steps:
    return [_argument(place), _step(HAS_ANY, bits, 0, 1), _end(errno.EPERM), _step(RETURN, ALLOWED)]


def _a_stream_of_its_own() -> Steps:
    """A pair of sockets that are connected: those of other kinds could still be sent from to anybody."""
    of_two = [_step(IS, UNIX, 0, 3), _argument(1), _step(AND, KIND), _step(IS, STREAM, 1, 0)]
    return [_argument(0), *of_two, _end(errno.EPERM), _step(RETURN, ALLOWED)]


def _no_cut_while_reading(place: int) -> Steps:
    """A file that is opened to be emptied is opened for writing, too: older kernels' Landlock looks at nothing else."""
    tests = [_step(AND, TRUNCATED | ACCESS), _step(IS, TRUNCATED, 1, 0), _step(IS, TRUNCATED | ACCESS, 0, 1)]
    return [_argument(place), *tests, _end(errno.EPERM), _step(RETURN, ALLOWED)]
