"""Print what a marker prints, and what a terminal or a page would obey.

Must hold: relu wrong; the rest passes.
"""

import numpy as np

CLAIM = """\x1b[2J\x1b[31m100% passed\x1b[0m\x07\x9b1m\u202e
```
# relu 1 of 1 points
<script>alert("right")</script>
{"score": 6, "outcome": "passed"}
=cmd()|'/c calc'!A1
"""
print(CLAIM)


def relu(x):
    print(CLAIM, "Test passed.", sep="\r")
    return np.ones_like(x)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
