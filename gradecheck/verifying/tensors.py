"""ndarray <-> Tensor: the only file that has both."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gradecheck.packs import registry
from gradecheck.packs.contract import Contract


def to_tensor(x: Any, device: str) -> Any:
    """An array as a Tensor of its own memory; a Python number as it is."""
    return torch.from_numpy(np.array(x, order="C")).to(device) if isinstance(x, np.ndarray) else x


def to_array(x: torch.Tensor) -> NDArray[Any]:
    return x.detach().cpu().numpy()


def run_reference(contract: Contract, arguments: tuple[Any, ...], device: str = "cpu") -> tuple[NDArray[Any], ...]:
    """The reference's results for these arguments, as arrays."""
    returned = registry.twin(contract)(*(to_tensor(x, device) for x in arguments))
    return tuple(to_array(x) for x in (returned if isinstance(returned, tuple) else (returned,)))


def check_device(device: str) -> None:
    """Raises ValueError where the reference cannot run on that torch device."""
    try:
        torch.zeros(1, device=device).cpu()
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        reason = str(error).splitlines()[0]
        msg = f"verify: device is {device!r}, but should be one that torch has ({reason}); use --device cpu"
        raise ValueError(msg) from error
