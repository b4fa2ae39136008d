"""The kit for Gradescope, in /autograder as Gradescope lays it out, within its memory."""

import json
import shutil
import zipfile

import jsonschema
import pytest

from tests.platforms.laid_out import FILES, RIGHT, lay_traps, marks, run

VISIBLE = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
OF_GRADESCOPE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["tests"],
    "properties": {
        **{"score": {"type": "number"}, "execution_time": {"type": "number"}, "output": {"type": "string"}},
        **{"output_format": FORMAT, "test_output_format": FORMAT, "test_name_format": FORMAT},
        **{"visibility": VISIBLE, "stdout_visibility": VISIBLE, "extra_data": {"type": "object"}},
        "tests": {
            "items": {
                "additionalProperties": False,
                "properties": {
                    **{"score": {"type": "number"}, "max_score": {"type": "number"}, "output": {"type": "string"}},
                    **{"status": {"enum": ["passed", "failed"]}, "name": {"type": "string"}, "name_format": FORMAT},
                    **{"number": {"type": "string"}, "output_format": FORMAT, "visibility": VISIBLE},
                    **{"tags": {"type": "array"}, "extra_data": {"type": "object"}},
                },
            }
        },
    },
}
"""docs/specs.md of gradescope/autograder_samples."""


@pytest.fixture
def autograder(gradescope, python, tmp_path):
    """/autograder as Gradescope lays it out, after setup.sh."""
    top = tmp_path / "autograder"
    for name in ("source", "submission", "results", "venv/bin"):
        (top / name).mkdir(parents=True)
    with zipfile.ZipFile(gradescope / "autograder.zip") as archive:
        archive.extractall(top / "source")
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    shutil.copy(top / "source" / "run_autograder", top)
    (top / "run_autograder").chmod(0o755)
    (top / "venv" / "bin" / "python").symlink_to(python)
    return top


@pytest.mark.parametrize("name", FILES)
def test_gradescope_gets_the_marks_within_its_memory(autograder, source, tmp_path, name):
    (autograder / "submission" / "mine.py").write_text(FILES[name], encoding="utf-8")
    traces = sorted((autograder / "source" / "kit" / "traces").iterdir())
    found = run([str(autograder / "run_autograder")], autograder, memory=768)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    results = json.loads((autograder / "results" / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(results, OF_GRADESCOPE)
    assert {test["name"]: test["score"] for test in results["tests"]} == marks(source, FILES[name], tmp_path)
    assert results["score"] == sum(test["score"] for test in results["tests"])
    assert sorted((autograder / "source" / "kit" / "traces").iterdir()) == traces, "nothing is computed again"
    if name == "wrong":
        assert "db is averaged over the batch" in results["tests"][1]["output"]


def test_gradescope_runs_nothing_that_lies_beside_the_submission(autograder, tmp_path):
    lay_traps(autograder / "submission", tmp_path / "traces")
    (autograder / "submission" / "mine.py").write_text(RIGHT, encoding="utf-8")
    command = ["env", "PYTHONPATH=.", str(autograder / "run_autograder")]
    found = run(command, autograder / "submission")
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    results = json.loads((autograder / "results" / "results.json").read_text(encoding="utf-8"))
    assert [test["score"] for test in results["tests"]] == [2, 3]
    assert not [*(tmp_path / "traces").iterdir()]


def test_gradescope_shows_why_a_file_cannot_be_read(autograder):
    (autograder / "submission" / "mine.txt").write_text("hello", encoding="utf-8")
    assert run([str(autograder / "run_autograder")], autograder, memory=768).returncode == 0
    results = json.loads((autograder / "results" / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(results, OF_GRADESCOPE)
    assert (results["score"], results["tests"]) == (0, [])
    assert "it holds no .py and no .ipynb" in results["output"]


def test_setup_is_what_bash_can_read_and_prepares_what_is_there(autograder):
    assert run(["bash", "-n", "source/setup.sh"], autograder).stderr == ""
    *_, prepare = (autograder / "source" / "setup.sh").read_text().splitlines()
    prepare = prepare.replace('"$here', f'"{autograder}/source')
    for file in (autograder / "source" / "kit" / "traces").iterdir():
        file.unlink()
    found = run(["bash", "-c", prepare], autograder)
    assert (found.returncode, found.stderr) == (0, "")
    assert len([*(autograder / "source" / "kit" / "traces").glob("*.npz")]) == 2
