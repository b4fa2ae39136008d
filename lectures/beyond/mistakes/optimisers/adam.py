"""Mistakes in a step of Adam and of AdamW."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right


def averages(m: Any, v: Any, grad: Any, beta1: Any, beta2: Any) -> Any:
    return beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad * grad


def corrected(m: Any, v: Any, t: Any, beta1: Any, beta2: Any) -> Any:
    return m / (1 - beta1**t), v / (1 - beta2**t)


@Right
def adam_step(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    m, v = averages(m, v, grad, beta1, beta2)
    m_hat, v_hat = corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


@Right
def adamw_step(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any, decay: Any) -> Any:
    return adam_step((1 - lr * decay) * w, m, v, grad, t, lr, beta1, beta2, eps)


def neither_corrected(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    m, v = averages(m, v, grad, beta1, beta2)
    return w - lr * m / (np.sqrt(v) + eps), m, v


def first_not_corrected(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    m, v = averages(m, v, grad, beta1, beta2)
    _, v_hat = corrected(m, v, t, beta1, beta2)
    return w - lr * m / (np.sqrt(v_hat) + eps), m, v


def second_not_corrected(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    m, v = averages(m, v, grad, beta1, beta2)
    m_hat, _ = corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v) + eps), m, v


def corrected_returned(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    m, v = averages(m, v, grad, beta1, beta2)
    m_hat, v_hat = corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m_hat, v_hat


def eps_inside(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    m, v = averages(m, v, grad, beta1, beta2)
    m_hat, v_hat = corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / np.sqrt(v_hat + eps), m, v


def eps_not_corrected(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    m, v = averages(m, v, grad, beta1, beta2)
    return w - lr * np.sqrt(1 - beta2**t) / (1 - beta1**t) * m / (np.sqrt(v) + eps), m, v


def no_root(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    m, v = averages(m, v, grad, beta1, beta2)
    m_hat, v_hat = corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (v_hat + eps), m, v


def old_averages(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    m_hat, v_hat = corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), *averages(m, v, grad, beta1, beta2)


def not_squared(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * np.abs(grad)
    m_hat, v_hat = corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def in_place(w: Any, m: Any, v: Any, grad: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any) -> Any:
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad * grad
    m_hat, v_hat = corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def decayed_afterwards(w: Any, *others: Any) -> Any:
    *adam, decay = others
    w, m, v = adam_step(w, *adam)
    return (1 - adam[4] * decay) * w, m, v


def coupled(w: Any, m: Any, v: Any, grad: Any, *others: Any) -> Any:
    *adam, decay = others
    return adam_step(w, m, v, grad + decay * w, *adam)


def decay_in_first(w: Any, m: Any, v: Any, grad: Any, *others: Any) -> Any:
    *adam, decay = others
    beta1, beta2 = adam[2], adam[3]
    m, v = averages(m, v, grad, beta1, beta2)
    m_hat, v_hat = corrected(m, v, adam[0], beta1, beta2)
    return w - adam[1] * (m_hat + decay * w) / (np.sqrt(v_hat) + adam[4]), m, v


def with_decay(form: Any) -> Any:
    """A step of Adam as a step of AdamW."""

    def decayed(w: Any, *others: Any) -> Any:
        *adam, decay = others
        return form((1 - adam[4] * decay) * w, *adam)

    return decayed


MISTAKES: Final = (
    adam_step.wrong("not-corrected", neither_corrected,
        "m and v are not corrected for their start at 0: they should be divided by 1 - β1^t and 1 - β2^t.",
        "Try t = 1, m = v = [0] and grad = [1]: the step should be close to lr."),
    adam_step.wrong("first-not-corrected", first_not_corrected,
        "m is not corrected for its start at 0: it should be divided by 1 - β1^t, too.",
        "Try t = 1, m = v = [0] and grad = [1]: the step should be close to lr."),
    adam_step.wrong("second-not-corrected", second_not_corrected,
        "v is not corrected for its start at 0: it should be divided by 1 - β2^t, too.",
        "Try t = 1, m = v = [0] and grad = [1]: the step should be close to lr."),
    adam_step.wrong("corrected-returned", corrected_returned,
        "The corrected m and v come back; the next step needs them as they were before the correction.",
        "Try t = 1, m = [0], grad = [1] and beta1 = 0.9: the new m should be 0.1."),
    adam_step.wrong("eps-inside-root", eps_inside,
        "eps is inside the root, √(v + eps); it should stand outside, √v + eps.",
        "Try v = [0], grad = [1e-3], beta2 = 0 and eps = 0.01."),
    adam_step.wrong("eps-not-corrected", eps_not_corrected,
        "eps is added to √v before the correction; it should be added to √(v / (1 - β2^t)).",
        "Try t = 1 and a large eps, such as 0.1."),
    adam_step.wrong("root-left-out", no_root,
        "The root is left out: m is divided by v + eps in place of √v + eps.",
        "Try t = 1, m = v = [0] and grad = [10]: the step should be close to lr."),
    adam_step.wrong("old-averages", old_averages,
        "The step takes the m and v from before; both are updated first.",
        "Try m = v = [0] and grad = [1]: w should move."),
    adam_step.wrong("not-squared", not_squared,
        "v averages the sizes of the gradient, and should average their squares.",
        "Try v = [0], grad = [10] and beta2 = 0: v should be 100."),
    adam_step.given("counted-from-0", lambda w, m, v, grad, t, *rest: (w, m, v, grad, t + 1, *rest),
        "The correction takes t + 1; t is the number of this step already, and the first one is 1.",
        "Try t = 1, m = v = [0] and grad = [1]: the step should be close to lr."),
    adam_step.given("power-left-out", lambda w, m, v, grad, t, *rest: (w, m, v, grad, 1, *rest),
        "The correction is by 1 - β1 and 1 - β2, without the power t, as if every step were the first.",
        "Compare t = 1 and t = 10."),
    adam_step.given("betas-swapped",
        lambda w, m, v, grad, t, lr, beta1, beta2, eps: (w, m, v, grad, t, lr, beta2, beta1, eps),
        "β1 and β2 are swapped: β1 belongs to m, and β2 to v.",
        "Try beta1 = 0: m should be the gradient."),
    adam_step.given("ascent",
        lambda w, m, v, grad, t, lr, *rest: (w, m, v, grad, t, -lr, *rest),
        "The step goes uphill: it is added to W.",
        "Try w = [0] and m = [0] with a positive gradient: where should w go?"),
    adam_step.wrong("averages-unchanged", lambda w, m, v, *rest: (adam_step(w, m, v, *rest)[0], m, v),
        "The old m and v come back, so that the next step does not know of this one.",
        "Try m = v = [0] and grad = [1], and look at the second and third result."),
    adam_step.written_to("written-into-averages", in_place, "m", "v"),
    adamw_step.wrong("coupled", coupled,
        "decay W is added to the gradient, as for a penalty, so that m and v see it; in AdamW it is taken off W.",
        "Try grad of zeros and m of zeros: m should stay 0."),
    adamw_step.given("decay-left-out", lambda *given: (*given[:-1], 0),
        "The decay is left out: this is a step of Adam.",
        "Try grad and m of zeros: W should shrink."),
    adamw_step.given("lr-not-on-decay", lambda *given: (*given[:-1], given[-1] / given[5]),
        "The learning rate does not multiply the decay: W (1 - decay) in place of W (1 - λ decay).",
        "Try grad and m of zeros with two different lr: W should shrink differently."),
    adamw_step.given("decay-added", lambda *given: (*given[:-1], -given[-1]),
        "λ decay W is added to W, so that it grows.",
        "Try grad and m of zeros: should |W| grow or shrink?"),
    adamw_step.given("decay-doubled", lambda *given: (*given[:-1], 2 * given[-1]),
        "The decay is doubled.",
        "Try w = [1], lr = 1 and grad and m of zeros, and compare with 1 - decay."),
    adamw_step.wrong("decayed-afterwards", decayed_afterwards,
        "W decays after the step of Adam; λ decay W is taken of the W from before.",
        "Try w = [0] with a gradient that is not 0: there is nothing that could decay."),
    adamw_step.wrong("decay-divided", decay_in_first,
        "decay W is added to m and so divided by √v + eps, too; the decay should not depend on v.",
        "Try grad and m of zeros with two different v: W should shrink alike."),
    adamw_step.wrong("not-corrected", with_decay(neither_corrected),
        "m and v are not corrected for their start at 0: they should be divided by 1 - β1^t and 1 - β2^t.",
        "Try t = 1, w = m = v = [0] and grad = [1]: the step should be close to lr."),
    adamw_step.wrong("eps-inside-root", with_decay(eps_inside),
        "eps is inside the root, √(v + eps); it should stand outside, √v + eps.",
        "Try v = [0], grad = [1e-3], beta2 = 0 and eps = 0.01."),
    adamw_step.given("counted-from-0", lambda w, m, v, grad, t, *rest: (w, m, v, grad, t + 1, *rest),
        "The correction takes t + 1; t is the number of this step already, and the first one is 1.",
        "Try t = 1, w = m = v = [0] and grad = [1]: the step should be close to lr."),
    adamw_step.written_to("written-into-averages", with_decay(in_place), "m", "v"),
)  # fmt: skip
