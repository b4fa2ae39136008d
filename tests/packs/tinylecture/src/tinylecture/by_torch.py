"""The lecture in torch."""

import torch
from torch.nn import functional


def softsign(x):
    return functional.softsign(x)


def softsign_backward(grad, x):
    return derivative(softsign, grad, x)


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
