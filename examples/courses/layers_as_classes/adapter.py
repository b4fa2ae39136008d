"""The functions of the contract, out of the classes of this course."""

import numpy as np


def layer(W, b):
    made = Linear(W.shape[1], W.shape[0])
    made.W, made.b = W, b.reshape(-1, 1)
    return made


def linear(A, W, b):
    return layer(W, b).forward(A)


def linear_backward(grad, A, W):
    made = layer(W, np.zeros(len(W), W.dtype))
    made.forward(A)
    dLdA = made.backward(grad)
    return dLdA, made.dLdW, made.dLdb.T[0]


def relu(x):
    return ReLU().forward(x)


def relu_backward(grad, x):
    activation = ReLU()
    activation.forward(x)
    return activation.backward(grad)


def mse(prediction, target):
    return MSELoss().forward(prediction, target)


def mse_backward(prediction, target):
    loss = MSELoss()
    loss.forward(prediction, target)
    return loss.backward()


def softmax_cross_entropy(x, t):
    return CrossEntropyLoss().forward(x, t)


def softmax_cross_entropy_backward(x, t):
    loss = CrossEntropyLoss()
    loss.forward(x, t)
    return loss.backward()


def momentum_step(w, v, grad, lr, mu):
    made = layer(w, np.zeros(len(w), w.dtype))
    made.dLdW, made.dLdb = grad, np.zeros((len(w), 1), w.dtype)
    optimizer = SGD(made, lr, mu)
    optimizer.v_W = v
    optimizer.step()
    return made.W, optimizer.v_W
