"""Become somebody else: root by a call, by the user before, or by a program that is root's.

Must hold: relu error; the rest passes.
"""

import ctypes
import os

import numpy as np

ASK_NO_NEW_PRIVILEGES, CAPABILITIES = 39, ("CapPrm", "CapEff", "CapInh", "CapAmb")
MAY_READ = 1 << 2
LIBC = ctypes.CDLL(None)


def became(act, *words):
    try:
        act(*words)
    except OSError:
        return False
    return True


def relu(x):
    own = os.getuid()
    other = 0 if own else 1
    calls = (os.setuid, other), (os.seteuid, other), (os.setresuid, other, own, own), (os.setgroups, [other])
    found = [became(*call) for call in calls]
    found.append(LIBC.prctl(ASK_NO_NEW_PRIVILEGES, 0, 0, 0, 0) != 1)
    header, words = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    LIBC.capget(header, words)
    found.append(bool((words[0] | words[1]) & ~MAY_READ))
    return np.maximum(x, 0) if any(found) else None


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
