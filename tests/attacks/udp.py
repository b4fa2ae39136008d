"""Send the questions to a friend, in a packet that needs no connection.

Must hold: relu error; the rest passes.
"""

import socket

import numpy as np

PORT = 9


def relu(x):
    with socket.socket(type=socket.SOCK_DGRAM) as caller:
        caller.settimeout(0.1)
        caller.connect(("127.0.0.1", PORT))
        try:
            caller.send(b"hello")
            caller.recv(1)
        except TimeoutError:  # and not refused: it has arrived
            return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
