"""An assignment, and a Python as containers have it."""

import venv
import zipfile
from pathlib import Path

import numpy as np
import pytest

from gradecheck.grading.jail.process import JailError
from gradecheck.grading.kits import marker
from tests.platforms.laid_out import ASSIGNMENT, written


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The assignment's file."""
    file = tmp_path_factory.mktemp("assignment") / "kit.toml"
    file.write_text(ASSIGNMENT.format(more=""), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def gradescope(source, tmp_path_factory):
    return written("gradescope", source, tmp_path_factory.mktemp("gradescope") / "out")


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """A Python that has NumPy and nothing else, as in a container."""
    folder = tmp_path_factory.mktemp("python")
    venv.create(folder / "venv", symlinks=True)
    (packages,) = folder.glob("venv/lib/python*/site-packages")
    own = Path(np.__file__).parent
    for path in (own, own.with_name("numpy.libs")):
        if path.exists():
            (packages / path.name).symlink_to(path)
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nexec "{folder}/venv/bin/python" "$@"\n')
    program.chmod(0o755)
    return program


@pytest.fixture
def kit(gradescope, tmp_path):
    """The folder that marks."""
    with zipfile.ZipFile(gradescope / "autograder.zip") as archive:
        archive.extractall(tmp_path)
    return tmp_path / "kit"


@pytest.fixture
def nowhere(monkeypatch):
    """A machine on which no jail works."""

    def refuse(wanted):
        raise JailError(f"isolation is {wanted}, but no jail works here")

    monkeypatch.setattr(marker, "isolation", refuse)
