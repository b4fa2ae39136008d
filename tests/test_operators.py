"""torch's operator database under derived bounds: the quick version, and what the harness makes of what goes wrong."""

import json
import os
import time

import pytest

from gradecheck.operators.apart import held_apart
from gradecheck.operators.findings import Found, Held, Operator, Planted, Tolerance
from reports import operators as pages

PLAIN = Tolerance(1e-5, 1e-5)


def record(outcome="bounded", name="exp", **changed):
    told = {"worst": 0.5, "median": 0.1, "numbers": 8, "judged": 8, "samples": 1, "of": 1, "own": PLAIN, "wider": 4.0}
    held = [Held(d, p, outcome, **{**told, **changed}) for d in ("forward", "gradient") for p in ("float32", "float64")]
    return Operator(name, "elementwise", tuple(held), (Planted("a factor", True, False, False),))


def found(*operators, exceptions=None):
    return Found({"torch": "2"}, operators, exceptions or {})


# -- what is made of what was found


def test_every_operator_counts_for_its_kind():
    table = pages.kinds(
        found(record(), record("unruled", "sort", why="aten::sort"), Operator("rand", "other", random="x"))
    )
    row = dict(zip(table.headers, table.rows[0], strict=True))
    assert (row["kind"], row["operators"], row["bounded"], row["unruled"], row["share"]) == (
        *("elementwise", "2", "1", "1"),
        "50.0%",
    )


def test_what_is_outside_its_bound_fails_unless_it_is_explained():
    outside = record("unsound", worst=3.0)
    assert not found(outside).passes
    assert "exp, forward, float32: 3 times the bound, which is not explained" in pages.faults(found(outside))
    keys = [("exp", d, p) for d in ("forward", "gradient") for p in ("float32", "float64")]
    assert found(outside, exceptions=dict.fromkeys(keys, "the kernel is off")).passes


def test_an_explanation_of_what_did_not_happen_fails():
    stale = found(record(), exceptions={("exp", "forward", "float32"): "the kernel is off"})
    assert pages.faults(stale) == ["exp, forward, float32: explained, but did not happen"]


def test_a_kind_that_misses_the_target_is_said():
    assert pages.missed(found(record(), record("unruled", "sort"))) == [
        "elementwise, forward: 1 of 2 bounded, target 90%",
        "elementwise, gradient: 1 of 2 bounded, target 90%",
    ]


def test_the_document_and_the_pages_have_every_table():
    said = found(record(), record("unruled", "sort", why="aten::sort"))
    document = json.loads(pages.document(said))
    captions = [table["caption"] for table in document["tables"]]
    assert captions[:2] == ["Operators by kind", "Who notices a slip, in float32"]
    assert document["operators"][1]["held"][0]["why"] == "aten::sort"
    assert all(f"## {caption}" in pages.markdown(said) for caption in captions)
    slips = next(table for table in document["tables"] if table["caption"].startswith("Who notices"))
    assert slips["rows"] == [["a factor", "2", "2 (100%)", "0 (0%)", "0 (0%)"]]


# -- processes


def misbehave(end):
    """A worker that dies at one name and hangs at another."""
    end.send("ready")
    while True:
        try:
            name, _ = end.recv()
        except EOFError:
            return
        if name == "dies":
            os._exit(1)
        if name == "hangs":
            time.sleep(600)
        end.send(Operator(name, "other"))


def test_a_crash_and_a_hang_cost_one_operator_each():
    names = ["fine", "dies", "also fine", "hangs", "fine again"]
    told = []
    held = held_apart(names, (0,), 1, told.append, misbehave, 1.0)
    assert [o.name for o in held] == names
    assert [o.held[0].why if o.held else "" for o in held] == ["", "ended its process", "", "took longer than 1 s", ""]
    assert len(told) == len(names)


# -- torch's own database


@pytest.fixture(scope="module")
def database():
    pytest.importorskip("expecttest", reason="torch's operator database needs expecttest: make operators")
    from gradecheck.operators import hold, kinds, run, samples, slips

    return {"hold": hold, "kinds": kinds, "run": run, "samples": samples, "slips": slips}


def test_a_few_operators_of_each_kind_are_inside_their_bounds(database):
    held = [database["hold"].hold(name, 0, most=3, slips=False) for name in database["run"].few()]
    outcomes = {(o.name, h.direction, h.precision): h for o in held for h in o.held}
    assert {key: h.worst for key, h in outcomes.items() if h.worst > 1} == {}
    assert len({o.kind for o in held}) >= 10
    assert sum(h.outcome == "bounded" for h in outcomes.values()) >= 40


def test_hardly_an_operator_has_no_kind(database):
    kinds = [database["kinds"].kind(o) for o in database["samples"].OPERATORS.values()]
    assert kinds.count("other") < 40


def test_a_rule_that_is_too_narrow_is_seen(database, monkeypatch):
    import torch

    from gradecheck.traced.ball import TracedBall
    from gradecheck.traced.table import RULES

    operator = torch.ops.aten.mm.default
    right = RULES[operator]

    def narrow(*args):
        ball = right(*args)
        return TracedBall(ball.mid, ball.rad * 0.01)

    monkeypatch.setitem(RULES, operator, narrow)
    outcome = database["hold"].hold("mm", 0, slips=False).of("forward", "float32")
    assert outcome.outcome == "unsound"


def test_slips_are_planted_and_right_answers_left_alone(database):
    planted = {p.slip: p for p in database["slips"].planted(database["samples"].OPERATORS["mm"], 0)}
    right = planted.pop(database["slips"].RIGHT)
    assert not right.bound
    assert len(planted) >= 5
    assert planted["a dropped term: the smallest"].bound
    assert planted["another axis"].bound


def test_what_draws_random_numbers_is_not_held(database):
    assert database["hold"].hold("rand_like", 0).random == "draws random numbers"
    assert database["hold"].hold("empty_like", 0).random == "leaves memory as it was"


def test_a_name_that_the_database_lacks_is_said(database):
    with pytest.raises(ValueError, match="'nonsense' is not in torch's database"):
        database["run"].run(("nonsense",), 0, False, 1, print)
