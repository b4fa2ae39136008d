"""Classroom 50's check of a result: validate_result of runner.py; result_v1.json says the same as a schema."""

import json
from pathlib import Path

SCHEMA = json.loads(Path(__file__).with_name("result_v1.json").read_text(encoding="utf-8"))


def refused(data, classroom, assignment, owner, kind):
    """Why the result would be refused; None where it would be taken."""
    if not isinstance(data, dict) or data.get("schema") != "classroom50/result/v1":
        return "schema"
    for key, wanted in (("classroom", classroom), ("assignment", assignment), ("assignment_type", kind)):
        if data.get(key) != wanted:
            return key
    if not isinstance(data.get("owner"), str) or data["owner"].lower() != owner.lower():
        return "owner"
    if not isinstance(data.get("submission"), str) or not data["submission"].startswith("submit/"):
        return "submission"
    for key in ("commit", "release", "review", "datetime"):
        if not isinstance(data.get(key), str) or not data[key]:
            return key
    if not isinstance(data.get("tests"), list):
        return "tests"
    for scored in (data, *data["tests"]):
        score, most = scored.get("score"), scored.get("max-score")
        if not all(type(x) is int and x >= 0 for x in (score, most)) or score > most:
            return "score"
    for test in data["tests"]:
        if not isinstance(test.get("test-name"), str) or not test["test-name"] or type(test.get("passed")) is not bool:
            return "tests"
    return None
