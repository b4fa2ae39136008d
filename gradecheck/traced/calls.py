"""A call of a twin, on tensors of any precision and on balls."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

import gradecheck.traced.rules  # noqa: F401  fills the table
from gradecheck.traced import errors
from gradecheck.traced.ball import UNIT, TracedBall, size_of
from gradecheck.traced.tracing import HALF, Constants, MakingBalls, NothingRandom, PlainKernels, RoundingBack
from gradecheck.traced.trees import each, leaves

Lift = Callable[[Tensor], Tensor]
Watch = AbstractContextManager[Any] | None
"""What is on while the twin itself runs."""


def as_tensor(x: Any) -> Any:
    """An array of NumPy, JAX or torch as a tensor on the CPU that nobody else writes to; anything else as it is."""
    if isinstance(x, Tensor):
        return x.detach().cpu().clone()
    if isinstance(x, np.ndarray | np.generic) or (hasattr(x, "__array__") and hasattr(x, "dtype")):
        array = np.array(x)
        if array.dtype.name == "bfloat16":
            return torch.from_numpy(array.view(np.int16)).view(torch.bfloat16)
        return torch.from_numpy(array)
    return x


def _floating(x: Any) -> bool:
    return isinstance(x, Tensor) and x.is_floating_point()


@dataclass(frozen=True)
class Call:
    """A twin and what it is called with."""

    twin: Callable[..., Any]
    given: tuple[Any, ...]
    keywords: dict[str, Any]

    @cached_property
    def inputs(self) -> tuple[Any, ...]:
        return tuple([each(as_tensor, x) for x in self.given])

    @cached_property
    def state(self) -> dict[str, Tensor]:
        """The parameters of a module, then its buffers."""
        if not isinstance(self.twin, nn.Module):
            return {}
        return {**dict(self.twin.named_parameters()), **dict(self.twin.named_buffers())}

    @cached_property
    def dtype(self) -> torch.dtype:
        """The subject's precision: that of the first floating-point input."""
        for x in leaves((self.inputs, tuple(self.keywords.values()), tuple(self.state.values()))):
            if _floating(x):
                if x.dtype not in UNIT:
                    raise errors.NoNumbers(
                        f"an input has dtype {x.dtype}, and should have one of float64, float32, float16, bfloat16"
                    )
                dtype: torch.dtype = x.dtype
                return dtype
            if isinstance(x, Tensor) and x.is_complex():
                raise errors.Complex("an input")
        raise errors.NoNumbers(
            "no input is an array of floating-point numbers, so nothing is rounded: pass at least one, such as "
            "x.astype(numpy.float32)"
        )

    @cached_property
    def names(self) -> dict[str, Tensor]:
        """The floating-point tensors that a gradient is taken by, by name."""
        function = self.twin.forward if isinstance(self.twin, nn.Module) else self.twin
        try:
            parameters = list(inspect.signature(function).parameters.values())
        except (TypeError, ValueError):
            parameters = []
        named = {}
        for i, x in enumerate(self.inputs):
            single = i < len(parameters) and parameters[i].kind is not inspect.Parameter.VAR_POSITIONAL
            name = parameters[i].name if single else f"input[{i}]"
            floating = [leaf for leaf in leaves(x) if _floating(leaf)]
            for j, leaf in enumerate(floating):
                named[name if leaf is x else f"{name}[{j}]"] = leaf
        if isinstance(self.twin, nn.Module):
            named.update(self.twin.named_parameters())
        return named

    def run(self, lift: Lift, watch: Watch = None) -> tuple[list[Tensor], dict[int, Tensor]]:
        """The floating-point results of the twin on lifted inputs; and what each tensor was lifted to, by its id."""
        lifted: dict[int, Tensor] = {}

        def once(x: Any) -> Any:
            if not isinstance(x, Tensor):
                return x
            found = lifted.get(id(x))
            if found is None:
                found = lifted[id(x)] = lift(x) if x.is_floating_point() else x.clone()
            return found.clone() if found.requires_grad else found  # autograd follows it, but the twin may write to it

        inputs = each(once, self.inputs)
        keywords = {name: each(once, each(as_tensor, x)) for name, x in self.keywords.items()}
        with watch or nullcontext():
            if isinstance(self.twin, nn.Module):
                state = {name: once(x) for name, x in self.state.items()}
                returned = torch.func.functional_call(self.twin, state, inputs, keywords)
            else:
                returned = self.twin(*inputs, **keywords)
        return self._results(returned), lifted

    def _results(self, returned: Any) -> list[Tensor]:
        tensors = [x for x in leaves(returned) if isinstance(x, Tensor)]
        results = [x for x in tensors if x.is_floating_point()]
        if len(results) < len(tensors) and any(x.is_complex() for x in tensors):
            raise errors.Complex("the twin")
        if not results:
            raise errors.NoNumbers(
                f"the twin returned {type(returned).__name__} without a floating-point tensor, so there is nothing to "
                "bound: it should return at least one tensor of floating-point numbers"
            )
        return results


