"""The lecture in torch."""

import torch
from torch.nn import functional


def log_sigmoid(x):
    return functional.logsigmoid(x)


def log_sigmoid_backward(grad, x):
    return derivative(log_sigmoid, grad, x)


def blend(a, b, share):
    return torch.lerp(a, b, share)


def moving_average(x, width):
    return functional.avg_pool1d(x[None], width, stride=1)[0]


def moving_average_backward(grad, x, width):
    return derivative(lambda x: moving_average(x, width), grad, x)


def derivative(function, grad, x):
    x = x.detach().requires_grad_()
    (dx,) = torch.autograd.grad(function(x), x, grad)
    return dx
