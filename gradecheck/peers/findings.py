"""What comparing published code found, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from gradecheck.numbers.compare import Verdict, worst
from gradecheck.packs.contract import Contract
from gradecheck.verifying.records import Verification, WorstCase

Whose = Literal["convention", "bug", "torch"]
"""Who is off by the exact value: they mean another formula or input, they miss what they mean, or torch is off."""

VALUES: Final = "values"
"""Kind of disagreement: a number is off."""


@dataclass(frozen=True)
class Row:
    """One function of a peer in one precision: on what submissions are asked, and on all inputs."""

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
    """What identifies a disagreement.

    where: its inputs: "asked" of every submission, or why they are not: "0-d", "empty", "nonfinite", "subnormal",
    "other".  what: a kind of finding (raised, dtype, shape, ...), or VALUES.
    """

    peer: str
    function: str
    dtype: str
    where: str
    what: str


@dataclass(frozen=True)
class Disagreement:
    """One way in which a function disagrees, with its plainest case, shrunk, and how many cases show it."""

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
    """Why a peer disagrees: data that a person wrote beside the adapters."""

    keys: tuple[Key, ...]
    whose: Whose
    why: str


@dataclass(frozen=True)
class Peer:
    """One adapter: the packages it needs, its entry, and what was found, or why nothing was."""

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
        """The verdict on the inputs that are asked, in both precisions."""
        assert self.held is not None
        return worst([row.asked.verdict for row in self.held.rows if row.function == function])


@dataclass(frozen=True)
class Peers:
    """Every peer, the explanations that hold (numbered from 1, as listed), and those that do not.

    unexplained: disagreements without an explanation.
    stale: a key for each function of an explanation that showed none of its disagreements.
    contradicted: explanations that blame the side that is nearer to the truth.
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
        """Every explanation and its peer, by number."""
        return tuple((peer, explanation) for peer in self.peers if peer.held for explanation in peer.explanations)
