"""The answers of every catalogued mistake on the banked cases: a worker gives them, and they are kept on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gradecheck.grading.bank import packed
from gradecheck.grading.bank.store import BankedQuestion
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.session import Session
from gradecheck.grading.judging import kept
from gradecheck.grading.judging.traces import Trace, trace
from gradecheck.grading.judging.trying import try_all
from gradecheck.packs import catalogues, registry
from gradecheck.packs.mistakes.mistake import Mistake

JUDGING: Final = "gradecheck.grading.judging.trying"
WHAT: Final = "mistakes"
PATIENT: Final = Limits(question=120.0, load=60.0)


def known(banked: BankedQuestion) -> Sequence[tuple[Mistake, Trace]]:
    """Every catalogued mistake of the function with its answers; from disk if they are there."""
    traces = kept.traces(WHAT, banked, _code(banked), build)
    return tuple(zip(catalogues.mistakes(banked.contract), traces, strict=True))


def kept_in(banked: BankedQuestion) -> Path:
    """The file that keeps these answers, made if need be."""
    known(banked)
    return kept.path(WHAT, banked, _code(banked))


def _code(banked: BankedQuestion) -> str:
    """A digest of all that computes the answers beside the bank."""
    pack = registry.of(banked.contract)
    return packed.digest(pack, JUDGING, *([pack.mistakes] if pack.mistakes else []))


def build(banked: BankedQuestion) -> list[Trace]:
    """Call every mistake of the function in a worker."""
    names = {f"mistake_{i}": mistake.id for i, mistake in enumerate(catalogues.mistakes(banked.contract))}
    if not names:
        return []
    pack = registry.of(banked.contract)
    lines = [f"from {pack.mistakes} import MISTAKES", "_wrong = {m.id: m.wrong for m in MISTAKES}"]
    lines += [f"{name} = _wrong[{id!r}]" for name, id in names.items()]
    with Session((packed.cell(packed.sources(pack, pack.mistakes)), "\n".join(lines)), isolation(), PATIENT) as session:
        return [trace(try_all(session, name, banked).judged) for name in names]
