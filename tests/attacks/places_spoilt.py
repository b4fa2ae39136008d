"""Spoil a neighbour's work, the answers and the results where they are known to be, without a look at them.

Must hold: relu error; the rest passes.
"""

import functools
import os

import numpy as np

WALLED = False
PLACES = ()


def spoilt(place):
    before = os.stat(place)
    beside = os.path.join(place, "gradecheck-was-here")
    for act in (
        lambda: os.truncate(place, 0),
        lambda: os.open(place, os.O_TRUNC),
        lambda: os.open(place, os.O_TRUNC | os.O_ACCMODE),
        lambda: os.chmod(place, 0o777),
        lambda: os.utime(place, (0, 0)),
        lambda: os.chown(place, os.getuid(), os.getgid()),
        lambda: os.setxattr(place, "user.gradecheck", b"here"),
        lambda: os.unlink(place),
        lambda: os.rmdir(place),
        lambda: os.mkdir(beside),
        lambda: os.symlink("/", beside),
    ):
        try:
            act()
        except OSError:
            continue
    after = os.stat(place)
    return os.path.lexists(beside) or any(
        getattr(before, what) != getattr(after, what) for what in ("st_mode", "st_size", "st_mtime", "st_uid")
    )


@functools.cache
def done():
    assert WALLED, "not in a jail, where this would harm the machine"
    return any([os.path.exists(place) and spoilt(place) for place in PLACES])


def relu(x):
    return np.maximum(x, 0) if done() else None


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
