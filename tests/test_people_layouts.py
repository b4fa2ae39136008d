"""What platforms call things is read back: each platform's own rule, written again here, builds the names."""

import re
import unicodedata
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from gradecheck.grading.people.layouts import LAYOUTS
from gradecheck.grading.submissions.items import Item, at, inside

BY_NAME = {layout.name: layout for layout in LAYOUTS}
HOSTILE = st.sampled_from(
    [
        *(
            "O'Brien_2, Pat",
            "_LATE_, x",
            "a_late_b",
            "007 Bond",
            "Müller-Lüdenscheidt, Jörg",
            "名 前",
            "Anna. B.",
            "é, É",
        ),
        *(
            "Smith, 1 2 3",
            "-rf, x",
            "=cmd(), x",
            "a - b, c",
            "Participant",
            "x+y, z",
            "anon, x",
            "de la Cruz, Ana María",
        ),
    ]
)
NAMES = HOSTILE | st.text(
    st.characters(categories=["L", "N", "P", "Zs", "Mn"], exclude_characters="/\0"), min_size=1, max_size=20
)
FILES = st.sampled_from(
    [
        *(
            "hw3.py",
            "hw_3_1_2.ipynb",
            "1_2_3.py",
            "x_LATE_5_6_y.py",
            "a_assignsubmission_file_b.py",
            "hw3 (1).py",
            "名.py",
        ),
        *("a_7_assignsubmission_file_b.py", "x_attempt_2026-11-01-10-00-00_y.py", "a - Sep 4, 2024 926 PM - b.py"),
    ]
)
IDS = st.integers(1, 10**8)
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)).map(lambda t: t.replace(microsecond=0))


def read(layout, *names, folders=False, assignment="hw3"):
    return BY_NAME[layout].read([Item(name, Path("/nowhere", "x"), folders) for name in names], assignment)


def only(layout, name, folders=False):
    found = read(layout, name, folders=folders)
    assert not found.left
    (claim,) = found.claims
    return claim


# -- Canvas: lib/content_zipper.rb


def word(text):
    """gsub(/[^[[:word:]]]/, ""), with what Ruby calls a word."""
    kinds = {c: unicodedata.category(c) for c in text}
    return "".join(c for c in text if kinds[c][0] in "LM" or kinds[c] in ("Nd", "Pc"))


def canvas(name, user, attachment, original, late=False):
    name = re.sub(r"_(\d+)_", r"\1", name, flags=re.ASCII).lower()
    beginning = word("_".join([name, *["LATE"] * late, str(user)]))
    return f"{beginning}_{attachment}_" + re.sub(r'[\x00/\\:*?"<>|]+', "_", original)


@given(NAMES, IDS, IDS, FILES, st.booleans())
def test_canvas(name, user, attachment, original, late):
    built = canvas(name, user, attachment, original, late)
    before = built.partition("_LATE_")[0] if late else built[: built.index(f"_{user}_{attachment}_")]
    assume(not re.search(r"_\d+$|_\d+_\d+_", before) and not re.fullmatch(r"anon", before))
    claim = only("canvas", built)
    assert (claim.key, claim.late, claim.item.name, claim.text) == (str(user), late, original, False)
    assert claim.name == before
    assert claim.platform == {"user": str(user), "file": built, "attachment": str(attachment)}


@pytest.mark.parametrize("late", [False, True])
def test_canvas_without_names(late):
    built = f"{'LATE_' * late}anon_aB3x9_777001_hw_1_2.py"
    claim = only("canvas", built)
    assert (claim.key, claim.name, claim.late, claim.item.name) == ("aB3x9", "anon aB3x9", late, "hw_1_2.py")
    assert claim.who == {}, "an anonymous id is nobody's on a roster"


def test_an_online_text_of_canvas_is_one():
    for name, late in (("adleranna_20011_text.html", False), ("adleranna_LATE_20011_link.html", True)):
        claim = only("canvas", name)
        assert (claim.key, claim.text, claim.late) == ("20011", True, late)


def test_a_later_version_on_canvas_is_a_later_attempt():
    names = (
        "a_1_11_hw.py",
        "a_1_12_hw-1.py",
        "a_1_13_hw-2.py",
        "a_1_14_data.csv",
        "b_2_15_part-1.py",
        "b_2_16_part-2.py",
    )
    found = read("canvas", *names)
    attempts = {}
    for claim in found.claims:
        attempts.setdefault((claim.key, claim.number), set()).add((claim.item.name, claim.platform["attachment"]))
    assert attempts == {
        ("1", 1): {("hw.py", "11"), ("data.csv", "14")},
        ("1", 2): {("hw.py", "12"), ("data.csv", "14")},
        ("1", 3): {("hw.py", "13"), ("data.csv", "14")},
        ("2", 1): {("part-1.py", "15"), ("part-2.py", "16")},
    }, "part-1.py is no version of a part.py that is not there"


# -- Moodle: mod/assign/classes/downloader.php


def moodle(name, number, kind="file"):
    return f"{name.replace('_', ' ')}_{number}_assignsubmission_{kind}"


