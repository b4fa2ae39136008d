"""What the recurrent cells ask of their arguments: each array by its name, and each axis by its length.

The axes are n sequences, `time` steps, `in` features of x and `out` features of the state. W_x, W_h and the biases
have `out` rows for each gate.
"""

from manual.arguments import Array, floats, wrong_shape

STEP = {
    **{"x": "n, in", "h": "n, out", "c": "n, out", "grad": "n, out", "grad_h": "n, out", "grad_c": "n, out"},
    **{"W_x": "rows, in", "W_h": "rows, out", "b": "rows,", "b_x": "rows,", "b_h": "rows,"},
}
SEQUENCE = {**STEP, "x": "n, time, in", "grad": "n, time, out", "grad_h": "n, time, out"}


def fit_step(function: str, gates: int, *, x: Array, h: Array, **others: Array) -> None:
    """Raise TypeError or ValueError unless they make one step."""
    _fit(function, STEP, gates, {"x": x, "h": h, **others})


def fit_sequence(function: str, gates: int, *, x: Array, h: Array, **others: Array) -> None:
    """Raise TypeError or ValueError unless they make the steps of a sequence, the first from the state h."""
    _fit(function, SEQUENCE, gates, {"x": x, "h": h, **others})


def _fit(function: str, shapes: dict[str, str], gates: int, arrays: dict[str, Array]) -> None:
    """The first two, x and h, say how long each axis is; the others have to follow."""
    floats(function, **arrays)
    rows = "out" if gates == 1 else f"{gates} out"
    lengths: dict[str, int] = {}
    for name, x in arrays.items():
        said = shapes[name].replace("rows", rows)
        axes = [axis for axis in said.split(",") if axis]
        if x.ndim != len(axes):
            wrong_shape(function, name, x, f"({said})")
        needed = tuple(lengths.setdefault(axis.strip(), n) for axis, n in zip(axes, x.shape, strict=True))
        if x.shape != needed:
            wrong_shape(function, name, x, f"({said}) = {needed}, as x and h have it")
        if name == "h":
            lengths[rows] = gates * lengths["out"]
