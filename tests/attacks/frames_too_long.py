"""Announce an answer that is larger than any memory, and one that is nested without end.

Must hold: relu error; the rest passes.
"""

import json
import os
import struct

import numpy as np


def frame(header, size):
    return struct.pack("<IQ", len(header), size) + header


def forge(data):
    for file in range(3, 64):
        try:
            os.write(file, data)
        except OSError:
            continue


def relu(x):
    forge(frame(b"[" * 1_000_000, 0))
    forge(struct.pack("<IQ", (1 << 32) - 1, (1 << 64) - 1))
    os._exit(0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
