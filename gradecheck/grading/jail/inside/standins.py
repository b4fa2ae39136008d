"""Stand-ins for packages that change no value: they show something, or declare types.

A package is here if every number stays as it is without it: plots, progress bars, tables, colours, displays; checks
of types; numba, which makes the same function faster. A package that loads, computes or draws numbers is not here.
"""

import builtins
import functools
import importlib.machinery
import itertools
import opcode
import sys
import types
import typing
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

PLOTS = ("matplotlib", "mpl_toolkits", "pylab", "seaborn", "plotly", "bokeh", "altair", "graphviz", "wandb", "visdom")
BARS = ("tqdm", "alive_progress", "progressbar", "progress", "fastprogress")
WORDS = ("rich", "colorama", "termcolor", "tabulate", "prettytable", "texttable", "pyfiglet", "loguru", "icecream")
NOTEBOOK = ("IPython", "ipywidgets", "jupyterthemes")
MEASURED = ("memory_profiler", "line_profiler")
TYPES = ("jaxtyping", "beartype", "typeguard", "nptyping", "typing_extensions")
NAMES = frozenset((*PLOTS, *BARS, *WORDS, *NOTEBOOK, *MEASURED, *TYPES, "numba"))

DRAWN = (
    "annotate", "axes", "axhline", "axis", "axvline", "bar", "barh", "boxplot", "cla", "clf", "close", "colorbar",
    "contour", "contourf", "draw", "errorbar", "figure", "fill_between", "gca", "gcf", "grid", "hist", "imshow", "ioff",
    "ion", "legend", "loglog", "matshow", "pause", "pcolormesh", "pie", "plot", "rcParams", "savefig", "scatter",
    "semilogx", "semilogy", "show", "step", "subplot", "subplots", "suptitle", "text", "tight_layout", "title",
    "xlabel", "xlim", "xticks", "ylabel", "ylim", "yticks",
)  # fmt: skip
STARRED = {  # what `from ... import *` brings
    "matplotlib.pyplot": DRAWN,
    "matplotlib.pylab": (*DRAWN, *np.__all__, "np", "plt"),
    "pylab": (*DRAWN, *np.__all__, "np", "plt"),
    "tqdm": ("tqdm", "trange", "tqdm_notebook", "tnrange"),
    "tqdm.auto": ("tqdm", "trange"),
    "tqdm.notebook": ("tqdm", "trange"),
    "IPython.display": ("display", "clear_output", "HTML", "Image", "Markdown", "Math", "Latex", "SVG"),
    "ipywidgets": ("interact", "interactive", "fixed", "IntSlider", "FloatSlider", "Dropdown", "Button", "Output"),
    "numba": ("njit", "jit", "prange", "vectorize", "float32", "float64", "int32", "int64", "boolean", "void"),
    "jaxtyping": ("Array", "Float", "Float32", "Float64", "Int", "Num", "Shaped", "Bool", "jaxtyped"),
    "termcolor": ("colored", "cprint"),
    "colorama": ("Fore", "Back", "Style", "init"),
}
COMPUTES = {"numba": ("cuda", "cfunc", "guvectorize", "objmode", "stencil", "typed")}  # and so are not there
PASSES_ON = (
    *("tqdm", "tqdm_notebook", "track", "alive_it", "progressbar", "ProgressBar", "progress_bar", "master_bar"),
    *("Bar", "Spinner", "IncrementalBar", "ChargingBar"),
)


def _same(value: Any = None, *_: Any, **__: Any) -> Any:
    """Returns its argument."""
    return value


def _printed(*said: Any, sep: str = " ", end: str = "\n", **_: Any) -> None:
    """A print that takes styles and colours."""
    print(*said, sep=sep, end=end)


class Inert:
    """An object that allows everything and does nothing."""

    def __init__(self, name: str = "") -> None:
        vars(self)["_name"] = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):  # only those below are there
            raise AttributeError(name)
        return found(name)

    def __call__(self, *given: Any, **named: Any) -> Any:
        """As a decorator, it returns the function unchanged."""
        if len(given) == 1 and not named and isinstance(given[0], DECORATED):
            return given[0]
        return Inert()

    def __iter__(self) -> Iterator[Any]:
        """As many things as the caller unpacks; where it does not unpack, none."""
        frame = sys._getframe(1)
        code, at = frame.f_code.co_code, frame.f_lasti
        if code[at] in (UNPACK, UNPACK_MORE):
            return iter([Inert() for _ in range(code[at + 1])])
        return iter(())

    def _itself(self, *_: Any) -> Any:
        return Inert()

    def _no(self, *_: Any) -> bool:
        return False

    def _zero(self) -> int:
        return 0

    def _nothing(self, *_: Any) -> None:
        return None

    def _empty(self, *_: Any) -> str:
        return ""

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()

    def __float__(self) -> float:
        return 0.0

    def __enter__(self) -> Any:
        return Inert()

    __getitem__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _itself
    __or__ = __ror__ = __and__ = __rand__ = __floordiv__ = __mod__ = __pow__ = __neg__ = __matmul__ = _itself
    __bool__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __instancecheck__ = __subclasscheck__ = __exit__ = _no
    __len__ = __int__ = __index__ = _zero
    __setattr__ = __setitem__ = __delitem__ = __delattr__ = _nothing
    __str__ = __repr__ = __format__ = _empty


