"""numpy_ml.neural_nets under the lecture's names: activations, losses, layers and SGD.

Its gradients of activations are slopes, which a layer multiplies by the upstream gradient; its weights are (in, out).
Named apart from the package, which this file could not import otherwise.
"""

import collections
import warnings

import numpy as np

# numpy-ml 0.1.2 imports collections.Hashable, which left Python in 3.10: it is lent for the import alone. The
# warnings are about gym, which only its reinforcement learning needs.
collections.Hashable = collections.abc.Hashable
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from numpy_ml.neural_nets import activations, layers, losses, optimizers
del collections.Hashable


def sigmoid(x):
    return activations.Sigmoid().fn(x)


def sigmoid_backward(grad, x):
    return grad * activations.Sigmoid().grad(x)


def tanh(x):
    return activations.Tanh().fn(x)


def tanh_backward(grad, x):
    return grad * activations.Tanh().grad(x)


def relu(x):
    return activations.ReLU().fn(x)


def relu_backward(grad, x):
    return grad * activations.ReLU().grad(x)


def leaky_relu(x, alpha=0.01):
    return activations.LeakyReLU(alpha).fn(x)


def leaky_relu_backward(grad, x, alpha=0.01):
    return grad * activations.LeakyReLU(alpha).grad(x)


def softmax(x):
    return layers.Softmax().forward(np.atleast_2d(x)).reshape(x.shape)


def softmax_backward(grad, x):
    layer = layers.Softmax()
    layer.forward(np.atleast_2d(x))
    return layer.backward(np.atleast_2d(grad)).reshape(x.shape)


def mse(prediction, target):
    return losses.SquaredError.loss(target, prediction)


def mse_backward(prediction, target):
    return losses.SquaredError.grad(target, prediction, prediction, activations.Identity())


def cross_entropy(p, t):
    return losses.CrossEntropy.loss(np.atleast_2d(t), np.atleast_2d(p))


def softmax_cross_entropy(x, t):
    return cross_entropy(softmax(x), t)


def softmax_cross_entropy_backward(x, t):
    return losses.CrossEntropy.grad(np.atleast_2d(t), np.atleast_2d(softmax(x))).reshape(x.shape)


def _layer(A, W, b, optimizer=None):
    """A FullyConnected with these parameters; the first forward would draw its own."""
    layer = layers.FullyConnected(len(W), optimizer=optimizer)
    layer.n_in = A.shape[1]
    layer._init_params()
    layer.parameters = {"W": W.T, "b": b[np.newaxis]}
    return layer


def linear(A, W, b):
    return _layer(A, W, b).forward(A)


def linear_backward(grad, A, W):
    layer = _layer(A, W, np.zeros(len(W), W.dtype))
    layer.forward(A)
    dA = layer.backward(grad)
    return dA, layer.gradients["W"].T, layer.gradients["b"][0]


def sgd_step(w, grad, lr):
    return optimizers.SGD(lr).update(w, grad, "w")


def momentum_step(w, v, grad, lr, mu):
    optimizer = optimizers.SGD(lr, momentum=mu)
    optimizer.cache["w"] = v
    return optimizer.update(w, grad, "w"), optimizer.cache["w"]


def train(A, T, W, b, lr, mu, steps):
    layer, values = _layer(A, W, b, optimizers.SGD(lr, momentum=mu)), []
    for _ in range(steps):
        p = layers.Softmax().forward(layer.forward(A))
        values.append(losses.CrossEntropy.loss(T, p))
        layer.backward(losses.CrossEntropy.grad(T, p))
        layer.update()
    return layer.parameters["W"].T, layer.parameters["b"][0], np.array(values)
