"""A function beside its twin, forward or as a gradient: one call of it, and what a right answer to it looks like."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils._pytree import tree_map

from gradecheck.agreement.allowed import Allowed
from gradecheck.agreement.arrays import copied, is_array, is_real, like, numbers
from gradecheck.agreement.naming import full
from gradecheck.agreement.results import leaves, taken
from gradecheck.numbers.compare import Comparison, Finding
from gradecheck.traced.bounds import Bound, bound, gradient_bound
from gradecheck.traced.calls import as_tensor

Array = NDArray[Any]
Function = Callable[..., Any]


@dataclass(frozen=True)
class Call:
    """What both are called with.    names: of the inputs, as messages say them."""

    inputs: tuple[Any, ...]
    names: tuple[str, ...]
    keywords: Mapping[str, Any]

    @property
    def arrays(self) -> list[tuple[str, Any]]:
        """The arrays among the inputs, those in tuples and dictionaries as well, by their names."""
        pairs = (*zip(self.names, self.inputs, strict=True), *self.keywords.items())
        return [leaf for name, x in pairs for leaf in leaves(x, name) if is_array(leaf[1])]

    @property
    def real(self) -> list[str]:
        """The names of the arrays of real numbers, which have a gradient."""
        return [name for name, x in Call(self.inputs, self.names, {}).arrays if is_real(x)]

    @property
    def bytes(self) -> list[bytes]:
        """Of all arrays."""
        return [_bytes(x) for _, x in self.arrays]


def _bytes(x: Any) -> bytes:
    """Its numbers, in the order of its indices."""
    return (x if isinstance(x, np.ndarray) else numbers(x)).tobytes()


@dataclass(frozen=True)
class Forward:
    """A function beside its twin, both called alike."""

    function: Function
    twin: Function

    @property
    def against(self) -> str:
        """What the function is held against, by its name."""
        return full(self.twin)

    def call(self, of: Call) -> Call:
        return of

    def expect(self, of: Call) -> Allowed:
        __tracebackhide__ = True
        found = bound(self.twin, *of.inputs, **of.keywords)
        return _allowed(found, found.names, of)


@dataclass(frozen=True)
class Backward:
    """A function beside the gradient that autograd takes of the twin, of the sum of upstream * results.

    function: is called with upstream and the twin's inputs. It returns a gradient for each array of real numbers among
    these, in order, then for each parameter of a module; None in place of one leaves that one out.
    upstream: an array, or a tuple for several results; None for one that is made up.
    """

    function: Function
    twin: Function
    upstream: Any = None

    @property
    def against(self) -> str:
        return f"the gradient of {full(self.twin)}"

    def call(self, of: Call) -> Call:
        upstream = made_up(self.twin, of) if self.upstream is None else self.upstream
        return Call((upstream, *of.inputs), ("upstream", *of.names), of.keywords)

    def expect(self, of: Call) -> Allowed:
        __tracebackhide__ = True
        upstream, *inputs = of.inputs
        found = gradient_bound(self.twin, *inputs, upstream=upstream, **of.keywords)
        names = [f"gradient of {name}" for name in Call(of.inputs[1:], of.names[1:], {}).real]
        return _allowed(found, (*names, *found.names[len(names) :]), of)  # the rest are a module's parameters


Side = Forward | Backward


def _allowed(found: Bound, names: tuple[str, ...], of: Call) -> Allowed:
    def given() -> tuple[Any, ...]:
        return (*(numbers(x) for _, x in of.arrays), *(x for x in of.inputs if isinstance(x, int | float)))

    return Allowed(names, found.values, found.tight, found.precision, lambda: found.loose, lambda: found.truth, given)


def made_up(twin: Function, of: Call) -> Any:
    """1 for a single number, as for a loss; else quarters from -2 to 2, always the same ones for the same inputs.

    Never ones: where the results of a row have a fixed sum, ones make its gradient 0.
    """
    with torch.no_grad():
        inputs, keywords = tree_map(as_tensor, (of.inputs, dict(of.keywords)))
        results = [x for _, x in leaves(twin(*inputs, **keywords), "") if is_real(x)]
    other = next(x for _, x in of.arrays if is_real(x))
    if len(results) == 1 and not results[0].shape:
        return like(np.ones(()), other)
    rng = np.random.default_rng(zlib.crc32(b"".join(of.bytes)))
    drawn = tuple(like(np.asarray(rng.integers(-8, 9, tuple(x.shape)) / 4), other) for x in results)
    return drawn if len(drawn) > 1 else drawn[0]


@dataclass(frozen=True)
class Answer:
    """What came back from a call: arrays by what they should be, and what else is not as it should be.

    allowed: of those results that are compared.
    """

    arrays: tuple[Array, ...]
    allowed: Allowed
    findings: tuple[Finding, ...]

    @property
    def comparison(self) -> Comparison:
        return self.allowed.compare(self.arrays, self.findings)


def answer(side: Side, of: Call, allowed: Allowed) -> Answer:
    """Call the function once. What it writes to is put back; what it raises is raised; a warning is no wrong answer."""
    before = [(name, x, copied(x), _bytes(x)) for name, x in of.arrays]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        returned = side.function(*of.inputs, **of.keywords)
    if isinstance(side, Backward):
        returned, allowed = _without_none(returned, allowed)
    # What came back may be an input that was written to: its numbers are taken before it is put back.
    results, findings = taken(returned, allowed.names, allowed.values, allowed.precision)
    written = []
    for name, x, then, told in before:
        if _bytes(x) != told:
            with torch.no_grad():
                x[...] = then
            written.append(Finding("changed", name, "written to", "left as it was"))
    return Answer(results, allowed, (*findings, *written))


def _without_none(returned: Any, allowed: Allowed) -> tuple[Any, Allowed]:
    """The gradients that there are, and what is allowed for these."""
    gradients = [leaf for _, leaf in leaves(returned, "")]
    kept = [i for i, gradient in enumerate(gradients) if gradient is not None]
    if len(gradients) != len(allowed.names) or len(kept) == len(gradients):
        return returned, allowed
    return tuple(gradients[i] for i in kept), allowed.only(kept)
