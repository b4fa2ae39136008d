"""Mutants of our own sources: how they are made, put in place, and judged."""

import signal
import sys
import time

import pytest

from tests.mutants import runner
from tests.mutants.forks import exchange, forked, functions_of
from tests.mutants.sources import mutants

SOURCE = '''\
"""A module."""
CONSTANT = 1


def outer(x, more=2):
    def inner(y):
        return x + y

    return [inner(z) for z in range(more)]


def maker(f):
    def rule(a):
        return f(a) + CONSTANT

    return rule


made = maker(lambda a: a * 2)


class Thing:
    @property
    def size(self):
        return 3 - 1
'''


def made(source=SOURCE):
    return {mutant.id: mutant for mutant in mutants(source)}


@pytest.fixture
def module(tmp_path):
    """The source, run: its names, the functions alive that it defined, and a way to put a mutant in place."""
    path = str(tmp_path / "module.py")
    names = {"__name__": "module"}
    original = compile(SOURCE, path, "exec")
    exec(original, names)

    def put(mutant):
        changes = exchange(functions_of(path), original, compile(mutant.source, path, "exec"))
        for function, code in changes:
            function.__code__ = code
        return len(changes)

    return names, put


@pytest.mark.parametrize(
    ("id", "call", "before", "after"),
    [
        ("outer.inner: return x + y -> return (x - y)", lambda m: m["outer"](5), [5, 6], [5, 4]),
        ("maker.rule: return f(a) + CONSTANT -> return (f(a) - CONSTANT)", lambda m: m["made"](2), 5, 3),
        ("module: made = maker(lambda a: a * 2) -> made = maker(lambda a: a)", lambda m: m["made"](2), 5, 3),
        ("Thing.size: return 3 - 1 -> return (3 + 1)", lambda m: m["Thing"]().size, 2, 4),
    ],
)
def test_a_mutant_is_put_into_the_functions_that_are_there(id, call, before, after, module):
    names, put = module
    assert call(names) == before
    assert put(made()[id]) >= 1
    assert call(names) == after


@pytest.mark.parametrize(
    "id",
    [
        "module: CONSTANT = 1 -> CONSTANT = 2",
        "outer: def outer(x, more=2): -> def outer(x, more=3):",
        "module: made = maker(lambda a: a * 2) -> made = None",
        "maker.rule: return f(a) + CONSTANT -> return f(None) + CONSTANT",
    ],
)
def test_what_runs_on_import_is_not_put_in_place_unless_its_functions_are_alive(id, module):
    _, put = module
    assert put(made()[id]) == (2 if "f(None)" in id else 0)


def test_the_same_change_by_two_tools_is_one_mutant():
    found = made("def f(a, b):\n    return a - b\n")
    assert [(m.id, m.tools) for m in found.values()] == [("f: return a - b -> return (a + b)", ("mutmut", "domain"))]


def test_the_same_words_twice_are_told_apart():
    ids = [m.id for m in mutants("def f(a):\n    g(a)\n    g(a)\n")]
    assert ids == ["f: g(a) -> g(None)", "f: g(a) -> g(None) (2)"]


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring."""\n',
        "def f(x: Literal[1, 2]) -> 'int':\n    pass\n",
        "Kind = Literal['a', 'b']\n",
        "__all__ = ['f']\n",
        "@decorated(1)\ndef f(x):\n    pass\n",
        "def f(x, y):\n    return isinstance(x, y)\n",
    ],
)
def test_what_says_nothing_when_it_runs_is_left_alone(source):
    assert [m for m in made(source) if "Kind = None" not in m] == []


def test_the_assertion_of_a_zip_is_left_alone():
    assert not any("strict=True" not in m.now and "zip" in m.now for m in mutants("zip(a, b, strict=True)\n"))


# -- forks


def test_a_fork_says_what_it_wrote_and_how_it_ended():
    well = forked(lambda write: write(b"heard"))
    assert (well.wrote, well.status, well.signal, well.hung) == (b"heard", 0, 0, False)
    assert forked(lambda write: sys.exit("no")).status == 1


def test_an_endless_loop_is_ended_by_its_own_time_and_a_deadlock_by_the_clock():
    def loop(write):
        while True:
            pass

    assert forked(loop, cpu=0).signal == signal.SIGXCPU
    assert forked(lambda write: time.sleep(60), patience=0.1).hung


# -- the list of what is equivalent


def test_every_listed_mutant_is_one_and_has_a_reason():
    for file, ids in runner.equivalents({}).items():
        made = {mutant.id for mutant in mutants((runner.ROOT / file).read_text(encoding="utf-8"), ids)}
        assert sorted(ids - made) == []


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('file = "manual/sgd.py"\nwhy = "so"\nmutants = ["f: a -> b"]', "is no mutant of manual/sgd.py any more"),
        ('file = "manual/no.py"\nwhy = "so"\nmutants = []', "manual/no.py is not mutated"),
        ('file = "manual/sgd.py"\nmutants = []', "why"),
    ],
)
def test_a_stale_entry_is_refused_before_any_work(entry, message, tmp_path, monkeypatch, capsys):
    listing = tmp_path / "equivalent.toml"
    listing.write_text(f"[[equivalent]]\n{entry}\n", encoding="utf-8")
    monkeypatch.setattr(runner, "EQUIVALENT", listing)
    assert runner.main(["manual/sgd.py"]) == 2
    assert message in capsys.readouterr().err


def test_a_file_that_is_not_mutated_is_refused(capsys):
    assert runner.main(["manual/no.py"]) == 2
    assert "mutate: manual/no.py is not mutated, but should be one of gradecheck/" in capsys.readouterr().err
