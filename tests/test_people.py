"""Who handed in what, from the folder to the students: attempts, groups, rosters, zips, sections; what is refused."""

import re
import shutil
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from forty import CLASS, IDS, PLATFORMS, ROSTER, handed_out

from gradecheck.grading.people.reading import Rules, read
from gradecheck.grading.submissions.items import content

CODE = "def relu(x):\n    return x\n"
ANYHOW = Rules()
ASKED = frozenset({"relu"})
MOODLE = "{}_{}_assignsubmission_file"


def hand_in(folder, *paths, code=CODE):
    for path in paths:
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(code)
    return folder


def a_class(path, rules=ANYHOW):
    return read([path], (), rules, "hw3", ASKED)


def roster(text, **more):
    return Rules(roster=text, file="class.csv", **more)


def told(found):
    """Each student by id: the submissions in their order."""
    return {one.id: [attempt.submission for attempt in one.attempts] for one in found.people.students}


def files(found, name):
    (entry,) = (entry for entry in found.entries if entry.name == name)
    return {file.path for file in content(entry.items).files}


def refused(folder, rules, *said):
    with pytest.raises(ValueError, match=re.escape(said[0])) as error:
        a_class(folder, rules)
    for part in said[1:]:
        assert part in str(error.value)


# -- without a rule for names


def test_without_a_rule_every_submission_is_a_student(tmp_path):
    found = a_class(hand_in(tmp_path, "anna.py", "bela/hw3.py", "cora.py"))
    assert told(found) == {name: [name] for name in ("anna.py", "bela", "cora.py")}
    assert found.people.told == ""
    assert {one.roster for one in found.people.students} == {""}


def test_a_stray_file_beside_a_platforms_names_is_a_student_and_told(tmp_path):
    found = a_class(hand_in(tmp_path, "a_1_2_hw3.py", "b_3_4_hw3.py", "c_5_6_hw3.py", "notes.txt"))
    assert told(found) == {"1": ["a"], "3": ["b"], "5": ["c"], "notes.txt": ["notes.txt"]}
    assert found.people.told == "by Canvas's file names; named otherwise, each a student: notes.txt"


def test_a_rule_that_is_named_counts(tmp_path):
    folder = hand_in(tmp_path, "a_1_2_hw3.py", "notes.txt", "x.txt")
    assert told(a_class(folder))["notes.txt"] == ["notes.txt"]
    assert set(told(a_class(folder, Rules("canvas")))) == {"1", "notes.txt", "x.txt"}
    assert set(told(a_class(folder, Rules("plain")))) == {"a_1_2_hw3.py", "notes.txt", "x.txt"}
    refused(folder, Rules("moodle"), "names: nothing at the paths is named by the rule moodle")


# -- files and attempts


def test_several_files_of_one_attempt_lie_beside_each_other(tmp_path):
    found = a_class(hand_in(tmp_path, "a_1_2_hw3.py", "a_1_3_helper.py", "b_4_5_hw3.py"))
    assert files(found, "a") == {"hw3.py", "helper.py"}
    assert files(found, "b") == {"hw3.py"}


def test_two_files_of_one_name_are_both_there(tmp_path):
    found = a_class(hand_in(tmp_path, "a_1_2_hw3.py", "a_1_3_hw3.py"))
    assert files(found, "a") == {"hw3.py", "2/hw3.py"}


def test_attempts_are_in_the_order_of_their_times(tmp_path):
    names = [f"1-2 - Anna Adler - {clock}/hw3.py" for clock in ("Nov 2, 2026 900 AM", "Oct 31, 2026 1159 PM")]
    found = a_class(hand_in(tmp_path, *names, "index.html"))
    assert told(found) == {"Anna Adler": ["Anna Adler, attempt 1", "Anna Adler, attempt 2"]}
    (anna,) = found.people.students
    assert [(a.number, a.handed_in) for a in anna.attempts] == [(1, "2026-10-31T23:59:00"), (2, "2026-11-02T09:00:00")]
    assert "Nov 2" in next(entry for entry in found.entries if entry.name.endswith("2")).items[0].path.as_posix()


