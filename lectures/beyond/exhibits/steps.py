"""The steps of a network's training as each side takes them, on arrays in a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from gradecheck import bound
from gradecheck.verifying.implementation import Implementation
from gradecheck.verifying.tensors import to_array, to_tensor
from lectures.training.records import Array, State
from lectures.training.trajectory import Batch, Sides
from reference.beyond import networks


def sides(implementation: Implementation, network: str, optimiser: str, lr: float, size: int, device: str) -> Sides:
    """Both sides' `step`, and the bounds of the reference's by its own trace.

    size: how many arrays of parameters the network has. A batch is (A, T, t), with the number t of the step, from 1.
    """
    settings = (network, optimiser, lr)

    def ours(batch: Batch, state: State) -> tuple[State, Any]:
        groups, value = implementation.functions["step"](*batch, _groups(state, size), *settings)
        return _in_a_row(groups), value

    def twin(A: torch.Tensor, T: torch.Tensor, t: int, *state: torch.Tensor) -> tuple[torch.Tensor, ...]:
        groups, value = networks.step(A, T, t, _groups(state, size), *settings)
        return *_in_a_row(groups), value

    def theirs(batch: Batch, state: State) -> tuple[State, Any]:
        A, T, t = batch
        *moved, value = twin(to_tensor(A, device), to_tensor(T, device), t, *(to_tensor(x, device) for x in state))
        return tuple(to_array(x) for x in moved), to_array(value)

    return Sides(ours, theirs, lambda batch, state: bound(twin, *batch, *state))


def at_rest(parameters: State, optimiser: str) -> State:
    """The state before the first step: what the optimiser keeps is 0."""
    _, names = networks.OPTIMISERS[optimiser]
    return (*parameters, *(np.zeros_like(x) for _ in names for x in parameters))


def scores(network: str, parameters: State, rows: Array, device: str) -> Array:
    """What the reference's network makes of the rows."""
    with torch.no_grad():
        found = networks.NETWORKS[network](to_tensor(rows, device), [to_tensor(x, device) for x in parameters])
    return to_array(found)


def _groups(state: Sequence[Any], size: int) -> list[list[Any]]:
    return [list(state[i : i + size]) for i in range(0, len(state), size)]


def _in_a_row(groups: Sequence[Sequence[Any]]) -> tuple[Any, ...]:
    return tuple(x for group in groups for x in group)
