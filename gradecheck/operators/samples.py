"""torch's operator database: its operators, and their sample inputs as numbers and what stands around them."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch.testing._internal.common_methods_invocations import op_db
from torch.utils._pytree import tree_flatten, tree_leaves, tree_unflatten

OPERATORS: Final = {operator.formatted_name: operator for operator in op_db}
"""Every entry, by its name with its variant."""

Tensors = tuple[torch.Tensor, ...]


def seeded(seed: int) -> None:
    """Sample inputs are drawn from torch's, NumPy's and Python's own generators."""
    torch.manual_seed(seed)
    np.random.seed(seed)
    random.seed(seed)


@dataclass(frozen=True)
class Sample:
    """One call of an operator.

    numbers: places of its floating tensors.  differentiable: of those, the ones that have a gradient.
    leaves: everything that is passed, flattened.  tree: how it is put together again.
    """

    operator: Any
    leaves: tuple[Any, ...]
    tree: Any
    process: Callable[[Any], Any]
    precision: torch.dtype

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(i for i, leaf in enumerate(self.leaves) if _floating(leaf))

    @property
    def differentiable(self) -> tuple[int, ...]:
        return tuple(i for i in self.numbers if self.leaves[i].requires_grad)

    def tensors(self, places: Sequence[int]) -> Tensors:
        return tuple(self.leaves[i].detach().clone() for i in places)

    def twin(self, places: Sequence[int], keep: Sequence[int] | None = None) -> Callable[..., Tensors]:
        """The operator as a function of the tensors at these places, which returns its floating results.

        keep: which of them; None for all.
        """

        def call(*tensors: torch.Tensor) -> Tensors:
            leaves = [copied(leaf) for leaf in self.leaves]
            for place, tensor in zip(places, tensors, strict=True):
                leaves[place] = tensor
            value, arguments, keywords = tree_unflatten(leaves, self.tree)
            results = floating(self.process(self.operator(value, *arguments, **keywords)))
            return results if keep is None else tuple(results[i] for i in keep)

        return call

    def raised(self) -> Sample:
        """The same call in float64: what it is held against."""
        up = {self.precision: torch.float64}
        leaves = [
            leaf.detach().to(torch.float64).requires_grad_(leaf.requires_grad)
            if _is(leaf, self.precision)
            else up.get(leaf, leaf)
            if isinstance(leaf, torch.dtype)
            else leaf
            for leaf in self.leaves
        ]
        return Sample(self.operator, tuple(leaves), self.tree, self.process, torch.float64)


def _floating(x: Any) -> bool:
    return isinstance(x, torch.Tensor) and x.is_floating_point()


def _is(x: Any, precision: torch.dtype) -> bool:
    return isinstance(x, torch.Tensor) and x.dtype == precision


def copied(leaf: Any) -> Any:
    """An operator may write into what it is given; in a trace, zeros_like makes a ball that can be written to."""
    if _floating(leaf) and leaf.layout == torch.strided:
        return torch.zeros_like(leaf.detach()).copy_(leaf.detach())
    if isinstance(leaf, torch.Tensor):
        return leaf.detach().clone()
    return copy.copy(leaf) if isinstance(leaf, (list, dict)) else leaf


def floating(results: Any) -> Tensors:
    return tuple(leaf for leaf in tree_leaves(results) if _floating(leaf))


def samples(operator: Any, precision: torch.dtype, gradient: bool, seed: int) -> Iterator[Sample]:
    """torch's own sample inputs, as it makes them for its tests."""
    seeded(seed)
    for sample in operator.sample_inputs("cpu", precision, requires_grad=gradient):
        leaves, tree = tree_flatten((sample.input, sample.args, sample.kwargs))
        yield Sample(operator, tuple(leaves), tree, sample.output_process_fn_grad, precision)
