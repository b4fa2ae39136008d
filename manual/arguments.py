"""What every formula asks of its arguments, said in one grammar.

A message reads "<function>: <argument> is <what it was>, but should be <what is right>; <what to do>".
Each check begins with the test that right arguments pass at once: it stands in every step of a training.
"""

from collections.abc import Iterable, Sequence
from operator import index
from typing import Any, NoReturn, TypeAlias

import numpy as np
from numpy import ndarray
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]
Scalar: TypeAlias = np.floating[Any]
Mask: TypeAlias = NDArray[np.bool_]
Layers: TypeAlias = Sequence[tuple[Array, Array]]
LayerList: TypeAlias = list[tuple[Array, Array]]

FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)

# A formula whose value may rightly be inf or nan (an overflow, log 0, inf - inf) returns it and says nothing,
# as torch does.
quiet = np.errstate(over="ignore", divide="ignore", invalid="ignore")


def floats(function: str, **arrays: Array) -> None:
    """Raise TypeError unless all are float32 or all are float64 arrays; a NumPy scalar is a 0-d array."""
    dtype = None
    for x in arrays.values():
        if type(x) is not ndarray:
            break
        if dtype is None:
            dtype = x.dtype
            if dtype is not FLOAT64 and dtype is not FLOAT32:
                break
        elif x.dtype is not dtype:
            break
    else:
        return
    _explain_types(function, arrays)


def alike(function: str, **arrays: Array) -> None:
    """Raise TypeError or ValueError unless all are float arrays of one dtype and one shape."""
    dtype = None
    for x in arrays.values():
        if type(x) is not ndarray:
            break
        if dtype is None:
            dtype, shape = x.dtype, x.shape
            if dtype is not FLOAT64 and dtype is not FLOAT32:
                break
        elif x.dtype is not dtype or x.shape != shape:
            break
    else:
        return
    _explain_types(function, arrays)
    (first, x), *others = arrays.items()
    for name, y in others:
        if y.shape != x.shape:
            wrong_shape(function, name, y, f"{x.shape}, the shape of {first}")


def truths(function: str, name: str, mask: Any, meant: str) -> None:
    """Raise TypeError unless the mask is an array of truth values. meant: what True means."""
    if not isinstance(mask, ndarray) or mask.dtype != np.bool_:
        was = f"an array of {mask.dtype}" if isinstance(mask, ndarray) else f"of type {type(mask).__name__}"
        raise TypeError(
            f"{function}: {name} is {was}, but should be an array of truth values, True {meant}; "
            f"convert it with np.asarray({name}, dtype=bool)"
        )


def fit_product(function: str, A: Array, W: Array) -> None:
    """Raise ValueError unless A (n, in) and W (out, in) make A Wᵀ."""
    if A.ndim != 2:
        wrong_shape(function, "A", A, "(n, in)")
    if W.ndim != 2 or W.shape[1] != A.shape[1]:
        raise ValueError(f"{function}: W has shape {W.shape}, but A {A.shape} needs W of shape (out, {A.shape[1]})")


def fit_affine(function: str, A: Array, W: Array, b: Array) -> None:
    """Raise ValueError unless they make A Wᵀ + ι bᵀ."""
    fit_product(function, A, W)
    if b.shape != W.shape[:1]:
        raise ValueError(f"{function}: b has shape {b.shape}, but W {W.shape} needs b of shape ({len(W)},)")


def rows(function: str, name: str, x: Array) -> int:
    """Return the n of a loss's mean: the rows of (n, k), one for (k,), and 0 where there is no element.

    A loss of nothing is then 0/0 = nan, as torch.nn.CrossEntropyLoss has it for (0, k) and (n, 0) alike.
    """
    if x.ndim == 2:
        return len(x) if x.size else 0
    if x.ndim == 1:
        return 1 if x.size else 0
    wrong_shape(function, name, x, "(n, k), or (k,) for one row")


def probabilities(function: str, name: str, p: Array) -> None:
    """Raise ValueError unless 0 <= p <= 1 everywhere; nan is outside."""
    if p.size and not (p.min() >= 0 and p.max() <= 1):
        worst = p[~((p >= 0) & (p <= 1))][0]
        raise ValueError(
            f"{function}: {name} has the value {worst}, but should hold probabilities from 0 to 1; "
            f"softmax makes them from logits"
        )


