"""Lecture 03, "Putting it all together": forward, loss calculation, backpropagation, gradient descent.

A network of any depth is plain data: `parameters` is a list of (W, b), first layer to last, and `activations`
has one name for each layer. Velocities and gradients have the structure of the parameters. The steps change
nothing that they are given; `fit` does the same arithmetic in arrays of its own.

ValueError for an unknown name and for layers that do not fit, TypeError for anything but float32 or float64
arrays of one dtype.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import TypeAlias

import numpy as np

from manual import activations as f
from manual import arguments, losses
from manual.arguments import Array, LayerList, Layers, Scalar, quiet
from manual.linear import affine, parameter_gradients
from manual.sgd import momentum_step

Names: TypeAlias = Sequence[str]
Batches: TypeAlias = Iterable[tuple[Array, Array]]

ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array, Array], Array]]] = {
    "identity": (lambda x: x, lambda grad, x: grad),
    "sigmoid": (f.sigmoid, f.sigmoid_backward),
    "tanh": (f.tanh, f.tanh_backward),
    "relu": (f.relu, f.relu_backward),
    "leaky_relu": (f.leaky_relu, f.leaky_relu_backward),
    "softmax": (f.softmax, f.softmax_backward),
}
LOSSES: dict[str, tuple[Callable[[Array, Array], Scalar], Callable[[Array, Array], Array]]] = {
    "mse": (losses.mse, losses.mse_backward),
    "cross_entropy": (losses.cross_entropy, losses.cross_entropy_backward),
    "softmax_cross_entropy": (losses.softmax_cross_entropy, losses.softmax_cross_entropy_backward),
}
BLOCK = 2**14  # how much of w, v and g `fit` steps at a time, so that it stays in the cache


@quiet
def forward(A: Array, parameters: Layers, activations: Names) -> tuple[list[Array], list[Array]]:
    """Z_l = A_l W_lᵀ + ι b_lᵀ and A_{l+1} = f_l(Z_l), layer after layer; returns (outputs, Zs).

    A: (n, in). outputs: A and then each layer's output, one more than Zs.
    """
    arguments.layers("forward", parameters, activations, ACTIVATIONS)
    arguments.batch("forward", A, parameters[0][0])
    return _forward(A, parameters, activations)


def loss(prediction: Array, T: Array, name: str) -> Scalar:
    """The named loss of the last output against the targets T, both (n, out)."""
    arguments.known("loss", "name", name, LOSSES)
    value, _ = LOSSES[name]
    return value(prediction, T)


@quiet
def backward(
    outputs: Sequence[Array], Zs: Sequence[Array], T: Array, parameters: Layers, activations: Names, loss: str
) -> LayerList:
    """∂L/∂Z_l = ∂L/∂A_{l+1} f_l'(Z_l), then `linear_backward`, last layer to first; returns [(dW, db), ...].

    outputs, Zs: what `forward` returned.
    """
    arguments.layers("backward", parameters, activations, ACTIVATIONS)
    arguments.one_a_layer("backward", parameters, **{"outputs[1:]": outputs[1:], "Zs": Zs})
    arguments.known("backward", "loss", loss, LOSSES)
    _, loss_backward = LOSSES[loss]
    return _backward(loss_backward(outputs[-1], T), outputs, Zs, parameters, activations)


def update(
    parameters: Layers, velocities: Layers, gradients: Layers, lr: float, mu: float
) -> tuple[LayerList, LayerList]:
    """`momentum_step` of each W and b, which is `sgd_step` at mu = 0; returns (parameters, velocities)."""
    arguments.one_a_layer("update", parameters, velocities=velocities, gradients=gradients)
    moved, moving = [], []
    for (W, b), (v_w, v_b), (dW, db) in zip(parameters, velocities, gradients, strict=True):
        W, v_w = momentum_step(W, v_w, dW, lr, mu)
        b, v_b = momentum_step(b, v_b, db, lr, mu)
        moved.append((W, b))
        moving.append((v_w, v_b))
    return moved, moving


def step(
    A: Array, T: Array, parameters: Layers, velocities: Layers, activations: Names, loss: str, lr: float, mu: float
) -> tuple[LayerList, LayerList, Scalar]:
    """One step of learning; returns (parameters, velocities, the loss before the step)."""
    arguments.known("step", "loss", loss, LOSSES)
    value, _ = LOSSES[loss]
    outputs, Zs = forward(A, parameters, activations)
    before = value(outputs[-1], T)
    gradients = backward(outputs, Zs, T, parameters, activations, loss)
    return *update(parameters, velocities, gradients, lr, mu), before


@quiet
def fit(
    batches: Batches, parameters: Layers, activations: Names, loss: str, lr: float, mu: float
) -> tuple[LayerList, Array]:
    """One `step` for each (A, T) of batches, from v = 0; returns (parameters, the loss before each step).

    All parameters lie in one vector w, all gradients in g and all velocities in v, and gradient descent is a
    few operations on these, in place. Every number comes from the operations of `step` in the same order, and
    so is equal to the last bit (for W in C order; BLAS may sum another layout in another order).
    """
    arguments.layers("fit", parameters, activations, ACTIVATIONS)
    arguments.known("fit", "loss", loss, LOSSES)
    lr, mu = arguments.number("fit", "lr", lr, least=0), arguments.number("fit", "mu", mu, least=0)
    value_and_gradient = _value_and_gradient(loss)
    w = np.concatenate([x.ravel() for layer in parameters for x in layer])
    v, g = np.zeros_like(w), np.empty_like(w)
    parameters, gradients = _views(w, parameters), _views(g, parameters)
    blocks = [(w[i : i + BLOCK], v[i : i + BLOCK], g[i : i + BLOCK]) for i in range(0, len(w), BLOCK)]
    values = []
    for A, T in batches:
        arguments.batch("fit", A, parameters[0][0])
        outputs, Zs = _forward(A, parameters, activations)
        value, dA = value_and_gradient(outputs[-1], T)
        values.append(value)
        _backward(dA, outputs, Zs, parameters, activations, out=gradients)
        _descend(blocks, lr, mu)
    return parameters, np.array(values, dtype=w.dtype)


def train(A: Array, T: Array, W: Array, b: Array, lr: float, mu: float, steps: int) -> tuple[Array, Array, Array]:
    """The single layer perceptron: linear, softmax, cross entropy, on the whole batch each step, from v = 0.

    A: (n, in). T: (n, out), one-hot or soft. W: (out, in). b: (out,). Returns (W, b, losses), where losses
    (steps,) has each step's loss before it.
    """
    arguments.floats("train", A=A, W=W, b=b, T=T)
    arguments.fit_affine("train", A, W, b)
    if T.shape != (len(A), len(W)):
        arguments.wrong_shape("train", "T", T, f"({len(A)}, {len(W)}), the shape of A Wᵀ")
    lr, mu = arguments.number("train", "lr", lr, least=0), arguments.number("train", "mu", mu, least=0)
    batches = repeat((A, T), arguments.count("train", "steps", steps))
    [(W, b)], values = fit(batches, [(W, b)], ["identity"], "softmax_cross_entropy", lr, mu)
    return W, b, values


def _forward(A: Array, parameters: Layers, activations: Names) -> tuple[list[Array], list[Array]]:
    outputs, Zs = [A], []
    for (W, b), name in zip(parameters, activations, strict=True):
        activation, _ = ACTIVATIONS[name]
        Z = affine(outputs[-1], W, b)
        Zs.append(Z)
        outputs.append(activation(Z))
    return outputs, Zs


def _backward(
    dA: Array,
    outputs: Sequence[Array],
    Zs: Sequence[Array],
    parameters: Layers,
    activations: Names,
    out: Layers | None = None,
) -> LayerList:
    """`backward` from ∂L/∂A of the last output on, into the arrays of `out` where it is given."""
    gradients = []
    for layer in reversed(range(len(parameters))):
        _, activation_backward = ACTIVATIONS[activations[layer]]
        dZ = activation_backward(dA, Zs[layer])
        gradients.append(parameter_gradients(dZ, outputs[layer], out[layer] if out else (None, None)))
        if layer:
            W, _ = parameters[layer]
            dA = dZ @ W
    return gradients[::-1]


def _value_and_gradient(loss: str) -> Callable[[Array, Array], tuple[Scalar, Array]]:
    if loss == "softmax_cross_entropy":
        return losses.softmax_cross_entropy_and_gradient
    value, loss_backward = LOSSES[loss]
    return lambda prediction, T: (value(prediction, T), loss_backward(prediction, T))


def _views(vector: Array, parameters: Layers) -> LayerList:
    """The vector's parts, one after the other in the shapes of each W and b."""
    views, end = [], 0
    for W, b in parameters:
        start, middle, end = end, end + W.size, end + W.size + b.size
        views.append((vector[start:middle].reshape(W.shape), vector[middle:end].reshape(b.shape)))
    return views


def _descend(blocks: list[tuple[Array, Array, Array]], lr: float, mu: float) -> None:
    """`momentum_step` in place of each block's w and v; its g is used up."""
    for w, v, g in blocks:
        if mu:
            v *= mu
            v += g
        else:
            v[:] = g
        np.multiply(lr, v, out=g)
        w -= g
