"""The reference's steps of a network, from one state after another."""

from __future__ import annotations

from typing import Any

import torch
from numpy.typing import NDArray

from gradecheck.verifying.tensors import to_array, to_tensor
from lectures.lecture03.exhibits.records import Pairs
from reference.network import ACTIVATIONS, LOSSES, Layer


class ReferenceSteps:
    """`reference.step` from one state after another, arrays in and arrays out: equal to it to the last bit.

    The modules and the optimizer are built once for each kind of step, and each state is copied into them: building
    them anew takes longer than the step.
    """

    def __init__(self, device: str = "cpu") -> None:
        self.device = device
        self.built: dict[Any, tuple[torch.nn.Sequential, torch.optim.SGD]] = {}

    def __call__(
        self,
        A: NDArray[Any],
        T: NDArray[Any],
        parameters: Pairs,
        velocities: Pairs,
        activations: tuple[str, ...],
        loss: str,
        lr: float,
        mu: float,
    ) -> tuple[Pairs, Pairs, NDArray[Any]]:
        """One step of the reference's network from that state."""
        key = (tuple((W.shape, b.shape, W.dtype) for W, b in parameters), tuple(activations), lr, mu)
        if key not in self.built:
            self.built[key] = self._build(parameters, activations, lr, mu)
        network, optimizer = self.built[key]
        tensors = list(network.parameters())
        with torch.no_grad():
            for tensor, x in zip(tensors, _flat(parameters), strict=True):
                tensor.copy_(to_tensor(x, self.device))
        if mu:
            for tensor, v in zip(tensors, _flat(velocities), strict=True):
                optimizer.state[tensor]["momentum_buffer"] = to_tensor(v, self.device)
        optimizer.zero_grad()
        value = LOSSES[loss](network(to_tensor(A, self.device)), to_tensor(T, self.device))
        value.backward()  # type: ignore[no-untyped-call]  # torch has no types here
        optimizer.step()
        speeds = [optimizer.state[x]["momentum_buffer"] if mu else x.grad for x in tensors]
        return _paired(tensors), _paired(speeds), to_array(value)

    def _build(
        self, parameters: Pairs, activations: tuple[str, ...], lr: float, mu: float
    ) -> tuple[torch.nn.Sequential, torch.optim.SGD]:
        layers = [Layer(to_tensor(W, self.device), to_tensor(b, self.device)) for W, b in parameters]
        pairs = zip(layers, (ACTIVATIONS[name]() for name in activations), strict=True)
        network = torch.nn.Sequential(*(module for pair in pairs for module in pair))
        return network, torch.optim.SGD(network.parameters(), lr=lr, momentum=mu)


def _flat(pairs: Pairs) -> list[NDArray[Any]]:
    return [x for pair in pairs for x in pair]


def _paired(tensors: list[Any]) -> Pairs:
    """Copies, because the next step writes into the same tensors."""
    arrays = iter([to_array(x).copy() for x in tensors])
    return list(zip(arrays, arrays, strict=True))