def number(function: str, name: str, value: float, least: float = -np.inf, below: float = np.inf) -> float:
    """Return a learning rate, momentum or slope as a Python float, which leaves float32 arrays float32."""
    if not isinstance(value, int | float | np.integer | np.floating):
        raise TypeError(f"{function}: {name} is {_article(type(value).__name__)}, but should be a number")
    if value < least or (below < np.inf and value >= below):
        less = f" and less than {below}" if below < np.inf else ""
        raise ValueError(f"{function}: {name} is {value}, but should be at least {least}{less}")
    return float(value)


def count(function: str, name: str, value: int, least: int = 0) -> int:
    """Return a number of steps, or a length, as an int; it is whole and not below `least`."""
    try:
        steps = index(value)
    except TypeError:
        raise TypeError(f"{function}: {name} is {value!r}, but should be a whole number") from None
    if steps < least:
        raise ValueError(f"{function}: {name} is {steps}, but should be at least {least}")
    return steps


def known(function: str, argument: str, name: str, names: Iterable[str]) -> None:
    """Raise ValueError for a name that is none of these."""
    if name not in names:
        raise ValueError(f"{function}: {argument} is {name!r}, but should be one of {', '.join(names)}")


def one_a_layer(function: str, parameters: Layers, **lists: Sequence[Any]) -> None:
    """Raise ValueError unless there is a layer, and each list has one entry for each."""
    if not parameters:
        raise ValueError(f"{function}: parameters is empty, but should have (W, b) for each layer")
    for name, entries in lists.items():
        if len(entries) != len(parameters):
            raise ValueError(
                f"{function}: {name} has length {len(entries)}, but should be {len(parameters)}, one a layer"
            )


def layers(function: str, parameters: Layers, activations: Sequence[str], names: Iterable[str]) -> None:
    """Raise TypeError or ValueError unless each (W, b) fits the layer before, and has a known activation."""
    one_a_layer(function, parameters, activations=activations)
    named = {f"{kind}[{i}]": x for i, layer in enumerate(parameters) for kind, x in zip("Wb", layer, strict=True)}
    floats(function, **named)
    before = None
    for i, (W, b) in enumerate(parameters):
        known(function, f"activations[{i}]", activations[i], names)
        if W.ndim != 2:
            wrong_shape(function, f"W[{i}]", W, "(out, in)")
        if before is not None and W.shape[1] != before:
            wrong_shape(function, f"W[{i}]", W, f"(out, {before}), as W[{i - 1}] has {before} rows")
        if b.shape != W.shape[:1]:
            wrong_shape(function, f"b[{i}]", b, f"({len(W)},), as W[{i}] has {len(W)} rows")
        before = len(W)


def batch(function: str, A: Array, W: Array) -> None:
    """Raise TypeError or ValueError unless the samples A (n, in) fit the first layer's W (out, in)."""
    floats(function, W=W, A=A)
    if A.ndim != 2 or A.shape[1] != W.shape[1]:
        wrong_shape(function, "A", A, f"(n, {W.shape[1]}), as the first W has shape {W.shape}")


def wrong_shape(function: str, name: str, x: Array, expected: str) -> NoReturn:
    """Raise the ValueError of an array whose shape does not fit."""
    raise ValueError(f"{function}: {name} has shape {x.shape}, but should be {expected}")


def _explain_types(function: str, arrays: dict[str, Any]) -> None:
    """Say which argument is wrong; return where none is, such as for NumPy scalars and memory maps."""
    for name, x in arrays.items():
        if not isinstance(x, ndarray | np.generic) or isinstance(x, np.matrix | np.ma.MaskedArray):
            raise TypeError(
                f"{function}: {name} is {_article(type(x).__name__)}, but should be a float32 or float64 "
                f"array; convert it with np.asarray({name}, dtype=np.float64)"
            )
        if x.dtype not in (FLOAT32, FLOAT64):
            real = "take its real part with {}.real" if x.dtype.kind == "c" else "convert it with {}.astype(np.float64)"
            raise TypeError(
                f"{function}: {name} is {_article(f'{x.dtype} array')}, but should be float32 or float64; "
                f"{real.format(name)}"
            )
    (first, x), *others = arrays.items()
    for name, y in others:
        if y.dtype != x.dtype:
            raise TypeError(
                f"{function}: {name} is a {y.dtype} array, but should be {x.dtype} as {first} is; "
                f"convert it with {name}.astype(np.{x.dtype})"
            )


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0].lower() in "aeiou" else f"a {noun}"
