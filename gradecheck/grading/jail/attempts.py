"""Edits of a submission on their way to a worker, and what came back of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from gradecheck.grading.jail.answers import Answer, Died, Limit
from gradecheck.grading.jail.inside.protocol import ProtocolError
from gradecheck.grading.jail.unpacking import unpack
from gradecheck.grading.source import Place

Attempt = Sequence[tuple[Place, str]]
"""Changed statements, each with its place: they are tried together."""

ROOM: Final = 64 << 10
"""Bytes that an attempt may answer a case: four times the numbers of the largest argument."""

MOST: Final = 200
MOST_TEXT: Final = 1 << 20  # characters of all statements in a message
PATIENCE: Final = 4
"""Times the seconds of an attempt: on an idle machine its own alarm has ended it long before, unless it sleeps."""

UNTRIED: Final = Limit("time", ran=False)
FORGED: Final = Died("protocol")


def message(attempts: Sequence[Attempt], cases: int, written: int) -> list[list[list[Any]]]:
    """The first attempts, as many as a message holds: at least one, and none where its text alone is too long.

    written: bytes that a worker may answer.
    """
    found: list[list[list[Any]]] = []
    size = 0
    for attempt in attempts[: max(1, min(MOST, written // (ROOM * max(cases, 1))))]:
        size += sum(len(text) for _, text in attempt)
        if size > MOST_TEXT:
            break
        found.append([[place.cell, place.file, text] for place, text in attempt])
    return found


def answered(data: bytes, attempts: int, cases: int, lost: Limit | Died | None) -> list[tuple[Answer, ...]]:
    """The answers to the first of these attempts, up to the one that ended the worker; at least to one.

    lost: why the worker did not say that it is done. If that is the protocol, or these are not the answers of so many
    cases, no answer counts.
    """
    try:
        found = list(unpack(data, attempts * cases + 1))
    except ProtocolError:
        return [(FORGED,) * cases] * attempts
    whole, more = divmod(len(found), cases)
    if lost == FORGED or len(found) > attempts * cases or (lost is None and (more or not whole)):
        return [(FORGED,) * cases] * attempts
    tried = [tuple(found[i * cases : (i + 1) * cases]) for i in range(whole)]
    return tried if lost is None or whole == attempts else [*tried, (lost,) * cases]


def spoilt(answers: Sequence[Answer]) -> bool:
    """Whether an attempt may have left less than there was for the next: such a one is the last of its worker."""
    return any(isinstance(answer, Died) or (isinstance(answer, Limit) and answer.which != "time") for answer in answers)
