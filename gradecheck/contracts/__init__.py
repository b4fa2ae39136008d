"""Every contract of the lecture by its function's name, in the lecture's order."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gradecheck.contract import Contract
from gradecheck.contracts import activations, linear, losses, network, sgd

CONTRACTS: Final[Mapping[str, Contract]] = MappingProxyType(
    {c.name: c for chapter in (activations, losses, linear, sgd, network) for c in chapter.CONTRACTS}
)
