"""What a test file asks for: one function held against its twin, or a test for each function of a pack."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from gradecheck.agreement.session import SESSION, Heard
from gradecheck.arguments.regimes import regimes_of
from gradecheck.arguments.scope import EVERYTHING, SUBMISSION, Scope
from gradecheck.cases.narrowing import NarrowingError, keys, narrowed, numbers
from gradecheck.packs import registry
from gradecheck.packs.contract import Contract
from gradecheck.packs.pack import Pack, PackError
from gradecheck.verifying.implementation import Implementation, from_module, load
from gradecheck.verifying.records import Verification
from gradecheck.verifying.verify import EXAMPLES, Options
from gradecheck.verifying.verify import verify as hold
from gradecheck.verifying.wording import failure, verification_sentence

Function = Callable[..., Any]
AnyPack = Pack | ModuleType | str | Path
AnyImplementation = ModuleType | Mapping[str, Function] | str | Path


@dataclass(frozen=True, repr=False)
class Verified:
    """A function that agrees with its twin.    found: in each precision."""

    found: tuple[Verification, ...]

    def __repr__(self) -> str:
        return "\n".join(map(verification_sentence, self.found))


def verify(
    what: str | Contract,
    function: Function,
    *,
    pack: AnyPack | None = None,
    examples: int = EXAMPLES,
    seed: int = 0,
    everything: bool = False,
    **asked: Any,
) -> Verified:
    """Hold a function against its twin, as `gradecheck verify` does.

    what: the name of a function of the pack, or a contract.    pack: by name, module or path; else the usual one.
    everything: also 0-d and empty arrays, NaN, infinities and targets of any sum.
    asked: which inputs, by the keys of an assignment: targets, rows, dtypes, regimes, and the pack's own numbers.

    Raises AssertionError, which says what is wrong, where it does not agree; PackError for a name that there is not;
    NarrowingError for inputs that cannot be asked.
    """
    __tracebackhide__ = True
    contract = _contract(what, pack)
    scope = _scope([contract], everything, asked)
    _only_asked([contract], scope)
    name = getattr(function, "__name__", type(function).__name__)
    subject = Implementation(name, {contract.name: function}, registry.of(contract))
    options = Options(SESSION.examples or examples, seed, scope)
    found = [_told(hold(contract, subject, dtype, options)) for dtype in scope.dtypes]
    wrong = [failure(v) for v in found if not v.verdict.passes]
    if wrong:
        raise AssertionError("\n\n".join(wrong))
    return Verified(tuple(found))


def parametrize(
    pack: AnyPack,
    implementation: AnyImplementation,
    *,
    functions: Sequence[str] = (),
    examples: int = EXAMPLES,
    seed: int = 0,
    everything: bool = False,
    **asked: Any,
) -> Callable[[Function], Function]:
    """Decorate a test that takes `verified`: pytest runs it for each function in each precision.

    It fails, saying what is wrong, before its first line where the function does not agree with its twin or is not
    there; else it is given what was found, as Verified.

    implementation: a module, a mapping of functions by name, or the path of a file, which runs in this process.
    functions: of the pack, those to hold, or all.    For the others, see `verify`.
    """
    import pytest

    found = _pack(pack)
    contracts = [registry.contract(found, name) for name in functions or found.contracts]
    scope = _scope(contracts, everything, asked)
    subject = _implementation(found, implementation)
    options = Options(SESSION.examples or examples, seed, scope)
    tests = [
        pytest.param(functools.partial(hold, contract, subject, dtype, options), id=id)
        for contract in _only_asked(contracts, scope)
        for dtype in scope.dtypes
        for id in [f"{contract.name}-{dtype}"]
    ]

    def decorated(function: Function) -> Function:
        @functools.wraps(function)
        def test(*arguments: Any, verified: Callable[[], Verification], **others: Any) -> Any:
            held = _told(verified())
            if not held.verdict.passes:
                pytest.fail(failure(held), pytrace=False)
            return function(*arguments, verified=Verified((held,)), **others)

        marked: Function = pytest.mark.parametrize("verified", tests)(test)
        return marked

    return decorated


def _told(found: Verification) -> Verification:
    """The same, and whoever listens hears of it."""
    name = f"{found.contract.chapter}.{found.contract.name}"
    heard = Heard(
        name, found.contract.twin, found.dtype, found.verdict.value, found.worst_ratio, found.examples, found.judged
    )
    SESSION.tell(heard)
    return found


# -- what was meant


def _pack(said: AnyPack | None) -> Pack:
    if isinstance(said, Pack):
        return said
    if isinstance(said, ModuleType):
        return registry.load(said.__name__)
    return registry.find(None if said is None else str(said))


def _contract(what: str | Contract, pack: AnyPack | None) -> Contract:
    if isinstance(what, str):
        return registry.contract(_pack(pack), what)
    if not what.pack:
        msg = f"contract {what.name}: it is of no pack, but should be of one; take it from PACK.contracts"
        raise PackError(msg)
    return what


def _scope(contracts: Iterable[Contract], everything: bool, asked: Mapping[str, Any]) -> Scope:
    known = keys(contracts)
    for key in asked:
        if key not in known:
            raise TypeError(f"asked: {key} is not a key, but should be one of {', '.join(known)}")
    return narrowed(EVERYTHING if everything else SUBMISSION, asked, numbers(contracts))


def _only_asked(contracts: Iterable[Contract], scope: Scope) -> list[Contract]:
    """Those that the scope asks something. Raises NarrowingError where that is none."""
    found = [contract for contract in contracts if regimes_of(contract, scope)]
    if not found:
        others = ", ".join(contract.name for contract in contracts)
        raise NarrowingError("regimes", list(scope.regimes), f"one that is asked of {others}")
    return found


def _implementation(pack: Pack, said: AnyImplementation) -> Implementation:
    if isinstance(said, ModuleType):
        return from_module(said, said.__name__, pack)
    return Implementation("the mapping", said, pack) if isinstance(said, Mapping) else load(pack, Path(said))
