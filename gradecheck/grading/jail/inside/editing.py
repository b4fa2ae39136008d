"""Edits of a submission: statements at its top level are run anew with a change, and all is undone after that.

A changed function or class takes the place of the old one by becoming what the old one is: whoever holds the old one,
under another name, in a dictionary, in a wrapper or as the class of an object, has the new one while the edit lasts.
Any other value takes the old one's place under its name, wherever a module of the submission imported it.
"""

import __future__

import contextlib
import functools
import types
from collections.abc import Callable, Iterator
from typing import Any

from .loading import Layout

Namespace = dict[str, Any]
OF_A_FUNCTION = ("__code__", "__defaults__", "__kwdefaults__", "__dict__")
OF_ITS_CLASS = ("__dict__", "__weakref__")  # these stay with the class that they were made for
FREE = "__class__"  # what super() needs
HOLD, MOST_HELD = (dict, list, set), 1000


class Edits:
    """The changes of one edit.    run: runs a stranger's code, under an alarm.

    namespaces: of the submission's modules, and of its adapter.
    """

    def __init__(self, layout: Layout, namespaces: list[Namespace], run: Callable[..., Any]) -> None:
        self._layout, self._namespaces, self._run = layout, namespaces, run
        self._undo = contextlib.ExitStack()
        for namespace in namespaces:
            for value in list(namespace.values()):
                if type(value) in HOLD and len(value) <= MOST_HELD:
                    self._undo.callback(_refill, value, value.copy())
        for namespace in namespaces:
            self._undo.callback(_refill, namespace, namespace.copy())

    def undo(self) -> None:
        """Everything as it was: names, functions, classes, and what dictionaries, lists and sets at the top hold."""
        self._undo.close()

    def change(self, cell: int, file: str, text: str) -> None:
        """Run a changed statement, of a cell or, where that is not "", of a file beside the cells.

        Raises what the statement raises, and ImportError where its file was not imported.
        """
        name, own = self._module(file) if file else (f"<cell {cell}>", vars(self._layout.main))
        code = _compiled(text, name)
        before = own.copy()
        self._run(exec, code, own)
        for key, old in before.items():
            new = own.get(key, old)
            if new is old:
                continue
            known = any(new is value for value in before.values())  # another name for what is there
            place = None if known else next(_places(old, new, own), None)
            if place is not None:
                self._undo.callback(_set, place, _state(place))
                _become(place, new)
                own[key] = old
                continue
            for namespace in self._namespaces:
                if namespace.get(key) is old:
                    namespace[key] = new

    def _module(self, file: str) -> tuple[str, Namespace]:
        """The name of an imported file, as its code has it, and its namespace."""
        for namespace in self._namespaces:
            name = namespace.get("__file__")
            if type(name) is str and self._layout.place(name) == file:
                return name, namespace
        message = f"{file} was not imported"
        raise ImportError(message)


@functools.lru_cache(maxsize=100)  # of two changes that are tried together, one is often the same
def _compiled(text: str, name: str) -> types.CodeType:
    """Annotations are not evaluated: they change no value."""
    code: types.CodeType = compile(text, name, "exec", __future__.annotations.compiler_flag, dont_inherit=True)
    return code


def _refill(holder: Any, held: Any) -> None:
    """Let a dictionary, a list or a set hold what it held. A dictionary is never empty: it may be that of builtins."""
    if type(holder) is dict:
        for key in [key for key in holder if key not in held]:
            del holder[key]
        holder.update(held)
    else:
        holder.clear()
        (holder.extend if type(holder) is list else holder.update)(held)


# -- functions and classes


def _places(old: Any, new: Any, own: Namespace) -> Iterator[Any]:
    """The old function or class that can become the new one: the old value itself, or what a wrapper of it holds."""
    if type(new) is types.FunctionType:
        for one in (old, *_held(old, new.__name__)):
            if type(one) is types.FunctionType and one.__globals__ is own and _cells(one).keys() == _cells(new).keys():
                yield one
    elif isinstance(old, type) and isinstance(new, type):
        here = all(vars(one).get("__module__") == own.get("__name__") for one in (old, new))
        slots = any("__slots__" in vars(one) for one in (old, new))
        if here and not slots and old.__bases__ == new.__bases__ and type(old) is type(new):
            yield old


def _held(wrapper: Any, name: str) -> Iterator[Any]:
    """The functions of that name in a wrapper: np.vectorize, functools.partial, or a function around a function."""
    found = [getattr(wrapper, attribute, None) for attribute in ("__wrapped__", "pyfunc", "func")]
    if type(wrapper) is types.FunctionType:
        found += _cells(wrapper).values()
    yield from (one for one in found if type(one) is types.FunctionType and one.__name__ == name)


def _cells(function: types.FunctionType) -> dict[str, Any]:
    """The values of its free variables. Raises ValueError where one has none."""
    cells = function.__closure__
    if cells is None:  # as for most
        return {}
    return {name: cell.cell_contents for name, cell in zip(function.__code__.co_freevars, cells, strict=True)}


def _become(old: Any, new: Any) -> None:
    """Make the old function or class the same as the new one."""
    for value in list(vars(new).values()) if isinstance(new, type) else []:
        for function in (value, *(getattr(value, name, None) for name in ("__func__", "fget", "fset", "func"))):
            if type(function) is types.FunctionType and FREE in function.__code__.co_freevars:
                (function.__closure__ or ())[function.__code__.co_freevars.index(FREE)].cell_contents = old
    _set(old, _state(new))


def _state(one: Any) -> Any:
    """All that a function or a class is."""
    if isinstance(one, type):
        return dict(vars(one))
    return [getattr(one, name) for name in OF_A_FUNCTION], [*_cells(one).values()]


def _set(one: Any, state: Any) -> None:
    """Past what a metaclass does when attributes are set."""
    if isinstance(one, type):
        for name in vars(one).keys() - state.keys() - {*OF_ITS_CLASS}:
            type.__delattr__(one, name)
        for name, value in state.items():
            if name not in OF_ITS_CLASS:
                type.__setattr__(one, name, value)
        return
    for name, value in zip(OF_A_FUNCTION, state[0], strict=True):
        setattr(one, name, value)
    for cell, value in zip(one.__closure__ or (), state[1], strict=True):
        cell.cell_contents = value
