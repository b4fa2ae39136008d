"""A banked question in a file: arrays of NumPy, and words as JSON. Nothing is pickled."""

from __future__ import annotations

import json
import zipfile
from dataclasses import asdict
from typing import IO, Any, Final

import numpy as np

from gradecheck.cases.case import Recipe
from gradecheck.grading.bank.questions import BankedQuestion, Rungs, Shapes
from gradecheck.packs.contract import Contract

ARRAYS: Final = ("checks", "starts", "values", "tight", "loose", "unstable")
OF_RUNGS: Final = ("values", "tight", "loose")
SPOILT: Final = (OSError, EOFError, ValueError, TypeError, KeyError, AttributeError, zipfile.BadZipFile)


def save(file: IO[bytes], built: BankedQuestion) -> None:
    """Write the banked question, but for its contract, to the open file."""
    words = {
        "recipes": [asdict(recipe) for recipe in built.recipes],
        "order": built.order,
        "shapes": built.shapes,
        "rungs": built.rungs.shapes,
    }
    np.savez(
        file,
        words=np.frombuffer(json.dumps(words).encode(), np.uint8),
        frame=np.frombuffer(built.frame, np.uint8),
        rung_frame=np.frombuffer(built.rungs.frame, np.uint8),
        **{name: getattr(built, name) for name in ARRAYS},
        **{f"rung_{name}": getattr(built.rungs, name) for name in OF_RUNGS},
    )


def load(file: IO[bytes], contract: Contract) -> BankedQuestion:
    """The banked question in the open file. Raises one of SPOILT for any other file; an archive has checksums."""
    with np.load(file, allow_pickle=False) as kept:
        words = json.loads(kept["words"].tobytes())
        rungs = (kept[f"rung_{name}"] for name in OF_RUNGS)
        return BankedQuestion(
            contract=contract,
            recipes=tuple(_recipe(r) for r in words["recipes"]),
            order=tuple(words["order"]),
            frame=kept["frame"].tobytes(),
            shapes=_shapes(words["shapes"]),
            **{name: kept[name] for name in ARRAYS},
            rungs=Rungs(kept["rung_frame"].tobytes(), _shapes(words["rungs"]), *rungs),
        )


def _shapes(words: list[list[list[int]]]) -> Shapes:
    return tuple([tuple(map(tuple, shapes)) for shapes in words])


def _recipe(r: dict[str, Any]) -> Recipe:
    sizes = tuple([(axis, tuple(shape)) for axis, shape in r["sizes"]])
    return Recipe(**{**r, "sizes": sizes, "hostile": tuple(r["hostile"])})
