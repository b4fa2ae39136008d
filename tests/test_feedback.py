"""Feedback: an example that runs, nothing hidden shown, nothing hostile obeyed."""

import re
import subprocess
import sys
import textwrap

import click
import numpy as np
import pytest

from gradecheck.grading.jail.session import Session
from gradecheck.grading.marks import CheckMark, Counterexample, QuestionMark, SubmissionMark
from reports import feedback as pages
from reports.told import sections
from tests.marked import assignment, marked, model, questions

WRONG = {
    "softmax": "def softmax(x): return np.exp(x) / np.exp(x).sum()",
    "relu": "def relu(x): return np.where(x > 1, x, 0)",
    "linear_backward": "def linear_backward(grad, A, W): return grad @ W, 7 * grad.T @ A, grad.sum(axis=0)",
    "momentum_step": "def momentum_step(w, v, grad, lr, mu): return w - lr * v, v",
    "cross_entropy": "def cross_entropy(p, t): return [[1.0]]",
    "sgd_step": "def sgd_step(w, grad, lr):\n    if lr > 0: raise ValueError('```\\n<script>' + str(w))\n    return w",
    "mse": "def mse(y, t):\n    print('seen', y)\n    return None",
    "tanh": "def tanh(x): return np.where(abs(x) > 12.34, 1.5, np.tanh(x)).astype(x.dtype)",
    "leaky_relu": "def leaky_relu(x, alpha=0.01):\n    x[x < 0] *= alpha\n    return x",
    "sigmoid": "def sigmoid(x): return sound(x).astype(float)\nsound = model_sigmoid",
    "mse_backward": "def mse_backward(y, t): return (2 * (y - t) / y.size).tolist()",
    "train": "def train(A, T, W, b, lr, mu, steps): return W, b, np.zeros(steps, A.dtype)",
    "linear": "n = 0\ndef linear(A, W, b):\n    global n\n    n = n + 1\n    return n * (A @ W.T + b)",
}
SOURCE = model("model_sigmoid = sigmoid", *WRONG.values())


@pytest.fixture(scope="module")
def wrong():
    return marked(SOURCE, assignment(*WRONG))


def test_every_mistake_is_shown_on_a_small_example(wrong):
    for q in wrong.questions:
        assert q.points < q.max_points
        assert q.counterexample is not None, q.function
        assert sum(np.size(x) for x in q.counterexample.arguments.values()) <= 12


def test_the_examples_run_with_numpy_alone_and_give_what_they_say(wrong, tmp_path):
    """The lines are run beside the file, without anything of ours."""
    (tmp_path / "submission.py").write_text(SOURCE, encoding="utf-8")
    for q in wrong.questions:
        example = q.counterexample
        assert example.repro.split("\n")[0] == "import numpy as np"
        script = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n{example.repro}"
        run = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, cwd="/", check=False)
        if q.function == "sgd_step":
            assert "ValueError" in run.stderr
            assert example.actual.startswith("ValueError")
            continue
        assert run.returncode == 0, run.stderr
        printed, shown = (
            [f"{float(n):.4g}" for n in re.findall(r"-?\d+\.?\d*(?:e[-+]\d+)?", text.split("float64")[0])]
            for text in (run.stdout, example.actual)
        )
        if q.function in ("softmax", "relu", "linear_backward", "momentum_step", "tanh", "train"):
            assert printed == shown
            assert example.expected != example.actual
        assert "should" in example.repro.split("\n")[-1]


def test_an_example_is_called_by_the_name_of_the_file():
    def first_lines(name):
        return marked(model(WRONG["relu"]), assignment("relu"), name=name).questions[0].counterexample.repro

    assert "from anna_7 import relu  # anna_7.py is your file" in first_lines("class/anna_7.py")
    assert "import numpy as np\n# in a cell of hw 3.ipynb, below relu\nx = " in first_lines("hw 3.ipynb")
    for name in ("a b.py", "class.py", "a';import os;'.py", "__import__('os').py", "a\nimport os.py"):
        said = name.replace("\n", r"\n")
        line = f"\nfrom submission import relu  # submission.py is a copy of your {said}\n"
        assert line in first_lines(name)