@given(NAMES, IDS, FILES, st.sampled_from(["file", "onlinetext"]))
def test_moodle(name, number, original, kind):
    plain = name.replace("_", " ")
    expected = f"Participant {number}" if plain == "Participant" else plain
    built = moodle(name, number, kind)
    for handed, is_folder in ((built, True), (f"{built}_", True), (f"{built}_{original}", False)):
        claim = only("moodle", handed, is_folder)
        assert (claim.key, claim.name, claim.text) == (str(number), expected, kind != "file")
        assert claim.platform == {"participant": str(number), "file": handed}
    assert claim.item.name == original


# -- Brightspace


@given(NAMES, IDS, IDS, TIMES, FILES)
def test_brightspace(name, a, b, time, original):
    assume(" - " not in name and name.strip())
    clock = f"{time:%b} {time.day}, {time.year} {time.hour % 12 or 12}{time:%M %p}"
    built = f"{a}-{b} - {name} - {clock}"
    for handed, is_folder in ((built, True), (f"{built} - {original}", False)):
        claim = only("brightspace", handed, is_folder)
        assert (claim.name, claim.when) == (" ".join(name.split()), time.replace(second=0).isoformat())
        assert (claim.sign, claim.clock) == (str(a), "")
    assert claim.item.name == original


def test_the_index_of_brightspace_is_no_hand_in():
    found = read("brightspace", "index.html", "1-2 - Mary-Ann Smith - Dec 5, 2024 1149 AM - hw3.py")
    assert [claim.when for claim in found.claims] == ["2024-12-05T11:49:00"]
    assert found.left == ()
    assert read("brightspace", "index.html", "hw3.py").claims == ()


def test_a_time_of_brightspace_in_another_language_is_no_time():
    claim = only("brightspace", "1-2 - Anna Adler - Okt 5, 2024 1149 vorm", folders=True)
    assert (claim.name, claim.when, claim.clock) == ("Anna Adler", "", "Okt 5, 2024 1149 vorm")


# -- Blackboard

LOGINS = st.text("abcxyz019.", min_size=1, max_size=8)
HOSTILE_FILE = "x_attempt_2026-11-01-10-00-00_y.py"


@given(st.sampled_from(["HW3", "HW_3", "Exercise 3_a_b", "x.y"]), st.sets(LOGINS, min_size=1, max_size=4), TIMES, FILES)
@example("HW_3", {"aadler"}, datetime(2026, 11, 1, 10), HOSTILE_FILE)
def test_blackboard(assignment, logins, time, original):
    names = {f"{assignment}_{login}_attempt_{time:%Y-%m-%d-%H-%M-%S}_{original}": login for login in logins}
    receipts = [f"{assignment}_{login}_attempt_{time:%Y-%m-%d-%H-%M-%S}.txt" for login in logins]
    found = read("blackboard", *names, *receipts)
    assert found.left == ()
    said = {claim.platform["file"]: claim for claim in found.claims}
    assert {name: said[name].key for name in names} == names
    assert all(said[name].when == time.isoformat() and said[name].item.name == original for name in names)
    assert all(said[name].text and said[name].key in logins for name in receipts)


def test_a_receipt_of_blackboard_says_the_login_and_the_name(tmp_path):
    """Without it nobody could tell that the login is x_anna."""
    (tmp_path / "HW_3_x_anna_attempt_2026-11-01-10-00-00.txt").write_text("Name: Anna (Ann) Adler (x_anna)\nMore: 1\n")
    (tmp_path / "HW_3_x_anna_attempt_2026-11-01-10-00-00_hw3.py").write_text("")
    found = BY_NAME["blackboard"].read([at(path) for path in sorted(tmp_path.iterdir())], "hw3")
    assert {(claim.key, claim.name) for claim in found.claims} == {("x_anna", "Anna (Ann) Adler")}


# -- nbgrader, Classroom 50

STUDENTS = st.text(st.characters(categories=["L", "N", "Pd"], include_characters="._@"), min_size=1, max_size=12)


@given(STUDENTS, TIMES, st.sampled_from(["", "+a1b2c3"]))
def test_nbgraders_exchange(student, time, random):
    claim = only("nbgrader", f"{student}+ps1+{time:%Y-%m-%d %H:%M:%S}.948203 UTC{random}", folders=True)
    assert (claim.key, claim.when) == (student, f"{time.isoformat()}.948203+00:00")


def nbgrader(folder, **stamps):
    for student, stamp in stamps.items():
        for name in stamp:
            (folder / student / name).mkdir(parents=True)
            (folder / student / name / "timestamp.txt").write_text("2026-11-01 12:00:00.000000 UTC\n")
            (folder / student / name / "hw.ipynb").write_text("")
    return folder


def test_nbgraders_folders(tmp_path):
    folder = nbgrader(tmp_path / "submitted", **{"0071": ["ps1"], "b.berg": ["ps1"]})
    for items in (inside(at(folder)), [at(folder)]):
        found = BY_NAME["nbgrader"].read(items, "anything")
        assert {(claim.key, claim.item.name, claim.when) for claim in found.claims} == {
            (student, "ps1", "2026-11-01T12:00:00+00:00") for student in ("0071", "b.berg")
        }


