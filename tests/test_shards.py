"""A class that is marked in parts: put together, they are one run, to the last byte."""

import json
import shutil

import pytest
from classroom import ASSIGNMENT, DOUBLED, GOOD, HALVED, assignment_file, bank_folder, gradecheck, hand_in, results

from gradecheck.grading.bank import digests
from gradecheck.grading.classrun.journal import Journal
from gradecheck.grading.classrun.shards import Part, part

__all__ = ["assignment_file", "bank_folder"]

COUNT = 3
LATER = "def relu(x):\n    match x:\n        case _:\n            return t'{x}'\n"
TEACHER = '[[change]]\nstudent = "b.py"\nquestion = "relu"\npoints = 0.5\nbecause = "copied"\n'


@pytest.fixture(scope="module")
def course(tmp_path_factory, bank_folder):
    """A class, marked in one run and in three shards: (its folder, its assignment, the whole's folder, the shards')."""
    top = tmp_path_factory.mktemp("shards")
    folder = hand_in(top / "class", a=GOOD, b=HALVED, c=DOUBLED, d=LATER, e="import os\nos._exit(0)\n")
    (folder / "f.py").write_bytes(b"# coding: klingon\n")
    (folder / "g.txt").write_text("no code")
    (top / "three.toml").write_text(ASSIGNMENT)
    (top / "whole").mkdir()
    (top / "whole" / "marks.toml").write_text(TEACHER)
    words = ("grade", folder, "--assignment", top / "three.toml")
    gradecheck(*words, "--out", top / "whole", status=1)
    shards = [top / f"shard{i}" for i in range(1, COUNT + 1)]
    for i, place in enumerate(shards, 1):
        gradecheck(
            *words, "--shard", f"{i}/{COUNT}", "--out", place, status=1 if "d.py" in folder_part(folder, i) else 0
        )
    return folder, top / "three.toml", top / "whole", shards


def folder_part(folder, number):
    return Part(number, COUNT).of(sorted(path.name for path in folder.iterdir()))


@pytest.fixture
def copied(course, tmp_path):
    """The shards' folders, to be changed."""
    return [shutil.copytree(place, tmp_path / place.name) for place in course[3]]


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_every_submission_is_in_one_part(count):
    found = [i for number in range(1, count + 1) for i in Part(number, count).of(range(23))]
    assert sorted(found) == list(range(23))


@pytest.mark.parametrize("said", ["5/4", "0/4", "1/0", "-1/4", "1", "1/4/2", "a/b", "", "01/4", " 1/4"])
def test_what_is_no_part_is_told(course, tmp_path, said):
    folder, file, *_ = course
    told = gradecheck("grade", folder, "--assignment", file, f"--shard={said}", "--out", tmp_path / "out", status=2)
    assert f"shard: it is {said!r}, but should be K/N" in told
    assert not (tmp_path / "out").exists()


def test_a_part_is_read():
    assert (part("3/12"), str(part("3/12"))) == (Part(3, 12), "3/12")


def test_shards_put_together_are_one_run(course, tmp_path):
    _, _, whole, shards = course
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "marks.toml").write_text(TEACHER)
    said = gradecheck("merge", *reversed(shards), "--out", tmp_path / "out", status=1)
    assert "7 submissions" in said
    assert results(tmp_path / "out") == results(whole)
    one, other = (json.loads((place / "summary.json").read_text()) for place in (whole, tmp_path / "out"))
    for key in ("graded", "unreadable", "faults", "marked", "reused", "mistakes", "causes", "not_graded", "to_look_at"):
        assert one[key] == other[key], key
    assert one["searches"]["count"] == other["searches"]["count"] > 0


def test_what_was_put_together_is_marked_again_like_one_run(course, tmp_path):
    folder, file, whole, shards = course
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "marks.toml").write_text(TEACHER)
    gradecheck("merge", *shards, "--out", tmp_path / "out", status=1)
    said = gradecheck("grade", folder, "--assignment", file, "--out", tmp_path / "out", status=1)
    assert "6 reused from the journal" in said  # all but the fault
    assert results(tmp_path / "out") == results(whole)


