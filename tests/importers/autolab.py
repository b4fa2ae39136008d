"""Autolab's bulk import of scores: controllers/assessment/grading.rb."""

import csv
import io

TYPES = ("normal", "zeroed", "excused")


def upload(data, problems, emails):
    """The scores of each student by problem, and who gets another grade type. Raises where Autolab would refuse."""
    scores, types = {}, {}
    for row in csv.reader(io.StringIO(data.decode(), newline=""), strict=True):
        if not row:
            continue
        email, *more = row
        assert email in emails
        assert email not in scores
        points, kind = more[: len(problems)], more[len(problems) :]
        scores[email] = {name: float(text) for name, text in zip(problems, points, strict=True) if text.strip()}
        (kind,) = kind
        if kind:
            assert kind in TYPES
            types[email] = kind
    return scores, types
