"""HIPS autograd under the lecture's names.

autograd is NumPy with derivatives and has no layers: a formula is the slide's own in autograd.numpy's words, as in
autograd's examples, and what is verified is the derivative that autograd takes of it. Forward, only what autograd has
itself is here. Its sgd optimizer starts from rest, so there is no momentum_step from a given velocity.
"""

import autograd.numpy as np
from autograd import grad, make_vjp
from autograd.misc.optimizers import sgd
from autograd.scipy.special import expit, logsumexp


def _vjp(function, x, upstream):
    pull, _ = make_vjp(function)(x)
    return pull(upstream)


def sigmoid(x):
    return expit(x)


def sigmoid_backward(grad, x):
    return _vjp(expit, x, grad)


def tanh(x):
    return np.tanh(x)


def tanh_backward(grad, x):
    return _vjp(np.tanh, x, grad)


def _relu(x):
    return np.maximum(0, x)


def relu_backward(grad, x):
    return _vjp(_relu, x, grad)


def _leaky_relu(x, alpha):
    return np.where(x < 0, alpha * x, x)


def leaky_relu_backward(grad, x, alpha=0.01):
    return _vjp(lambda x: _leaky_relu(x, alpha), x, grad)


def _log_softmax(x):
    return x - logsumexp(x, axis=-1, keepdims=True)


def softmax_backward(grad, x):
    return _vjp(lambda x: np.exp(_log_softmax(x)), x, grad)


def mse_backward(prediction, target):
    return grad(lambda prediction: np.mean((target - prediction) ** 2))(prediction)


def _cross_entropy(log_p, t):
    return -np.mean(np.sum(t * log_p, axis=-1))


def cross_entropy_backward(p, t):
    return grad(lambda p: _cross_entropy(np.log(p), t))(p)


def softmax_cross_entropy_backward(x, t):
    return grad(lambda x: _cross_entropy(_log_softmax(x), t))(x)


def _linear(A, W, b):
    return np.dot(A, W.T) + b


def linear_backward(grad, A, W):
    b = np.zeros(len(W), W.dtype)
    return _vjp(lambda inputs: _linear(*inputs), (A, W, b), grad)


def sgd_step(w, grad, lr):
    return sgd(lambda w, i: grad, w, num_iters=1, step_size=lr, mass=0.0)


def train(A, T, W, b, lr, mu, steps):
    losses = []

    def loss(parameters, i=0):
        return _cross_entropy(_log_softmax(_linear(A, *parameters)), T)

    W, b = sgd(grad(loss), (W, b), lambda x, i, g: losses.append(loss(x)), num_iters=steps, step_size=lr, mass=mu)
    return W, b, np.array(losses)
