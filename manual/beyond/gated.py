"""Recurrent networks with gates, LSTM and GRU: one step, a sequence of steps, and backpropagation through time.

x: (n, in) in a step, (n, time, in) in a sequence. h, and c of the LSTM: (n, out), the states before the (first) step.
W_x: (4 out, in), or (3 out, in) for the GRU: the weights of each gate under those of the one before. W_h: (4 out, out)
or (3 out, out). The biases: (4 out,) or (3 out,). Each `*_backward` takes the upstream gradients first, and returns the
gradients of all others, in their order and their shapes. TypeError for anything but float32 or float64 arrays of one
dtype, ValueError where the shapes do not fit.
"""

import numpy as np

from manual.activations import sigmoid
from manual.arguments import Array, quiet
from manual.beyond.cells import fit_sequence, fit_step


@quiet
def lstm_step(x: Array, h: Array, c: Array, W_x: Array, W_h: Array, b: Array) -> tuple[Array, Array]:
    """h' and c', each (n, out). Source: torch.nn.LSTMCell; Hochreiter and Schmidhuber, "Long Short-Term Memory".

    (I, F, G, O) = x W_xᵀ + h W_hᵀ + ι bᵀ, the gates in torch's order
    i = σ(I), f = σ(F), g = tanh(G), o = σ(O)
    c' = f c + i g
    h' = o tanh(c')

    The one bias b is the sum of torch's two.
    """
    fit_step("lstm_step", 4, x=x, h=h, c=c, W_x=W_x, W_h=W_h, b=b)
    i, f, g, o = _lstm_gates(x, h, W_x, W_h, b)
    after = f * c + i * g
    return o * np.tanh(after), after


@quiet
def lstm_step_backward(
    grad_h: Array, grad_c: Array, x: Array, h: Array, c: Array, W_x: Array, W_h: Array, b: Array
) -> tuple[Array, ...]:
    """∂L/∂x, ∂L/∂h, ∂L/∂c, ∂L/∂W_x, ∂L/∂W_h and ∂L/∂b, for the upstream gradients ∂L/∂h' and ∂L/∂c' (n, out).

    c' is used twice, as a result and in h' = o tanh(c'), so that its gradient has two parts:
    δ = ∂L/∂c' + ∂L/∂h' o (1 - tanh²(c'))
    ∂L/∂I = δ g i (1 - i),  ∂L/∂F = δ c f (1 - f),  ∂L/∂G = δ i (1 - g²),  ∂L/∂O = ∂L/∂h' tanh(c') o (1 - o)
    ∂L/∂c = δ f, and with ∂L/∂Z = (∂L/∂I, ∂L/∂F, ∂L/∂G, ∂L/∂O) the rest is that of `rnn_step_backward`.
    """
    fit_step("lstm_step_backward", 4, x=x, h=h, c=c, W_x=W_x, W_h=W_h, b=b, grad_h=grad_h, grad_c=grad_c)
    i, f, g, o = _lstm_gates(x, h, W_x, W_h, b)
    tanh_c = np.tanh(f * c + i * g)
    delta = grad_c + grad_h * o * (1 - tanh_c * tanh_c)
    dI = delta * g * i * (1 - i)
    dF = delta * c * f * (1 - f)
    dG = delta * i * (1 - g * g)
    dO = grad_h * tanh_c * o * (1 - o)
    dZ = np.concatenate([dI, dF, dG, dO], axis=1)
    return dZ @ W_x, dZ @ W_h, delta * f, dZ.T @ x, dZ.T @ h, dZ.sum(axis=0)


