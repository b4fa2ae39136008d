"""Makes the sheet of one function: formula, the code of both sides, the bound, the samples, the worst case."""

from __future__ import annotations

from collections.abc import Mapping

from gradecheck.packs import registry
from gradecheck.packs.contract import Contract
from gradecheck.reporting.bound import bound
from gradecheck.reporting.records import Distance, Sheet
from gradecheck.reporting.repro import made_of, repro
from gradecheck.reporting.sources import source, sources
from gradecheck.verifying.implementation import Implementation
from gradecheck.verifying.records import Verification


def sheet(
    contract: Contract,
    implementation: Implementation,
    verifications: Mapping[str, Verification],
    distances: Mapping[str, tuple[Distance, ...]],
    device: str,
) -> Sheet:
    """The sheet of one function. verifications, distances: by dtype."""
    pack = implementation.pack
    others = frozenset(pack.contracts) - {contract.name}
    function = implementation.function(contract)
    worst = {dtype: v.worst for dtype, v in verifications.items() if v.worst is not None}
    return Sheet(
        name=contract.name,
        subject=contract.subject,
        chapter=contract.chapter,
        direction=contract.direction,
        formula=contract.formula,
        latex=contract.latex,
        slide=contract.slide,
        twin=contract.twin,
        results=contract.results,
        implementation=() if function is None else sources(function, others, pack.unshown),
        reference=sources(registry.twin(contract), others),
        stable=None if contract.stable is None else source(contract.stable),
        bound=bound(contract),
        samples={dtype: v.samples for dtype, v in verifications.items()},
        repros={dtype: repro(w, implementation, contract.results, device) for dtype, w in worst.items()},
        made_of={dtype: made_of(w, contract) for dtype, w in worst.items()},
        distances=distances,
    )