DECORATED = (types.FunctionType, type, staticmethod, classmethod)
UNPACK, UNPACK_MORE = opcode.opmap["UNPACK_SEQUENCE"], opcode.opmap["UNPACK_EX"]


class Bar(Inert):
    """A progress bar: it iterates over its argument."""

    def __init__(self, iterable: Any = None, *_: Any, **__: Any) -> None:
        super().__init__()
        vars(self)["iterable"] = iterable

    def __getattr__(self, name: str) -> Any:
        if name == "keys":  # or it would be taken for a mapping
            raise AttributeError(name)
        return super().__getattr__(name)

    def __iter__(self) -> Iterator[Any]:
        return iter(()) if self.iterable is None else iter(self.iterable)

    def __len__(self) -> int:
        return len(self.iterable) if hasattr(self.iterable, "__len__") else 0

    def __bool__(self) -> bool:
        return self.iterable is not None

    def __enter__(self) -> Any:
        return self

    def __call__(self, iterable: Any = None, *_: Any, **__: Any) -> Any:
        return Bar(iterable)

    def iter(self, iterable: Any) -> Any:
        return Bar(iterable)

    @staticmethod
    def write(*said: Any, **_: Any) -> None:
        print(*said)


def _vectorized(*given: Any, **named: Any) -> Any:
    """numba.vectorize, as a decorator with and without arguments."""
    if len(given) == 1 and isinstance(given[0], types.FunctionType):
        return functools.wraps(given[0])(np.vectorize(given[0]))
    return _vectorized


OTHERWISE: dict[str, Callable[..., Any] | type] = {
    **dict.fromkeys(PASSES_ON, Bar),
    **dict.fromkeys(("trange", "tnrange"), lambda *n, **_: Bar(range(*n))),
    "tenumerate": lambda iterable, start=0, **_: enumerate(iterable, start),
    "tzip": lambda *iterables, **_: zip(*iterables),  # noqa: B905  # as the packages' own
    "tmap": lambda function, *iterables, **_: map(function, *iterables),
    "tproduct": lambda *iterables, **_: itertools.product(*iterables),
    "prange": range,
    "vectorize": _vectorized,
    "print": _printed,
    "rprint": _printed,
    "ic": _same,
    "colored": _same,
    "check_type": _same,
}
"""Names that still do something: loops iterate, a print prints."""


def found(name: str) -> Any:
    return OTHERWISE[name] if name in OTHERWISE else Inert(name)


class StandIn(types.ModuleType):
    """A module in which every name is there."""

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return STARRED.get(self.__name__, ())
        if name == "__version__":
            return "0"
        if name.startswith("__") or name in COMPUTES.get(self.__name__, ()):
            message = f"module {self.__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        if self.__name__ in TYPES and hasattr(typing, name):
            return getattr(typing, name)
        if self.__name__ in ("pylab", "matplotlib.pylab") and name not in DRAWN and (name == "np" or hasattr(np, name)):
            return np if name == "np" else getattr(np, name)  # pylab has NumPy's names, too
        return found(name)

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Calls the function of the module's name, as in icecream or tqdm."""
        return found(self.__name__.rpartition(".")[2])(*given, **named)


class Finder:
    """The last finder of modules. absent: the packages without a stand-in, in their order."""

    def __init__(self) -> None:
        self.absent: dict[str, None] = {}

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        top, _, below = name.partition(".")
        ours = top in NAMES and (not below or isinstance(sys.modules.get(top), StandIn))
        if ours and below not in COMPUTES.get(top, ()):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]
        if not below and len(self.absent) < 100:
            self.absent[name] = None
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return StandIn(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """There is nothing to run."""


def display(*_: Any, **__: Any) -> None:
    """IPython's display, which a notebook has without an import."""


def in_a_notebook() -> None:
    """Add the names that every notebook has."""
    builtins.display = display  # type: ignore[attr-defined]
    builtins.get_ipython = Inert  # type: ignore[attr-defined]
