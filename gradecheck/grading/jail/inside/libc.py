"""The C library, for what Python has no function for."""

import ctypes
import os
import signal

LIBC = ctypes.CDLL(None, use_errno=True)
DEATH_SIGNAL, DUMPABLE, KEEP_CAPABILITIES, SUBREAPER, NO_NEW_PRIVILEGES = 1, 4, 8, 36, 38
CAPABILITIES_3 = 0x20080522


def check(returned: int, what: str) -> None:
    """Raises OSError where a call has failed."""
    if returned < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def set_process(option: int, value: int) -> None:
    """Change how the kernel treats this process. Raises OSError where it does not."""
    check(LIBC.prctl(option, *map(ctypes.c_ulong, (value, 0, 0, 0))), "prctl")


def call(number: int, *arguments: object) -> int:
    """A system call by its number; -1 where it fails."""
    words = (ctypes.c_long(a) if isinstance(a, int) else a for a in arguments)
    return int(LIBC.syscall(ctypes.c_long(number), *words))


def keep(capabilities: int) -> None:
    """Give up all capabilities but these. Raises OSError where they are not there."""
    words = (ctypes.c_uint32 * 6)(capabilities, capabilities, 0, 0, 0, 0)
    check(LIBC.capset((ctypes.c_uint32 * 2)(CAPABILITIES_3, 0), words), "capset")


def end_with_the_parent() -> None:
    """Be ended by the kernel when the parent ends. A new user needs this anew."""
    set_process(DEATH_SIGNAL, signal.SIGKILL)
