import numpy as np


def softmax_loss(x, y):
    N = x.shape[0]
    scores = x - np.max(x, axis=1, keepdims=True)
    log_p = scores - np.log(np.sum(np.exp(scores), axis=1, keepdims=True))
    loss = -np.mean(log_p[:, y])
    dx = np.exp(log_p)
    dx[np.arange(N), y] -= 1
    dx /= N
    return loss, dx
