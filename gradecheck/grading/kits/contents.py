"""What marks in a platform's container: our code, the pack's, the assignment and its bank. Neither torch nor network.

NumPy is the container's own. The bank is of the same seed as any marking with this assignment.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final, Literal

from gradecheck import __version__
from gradecheck.grading.assignments.assignment import Assignment, Written, pack_of, parse
from gradecheck.grading.bank.kept import load, save
from gradecheck.grading.bank.store import Bank, bank
from gradecheck.grading.judging import catalogue
from gradecheck.grading.kits.student import asked
from gradecheck.packs import registry
from gradecheck.packs.pack import Pack

Files = dict[str, bytes]
Isolation = Literal["required", "none"]

OURS: Final = ("gradecheck", "reports")
PURE: Final = ("click", "tabulate")
"""Packages that go along, as they are of Python alone."""

ASSIGNMENT, KIT, BANK, TRACES, PACKAGES = "assignment.toml", "kit.json", "bank", "traces", "packages"
OFFERED: Final = "gradecheck.dist-info"

MARK: Final = "mark.py"
OPTIONS: Final = "-I -X utf8"
"""Of Python, with which mark.py runs: neither the working folder nor the environment may say what is imported."""

MAIN: Final = f"""# Marks with this kit: python {OPTIONS} {MARK} PLATFORM KIT SUBMISSION
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "{PACKAGES}"))  # the only folder beside Python's own
from gradecheck.commands.kit_run import main

sys.exit(main(sys.argv[1:]))
"""


@dataclass(frozen=True)
class Kit:
    """A kit as it is read where it marks. isolation: "none" only if that was asked for when it was written."""

    assignment: Assignment
    bank: Bank
    isolation: Isolation


def files(written: Written, assignment: Assignment, isolation: Isolation) -> Files:
    """The files of a kit by their paths. Raises ValueError where the assignment cannot go along."""
    check(assignment)
    said = written.table.get("pack")
    if said and Path(written.folder, str(said)).exists():
        should = "the name of an installed pack: a kit finds packs by their names; install it"
        raise ValueError(f"assignment: pack is the path {said}, but should be {should}")
    packs = tuple(dict.fromkeys(own for pack in assignment.packs for own in registry.lineage(pack)))
    told = {"file": written.file, "pack": pack_of(written).name, "isolation": isolation}
    found = {MARK: MAIN.encode(), ASSIGNMENT: written.text.encode(), KIT: json.dumps(told, indent=1).encode()}
    found |= {text.file: text.text.encode() for text in assignment.beside}
    for name, banked in bank(assignment).questions.items():
        file = io.BytesIO()
        save(file, banked)
        found[f"{BANK}/{name}.npz"] = file.getvalue()
        traces = catalogue.kept_in(banked)
        found[f"{TRACES}/{traces.name}"] = traces.read_bytes()
    found |= {f"{PACKAGES}/{OFFERED}/{path}": data for path, data in _offered(packs).items()}
    return found | {f"{PACKAGES}/{path}": file.read_bytes() for path, file in sorted(_code(packs))}


def public_files(assignment: Assignment, isolation: Isolation) -> Files:
    """The files of a kit that anyone may read: cases of another seed, and neither a pack nor a formula.

    Raises ValueError where the assignment cannot go along.
    """
    check(assignment)
    if assignment.adapter is not None:
        should = "functions that are called as they are asked; mark with gradecheck grade"
        raise ValueError(f"assignment: {assignment.name} has an adapter, but a kit that anyone may read needs {should}")
    if assignment.feedback == "hidden":
        should = "it should be \"public\", as anyone may read this kit; mark with gradecheck grade"
        raise ValueError(f'assignment: feedback is "hidden", but {should}')
    ours = asked.for_others(assignment)
    told = {"public": True, "isolation": isolation}
    found = {MARK: MAIN.encode(), KIT: json.dumps(told, indent=1).encode()}
    found |= {f"{BANK}/{name}": data for name, data in asked.written(ours, bank(ours), points=True).items()}
    return found | {f"{PACKAGES}/{path}": file.read_bytes() for path, file in sorted(_code(()))}


def check(assignment: Assignment) -> None:
    """Raises ValueError where it asks for what no kit has."""
    if assignment.packages:
        named = ", ".join(assignment.packages)
        should = "none: a kit brings no package of others along; take them out, or mark with gradecheck grade"
        raise ValueError(f"assignment: packages is {named}, but should be {should}")


def read(folder: Path) -> Kit:
    """The kit in that folder."""
    told = json.loads((folder / KIT).read_text(encoding="utf-8"))
    if "public" in told:
        return Kit(*asked.read(lambda name: (folder / BANK / name).read_bytes()), told["isolation"])
    text = (folder / ASSIGNMENT).read_text(encoding="utf-8")
    assignment = parse(Written(text, told["file"], str(folder), told["pack"]))
    banked = {}
    for question in assignment.questions:
        with (folder / BANK / f"{question.name}.npz").open("rb") as file:
            banked[question.name] = load(file, question.contract)
    return Kit(assignment, Bank(banked), told["isolation"])


def _offered(packs: Sequence[Pack]) -> Files:
    """The metadata by which the packs are found by their names."""
    entries = "".join(f"{pack.name} = {pack.module}:{registry.ATTRIBUTE}\n" for pack in packs)
    return {
        "METADATA": f"Metadata-Version: 2.1\nName: gradecheck\nVersion: {__version__}\n".encode(),
        "entry_points.txt": f"[{registry.GROUP}]\n{entries}".encode(),
    }


def _code(packs: Sequence[Pack]) -> Iterator[tuple[str, Path]]:
    """The files of our packages, of the packs, and of what is pure Python, by their paths."""
    top = Path(__file__).parents[3]
    places = {name: top / name for name in OURS}
    for pack in packs:
        for module in pack.modules:
            name = module.partition(".")[0]
            place = pack.location(name)
            if place is not None:
                places[name] = place
    for name, place in places.items():
        one = place.with_suffix(".py")
        yield from _below(place, name) if place.is_dir() else [(one.name, one)]
    for name in PURE:
        for file in metadata.files(name) or ():
            if file.parts[0] != ".." and file.suffix != ".pyc":
                yield file.as_posix(), Path(str(file.locate()))


def _below(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield f"{name}/{file.relative_to(folder).as_posix()}", file
