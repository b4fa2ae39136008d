def momentum_step(w, v, grad, lr, mu):
    # W = W - lambda v,  v = mu v + dL/dW
    w = w - lr * v
    v = mu * v + grad
    return w, v
