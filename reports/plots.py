"""The plots of the comparison report, each a small panel of its own: a page lays them out as its width allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gradecheck.wording import number
from reports.svg import inline

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEAST: Final = 1e-5
MOST: Final = 1e4
"""Where a plot of error / bound ends: what is beyond stands on its edge, and so does what is exact."""
SMALLEST: Final = 1e-9
LARGEST: Final = 1e9
"""The same for the inputs."""
WIDE: Final = 1e3
"""From this size on, numbers are drawn by their digits."""
SHORT: Final = 24
MARKERS: Final = ("o", "x", "^", "s")


@dataclass(frozen=True)
class Plot:
    """A picture and its words. The label says what the picture shows to who cannot see it."""

    svg: str
    caption: str


@contextmanager
def style() -> Iterator[None]:
    """The one look of every plot, for as long as plots are drawn."""
    import matplotlib

    with as_file(files("reports") / "gradecheck.mplstyle") as file, matplotlib.rc_context(fname=file):
        yield


@contextmanager
def _panel() -> Iterator[Any]:
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure()
    FigureCanvasSVG(figure)
    yield figure, figure.add_subplot()


def _legend(axes: Axes) -> None:
    """Above the plot, where it hides nothing."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)


def _floats(values: Sequence[Any]) -> Any:
    """Numbers of the JSON document, where "inf" and "nan" stand as words."""
    return np.array([float(v) for v in values])


