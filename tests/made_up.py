"""Contracts of no lecture, with what the lecture has not: class labels, masks, sizes that depend on each other."""

import numpy as np

from gradecheck.arguments.kinds import flag, labels, mask, number, positive, real, upstream, whole_number
from gradecheck.packs.contract import Argument, Contract, gradient_of


def row(name, arguments, stable, **said):
    plain = {"chapter": "made_up", "formula": name, "latex": name, "slide": "none", "twin": "none"}
    results = said.pop("results", ("y",))
    return Contract(name=name, arguments=arguments, results=results, stable=stable, literal=stable, **plain, **said)


def log_likelihood(x, t):
    z = x - x.max(axis=-1, keepdims=True)
    return (z - np.log(np.exp(z).sum(axis=-1, keepdims=True)))[np.arange(len(t)), t]


def scaled(grad, v, eps, debias):
    return grad / (v + eps) * (2.0 if debias else 1.0)


def convolved(x, w, stride, padding):
    zeros = np.zeros(padding, x.dtype)
    x = np.concatenate([zeros, x, zeros]) if padding else x
    return np.stack([(x[i : i + len(w)] * w).sum() for i in range(0, len(x) - len(w) + 1, stride)])


def convolved_backward(grad, x, w, stride, padding):
    x = np.concatenate([np.zeros(padding, x.dtype), x, np.zeros(padding, x.dtype)])
    return np.stack([(grad * x[i : i + stride * len(grad) : stride]).sum() for i in range(len(w))])


X = Argument("x", real, ("n", "k"))
LABELS = row("log_likelihood", (X, Argument("t", labels("k"), ("n",))), log_likelihood)
MASKED = row(
    "masked", (Argument("x", real, ("...",)), Argument("m", mask, ("...",))), lambda x, m: np.where(m, x, 0.0)
)
SCALED = row(
    "scaled",
    (
        *(Argument("grad", upstream, ("...",)), Argument("v", positive, ("...",))),
        Argument("eps", number("eps", (1e-8, 1e-3), lambda rng: rng.uniform(), lambda x: 0 < x < 1, "from 0 to 1")),
        Argument("debias", flag("debias"), default=False),
    ),
    scaled,
)
CONVOLVED = row(
    "convolved",
    (
        *(Argument("x", real, ("length",)), Argument("w", real, ("kernel",))),
        Argument("stride", whole_number("stride", range(1, 4))),
        Argument("padding", whole_number("padding", range(3))),
    ),
    convolved,
    sizes=("kernel <= length + 2 * padding",),
)
CONVOLVED_BACKWARD = gradient_of(
    CONVOLVED,
    upstream=Argument("grad", upstream, ("out",)),
    results=("dw",),
    formula="dw",
    latex="dw",
    stable=convolved_backward,
    literal=convolved_backward,
    sizes=(*CONVOLVED.sizes, "out = (length + 2 * padding - kernel) // stride + 1"),
)
HEADS = row(
    "heads",
    (Argument("x", real, ("n", "width")), Argument("heads", whole_number("heads", range(1, 5)))),
    lambda x, heads: x * heads,
    sizes=("width % heads == 0",),
)
CONTRACTS = {c.name: c for c in (LABELS, MASKED, SCALED, CONVOLVED, CONVOLVED_BACKWARD, HEADS)}
