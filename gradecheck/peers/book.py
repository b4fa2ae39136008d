"""Checks that every disagreement has an explanation, and every explanation a disagreement."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from pathlib import Path
from typing import Any, Final, get_args

from gradecheck.arguments.scope import DTYPES
from gradecheck.packs.pack import Pack
from gradecheck.peers.findings import Disagreement, Explanation, Held, Key, Peer, Peers, Whose
from gradecheck.peers.hold import hold_apart
from gradecheck.verifying.verify import Options

BOOK: Final = "peers.toml"
AT_ONCE: Final = 2
"""Processes at a time; each holds torch and a peer in memory."""

FIELDS: Final[Mapping[str, Any]] = {
    "functions": None,
    "dtypes": list(DTYPES),
    "where": ["asked"],
    "what": None,
    "whose": None,
    "why": None,
}
"""The fields of an explanation, with their defaults."""


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """The entry of each adapter in the folder's peers.toml.

    Raises ValueError for an adapter without an entry, an entry without an adapter, and a malformed file.
    """
    try:
        book = tomllib.loads((folder / BOOK).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        msg = f"peers: {folder / BOOK} cannot be read ({error}), but should list the adapters"
        raise ValueError(msg) from error
    adapters = {file.stem for file in folder.glob("*.py")}
    for name in sorted(adapters ^ set(book)):
        lacks = f"entry in {BOOK}" if name in adapters else "adapter"
        msg = f"peers: {name} has no {lacks}, but should have one; every adapter has both"
        raise ValueError(msg)
    return book


def explanation(peer: str, entry: Mapping[str, Any]) -> Explanation:
    """One entry as a record; raises ValueError for a field too many or too few."""
    said = {**FIELDS, **entry}
    if set(said) != set(FIELDS) or None in said.values() or said["whose"] not in get_args(Whose):
        should = f"{', '.join(FIELDS)}, and whose one of {', '.join(get_args(Whose))}"
        msg = f"peers: an explanation of {peer} has {', '.join(entry)}, but should have {should}"
        raise ValueError(msg)
    keys = product(said["functions"], said["dtypes"], said["where"])
    return Explanation(tuple(Key(peer, *key, said["what"]) for key in keys), said["whose"], said["why"])


def meet(
    pack: Pack, folder: Path, options: Options, apart: Callable[[Pack, Path, Options], Held] = hold_apart
) -> tuple[Peer, ...]:
    """Compare every adapter of the folder; one that lacks a package is skipped."""
    book = read(folder)

    def one(name: str) -> Peer:
        entry = book[name]
        explanations = tuple(explanation(name, e) for e in entry.get("explained", ()))
        versions, missing = _installed(entry["packages"])
        if missing:
            return Peer(name, versions, explanations, None, missing)
        try:
            return Peer(name, versions, explanations, apart(pack, folder / f"{name}.py", options))
        except ValueError as error:
            return Peer(name, versions, explanations, None, broken=str(error))

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return tuple(threads.map(one, book))


def _installed(packages: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    versions, missing = {}, []
    for package in packages:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            missing.append(package)
    return versions, tuple(missing)


def judge(peers: tuple[Peer, ...], environment: Mapping[str, str]) -> Peers:
    """Each disagreement with its explanation, and those of either that are left over."""
    held = [peer for peer in peers if peer.held]
    numbered = list(enumerate((e for peer in held for e in peer.explanations), start=1))
    explained = {key: number for number, e in numbered for key in e.keys}
    whose = {key: e.whose for _, e in numbered for key in e.keys}
    found = {d.key: d for peer in held if peer.held for d in peer.held.disagreements}
    return Peers(
        environment,
        peers,
        explained,
        unexplained=tuple(d for key, d in found.items() if key not in explained),
        stale=tuple(key for _, e in numbered for key in _stale(e, found)),
        contradicted=tuple(d for key, d in found.items() if key in whose and _contradicts(d, whose[key])),
    )


def _stale(explanation: Explanation, found: Mapping[Key, Disagreement]) -> list[Key]:
    """A key for each function without any of the disagreements; one precision or input that shows one is enough."""
    functions = {key.function: key for key in explanation.keys}
    happened = {key.function for key in explanation.keys if key in found}
    return [key for function, key in functions.items() if function not in happened]


def _contradicts(found: Disagreement, whose: str) -> bool:
    witness = found.worst.witness
    if witness is None:
        return False
    torch_is_off = witness.reference_ulp > witness.implementation_ulp
    return torch_is_off != (whose == "torch")
