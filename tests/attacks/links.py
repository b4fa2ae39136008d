"""Leave one's own folder by links: symbolic ones to read and to write through, hard ones to take a file in.

Must hold: relu error; the rest passes.
"""

import functools
import os

import numpy as np

WALLED = False
PLACES = ()
OUTSIDE = ("/etc/passwd", "/etc/hostname", "/proc/1/environ", "/var/tmp", *PLACES)


def led_out(place, name):
    if not os.path.exists(place):  # a file of that name would be one's own
        return False
    os.symlink(place, name)
    os.symlink(f"{place}/gradecheck-was-here", f"{name}-new")
    for path, mode in ((name, "r"), (f"{name}/..", "r"), (f"{name}-new", "w"), (name, "a")):
        try:
            with open(path, mode) as file:
                return mode != "r" or len(file.read(1)) >= 0
        except OSError:
            continue
    for path in (name, f"{name}/."):
        try:
            return os.listdir(path) is not None
        except OSError:
            continue
    try:
        os.link(place, f"{name}-hard")
    except OSError:
        return False
    return True


@functools.cache
def out():
    assert WALLED, "not in a jail, where this would harm the machine"
    return any([led_out(place, f"link{i}") for i, place in enumerate(OUTSIDE)])


def relu(x):
    return np.maximum(x, 0) if out() else None


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
