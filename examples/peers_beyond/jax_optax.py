"""jax and optax under the pack's names, compiled by XLA in both precisions; every gradient is jax.vjp's."""

from functools import wraps

import jax
import jax.numpy as jnp
import numpy as np
import optax
from optax import losses

jax.config.update("jax_enable_x64", True)  # or float64 would become float32


def compiled(function):
    """The function compiled once a shape, NumPy arrays in and out."""
    run = jax.jit(function)

    @wraps(function)
    def call(*arguments):
        return jax.tree.map(np.asarray, run(*arguments))

    return call


def _pulled(function, x, grad=None):
    """∂L/∂x, where grad is ∂L/∂function(x), and 1 for a scalar loss."""
    value, pull = jax.vjp(function, x)
    return pull(jnp.ones_like(value) if grad is None else grad)[0]


# -- activations and losses


@compiled
def silu(x):
    return jax.nn.silu(x)


@compiled
def silu_backward(grad, x):
    return _pulled(jax.nn.silu, x, grad)


@compiled
def gelu(x):
    return jax.nn.gelu(x, approximate=False)


@compiled
def gelu_backward(grad, x):
    return _pulled(lambda x: jax.nn.gelu(x, approximate=False), x, grad)


@compiled
def gelu_tanh(x):
    return jax.nn.gelu(x)


@compiled
def gelu_tanh_backward(grad, x):
    return _pulled(jax.nn.gelu, x, grad)


@compiled
def softplus(x):
    return jax.nn.softplus(x)


@compiled
def softplus_backward(grad, x):
    return _pulled(jax.nn.softplus, x, grad)


@compiled
def elu(x, alpha=1.0):
    return jax.nn.elu(x, alpha)


@compiled
def elu_backward(grad, x, alpha=1.0):
    return _pulled(lambda x: jax.nn.elu(x, alpha), x, grad)


def _bce(x, t):
    return losses.sigmoid_binary_cross_entropy(x, t).mean()


@compiled
def bce_with_logits(x, t):
    return _bce(x, t)


@compiled
def bce_with_logits_backward(x, t):
    return _pulled(lambda x: _bce(x, t), x)


def _huber(prediction, target, delta):
    return losses.huber_loss(prediction, target, delta=delta).mean()


@compiled
def huber(prediction, target, delta=1.0):
    return _huber(prediction, target, delta)


@compiled
def huber_backward(prediction, target, delta=1.0):
    return _pulled(lambda prediction: _huber(prediction, target, delta), prediction)


def _kl_div(log_p, t):
    return losses.kl_divergence(log_p, t).mean()


@compiled
def kl_div(log_p, t):
    return _kl_div(log_p, t)


@compiled
def kl_div_backward(log_p, t):
    return _pulled(lambda log_p: _kl_div(log_p, t), log_p)


# -- optimisers


@compiled
def weight_decay_step(w, grad, lr, decay):
    step, _ = optax.add_decayed_weights(decay).update(grad, optax.EmptyState(), w)
    return w - lr * step


@compiled
def nesterov_step(w, v, grad, lr, mu):
    step, state = optax.trace(mu, nesterov=True).update(grad, optax.TraceState(v))
    return w - lr * step, state.trace


@compiled
def rmsprop_step(w, s, grad, lr, rho, eps):
    step, state = optax.scale_by_rms(rho, eps, eps_in_sqrt=False).update(grad, optax.ScaleByRmsState(s))
    return w - lr * step, state.nu


@compiled
def adam_step(w, m, v, grad, t, lr, beta1, beta2, eps):
    step, state = optax.scale_by_adam(beta1, beta2, eps).update(grad, optax.ScaleByAdamState(t - 1, m, v))
    return w - lr * step, state.mu, state.nu


@compiled
def adamw_step(w, m, v, grad, t, lr, beta1, beta2, eps, decay):
    step, state = optax.scale_by_adam(beta1, beta2, eps).update(grad, optax.ScaleByAdamState(t - 1, m, v))
    step, _ = optax.add_decayed_weights(decay).update(step, optax.EmptyState(), w)
    return w - lr * step, state.mu, state.nu


@compiled
def clip_by_norm(dW, db, most):
    return optax.clip_by_global_norm(most).update((dW, db), optax.EmptyState())[0]


# -- embedding and attention


@compiled
def embedding_backward(grad, W, indices):
    return _pulled(lambda W: jnp.take(W, indices, axis=0), W, grad)


@compiled
def attention(Q, K, V, mask):
    heads_third = (x.swapaxes(1, 2) for x in (Q, K, V))
    return jax.nn.dot_product_attention(*heads_third, mask=mask[None, None]).swapaxes(1, 2)
