"""Mistakes in the linear layer Z = A Wᵀ + ι bᵀ and its three derivatives."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck.packs.mistakes.right import Right
from gradecheck.packs.mistakes.state import resuming


@Right
def linear(A: Any, W: Any, b: Any) -> Any:
    return A @ W.T + b


@Right
def linear_backward(grad: Any, A: Any, W: Any) -> Any:
    return grad @ W, grad.T @ A, grad.sum(axis=0)


def bias_in_first_row_only(A: Any, W: Any, b: Any) -> Any:
    Z = A @ W.T
    Z[0] += b
    return Z


def return_inside_loop(A: Any, W: Any, b: Any) -> Any:
    Z = np.zeros((len(A), len(W)), A.dtype)
    for i, a in enumerate(A):
        Z[i] = W @ a + b
        return Z


def last_sample_left_out(A: Any, W: Any, b: Any) -> Any:
    Z = linear(A, W, b)
    Z[-1] = 0
    return Z


def zeros_of_float64(A: Any, W: Any, b: Any) -> Any:
    Z = np.zeros((len(A), len(W)))
    for i, a in enumerate(A):
        Z[i] = W @ a + b
    return Z


def dA_and_dW_swapped(grad: Any, A: Any, W: Any) -> Any:
    dA, dW, db = linear_backward(grad, A, W)
    return dW, dA, db


def sums_of_float64(grad: Any, A: Any, W: Any) -> Any:
    dW, db = np.zeros(W.shape), np.zeros(len(W))
    for g, a in zip(grad, A, strict=True):
        dW += np.outer(g, a)
        db += g
    return grad @ W, dW, db


def piling_up() -> Any:
    """The second call adds its dW and db to those of the first."""
    resumed = resuming()

    def wrong(grad: Any, A: Any, W: Any) -> Any:
        dA, dW, db = linear_backward(grad, A, W)
        sums = resumed((grad, A, W), (0, 0))
        sums[:] = sums[0] + dW, sums[1] + db
        return dA, *sums

    return wrong


MISTAKES: Final = (
    linear.wrong("bias-left-out", lambda A, W, b: A @ W.T,
        "The bias is left out; Z = A Wᵀ + ι bᵀ adds b to every row.",
        "Try A of zeros: what should Z be then?"),
    linear.wrong("bias-subtracted", lambda A, W, b: linear(A, W, -b),
        "The bias is subtracted; the slide adds it: Z = A Wᵀ + ι bᵀ.",
        "Try A of zeros and compare the sign of Z with that of b."),
    linear.wrong("bias-twice", lambda A, W, b: linear(A, W, 2 * b),
        "The bias is added twice, as when ι is a column of A already and b is added again.",
        "Try A of zeros and compare Z with b."),
    linear.wrong("bias-in-first-row-only", bias_in_first_row_only,
        "The bias is added to the first sample only; ι bᵀ has the same b in every row.",
        "Compare the rows of Z for two equal rows of A."),
    linear.wrong("bias-as-column", lambda A, W, b: A @ W.T + b[:, None],
        "The bias is added as a column, one number a sample; ι bᵀ has one number an output, the same in every row.",
        "Compare the shapes of b, of b as it is added, and of Z (n, out)."),
    linear.wrong("bias-summed", lambda A, W, b: linear(A, W, b.sum()),
        "The sum of all biases is added to every output; output j has its own b_j.",
        "Try A of zeros and b = [1, 2, 3]."),
    linear.wrong("bias-inside-every-product", lambda A, W, b: A @ (W + b[:, None]).T,
        "The bias is added to the weights before the product, so that A scales it; ι bᵀ stands outside of A Wᵀ.",
        "Try A of zeros: does b still arrive in Z?"),
    linear.wrong("weights-not-transposed", lambda A, W, b: linear(A, W.T, b),
        "A is multiplied by W instead of Wᵀ, which only fits where W is square.",
        "Compare the shapes of A (n, in) and W (out, in), and try a W that is not square."),
    linear.wrong("weights-reshaped", lambda A, W, b: A @ W.reshape(W.shape[::-1]) + b,
        "W is reshaped to (in, out) instead of transposed, which mixes the weights of different outputs.",
        "Print W.T and W.reshape(W.shape[::-1]) for W = [[1, 2, 3], [4, 5, 6]]."),
    linear.wrong("samples-as-columns", lambda A, W, b: W @ A.T + b[:, None],
        "Z has one sample a column, W Aᵀ + b ιᵀ; the slide has one sample a row: Z = A Wᵀ + ι bᵀ.",
        "Compare the shape of Z with (n, out).", sign="transposed"),
    linear.wrong("divided-by-features", lambda A, W, b: linear(A / A.shape[1], W, b),
        "A Wᵀ is averaged over the features; the product of matrices sums over them.",
        "Try A and W of ones with 3 features and b = 0."),
    linear.wrong("last-feature-left-out", lambda A, W, b: linear(A[:, :-1], W[:, :-1], b),
        "The sum over the features ends one too early: the last column of A and W takes no part.",
        "Try A = [[0, 0, 1]], and look at where the loop or slice over the features ends."),
    linear.wrong("return-inside-loop", return_inside_loop,
        "The function returns after the first sample, inside the loop over the rows, and leaves all others 0.",
        "Try two samples, and look at the indentation of the return."),
    linear.wrong("last-sample-left-out", last_sample_left_out,
        "The loop over the samples ends one too early: the last row of Z is never filled.",
        "Try a single sample, and look at where the loop over the rows ends."),
    linear.wrong("activation-applied", lambda A, W, b: np.maximum(linear(A, W, b), 0),
        "An activation (relu) is applied to Z; the layer is Z = A Wᵀ + ι bᵀ alone.",
        "Try an input for which Z is negative."),
    linear.wrong("squeezed", lambda A, W, b: linear(A, W, b).squeeze(),
        "Axes of length 1 are dropped from Z, which is (n, out) for one sample and for one output too.",
        "Try n = 1 and out = 1 and compare the shape of Z.", costs="edges"),
    linear.wrong("single-precision",
        lambda A, W, b: linear(A.astype(np.float32), W.astype(np.float32), b).astype(A.dtype),
        "Z is computed in float32, which loses half of the digits of float64 inputs.",
        "Look for astype(np.float32) or dtype=np.float32, and compare Z with A @ W.T digit by digit."),
    linear.float32_lost(zeros_of_float64),
    linear.wrong("list-of-lists", lambda A, W, b: [list(z) for z in linear(A, W, b)],
        "Z is a list of lists; it should be an array of shape (n, out).",
        "Print type(Z).", costs="hygiene"),
    linear_backward.wrong("dW-averaged", lambda grad, A, W: (grad @ W, grad.T @ A / len(A), grad.sum(axis=0)),
        "dW is divided by the number of samples; the slide sums over them: ∂L/∂W = (∂L/∂Z)ᵀ A.",
        "Compare dW for one sample and for the same sample twice; where does the 1/n of the loss belong?",
        sign="divided by n"),
    linear_backward.wrong("dW-transposed", lambda grad, A, W: (grad @ W, A.T @ grad, grad.sum(axis=0)),
        "dW is Aᵀ ∂L/∂Z, the derivative with respect to Wᵀ; ∂L/∂W = (∂L/∂Z)ᵀ A has the shape of W.",
        "Compare the shapes of dW and W for in ≠ out, and the numbers for in = out.", sign="transposed"),
    linear_backward.wrong("dW-reshaped", lambda grad, A, W: (grad @ W, (A.T @ grad).reshape(W.shape), grad.sum(axis=0)),
        "Aᵀ ∂L/∂Z is reshaped to W's shape, which puts its numbers in the wrong places; it should be transposed.",
        "Print x.T and x.reshape(2, 3) for x = [[1, 2], [3, 4], [5, 6]]."),
    linear_backward.wrong("dW-of-last-sample",
        lambda grad, A, W: (grad @ W, np.outer(grad[-1], A[-1]), grad.sum(axis=0)),
        "dW is that of the last sample alone: a loop overwrites it, where (∂L/∂Z)ᵀ A sums over all samples.",
        "Try two samples, and look for = where += belongs."),
    linear_backward.wrong("dW-of-sums",
        lambda grad, A, W: (grad @ W, np.outer(grad.sum(axis=0), A.sum(axis=0)), grad.sum(axis=0)),
        "dW multiplies the sum of grad by the sum of A; (∂L/∂Z)ᵀ A multiplies sample by sample and sums then.",
        "Try two samples whose rows of A are opposite, such as [1, 2] and [-1, -2]."),
    linear_backward.wrong("dA-of-transposed-weights", lambda grad, A, W: (grad @ W.T, grad.T @ A, grad.sum(axis=0)),
        "dA is ∂L/∂Z Wᵀ; the derivative of Z with respect to A is Wᵀ, and its transpose W enters: ∂L/∂A = ∂L/∂Z W.",
        "Compare the shapes for in ≠ out: dA has the shape of A."),
    linear_backward.wrong("both-transposed", lambda grad, A, W: (grad @ W.T, A.T @ grad, grad.sum(axis=0)),
        "dA takes Wᵀ for W and dW is Aᵀ ∂L/∂Z, as if W were stored as (in, out); here it is (out, in).",
        "Compare the shapes of W, dA and dW for in ≠ out."),
    linear_backward.wrong("dA-and-dW-swapped", dA_and_dW_swapped,
        "dW comes first and dA second; the order is ∂L/∂A, ∂L/∂W, ∂L/∂b.",
        "Compare the shape of each result with the shape of A, W and b."),
    linear_backward.wrong("dA-left-out", lambda grad, A, W: linear_backward(grad, A, W)[1:],
        "Only dW and db come back; the layer before needs ∂L/∂A too.",
        "Count the results: ∂L/∂A, ∂L/∂W, ∂L/∂b."),
    linear_backward.wrong("db-averaged", lambda grad, A, W: (grad @ W, grad.T @ A, grad.mean(axis=0)),
        "db is averaged over the batch; the slide sums it: ∂L/∂b = (∂L/∂Z)ᵀ ι.",
        "Compare db for one sample and for the same sample twice.", sign="divided by n"),
    linear_backward.wrong("db-over-features", lambda grad, A, W: (grad @ W, grad.T @ A, grad.sum(axis=1)),
        "db is summed over the outputs, one number a sample; (∂L/∂Z)ᵀ ι sums over the samples.",
        "Compare the shape of db with b's (out,) for n ≠ out."),
    linear_backward.wrong("db-one-number", lambda grad, A, W: (grad @ W, grad.T @ A, grad.sum()),
        "db is one number, the sum of all of grad; every output has its own bias, and so its own gradient.",
        "Compare the shape of db with b's (out,)."),
    linear_backward.wrong("db-not-summed", lambda grad, A, W: (grad @ W, grad.T @ A, grad),
        "db is grad itself; b is added to every sample, so its gradient sums over them: (∂L/∂Z)ᵀ ι.",
        "Compare the shape of db with b's (out,)."),
    linear_backward.wrong("db-of-first-sample", lambda grad, A, W: (grad @ W, grad.T @ A, grad[0]),
        "db is the gradient of the first sample alone; (∂L/∂Z)ᵀ ι sums over all samples.",
        "Try two samples."),
    linear_backward.wrong("db-as-row", lambda grad, A, W: (grad @ W, grad.T @ A, grad.sum(axis=0, keepdims=True)),
        "db has shape (1, out), as with keepdims; b has shape (out,), and so has its gradient.",
        "Compare the shapes of db and b."),
    linear_backward.wrong("db-of-ones", lambda grad, A, W: (grad @ W, grad.T @ A, np.ones(len(W), W.dtype)),
        "db is ι, the derivative of Z with respect to b alone; the upstream gradient belongs in: (∂L/∂Z)ᵀ ι.",
        "Try grad of zeros: what should db be then?"),
    linear_backward.wrong("dW-and-db-averaged", lambda grad, A, W: (grad @ W, grad.T @ A / len(A), grad.mean(axis=0)),
        "dW and db are divided by the number of samples; the 1/n is the loss's, and grad has it already.",
        "Compare dW and db for one sample and for the same sample twice.", sign="divided by n"),
    linear_backward.wrong("all-averaged", lambda grad, A, W: linear_backward(grad / len(A), A, W),
        "grad is divided by the number of samples first; the 1/n is the loss's, and grad has it already.",
        "Compare all three results for one sample and for the same sample twice.", sign="divided by n"),
    linear_backward.wrong("upstream-left-out", lambda grad, A, W: linear_backward(np.ones_like(grad), A, W),
        "The upstream gradient ∂L/∂Z is left out, as if it were ones; each derivative is multiplied by it.",
        "Try grad of zeros: what should all three be then?"),
    linear_backward.wrong("negated", lambda grad, A, W: linear_backward(-grad, A, W),
        "All gradients have the wrong sign: the minus of W = W - λ ∂L/∂W belongs to the step, not to the gradient.",
        "Try grad, A and W of ones and look at the signs.", sign="negated"),
    linear_backward.wrong("everything-squeezed",
        lambda grad, A, W: tuple(x.squeeze() for x in linear_backward(grad, A, W)),
        "Axes of length 1 are dropped, so that a gradient has not the shape of what it belongs to.",
        "Try n = 1, in = 1 and out = 1, and compare the shapes of dA, dW and db with A, W and b.", costs="edges"),
    linear_backward.float32_lost(sums_of_float64),
    linear_backward.state_kept(piling_up()),
)  # fmt: skip
