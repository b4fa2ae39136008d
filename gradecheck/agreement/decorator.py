"""agrees_with: a function that a test run holds against its twin, and that stays what it is."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Final

from gradecheck.agreement.arrays import REAL
from gradecheck.agreement.drawn import Drawn, Plan, hold
from gradecheck.agreement.naming import name, parameters
from gradecheck.agreement.repro import repro
from gradecheck.agreement.session import Heard
from gradecheck.agreement.sides import Backward, Forward, Side
from gradecheck.agreement.wording import Agreed, fails, failure
from gradecheck.arguments.kinds import Kind, real
from gradecheck.arguments.scope import DTYPES, EVERYTHING, SUBMISSION
from gradecheck.cases.narrowing import NarrowingError, narrowed
from gradecheck.packs.contract import ANY, Argument, Signature
from gradecheck.verifying.records import WorstCase

Function = Callable[..., Any]
Holds = str | Kind | tuple[Kind, str]
"""What an argument holds: the axes of an array of real numbers, a kind of Python number, or a kind and its axes."""

EXAMPLES: Final = 100


def agrees_with(
    twin: Function,
    inputs: Mapping[str, Holds] | None = None,
    *,
    grad: Function | None = None,
    sizes: Sequence[str] = (),
    examples: int = EXAMPLES,
    seed: int = 0,
    dtypes: Sequence[str] = DTYPES,
    regimes: Sequence[str] = (),
    everything: bool = False,
    convert: Function | None = None,
    strict: bool = False,
) -> Callable[[Function], Agreeing]:
    """Decorate a function that is to agree with its twin on drawn inputs, in each precision.

    It is called as before. Where it stands in a test file, pytest runs its check, as one test for each precision;
    elsewhere its `check()` does.

    inputs: what each argument holds, by its name: "n k", the axes of an array of real numbers; a kind of Python
    number; or both, (kinds.positive, "n k"). Axes with the same name have the same length; "..." is any shape.
    Without it each argument that has no default is an array of real numbers, all of one shape.
    sizes: rules between axes and whole numbers, such as "kernel <= n".    grad: as for `assert_agrees`.
    examples: in each precision, drawn from the seed.    dtypes: of float64, float32, float16, bfloat16.
    regimes: of numbers, by name; every one without it.    everything: also 0-d and empty arrays, NaN and infinities.
    convert: makes the function's arrays, of tensors: torch.Tensor.cuda, jax.numpy.from_dlpack; NumPy's without it.
    strict: fail also where the function is right, but less accurate than it could be.

    Raises NarrowingError for dtypes and regimes that there are not, ValueError for inputs that cannot be drawn.
    """
    scope = EVERYTHING if everything else SUBMISSION
    scope = narrowed(scope, {"regimes": list(regimes)}, {}) if regimes else scope
    for dtype in dtypes:
        if dtype not in REAL:
            raise NarrowingError("dtypes", dtype, f"one of {', '.join(REAL)}")
    if "bfloat16" in dtypes and convert is None and find_spec("ml_dtypes") is None:
        said = "NumPy has bfloat16 by the package ml_dtypes alone; install it, or let `convert` make arrays of tensors"
        raise ValueError(f"dtypes: {said}")

    def decorated(function: Function) -> Agreeing:
        signature = Signature(name=name(function), arguments=_arguments(function, inputs), sizes=tuple(sizes))
        plan = Plan(signature, tuple(dtypes), examples, seed, scope, convert, strict)
        return Agreeing(function, twin, grad, plan)

    return decorated


class Agreeing:
    """A function that `agrees_with` decorated: a call of it is a call of the function."""

    def __init__(self, function: Function, twin: Function, grad: Function | None, plan: Plan) -> None:
        functools.update_wrapper(self, function)
        self.__wrapped__ = function
        self.twin, self.grad, self.plan = twin, grad, plan

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self.__wrapped__(*arguments, **keywords)

    @property
    def sides(self) -> tuple[Side, ...]:
        backward = () if self.grad is None else (Backward(self.grad, self.twin),)
        return (Forward(self.__wrapped__, self.twin), *backward)

    def check(self, *dtypes: str) -> Agreed:
        """Hold the function against its twin, in these precisions or in all that it has.

        Raises AssertionError, which says what is wrong and ends in a test with the smallest input that fails.
        """
        __tracebackhide__ = True
        found, wrong = [], []
        raised: Exception | None = None
        for dtype in dtypes or self.plan.dtypes:
            for side in self.sides:
                drawn = Drawn(side, self.plan, dtype)
                heard, worst = hold(drawn)
                found.append(heard)
                if fails(heard, self.plan.strict):
                    wrong.append(self._failure(drawn, heard, worst))
                    raised = raised or drawn.raised(worst)
        if wrong:
            raise AssertionError("\n\n".join(wrong)) from raised
        return Agreed(tuple(found))

    def _failure(self, drawn: Drawn, heard: Heard, worst: WorstCase | None) -> str:
        if worst is None:
            return failure(heard, None)
        grad = {} if self.grad is None else {"grad": self.grad}
        functions = {"mine": self.__wrapped__, "twin": self.twin, **grad}
        options = {"strict": True} if self.plan.strict else {}
        code = repro(functions, drawn.inputs(worst.case), options)
        call = drawn.call(worst.case)
        return failure(heard, worst.comparison, call, worst.signs or {}, worst.witness, code)


def _arguments(function: Function, inputs: Mapping[str, Holds] | None) -> tuple[Argument, ...]:
    """Raises ValueError where they are not said, and for what cannot be one."""
    if inputs is not None:
        return tuple(_argument(called, holds) for called, holds in inputs.items())
    names = [parameter.name for parameter in parameters(function) if parameter.default is parameter.empty]
    if not names:
        msg = f'inputs: {name(function)} does not say what it takes; say it, such as inputs={{"x": "n k", "w": "k"}}'
        raise ValueError(msg)
    return tuple(Argument(called, real, (ANY,)) for called in names)


def _argument(called: str, holds: Holds) -> Argument:
    kind, axes = holds if isinstance(holds, tuple) else (real, holds) if isinstance(holds, str) else (holds, "")
    found = tuple(axes.split())
    if ANY in found and len(found) > 1:
        raise ValueError(f'inputs: {called} has the axes "{axes}", but "{ANY}" should stand alone; name each axis')
    return Argument(called, kind, found)
