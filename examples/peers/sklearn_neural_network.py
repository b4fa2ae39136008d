"""scikit-learn's private neural network functions under the lecture's names.

They write into their argument, which is a copy here, want rows, and take gradients from the function's value. The
optimizer is that of MLPClassifier, without Nesterov's look-ahead.
"""

import numpy as np
from sklearn.neural_network import _base
from sklearn.neural_network._stochastic_optimizers import SGDOptimizer


def _filled(activation, x):
    out = np.array(x)
    activation(out)
    return out


def _backward(activation, derivative, grad, x):
    delta = np.array(grad)
    derivative(_filled(activation, x), delta)
    return delta


def sigmoid(x):
    return _filled(_base.inplace_logistic, x)


def sigmoid_backward(grad, x):
    return _backward(_base.inplace_logistic, _base.inplace_logistic_derivative, grad, x)


def tanh(x):
    return _filled(_base.inplace_tanh, x)


def tanh_backward(grad, x):
    return _backward(_base.inplace_tanh, _base.inplace_tanh_derivative, grad, x)


def relu(x):
    return _filled(_base.inplace_relu, x)


def relu_backward(grad, x):
    return _backward(_base.inplace_relu, _base.inplace_relu_derivative, grad, x)


def softmax(x):
    return _filled(_base.inplace_softmax, np.atleast_2d(x)).reshape(x.shape)


def mse(prediction, target):
    return _base.squared_loss(target, prediction)


def cross_entropy(p, t):
    return _base.log_loss(np.atleast_2d(t), np.atleast_2d(p))


def softmax_cross_entropy(x, t):
    return cross_entropy(softmax(x), t)


def _step(w, v, grad, lr, mu):
    w = np.array(w)
    optimizer = SGDOptimizer([w], lr, momentum=mu, nesterov=False)
    optimizer.velocities = [v]
    optimizer.update_params([w], [grad])
    return w, optimizer.velocities[0]


def sgd_step(w, grad, lr):
    return _step(w, np.zeros_like(w), grad, lr, 0.0)[0]


def momentum_step(w, v, grad, lr, mu):
    return _step(w, v, grad, lr, mu)
