"""The rows: a gradient by gradient_of, a kind of argument of our own, and sizes that depend on each other."""

import numpy as np

from gradecheck.contract import ANY, Argument, Contract, Sketch, gradient_of
from gradecheck.kinds import Kind, real, upstream, whole_number

share = Kind(
    "share",
    lambda f: f.rng.choice([0.0, 0.25, 0.5, 1.0, f.rng.random()], f.shape),
    simple=(0.0, 1.0, 0.5),
    examples=((0.5, 0.25, 1.0, 0.0), (1.0, 0.0), (0.25,)),
    fits=lambda x, sizes: 0 <= x <= 1,
    says="numbers from 0 to 1",
    silent=frozenset({"nonfinite"}),
    told="{name} holds numbers from 0 to 1.",
    called=("share", "weight", "w"),
)

X = Argument("x", real, (ANY,))
PLACES = "out = length - width + 1"


def softsign(x):
    return x / (1 + np.abs(x))


def softsign_backward(grad, x):
    return grad / ((1 + np.abs(x)) * (1 + np.abs(x)))


def softsign_backward_by_the_quotient_rule(grad, x):
    """What autograd does: its two terms cancel where |x| is large."""
    d = 1 + np.abs(x)
    return grad / d - grad * np.abs(x) / (d * d)


def blend(a, b, share):
    return (1 - share) * a + share * b


def blend_from_a(a, b, share):
    return a + share * (b - a)


def blend_from_b(a, b, share):
    return b - (1 - share) * (b - a)


def moving_average(x, width):
    return np.stack([x[i : i + width].sum() / width for i in range(len(x) - width + 1)])


def moving_average_backward(grad, x, width):
    last = len(grad) - 1
    parts = [grad[max(0, i - width + 1) : min(i, last) + 1].sum() / width for i in range(len(x))]
    return np.stack(parts)


SOFTSIGN = Contract(
    name="softsign",
    chapter="squashing",
    formula="f(x) = x / (1 + |x|)",
    latex=r"f(x) = \frac{x}{1 + |x|}",
    arguments=(X,),
    results=("f(x)",),
    stable=softsign,
    literal=softsign,
    slide="Softsign",
    twin="torch.nn.Softsign",
    branches={"x < 0": lambda x: x < 0, "x > 0": lambda x: x > 0},
    returns=" of x's shape",
    sketch=Sketch("x", -4, 4, lambda x: (np.array([x]),), (1.0,)),
)
SOFTSIGN_BACKWARD = gradient_of(
    SOFTSIGN,
    upstream=Argument("grad", upstream, (ANY,)),
    formula="∂L/∂x = grad / (1 + |x|)²",
    latex=r"\frac{\partial L}{\partial x} = \frac{g}{(1 + |x|)^2}",
    results=("∂L/∂x",),
    stable=softsign_backward,
    literal=softsign_backward,
    roundabout=(softsign_backward_by_the_quotient_rule,),
    returns=" of x's shape",
)
BLEND = Contract(
    name="blend",
    chapter="averages",
    formula="f(a, b) = (1 - share) a + share b",
    latex=r"f(a, b) = (1 - s) a + s b",
    arguments=(Argument("a", real, ("n", "k")), Argument("b", real, ("n", "k")), Argument("share", share, ("n", "k"))),
    results=("f(a, b)",),
    stable=blend,
    literal=blend,
    roundabout=(blend_from_a, blend_from_b),
    slide="Blend",
    twin="torch.lerp(a, b, share)",
    returns=" of a's shape",
)
MOVING_AVERAGE = Contract(
    name="moving_average",
    chapter="averages",
    formula="y_i = (x_i + ... + x_{i + width - 1}) / width",
    latex=r"y_i = \frac{1}{w} \sum_{j=0}^{w-1} x_{i+j}",
    arguments=(Argument("x", real, ("length",)), Argument("width", whole_number("width", range(1, 5)))),
    results=("y",),
    stable=moving_average,
    literal=moving_average,
    slide="Moving average",
    twin="torch.nn.AvgPool1d(width, stride=1)",
    sizes=("width <= length",),
    returns=", of length - width + 1 numbers",
)
MOVING_AVERAGE_BACKWARD = gradient_of(
    MOVING_AVERAGE,
    upstream=Argument("grad", upstream, ("out",)),
    formula="∂L/∂x_i = (sum of the grad_j whose window holds x_i) / width",
    latex=r"\frac{\partial L}{\partial x_i} = \frac{1}{w} \sum_{j: j \le i < j+w} g_j",
    results=("∂L/∂x",),
    stable=moving_average_backward,
    literal=moving_average_backward,
    sizes=("width <= length", PLACES),
    returns=" of x's shape",
)
ROWS = (SOFTSIGN, SOFTSIGN_BACKWARD, BLEND, MOVING_AVERAGE, MOVING_AVERAGE_BACKWARD)
