"""mygrad under the pack's names.

mygrad is NumPy with derivatives. Of these functions it has elu, logaddexp and the layers itself; the others are the
formula in mygrad's words, and what is verified is the derivative that mygrad takes of it.
"""

from functools import partial
from math import pi, sqrt

import mygrad
import numpy as np
from mygrad.nnet import activations, layers


def _slopes(function, inputs, grad=None):
    """∂L/∂input for each of the inputs, where grad is ∂L/∂function(*inputs), and 1 for a scalar loss."""
    leaves = tuple(map(mygrad.tensor, inputs))
    function(*leaves).backward(grad)
    return tuple(leaf.grad for leaf in leaves)


def _slope(function, x, grad=None):
    return _slopes(function, (x,), grad)[0]


# -- activations and losses


def _silu(x):
    return x * activations.sigmoid(x)


def silu_backward(grad, x):
    return _slope(_silu, x, grad)


def _gelu_tanh(x):
    return x / 2 * (1 + mygrad.tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))


def gelu_tanh_backward(grad, x):
    return _slope(_gelu_tanh, x, grad)


def _softplus(x):
    return mygrad.logaddexp(x, x.dtype.type(0))  # a Python number would make float64 of float32


def softplus(x):
    return _softplus(x).data


def softplus_backward(grad, x):
    return _slope(_softplus, x, grad)


def elu(x, alpha=1.0):
    return activations.elu(x, alpha).data


def elu_backward(grad, x, alpha=1.0):
    return _slope(lambda x: activations.elu(x, alpha), x, grad)


def bce_with_logits_backward(x, t):
    return _slope(lambda x: mygrad.mean(_softplus(x) - t * x), x)


def huber_backward(prediction, target, delta=1.0):
    def huber(prediction):
        d = mygrad.abs(prediction - target)
        return mygrad.mean(mygrad.where(d <= delta, d**2 / 2, delta * (d - delta / 2)))

    return _slope(huber, prediction)


def kl_div_backward(log_p, t):
    log_t = np.log(np.where(t == 0, 1, t))
    return _slope(lambda log_p: mygrad.mean(mygrad.sum(t * (log_t - log_p), axis=-1)), log_p)


# -- normalisation


def batch_norm(x, gamma, beta, eps):
    return layers.batchnorm(x, gamma=gamma, beta=beta, eps=eps).data


def batch_norm_backward(grad, x, gamma, beta, eps):
    return _slopes(lambda x, gamma, beta: layers.batchnorm(x, gamma=gamma, beta=beta, eps=eps), (x, gamma, beta), grad)


# -- convolution and pooling


def _reached(x, fill, kernel, stride, padding, dilation=1):
    """x inside of the padding, up to its last window: mygrad refuses rows and columns that no window reaches."""
    x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)], constant_values=fill)
    left = [(length - dilation * (k - 1) - 1) % stride for length, k in zip(x.shape[2:], kernel, strict=True)]
    return x[:, :, : x.shape[2] - left[0], : x.shape[3] - left[1]]


def _back(dx, x, padding):
    """The gradient of x: that of what was reached, without the padding, and 0 elsewhere."""
    whole = np.zeros((*x.shape[:2], x.shape[2] + 2 * padding, x.shape[3] + 2 * padding), x.dtype)
    whole[:, :, : dx.shape[2], : dx.shape[3]] = dx
    return whole[:, :, padding : padding + x.shape[2], padding : padding + x.shape[3]]


def _convolved(stride, dilation, x, w, b):
    return layers.conv_nd(x, w, stride=stride, dilation=dilation) + b.reshape(-1, 1, 1)


def conv2d(x, w, b, stride, padding, dilation):
    return _convolved(stride, dilation, _reached(x, 0, w.shape[2:], stride, padding, dilation), w, b).data


def conv2d_backward(grad, x, w, stride, padding, dilation):
    inputs = (_reached(x, 0, w.shape[2:], stride, padding, dilation), w, np.zeros(len(w), w.dtype))
    dx, dw, db = _slopes(partial(_convolved, stride, dilation), inputs, grad)
    return _back(dx, x, padding), dw, db


def max_pool2d(x, kernel, stride, padding):
    size = (kernel, kernel)
    return layers.max_pool(_reached(x, -np.inf, size, stride, padding), size, stride).data


def max_pool2d_backward(grad, x, kernel, stride, padding):
    size = (kernel, kernel)
    dx = _slope(lambda x: layers.max_pool(x, size, stride), _reached(x, -np.inf, size, stride, padding), grad)
    return _back(dx, x, padding)


# -- embedding


def embedding_backward(grad, W, indices):
    return _slope(lambda W: W[indices], W, grad)
