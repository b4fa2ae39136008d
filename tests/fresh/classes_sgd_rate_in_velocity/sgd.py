import numpy as np


class Linear:
    def __init__(self, in_features, out_features):
        self.W = np.zeros((out_features, in_features))
        self.b = np.zeros((out_features, 1))


class SGD:
    def __init__(self, layer, lr, momentum):
        self.layer, self.lr, self.momentum = layer, lr, momentum
        self.v_W = np.zeros_like(layer.W)
        self.v_b = np.zeros_like(layer.b)

    def step(self):
        for name in ("W", "b"):
            gradient = getattr(self.layer, "dLd" + name)
            velocity = self.momentum * getattr(self, "v_" + name) + self.lr * gradient
            setattr(self, "v_" + name, velocity)
            setattr(self.layer, name, getattr(self.layer, name) - velocity)
