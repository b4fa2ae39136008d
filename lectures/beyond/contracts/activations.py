"""What the activation functions beyond the lecture promise: silu, gelu, softplus, elu and their gradients."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from gradecheck import ANY, Argument, Contract, Sketch, gradient_of
from gradecheck.arguments import kinds

alpha: Final = kinds.number(
    "alpha",
    common=(1.0, 0.5, 0.1, 2.0),
    other=lambda rng: rng.uniform(0, 2),
    fits=lambda x: 0 <= x <= 2,
    says="a number from 0 to 2",
    called=("alpha", "a", "scale"),
)

X: Final = Argument("x", kinds.real, (ANY,), called=kinds.INPUTS)
FINITE: Final = replace(X, kind=replace(kinds.real, silent=frozenset({"nonfinite"})))
"""Where torch's kernels disagree with each other: on gelu of inf in float32, and on the slope of ELU at NaN."""
GRAD: Final = Argument("grad", kinds.upstream, (ANY,))
ALPHA: Final = Argument("alpha", alpha, default=1.0)
SIDES: Final = {"x < 0": lambda x, *_: x < 0, "x > 0": lambda x, *_: x > 0}
AT_ZERO: Final = {**SIDES, "x = 0": lambda x, *_: x == 0, "alpha is not 1": lambda x, alpha: alpha != 1}
SHAPE: Final = " of x's shape"
SLOPE: Final = ("∂L/∂x",)


def _one(x: float) -> tuple[Any, ...]:
    return (np.array([x]),)


def silu(x: Any) -> Any:
    return x / (1 + np.exp(-x))


def sigmoid_by_tanh(x: Any) -> Any:
    return (1 + np.tanh(x / 2)) / 2


def softplus(x: Any) -> Any:
    return np.log(1 + np.exp(x))


def elu(x: Any, alpha: Any) -> Any:
    return np.where(x > 0, x, alpha * (np.exp(x) - 1))


def elu_backward_by_value(grad: Any, x: Any, alpha: Any) -> Any:
    return np.where(x > 0, grad, grad * (elu(x, alpha) + alpha))