@quiet
def lstm(x: Array, h: Array, c: Array, W_x: Array, W_h: Array, b: Array) -> tuple[Array, Array]:
    """h_t, c_t = `lstm_step` of x_t, h_{t-1} and c_{t-1}, from h_0 = h and c_0 = c. Source: torch.nn.LSTM.

    Returns all h_t (n, time, out), without h_0, and the last c_t (n, out).
    """
    fit_sequence("lstm", 4, x=x, h=h, c=c, W_x=W_x, W_h=W_h, b=b)
    n, time, _ = x.shape
    states, c = np.empty((n, time, W_h.shape[1]), x.dtype), c.copy()
    for t in range(time):
        h, c = lstm_step(x[:, t], h, c, W_x, W_h, b)
        states[:, t] = h
    return states, c


@quiet
def lstm_backward(
    grad_h: Array, grad_c: Array, x: Array, h: Array, c: Array, W_x: Array, W_h: Array, b: Array
) -> tuple[Array, ...]:
    """∂L/∂x, ∂L/∂h, ∂L/∂c, ∂L/∂W_x, ∂L/∂W_h and ∂L/∂b, for the upstream gradients of all h_t and of the last c_t.

    From the last step to the first, as in `rnn_backward`: each step is given grad_t plus the ∂L/∂h of the step after,
    and the ∂L/∂c of the step after, which is grad_c for the last.
    """
    fit_sequence("lstm_backward", 4, x=x, h=h, c=c, W_x=W_x, W_h=W_h, b=b, grad_h=grad_h, grad_c=grad_c)
    before = []
    for t in range(x.shape[1]):
        before.append((h, c))
        h, c = lstm_step(x[:, t], h, c, W_x, W_h, b)
    dx, dh, dc = np.zeros_like(x), np.zeros_like(h), grad_c.copy()
    dW_x, dW_h, db = np.zeros_like(W_x), np.zeros_like(W_h), np.zeros_like(b)
    for t in reversed(range(x.shape[1])):
        dx[:, t], dh, dc, *parts = lstm_step_backward(grad_h[:, t] + dh, dc, x[:, t], *before[t], W_x, W_h, b)
        for total, part in zip((dW_x, dW_h, db), parts, strict=True):
            total += part
    return dx, dh, dc, dW_x, dW_h, db


@quiet
def gru_step(x: Array, h: Array, W_x: Array, W_h: Array, b_x: Array, b_h: Array) -> Array:
    """h': (n, out). Source: torch.nn.GRUCell; Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder".

    (R_x, Z_x, N_x) = x W_xᵀ + ι b_xᵀ and (R_h, Z_h, N_h) = h W_hᵀ + ι b_hᵀ, the gates in torch's order
    r = σ(R_x + R_h), z = σ(Z_x + Z_h), g = tanh(N_x + r N_h)
    h' = (1 - z) g + z h

    As in torch, r is multiplied after the product with W_h, and N_h has a bias of its own: so there are two. The paper
    has the product of W_h and r h, where one bias is enough. With Chung et al. z and 1 - z change places.
    """
    fit_step("gru_step", 3, x=x, h=h, W_x=W_x, W_h=W_h, b_x=b_x, b_h=b_h)
    _, z, g, _ = _gru_gates(x, h, W_x, W_h, b_x, b_h)
    return (1 - z) * g + z * h


