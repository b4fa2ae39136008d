"""A new pack: a folder of plain files with one small formula, which passes its own tests as it stands.

The files of templates/ are written there without their .txt, with the pack's name for NAME in theirs, and for $name.
"""

from __future__ import annotations

import keyword
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import Final

from gradecheck.packs.pack import NAME

TEMPLATES: Final = Path(__file__).parent / "templates"


def problem(folder: Path) -> str:
    """Why the folder cannot become a pack; "" where it can. The pack and its module are called like the folder."""
    name = folder.resolve().name
    if folder.exists():
        return f"{folder} is there already, but should be new; name another"
    if not (NAME.fullmatch(name) and name.isidentifier()) or keyword.iskeyword(name):
        return f"{name} is not a name for a module, but should be a letter, then letters, digits and _; name another"
    if find_spec(name) is not None or f"{name}.py.txt" in {file.name for file in TEMPLATES.iterdir()}:
        return f"{name} is the name of another module, but should be its own; name another"
    return ""


def write(folder: Path) -> list[str]:
    """Writes the pack; returns the names of its files. Raises OSError where it cannot be written."""
    folder.mkdir(parents=True)
    name = folder.resolve().name
    names = []
    for template in sorted(TEMPLATES.iterdir()):
        file = template.name.removesuffix(".txt").replace("NAME", name)
        text = Template(template.read_text(encoding="utf-8")).substitute(name=name)
        (folder / file).write_text(text, encoding="utf-8")
        names.append(file)
    return names
