velocity = None  # kept from step to step


def momentum_step(w, v, grad, lr, mu):
    global velocity
    if velocity is None:
        velocity = v
    velocity = mu * velocity + grad
    return w - lr * velocity, velocity
