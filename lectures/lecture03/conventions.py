"""The conventions ledger: what the formulas leave open, how it is settled here, and how torch and the slides stand.

Each line is held by the test of its id in tests/test_conventions.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Convention:
    """One open question of the named functions. ours, torch, slides: how each answers it."""

    id: str
    functions: tuple[str, ...]
    question: str
    ours: str
    torch: str
    slides: str

    @property
    def test(self) -> str:
        return f"tests/test_conventions.py::test_{self.id}"


_SLOPES: Final = ("relu_backward", "leaky_relu_backward")
_ROWS: Final = ("cross_entropy", "cross_entropy_backward", "softmax_cross_entropy", "softmax_cross_entropy_backward")

CONVENTIONS: Final = (
    Convention(
        "relu_slope_at_zero", ("relu_backward",), "slope at x = 0", "0", "0", "not said; the formula has 0 for x < 0"
    ),
    Convention("leaky_relu_slope_at_zero", ("leaky_relu_backward",), "slope at x = 0", "alpha", "alpha", "not said"),
    Convention("leaky_relu_alpha", ("leaky_relu",), "alpha where none is given", "0.01", "0.01", "an unnamed alpha"),
    Convention(
        "nan_goes_through_activations",
        ("sigmoid", "tanh", "relu", "leaky_relu", "softmax"),
        "NaN in the input",
        "NaN comes out; in softmax, in its whole row",
        "the same",
        "not said",
    ),
    Convention(
        "relu_gradient_at_nan", _SLOPES, "gradient at x = NaN", "grad, or alpha grad", "grad, or alpha grad", "not said"
    ),
    Convention(
        "infinities_saturate", ("sigmoid", "tanh"), "x = ±inf", "0 or 1, ±1", "0 or 1, ±1", "∞/∞ as printed for tanh"
    ),
    Convention("softmax_at_infinity", ("softmax",), "a logit of +inf", "NaN in its row", "NaN in its row", "∞/∞"),
    Convention("softmax_axis", ("softmax",), "axis of the sum", "the last", "whatever dim says", "one row is shown"),
    Convention(
        "mse_reduction", ("mse", "mse_backward"), "divisor", "all elements", "all elements", "n, summed from 0 to n"
    ),
    Convention("mse_has_no_half", ("mse", "mse_backward"), "factor in front", "none", "none", "none"),
    Convention("cross_entropy_reduction", _ROWS, "divisor", "the rows", "the rows", "none: the sum of one row"),
    Convention(
        "cross_entropy_log_base", _ROWS, "base of the log", "e", "e", "log in the formula, base 2 in its table"
    ),
    Convention(
        "zero_log_zero",
        ("cross_entropy", "cross_entropy_backward"),
        "t = 0 and p = 0",
        "0, and 0 in the gradient",
        "0 by xlogy; its gradient is NaN, put right in reference/",
        "not said",
    ),
    Convention(
        "impossible_class",
        ("cross_entropy",),
        "t > 0 and p = 0",
        "inf",
        "inf",
        "not said",
    ),
    Convention("one_row", _ROWS, "a 1-D x or p", "one row", "one row", "one row is shown"),
    Convention(
        "targets_with_another_sum",
        ("softmax_cross_entropy_backward",),
        "targets that do not sum to 1",
        "(softmax(x) Σt - t) / n",
        "the same",
        "not said",
    ),
    Convention(
        "empty_batch",
        ("mse", "cross_entropy", "softmax_cross_entropy"),
        "no rows",
        "NaN: the mean of nothing",
        "NaN",
        "not said",
    ),
    Convention("empty_activations", ("sigmoid", "softmax"), "no rows", "no rows", "no rows", "not said"),
    Convention(
        "bias_gradient_sums",
        ("linear_backward",),
        "∂L/∂b over the batch",
        "sum over the rows",
        "sum over the rows",
        "(∂L/∂Z)ᵀ ι, a sum",
    ),
    Convention(
        "first_momentum_step",
        ("momentum_step", "train"),
        "the first step",
        "v = grad, from v = 0",
        "v = grad, not damped",
        "v = μ v + grad; the first v is not said",
    ),
    Convention(
        "lr_outside_velocity", ("momentum_step",), "where lr enters", "W - lr v", "W - lr v", "W - λ v"
    ),
    Convention(
        "no_momentum",
        ("momentum_step",),
        "v where mu = 0",
        "the gradient",
        "keeps no v; the gradient is put in its place",
        "SGD without momentum has no v",
    ),
    Convention(
        "losses_before_the_step", ("train",), "losses[i]", "before step i", "as the loop is written", "not said"
    ),
)
