"""Assignments: read from TOML with every complaint in one grammar, proved, and handed out as a starter file."""

import subprocess
import sys
from dataclasses import replace

import pytest

from gradecheck.grading import proof
from gradecheck.grading.assignments import assignment as assignments
from gradecheck.grading.assignments.starter import starter
from gradecheck.grading.marks import CheckMark, QuestionMark
from gradecheck.grading.proof import MODEL, prove
from gradecheck.grading.renaming import renamed
from tests.marked import assignment, marked, questions

QUESTION = '[[question]]\nfunction = "relu"\n'


def load(tmp_path, text):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return assignments.load(str(path))


def test_the_built_in_assignment_asks_the_21_functions_of_the_lecture_for_100_points():
    asked = assignments.load("lecture03")
    assert len(asked.questions) == 21
    assert asked.max_score == 100
    assert asked.cases >= 100


def test_everything_can_be_set(tmp_path):
    asked = load(
        tmp_path,
        'title = "T"\nseed = 7\ncases = 20\nfeedback = "hidden"\nallowed_imports = ["numpy"]\nfile = "a.py"\n'
        "[weights]\ncorrectness = 3\nedges = 1\n[limits]\nseconds = 0.5\nmemory_mib = 100\noutput_mib = 1\n"
        '[[question]]\nfunction = "softmax"\nname = "weich"\npoints = 2.5\n',
    )
    assert (asked.title, asked.seed, asked.cases, asked.feedback, asked.file) == ("T", 7, 20, "hidden", "a.py")
    assert (asked.seconds, asked.memory_mib, asked.output_mib) == (0.5, 100, 1)
    assert asked.weights == {"correctness": 0.75, "edges": 0.25, "stability": 0.0, "hygiene": 0.0}
    assert asked.allowed_imports == ("numpy",)
    assert [(q.name, q.contract.name, q.points) for q in asked.questions] == [("weich", "softmax", 2.5)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("titel = 1\n" + QUESTION, "titel is 1, but should be left out: there is no such key"),
        ("title = 1\n" + QUESTION, "title is 1, but should be a text"),
        ("seed = 1.5\n" + QUESTION, "seed is 1.5, but should be a whole number"),
        ("seed = true\n" + QUESTION, "seed is True, but should be a whole number"),
        ("cases = 0\n" + QUESTION, "cases is 0, but should be a whole number above 0"),
        ("cases = 0.5\n" + QUESTION, "cases is 0.5, but should be a whole number above 0"),
        ("cases = 15\n" + QUESTION, "cases is 15, but should be 16 or more, so that every kind of input is asked"),
        ('[[question]]\nfunction = ["relu"]\n', "question.function is ['relu'], but should be one of"),
        ('feedback = "none"\n' + QUESTION, "feedback is 'none', but should be \"public\" or \"hidden\""),
        ('allowed_imports = "numpy"\n' + QUESTION, "allowed_imports is 'numpy', but should be a list of module names"),
        ('file = "../a.py"\n' + QUESTION, "file is '../a.py', but should be a file's name without a folder"),
        ("[weights]\nspeed = 1\n" + QUESTION, "weights.speed is 1, but should be a share, 0 or more, of one of"),
        ("[weights]\nedges = -1\n" + QUESTION, "weights.edges is -1, but should be a share"),
        ("[weights]\nedges = nan\n" + QUESTION, "weights.edges is nan, but should be a share"),
        ("[weights]\nedges = true\n" + QUESTION, "weights.edges is True, but should be a share"),
        ("[weights]\nedges = 0\n" + QUESTION, "weights is {'edges': 0}, but should be shares with a positive sum"),
        ("[limits]\nseconds = 0\n" + QUESTION, "seconds is 0, but should be a positive number"),
        ("[limits]\nseconds = inf\n" + QUESTION, "seconds is inf, but should be a positive number"),
        ("[limits]\nhours = 1\n" + QUESTION, "limits.hours is 1, but should be left out"),
        ("limits = 1\n" + QUESTION, "limits is 1, but should be a table"),
        ("", "question is [], but should be at least one [[question]]"),
        ("question = 1", "question is 1, but should be an array of tables"),
        ('[[question]]\nfunction = "relue"\n', "question.function is 'relue', but should be one of relu"),
        ("[[question]]\npoints = 1\n", "question.function is None, but should be one of"),
        (QUESTION + "points = 0\n", "points is 0, but should be a positive number"),
        (QUESTION + 'points = "1"\n', "points is '1', but should be a positive number"),
        (QUESTION + 'name = "re lu"\n', "question.name is 're lu', but should be the name of a function"),
        (QUESTION + 'name = "class"\n', "question.name is 'class', but should be the name of a function"),
        (QUESTION + "weight = 1\n", "question.weight is 1, but should be left out"),
        (QUESTION + QUESTION, "question is 'relu', but should be asked once"),
    ],
)
def test_what_is_wrong_is_said_with_file_key_and_what_it_should_be(tmp_path, text, said):
    with pytest.raises(ValueError, match=r"^assignment: mine\.toml: ") as error:
        load(tmp_path, text)
    assert said in str(error.value)


