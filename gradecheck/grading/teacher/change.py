"""What a teacher changes, as frozen records."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

MARKS: Final = "marks.toml"
"""The file beside the results."""

Kind = Literal["points", "score", "excused", "comment", "extension"]


@dataclass(frozen=True)
class Thing:
    """What of a student is changed.    question: of the points; "" for everything else."""

    kind: Kind
    question: str = ""


@dataclass(frozen=True)
class Change:
    """One entry of marks.toml, or one call of the command. What it leaves alone is None.

    place: where it stands, for messages.    student: as it was written.
    points: of the question, or of the whole where that is "".    extra: they may be above the maximum.
    extension: a new deadline, or days after the assignment's.    undo: take earlier changes back.
    seen: the beginning of the digest of what was handed in when the change was made; None where that is not known.
    """

    place: str
    student: str
    question: str = ""
    points: float | None = None
    extra: bool = False
    excused: bool = False
    comment: str | None = None
    extension: float | datetime | None = None
    undo: bool = False
    because: str = ""
    seen: str | None = None

    @property
    def things(self) -> tuple[Thing, ...]:
        """What it changes."""
        said = {
            Thing("points" if self.question else "score", self.question): self.points is not None,
            Thing("excused"): self.excused,
            Thing("comment"): self.comment is not None,
            Thing("extension"): self.extension is not None,
        }
        return tuple(thing for thing, changed in said.items() if changed)

    @property
    def on_what_was_seen(self) -> bool:
        """Whether it is about what was handed in, and not only about when that is due."""
        return any(thing.kind != "extension" for thing in self.things)


@dataclass(frozen=True)
class Standing:
    """What counts of all changes, by the id of a student.    replaced: where a later one took an earlier's place.

    file: the content of marks.toml that says so, as it was read.
    """

    by: Mapping[str, Mapping[Thing, Change]] = field(default_factory=dict)
    replaced: tuple[str, ...] = ()
    file: bytes = b""


def digest_of(file: bytes) -> str:
    """Of the content of marks.toml; "" where that is nothing."""
    return hashlib.sha256(file).hexdigest() if file else ""
