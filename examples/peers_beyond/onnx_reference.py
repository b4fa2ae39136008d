"""onnx.reference under the pack's names: the operators of ONNX as its own NumPy evaluates them. It has no gradients.

What is added is what the operators ask for: the order of gates, a second bias of zeros, and the axis of directions.
"""

import numpy as np
from onnx import helper
from onnx.reference import ReferenceEvaluator

TRAINING = "ai.onnx.preview.training"
VERSIONS = {"": 24, TRAINING: 1}


def _run(operator, *inputs, results=1, domain="", **attributes):
    """One operator as a model of its own: its result, or a tuple of several."""
    names, results = [f"x{i}" for i in range(len(inputs))], [f"y{i}" for i in range(results)]
    kind = [helper.np_dtype_to_tensor_dtype(x.dtype) for x in inputs]
    node = helper.make_node(operator, names, results, domain=domain, **attributes)
    starts = [helper.make_tensor_value_info(*of) for of in zip(names, kind, map(np.shape, inputs), strict=True)]
    ends = [helper.make_tensor_value_info(name, kind[0], None) for name in results]
    model = helper.make_model(
        helper.make_graph([node], operator, starts, ends),
        opset_imports=[helper.make_opsetid(*version) for version in VERSIONS.items()],
    )
    found = tuple(np.asarray(y) for y in ReferenceEvaluator(model).run(None, dict(zip(names, inputs, strict=True))))
    return found if len(found) > 1 else found[0]


# -- activations


def silu(x):
    return _run("Swish", x)


def gelu(x):
    return _run("Gelu", x)


def gelu_tanh(x):
    return _run("Gelu", x, approximate="tanh")


def softplus(x):
    return _run("Softplus", x)


def elu(x, alpha=1.0):
    return _run("Elu", x, alpha=alpha)


# -- optimisers


def nesterov_step(w, v, grad, lr, mu):
    settings = {"mode": "nesterov", "alpha": mu, "beta": 1.0, "norm_coefficient": 0.0}
    inputs = (w.dtype.type(lr), np.int64(1), w, grad, v)
    return _run("Momentum", *inputs, results=2, domain=TRAINING, **settings)


def adam_step(w, m, v, grad, t, lr, beta1, beta2, eps):
    settings = {"alpha": beta1, "beta": beta2, "epsilon": eps, "norm_coefficient": 0.0, "norm_coefficient_post": 0.0}
    inputs = (w.dtype.type(lr), np.int64(t), w, grad, m, v)
    return _run("Adam", *inputs, results=3, domain=TRAINING, **settings)


# -- normalisation


def layer_norm(x, gamma, beta, eps):
    return _run("LayerNormalization", x, gamma, beta, epsilon=eps)


def rms_norm(x, gamma, eps):
    return _run("RMSNormalization", x, gamma, epsilon=eps)


def batch_norm(x, gamma, beta, eps):
    unused = np.zeros_like(gamma)
    y, *_ = _run("BatchNormalization", x, gamma, beta, unused, unused, results=3, epsilon=eps, training_mode=1)
    return y


def batch_norm_running(x, mean, variance, momentum):
    unused = np.ones_like(mean)
    inputs = (x, unused, unused, mean, variance)
    return _run("BatchNormalization", *inputs, results=3, momentum=1 - momentum, training_mode=1)[1:]


def batch_norm_evaluated(x, gamma, beta, mean, variance, eps):
    return _run("BatchNormalization", x, gamma, beta, mean, variance, epsilon=eps)


# -- convolution and pooling


def conv2d(x, w, b, stride, padding, dilation):
    return _run("Conv", x, w, b, strides=[stride] * 2, pads=[padding] * 4, dilations=[dilation] * 2)


def im2col_backward(grad, x, kernel, stride, padding, dilation):
    lengths = (np.array(a, np.int64) for a in (x.shape[2:], [kernel] * 2))
    return _run("Col2Im", grad, *lengths, strides=[stride] * 2, pads=[padding] * 4, dilations=[dilation] * 2)


def max_pool2d(x, kernel, stride, padding):
    return _run("MaxPool", x, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[padding] * 4)


def avg_pool2d(x, kernel, stride, padding):
    shape = {"kernel_shape": [kernel] * 2, "strides": [stride] * 2, "pads": [padding] * 4}
    return _run("AveragePool", x, count_include_pad=1, **shape)


# -- embedding, recurrent networks and attention


def embedding(W, indices):
    return _run("Gather", W, indices)


def _recurrent(operator, gates, x, states, W_x, W_h, b_x, b_h, **attributes):
    """All h_t and the last states, of a layer whose gates stand here in that order of ONNX's."""
    W_x, W_h, b_x, b_h = (np.concatenate([np.split(a, len(gates))[g] for g in gates]) for a in (W_x, W_h, b_x, b_h))
    inputs = [x.swapaxes(0, 1), W_x[None], W_h[None], np.concatenate([b_x, b_h])[None]]
    inputs += [np.full(len(x), x.shape[1], np.int32), *(state[None] for state in states)]
    h, *last = _run(operator, *inputs, results=1 + len(states), hidden_size=W_h.shape[1], **attributes)
    return h[:, 0].swapaxes(0, 1), *(state[0] for state in last)


def rnn(x, h, W_x, W_h, b):
    return _recurrent("RNN", (0,), x, (h,), W_x, W_h, b, np.zeros_like(b))[0]


def lstm(x, h, c, W_x, W_h, b):
    states, _, last = _recurrent("LSTM", (0, 3, 1, 2), x, (h, c), W_x, W_h, b, np.zeros_like(b))
    return states, last


def gru(x, h, W_x, W_h, b_x, b_h):
    return _recurrent("GRU", (1, 0, 2), x, (h,), W_x, W_h, b_x, b_h, linear_before_reset=1)[0]


def attention(Q, K, V, mask):
    return _run("Attention", Q, K, V, mask)
