"""Moodle's import of a grading worksheet (mod/assign/feedback/offline) and of feedback files (.../feedback/file)."""

import csv
import io
import zipfile
from dataclasses import dataclass

LANGUAGES = {
    "en": (
        *("Participant ", "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade"),
        *("Grade can be changed", "Last modified (submission)", "Last modified (grade)", "Feedback comments", "."),
    ),
    "de": (
        *("Teilnehmer/in ", "ID", "Vollständiger Name", "E-Mail-Adresse", "Status", "Bewertung", "Bestwertung"),
        *("Bewertung kann geändert werden", "Zuletzt geändert (Abgabe)", "Zuletzt geändert (Bewertung)"),
        *("Feedback als Kommentar", ","),
    ),
    "xx": (
        *("Osallistuja ", "Tunniste", "Koko nimi", "Sähköposti", "Tila", "Arvosana", "Enimmäispisteet"),
        *("Arvosanaa voi muuttaa", "Muokattu (palautus)", "Muokattu (arvosana)", "Palautekommentit", ","),
    ),
}
"""The words of each language, of which the last is what comes before decimals. xx stands for one that nobody knows."""


@dataclass
class Words:
    participant: str
    identifier: str
    name: str
    email: str
    status: str
    grade: str
    most: str
    changed: str
    submitted: str
    modified: str
    comments: str
    decimal: str

    def worksheet(self):
        """The headers of a worksheet."""
        return [
            *(self.identifier, self.name, self.email, self.status, self.grade, self.most, self.changed),
            *(self.submitted, self.modified, self.comments),
        ]


WORDS = {language: Words(*words) for language, words in LANGUAGES.items()}


def upload(data, words, most, participants):
    """The grades and the comments that Moodle would save, each by participant.    most: of the assignment."""
    text = data.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    place = {name: header.index(name) for name in (words.identifier, words.grade, words.modified)}
    comments = header.index(words.comments) if words.comments in header else None
    grades, said = {}, {}
    for row in rows:
        number = row[place[words.identifier]][len(words.participant) :]
        if int(number) not in participants:
            continue
        given = row[place[words.grade]].strip().replace(words.decimal, ".")  # unformat_float
        if given and 0 <= float(given) <= most:
            grades[int(number)] = float(given)
        if comments is not None:
            said[int(number)] = row[comments]
    return grades, said


def feedback(data, participants):
    """The files of each participant, as importziplib.php finds whose they are. Raises where one would be ignored."""
    files = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for path in archive.namelist():
            assert not path.rpartition("/")[2].startswith((".", "~"))
            parts = path.split("/")
            while parts:
                info = parts.pop(0).split("_", 4)
                if len(info) >= 4 and info[1].isdigit() and int(info[1]) in participants:
                    assert (info[2], info[3]) in (("assignfeedback", "file"), ("assignsubmission", "file"))
                    name = "/".join([*info[4:], *parts])
                    assert (int(info[1]), name) not in files
                    files[int(info[1]), name] = archive.read(path)
                    break
            else:
                raise AssertionError(path)
    return files
