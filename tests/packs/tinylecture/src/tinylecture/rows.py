"""The rows: a gradient by gradient_of, a kind of argument of our own, and sizes that depend on each other."""

import numpy as np

from gradecheck import ANY, Argument, Contract, Sketch, gradient_of, kinds

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


def log_sigmoid(x):
    return -np.maximum(-x, 0) - np.log(1 + np.exp(-np.abs(x)))


def log_sigmoid_as_on_the_slide(x):
    return -np.log(1 + np.exp(-x))


def log_sigmoid_backward(grad, x):
    e = np.exp(-np.abs(x))
    return grad * np.where(x >= 0, e / (1 + e), 1 / (1 + e))


def log_sigmoid_backward_as_on_the_slide(grad, x):
    return grad / (1 + np.exp(x))


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


LOG_SIGMOID = Contract(
    name="log_sigmoid",
    chapter="squashing",
    formula="f(x) = -log(1 + e^-x)",
    latex=r"f(x) = -\log(1 + e^{-x})",
    arguments=(X,),
    results=("f(x)",),
    stable=log_sigmoid,
    literal=log_sigmoid_as_on_the_slide,
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
    stable=log_sigmoid_backward,
    literal=log_sigmoid_backward_as_on_the_slide,
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
    stable=moving_average,
    literal=moving_average,
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
    stable=moving_average_backward,
    literal=moving_average_backward,
    sizes=("width <= length", PLACES),
    returns=" of x's shape",
)
ROWS = (LOG_SIGMOID, LOG_SIGMOID_BACKWARD, BLEND, MOVING_AVERAGE, MOVING_AVERAGE_BACKWARD)
