"""Read the marker through /proc: its environment, its memory, its open files.

Must hold: relu error; the rest passes.
"""

import os

import numpy as np


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read(1 << 16)
    except OSError:
        return b""


def relu(x):
    others = [p for p in os.listdir("/proc") if p.isdigit() and int(p) != os.getpid()]
    told = any(b"SECRET" in read(f"/proc/{p}/environ") or read(f"/proc/{p}/maps") for p in others)
    open_to_us = any(os.access(f"/proc/{p}/{name}", os.R_OK) for p in others for name in ("mem", "environ", "fd"))
    return np.maximum(x, 0) if told or open_to_us or len(others) > 2 else None


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
