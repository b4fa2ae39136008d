"""Mistakes in train: the layer's forward pass and backpropagation."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from gradecheck import Mistake
from lectures.lecture03.mistakes.linear.bias import bias_left_out
from lectures.lecture03.mistakes.linear.db import db_averaged, db_of_first_sample, db_one_number
from lectures.lecture03.mistakes.linear.matrices import dW_of_last_sample, dW_transposed
from lectures.lecture03.mistakes.linear.product import squeezed, weights_not_transposed
from lectures.lecture03.mistakes.linear.together import dW_and_db_averaged
from lectures.lecture03.mistakes.network.perceptron import Perceptron


def backward_by(wrong: Any) -> Any:
    """(dW, db) of a wrong linear_backward that has no use for W here."""

    def backward(dZ: Any, A: Any) -> Any:
        return wrong(dZ, A, np.zeros((dZ.shape[1], A.shape[1]), A.dtype))[1:]

    return backward


MISTAKES: Final = (
    Mistake(
        "train/bias-left-out",
        "train",
        Perceptron(forward=bias_left_out).train,
        "The bias is left out of Z = A Wᵀ + ι bᵀ, though it is updated.",
        "Try W of zeros with b = [1, 0]: does the first loss depend on b?",
    ),
    Mistake(
        "train/squeezed",
        "train",
        Perceptron(forward=squeezed).train,
        "Axes of length 1 are dropped from Z, which is (n, out) for a single class too.",
        "Try out = 1 and compare the shapes of Z and T.",
        costs="edges",
    ),
    Mistake(
        "train/weights-not-transposed",
        "train",
        Perceptron(forward=weights_not_transposed).train,
        "A is multiplied by W instead of Wᵀ, which only fits where W is square.",
        "Compare the shapes of A (n, in) and W (out, in), and try a W that is not square.",
    ),
    Mistake(
        "train/dW-transposed",
        "train",
        Perceptron(backward=backward_by(dW_transposed)).train,
        "dW is Aᵀ ∂L/∂Z, which has the shape of W only where W is square; ∂L/∂W = (∂L/∂Z)ᵀ A.",
        "Compare the shapes of dW and W for in ≠ out.",
    ),
    Mistake(
        "train/weights-as-in-by-out",
        "train",
        Perceptron(forward=weights_not_transposed, backward=backward_by(dW_transposed)).train,
        "W is taken as (in, out) throughout, Z = A W and dW = Aᵀ ∂L/∂Z; here it is (out, in), and Z = A Wᵀ.",
        "Compare the shapes of A, W and T for in ≠ out.",
    ),
    Mistake(
        "train/db-averaged",
        "train",
        Perceptron(backward=backward_by(db_averaged)).train,
        "db is averaged over the batch, whose 1/n the loss has already; the slide sums it: (∂L/∂Z)ᵀ ι.",
        "Count the divisions by n between the loss and db.",
    ),
    Mistake(
        "train/averaged-twice",
        "train",
        Perceptron(backward=backward_by(dW_and_db_averaged)).train,
        "dW and db are divided by n once more: the gradient of the mean loss has its 1/n already.",
        "Count the divisions by n between the loss and dW.",
    ),
    Mistake(
        "train/db-of-first-sample",
        "train",
        Perceptron(backward=backward_by(db_of_first_sample)).train,
        "db is the gradient of the first sample alone; (∂L/∂Z)ᵀ ι sums over all samples.",
        "Try two samples.",
    ),
    Mistake(
        "train/db-one-number",
        "train",
        Perceptron(backward=backward_by(db_one_number)).train,
        "db is the sum of the whole gradient, one number for all biases; each class has its own.",
        "Compare the shape of db with b's (out,).",
    ),
    Mistake(
        "train/dW-of-last-sample",
        "train",
        Perceptron(backward=backward_by(dW_of_last_sample)).train,
        "dW is that of the last sample alone: a loop overwrites it, where (∂L/∂Z)ᵀ A sums over all samples.",
        "Try two samples, and look for = where += belongs.",
    ),
)
