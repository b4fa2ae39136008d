import numpy as np


class Perceptron:
    """Single layer perceptron with softmax output"""

    def __init__(self, W, b):
        self.W, self.b = W.copy(), b.copy()
        self.vW, self.vb = np.zeros_like(W), np.zeros_like(b)

    def log_probs(self, A):
        Z = A @ self.W.T + self.b
        Z = Z - Z.max(axis=1, keepdims=True)
        return Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))

    def loss(self, A, T):
        return -(T * self.log_probs(A)).sum(axis=1).mean()

    def step(self, A, T, lr, mu):
        dZ = (np.exp(self.log_probs(A)) - T) / len(A)
        self.vW = mu * self.vW + dZ.T @ A
        self.vb = mu * self.vb + dZ.sum(axis=0)
        self.W = self.W - lr * self.vW
        self.b = self.b - lr * self.vb


def train(A, T, W, b, lr, mu, steps):
    net = Perceptron(W, b)
    history = []
    for _ in range(steps):
        net.step(A, T, lr, mu)
        history.append(net.loss(A, T))
    return net.W, net.b, np.array(history, dtype=A.dtype)