def test_a_file_that_is_none_is_said_so(tmp_path):
    with pytest.raises(ValueError, match="is no file that can be read, but should be one, or one of: lecture03"):
        assignments.load(str(tmp_path / "none.toml"))
    with pytest.raises(ValueError, match="is no TOML"):
        load(tmp_path, "title = ")


# -- starter


def test_the_starter_file_runs_and_earns_nothing(tmp_path):
    asked = assignment("relu", "linear_backward", softmax="weich", leaky_relu="leaky_relu")
    text = starter(asked, "mine.toml")
    assert subprocess.run([sys.executable, "-c", text], check=False).returncode == 0
    for q in marked(text, asked).questions:
        assert (q.points, q.outcome, q.rationale) == (0.0, "error", f"{q.function} is still to be written.")
    assert "def weich(x):" in text
    assert "def softmax" not in text
    assert "def leaky_relu(x, alpha=0.01):" in text
    assert "gradecheck check submission.py --assignment mine.toml" in text
    assert "where the slides and this page differ" in text


def test_the_starter_file_shows_formula_and_shapes_and_no_answer():
    asked = assignments.load("lecture03")
    text = starter(asked, "lecture03")
    for contract in (question.contract for question in asked.questions):
        assert contract.formula.split(";")[0] in text
    assert "W: (out, in)" in text
    assert text.count("raise NotImplementedError") == len(asked.questions)
    assert "return " not in text
    assert max(map(len, text.split("\n"))) <= 120


# -- proof


def tried(asked):
    return prove(asked, "none", 1, lambda share: None)


def test_a_fair_assignment_is_proved():
    found = tried(assignment("sgd_step", softmax="weich", softmax_backward="weich_zurueck"))
    assert not found.breaches
    assert {t.kind for t in found.trials} == {"model answer", "empty file", "mistake", "variant"}
    files = {t.id: t.points for t in found.trials if not t.function}
    assert files == {"manual": 30.0, "model.py": 30.0, "nothing": 0.0}
    assert not found.unnamed


def test_an_assignment_with_too_few_cases_is_not():
    breaches = tried(assignment("relu", cases=1)).breaches
    assert any(t.breach == "it costs nothing; draw more cases" for t in breaches)


def test_a_mistake_that_costs_another_function_is_a_breach():
    def mark(name, points):
        return QuestionMark(name, points, 10.0, "wrong", (CheckMark("correctness", "wrong", points / 10, ""),))

    planted = proof._Planted("mistake", "tanh/tangent", "tanh")
    assert list(proof._breaches(planted, mark("tanh__3", 0.0), {"b__3": mark("b__3", 10.0)})) == []
    found = list(proof._breaches(planted, mark("tanh__3", 0.0), {"b__3": mark("b__3", 4.0)}))
    assert found == ["it costs b 6 points too"]
    named_wrongly = replace(mark("tanh__3", 0.0), diagnoses=("tanh/precedence",))
    assert list(proof._breaches(planted, named_wrongly, {})) == ["it is taken for tanh/precedence"]
    honest = proof._Planted("variant", "tanh/exponentials", "tanh", may_be_unstable=True)
    assert list(proof._breaches(honest, mark("tanh__3", 4.0), {})) == ["it loses correctness: "]


def test_the_model_answer_can_be_renamed():
    source = renamed(MODEL.read_text(encoding="utf-8"), {"softmax": "weich"})
    found = questions(source, assignment("softmax_backward", softmax="weich"))
    assert [q.points for q in found.values()] == [10.0, 10.0]
