"""Brightspace's import of grades, as its help describes it (community.d2l.com, 3538: importing grades)."""

import csv
import io


def upload(data, students, items):
    """The grades that would be saved.    students: (OrgDefinedId, Username) of each.    items: most points by name."""
    header, *rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    assert header[-1] == "End-of-Line Indicator"
    keys = {name: header.index(name) for name in ("OrgDefinedId", "Username") if name in header}
    assert keys
    (item,) = (name for name in header[:-1] if name not in keys)
    assert " Points Grade" in item
    assert item.partition(" Points Grade")[0] in items, "a new item would be made"
    grades = {}
    for row in rows:
        assert row[-1] == "#"
        assert len(row) == len(header)
        said = {name: row[place].removeprefix("#") for name, place in keys.items()}
        (student,) = (
            (org, user)
            for org, user in students
            if said.get("OrgDefinedId", org) == org and said.get("Username", user) == user
        )
        assert student not in grades
        grades[student] = min(float(row[header.index(item)]), items[item.partition(" Points Grade")[0]])
    return grades
