"""The slips of slips.toml, planted into the formulas of this folder."""

import inspect
import tomllib
from dataclasses import replace
from pathlib import Path

from examples.library.formulas import Formula

TABLE = tomllib.loads(Path(__file__).with_name("slips.toml").read_text(encoding="utf-8"))


def slips(formula: Formula) -> dict[tuple[str, str], Formula]:
    """What the slip is -> the formula with it, whether in the function or in its gradient."""
    found = {}
    for part in ("function", "grad"):
        function = getattr(formula, part)
        for what, (right, wrong) in TABLE.get(function.__name__, {}).items() if function else ():
            found[function.__name__, what] = replace(formula, **{part: planted(function, right, wrong)})
    return found


def planted(function, right, wrong):
    """The function with another text in its source. Raises ValueError where the text does not stand there once."""
    source = inspect.getsource(function)
    if source.count(right) != 1:
        raise ValueError(f"{function.__name__} has {right!r} {source.count(right)} times, but should have it once")
    names = dict(function.__globals__)
    exec(source.replace(right, wrong), names)
    return names[function.__name__]
