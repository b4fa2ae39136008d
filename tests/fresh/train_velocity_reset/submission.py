import numpy as np


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def loss_of(Z, T):
    S = Z - Z.max(axis=1, keepdims=True)
    return -np.sum(T * (S - np.log(np.sum(np.exp(S), axis=1, keepdims=True)))) / Z.shape[0]


def train(A, T, W, b, lr, mu, steps):
    losses = np.zeros(steps, dtype=W.dtype)
    for step in range(steps):
        vW = np.zeros_like(W)
        vb = np.zeros_like(b)
        # forward
        Z = A @ W.T + b
        losses[step] = loss_of(Z, T)
        # backward
        dZ = (softmax(Z) - T) / A.shape[0]
        # update
        vW = mu * vW + dZ.T @ A
        vb = mu * vb + dZ.sum(axis=0)
        W = W - lr * vW
        b = b - lr * vb
    return W, b, losses
