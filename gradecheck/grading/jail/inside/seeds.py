"""Random numbers that are the same on every run: those that a submission draws without a seed of its own.

What asks the system for chance (os.urandom, and through it secrets, uuid4, default_rng() and RandomState()) gets
numbers from one stream. `random`, and `np.random` where the submission has imported it, are seeded from that stream.
Generators at module level are set back to the state that they had once the file was loaded.
"""

import importlib
import os
import random
import sys
from collections.abc import Iterable
from typing import Any

_stream = random.Random(0)
_seed_of_random = random.Random.seed


def _urandom(size: int, /) -> bytes:
    return _stream.getrandbits(8 * size).to_bytes(size, "little") if size else b""


def _seed(self: random.Random, a: Any = None, version: int = 2) -> None:
    """As random.Random.seed, but without a seed it takes one from our stream."""
    _seed_of_random(self, _stream.getrandbits(256) if a is None else a, version)


def install() -> None:
    """Replace the system's random numbers, before a stranger's line runs."""
    os.urandom = _urandom
    vars(random)["_urandom"] = _urandom  # bound there when it was imported
    random.Random.seed = _seed  # type: ignore[method-assign]
    random.seed = random._inst.seed


def expect() -> None:
    """Import numpy.random, so that it is seeded before the first number is drawn."""
    importlib.import_module("numpy.random")


class Chance:
    """The random numbers of a submission. After loading, its own generators are known, and reset for every call."""

    def __init__(self) -> None:
        self._kept: list[tuple[Any, Any]] = []

    def know(self, namespaces: Iterable[dict[str, Any]]) -> None:
        """Remember the states of generators that are named at module level, or are a function's default."""
        numbers = sys.modules.get("numpy.random")
        kinds = (random.Random, *((numbers.Generator, numbers.RandomState) if numbers is not None else ()))
        found: dict[int, Any] = {}
        for namespace in namespaces:
            for value in list(namespace.values()):
                defaults = getattr(value, "__defaults__", None)
                for one in (value, *(defaults if type(defaults) is tuple else ())):
                    if type(one) in kinds:
                        found[id(one)] = one
        self._kept = [(one, _state(one)) for one in found.values()]

    def begin(self, seed: int) -> None:
        """Seed everything: the same numbers follow for the same seed."""
        _seed_of_random(_stream, seed)
        _seed_of_random(random._inst, _stream.getrandbits(256))
        seed_of_numpy, numbers = _stream.getrandbits(32), sys.modules.get("numpy.random")
        if numbers is not None:
            numbers.mtrand._rand.seed(seed_of_numpy)
        for one, state in self._kept:
            _set_state(one, state)


def _state(one: Any) -> Any:
    if isinstance(one, random.Random):
        return one.getstate()
    return one.bit_generator.state if hasattr(one, "bit_generator") else one.get_state()


def _set_state(one: Any, state: Any) -> None:
    if isinstance(one, random.Random):
        one.setstate(state)
    elif hasattr(one, "bit_generator"):
        one.bit_generator.state = state
    else:
        one.set_state(state)
