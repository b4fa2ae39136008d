"""The namespace of an adapter: its own names, and below them those of the submission, as if they were built in."""

import builtins
from collections.abc import Callable
from typing import Any

Namespace = dict[str, Any]
Take = Callable[[str], Any]
"""Gives the value of a name of the submission. Raises KeyError."""


class Names(dict[str, Any]):
    """The built-in names, and below them those of the submission."""

    def __init__(self, take: Take) -> None:
        super().__init__(vars(builtins))
        self._take = take

    def __missing__(self, name: str) -> Any:
        return self._take(name)


class Theirs:
    """The submission as an object with its names as attributes."""

    def __init__(self, take: Take) -> None:
        self._take = take

    def __getattr__(self, name: str) -> Any:
        try:
            return self._take(name)
        except KeyError:
            message = f"submission has no {name}"
            raise AttributeError(message, name=name, obj=self) from None


class Adapter:
    """namespace: of the adapter alone: what it defines changes nothing in the submission."""

    def __init__(self, theirs: Namespace) -> None:
        """theirs: the submission's namespace, where names are looked up when they are used."""
        self._theirs = theirs
        self.watch: Callable[[str, Any], Any] | None = None
        self.namespace: Namespace = {"__name__": "adapter", "submission": Theirs(self._take)}
        self.namespace["__builtins__"] = Names(self._take)

    def _take(self, name: str) -> Any:
        found = self._theirs[name]
        return found if self.watch is None else self.watch(name, found)