SILU: Final = Contract(
    name="silu",
    chapter="activations",
    formula="f(x) = x / (1 + e^-x)",
    latex=r"f(x) = \frac{x}{1 + e^{-x}}",
    arguments=(X,),
    results=("f(x)",),
    literal=silu,
    roundabout=(lambda x: x * sigmoid_by_tanh(x),),
    slide="SiLU",
    twin="torch.nn.SiLU",
    branches=SIDES,
    returns=SHAPE,
    note="Also called swish: x times the sigmoid of x.",
    sketch=Sketch("x", -6, 6, _one, upstream=(1.0,)),
)
SILU_BACKWARD: Final = gradient_of(
    SILU,
    upstream=GRAD,
    formula="∂L/∂x = grad σ(x) (1 + x (1 - σ(x)))",
    latex=r"\frac{\partial L}{\partial x} = g\, \sigma(x) \left(1 + x (1 - \sigma(x))\right)",
    results=SLOPE,
    returns=SHAPE,
)
GELU: Final = Contract(
    name="gelu",
    chapter="activations",
    formula="f(x) = x Φ(x), Φ(x) = (1 + erf(x / √2)) / 2",
    latex=r"f(x) = x\, \Phi(x), \quad \Phi(x) = \tfrac{1}{2} \left(1 + \operatorname{erf}(x / \sqrt{2})\right)",
    arguments=(FINITE,),
    results=("f(x)",),
    slide="GELU",
    twin="torch.nn.GELU",
    branches=SIDES,
    returns=SHAPE,
    note="The exact form, by erf (or erfc) of Python's math. The form by tanh, as in GPT-2, is gelu_tanh.",
    sketch=Sketch("x", -4, 4, _one, upstream=(1.0,)),
)
GELU_BACKWARD: Final = gradient_of(
    GELU,
    upstream=GRAD,
    formula="∂L/∂x = grad (Φ(x) + x φ(x)), φ(x) = e^{-x²/2} / √(2π)",
    latex=(
        r"\frac{\partial L}{\partial x} = g \left(\Phi(x) + x\, \varphi(x)\right), \quad "
        r"\varphi(x) = \frac{e^{-x^2/2}}{\sqrt{2\pi}}"
    ),
    results=SLOPE,
    returns=SHAPE,
)
GELU_TANH: Final = Contract(
    name="gelu_tanh",
    chapter="activations",
    formula="f(x) = x/2 (1 + tanh(u)), u = √(2/π) (x + 0.044715 x³)",
    latex=r"f(x) = \frac{x}{2} \left(1 + \tanh(u)\right), \quad u = \sqrt{2/\pi} \left(x + 0.044715\, x^3\right)",
    arguments=(X,),
    results=("f(x)",),
    slide="GELU",
    twin='torch.nn.GELU(approximate="tanh")',
    branches=SIDES,
    returns=SHAPE,
    note="The form by tanh, as in GPT-2. The exact form, by erf, is gelu.",
    sketch=Sketch("x", -4, 4, _one, upstream=(1.0,)),
)
GELU_TANH_BACKWARD: Final = gradient_of(
    GELU_TANH,
    upstream=GRAD,
    formula="∂L/∂x = grad (1/2 (1 + tanh(u)) + x/2 (1 - tanh²(u)) u'), u' = √(2/π) (1 + 3 · 0.044715 x²)",
    latex=(
        r"\frac{\partial L}{\partial x} = g \left(\frac{1 + \tanh(u)}{2} + \frac{x}{2} "
        r"\left(1 - \tanh^2(u)\right) u'\right), \quad u' = \sqrt{2/\pi} \left(1 + 3 \cdot 0.044715\, x^2\right)"
    ),
    results=SLOPE,
    returns=SHAPE,
)
SOFTPLUS: Final = Contract(
    name="softplus",
    chapter="activations",
    formula="f(x) = log(1 + e^x)",
    latex=r"f(x) = \log(1 + e^x)",
    arguments=(X,),
    results=("f(x)",),
    literal=softplus,
    slide="Softplus",
    twin="torch.logaddexp(x, 0)",
    branches=SIDES,
    returns=SHAPE,
    note="There is no threshold: torch.nn.Softplus returns x itself for x > 20.",
    sketch=Sketch("x", -6, 6, _one, upstream=(1.0,)),
)
SOFTPLUS_BACKWARD: Final = gradient_of(
    SOFTPLUS,
    upstream=GRAD,
    formula="∂L/∂x = grad / (1 + e^-x)",
    latex=r"\frac{\partial L}{\partial x} = \frac{g}{1 + e^{-x}}",
    results=SLOPE,
    roundabout=(lambda grad, x: grad * sigmoid_by_tanh(x),),
    returns=SHAPE,
)
ELU: Final = Contract(
    name="elu",
    chapter="activations",
    formula="f(x) = x, or alpha (e^x - 1) for x <= 0",
    latex=r"f(x) = \begin{cases} x & \text{for } x > 0 \\ \alpha (e^x - 1) & \text{for } x \le 0 \end{cases}",
    arguments=(FINITE, ALPHA),
    results=("f(x)",),
    literal=elu,
    slide="ELU",
    twin="torch.nn.ELU",
    branches=AT_ZERO,
    returns=SHAPE,
    sketch=Sketch("x, alpha = 1", -4, 2, lambda x: (np.array([x]), 1.0), upstream=(1.0,)),
)
ELU_BACKWARD: Final = gradient_of(
    ELU,
    upstream=GRAD,
    formula="∂L/∂x = grad, or grad alpha e^x for x <= 0",
    latex=(
        r"\frac{\partial L}{\partial x} = "
        r"\begin{cases} g & \text{for } x > 0 \\ g\, \alpha\, e^x & \text{for } x \le 0 \end{cases}"
    ),
    results=SLOPE,
    roundabout=(elu_backward_by_value,),
    returns=SHAPE,
    note="The slope at x = 0 is alpha.",
)

CONTRACTS: Final = (
    *(SILU, SILU_BACKWARD),
    *(GELU, GELU_BACKWARD),
    *(GELU_TANH, GELU_TANH_BACKWARD),
    *(SOFTPLUS, SOFTPLUS_BACKWARD),
    *(ELU, ELU_BACKWARD),
)