def test_of_several_assignments_of_nbgrader_it_is_the_one_that_is_marked(tmp_path):
    folder = nbgrader(tmp_path / "submitted", anna=["ps1", "ps2"], bela=["ps1"])
    found = BY_NAME["nbgrader"].read(inside(at(folder)), "ps2")
    assert [(claim.key, claim.item.name) for claim in found.claims] == [("anna", "ps2")]
    assert found.left == (), "Bela handed in something else"
    with pytest.raises(ValueError, match=r"submitted holds ps1, ps2, but should hold hw3\.toml"):
        BY_NAME["nbgrader"].read(inside(at(folder)), "hw3")


USERS = st.builds("{}{}".format, st.text("abz09", min_size=1, max_size=6), st.sampled_from(["", "-a", "-0"]))


@given(st.sets(USERS, min_size=1, max_size=5), st.sampled_from(["cs50", "intro-cs"]))
def test_classroom_50(users, classroom):
    found = read("classroom50", *(f"{classroom}-hw3-{user}" for user in users), folders=True)
    assert {claim.key for claim in found.claims} == users
    assert {claim.platform["login"] for claim in found.claims} == users


# -- Gradescope


def gradescope(folder, text, *submissions):
    folder.mkdir(exist_ok=True)
    (folder / "submission_metadata.yml").write_text(text, encoding="utf-8")
    for name in submissions:
        (folder / name).mkdir(exist_ok=True)
    return BY_NAME["gradescope"].read(inside(at(folder)), "hw3")


@given(
    st.lists(
        st.tuples(NAMES, st.sampled_from(["", "0071", "1.5", "a b", "=1", "ü"]), st.emails()),
        min_size=1,
        max_size=4,
        unique_by=lambda m: m[2],
    )
)
def test_gradescope(tmp_path_factory, members):
    yaml = pytest.importorskip("yaml")
    submitters = [{":name": name, ":sid": sid, ":email": email} for name, sid, email in members]
    listed = {"submission_7": {":submitters": submitters, ":created_at": "2026-11-01T12:00:00-08:00", ":score": 1.0}}
    found = gradescope(tmp_path_factory.mktemp("export"), yaml.dump(listed, allow_unicode=True), "submission_7")
    (claim,) = found.claims
    assert claim.when == "2026-11-01T12:00:00-08:00"
    whose = claim.members if len(members) > 1 else (claim.who,)
    assert [who["email"] for who in whose] == [email for *_, email in members]
    assert [who["name"] for who in whose] == [name for name, *_ in members]
    assert [who.get("id", "") for who in whose] == [sid for _, sid, _ in members]
    assert claim.platform["submission"] == "submission_7"


RUBY = """
submission_1:
  :submitters:
  - !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    :name: Anna Adler
    :sid: 0071
    :email: anna@x.org
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: &1 2026-11-01 20:00:00.000000000 Z
    zone: !ruby/object:ActiveSupport::TimeZone
      name: America/Los_Angeles
    time: 2026-11-01 12:00:00.000000000 -08:00
"""


def test_a_list_of_gradescope_with_rubys_objects(tmp_path):
    pytest.importorskip("yaml")
    (claim,) = gradescope(tmp_path / "export", RUBY, "submission_1", "__MACOSX").claims
    assert (claim.name, claim.when) == ("Anna Adler", "2026-11-01T12:00:00-08:00")
    assert claim.key == "0071", "a zero at the beginning of an id is part of it"


@pytest.mark.parametrize("text", ["{", "[1]", "submission_1: 3", "submission_1: {x: 1}", "!!python/object:os.system x"])
def test_a_list_of_gradescope_that_is_none_is_refused(tmp_path, text):
    pytest.importorskip("yaml")
    with pytest.raises(ValueError, match=r"submission_metadata\.yml cannot be read"):
        gradescope(tmp_path / "export", text, "submission_1")


def test_gradescopes_list_without_pyyaml_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    with pytest.raises(ValueError, match="PyYAML"):
        gradescope(tmp_path / "export", RUBY, "submission_1")


# -- which layout it is

EXAMPLES = {
    "canvas": ("a_1_2_hw3.py", "b_LATE_3_4_hw3.py"),
    "moodle": ("Anna Adler_1_assignsubmission_file_hw3.py",),
    "brightspace": ("1-2 - Anna - Sep 24, 2024 926 PM - hw3.py",),
    "blackboard": ("HW3_aadler_attempt_2026-11-01-10-00-00_hw3.py",),
}


@pytest.mark.parametrize("layout", EXAMPLES)
def test_no_layout_takes_the_names_of_another(layout):
    likely = [name for name in BY_NAME if read(name, *EXAMPLES[layout]).is_likely]
    assert likely[0] == layout, "the first one that fits is taken"


@pytest.mark.parametrize(
    "names", [("anna.py", "bela.py"), ("hw_1.py",), ("class.zip", "notes.txt"), ("anna.py", "hw_1_2_x.py")]
)
def test_plain_names_are_no_layout(names):
    assert [name for name in BY_NAME if read(name, *names).is_likely] == []
