import numpy as np


class ReLU:
    """max(0, z)"""

    def forward(self, Z):
        self.off = Z <= 0
        A = Z.copy()
        A[self.off] = 0
        return A

    def backward(self, dLdA):
        return np.where(self.off, dLdA, 0)
