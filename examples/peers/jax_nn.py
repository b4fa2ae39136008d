"""jax.nn and optax under the lecture's names, compiled by XLA in both precisions; every gradient is jax.vjp's."""

from functools import wraps

import jax
import jax.numpy as jnp
import numpy as np
import optax

jax.config.update("jax_enable_x64", True)  # or float64 would become float32


def compiled(function):
    """The function compiled once a shape, NumPy arrays in and out."""
    run = jax.jit(function)

    @wraps(function)
    def call(*arguments):
        return jax.tree.map(np.asarray, run(*arguments))

    return call


def _pulled(function, inputs, grad=None):
    """∂L/∂input for each of the inputs, where grad is ∂L/∂function(*inputs), and 1 for a scalar loss."""
    value, pull = jax.vjp(function, *inputs)
    return pull(jnp.ones_like(value) if grad is None else grad)


@compiled
def sigmoid(x):
    return jax.nn.sigmoid(x)


@compiled
def sigmoid_backward(grad, x):
    return _pulled(jax.nn.sigmoid, [x], grad)[0]


@compiled
def tanh(x):
    return jax.nn.tanh(x)


@compiled
def tanh_backward(grad, x):
    return _pulled(jax.nn.tanh, [x], grad)[0]


@compiled
def relu(x):
    return jax.nn.relu(x)


@compiled
def relu_backward(grad, x):
    return _pulled(jax.nn.relu, [x], grad)[0]


@compiled
def leaky_relu(x, alpha=0.01):
    return jax.nn.leaky_relu(x, alpha)


@compiled
def leaky_relu_backward(grad, x, alpha=0.01):
    return _pulled(lambda x: jax.nn.leaky_relu(x, alpha), [x], grad)[0]


@compiled
def softmax(x):
    return jax.nn.softmax(x)


@compiled
def softmax_backward(grad, x):
    return _pulled(jax.nn.softmax, [x], grad)[0]


def _mse(prediction, target):
    return optax.losses.squared_error(prediction, target).mean()


@compiled
def mse(prediction, target):
    return _mse(prediction, target)


@compiled
def mse_backward(prediction, target):
    return _pulled(lambda prediction: _mse(prediction, target), [prediction])[0]


def _cross_entropy(p, t):
    return -jax.scipy.special.xlogy(t, p).sum(axis=-1).mean()


@compiled
def cross_entropy(p, t):
    return _cross_entropy(p, t)


@compiled
def cross_entropy_backward(p, t):
    return _pulled(lambda p: _cross_entropy(p, t), [p])[0]


def _softmax_cross_entropy(x, t):
    return optax.losses.softmax_cross_entropy(x, t).mean()


@compiled
def softmax_cross_entropy(x, t):
    return _softmax_cross_entropy(x, t)


@compiled
def softmax_cross_entropy_backward(x, t):
    return _pulled(lambda x: _softmax_cross_entropy(x, t), [x])[0]


def _linear(A, W, b):
    return A @ W.T + b


@compiled
def linear(A, W, b):
    return _linear(A, W, b)


@compiled
def linear_backward(grad, A, W):
    return _pulled(_linear, [A, W, jnp.zeros(len(W), W.dtype)], grad)


@compiled
def sgd_step(w, grad, lr):
    optimizer = optax.sgd(lr)
    updates, _ = optimizer.update(grad, optimizer.init(w))
    return optax.apply_updates(w, updates)


@compiled
def momentum_step(w, v, grad, lr, mu):
    optimizer = optax.sgd(lr, momentum=mu)
    trace, *rest = optimizer.init(w)
    updates, (trace, *_) = optimizer.update(grad, (trace._replace(trace=v), *rest))
    return optax.apply_updates(w, updates), trace.trace


@jax.jit
def _start(parameters, lr, mu):
    return optax.sgd(lr, momentum=mu).init(parameters)


@jax.jit
def _step(A, T, parameters, state, lr, mu):
    loss, gradients = jax.value_and_grad(lambda p: _softmax_cross_entropy(_linear(A, *p), T))(parameters)
    updates, state = optax.sgd(lr, momentum=mu).update(gradients, state)
    return optax.apply_updates(parameters, updates), state, loss


def train(A, T, W, b, lr, mu, steps):
    parameters, losses = (W, b), []
    state = _start(parameters, lr, mu)
    for _ in range(steps):
        parameters, state, loss = _step(A, T, parameters, state, lr, mu)
        losses.append(loss)
    return *map(np.asarray, parameters), np.array(losses)
