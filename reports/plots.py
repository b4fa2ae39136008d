"""The plots of the comparison report, each a small panel; the page arranges them by its width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gradecheck.reporting.parts import Line, Lines, Regions, Style
from gradecheck.verifying.wording import number
from reports.svg import inline

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LEAST: Final = 1e-5
MOST: Final = 1e4
"""The ends of the error / bound axis; values beyond them, and exact ones, are drawn on the edge."""
SMALLEST: Final = 1e-9
LARGEST: Final = 1e9
"""The ends of the axis of inputs."""
WIDE: Final = 1e3
"""From this size on, an axis is logarithmic."""
SHORT: Final = 24
MARKERS: Final = ("o", "x", "^", "s")


@dataclass(frozen=True)
class Plot:
    """A picture and its words. label: the alt text."""

    svg: str
    caption: str


@contextmanager
def style() -> Iterator[None]:
    """The style of every plot, in force while plots are drawn."""
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
    """Put the legend above the plot, where it hides nothing."""
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)


def _floats(values: Sequence[Any]) -> Any:
    """Numbers of the JSON document, where infinities and NaN are strings."""
    return np.array([float(v) for v in values])


_POWERS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _log(axes: Axes, which: str, low: float, high: float) -> None:
    """A logarithmic axis with a few round numbers: matplotlib's own ticks take longer than the whole plot."""
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
    """A logarithmic y axis around all values that are positive and finite."""
    seen = np.concatenate([c[np.isfinite(c) & (c > 0)] for c in curves])
    low, high = (seen.min(), seen.max()) if len(seen) else (0.1, 1.0)
    _log(axes, "y", low / 2, high * 2)


def curve(record: dict[str, Any], implementation: str, name: str) -> Plot:
    """The formula and its derivative, as both sides compute them."""
    sides: tuple[tuple[str, str, Style], ...] = ((implementation, "", "solid"), ("torch", "reference_", "dotted"))
    drawn = Lines(
        f"{record['subject']} (f) and its derivative (f′), both sides",
        record["of"],
        "",
        tuple(
            Line(f"{what}, {side}", tuple(map(float, record[prefix + key])), i, style, wide=bool(prefix))
            for i, (key, what) in enumerate((("values", "f"), ("slopes", "f′")))
            for side, prefix, style in sides
        ),
        x=tuple(map(float, record["x"])),
    )
    return lines(drawn, name)


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
    """The numbers of failing answers: expected on one axis, actual on the other. Right ones are on the line."""
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


LOOKS: Final[Mapping[Style, str]] = MappingProxyType(
    {"solid": "-", "dashed": "--", "dash-dotted": "-.", "dotted": ":", "points": ""}
)


def lines(part: Lines, name: str) -> Plot:
    """All lines of the part, the first on top; the label names their last values."""
    values = [np.array(line.y) for line in part.lines]
    x = np.array(part.x) if part.x else np.arange(max(map(len, values)))
    with _panel() as (figure, axes):
        for i, (line, y) in enumerate(zip(part.lines, values, strict=True)):
            look: dict[str, Any] = {"color": f"C{line.colour}", "linestyle": LOOKS[line.style], "zorder": 3 - i / 9}
            if line.style == "points":
                look |= {"marker": MARKERS[i % len(MARKERS)], "markersize": 2, "markeredgewidth": 0.7}
            axes.plot(x[: len(y)], y, label=line.name, linewidth=2.8 if line.wide else 1.3, **look)
        if part.limit is not None:
            axes.axhline(part.limit, color="C3", linestyle="-", linewidth=1)
        if part.log:
            _log_to_fit(axes, [*values, np.array([] if part.limit is None else [part.limit])])
        axes.set_xlabel(part.x_name)
        axes.set_ylabel(part.y_name)
        _legend(axes)
        ends = "; ".join(_ends(line.name, y) for line, y in zip(part.lines, values, strict=True) if y.size)
        label = f"Plot of {part.caption}, {len(x)} points over {part.x_name}: {ends}."
        return Plot(inline(figure, name, label), part.caption)


def _ends(name: str, y: Any) -> str:
    first, last, most = (number(float(value), 3) for value in (y[0], y[-1], y.max()))
    return f"{name} from {first} to {last}, at most {most}"


def regions(part: Regions, name: str) -> Plot:
    """The regions of the two classes by the implementation, and the reference's border on top."""
    x, y = np.array(part.x), np.array(part.y)
    ours, theirs = np.array(part.margins), np.array(part.reference_margins)
    labels, points = np.array(part.labels), np.array(part.points)
    with _panel() as (figure, axes):
        if np.isfinite(ours).all():
            axes.contourf(x, y, ours, levels=[-np.inf, 0, np.inf], colors=["#070809", "#0a0b0c"])
        if np.isfinite(theirs).all():
            axes.contour(x, y, theirs, levels=[0], colors=["#010203"], linestyles=["--"])
        for i, marker in enumerate(MARKERS[:2]):
            rows = points[labels == i]
            axes.plot(*rows.T, marker, color=f"C{i}", label=f"class {i + 1}")
        axes.set_xlabel(part.x_name)
        axes.set_ylabel(part.y_name)
        axes.grid(False)
        _legend(axes)
        label = f"Map of two classes' regions over {part.x_name} and {part.y_name}, with {len(points)} rows of them: "
        return Plot(inline(figure, name, f"{label}{part.caption}."), part.caption)
