"""keras under the pack's names, on its backend in NumPy, which has no gradients.

Its losses have one value for each row; the mean over the rows is all that is added.
"""

import os

import numpy as np

os.environ["KERAS_BACKEND"] = "numpy"  # read once, when keras is imported
from keras import activations, layers, losses, ops


def silu(x):
    return activations.silu(x)


def gelu(x):
    return activations.gelu(x)


def gelu_tanh(x):
    return activations.gelu(x, approximate=True)


def softplus(x):
    return activations.softplus(x)


def elu(x, alpha=1.0):
    return activations.elu(x, alpha)


def bce_with_logits(x, t):
    return losses.binary_crossentropy(t, x, from_logits=True).mean()


def huber(prediction, target, delta=1.0):
    return losses.huber(target, prediction, delta).mean()


def kl_div(log_p, t):
    return losses.kl_divergence(t, np.exp(log_p)).mean()


# -- normalisation


def layer_norm(x, gamma, beta, eps):
    return ops.layer_normalization(x, gamma, beta, axis=-1, epsilon=eps)


def rms_norm(x, gamma, eps):
    return ops.rms_normalization(x, gamma, axis=-1, epsilon=eps)


def batch_norm_evaluated(x, gamma, beta, mean, variance, eps):
    return ops.batch_normalization(x, mean, variance, -1, beta, gamma, eps)


# -- recurrent networks with gates


def _cell(cell, x, states, *weights):
    cell.build(x.shape)
    cell.set_weights(weights)
    return [np.asarray(state) for state in cell(x, list(states))[1]]


def lstm_step(x, h, c, W_x, W_h, b):
    return tuple(_cell(layers.LSTMCell(h.shape[1]), x, (h, c), W_x.T, W_h.T, b))


def gru_step(x, h, W_x, W_h, b_x, b_h):
    W_x, W_h, b_x, b_h = (np.concatenate([np.split(a, 3)[g] for g in (1, 0, 2)]) for a in (W_x, W_h, b_x, b_h))
    return _cell(layers.GRUCell(h.shape[1]), x, (h,), W_x.T, W_h.T, np.stack([b_x, b_h]))[0]