_POWERS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _log(axes: Axes, which: str, low: float, high: float) -> None:
    """A logarithmic axis with a few round numbers: matplotlib's own ticks take longer than all the rest."""
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    powers = range(first, last + 1, max(1, (last - first + 3) // 5))
    axis = axes.xaxis if which == "x" else axes.yaxis
    (axes.set_xscale if which == "x" else axes.set_yscale)("log")
    if high < 100 * low:
        ticks = [m * 10.0**p for p in powers for m in (1, 2, 5)]
        axis.set_ticks(ticks, [number(tick, 1) for tick in ticks])
    else:
        axis.set_ticks([10.0**p for p in powers], [f"10{str(p).translate(_POWERS)}" for p in powers])
    axis.set_ticks([], minor=True)
    (axes.set_xlim if which == "x" else axes.set_ylim)(low, high)


def _log_to_fit(axes: Axes, curves: Sequence[Any]) -> None:
    """A logarithmic y axis around all that is positive and finite."""
    seen = np.concatenate([c[np.isfinite(c) & (c > 0)] for c in curves])
    low, high = (seen.min(), seen.max()) if len(seen) else (0.1, 1.0)
    _log(axes, "y", low / 2, high * 2)


def curve(record: dict[str, Any], implementation: str, name: str) -> Plot:
    """The formula and its derivative, as both sides compute them."""
    x = _floats(record["x"])
    with _panel() as (figure, axes):
        for i, (key, what) in enumerate((("values", "f"), ("slopes", "f′"))):
            for side, prefix in ((implementation, ""), ("torch", "reference_")):
                axes.plot(
                    x,
                    _floats(record[prefix + key]),
                    color=f"C{i}",
                    linestyle=":" if prefix else "-",
                    linewidth=3 if prefix else 1.3,
                    label=f"{what}, {side}",
                )
        axes.set_xlabel(record["of"])
        _legend(axes)
        apart = max(
            float(np.max(np.abs(_floats(record[key]) - _floats(record[f"reference_{key}"]))))
            for key in ("values", "slopes")
        )
        ends = ", ".join(f"{number(float(record['values'][i]), 3)} at {number(x[i], 3)}" for i in (0, len(x) // 2, -1))
        label = f"Line plot of {record['subject']} and its derivative over {record['of']}: f is {ends}. "
        label += f"Both sides' lines lie on each other, at most {number(apart, 2)} apart."
        return Plot(inline(figure, name, label), f"{record['subject']} (f) and its derivative (f′), both sides")


def errors(samples: dict[str, Any], direction: str, name: str) -> Plot:
    """Error / bound of every example over its largest input."""
    told = []
    with _panel() as (figure, axes):
        for i, (dtype, pairs) in enumerate(samples.items()):
            x, y = _floats([p[0] for p in pairs]), _floats([p[1] for p in pairs])
            axes.plot(
                np.clip(x, SMALLEST, LARGEST),
                np.clip(np.nan_to_num(y, nan=MOST), LEAST, MOST),
                MARKERS[i],
                color=f"C{i}",
                markerfacecolor="none",
                label=dtype,
            )
            worst = number(float(y.max(initial=0)), 3)
            told.append(f"{dtype}, {len(y)} examples, the worst at {worst} of its bound, {int((y == 0).sum())} exact")
        top = max((float(p[1]) for pairs in samples.values() for p in pairs), default=0.0)
        _log(axes, "x", SMALLEST / 3, LARGEST * 3)
        _log(axes, "y", LEAST / 2, 3 if top <= 1 else 2 * MOST)
        axes.axhline(1, color="C3", linestyle="-", linewidth=1)
        axes.text(SMALLEST, 1.15, "bound", color="C3", fontsize=8)
        axes.text(LARGEST, LEAST * 1.2, "exact", horizontalalignment="right", fontsize=8)
        axes.set_xlabel("largest |input|")
        axes.set_ylabel("error / bound")
        _legend(axes)
        label = f"Scatter plot of error over bound against the largest input, {direction}: {'; '.join(told)}."
        return Plot(inline(figure, name, label), f"{direction}: error / bound of every example")


def pairs(found: dict[str, Sequence[Any]], implementation: str, direction: str, name: str) -> Plot:
    """Every number of failing answers: what it should be, and what it is. On the line it is right."""
    told, ends = [], [1.0]
    with _panel() as (figure, axes):
        for i, (dtype, numbers) in enumerate(found.items()):
            expected, actual = (_floats(side) for side in zip(*numbers, strict=True))
            seen = np.isfinite(expected) & np.isfinite(actual)
            ends += [float(np.abs(side[seen]).max(initial=0)) for side in (expected, actual)]
            axes.plot(expected[seen], actual[seen], MARKERS[i], color=f"C{i}", markerfacecolor="none", label=dtype)
            lost = f", {int((~seen).sum())} of them nan or inf" if not seen.all() else ""
            told.append(f"{dtype}, {len(expected)} numbers{lost}")
        end = max(ends)
        axes.plot([-end, end], [-end, end], color="C3", linestyle="-", linewidth=1)
        if end > WIDE:
            axes.set_xscale("symlog")
            axes.set_yscale("symlog")
        axes.set_xlabel("what it should be")
        axes.set_ylabel(f"by {implementation}" if len(implementation) < SHORT else "what it is")
        _legend(axes)
        said = "; ".join(told)
        label = f"Scatter plot of what {implementation} gives against what it should be, {direction}: {said}."
        caption = f"{direction}: what is over what should be, where it fails; what is right is on the line"
        return Plot(inline(figure, name, label), f"{caption} ({said})")


def losses(both: dict[str, Sequence[Any]], dtype: str, name: str, unit: str, log: bool) -> Plot:
    """The loss of both sides, one line on the other."""
    return _lines(both, "loss", f"loss of both sides, {dtype}", name, unit, log, widths=(1.1, 2.8))


def lock_step(ratios: dict[str, Sequence[Any]], name: str, unit: str) -> Plot:
    """Error / bound of every step, and the line at 1 that none may pass."""
    with _panel() as (figure, axes):
        values = {dtype: _floats(y) for dtype, y in ratios.items()}
        for i, (dtype, y) in enumerate(values.items()):
            axes.plot(np.arange(len(y)), y, MARKERS[i], color=f"C{i}", markersize=2, markeredgewidth=0.7, label=dtype)
        axes.axhline(1, color="C3", linestyle="-", linewidth=1)
        _log_to_fit(axes, [*values.values(), np.ones(1)])
        what = f"lock-step: error / bound of every {unit}"
        return _finished(figure, axes, values, "error / bound", what, name, unit)


def drift(runs: dict[str, tuple[Sequence[Any], Sequence[Any]]], name: str, unit: str) -> Plot:
    """How far the free run is off, in the colour of its dtype, and the envelope that it should stay below."""
    curves: dict[str, Sequence[Any]] = {}
    colours, styles = [], []
    for i, (dtype, pair) in enumerate(runs.items()):
        curves |= dict(zip((f"drift, {dtype}", f"envelope, {dtype}"), pair, strict=True))
        colours += [f"C{i}"] * 2
        styles += ["-", ":"]
    what = "free run: drift, below its envelope"
    return _lines(curves, "drift", what, name, unit, colours=colours, styles=styles)


def differences(parameters: dict[str, Sequence[Any]], dtype: str, name: str) -> Plot:
    """How far each parameter is from the other side's, over time."""
    what = f"largest difference in each parameter, {dtype}; no difference is off the bottom"
    return _lines(parameters, "difference", what, name, "step")


def _lines(
    curves: dict[str, Sequence[Any]],
    axis: str,
    what: str,
    name: str,
    unit: str,
    log: bool = True,
    widths: Sequence[float] = (1.3,),
    colours: Sequence[str] = ("C0", "C1", "C2", "C3"),
    styles: Sequence[str] = ("-", "--", "-.", ":"),
) -> Plot:
    values = {key: _floats(c) for key, c in curves.items()}
    with _panel() as (figure, axes):
        for i, (key, y) in enumerate(values.items()):
            look = {"color": colours[i], "linestyle": styles[i], "linewidth": widths[i % len(widths)]}
            axes.plot(np.arange(len(y)), y, label=key, zorder=3 - i / 9, **look)  # the first on top
        if log:
            _log_to_fit(axes, list(values.values()))
        return _finished(figure, axes, values, axis, what, name, unit)


def _finished(figure: Any, axes: Axes, values: dict[str, Any], axis: str, what: str, name: str, unit: str) -> Plot:
    """What every plot over the steps of a run has: labels, legend, and its ends in words."""
    axes.set_xlabel(unit)
    axes.set_ylabel(axis)
    _legend(axes)
    ends = "; ".join(
        f"{key} from {number(float(y[0]), 3)} to {number(float(y[-1]), 3)}, at most {number(float(y.max()), 3)}"
        for key, y in values.items()
    )
    label = f"Plot of {what}, over {len(next(iter(values.values())))} {unit}s: {ends}."
    return Plot(inline(figure, name, label), what)


def region(records: dict[str, dict[str, Any]], implementation: str, name: str) -> Plot:
    """The two classes' regions as the implementation has them, and the reference's border on top.

    records: by dtype. The first is drawn, for the others look no different; the words count for all of them.
    """
    title, record = next(iter(records.items()))
    x, y = _floats(record["x"]), _floats(record["y"])
    ours, theirs = (np.array([_floats(row) for row in record[key]]) for key in ("margins", "reference_margins"))
    labels, points = np.array(record["labels"]), np.array([_floats(p) for p in record["points"]])
    with _panel() as (figure, axes):
        if np.isfinite(ours).all():
            axes.contourf(x, y, ours, levels=[-np.inf, 0, np.inf], colors=["#070809", "#0a0b0c"])
        if np.isfinite(theirs).all():
            axes.contour(x, y, theirs, levels=[0], colors=["#010203"], linestyles=["--"])
        for i, marker in enumerate(MARKERS[:2]):
            rows = points[labels == i]
            axes.plot(*rows.T, marker, color=f"C{i}", label=f"class {i + 1}")
        axes.set_xlabel("first feature")
        axes.set_ylabel("second feature")
        axes.grid(False)
        _legend(axes)
        differ = ", ".join(f"{r['differ']} of {ours.size} points in {dtype}" for dtype, r in records.items())
        label = f"Map of the two classes' regions after training, {title}, with the {len(points)} rows trained on. "
        label += f"The border by torch is dashed. Decided differently: {differ}."
        caption = f"decisions, {title}: {implementation}'s regions filled, torch's border dashed"
        return Plot(inline(figure, name, label), f"{caption}. They differ in {differ}")