def test_what_no_ladder_shows_is_searched_for():
    """Wrong only for seven elements or more, which no rung has."""
    body = "def relu(x): return np.where((x.size > 6) & (x > 2), 3 * x, np.maximum(x, 0)).astype(x.dtype)"
    example = marked(model(body), assignment("relu")).questions[0].counterexample
    assert example is not None
    assert 24 >= example.arguments["x"].size > 6
    assert example.expected != example.actual


def test_an_example_in_float32_is_one_in_its_repro_too():
    body = "def tanh(x): return np.tanh(x) * (2 if x.dtype == np.float32 else 1)"
    assert ", np.float32)" in marked(model(body), assignment("tanh")).questions[0].counterexample.repro


def test_a_call_that_ends_its_worker_is_not_tried_over_and_over_for_an_example(monkeypatch):
    workers, start = [], Session._start
    monkeypatch.setattr(Session, "_start", lambda session: workers.append(start(session)) or workers[-1])
    (question,) = marked(model("import os\ndef relu(x): os._exit(0)"), assignment("relu")).questions
    assert (question.outcome, question.counterexample) == ("error", None)
    assert len(workers) <= 3


# -- hidden


def test_hidden_feedback_has_the_property_and_nothing_of_the_input():
    telling = """
def relu(x):
    print('input', x)
    raise ValueError('input ' + str(x))
class Tell(np.ndarray): pass
def tanh(x):
    raise type('T' + ''.join(c if c.isalnum() else '_' for c in repr(x))[:80], (Exception,), {})
def sigmoid(x):
    return type('S' + ''.join(c if c.isalnum() else '_' for c in repr(x))[:80], (), {})()
"""
    found = marked(model(telling, WRONG["softmax"]), assignment("relu", "tanh", "sigmoid", "softmax"))
    assert all("array" in repr(q.rationale) or "input" in repr(q.rationale) for q in found.questions[:3])
    hidden = pages.feedback(found, "T", "hidden", "kind")
    text = pages.markdown(hidden) + pages.terminal(hidden) + repr(hidden)
    assert "raised ValueError" in text
    assert "raised an exception" in text
    assert "differs from the formula" in text
    assert "array_" not in text
    assert "input [" not in text
    assert "import numpy" not in text
    assert all(q.example is None and not q.printed for q in hidden.questions)


def test_hidden_feedback_names_the_mistake():
    found = marked(model("def mse(y, t): return np.sum((y - t) ** 2)"), assignment("mse"))
    hidden = pages.feedback(found, "T", "hidden", "kind").questions[0]
    assert hidden.diagnoses == ("mse/summed",)
    assert hidden.found
    assert hidden.help


# -- hostile


HOSTILE = "````\n```\n<script>alert(1)</script> ![x](http://evil) [a](javascript:x) | # x\n\x1b[31mred \u202egnp"


def hostile():
    example = Counterexample({}, "1", HOSTILE, f"print(1)\n# {HOSTILE}")
    checks = (CheckMark("correctness", "wrong", 0.0, HOSTILE),)
    q = QuestionMark("relu", 0.0, 1.0, "error", checks, HOSTILE, HOSTILE, HOSTILE, (), example, (), HOSTILE)
    return SubmissionMark("../<b>=cmd()\x1b[2J`x`.py", "graded", (q,), 1.0, (HOSTILE,))


def outside_fences(text):
    """The lines of Markdown that are not code."""
    fence, lines = "", []
    for line in text.split("\n"):
        run = re.match("`{3,}", line)
        if fence:
            fence = "" if line.strip() == fence else fence
        elif run:
            fence = run[0]
        else:
            lines.append(line)
    assert not fence, "a fence stays open"
    return "\n".join(lines)


@pytest.mark.parametrize("mode", ["public", "hidden"])
def test_hostile_texts_are_data_in_markdown(mode):
    text = pages.markdown(pages.feedback(hostile(), "A <i>title</i>", mode, "kind"))
    plain = outside_fences(text)
    assert "<" not in plain
    assert not re.search(r"(?<!\\)!?\[[^\]]*(?<!\\)\]\(", plain)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert not re.search(r"(?<!\\)`", plain)


def test_hostile_texts_are_data_on_a_terminal():
    text = click.unstyle(pages.terminal(pages.feedback(hostile(), "T", "public", "kind")))
    assert not [c for c in text if not c.isprintable() and c != "\n"]


