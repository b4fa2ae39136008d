"""Assignments: read from TOML with every complaint in one grammar, proved, and handed out as a starter file."""

import pickle
import subprocess
import sys
from dataclasses import replace

import pytest

from gradecheck.arguments.scope import Scope
from gradecheck.grading import proof
from gradecheck.grading.assignments import assignment as assignments
from gradecheck.grading.assignments.assignment import Allowed
from gradecheck.grading.assignments.starter import starter
from gradecheck.grading.bank.store import bank
from gradecheck.grading.marks import CheckMark, QuestionMark
from gradecheck.grading.proof import prove
from gradecheck.grading.renaming import renamed
from tests.lecture import PACK
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
        'packages = ["hypothesis"]\nalpha = 0.1\nrows = "2-D"\nallow = ["guard"]\n'
        "[weights]\ncorrectness = 0.75\nedges = 0.25\n"
        "[limits]\nseconds = 0.5\nmost_seconds = 3\nmemory_mib = 100\noutput_mib = 1\n"
        '[[question]]\nfunction = "softmax"\nname = "weich"\npoints = 2.5\nalso = ["soft_max"]\n'
        'dtypes = ["float32"]\nallow = ["in place", "float64"]\n',
    )
    (question,) = asked.questions
    assert (asked.title, asked.seed, asked.cases, asked.feedback, asked.file) == ("T", 7, 20, "hidden", "a.py")
    assert (asked.seconds, asked.memory_mib, asked.output_mib) == (0.5, 100, 1)
    assert asked.weights == {"correctness": 0.75, "edges": 0.25, "stability": 0.0, "hygiene": 0.0}
    assert (asked.most_seconds, asked.packages, asked.allowed_imports) == (3, ("hypothesis",), ("numpy",))
    assert (question.also, question.scope) == (("soft_max",), Scope(rows="2-D", dtypes=("float32",)))
    assert question.allowed == Allowed(in_place=True, float64=True)
    assert pickle.loads(pickle.dumps(asked)) == asked
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
        ('feedback = "none"\n' + QUESTION, 'feedback is \'none\', but should be "public" or "hidden"'),
        ("diagnosis_seconds = -1\n" + QUESTION, "diagnosis_seconds is -1, but should be a number, 0 or more"),
        ('diagnosis_seconds = "2"\n' + QUESTION, "diagnosis_seconds is '2', but should be a number, 0 or more"),
        ('hint = "all"\n' + QUESTION, 'hint is \'all\', but should be "line", "kind" or "edit"'),
        ('hint = "edit"\nfeedback = "hidden"\n' + QUESTION, '"line" or "kind" where feedback is "hidden": an edit'),
        ("targts = 1\n" + QUESTION, "there is no such key; did you mean targets"),
        ("seed = -1\n" + QUESTION, "seed is -1, but should be a whole number from 0 to 4294967295"),
        ('targets = "hard"\n' + QUESTION, 'targets is \'hard\', but should be "one-hot", "soft" or "any"'),
        ("rows = 2\n" + QUESTION, 'rows is 2, but should be "2-D" or "any"'),
        ("alpha = 2\n" + QUESTION, "alpha is 2, but should be a number from 0 to 1, or a list of such numbers"),
        ("alpha = [0.1, true]\n" + QUESTION, "alpha is [0.1, True], but should be a number from 0 to 1"),
        ("alpha = []\n" + QUESTION, "alpha is [], but should be a number from 0 to 1"),
        ("mu = -0.1\n" + QUESTION, "mu is -0.1, but should be a number from 0 to 1"),
        ("lr = 0\n" + QUESTION, "lr is 0, but should be a positive number"),
        ("steps = 11\n" + QUESTION, "steps is 11, but should be a whole number from 1 to 10"),
        ("steps = 1.5\n" + QUESTION, "steps is 1.5, but should be a whole number from 1 to 10"),
        ('dtypes = "float64"\n' + QUESTION, 'dtypes is \'float64\', but should be a list of "float64" or "float32"'),
        ('dtypes = ["float46"]\n' + QUESTION, "dtypes is 'float46', but should be \"float64\""),
        ('regimes = ["moderat"]\n' + QUESTION, "regimes is 'moderat', but should be \"moderate\""),
        ('regimes = ["nonfinite"]\n' + QUESTION, "no submission is asked that"),
        ('regimes = ["close"]\n[[question]]\nfunction = "cross_entropy"\n', "of what cross_entropy is asked: moderate"),
        (QUESTION + "alpha = 0.1\n", "question.alpha is 0.1, but relu has no alpha; leave it out"),
        (QUESTION + 'targets = "soft"\n', "question.targets is 'soft', but relu has no targets; leave it out"),
        ('[[question]]\nfunction = "linear"\nrows = "2-D"\n', "question.rows is '2-D', but linear has no array whose"),
        ('allow = ["in plce"]\n' + QUESTION, "allow is 'in plce', but should be \"in place\""),
        ('allow = "guard"\n' + QUESTION, "allow is 'guard', but should be a list of in place, float64, guard"),
        ("guard = 1e-8\n" + QUESTION, "guard is 1e-08, but should be left out where guards are not allowed"),
        (QUESTION + "guard = 1e-8\n", "question.guard is 1e-08, but should be left out where guards are not allowed"),
        ('allow = ["guard"]\nguard = 0.1\n' + QUESTION, "guard is 0.1, but should be 0.01 at most"),
        ('allow = ["guard"]\nguard = 0\n' + QUESTION, "guard is 0, but should be a positive number"),
        ('packages = "scipy"\n' + QUESTION, "packages is 'scipy', but should be a list of installed packages"),
        ('packages = ["torch"]\n' + QUESTION, "packages is 'torch', but should be a package that"),
        ('packages = ["no-such"]\n' + QUESTION, "(not installed here); install it, or leave it out"),
        ('allowed_imports = ["torch"]\n' + QUESTION, "what submissions can import when they are marked: leave"),
        ('allowed_imports = ["hypothesis.extra"]\n' + QUESTION, 'add packages = ["hypothesis"], or leave it out'),
        ("[limits]\nmost_seconds = 4\n" + QUESTION, "limits.most_seconds is 4.0, but should be 5 or more, which is"),
        ("[limits]\nmost_secs = 4\n" + QUESTION, "there is no such key; did you mean most_seconds"),
        (QUESTION + 'also = "ReLU"\n', "question.also is 'ReLU', but should be a list of names of functions"),
        (QUESTION + 'also = ["re lu"]\n', "question.also is 're lu', but should be the name of a function"),
        (QUESTION + 'also = ["relu"]\n', "question is 'relu', but should be asked once"),
        (
            QUESTION + 'also = ["f"]\n[[question]]\nfunction = "tanh"\nalso = ["f"]\n',
            "question.also is 'f', but should be a name for relu alone",
        ),
        ('allowed_imports = "numpy"\n' + QUESTION, "allowed_imports is 'numpy', but should be a list of module names"),
        ('file = "../a.py"\n' + QUESTION, "file is '../a.py', but should be a file's name without a folder"),
        ("[weights]\nspeed = 1\n" + QUESTION, "weights.speed is 1, but should be left out: there is no such key"),
        ("[weights]\nedges = -1\n" + QUESTION, "weights.edges is -1, but should be a share"),
        ("[weights]\nedges = nan\n" + QUESTION, "weights.edges is nan, but should be a share"),
        ("[weights]\nedges = true\n" + QUESTION, "weights.edges is True, but should be a share"),
        ("[weights]\nedges = 0.75\n" + QUESTION, "weights sum to 0.75, but should sum to 1; correctness, "),
        ("[weights]\nedges = 2\n" + QUESTION, "weights sum to 2, but should sum to 1"),
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
    with pytest.raises(ValueError, match="that can be read, but should be one, or one of: beyond, lecture03"):
        assignments.load(str(tmp_path / "none.toml"))
    with pytest.raises(ValueError, match="is no TOML"):
        load(tmp_path, "title = ")


