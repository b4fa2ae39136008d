"""One step of Adam (Kingma and Ba, 2015) by hand; its twin is torch's own optimizer, put into the state before it."""

import numpy as np
import torch


def adam_step(p, g, m, v, t, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-8):
    """Step t = 1, 2, ...: m = β1 m + (1-β1) g, v = β2 v + (1-β2) g², p = p - lr m̂ / (√v̂ + ε).

    m̂ = m / (1 - β1^t) and v̂ = v / (1 - β2^t) undo that m and v began at 0. The new p, m and v.
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return p - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def twin(p, g, m, v, t, lr=1e-2, beta1=0.9, beta2=0.999, eps=1e-8):
    p = torch.nn.Parameter(p.clone())
    p.grad, m, v = g.clone(), m.clone(), v.clone()
    optimizer = torch.optim.Adam([p], lr, (beta1, beta2), eps, foreach=False)
    optimizer.state[p] = {"step": torch.tensor(t - 1.0), "exp_avg": m, "exp_avg_sq": v}
    optimizer.step()
    return p.detach(), m, v
