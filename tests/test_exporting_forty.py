"""One class of forty goes in by each platform's download and back by each way out: nobody is lost, nobody doubled, and
everybody has the same mark.
"""

from itertools import cycle, islice, product

import pytest
from classroom import ASSIGNMENT, DOUBLED, GOOD, HALVED, bank_folder, gradecheck
from exported import BEGINNINGS, FUNCTIONS, MIDDLES, MOST, results, row
from forty import CANVAS, CLASS, IDS, MOODLE, PLATFORMS, ROSTER, handed_out
from ways_back import WAYS

from gradecheck.grading.exporting.reading import read

__all__ = ["bank_folder"]

# -- by each way out, with names that a spreadsheet, a CSV file or a platform may trip over

HOSTILE = [f"{begins}Name{i}{between}Last{i}" for i, (begins, between) in enumerate(product(BEGINNINGS, MIDDLES))]
NAMES = list(islice(cycle(HOSTILE[::3]), 40))
DOTTED = [f"00.{345 + i}.678" for i in range(40)]
SCORES = [round(i * MOST / 39, 2) for i in range(40)]


def students(target):
    """The class as graded from that platform's download, with a roster."""
    for i, name in enumerate(NAMES):
        platform = {
            "canvas": {"user": str(CANVAS + i)},
            "moodle": {"participant": str(MOODLE + i)},
            "classroom50": {"login": f"user-{i}", "file": f"cs50-hw3-user-{i}"},
        }.get(target, {})
        who = {"id": DOTTED[i], "email": f"u{i}@example.org", "login": f"user{i}", "roster": "on"}
        relu, both = min(SCORES[i], 1.0), min(SCORES[i], 3.0)
        points = {"relu": relu, "tanh": round(both - relu, 2), "mse_backward": round(SCORES[i] - both, 2)}
        yield row(name, i, SCORES[i], points=points, platform=platform, **who)


@pytest.mark.parametrize("target", WAYS)
def test_forty_go_back_and_everybody_has_the_same_mark(target):
    export, scores, others = WAYS[target](results(*students(target)), NAMES, DOTTED)
    assert export.missed == ()
    assert scores == dict(zip(DOTTED, SCORES, strict=True))
    assert not others


# -- by each way in, marked, and by each way out

HANDED_IN = (GOOD, DOUBLED, HALVED)


@pytest.fixture(scope="module")
def by_platform(tmp_path_factory, bank_folder):
    """The results of the class from each platform's download."""
    top = tmp_path_factory.mktemp("forty")
    (top / "three.toml").write_text(ASSIGNMENT)
    (top / "roster.csv").write_text(ROSTER, encoding="utf-8")
    for platform in PLATFORMS:
        handed_out(top / platform, platform, lambda i, path: HANDED_IN[i % 3])
        words = ("--assignment", top / "three.toml", "--roster", top / "roster.csv", "--out", top / f"{platform} out")
        gradecheck("grade", top / platform, *words)
    return {platform: read(top / f"{platform} out") for platform in PLATFORMS}


def given(found):
    """Everybody's score."""
    scores = {row.id: row.score for row in found.rows}
    assert len(found.rows) == len(scores) == len(CLASS)
    return scores


def test_by_each_way_in_the_same_people_have_the_same_marks(by_platform):
    first = given(by_platform["canvas"])
    assert sorted(first) == sorted(IDS)
    assert {first[id] for id in IDS[::3]} == {MOST}
    assert len({*first.values()}) == len(HANDED_IN)
    for found in by_platform.values():
        assert given(found) == first
        assert {row.name for row in found.rows} == set(CLASS)
        assert [*found.worth.items()] == [*FUNCTIONS.items()]


@pytest.mark.parametrize("target", [way for way in WAYS if way != "classroom50"])  # whose download names a repository
@pytest.mark.parametrize("platform", PLATFORMS)
def test_the_marks_of_each_way_in_go_back_by_each_way_out(platform, target, by_platform):
    found = by_platform[platform]
    export, scores, others = WAYS[target](found, CLASS, IDS)
    assert export.missed == ()
    assert scores == given(found)
    assert not others
