"""What cannot be bounded, a sentence each: the thing, what it was, what it should be, what to do."""

from __future__ import annotations


class Unbounded(Exception):  # noqa: N818  a state of affairs, as StopIteration is
    """A twin that no bound can be had for."""


class Unruled(Unbounded):
    """An operator that has no rule, and that torch does not decompose into ones that have."""

    def __init__(self, operator: str) -> None:
        self.operator = operator
        super().__init__(
            f"{operator} has no rule for balls, so nothing bounds its rounding error: write the twin with other "
            "operators of torch, or add a rule to gradecheck/traced/rules"
        )


class Unsure(Unbounded):
    """Control flow that depends on a number that rounding may change."""

    def __init__(self, what: str, value: str) -> None:
        super().__init__(
            f"{what} that rounding decides: it is {value}, and the twin goes on by it. It should be a choice that "
            "rounding leaves alone: use torch.where, or inputs that are further from the border"
        )


class Random(Unbounded):
    """A twin that draws random numbers: two calls differ, and no bound says by how much."""

    def __init__(self, operator: str) -> None:
        super().__init__(
            f"{operator} draws random numbers, and a twin should give the same numbers for the same inputs: call "
            "eval() on the module, or draw the numbers outside and pass them as an argument"
        )


class Complex(Unbounded):
    def __init__(self, operator: str) -> None:
        super().__init__(
            f"{operator} returns complex numbers, and bounds are for real ones: compare the real and the imaginary "
            "part, or torch.view_as_real of it"
        )


class NoNumbers(Unbounded):
    """A twin that takes or gives no floating-point numbers."""


class Overwritten(Unbounded):
    """A tensor made outside that the twin writes rounded numbers to."""

    def __init__(self, operator: str) -> None:
        super().__init__(
            f"{operator} writes to a tensor that was made outside the twin, which knows no rounding error: make it "
            "inside, for example with torch.zeros_like, or pass it as an argument"
        )


class Manifold(Unbounded):
    """An operator with many right answers."""

    def __init__(self, operator: str, why: str) -> None:
        super().__init__(
            f"{operator} has many right answers, because {why}: compare what they agree in, such as the product of the "
            "factors or the values without the vectors"
        )
