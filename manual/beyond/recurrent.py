"""The recurrent network of Elman: one step, a sequence of steps, and backpropagation through time.

x: (n, in) in a step, (n, time, in) in a sequence. h: (n, out), the state before the (first) step. W_x: (out, in).
W_h: (out, out). b: (out,), the one bias; torch adds up two. Each `*_backward` takes the upstream gradient first, and
returns the gradients of x, h, W_x, W_h and b, in their shapes. TypeError for anything but float32 or float64 arrays of
one dtype, ValueError where the shapes do not fit. Source: torch.nn.RNN; Elman, "Finding Structure in Time".
"""

import numpy as np

from manual.arguments import Array, quiet
from manual.beyond.cells import fit_sequence, fit_step


@quiet
def rnn_step(x: Array, h: Array, W_x: Array, W_h: Array, b: Array) -> Array:
    """h' = tanh(Z) with Z = x W_xᵀ + h W_hᵀ + ι bᵀ: (n, out), the state after the step. Source: torch.nn.RNNCell."""
    fit_step("rnn_step", 1, x=x, h=h, W_x=W_x, W_h=W_h, b=b)
    after: Array = np.tanh(x @ W_x.T + h @ W_h.T + b)
    return after


@quiet
def rnn_step_backward(
    grad: Array, x: Array, h: Array, W_x: Array, W_h: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """∂L/∂x, ∂L/∂h, ∂L/∂W_x, ∂L/∂W_h and ∂L/∂b, for the upstream gradient ∂L/∂h' (n, out).

    ∂L/∂Z = ∂L/∂h' (1 - h'²)
    ∂L/∂x = ∂L/∂Z W_x,  ∂L/∂W_x = (∂L/∂Z)ᵀ x
    ∂L/∂h = ∂L/∂Z W_h,  ∂L/∂W_h = (∂L/∂Z)ᵀ h
    ∂L/∂b = (∂L/∂Z)ᵀ ι
    """
    fit_step("rnn_step_backward", 1, x=x, h=h, W_x=W_x, W_h=W_h, b=b, grad=grad)
    after = rnn_step(x, h, W_x, W_h, b)
    dZ = grad * (1 - after * after)
    return dZ @ W_x, dZ @ W_h, dZ.T @ x, dZ.T @ h, dZ.sum(axis=0)


@quiet
def rnn(x: Array, h: Array, W_x: Array, W_h: Array, b: Array) -> Array:
    """h_t = `rnn_step` of x_t and h_{t-1}, from h_0 = h; returns all h_t (n, time, out), without h_0."""
    fit_sequence("rnn", 1, x=x, h=h, W_x=W_x, W_h=W_h, b=b)
    n, time, _ = x.shape
    states = np.empty((n, time, len(W_h)), x.dtype)
    for t in range(time):
        states[:, t] = h = rnn_step(x[:, t], h, W_x, W_h, b)
    return states


@quiet
def rnn_backward(
    grad: Array, x: Array, h: Array, W_x: Array, W_h: Array, b: Array
) -> tuple[Array, Array, Array, Array, Array]:
    """∂L/∂x, ∂L/∂h, ∂L/∂W_x, ∂L/∂W_h and ∂L/∂b, for the upstream gradient of all h_t (n, time, out).

    From the last step to the first, h_t is used twice: it is a result, and the next step goes on from it. So
    `rnn_step_backward` is given grad_t plus the ∂L/∂h of the step after. Every step has the same W_x, W_h and b, so
    their gradients are sums over the steps.
    """
    fit_sequence("rnn_backward", 1, x=x, h=h, W_x=W_x, W_h=W_h, b=b, grad=grad)
    before = np.concatenate([h[:, None], rnn(x, h, W_x, W_h, b)], axis=1)
    dx, dh = np.zeros_like(x), np.zeros_like(h)
    dW_x, dW_h, db = np.zeros_like(W_x), np.zeros_like(W_h), np.zeros_like(b)
    for t in reversed(range(x.shape[1])):
        dx[:, t], dh, *parts = rnn_step_backward(grad[:, t] + dh, x[:, t], before[:, t], W_x, W_h, b)
        for total, part in zip((dW_x, dW_h, db), parts, strict=True):
            total += part
    return dx, dh, dW_x, dW_h, db
