"""Times of hand-ins: read from texts, put in order, and held against a deadline."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from typing import Final

PARTS: Final = re.compile(r"(\d{4})\D?(\d\d)\D?(\d\d)(?:\D{0,3}(\d\d)\D?(\d\d)(?:\D?(\d\d))?)?")
"""Year, month and day, with hours, minutes and seconds, whatever stands between them."""


def readable_time(text: str) -> str:
    """A time in a text as ISO 8601; "" where it cannot be read."""
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        pass
    found = PARTS.fullmatch(text.strip())
    if found is None:
        return ""
    try:
        return datetime(*(int(part or 0) for part in found.groups())).isoformat()  # type: ignore[arg-type]  # six numbers
    except ValueError:
        return ""


def has_zone(when: str) -> bool:
    return datetime.fromisoformat(when).tzinfo is not None


def days_late(when: str, deadline: datetime | None, grace_minutes: float) -> int:
    """How many days have begun since the deadline; 0 up to the end of the grace, and where one of them is unknown."""
    if deadline is None or not when:
        return 0
    after = datetime.fromisoformat(when) - deadline
    return 0 if after <= timedelta(minutes=grace_minutes) else math.ceil(after / timedelta(days=1))