def test_attempts_whose_order_cannot_be_told_are_refused(tmp_path):
    names = [f"1-2 - Anna Adler - {clock}/hw3.py" for clock in ("Okt 2, 2026 900", "Okt 3, 2026 900")]
    refused(hand_in(tmp_path, *names), Rules(), "people: Anna Adler handed in 2 times", "'Okt 2, 2026 900'")


def test_an_online_text_alone_is_what_was_handed_in(tmp_path):
    texts = ("Bela Berg_2_assignsubmission_onlinetext/onlinetext.html", "Cora_3_assignsubmission_onlinetext/o.html")
    found = a_class(hand_in(tmp_path, "Bela Berg_2_assignsubmission_file/hw3.py", *texts))
    assert told(found) == {"2": ["Bela Berg"], "3": ["Cora"]}
    assert files(found, "Bela Berg") == {"hw3.py"}
    assert files(found, "Cora") == {"o.html"}


def test_two_people_of_one_name_are_told_apart_by_their_numbers(tmp_path):
    found = a_class(hand_in(tmp_path, f"{MOODLE.format('Anna', 1)}/hw3.py", f"{MOODLE.format('Anna', 2)}/hw3.py"))
    assert told(found) == {"1": ["Anna (1)"], "2": ["Anna (2)"]}


def test_two_numbers_under_one_name_may_be_two_people(tmp_path):
    names = [f"{i}-9 - Anna Adler - Nov {i}, 2026 900 AM/hw3.py" for i in (1, 2)]
    folder = hand_in(tmp_path, *names)
    refused(folder, Rules(), "Anna Adler (handed in under 2 numbers, as two people of that name would)")
    refused(folder, roster("id,name\na1,Anna Adler\na2,Anna Adler\n"), "Anna Adler (a1 or a2)")
    assert len(told(a_class(folder, roster("id,name\na1,Anna Adler\n")))["a1"]) == 2, "the roster says that it is one"


# -- zips, and folders of folders


