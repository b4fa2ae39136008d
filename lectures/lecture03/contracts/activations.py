"""What the activation functions promise: sigmoid, tanh, relu, leaky_relu, softmax and their gradients."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import ANY, Argument, Contract, Sketch, gradient_of
from gradecheck.arguments import kinds
from lectures.lecture03.contracts.numbers import alpha

X: Final = Argument("x", kinds.real, (ANY,), called=kinds.INPUTS)
GRAD: Final = Argument("grad", kinds.upstream, (ANY,))
ALPHA: Final = Argument("alpha", alpha, default=0.01)
ROWS: Final = Argument("x", kinds.real, ("n?", "k"), called=kinds.INPUTS)
GRAD_ROWS: Final = Argument("grad", kinds.upstream, ("n?", "k"))
CLASSES: Final = "k is the number of classes."

SIDES: Final = {"x < 0": lambda x, *_: x < 0, "x = 0": lambda x, *_: x == 0, "x > 0": lambda x, *_: x > 0}


def _one(x: float) -> tuple[Any, ...]:
    return (np.array([x]),)


# -- sigmoid


def sigmoid(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def sigmoid_literal(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def sigmoid_by_tanh(x: Any) -> Any:
    return (1 + np.tanh(x / 2)) / 2


def sigmoid_by_log_sum_exp(x: Any) -> Any:
    """e^x over the sum of e^0 and e^x, with the logarithm of the sum, which rounds by |x|."""
    return np.exp(x - (np.maximum(x, 0) + np.log(1 + np.exp(-np.abs(x)))))


def _sigmoid_backward(form: Any) -> Any:
    def backward(grad: Any, x: Any) -> Any:
        s = form(x)
        return grad * s * (1 - s)

    return backward


def sigmoid_backward_by_exponentials(grad: Any, x: Any) -> Any:
    e = np.exp(-x)
    return grad * e / ((1 + e) * (1 + e))


# -- tanh


def tanh_literal(x: Any) -> Any:
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


def tanh_by_sigmoid(x: Any) -> Any:
    return 2 * sigmoid(2 * x) - 1


def _tanh_backward(form: Any) -> Any:
    def backward(grad: Any, x: Any) -> Any:
        t = form(x)
        return grad * (1 - t * t)

    return backward


def tanh_backward_by_cosh(grad: Any, x: Any) -> Any:
    c = np.cosh(x)
    return grad / (c * c)


# -- relu, leaky_relu


def relu(x: Any) -> Any:
    return np.maximum(x, 0)


def relu_literal(x: Any) -> Any:
    return np.where(x < 0, 0, x)


def relu_backward(grad: Any, x: Any) -> Any:
    return np.where(x <= 0, 0, grad)


def leaky_relu(x: Any, alpha: Any) -> Any:
    return np.where(x < 0, alpha * x, x)


def leaky_relu_blended(x: Any, alpha: Any) -> Any:
    """Both sides in one expression: its two terms are rounded where x itself is not."""
    alpha = alpha + 0 * x  # in the arrays' precision, as is 1 ± alpha
    return (1 + alpha) / 2 * x + (1 - alpha) / 2 * np.abs(x)


def leaky_relu_backward(grad: Any, x: Any, alpha: Any) -> Any:
    return np.where(x > 0, grad, alpha * grad)


def leaky_relu_backward_blended(grad: Any, x: Any, alpha: Any) -> Any:
    alpha = alpha + 0 * x
    return (1 + alpha) / 2 * grad + (1 - alpha) / 2 * grad * np.where(x > 0, 1, -1)


# -- softmax, over the last axis


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_literal(x: Any) -> Any:
    e = np.exp(x)
    return e / e.sum(axis=-1, keepdims=True)


def log_sum_exp(x: Any) -> Any:
    m = x.max(axis=-1, keepdims=True)
    return m + np.log(np.exp(x - m).sum(axis=-1, keepdims=True))


def softmax_by_log_sum_exp(x: Any) -> Any:
    return np.exp(x - log_sum_exp(x))


def softmax_by_sums_of_two(x: Any) -> Any:
    """The same with the logarithm of one sum of two after the other, as np.logaddexp.reduce has it.

    Each of the k sums is rounded by the size of the largest. Written out, their balls would forget that no sum moves
    by more than what it is made of; so what k roundings can do is added to the whole as a 0 with that radius.
    """
    size = np.abs(x).max(axis=-1, keepdims=True) + 8  # and of the logarithms in between
    rounded = x.shape[-1] * (size - size)
    return np.exp(x - (log_sum_exp(x) + rounded))


def _softmax_backward(form: Any) -> Any:
    def backward(grad: Any, x: Any) -> Any:
        p = form(x)
        return p * (grad - (grad * p).sum(axis=-1, keepdims=True))

    return backward


SIGMOID: Final = Contract(
    name="sigmoid",
    chapter="activations",
    formula="f(x) = 1 / (1 + e^-x)",
    latex=r"f(x) = \frac{1}{1 + e^{-x}}",
    arguments=(X,),
    results=("f(x)",),
    stable=sigmoid,
    literal=sigmoid_literal,
    roundabout=(sigmoid_by_tanh, sigmoid_by_log_sum_exp),
    slide="Sigmoid",
    twin="torch.nn.Sigmoid",
    branches=SIDES,
    returns=" of x's shape",
    sketch=Sketch("x", -6, 6, _one, (1.0,)),
)
SIGMOID_BACKWARD: Final = gradient_of(
    SIGMOID,
    upstream=GRAD,
    formula="∂L/∂x = grad · f(x) (1 - f(x))",
    latex=r"\frac{\partial L}{\partial x} = g \, f(x) \, (1 - f(x))",
    results=("∂L/∂x",),
    stable=_sigmoid_backward(sigmoid),
    literal=_sigmoid_backward(sigmoid_literal),
    roundabout=(
        _sigmoid_backward(sigmoid_by_tanh),
        _sigmoid_backward(sigmoid_by_log_sum_exp),
        sigmoid_backward_by_exponentials,
    ),
    returns=" of x's shape",
)
TANH: Final = Contract(
    name="tanh",
    chapter="activations",
    formula="f(x) = (e^x - e^-x) / (e^x + e^-x)",
    latex=r"f(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}}",
    arguments=(X,),
    results=("f(x)",),
    stable=np.tanh,
    literal=tanh_literal,
    roundabout=(tanh_by_sigmoid,),
    slide="Tanh",
    twin="torch.nn.Tanh",
    branches=SIDES,
    returns=" of x's shape",
    sketch=Sketch("x", -4, 4, _one, (1.0,)),
)
TANH_BACKWARD: Final = gradient_of(
    TANH,
    upstream=GRAD,
    formula="∂L/∂x = grad · (1 - f(x)²)",
    latex=r"\frac{\partial L}{\partial x} = g \, (1 - f(x)^2)",
    results=("∂L/∂x",),
    stable=_tanh_backward(np.tanh),
    literal=_tanh_backward(tanh_literal),
    roundabout=(_tanh_backward(tanh_by_sigmoid), tanh_backward_by_cosh),
    returns=" of x's shape",
)
RELU: Final = Contract(
    name="relu",
    chapter="activations",
    formula="f(x) = x, or 0 for x < 0",
    latex=r"f(x) = \begin{cases} x & \text{otherwise} \\ 0 & \text{for } x < 0 \end{cases}",
    arguments=(X,),
    results=("f(x)",),
    stable=relu,
    literal=relu_literal,
    slide="Relu / Leaky Relu",
    twin="torch.nn.ReLU",
    branches=SIDES,
    returns=" of x's shape",
    sketch=Sketch("x", -2, 2, _one, (1.0,)),
)
RELU_BACKWARD: Final = gradient_of(
    RELU,
    upstream=GRAD,
    formula="∂L/∂x = grad, or 0 for x <= 0",
    latex=(
        r"\frac{\partial L}{\partial x} = "
        r"\begin{cases} g & \text{for } x > 0 \\ 0 & \text{for } x \le 0 \end{cases}"
    ),
    results=("∂L/∂x",),
    stable=relu_backward,
    literal=relu_backward,
    returns=" of x's shape",
    note="The slope at x = 0 is 0.",
)
LEAKY_RELU: Final = Contract(
    name="leaky_relu",
    chapter="activations",
    formula="f(x) = x, or alpha x for x < 0",
    latex=r"f(x) = \begin{cases} x & \text{otherwise} \\ \alpha x & \text{for } x < 0 \end{cases}",
    arguments=(X, ALPHA),
    results=("f(x)",),
    stable=leaky_relu,
    literal=leaky_relu,
    roundabout=(leaky_relu_blended,),
    slide="Relu / Leaky Relu",
    twin="torch.nn.LeakyReLU",
    branches={**SIDES, "alpha is not 0.01": lambda x, alpha: alpha != 0.01},
    returns=" of x's shape",
    sketch=Sketch("x, alpha = 0.1", -2, 2, lambda x: (np.array([x]), 0.1), (1.0,)),
)
LEAKY_RELU_BACKWARD: Final = gradient_of(
    LEAKY_RELU,
    upstream=GRAD,
    formula="∂L/∂x = grad, or alpha grad for x <= 0",
    latex=(
        r"\frac{\partial L}{\partial x} = "
        r"\begin{cases} g & \text{for } x > 0 \\ \alpha g & \text{for } x \le 0 \end{cases}"
    ),
    results=("∂L/∂x",),
    stable=leaky_relu_backward,
    literal=leaky_relu_backward,
    roundabout=(leaky_relu_backward_blended,),
    returns=" of x's shape",
    note="The slope at x = 0 is alpha.",
)
SOFTMAX: Final = Contract(
    name="softmax",
    chapter="activations",
    formula="f(x)_i = e^{x_i} / Σ_j e^{x_j}, over the last axis",
    latex=r"f(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}",
    arguments=(ROWS,),
    results=("f(x)",),
    stable=softmax,
    literal=softmax_literal,
    roundabout=(softmax_by_log_sum_exp, softmax_by_sums_of_two),
    slide="Softmax",
    twin="torch.nn.Softmax(dim=-1)",
    branches={"n > 1": lambda x: x.ndim == 2 and len(x) > 1, "k > 1": lambda x: x.shape[-1] > 1},
    returns=" of x's shape",
    holds=(CLASSES,),
    sketch=Sketch("x₁ of two classes, x₂ = 0", -6, 6, lambda x: (np.array([x, 0.0]),), (1.0, 0.0)),
)
SOFTMAX_BACKWARD: Final = gradient_of(
    SOFTMAX,
    upstream=GRAD_ROWS,
    formula="∂L/∂x_i = f_i (grad_i - Σ_j grad_j f_j)",
    latex=r"\frac{\partial L}{\partial x_i} = f_i \left(g_i - \sum_j g_j f_j\right)",
    results=("∂L/∂x",),
    stable=_softmax_backward(softmax),
    literal=_softmax_backward(softmax_literal),
    roundabout=(_softmax_backward(softmax_by_log_sum_exp), _softmax_backward(softmax_by_sums_of_two)),
    returns=" of x's shape",
)

CONTRACTS: Final = (
    *(SIGMOID, SIGMOID_BACKWARD),
    *(TANH, TANH_BACKWARD),
    *(RELU, RELU_BACKWARD),
    *(LEAKY_RELU, LEAKY_RELU_BACKWARD),
    *(SOFTMAX, SOFTMAX_BACKWARD),
)
