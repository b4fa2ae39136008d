"""What dropout with a given mask promises."""

from __future__ import annotations

from typing import Final

from gradecheck import ANY, Argument, Contract, gradient_of
from gradecheck.arguments import kinds

p: Final = kinds.number(
    "p",
    common=(0.5, 0.1, 0.2, 0.0),
    other=lambda rng: rng.uniform(0, 0.95),
    fits=lambda x: 0 <= x < 1,
    says="a number from 0 to less than 1",
    simple=(0.5, 0.0, 0.25),
    called=("p", "rate", "dropprob", "dropout", "prob", "probability"),
)

X: Final = Argument("x", kinds.real, (ANY,), called=kinds.INPUTS)
MASK: Final = Argument("mask", kinds.mask, (ANY,))
P: Final = Argument("p", p)
GRAD: Final = Argument("grad", kinds.upstream, (ANY,))

DROPPED: Final = "The mask is True for what is kept, and p is the share that is dropped."

DROPOUT: Final = Contract(
    name="dropout",
    chapter="dropout",
    formula="f(x) = x mask / (1 - p)",
    latex=r"f(x)_i = \frac{m_i x_i}{1 - p}",
    arguments=(X, MASK, P),
    results=("f(x)",),
    slide="Dropout",
    twin="torch.nn.functional.dropout, its mask given",
    branches={
        "all are kept": lambda x, mask, p: mask.all(),
        "none is kept": lambda x, mask, p: not mask.any(),
        "some are kept": lambda x, mask, p: mask.any() and not mask.all(),
        "p = 0": lambda x, mask, p: p == 0,
        "p ≠ 1/2": lambda x, mask, p: p != 0.5,
    },
    returns=" of x's shape",
    note="It is inverted: what is kept is divided by 1 - p here, in training, and not multiplied in evaluation.",
    holds=(DROPPED,),
)
DROPOUT_BACKWARD: Final = gradient_of(
    DROPOUT,
    arguments=(GRAD, MASK, P),
    branches=DROPOUT.branches,
    formula="∂L/∂x = grad mask / (1 - p)",
    latex=r"\frac{\partial L}{\partial x_i} = \frac{m_i g_i}{1 - p}",
    results=("∂L/∂x",),
    returns=" of grad's shape",
)

CONTRACTS: Final = (DROPOUT, DROPOUT_BACKWARD)
