import numpy as np


def train(A, T, W, b, lr, mu, steps):
    n = A.shape[0]
    v = {"W": np.zeros_like(W), "b": np.zeros_like(b)}
    losses = []
    for i in range(steps):
        Z = np.dot(A, W.T) + b
        Z -= np.max(Z, axis=1, keepdims=True)
        logP = Z - np.log(np.sum(np.exp(Z), axis=1, keepdims=True))
        losses.append(-np.sum(T * logP) / n)
        dZ = (np.exp(logP) - T) / n

        v["W"] = mu * v["W"] + np.dot(dZ.T, A)
        W -= lr * v["W"]
        v["b"] = mu * v["b"] + np.sum(dZ, axis=0)
        b -= lr * v["b"]
    return W, b, np.asarray(losses, dtype=A.dtype)
