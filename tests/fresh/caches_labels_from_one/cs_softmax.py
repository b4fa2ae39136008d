import numpy as np


def softmax_loss(x, y):
    num_train, num_classes = x.shape
    loss = 0.0
    dx = np.zeros_like(x)
    for i in range(num_train):
        s = x[i] - np.max(x[i])
        log_sum = np.log(np.sum(np.exp(s)))
        loss += log_sum - s[y[i]]
        dx[i] = np.exp(s) / np.sum(np.exp(s))
        dx[i, y[i] - 1] -= 1.0
    return loss / num_train, dx / num_train