def test_shards_that_are_not_all_parts_of_one_class_are_told(course, copied, tmp_path):
    folder, file, whole, _ = course
    one, two, three = copied
    out = ("--out", tmp_path / "out")
    assert "of 3 shards there is no 1/3, 3/3" in gradecheck("merge", two, *out, status=2)
    twice = shutil.copytree(one, tmp_path / "twice")
    assert "are both shard 1/3" in gradecheck("merge", one, two, three, twice, *out, status=2)
    assert "whole holds no shard" in gradecheck("merge", one, two, three, whole, *out, status=2)
    gradecheck("grade", folder, "--assignment", file, "--shard", "1/4", "--out", tmp_path / "four")
    assert "parts of one split" in gradecheck("merge", one, two, tmp_path / "four", *out, status=2)
    other = tmp_path / "other.toml"
    other.write_text(ASSIGNMENT)
    gradecheck("grade", folder, "--assignment", other, "--shard", "3/3", "--out", tmp_path / "other")
    said = " ".join(gradecheck("merge", one, two, tmp_path / "other", *out, status=2).split())
    assert "has the assignment three, and" in said
    assert "has other, but all should have the same" in said
    (three / "shard.json").unlink()
    assert "holds a shard that has not ended" in gradecheck("merge", *copied, *out, status=2)
    (three / "shard.json").write_text("[]")
    assert "cannot be read" in gradecheck("merge", *copied, *out, status=2)
    assert not (tmp_path / "out").exists()


def edited(shard, key, value):
    found = json.loads((shard / "shard.json").read_text())
    found["record"][key] = value
    (shard / "shard.json").write_text(json.dumps(found))


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("text", ASSIGNMENT + "\n", ("has an assignment of the digest", "but all")),
        ("isolation", "another", ("has the isolation", "has another, but all")),
        ("code", "0" * 32, ("has gradecheck of the digest", "has 00000000, but all")),
        ("versions", {"numpy": "1.0"}, ("has the versions", "has numpy 1.0, but all")),
        ("key", "0" * 32, ("has marks of the digest", "has 00000000, but all")),
    ],
)
def test_shards_that_were_marked_in_another_way_are_told(copied, tmp_path, key, value, why):
    edited(copied[1], key, value)
    said = " ".join(gradecheck("merge", *copied, "--out", tmp_path / "out", status=2).split())
    assert all(words in said for words in why), said


def test_another_gradecheck_or_another_class_than_then_is_told(course, copied, tmp_path, monkeypatch):
    folder, *_ = course
    out = ("--out", tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(digests, "code", lambda *packs: "another")
        assert "gradecheck itself, or the pack, was changed since" in gradecheck("merge", *copied, *out, status=2)
    (folder / "later.py").write_text(GOOD)
    try:
        assert "holds other submissions" in gradecheck("merge", *copied, *out, status=2)
    finally:
        (folder / "later.py").unlink()
    for shard in copied:
        edited(shard, "paths", [str(tmp_path / "gone")])
    assert "is not there any more" in gradecheck("merge", *copied, *out, status=2)


def test_a_journal_that_lost_a_mark_is_told(copied, tmp_path):
    (copied[0] / ".journal").write_bytes(b"")
    said = gradecheck("merge", *copied, "--out", tmp_path / "out", status=2)
    assert "the journal of shard 1/3 lacks" in said
    assert not (tmp_path / "out" / "results.json").exists()


def test_a_folder_of_something_else_takes_no_shard(course, copied, tmp_path):
    folder, file, whole, _ = course
    words = ("grade", folder, "--assignment", file, "--shard", "2/3", "--out")
    assert "holds the results of a whole class" in gradecheck(*words, whole, status=2)
    assert "holds shard 1/3 of three" in gradecheck(*words, copied[0], status=2)


def test_records_that_are_added_together_are_all_there(tmp_path):
    records = {f"{i:032x}": f"record {i}" for i in range(50)}
    with Journal(tmp_path / "j") as journal:
        journal.add("f" * 32, "first")
        journal.add_all(records.items())
        journal.add("e" * 32, "last")
    with Journal(tmp_path / "j") as journal:
        assert {key: journal[key] for key in records} == records
        assert (journal["f" * 32], journal["e" * 32]) == ("first", "last")
