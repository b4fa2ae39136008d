from numpy import tanh


def tanh_backward(x, grad):
    """Gradient of the hyperbolic tangent."""
    return (1 - tanh(x) * tanh(x)) * grad