def test_a_fence_is_longer_than_any_run_of_backticks_in_it():
    assert pages.fenced("a ````` b").split("\n")[0] == "``````text"


def test_what_is_printed_is_cut():
    q = QuestionMark("relu", 1.0, 1.0, "passed", (), output="y" * 5000)
    shown = pages.feedback(SubmissionMark("a", "graded", (q,), 1.0), "T", "public", "kind").questions[0].printed
    assert len(shown) < 2100
    assert "5000 characters in all" in shown


# -- whole pages


def test_markdown_says_what_was_found(wrong):
    text = pages.markdown(pages.feedback(wrong, "A small assignment", "public", "kind"))
    assert "| function" in text
    assert "## linear\\_backward: 6.67 of 10" in text
    assert "```python\nimport numpy as np\nfrom submission import relu" in text
    assert "It printed:" in text
    first, table = text.index("## train"), text.index("| function")
    assert text.index("full points in 0 of 13 functions") < first < table, "what to mend comes before the table"
    assert text.index("## train") < text.index("## linear\\_backward"), "what costs most comes first"
    assert "not looked at" not in text


@pytest.mark.parametrize("status", ["unreadable", "fault"])
def test_what_was_not_marked_is_said_so(status):
    found = SubmissionMark("a.py", status, (), 10.0, ("it is no notebook that can be read",))
    shown = pages.feedback(found, "T", "public", "kind")
    assert "not marked" in pages.markdown(shown) or "fault of ours" in pages.markdown(shown)
    assert "it is no notebook that can be read" in pages.terminal(shown)


# -- one reason, one message


def stub(function, **changed):
    said = f"{function} is still to be written."
    changed = {"outcome": "error", "rationale": said, "gist": said, "help": f"formula of {function}", **changed}
    return QuestionMark(function, 0.0, 2.0, checks=(), unwritten=True, **changed)


def unread(function):
    why = f"{function} was not read, as Python cannot read line 3, but should be a function of that name."
    return QuestionMark(function, 0.0, 2.0, "error", (), why, why, "Mend line 3 first.")


RIGHT = QuestionMark("tanh", 2.0, 2.0, "passed", ())


def shown(*questions, notes=(), mode="public"):
    found = SubmissionMark("anna.py", "graded", questions, 2.0 * len(questions), notes)
    return pages.feedback(found, "T", mode, "kind")


@pytest.mark.parametrize("mode", ["public", "hidden"])
def test_an_untouched_starter_is_one_line(mode):
    found = shown(stub("relu"), stub("tanh"), mode=mode)
    said = click.unstyle(pages.terminal(found)).replace(f"\n\n{pages.HIDDEN_NOTE}", "")
    assert said == "anna.py: Nothing to mark yet: all is as in the starter."
    assert "relu" not in pages.markdown(found)


def test_stubs_in_a_file_that_was_begun_are_one_line():
    found = shown(stub("relu"), RIGHT, unread("mse"), stub("softmax"))
    said = click.unstyle(pages.terminal(found))
    assert "\n\nmse was not read" in said.split("still to be written: relu, softmax\n")[0]
    assert "is still to be written" not in said
    assert "formula of" not in said
    assert "## Still to be written\n\nrelu, softmax\n" in pages.markdown(found)


def test_one_bad_line_is_one_message():
    note = "line 3 cannot be read: print 'x'"
    found = shown(unread("relu"), unread("sigmoid"), RIGHT, unread("softmax_backward"), notes=(note,))
    for said in (click.unstyle(pages.terminal(found)), pages.markdown(found).replace("\\", "")):
        assert said.count("was not read") == said.count("Mend line 3") == said.count("print 'x'") == 1
        assert said.index("print 'x'") < said.index("relu was not read")
        assert "The same holds for sigmoid, softmax_backward." in said


def test_what_has_an_example_or_a_name_of_its_own_is_not_put_together():
    example = Counterexample({}, "1", "2", "print(1)")
    same = {"outcome": "wrong", "rationale": "it is wrong."}
    alike = [QuestionMark(f, 0.0, 2.0, checks=(), counterexample=example, **same) for f in ("relu", "tanh")]
    alike += [QuestionMark("mse", 0.0, 2.0, checks=(), diagnoses=("mse/half",), **same)]
    assert [s.functions for s in sections(shown(*alike))] == ["relu", "tanh", "mse"]


