"""What makes a function agree: told with its failure, where its file is at hand and there is a jail."""

import importlib.util
from dataclasses import replace

import numpy as np
import pytest
import torch

import gradecheck
from gradecheck.agreement import repaired
from gradecheck.agreement.session import SESSION
from gradecheck.grading.jail import isolation
from gradecheck.grading.repair import search

X = np.random.default_rng(0).standard_normal((3, 4)).astype(np.float32)

pytestmark = pytest.mark.skipif(isolation.isolation("auto").mode == "none", reason="no jail works here")


def torch_softmax(x):
    return torch.softmax(x, -1)


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Imports code from a file of its own."""
    monkeypatch.setattr(repaired, "_found", {})

    def load(code, name="mine"):
        path = tmp_path / f"{name}.py"
        path.write_text(code, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        found = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found)
        return found

    return load


def told(call):
    """The lines of a failure on a repair, and the repair that is recorded."""
    with SESSION.listening() as heard, pytest.raises(AssertionError) as failed:
        call()
    lines = [line.strip() for line in str(failed.value).splitlines()]
    return [line for line in lines if line.startswith(("repair ", "before ", "after ", "proof "))], heard[-1].repair


SOFTMAX = """import numpy as np


def softmax(x):
    # stable
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum()  # each row
"""


def test_the_changed_line_is_told_and_recorded(module):
    mine = module(SOFTMAX)
    lines, repair = told(lambda: gradecheck.assert_agrees(mine.softmax, torch_softmax, X))
    assert lines == [
        "repair   line 7 of mine.py: The sum runs over all elements; it should run along one axis.",
        "before   return e / e.sum()  # each row",
        "after    return e / e.sum(axis=1, keepdims=True)  # each row",
        "proof    with this change it agrees in all 4 calls that were tried",
    ]
    [change] = repair.changes
    assert (change.where, change.operator, repair.cases) == ("line 7 of mine.py", "axis", 4)
    assert change.before == "    return e / e.sum()  # each row"


def test_that_of_a_gradient_is_found_too(module):
    mine = module("def double(x):\n    return 2 * x\n\n\ndef back(upstream, x):\n    return upstream * 2 * x\n")
    lines, _ = told(lambda: gradecheck.assert_agrees(mine.double, lambda x: 2 * x, X, grad=mine.back))
    assert lines[:3] == [
        "repair   line 6 of mine.py: There is a factor too many.",
        "before   return upstream * 2 * x",
        "after    return upstream * 2",
    ]


DECORATED = """import numpy as np
import torch

import gradecheck


@gradecheck.agrees_with(
    torch.nn.functional.softplus, examples=20, dtypes=["float64"]
)
def softplus(x):
    return np.maximum(x, 0) - np.log1p(np.exp(-abs(x)))
"""


def test_a_decorated_function_is_mended_on_drawn_cases(module):
    lines, repair = told(module(DECORATED).softplus.check)
    assert lines[:3] == [
        "repair   line 11 of mine.py: The sign is turned.",
        "before   return np.maximum(x, 0) - np.log1p(np.exp(-abs(x)))",
        "after    return np.maximum(x, 0) + np.log1p(np.exp(-abs(x)))",
    ]
    assert repair.cases > 40


def test_a_module_beside_the_file_is_mended(module, monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "mine_beside.py").write_text("def twice(x):\n    return x + 2\n", encoding="utf-8")
    mine = module("from mine_beside import twice\n\n\ndef double(x):\n    return twice(x)\n")
    lines, _ = told(lambda: gradecheck.assert_agrees(mine.double, lambda x: 2 * x, X))
    assert lines[0].startswith("repair   mine_beside.py, line 2: ")
    assert lines[2] == "after    return x * 2"


def test_a_keyword_is_given_by_its_place(module):
    mine = module("def scaled(x, by=1.0):\n    return x / by\n")
    lines, _ = told(lambda: gradecheck.assert_agrees(mine.scaled, lambda x, by: x * by, X, by=3.0))
    assert lines[2] == "after    return x * by"


def nested():
    def wrong(x):
        return -x

    return wrong


LACKING = """import numpy as np
import torch

OFFSET = torch.ones(1).item()


def by_torch(x):
    return -torch.from_numpy(x).numpy()


def by_value(x):
    return -x * OFFSET
"""


def test_nothing_is_told_where_nothing_can_be_looked_for(module):
    mine = module(LACKING)
    wrongs = {"lambda": lambda x: -x, "nested": nested(), "torch": mine.by_torch, "of torch": mine.by_value}
    wrongs["method"] = np.float32(2).__rmul__
    for wrong in wrongs.values():
        assert told(lambda wrong=wrong: gradecheck.assert_agrees(wrong, torch.abs, X)) == ([], None)
    same = module("def same(x):\n    return x\n", "same").same
    for inputs in ((torch.from_numpy(X),), (X.astype(np.float16),), (np.zeros((200, 100)) - 1,)):
        assert told(lambda inputs=inputs: gradecheck.assert_agrees(same, torch.neg, *inputs)) == ([], None)


def test_no_edit_runs_where_there_is_no_jail(module, monkeypatch):
    mine, searched = module(SOFTMAX), []
    monkeypatch.setattr(search, "search_alone", lambda *asked: searched.append(asked))
    open_to_all = replace(isolation.isolation("auto"), mode="none")
    monkeypatch.setattr(isolation, "isolation", lambda wanted: open_to_all)
    assert told(lambda: gradecheck.assert_agrees(mine.softmax, torch_softmax, X)) == ([], None)
    assert searched == []


def test_a_failure_is_told_where_the_search_fails(module, monkeypatch):
    mine = module(SOFTMAX)
    monkeypatch.setattr(search, "search_alone", lambda *asked: 1 / 0)
    assert told(lambda: gradecheck.assert_agrees(mine.softmax, torch_softmax, X)) == ([], None)


def test_agreement_costs_nothing(module, monkeypatch):
    mine = module(SOFTMAX.replace("e.sum()", "e.sum(axis=-1, keepdims=True)"))
    monkeypatch.setattr(repaired, "_path", lambda function: pytest.fail("a file is looked for"))
    gradecheck.assert_agrees(mine.softmax, torch_softmax, X)


def test_a_function_is_searched_a_few_times_and_never_twice_for_the_same_calls(module, monkeypatch):
    mine, searched = module(SOFTMAX), []
    monkeypatch.setattr(search, "search_alone", lambda *asked: searched.append(asked))
    for _ in range(2):
        for x in [X, *(X + i for i in range(1, 2 * repaired.MOST))]:
            told(lambda x=x: gradecheck.assert_agrees(mine.softmax, torch_softmax, x))
    assert len(searched) == repaired.MOST


def test_the_decorator_is_blank_and_other_lines_keep_their_number():
    assert repaired.bare(DECORATED, "softplus").split("\n")[5:11] == ["", "", "", "", *DECORATED.split("\n")[9:11]]
    assert repaired.bare(DECORATED, "other") == DECORATED
