"""A class of forty, with names that a rule for names may trip over, as each platform hands it out."""

import unicodedata

import pytest

CLASS = [
    *("Anna Adler", "Jörg Müller-Lüdenscheidt", "Patrick O'Brien 2", "Ana María de la Cruz", "Li 李", "Ng"),
    *("Late Late", "anna adlerin", "Berta Anna", "É Dupont", "José é", "Jean Luc Marie Petit", "007 Bond"),
    *("Zoë Z.", "Zoe Z."),
    *(f"Student Number{i}" for i in range(25)),
]
IDS = [f"{i:04}" if i % 3 else f"{i}.{i:03}" for i in range(len(CLASS))]
CANVAS, MOODLE = 20_000, 1000
"""What a platform calls the first of them; the others follow."""
ROSTER = "SIS User ID;Name;ID;Email;Login\n" + "".join(
    f"{id};{name};{CANVAS + i};u{i}@example.org;user{i}\n" for i, (name, id) in enumerate(zip(CLASS, IDS, strict=True))
)


def _canvas(i, name):
    first, _, last = name.rpartition(" ")
    plain = "".join(c for c in f"{last}{first}".lower() if c.isalnum() or unicodedata.category(c)[0] == "M")
    return [f"{plain}{'_LATE' * (i % 5 == 0)}_{CANVAS + i}_{70000 + i}_hw_{i}_1.py"]


def _moodle(i, name):
    own = f"{name}_{MOODLE + i}_assignsubmission"
    return [f"{own}_onlinetext/onlinetext.html", f"{own}_file/hw.py"]


def _brightspace(i, name):
    return [f"{500 + i}-9 - {name} - Nov {day}, 2026 {hour}05 PM/hw.py" for day, hour in ((1, 12), (2, 1))]


def _gradescope(i, name):
    return [f"submission_{i}/hw.py"]


PLATFORMS = {"canvas": _canvas, "moodle": _moodle, "brightspace": _brightspace, "gradescope": _gradescope}


def handed_out(folder, platform, code):
    """Write the class into a folder as the platform does; returns the path of what everybody handed in last.

    code: the text of a file, by whose it is and its path.
    """
    newest = []
    for i, name in enumerate(CLASS):
        paths = PLATFORMS[platform](i, name)
        for path in paths:
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(code(i, path), encoding="utf-8")
        newest.append(paths[-1])
    if platform == "gradescope":
        yaml = pytest.importorskip("yaml")
        listed = {
            f"submission_{i}": {":submitters": [{":name": name, ":sid": id}]}
            for i, (name, id) in enumerate(zip(CLASS, IDS, strict=True))
        }
        (folder / "submission_metadata.yml").write_text(yaml.dump(listed, allow_unicode=True), encoding="utf-8")
    return newest
