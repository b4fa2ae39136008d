"""The kit for Autolab, run by make, and read as Autolab reads it."""

import json
import re
import shutil
from dataclasses import replace

import pytest

from gradecheck.grading.assignments.assignment import load
from gradecheck.grading.kits.platforms import autolab
from tests.platforms.laid_out import ASSIGNMENT, FILES, RIGHT, lay_traps, marks, run, written


@pytest.fixture(scope="module")
def autolab_kit(source, tmp_path_factory):
    return written("autolab", source, tmp_path_factory.mktemp("autolab") / "out")


def parsed(output):
    """What Autolab reads in the output of a run (app/helpers/assessment_autograde_core.rb, parseAutoresult)."""
    last = [line for line in output.split("\n") if line.strip()][-1]
    return json.loads(re.sub(r"([a-zA-Z0-9]+):", r'"\1":', last))


@pytest.fixture
def autolab_folder(autolab_kit, tmp_path):
    """The folder in which Autolab runs make."""
    folder = tmp_path / "run"
    folder.mkdir()
    shutil.copy(autolab_kit / "autograde-Makefile", folder / "Makefile")
    shutil.copy(autolab_kit / "autograde.tar", folder)
    return folder


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
@pytest.mark.parametrize("name", FILES)
def test_autolab_reads_the_scores_in_the_last_line(autolab_folder, python, source, tmp_path, name):
    (autolab_folder / "submission.py").write_text(FILES[name], encoding="utf-8")
    found = run(["make", f"PYTHON={python}"], autolab_folder)
    assert (found.returncode, found.stderr) == (0, "")
    assert parsed(found.stdout) == {"scores": marks(source, FILES[name], tmp_path)}
    assert found.stdout.startswith("submission.py: ")
    if name == "wrong":
        assert "db is averaged over the batch" in found.stdout
    if name == "loud":
        assert '{"scores": {"relu": 1000}}' in found.stdout, "what is printed is shown, and not read"


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_autolab_runs_nothing_that_lies_beside_the_submission(autolab_folder, python, tmp_path):
    lay_traps(autolab_folder, tmp_path / "traces")
    (autolab_folder / "submission.py").write_text(RIGHT, encoding="utf-8")
    found = run(["env", "PYTHONPATH=.", "make", f"PYTHON={python}"], autolab_folder)
    assert (found.returncode, found.stderr) == (0, "")
    assert parsed(found.stdout) == {"scores": {"relu": 2, "linear_backward": 3}}
    assert not [*(tmp_path / "traces").iterdir()]


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_a_name_with_a_space_and_signs_of_the_shell_is_marked_on_autolab(python, tmp_path):
    file = "it's $HOME; hw 2.py"
    (tmp_path / "kit.toml").write_text(ASSIGNMENT.format(more=f'file = "{file}"'), encoding="utf-8")
    out = written("autolab", tmp_path / "kit.toml", tmp_path / "the kit")
    (out / "autograde-Makefile").rename(out / "Makefile")
    (out / file).write_text(RIGHT, encoding="utf-8")
    found = run(["make", f"PYTHON={python}"], out)
    assert (found.returncode, found.stderr) == (0, "")
    assert parsed(found.stdout) == {"scores": {"relu": 2, "linear_backward": 3}}


def test_autolab_is_told_the_problems_and_the_name_of_the_file(autolab_kit):
    head = (autolab_kit / "autograde-Makefile").read_text(encoding="utf-8")
    assert "handin file: submission.py\n" in head
    assert "# Its problems, with the points of each: relu (2), linear_backward (3)\n" in head


def test_a_name_with_a_colon_is_refused_for_autolab(source):
    asked = load(str(source))
    colon = replace(asked, questions=(replace(asked.questions[0], name="Lecture 3: relu"),))
    with pytest.raises(ValueError, match="the question 'Lecture 3: relu' should have a name without a colon"):
        autolab.files({}, colon)
    with pytest.raises(json.JSONDecodeError):
        parsed(json.dumps({"scores": {"Lecture 3: relu": 2}}))
