def sgd(theta, grad, lr):
    theta[...] = theta - lr * grad


def momentum(theta, velocity, grad, lr, mu):
    velocity = mu * velocity + grad
    theta = theta - lr * velocity
