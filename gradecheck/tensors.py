"""ndarray <-> Tensor: the only file that knows both sides."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import reference
from gradecheck.contract import Contract
from gradecheck.records import Pairs


def to_tensor(x: Any, device: str) -> Any:
    """An array as a Tensor of its own memory; a Python number as it is."""
    return torch.from_numpy(np.array(x, order="C")).to(device) if isinstance(x, np.ndarray) else x


def to_array(x: torch.Tensor) -> NDArray[Any]:
    return x.detach().cpu().numpy()


def run_reference(contract: Contract, arguments: tuple[Any, ...], device: str = "cpu") -> tuple[NDArray[Any], ...]:
    """The reference's results for these arguments, as arrays."""
    returned = getattr(reference, contract.name)(*(to_tensor(x, device) for x in arguments))
    return tuple(to_array(x) for x in (returned if isinstance(returned, tuple) else (returned,)))


def check_device(device: str) -> None:
    """Raises ValueError where the reference cannot run on that torch device."""
    try:
        torch.zeros(1, device=device).cpu()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        msg = f"verify: device is {device!r}, but should be one that torch has ({reason}); use --device cpu"
        raise ValueError(msg) from error


def reference_step(
    A: NDArray[Any],
    T: NDArray[Any],
    parameters: Pairs,
    velocities: Pairs,
    activations: tuple[str, ...],
    loss: str,
    lr: float,
    mu: float,
    device: str = "cpu",
) -> tuple[Pairs, Pairs, NDArray[Any]]:
    """One step of the reference's network from that state, arrays in and arrays out."""

    def pairs_to(convert: Any, pairs: Pairs) -> Pairs:
        return [(convert(W), convert(b)) for W, b in pairs]

    def tensor(x: Any) -> Any:
        return to_tensor(x, device)

    moved, speeds, value = reference.step(
        tensor(A), tensor(T), pairs_to(tensor, parameters), pairs_to(tensor, velocities), activations, loss, lr, mu
    )
    return pairs_to(to_array, moved), pairs_to(to_array, speeds), to_array(value)
