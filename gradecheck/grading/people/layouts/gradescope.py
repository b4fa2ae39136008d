"""Gradescope's export: submission_ID/ for each, and submission_metadata.yml, which says whose they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from gradecheck.grading.people.claim import Claim, Layout, Read
from gradecheck.grading.submissions.carried import UnreadableError
from gradecheck.grading.submissions.items import Item, data
from gradecheck.grading.submissions.names import printable

LIST: Final = "submission_metadata.yml"
NONE: Final = ("", "~", "null")
TIME: Final = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[ T](?P<time>\d\d:\d\d:\d\d)(?:\.\d*)? ?(?P<zone>Z|UTC|[+-]\d\d:\d\d)?"
)


def read(items: Sequence[Item], assignment: str) -> Read:
    metadata = next((item for item in items if item.name == LIST), None)
    if metadata is None:
        return Read((), tuple(items))
    said = _loaded(metadata)
    known = {item.name: item for item in items if item is not metadata}
    claims = [_claim(known[name], told) for name, told in said.items() if name in known]
    return Read(tuple(claims), tuple(item for name, item in known.items() if name not in said))


def _loaded(item: Item) -> Mapping[str, Any]:
    """The list of submissions, whose keys are Ruby's symbols. Raises ValueError where it is none."""
    try:
        import yaml
    except ModuleNotFoundError as error:
        msg = f"people: {LIST} needs PyYAML, which is not installed; pip install 'gradecheck[gradescope]'"
        raise ValueError(msg) from error

    try:
        found = yaml.load(data(item), getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # which makes nothing but texts
        return {name: told for name, told in found.items() if _submitters(told) is not None}
    except (yaml.YAMLError, OSError, UnreadableError, AttributeError, KeyError, TypeError) as error:
        what = printable(str(error).partition("\n")[0])
        msg = f"people: {LIST} cannot be read ({what}), but should be as Gradescope exports it"
        raise ValueError(msg) from error


def _submitters(told: Mapping[str, Any]) -> list[dict[str, str]]:
    """Whose a submission is, by the fields of a roster."""
    fields = (("name", ":name"), ("id", ":sid"), ("email", ":email"))
    return [{field: one[key] for field, key in fields if one.get(key, "") not in NONE} for one in told[":submitters"]]


def _claim(item: Item, told: Mapping[str, Any]) -> Claim:
    members = _submitters(told)
    names = [who.get("name") or who.get("email") or who.get("id", "") for who in members]
    name, first = ", ".join(names), members[0] if members else {}
    when, clock = _when(told.get(":created_at"))
    return Claim(
        item=item,
        key=item.name if len(members) > 1 else first.get("id") or first.get("email") or name or item.name,
        name=name or item.name,
        who=first if len(members) < 2 else {},
        when=when,
        clock=clock,
        members=tuple(members) if len(members) > 1 else (),
        platform={"submission": item.name, "file": item.name},
    )


def _when(told: Any) -> tuple[str, str]:
    """A time as ISO 8601, or as it stands there if it cannot be read."""
    if isinstance(told, Mapping):  # Ruby's time with its zone
        told = told.get("time") or told.get("utc")
    found = TIME.fullmatch(told or "")
    if found is None:
        return "", told or ""
    zone = "+00:00" if found["zone"] in ("Z", "UTC") else found["zone"]
    return f"{found['day']}T{found['time']}{zone or ''}", ""


LAYOUT: Final = Layout("gradescope", "Gradescope's list", read)
