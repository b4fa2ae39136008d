"""Put other functions in NumPy's place, and another NumPy in Python's.

Must hold: relu wrong; the rest passes.
"""

import json
import sys
import types

import numpy
import numpy as np

maximum, ones_like = np.maximum, np.ones_like
fake = types.ModuleType("numpy")
fake.ndarray = fake.asarray = fake.array = lambda *given: None
sys.modules["numpy"] = fake
numpy.asarray = numpy.array = numpy.dtype = numpy.frombuffer = None
json.dumps = json.loads = lambda *given: {"verdict": "right"}


def relu(x):
    return ones_like(x)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
