"""What holding published code against the contracts found, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from gradecheck.numbers.compare import Verdict, worst
from gradecheck.packs.contract import Contract
from gradecheck.verifying.records import Verification, WorstCase

Whose = Literal["convention", "bug", "torch"]
"""Decided by the third witness: they mean another formula or input, they miss what they mean, or torch is off."""

VALUES: Final = "values"
"""Kind of disagreement: a number is off."""


@dataclass(frozen=True)
class Row:
    """One function of a peer in one precision: on what a submission is asked, and on all that torch does."""

    asked: Verification
    everything: Verification

    @property
    def function(self) -> str:
        return self.asked.contract.name

    @property
    def dtype(self) -> str:
        return self.asked.dtype


@dataclass(frozen=True, order=True)
class Key:
    """Which disagreement.

    where: the inputs: "asked" of every submission, or else what sets them apart: "0-d", "empty", "nonfinite",
    "subnormal", "other".  what: a kind of finding (raised, dtype, shape, ...), or VALUES.
    """

    peer: str
    function: str
    dtype: str
    where: str
    what: str


@dataclass(frozen=True)
class Disagreement:
    """One way in which a function does not agree, with the plainest case of it, shrunk, and how many cases show it."""

    key: Key
    contract: Contract
    cases: int
    worst: WorstCase


@dataclass(frozen=True)
class Held:
    """All that one adapter's process found."""

    rows: tuple[Row, ...]
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True)
class Explanation:
    """Why a peer disagrees there: data that a person wrote beside the adapters."""

    keys: tuple[Key, ...]
    whose: Whose
    why: str


@dataclass(frozen=True)
class Peer:
    """One adapter: the packages it needs, what is written about it, and what was found, or why nothing was."""

    name: str
    versions: Mapping[str, str]
    explanations: tuple[Explanation, ...]
    held: Held | None
    missing: tuple[str, ...] = ()
    broken: str | None = None

    @property
    def functions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.function for row in self.held.rows)) if self.held else ()

    def verdict(self, function: str) -> Verdict:
        """On the inputs that are asked, in both precisions."""
        assert self.held is not None
        return worst([row.asked.verdict for row in self.held.rows if row.function == function])


@dataclass(frozen=True)
class Peers:
    """Every peer, the explanations that hold (numbered from 1, as listed), and what is wrong with the bookkeeping.

    unexplained: disagreements without an explanation.
    stale: a key for each function in an explanation of which nothing happened, in neither precision, nowhere.
    contradicted: laid on the peer where the witness has it nearer to the truth than torch, or the other way round.
    """

    environment: Mapping[str, str]
    peers: tuple[Peer, ...]
    explained: Mapping[Key, int]
    unexplained: tuple[Disagreement, ...]
    stale: tuple[Key, ...]
    contradicted: tuple[Disagreement, ...]

    @property
    def passes(self) -> bool:
        return not (self.unexplained or self.stale or self.contradicted or any(peer.broken for peer in self.peers))

    @property
    def explanations(self) -> tuple[tuple[Peer, Explanation], ...]:
        """In the order of their numbers."""
        return tuple((peer, explanation) for peer in self.peers if peer.held for explanation in peer.explanations)
