"""What the side by hand is helped by."""

import numpy as np


def windows(x, width):
    """All stretches of that many neighbours, one a row."""
    return np.stack([x[i : i + width] for i in range(len(x) - width + 1)])
