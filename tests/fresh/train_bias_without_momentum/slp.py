import numpy as np


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def train(A, T, W, b, lr, mu, steps):
    """Forward, loss, backpropagation, gradient descent."""
    v_w, v_b = 0 * W, 0 * b
    losses = np.empty(steps, A.dtype)
    for i in range(steps):
        log_p = log_softmax(A @ W.T + b)
        losses[i] = -np.mean((T * log_p).sum(axis=1))

        dz = (np.exp(log_p) - T) / len(A)
        dw = dz.T @ A
        db = dz.sum(axis=0)

        v_w = mu * v_w + dw
        v_b = mu * v_b + db
        W = W - lr * v_w
        b = b - lr * db
    return W, b, losses