# -- starter


def test_the_starter_file_runs_and_earns_nothing(tmp_path):
    asked = assignment("relu", "linear_backward", softmax="weich", leaky_relu="leaky_relu")
    text = starter(asked, "gradecheck check FILE --assignment mine.toml")
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
    text = starter(asked, "gradecheck check FILE")
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

    planted = proof._Planted("mistake", "tanh/tangent", "tanh", "1 / cos² in its place")
    assert list(proof._breaches(planted, mark("tanh__3", 0.0), {"b__3": mark("b__3", 10.0)})) == []
    found = list(proof._breaches(planted, mark("tanh__3", 0.0), {"b__3": mark("b__3", 4.0)}))
    assert found == ["it costs b 6 points too"]
    named_wrongly = replace(mark("tanh__3", 0.0), diagnoses=("tanh/precedence",), rationale="It is wrong.")
    assert list(proof._breaches(planted, named_wrongly, {})) == ["it is taken for another: It is wrong."]
    honest = proof._Planted("variant", "tanh/exponentials", "tanh", "by exponentials", may_be_unstable=True)
    assert list(proof._breaches(honest, mark("tanh__3", 4.0), {})) == ["it loses correctness: "]


def test_the_model_answer_can_be_renamed():
    source = renamed((PACK.folder / PACK.models[0]).read_text(encoding="utf-8"), {"softmax": "weich"})
    found = questions(source, assignment("softmax_backward", softmax="weich"))
    assert [q.points for q in found.values()] == [10.0, 10.0]


def test_a_copy_of_the_model_answer_calls_its_own_helpers_though_they_are_not_asked():
    asked = assignment("softmax", "train", cases=24)
    mistakes = (proof._Planted("mistake", f"softmax/{what}", "softmax", what) for what in ("axis-0", "exp-forgotten"))
    trials = list(proof._Proving(asked, "auto")._planted(bank(asked), tuple(mistakes)))
    assert [trial.points < trial.max_points for trial in trials] == [True, True]
    assert [trial.breach for trial in trials] == ["", ""]
