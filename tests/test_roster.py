"""A roster is read as any platform exports it, and people are found on it, or nobody is."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradecheck.grading.people.matching import Roster
from gradecheck.grading.people.roster import Person, decoded, read

TEXTS = st.text(st.characters(codec="cp1252", categories=["L", "N", "P", "Zs"]), max_size=12).map(str.strip)
WORDS = TEXTS.filter(bool)
IDS = st.sampled_from(["0071", "12.345.678", "a.b", "=1", "s-1", "1e3", "ü9"])
EXPORTS = {
    "canvas": ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "HW3 (77)"),
    "moodle": ("First name", "Last name", "ID number", "Email address", "Groups"),
    "moodle in German": ("Vorname", "Nachname", "ID-Nummer", "E-Mail-Adresse", "Gruppen"),
    "brightspace": ("OrgDefinedId", "Username", "Last Name", "First Name", "Email", "End-of-Line Indicator"),
    "blackboard": ("Last Name", "First Name", "Username", "Student ID", "Last Access", "Availability"),
    "gradescope": ("First Name", "Last Name", "SID", "Email", "Sections"),
    "plain": ("group", "email", "name", "id"),
}
FIELDS = {
    "Student": "name",
    "name": "name",
    "ID": "user",
    **dict.fromkeys(("SIS User ID", "ID number", "ID-Nummer", "OrgDefinedId", "Student ID", "SID", "id"), "id"),
    **dict.fromkeys(("SIS Login ID", "Username"), "login"),
    **dict.fromkeys(("Email address", "E-Mail-Adresse", "Email", "email"), "email"),
    **dict.fromkeys(("First name", "Vorname", "First Name"), "first"),
    **dict.fromkeys(("Last name", "Nachname", "Last Name"), "last"),
    **dict.fromkeys(("Section", "Groups", "Gruppen", "Sections"), "section"),
    "group": "group",
}


@given(
    st.sampled_from(list(EXPORTS)),
    st.sampled_from([("utf-8", b""), ("utf-8-sig", b""), ("utf-16", b""), ("cp1252", b"")]),
    st.sampled_from(",;\t"),
    st.lists(st.tuples(IDS, WORDS, TEXTS), max_size=5, unique_by=lambda line: line[0]),
    st.randoms(use_true_random=False),
)
def test_a_roster_is_read_in_any_order_and_encoding(platform, encoding, delimiter, people, random):
    header = random.sample(EXPORTS[platform], len(EXPORTS[platform]))
    said = [
        {"id": id, "user": str(i), "login": f"u{i}", "email": f"{i}@x.org", "name": f"{last}, {first}"}
        | {"first": first, "last": last, "section": "S", "group": "G"}
        for i, (id, first, last) in enumerate(people)
    ]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([line.get(FIELDS.get(cell, ""), "#") for cell in header] for line in said)
    found = read(decoded(text.getvalue().encode(encoding[0])), "roster.csv")
    known = {FIELDS[cell] for cell in header if cell in FIELDS}
    assert [{field: getattr(person, field) for field in known} for person in found] == [
        {field: line[field] for field in known} for line in said
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"has the columns nothing, but should have one that says who it is"),
        ("colour,taste\nred,sweet\n", r"has the columns colour, taste, but should"),
        ("id,name\n7,Anna\n7,Bela\n", r"roster\.csv has id '7' in the lines 2 and 3, but should have it once"),
        ("id,email\n1,A@x.org\n2,a@x.org\n", r"has email 'a@x\.org' in the lines 2 and 3"),
        ("name\nAnna\nBela\nAnna\n", r"has 'Anna' in the lines 2 and 4, but should have ids"),
    ],
)
def test_a_roster_in_which_people_cannot_be_told_apart_is_refused(text, said):
    with pytest.raises(ValueError, match=said):
        read(text, "roster.csv")


def test_what_is_no_student_is_left_out():
    canvas = read('Student,ID,Section\n    Points Possible,,\n"Adler, Anna",20011,A\n', "r.csv")
    assert [(person.name, person.id) for person in canvas] == [("Adler, Anna", "20011")]
    moodle = read("Name,Email,Role\nAnna,a@x.org,Student\nDr. X,x@x.org,Instructor\n", "r.csv")
    assert [person.name for person in moodle] == ["Anna"]


def test_the_worksheet_of_moodle_has_the_number_of_its_hand_ins():
    for header in ("Identifier", "Kennung", "Identifiant"):
        (person,) = read(f"{header},Full name\nParticipant 100001,Anna Adler\n", "r.csv")
        assert (person.participant, person.id, person.key) == ("100001", "", "100001")
    (person,) = read("Identifiant,Nom\nadupont2,Dupont\n", "r.csv")
    assert (person.participant, person.id) == ("", "adupont2"), "another identifier is no participant's number"


def test_the_line_in_which_excel_names_its_separator_is_no_header():
    (person,) = read("sep=;\r\nid;name\r\n7;Adler, Anna\r\n", "r.csv")
    assert (person.id, person.name) == ("7", "Adler, Anna")


def test_a_hash_before_an_id_guards_its_zeros():
    (person,) = read("OrgDefinedId,Username,End-of-Line Indicator\n#0071,#aadler,#\n", "r.csv")
    assert (person.id, person.login) == ("0071", "aadler")


# -- who it is

ANNA = Person(2, id="a1", name="Adler, Anna Maria", login="aadler", email="anna@x.org", user="20011")
BELA = Person(3, id="b2", first="Béla", last="van der Berg", login="bberg", participant="100002")
TWINS = (Person(4, id="c1", name="Cora Cole"), Person(5, id="c2", name="Cora Cole"))
CLASS = Roster((ANNA, BELA, *TWINS))


@pytest.mark.parametrize(
    ("name", "who", "found"),
    [
        ("Anna Maria Adler", {}, [ANNA]),
        ("Adler, Anna Maria", {}, [ANNA]),
        ("adlerannamaria", {}, [ANNA]),
        ("vanderbergbéla", {}, [BELA]),
        ("bergbélavander", {}, [BELA]),
        ("BÉLA  van der berg", {}, [BELA]),
        ("anyone", {"user": "20011"}, [ANNA]),
        ("Anna Maria Adler", {"user": "999"}, []),
        ("anyone", {"participant": "100002"}, [BELA]),
        ("anyone", {"email": "ANNA@x.org"}, [ANNA]),
        ("Cora Cole", {}, list(TWINS)),
        ("Cora Cole", {"id": "c2"}, [TWINS[1]]),
        ("Cora", {}, []),
        ("x", {"id": "a1", "login": "bberg"}, [ANNA, BELA]),
    ],
)
def test_somebody_is_found_by_an_id_or_else_by_name(name, who, found):
    assert CLASS.find(name, who) == found


def test_nobody_is_found_by_a_name_that_is_left_out():
    anna, dana = Person(2, id="a1", name="Anna Adler"), Person(3, id="d4")
    roster = Roster((anna, dana, Person(4, id="e5", name="-")))
    for name in ("", " ", ",", "_"):
        assert roster.find(name, {"email": "zed@x.org"}) == []
        assert roster.called(name) == []


BERG, ADLER = Person(2, id="20011", name="Bela Berg"), Person(3, id="a1", name="Anna Adler")
TWIN, NAMELESS = Person(4, id="20012", name="Adler, Anna"), Person(5, id="20013")


@pytest.mark.parametrize(
    ("name", "user", "found"),
    [
        ("bergbela", "20011", [BERG]),
        ("adleranna", "20011", [ADLER, TWIN]),
        ("adleranna", "20012", [TWIN]),
        ("dorndana", "20011", []),
        ("dorndana", "20013", [NAMELESS]),
        ("bergbela", "20013", [NAMELESS, BERG]),
    ],
)
def test_canvas_number_may_be_a_school_id_of_somebody_else(name, user, found):
    assert Roster((BERG, ADLER, TWIN, NAMELESS)).find(name, {"user": user}) == found


def test_the_id_in_canvas_gradebook_is_canvas_number():
    lines = '"Berg, Bela",20011,A\n'
    (bela,) = read(f"Student,ID,Section\n    Points Possible,,\n{lines}", "r.csv")
    assert Roster((bela,)).find("Annie", {"user": "20011"}) == [bela]
    (bela,) = read(f"Student,ID,Section\n{lines}", "r.csv")
    assert Roster((bela,)).find("Annie", {"user": "20011"}) == []
    (bela,) = read(f"Student,Canvas ID,Section\n{lines}", "r.csv")
    assert (bela.id, Roster((bela,)).find("Annie", {"user": "20011"})) == ("20011", [bela])


@pytest.mark.parametrize(
    ("name", "found"),
    [
        *(("aadler.py", [ANNA]), ("a1.tar.gz", [ANNA]), ("anna@x.org", [ANNA]), ("Anna Maria Adler.ipynb", [ANNA])),
        *(("adler_anna_maria.zip", [ANNA]), ("cora_cole.py", list(TWINS)), ("hw3.py", []), ("aadler2.py", [])),
    ],
)
def test_a_file_may_be_called_as_a_person_is(name, found):
    assert CLASS.called(name) == found


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=8), min_size=2, max_size=4))
def test_a_name_is_found_in_every_order_in_which_platforms_write_it(words):
    first, last = " ".join(words[:-1]), words[-1]
    for person in (Person(2, id="1", first=first, last=last), Person(2, id="1", name=f"{last}, {first}")):
        roster = Roster((person,))
        for written in (f"{first} {last}", f"{last}, {first}", f"{last}{first}".replace(" ", "").lower()):
            assert roster.find(written, {}) == [person]
