"""Arrays of NumPy, torch, JAX and whatever else np.asarray takes, and their numbers in NumPy.

Numbers of half precision are float32 arrays in NumPy: they hold each of them.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray

from gradecheck.numbers.literals import listed, literal

Array = NDArray[Any]

HALF: Final = ("float16", "bfloat16")
REAL: Final = ("float64", "float32", *HALF)
DRAWN_IN: Final = MappingProxyType({"bfloat16": "float32"})
"""The precision that is drawn in, where NumPy has none of its own."""


def is_array(x: Any) -> bool:
    return not isinstance(x, np.generic) and (isinstance(x, torch.Tensor) or hasattr(x, "__array__"))


def precision(x: Any) -> str:
    """Of an array: "float32", "int64", ..."""
    return str(x.dtype).removeprefix("torch.") if is_array(x) else np.asarray(x).dtype.name


def is_real(x: Any) -> bool:
    return is_array(x) and precision(x) in REAL


def numbers(x: Any) -> Array:
    """What it holds, in memory of its own. Raises ValueError or TypeError for what is no array."""
    if isinstance(x, torch.Tensor):
        x = x.detach().cpu().resolve_conj().resolve_neg()
        return np.array((x.float() if precision(x) in HALF else x).numpy())
    array = np.array(x)
    return array.astype(np.float32) if array.dtype.name in HALF else array


def copied(x: Any) -> Any:
    """The same array in memory of its own; JAX's, which nobody can write to, itself."""
    if isinstance(x, torch.Tensor):
        return x.detach().clone()
    return x.copy() if isinstance(x, np.ndarray) else x


def like(values: Array, other: Any) -> Any:
    """These numbers as an array of the other one's library, precision and device; as NumPy's where it has no say."""
    if isinstance(other, torch.Tensor):
        return torch.from_numpy(values).to(other.device, other.dtype)
    if isinstance(other, np.ndarray) or not hasattr(other, "__array_namespace__"):
        return values.astype(precision(other))
    return other.__array_namespace__().asarray(values, dtype=other.dtype)


def of_precision(x: Array, dtype: str) -> Array:
    """A drawn array as NumPy has it in that precision; one of whole numbers or truth values as it is."""
    if x.dtype.kind != "f" or dtype not in DRAWN_IN:
        return x
    import_module("ml_dtypes")  # it tells NumPy its names
    return x.astype(dtype)


def cast(x: torch.Tensor, dtype: str) -> torch.Tensor:
    """The same of tensors."""
    return x.to(getattr(torch, dtype)) if x.is_floating_point() else x


def source(x: Any) -> str:
    """An expression for an input. It takes NumPy as np, jax.numpy as jnp, torch and ml_dtypes by their names."""
    if not is_array(x):
        return literal(x)
    values, dtype = numbers(x), precision(x)
    if isinstance(x, torch.Tensor):
        device = f", device={str(x.device)!r}" if x.device.type != "cpu" else ""
        return f"torch.{_made(values, 'tensor')}, dtype=torch.{dtype}{device})"
    if type(x).__module__.partition(".")[0].startswith("jax"):
        return f"jnp.{_made(values, 'array')}, jnp.{dtype})"
    if dtype in HALF:
        return f"np.{_made(values, 'array')}, {'ml_dtypes' if dtype == 'bfloat16' else 'np'}.{dtype})"
    return literal(values)


def _made(values: Array, of: str) -> str:
    return f"{of}({listed(values)}" if values.size else f"zeros({values.shape}"