@dataclass(frozen=True)
class Forward:
    """The results of a call."""

    call: Call

    def names(self, n: int) -> tuple[str, ...]:
        return ("result",) if n == 1 else tuple(f"result[{i}]" for i in range(n))

    def run(self, lift: Lift, watch: Watch = None) -> list[Tensor]:
        return [x.detach() if x.requires_grad else x for x in self.call.run(lift, watch)[0]]


@dataclass(frozen=True)
class Gradient:
    """The gradients of sum(upstream * results)."""

    call: Call
    upstream: Any

    def names(self, n: int) -> tuple[str, ...]:
        return tuple(f"gradient of {name}" for name in self.call.names)

    def run(self, lift: Lift, watch: Watch = None) -> list[Tensor]:
        named = {id(x) for x in self.call.names.values()}
        results, lifted = self.call.run(lambda x: lift(x).requires_grad_(id(x) in named), watch)
        leaves = [lifted[id(x)] for x in self.call.names.values()]
        outputs, above = [], []
        for result, g in zip(results, self._upstream(results, lift), strict=True):
            if result.requires_grad:
                outputs.append(result)
                above.append(g)
        if not outputs:
            raise errors.NoNumbers(
                "no result depends on an input in a way that autograd follows, so there is no gradient to bound"
            )
        gradients: Sequence[Tensor | None] = torch.autograd.grad(outputs, leaves, above, allow_unused=True)
        return [
            torch.zeros(leaf.shape, dtype=leaf.dtype) if g is None or g._is_zerotensor() else g.detach()
            for g, leaf in zip(gradients, leaves, strict=True)
        ]

    def _upstream(self, results: Sequence[Tensor], lift: Lift) -> list[Tensor]:
        if self.upstream is None:
            for result in results:
                if result.numel() != 1:
                    raise errors.NoNumbers(
                        f"upstream is missing, and the result has shape {tuple(result.shape)}: pass upstream=, an "
                        "array of that shape"
                    )
            return [torch.ones_like(result) for result in results]
        given = self.upstream if isinstance(self.upstream, list | tuple) else [self.upstream]
        arrays = [as_tensor(g) for g in given]
        shapes, wanted = [tuple(g.shape) for g in arrays], [tuple(r.shape) for r in results]
        if shapes != wanted:
            raise errors.NoNumbers(f"upstream has shapes {shapes}, and should have those of the results, {wanted}")
        return [lift(g.to(result.dtype)) for g, result in zip(arrays, results, strict=True)]


def on_tensors(run: Forward | Gradient, dtype: torch.dtype | None = None) -> list[Tensor]:
    """A run on plain tensors, of another precision if one is given: that of tensors that the twin makes, too."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype or before)
    try:
        return run.run(lambda x: x.detach().to(dtype or x.dtype, copy=True))
    finally:
        torch.set_default_dtype(before)


def on_balls(run: Forward | Gradient, ulps: float = 0) -> list[Tensor]:
    """A run on balls: exact inputs, or such as moved by so many ulp."""

    def lift(x: Tensor) -> Tensor:
        middle = (x.detach() if x.requires_grad else x).clone()
        return TracedBall(middle, size_of(middle) * (2 * ulps * UNIT[x.dtype]) if ulps else None)

    with PlainKernels():
        if run.call.dtype in HALF:
            with RoundingBack():  # type: ignore[no-untyped-call]
                return run.run(lift, Constants())
        try:
            return run.run(lift, Constants())
        except errors.Overwritten:
            with MakingBalls():  # type: ignore[no-untyped-call]
                return run.run(lift, Constants())


def refuse_random(run: Forward | Gradient, dtype: torch.dtype | None = None) -> list[Tensor]:
    """The run on plain tensors, of a twin that draws no random numbers; dtype: as for on_tensors."""
    before = torch.get_rng_state()
    values = on_tensors(run, dtype)
    if not torch.equal(before, torch.get_rng_state()):
        with NothingRandom():  # type: ignore[no-untyped-call]
            on_tensors(run)
    return values