def zipped(path, *names, data=CODE):
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("top", ["", "export/"])
def test_the_zip_of_a_class_is_opened_as_a_class(tmp_path, top):
    names = [f"{top}{MOODLE.format(name, i)}/hw3.py" for i, name in enumerate(("Anna Adler", "Jörg Müller"))]
    place = zipped(tmp_path / "class.zip", *names, f"__MACOSX/{names[0]}", f"{top}.DS_Store")
    found = a_class(place)
    assert told(found) == {"0": ["Anna Adler"], "1": ["Jörg Müller"]}
    assert files(found, "Jörg Müller") == {"hw3.py"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["class.zip"], "nothing is extracted"


def test_a_zip_whose_names_are_utf_8_without_saying_so_is_read(tmp_path):
    """As the system's own program on a Mac writes them."""
    place = zipped(
        tmp_path / "class.zip", "J__rg_1_assignsubmission_file/hw3.py", "Anna_2_assignsubmission_file/hw3.py"
    )
    place.write_bytes(place.read_bytes().replace(b"J__rg", "Jörg".encode()))
    assert told(a_class(place)) == {"1": ["Jörg"], "2": ["Anna"]}


def test_the_zip_of_one_student_is_a_submission(tmp_path):
    for names in (("hw3.py",), ("src/hw3.py", "tests/test_hw3.py"), ("hw3.py", "old/hw3.py")):
        assert told(a_class(zipped(tmp_path / "anna.zip", *names))) == {"anna.zip": ["anna.zip"]}


def test_a_zip_of_folders_that_hold_the_same_is_a_class(tmp_path):
    found = a_class(zipped(tmp_path / "class.zip", "anna/hw3.py", "bela/hw3.py", "bela/data.csv"))
    assert told(found) == {"anna": ["anna"], "bela": ["bela"]}
    assert files(found, "bela") == {"hw3.py", "data.csv"}


def test_an_encrypted_or_broken_member_is_unreadable_alone(tmp_path):
    place = zipped(tmp_path / "class.zip", "a_1_2_hw3.py", "b_3_4_hw3.py", data=CODE * 50)
    raw = bytearray(place.read_bytes())
    start = raw.index(b"def relu")
    raw[start : start + 3] = b"xyz"
    place.write_bytes(raw)
    found = a_class(place)
    with pytest.raises(ValueError, match="cannot be read in its zip"):
        files(found, "a")
    assert files(found, "b") == {"hw3.py"}


def test_a_folder_that_holds_several_students_is_never_one(tmp_path):
    found = a_class(hand_in(tmp_path, "A/anna/hw3.py", "A/bela/hw3.py", "B/cora/hw3.py", "B/anna/hw3.py"))
    assert told(found) == {"A/anna": ["anna (A/anna)"], "B/anna": ["anna (B/anna)"], "bela": ["bela"], "cora": ["cora"]}
    assert {one.name: one.section for one in found.people.students}["cora"] == "B"
    deeper = a_class(
        hand_in(tmp_path / "deep", "A/1/anna/hw3.py", "A/1/bela/hw3.py", "A/2/cora/hw3.py", "A/2/d/hw3.py")
    )
    assert set(told(deeper)) == {"anna", "bela", "cora", "d"}


def test_where_it_cannot_be_told_whose_a_folder_is_the_folders_are_named(tmp_path):
    folder = hand_in(tmp_path, "A/anna/hw3.py", "A/bela/hw3.py", "cora/hw3.py")
    refused(
        folder, Rules(), "people: A holds several students, or several tries of one", "beside cora", "--names plain"
    )
    assert set(told(a_class(folder, Rules("plain")))) == {"A", "cora"}
    assert set(told(a_class(hand_in(tmp_path / "x", "A/a/hw3.py", "B/b/hw3.py"), Rules("sections")))) == {"a", "b"}


def test_parts_of_one_students_work_are_no_students(tmp_path):
    hand_in(tmp_path, "anna/part1/hw3.py", "bela/hw3.py")
    hand_in(tmp_path, "anna/part2/rest.py", code="def tanh(x): ...\n")
    assert set(told(a_class(tmp_path))) == {"anna", "bela"}


def test_a_zip_of_files_that_define_the_same_may_be_a_class(tmp_path):
    assert set(told(a_class(zipped(tmp_path / "anna.zip", "anna.py", "anna.py.txt", "test_it.py")))) == {"anna.zip"}
    place = zipped(tmp_path / "class.zip", "anna.py", "bela.py", "notes.txt")
    refused(place, ANYHOW, "people: class.zip holds anna.py, bela.py, which define the same")
    assert set(told(a_class(place, Rules("sections")))) == {"anna.py", "bela.py", "notes.txt"}
    assert set(told(a_class(place, Rules("plain")))) == {"class.zip"}


# -- a regular expression


def test_a_rule_of_ones_own(tmp_path):
    folder = hand_in(
        tmp_path, "0071-2026-11-02-09-00-00.py", "0071-2026-11-01-10-00-00.py", "b.b-2026-11-01-10-00-00.py"
    )
    found = a_class(folder, Rules(r"(?P<student>[^-]+)-(?P<time>[\d-]+)\.py"))
    assert {one.id: len(one.attempts) for one in found.people.students} == {"0071": 2, "b.b": 1}
    assert found.people.students[0].attempts[1].handed_in == "2026-11-02T09:00:00"
    assert found.people.told == "by the rule that was given"


def test_attempts_may_be_numbered(tmp_path):
    names = [f"{name}_v{i}.py" for name in ("anna", "bela") for i in (2, 10, 9)]
    found = a_class(hand_in(tmp_path, *names), Rules(r"(?P<name>\w+)_v(?P<attempt>\d+)(?P<late>_late)?"))
    files_in_order = [a.submission for a in found.people.students[0].attempts]
    assert files_in_order == ["anna, attempt 1", "anna, attempt 2", "anna, attempt 3"]
    entries = {entry.name: entry.items[0].name for entry in found.entries}
    assert [entries[name] for name in files_in_order] == ["anna_v2.py", "anna_v9.py", "anna_v10.py"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("(", "names: '(' is no regular expression"),
        ("canvass", "has no named group that says who it is"),
        ("(?P<time>.*)", "has no named group that says who it is"),
        ("(?P<student>.*)(?P<who>x)?", "has the group who, but should have at least one of student"),
        ("(?P<student>[a-z]+)$", "does not fit 2 of 2 names: anna.py, bela.py"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(tmp_path, rule, said):
    refused(hand_in(tmp_path, "anna.py", "bela.py"), Rules(rule), said)


# -- the roster

PEOPLE = "id,name,email,group\na1,Anna Adler,anna@x.org,Red\nb2,Bela Berg,b@x.org,Red\nc3,Cora Cole,c@x.org,Blue\n"


def test_who_handed_in_nothing_has_a_row_and_who_is_not_on_the_roster_is_apart(tmp_path):
    folder = hand_in(tmp_path, *(f"{MOODLE.format(n, i)}/hw3.py" for i, n in enumerate(("Anna Adler", "Dana Dorn"))))
    found = a_class(folder, roster(PEOPLE))
    assert told(found) == {"a1": ["Anna Adler"], "b2": [], "c3": [], "1": ["Dana Dorn"]}
    assert {one.id: one.roster for one in found.people.students} == {"a1": "on", "b2": "on", "c3": "on", "1": "off"}
    anna = found.people.students[0]
    assert (anna.email, anna.attempts[0].platform["participant"], anna.attempts[0].student) == ("anna@x.org", "0", "a1")


def test_a_roster_of_another_class_is_refused(tmp_path):
    refused(
        hand_in(tmp_path, "x.py", "y.py"), roster(PEOPLE), "roster: nobody who handed in is on class.csv: x.py, y.py"
    )


def test_a_file_that_may_be_two_peoples_is_refused_with_the_list(tmp_path):
    twins = "id,name\na1,Anna Adler\na2,Anna Adler\nb2,Bela Berg\n"
    folder = hand_in(tmp_path, "anna_adler.py", "b2.py")
    refused(folder, roster(twins), "it cannot be told who is meant: anna_adler.py (a1 or a2)")


def test_two_hand_ins_of_one_person_need_an_order(tmp_path):
    refused(hand_in(tmp_path, "a1.py", "anna_adler.py"), roster(PEOPLE), "a1.py, anna_adler.py are all of a1")


def test_everybody_in_a_group_has_the_mark_of_its_folder(tmp_path):
    found = a_class(hand_in(tmp_path, "Red/hw3.py", "c3/hw3.py"), roster(PEOPLE))
    assert told(found) == {"a1": ["Red"], "b2": ["Red"], "c3": ["c3"]}
    assert {one.attempts[0].student for one in found.people.students} == {"Red", "c3"}


def test_one_member_hands_in_for_the_group_only_where_the_assignment_says_so(tmp_path):
    folder = hand_in(tmp_path, "b2.py", "c3.py")
    assert told(a_class(folder, roster(PEOPLE))) == {"a1": [], "b2": ["b2.py"], "c3": ["c3.py"]}
    assert told(a_class(folder, roster(PEOPLE, groups=True))) == {"a1": ["b2.py"], "b2": ["b2.py"], "c3": ["c3.py"]}
    both = hand_in(tmp_path, "a1.py")
    refused(both, roster(PEOPLE, groups=True), "a1.py, b2.py are all of Red, and which is the newest cannot be told")


ZONED = r"(?P<student>\w+?)(_v(?P<attempt>\d))? (?P<time>.*)\.py"


def test_groups_without_a_roster_are_told_to_do_nothing(tmp_path):
    said = "; groups is true, but there is no roster that says who is in a group; give --roster"
    folder = hand_in(tmp_path, "b2.py", "c3.py")
    assert a_class(folder, Rules(groups=True)).people.told == f"every file is a student{said}"
    assert a_class(folder, Rules(r"(?P<student>\w+)", groups=True)).people.told == f"by the rule that was given{said}"
    assert "groups" not in a_class(folder, roster(PEOPLE, groups=True)).people.told


def test_what_is_handed_in_alone_and_in_a_group_is_in_one_order(tmp_path):
    folder = hand_in(tmp_path, "a1 2026-11-01T12:00:00+02:00.py", "Red 2026-11-01T11:00:00+00:00.py")
    found = a_class(folder, roster(PEOPLE, names=ZONED))
    anna, bela = ([(a.student, a.number) for a in one.attempts] for one in found.people.students[:2])
    assert (anna, bela) == ([("a1", 1), ("Red", 2)], [("Red", 1)])
    for people in (found.people, replace(found.people, students=found.people.students[::-1])):
        assert {attempt.student: attempt.number for attempt in people.attempts.values()} == {"a1": 1, "Red": 1}


@pytest.mark.parametrize(
    ("own", "group"),
    [
        ("a1 2026-11-01T12:00:00+02:00", "Red 2026-11-01T11:00:00"),
        ("a1 2026-11-01T12:00:00+02:00", "Red 2026-11-01T10:00:00+00:00"),
        ("a1_v1 ", "Red_v2 "),
        ("a1 2026-11-01T12:00:00", "Red soon"),
    ],
    ids=["zones", "at once", "numbers", "unread"],
)
@pytest.mark.parametrize("groups", [False, True])
def test_alone_and_in_a_group_in_no_order_that_can_be_told_is_refused(tmp_path, own, group, groups):
    folder = hand_in(tmp_path, f"{own}.py", f"{group}.py")
    refused(folder, roster(PEOPLE, names=ZONED, groups=groups), "people: ", "the newest cannot be told; leave one")


def test_each_attempt_keeps_what_its_own_name_held(tmp_path):
    own = [f"1-2 - Anna Adler - Nov {day}, 2026 900 AM" for day in (2, 4)]
    group = "3-2 - Red - Nov 3, 2026 900 AM"
    found = a_class(hand_in(tmp_path, *(f"{name}/hw3.py" for name in (*own, group))), roster(PEOPLE))
    anna, bela = (one.attempts for one in found.people.students[:2])
    assert [attempt.platform["file"] for attempt in anna] == [own[0], group, own[1]]
    assert [attempt.platform["file"] for attempt in bela] == [group]


def test_the_number_of_a_stranger_may_be_the_id_of_somebody_else(tmp_path):
    folder = hand_in(tmp_path, f"{MOODLE.format('Dana', 7)}/hw3.py", f"{MOODLE.format('Anna', 8)}/hw3.py")
    found = a_class(folder, roster("id,name,group\n7,Anna,\n9,Bela,7\n"))
    assert told(found) == {"7": ["Anna"], "9": [], "7'": ["Dana"]}
    assert {one.name: one.attempts[0].student for one in found.people.students if one.attempts} == {
        "Anna": "7",
        "Dana": "7'",
    }


def test_a_name_of_a_person_and_of_a_group_is_refused(tmp_path):
    rows = "id,name,group\nred,Anna,Blue\nb2,Bela,Red\n"
    refused(hand_in(tmp_path, "red.py"), roster(rows), "red.py (the student red or the group")


def test_all_submitters_on_gradescope_have_the_mark(tmp_path):
    yaml = pytest.importorskip("yaml")
    members = [
        {":name": "Anna Adler", ":sid": "a1", ":email": ""},
        {":name": "Xaver", ":sid": "x9", ":email": "x@x.org"},
    ]
    hand_in(tmp_path, "submission_1/hw3.py")
    (tmp_path / "submission_metadata.yml").write_text(yaml.dump({"submission_1": {":submitters": members}}))
    alone = a_class(tmp_path)
    assert told(alone) == {"a1": ["Anna Adler, Xaver"], "x9": ["Anna Adler, Xaver"]}
    found = a_class(tmp_path, roster(PEOPLE))
    assert {one.id: one.roster for one in found.people.students if one.attempts} == {"a1": "on", "x9": "off"}
    assert {one.attempts[0].student for one in found.people.students if one.attempts} == {"Anna Adler, Xaver"}


# -- the same class by every way in


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_class_of_forty_is_the_same_by_every_way_in(tmp_path, platform, as_zip):
    folder = tmp_path / "class"
    newest = handed_out(folder, platform, lambda i, path: f"{CODE}# {IDS[i]} {path}\n")
    place = Path(shutil.make_archive(str(tmp_path / "download"), "zip", folder)) if as_zip else folder
    found = a_class(place, roster(f"{ROSTER}x1;Nobody;1;;\n"))
    assert [one.id for one in found.people.students] == [*IDS, "x1"], "nobody is lost or doubled"
    assert {one.roster for one in found.people.students} == {"on"}
    entries = {entry.name: entry for entry in found.entries}
    for i, one in enumerate(found.people.students[:-1]):
        files = content(entries[one.attempts[-1].submission].items).files
        assert [file.data.decode() for file in files] == [f"{CODE}# {one.id} {newest[i]}\n"]
    assert len(entries) == len(CLASS) * (2 if platform == "brightspace" else 1)
    assert found.people.students[-1].attempts == ()


# -- deadlines


def test_what_cannot_be_held_against_the_deadline_is_refused(tmp_path):
    noon = datetime.fromisoformat("2026-11-01T12:00:00")
    unread = hand_in(tmp_path / "1", "1-2 - Anna - Okt 2, 2026 900/hw3.py")
    refused(unread, Rules(deadline=noon), "deadline: the time of Anna (Okt 2, 2026 900) cannot be read")
    assert told(a_class(unread)) == {"Anna": ["Anna"]}
    marked = hand_in(tmp_path / "2", "a_LATE_1_2_hw3.py", "b_3_4_hw3.py")
    refused(marked, Rules(deadline=noon, late_costs=True), "late: a is marked as late, but without a time")
    assert a_class(marked, Rules(deadline=noon)).people.students[0].attempts[0].late
    moodle = hand_in(tmp_path / "4", f"{MOODLE.format('Anna', 1)}/hw3.py")
    refused(
        moodle, Rules(deadline=noon, late_costs=True), "late: the name of Anna has no time, so that it is not known"
    )
    assert a_class(moodle, Rules(deadline=noon)).people.told.endswith(
        "; without times, so that nobody is known to be late"
    )
    in_time = hand_in(tmp_path / "5", "a_1_2_hw3.py")
    assert a_class(in_time, Rules(deadline=noon, late_costs=True)).people.told == "by Canvas's file names", (
        "it would say so"
    )
    zoned = hand_in(tmp_path / "3", "a+hw3+2026-11-01 10:00:00 UTC/hw3.py")
    refused(
        zoned, Rules(deadline=noon), "has no time zone, but should have one, as hand-ins have: 2026-11-01T10:00:00+00"
    )
    assert told(a_class(zoned, Rules(deadline=datetime.fromisoformat("2026-11-01T12:00:00+01:00"))))


def test_every_sentence_names_what_it_is_about():
    """One grammar of errors: the option or the thing first."""
    room = Path("gradecheck/grading/people")
    said = [text for file in room.rglob("*.py") for text in re.findall(r'ValueError\(\s*f?"([^"]+)', file.read_text())]
    assert len(said) > 8
    assert all(re.match(r"(people|names|roster|deadline|late): |\{", text) for text in said), said


# -- a class in a folder beside something else


@pytest.mark.parametrize("platform", ["canvas", "moodle", "brightspace"])
@pytest.mark.parametrize("beside", ["roster.csv", "hw3.toml", "notes.txt"])
@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
def test_a_list_beside_the_folder_of_a_class_makes_it_no_student(tmp_path, platform, beside, as_zip):
    handed_out(tmp_path / "in" / "class", platform, lambda i, path: CODE)
    if as_zip:
        shutil.make_archive(str(tmp_path / "in" / "class"), "zip", tmp_path / "in" / "class")
        shutil.rmtree(tmp_path / "in" / "class")
    (tmp_path / "in" / beside).write_text("name\n")
    found = a_class(tmp_path / "in")
    assert len(found.people.students) == len(CLASS)
    assert found.people.told.startswith("by ")


def test_two_classes_beside_each_other_are_refused(tmp_path):
    for name in ("subs", "subs2"):
        handed_out(tmp_path / name, "canvas", lambda i, path: CODE)
    with pytest.raises(ValueError, match=r"people: subs, subs2 hold a class, by Canvas's file names, beside others"):
        a_class(tmp_path)


def test_plain_files_in_the_only_folder_are_not_one_student_in_silence(tmp_path):
    (tmp_path / "subs").mkdir()
    for name in ("anna", "bela"):
        (tmp_path / "subs" / f"{name}.py").write_text(CODE)
    (tmp_path / "roster.csv").write_text("name\n")
    with pytest.raises(ValueError, match=r"people: subs holds anna\.py, bela\.py, which define the same"):
        a_class(tmp_path)
    found = a_class(tmp_path, Rules(names="sections"))
    assert {one.id for one in found.people.students} >= {"anna.py", "bela.py"}
