"""The rows: a gradient by gradient_of, a kind of argument of our own, and sizes that depend on each other.

One has forms in NumPy; the others have their tolerance and their truth from their twins.
"""

import numpy as np

from gradecheck import ANY, Argument, Contract, Sketch, gradient_of
from gradecheck.arguments import kinds

share = kinds.Kind(
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

X = Argument("x", kinds.real, (ANY,))
PLACES = "out = length - width + 1"


def blend(a, b, share):
    return (1 - share) * a + share * b


def blend_from_a(a, b, share):
    return a + share * (b - a)


def blend_from_b(a, b, share):
    return b - (1 - share) * (b - a)


LOG_SIGMOID = Contract(
    name="log_sigmoid",
    chapter="squashing",
    formula="f(x) = -log(1 + e^-x)",
    latex=r"f(x) = -\log(1 + e^{-x})",
    arguments=(X,),
    results=("f(x)",),
    slide="Log-sigmoid",
    twin="torch.nn.LogSigmoid",
    branches={"x < 0": lambda x: x < 0, "x > 0": lambda x: x > 0},
    returns=" of x's shape",
    sketch=Sketch("x", -4, 4, lambda x: (np.array([x]),), (1.0,)),
)
LOG_SIGMOID_BACKWARD = gradient_of(
    LOG_SIGMOID,
    upstream=Argument("grad", kinds.upstream, (ANY,)),
    formula="∂L/∂x = grad / (1 + e^x)",
    latex=r"\frac{\partial L}{\partial x} = \frac{g}{1 + e^x}",
    results=("∂L/∂x",),
    returns=" of x's shape",
)
BLEND = Contract(
    name="blend",
    chapter="averages",
    formula="f(a, b) = (1 - share) a + share b",
    latex=r"f(a, b) = (1 - s) a + s b",
    arguments=(
        *(Argument(name, kinds.real, ("n", "k")) for name in ("a", "b")),
        Argument("share", share, ("n", "k")),
    ),
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
    arguments=(Argument("x", kinds.real, ("length",)), Argument("width", kinds.whole_number("width", range(1, 5)))),
    results=("y",),
    slide="Moving average",
    twin="torch.nn.AvgPool1d(width, stride=1)",
    sizes=("width <= length",),
    returns=", of length - width + 1 numbers",
)
MOVING_AVERAGE_BACKWARD = gradient_of(
    MOVING_AVERAGE,
    upstream=Argument("grad", kinds.upstream, ("out",)),
    formula="∂L/∂x_i = (sum of the grad_j whose window holds x_i) / width",
    latex=r"\frac{\partial L}{\partial x_i} = \frac{1}{w} \sum_{j: j \le i < j+w} g_j",
    results=("∂L/∂x",),
    sizes=("width <= length", PLACES),
    returns=" of x's shape",
)
ROWS = (LOG_SIGMOID, LOG_SIGMOID_BACKWARD, BLEND, MOVING_AVERAGE, MOVING_AVERAGE_BACKWARD)
