"""The bound in words: what the stable form of a formula rounds, or else its twin, read off a run of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from gradecheck.arguments import sizes
from gradecheck.arguments.kinds import Sizes
from gradecheck.arguments.scope import EVERYTHING
from gradecheck.numbers.radii import LIBRARY_ULP
from gradecheck.packs.contract import ANY, Argument, Contract

COMPARISONS: Final = frozenset({"greater", "greater_equal", "less", "less_equal", "equal", "maximum", "where"})


class _Traced(NDArrayOperatorsMixin):
    """An array that records every operation on it."""

    def __init__(self, value: Any, log: list[str]) -> None:
        self.value = np.asarray(value)
        self.log = log

    def _after(self, operation: str, value: Any) -> _Traced:
        self.log.append(operation)
        return _Traced(value, self.log)

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.value.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        return self.value.shape

    @property
    def ndim(self) -> int:
        return self.value.ndim

    @property
    def size(self) -> int:
        return self.value.size

    @property
    def T(self) -> _Traced:
        return _Traced(self.value.T, self.log)

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, key: Any) -> _Traced:
        return _Traced(self.value[key], self.log)

    def sum(self, **how: Any) -> _Traced:
        return self._after("sum", self.value.sum(**how))

    def max(self, **how: Any) -> _Traced:
        return self._after("max", self.value.max(**how))

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        values = [x.value if isinstance(x, _Traced) else x for x in inputs]
        with np.errstate(all="ignore"):
            return self._after(ufunc.__name__, getattr(ufunc, method)(*values, **kwargs))

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        def bare(x: Any) -> Any:
            if isinstance(x, list):
                return [bare(item) for item in x]
            return x.value if isinstance(x, _Traced) else x

        return self._after(func.__name__, func(*(bare(x) for x in args), **kwargs))


def _argument(argument: Argument, lengths: Sizes, log: list[str]) -> Any:
    if not argument.is_array:
        return lengths[argument.name][0] if argument.name in lengths else argument.kind.examples[0]
    shape: tuple[int, ...] = sum((lengths[axis] for axis in argument.axes), ())
    if argument.kind.numbers != "real":
        return np.zeros(shape, argument.kind.dtype(np.dtype(np.float64)))
    return _Traced(np.full(shape, 0.5), log)


def operations(contract: Contract) -> Mapping[str, int]:
    """How often the stable form does each operation, by NumPy's names; of a training, in one step."""
    assert contract.stable is not None
    log: list[str] = []
    lengths = sizes.near(contract, {**sizes.several(contract), ANY: ()}, EVERYTHING) or {}
    contract.stable(*(_argument(argument, lengths, log) for argument in contract.arguments))
    return Counter(log)


EXACT: Final = frozenset({*COMPARISONS, "max", "negative", "absolute", "stack", "concatenate"})
"""Operations that round nothing."""

LIBRARY: Final = frozenset({"exp", "log", "tanh", "sinh", "cosh"})
BASIC: Final[Mapping[str, str]] = MappingProxyType(
    {
        "add": "addition",
        "subtract": "subtraction",
        "multiply": "product",
        "divide": "quotient",
        "square": "square",
        "sum": "sum",
        "matmul": "matrix product",
    }
)


def bound(contract: Contract) -> str:
    """The bound of a contract in words, by what its stable form rounds and compares, or by what its twin runs."""
    if contract.stable is None:
        return _by_twin(contract)
    done = operations(contract)
    rounding = {name: count for name, count in done.items() if name not in EXACT}
    if not rounding:
        return "The form below rounds nothing: a right answer is equal to the last bit."
    listed = ", ".join(f"{n} {BASIC.get(name, name)}{'s' * (n > 1)}" for name, n in rounding.items())
    listed += "".join(f", in every {a.kind.counts}" for a in contract.arguments if a.kind.counts)
    said = [
        "Two right evaluations differ by at most the sum of their radii: twice the radius of the form below, run on "
        f"balls. It rounds: {listed}."
    ]
    errors = []
    if rounding.keys() & {"add", "subtract", "multiply", "divide", "square"}:
        errors.append("half an ulp for an addition, subtraction, product or quotient")
    if rounding.keys() & LIBRARY:
        errors.append(f"{LIBRARY_ULP} ulp for {', '.join(sorted(rounding.keys() & LIBRARY))}")
    if rounding.keys() & {"sum", "matmul"}:
        errors.append("γₙ = n u / (1 - n u) of the sum of the terms' sizes for n terms summed in any order")
    said.append(f"That is {'; '.join(errors)}; and every later operation carries the earlier errors on.")
    if rounding.keys() & {"multiply", "divide", "square", "matmul", *LIBRARY}:
        said.append("Underflow adds at most the smallest normal number.")
    if COMPARISONS & done.keys():
        said.append("Where a comparison is closer than the radius, either branch is right.")
    return " ".join(said)


def _by_twin(contract: Contract) -> str:
    from gradecheck.verifying.by_twin import operators

    said = [
        "Two right evaluations differ by at most the sum of their radii: twice the radius of the twin, run on balls. "
        f"Every operator of torch that it runs is bounded by itself: {', '.join(operators(contract))}."
    ]
    if contract.exact is None:
        said.append(
            "The true value for float32 is the twin's in float64; for float64 itself nothing more exact is known."
        )
    return " ".join(said)
