"""Where the slides leave something open or do not fit, and what is taken instead. docs/lecturer.md says the same."""

from __future__ import annotations

from typing import Final

LOOSE: Final = (
    "MSE and cross entropy sum from i = 0 to n with 1/n; n terms are meant.",
    "The cross entropy table takes the log to base 2 (log2 0.99965237 = -5.016e-04), where its formula, and torch, "
    "mean the natural log (-3.477e-04). The report reproduces the table in both.",
    '"The derivative of Z with respect to W is A^T" does not fit the shape of ∂L/∂W = (∂L/∂Z)ᵀ A; "with respect to '
    'W^T is A" does.',
    "The first summary slide of SGD with momentum leaves out the update of W and b; the later slide has it.",
    "The slides do not give the slope of ReLU and Leaky ReLU at x = 0; as in torch it is 0 and alpha.",
    "The two-class softmax 1 / (1 + e^{x2 - x1}) and the three forms of tanh are formulas of their own; `manual/` has "
    "each as printed.",
)