@quiet
def gru_step_backward(
    grad: Array, x: Array, h: Array, W_x: Array, W_h: Array, b_x: Array, b_h: Array
) -> tuple[Array, ...]:
    """∂L/∂x, ∂L/∂h, ∂L/∂W_x, ∂L/∂W_h, ∂L/∂b_x and ∂L/∂b_h, for the upstream gradient ∂L/∂h' (n, out).

    ∂L/∂N_x = ∂L/∂h' (1 - z) (1 - g²),  ∂L/∂N_h = ∂L/∂N_x r
    ∂L/∂R = ∂L/∂N_x N_h r (1 - r),  ∂L/∂Z = ∂L/∂h' (h - g) z (1 - z)
    ∂L/∂X = (∂L/∂R, ∂L/∂Z, ∂L/∂N_x),  ∂L/∂H = (∂L/∂R, ∂L/∂Z, ∂L/∂N_h)
    ∂L/∂x = ∂L/∂X W_x,  ∂L/∂W_x = (∂L/∂X)ᵀ x,  ∂L/∂b_x = (∂L/∂X)ᵀ ι
    ∂L/∂h = ∂L/∂H W_h + ∂L/∂h' z,  ∂L/∂W_h = (∂L/∂H)ᵀ h,  ∂L/∂b_h = (∂L/∂H)ᵀ ι
    """
    fit_step("gru_step_backward", 3, x=x, h=h, W_x=W_x, W_h=W_h, b_x=b_x, b_h=b_h, grad=grad)
    r, z, g, N_h = _gru_gates(x, h, W_x, W_h, b_x, b_h)
    dN = grad * (1 - z) * (1 - g * g)
    dR = dN * N_h * r * (1 - r)
    dZ = grad * (h - g) * z * (1 - z)
    dX, dH = np.concatenate([dR, dZ, dN], axis=1), np.concatenate([dR, dZ, dN * r], axis=1)
    return dX @ W_x, dH @ W_h + grad * z, dX.T @ x, dH.T @ h, dX.sum(axis=0), dH.sum(axis=0)


@quiet
def gru(x: Array, h: Array, W_x: Array, W_h: Array, b_x: Array, b_h: Array) -> Array:
    """h_t = `gru_step` of x_t and h_{t-1}, from h_0 = h; returns all h_t (n, time, out). Source: torch.nn.GRU."""
    fit_sequence("gru", 3, x=x, h=h, W_x=W_x, W_h=W_h, b_x=b_x, b_h=b_h)
    n, time, _ = x.shape
    states = np.empty((n, time, W_h.shape[1]), x.dtype)
    for t in range(time):
        states[:, t] = h = gru_step(x[:, t], h, W_x, W_h, b_x, b_h)
    return states


@quiet
def gru_backward(grad: Array, x: Array, h: Array, W_x: Array, W_h: Array, b_x: Array, b_h: Array) -> tuple[Array, ...]:
    """∂L/∂x, ∂L/∂h, ∂L/∂W_x, ∂L/∂W_h, ∂L/∂b_x and ∂L/∂b_h, for the upstream gradient of all h_t (n, time, out).

    From the last step to the first, as in `rnn_backward`.
    """
    fit_sequence("gru_backward", 3, x=x, h=h, W_x=W_x, W_h=W_h, b_x=b_x, b_h=b_h, grad=grad)
    before = np.concatenate([h[:, None], gru(x, h, W_x, W_h, b_x, b_h)], axis=1)
    dx, dh = np.zeros_like(x), np.zeros_like(h)
    sums = [np.zeros_like(p) for p in (W_x, W_h, b_x, b_h)]
    for t in reversed(range(x.shape[1])):
        dx[:, t], dh, *parts = gru_step_backward(grad[:, t] + dh, x[:, t], before[:, t], W_x, W_h, b_x, b_h)
        for total, part in zip(sums, parts, strict=True):
            total += part
    return dx, dh, *sums


def _lstm_gates(x: Array, h: Array, W_x: Array, W_h: Array, b: Array) -> tuple[Array, Array, Array, Array]:
    """i, f, g and o."""
    input_, forget, candidate, output = np.split(x @ W_x.T + h @ W_h.T + b, 4, axis=1)
    return sigmoid(input_), sigmoid(forget), np.tanh(candidate), sigmoid(output)


def _gru_gates(x: Array, h: Array, W_x: Array, W_h: Array, b_x: Array, b_h: Array) -> tuple[Array, Array, Array, Array]:
    """r, z, g and N_h."""
    R_x, Z_x, N_x = np.split(x @ W_x.T + b_x, 3, axis=1)
    R_h, Z_h, N_h = np.split(h @ W_h.T + b_h, 3, axis=1)
    r = sigmoid(R_x + R_h)
    return r, sigmoid(Z_x + Z_h), np.tanh(N_x + r * N_h), N_h
