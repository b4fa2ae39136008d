"""The pictures of the training runs: lines over the steps, regions, digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradecheck.compare import Verdict, worst
from reports import plots
from reports.plots import Plot
from reports.reading import Document


def slide_runs(doc: Document) -> list[dict[str, Any]]:
    """The runs on two features, all precisions of a learning rate and momentum together."""
    found = []
    for i, runs in enumerate(_alike(doc["trajectories"])):
        name = f"moons-{i}"
        drawn = _over_steps(doc, runs, name, "step", log=False)
        for t in runs:
            apart = dict(zip(_parameters(t), t.get("differences", ()), strict=False))
            if apart:
                drawn.append(plots.differences(apart, t["dtype"], f"{name}-apart-{t['dtype']}"))
        regions = {t["dtype"]: t["region"] for t in runs if t.get("region")}
        if regions:
            drawn.append(plots.region(regions, doc["implementation"], f"{name}-region"))
        found.append({"title": _rates(runs[0]), **_told(runs), "plots": drawn})
    return found


def digit_runs(doc: Document) -> list[dict[str, Any]]:
    """The training runs on the digits, likewise, with how each reads what was held out."""
    found = []
    for i, runs in enumerate(_alike(doc["trainings"])):
        unit = "step" if runs[0]["steps_an_epoch"] > 1 else "call of train"
        drawn = _over_steps(doc, runs, f"digits-{i}", unit, log=True)
        readings = [(t["dtype"], t["reading"]) for t in runs if t.get("reading")]
        title = f"{runs[0]['title']}, {_rates(runs[0])}"
        found.append({"title": title, **_told(runs), "plots": drawn, "readings": readings})
    return found


def _alike(runs: Sequence[Document]) -> list[list[Document]]:
    """Runs that differ only in their precision."""
    groups: dict[tuple[Any, ...], list[Document]] = {}
    for t in runs:
        groups.setdefault((t.get("title"), t["network"]["lr"], t["network"]["mu"]), []).append(t)
    return list(groups.values())


def _told(runs: Sequence[Document]) -> Document:
    """The verdict on runs that differ only in their precision, and what each of them is said to have done."""
    said = ["".join(t["said"].rpartition(f"{t['dtype']}: ")[1:]) for t in runs]  # the title says what is before
    return {"verdict": str(worst([Verdict(t["verdict"]) for t in runs])), "said": said}


def _rates(t: Document) -> str:
    lr, mu = t["network"]["lr"], t["network"]["mu"]
    return f"lr {lr:g}, mu {mu:g}" + ("" if mu else " (no momentum)")


def _parameters(t: Document) -> list[str]:
    """Names of the parameters, in their order: the first layer's W and b, ..."""
    return [f"{x}{i + 1}" for i in range(len(t["network"]["activations"])) for x in "Wb"]


def _over_steps(doc: Document, runs: Sequence[Document], name: str, unit: str, log: bool) -> list[Plot]:
    """Loss, lock-step and drift of runs that differ only in their precision."""
    first = runs[0]
    both = {doc["implementation"]: first["losses"], "torch": first["reference_losses"]}
    return [
        plots.losses(both, first["dtype"], f"{name}-loss", unit, log),
        plots.lock_step({t["dtype"]: t["ratios"] for t in runs}, f"{name}-ratio", unit),
        plots.drift({t["dtype"]: (t["drift"], t["envelope"]) for t in runs}, f"{name}-drift", unit),
    ]


def digit(pixels: Sequence[Sequence[float]]) -> str:
    """8 x 8 grey values as a small picture: dark on white in every colour scheme, as they were written."""
    size = len(pixels)
    squares = "".join(
        f'<rect x="{x}" y="{y}" width="1" height="1" fill="rgb({shade},{shade},{shade})"/>'
        for y, row in enumerate(pixels)
        for x, grey in enumerate(row)
        if (shade := round(255 * (1 - min(1.0, max(0.0, float(grey)))))) < 255
    )
    return f'<svg viewBox="0 0 {size} {size}" shape-rendering="crispEdges" aria-hidden="true">{squares}</svg>'