def test_what_costs_most_comes_first_and_what_costs_nothing_last():
    questions = (
        QuestionMark("told", 2.0, 2.0, "passed", (), "less accurate"),
        stub("relu"),
        QuestionMark("little", 1.5, 2.0, "wrong", (), "an edge"),
        QuestionMark("much", 0.0, 2.0, "wrong", (), "all"),
        RIGHT,
    )
    assert [s.functions for s in sections(shown(*questions))] == ["much", "little", "relu", "told"]


def test_a_terminal_has_80_columns_and_code_stays_whole(wrong, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    said = click.unstyle(pages.terminal(pages.feedback(wrong, "T", "public", "kind"))).split("\n")
    whole = [f"  {line}" for q in wrong.questions for line in q.counterexample.repro.split("\n")]
    whole += [f"    {line}" for q in wrong.questions for line in q.output.split("\n")]
    assert [line for line in said if len(line) > 80 and line not in whole] == []
    assert "function         points" in said[-15], "the table comes last, with a row for each function"


def test_a_line_to_be_copied_is_broken_within_its_brackets(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    array = f"x = np.array([{', '.join(['1.0'] * 30)}])"
    imported = "from submission import softmax_backward  # submission.py is a copy of your hw 3.py"
    example = Counterexample({}, "1", "2", f"import numpy as np\n{imported}\n{array}\nprint(x)\n# should be 1")
    q = QuestionMark("relu", 0.0, 2.0, "wrong", (), "it is wrong.", counterexample=example)
    lines = click.unstyle(pages.terminal(shown(q))).split("\n")
    assert max(map(len, lines)) <= 60
    assert "  # submission.py is a copy of your hw 3.py" in lines
    first = next(i for i, line in enumerate(lines) if line.startswith("  x ="))
    own = {"np": np}
    exec(textwrap.dedent("\n".join(lines[first : lines.index("  print(x)")])), own)
    assert own["x"].tolist() == [1.0] * 30


def test_a_terminal_shows_the_beginning_of_what_was_printed():
    q = QuestionMark("relu", 0.0, 2.0, "wrong", (), "it is wrong.", output="a\n" * 50)
    said = click.unstyle(pages.terminal(shown(q)))
    assert said.split("\n\n")[1].split("\n")[-11:] == ["    a"] * 10 + ["    ..."]
    assert pages.markdown(shown(q)).count("\na") == 50


def test_points_are_read_to_two_places():
    q = QuestionMark("relu", 3.29901, 5.0, "limit", (), "it is slow.")
    said = click.unstyle(pages.terminal(shown(q)))
    assert "anna.py: 3.3 of 2 points" in said
    assert "3.3 of 5" in said


# -- nothing is said twice


def test_arguments_that_are_written_to_are_told_in_one_sentence():
    body = "def momentum_step(w, v, grad, lr, mu):\n    v *= mu\n    v -= lr * grad\n    w += v\n    return w, v"
    q = questions(model(body), assignment("momentum_step"))["momentum_step"]
    assert "w and v were written to by momentum_step, but should be left as they were; work on copies." in q.rationale
    assert q.rationale.count("written to") == 1


def test_an_argument_that_a_named_mistake_writes_to_is_told_once():
    q = questions(model("def sgd_step(w, grad, lr): w -= lr * grad"), assignment("sgd_step"))["sgd_step"]
    assert q.rationale == "The step is written into the argument w, and nothing is returned."


def test_what_is_wrong_besides_is_not_what_is_wrong_anyway():
    body = "def softmax_cross_entropy(x, t): return -np.sum(t * np.log(softmax(x)), axis=-1)"
    q = questions(model(body), assignment("softmax_cross_entropy"))["softmax_cross_entropy"]
    assert re.search(r"as an array; .*\. Besides, something else is wrong in \d+ of \d+ cases\.$", q.rationale)


def test_of_zeros_it_is_not_said_where_they_are_wrong():
    q = questions(model("def tanh(x): return np.zeros_like(x)"), assignment("tanh"))["tanh"]
    assert q.rationale.endswith("Every value is 0: is it written yet?")


def test_a_loss_that_is_an_int_should_be_a_float():
    q = questions(model("def mse(y, t): return 0"), assignment("mse"))["mse"]
    assert "MSE is an int, but should be a float." in q.rationale
