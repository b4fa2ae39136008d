"""The process beside the stranger's code: the standard library and NumPy, nothing of ours.

Started by `workers.py`, spoken to by `session.py`, in frames that `protocol.py` describes. It holds the
submission and the inputs of the function being asked; no expected value and no verdict ever enters it, so
the worst that a submission can do here is to send wrong values for itself. Answers are appended to a file
in memory, one record a call: what was answered before a crash or a hang is not lost, and no call wakes
the marker up. Names are bound here once, so that a submission that shadows or patches `np.array` by
accident is still read rightly.

It loads a submission, answers calls and confines itself. A jail shows six more files of ours: loading.py lays the
submission out, standins.py takes the place of packages that change no value, seeds.py of chance, adapting.py gives an
adapter its names, recording.py writes down what it calls, and through nursery.py one start of Python and NumPy serves
many workers.
"""

import builtins
import contextlib
import dataclasses
import errno
import functools
import gc
import inspect
import io
import json
import os
import resource
import signal
import struct
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Any

if __name__ == "__main__":
    gc.disable()  # until NumPy is imported: it saves a twentieth of the start

import numpy as np

ndarray, generic, as_array, float64 = np.ndarray, np.generic, np.array, np.float64
tobytes, view = np.ndarray.tobytes, np.ndarray.view
to_json, from_json = json.JSONEncoder(separators=(",", ":")).encode, json.JSONDecoder().decode
getpid, write, read, leave = os.getpid, os.write, os.read, os._exit
Json = dict[str, Any]
Tree = tuple[Any, ...]
Spec = tuple[np.dtype[Any], tuple[int, ...], int, tuple[list[int], int, int] | None, bool]
"""An array argument: dtype, shape, where its values are among the bytes that were sent; strides, start and extent of
its memory where that is not plain C order; whether it may be written to. Thousands are made a file: a plain tuple."""
WIRES = {np.dtype(code): np.dtype(code).name for code in "?bBhHiIlLfd"}  # what travels as it is
DTYPES = {name: dtype for dtype, name in WIRES.items()}
FRAME = struct.Struct("<IQ")  # bytes of the JSON header, bytes of the arrays
ADAPTER, ADAPTER_FILE = -1, "<adapter>"  # its number among the cells, and what its code says that it stands in
DEEP, ITEMS, NUMBERS = 4, 1000, 10**6  # a tuple nested deeper than this, or longer, is no answer
NAMES, PROBLEMS, NAME, TEXT, LINES = 1000, 200, 100, 1000, 10  # what is told is capped here, and by the marker


class OutOfTime(BaseException):
    """The alarm that ends a statement while a file is loaded; `except Exception` does not stop it."""


class NoArrayError(Exception):
    """A result that is no array, number or tuple of them; the argument says what it is."""


class Wire:
    """The two pipes and the answer file. Only the process that opened it may use it: a fork may not."""

    def __init__(self, requests: int, control: int, answers: int) -> None:
        self.requests, self.control, self.answers = requests, control, answers
        self.owner = getpid()

    def _write(self, file: int, data: bytes) -> None:
        if getpid() != self.owner:  # the submission forked and its child came back to us
            leave(0)
        while written := write(file, data):
            if written == len(data):
                return
            data = data[written:]

    def _read(self, size: int) -> bytes:
        parts = []
        while size:
            part = read(self.requests, min(size, 1 << 20))
            if not part:
                leave(0)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def receive(self) -> tuple[Json, bytes]:
        header, payload = FRAME.unpack(self._read(FRAME.size))
        return from_json(self._read(header).decode()), self._read(payload)

    def send(self, message: Json, payload: bytes = b"") -> None:
        self._write(self.control, frame(to_json(message).encode(), payload))

    def answer(self, record: bytes) -> None:
        self._write(self.answers, record)


def frame(header: bytes, payload: bytes = b"") -> bytes:
    return FRAME.pack(len(header), len(payload)) + header + payload


def specs(case: list[Any]) -> list[Spec | Any]:
    """The arguments of one call: Python numbers as they are, and for every array a Spec."""
    return [
        argument if type(argument) is not list else (DTYPES[argument[0]], tuple(argument[1]), *argument[2:])
        for argument in case
    ]


def build(case: list[Spec | Any], payload: bytes) -> list[Any]:
    """The arguments that are described so. What may be written to is in memory of its own."""
    arguments = []
    for spec in case:
        if type(spec) is not tuple:
            arguments.append(spec)
            continue
        dtype, shape, offset, layout, writeable = spec
        array: Any = ndarray(shape, dtype, payload, offset)
        if layout is not None:
            strides, start, extent = layout
            sent, array = array, ndarray(shape, dtype, bytearray(extent), start, strides)
            array[...] = sent
            array.flags.writeable = writeable
        elif writeable:  # `payload` is read-only for good: nothing to copy for a read-only argument
            array = array.copy()
        arguments.append(array)
    return arguments


def changed(arguments: list[Any], case: list[Spec | Any], payload: bytes) -> tuple[int, ...]:
    """Which arguments the call changed: content, shape or dtype."""
    found: tuple[int, ...] = ()
    for i, spec in enumerate(case):
        if type(spec) is tuple:
            now = arguments[i]
            same = payload.startswith(tobytes(now), spec[2])
            if not same or now.shape != spec[1] or now.dtype != spec[0]:
                found += (i,)
    return found


def only_numbers(value: Any) -> bool:
    return all(
        isinstance(item, (float, int, generic)) or (type(item) in (list, tuple) and only_numbers(item))
        for item in value
    )


def leaf(kind: str, array: Any, chunks: list[bytes], room: int) -> Tree:
    dtype = array.dtype
    name = wire = WIRES.get(dtype)
    if wire is None:
        if dtype.kind not in "biuf":
            raise NoArrayError(f"{dtype.name} {kind}")
        # float16 and longdouble travel as float64, their name says what they were; the rest in native byte order
        wide = dtype.kind == "f" and dtype.itemsize not in (4, 8)
        array = array.astype(float64 if wide else dtype.newbyteorder("="))
        name, wire = dtype.name, array.dtype.name
    if array.nbytes + sum(map(len, chunks)) > room:
        raise OSError(errno.EFBIG, "the answer is too large")
    chunks.append(tobytes(array))
    return (kind, name, wire, array.shape)


def convert(value: Any, chunks: list[bytes], room: int, depth: int = DEEP) -> Tree:
    """A result as nested tuples that describe it; its values are appended to `chunks` as bytes."""
    if type(value) is ndarray:
        return leaf("array", value, chunks, room)
    if isinstance(value, ndarray):  # a subclass answers for itself no more: only its memory is read
        return leaf("array", view(value, ndarray), chunks, room)
    if isinstance(value, generic):
        return leaf("scalar", as_array(value), chunks, room)
    if isinstance(value, (bool, int, float)):
        try:
            return leaf("number", as_array(value), chunks, room)
        except NoArrayError:
            return leaf("number", as_array(float(value)), chunks, room)
    if isinstance(value, (list, tuple)):
        kind = "list" if isinstance(value, list) else "tuple"
        if only_numbers(value):
            try:
                array = as_array(value)
            except ValueError:  # several results of several shapes, or rows of several lengths
                if kind == "list":
                    raise NoArrayError("ragged list") from None
            else:
                if array.size > NUMBERS:
                    raise NoArrayError(f"{kind} of {array.size} numbers")
                return leaf(kind, array, chunks, room)
        if not depth or len(value) > ITEMS:
            raise NoArrayError(f"{kind} of {len(value)} items, nested too deeply or too many")
        return (kind, tuple([part(item, chunks, room, depth - 1) for item in value]))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [getattr(value, field.name) for field in dataclasses.fields(value)]
        return convert(tuple(fields), chunks, room, depth)
    raise NoArrayError("None" if value is None else type(value).__name__)


def part(item: Any, chunks: list[bytes], room: int, depth: int) -> Tree:
    """One of several results, which may be anything: what is no array is sent as the name of what it is."""
    try:
        return convert(item, chunks, room, depth)
    except NoArrayError as problem:
        return ("other", str(problem)[:NAME])


def kind_of(result: Any) -> str:
    """The type of a result; that of a named tuple or a dataclass, which is as good as a tuple, is "tuple"."""
    if isinstance(result, tuple) or (dataclasses.is_dataclass(result) and not isinstance(result, type)):
        return "tuple"
    return type(result).__name__[:NAME]


@functools.lru_cache(maxsize=1000)  # most calls of a function return the same kind of thing
def returned(tree: Tree, kind: str, changed: tuple[int, ...]) -> bytes:
    outcome = {"returned": tree, "type": kind}
    return to_json({**outcome, "changed": changed} if changed else outcome).encode()


Place = Callable[[str], int | str | None]
"""Which cell or file of the submission a file's name, as Python's code objects have it, stands for."""


def lines(problem: BaseException, place: Place) -> list[list[Any]]:
    """Where it went through the submission: [cell or file, line, function], the innermost last."""
    found: list[list[Any]] = []
    trace = problem.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        where = place(code.co_filename)
        if where is not None:
            found.append([where, trace.tb_lineno, code.co_qualname[:NAME]])
        trace = trace.tb_next
    if isinstance(problem, SyntaxError):  # of its own place there is no frame
        where = place(str(problem.filename))
        if where is not None and (not found or type(where) is str):
            found.append([where, problem.lineno or 1, ""])
    return found[-LINES:]


def lacking(problem: BaseException) -> Json:
    """The name that was not there: of a module, or of anything else."""
    name = getattr(problem, "name", None) if isinstance(problem, (ImportError, NameError, AttributeError)) else None
    return {"name": name[:NAME]} if type(name) is str else {}


def describe(problem: BaseException, place: Place = lambda name: None) -> Json:
    """An exception as data: a limit that was met, a result that is no array, or what was raised."""
    try:
        if isinstance(problem, OutOfTime):
            return {"limit": "time"}
        if isinstance(problem, MemoryError):
            return {"limit": "memory"}
        if isinstance(problem, OSError) and problem.errno in (errno.EFBIG, errno.ENOSPC):
            return {"limit": "output"}
        if (isinstance(problem, OSError) and problem.errno == errno.EAGAIN) or (
            isinstance(problem, RuntimeError) and str(problem) == "can't start new thread"
        ):
            return {"limit": "processes"}
        if isinstance(problem, NoArrayError):
            return {"no array": str(problem)[:NAME]}
        message = str(problem.msg if isinstance(problem, SyntaxError) else problem)[:TEXT]  # its place is in `lines`
    except BaseException:  # a stranger's __str__ may do anything
        message = ""
    kind = type(problem).__name__[:NAME]
    return {"raised": kind, "message": message, "lines": lines(problem, place), **lacking(problem)}


class Submission:
    """The stranger's module: its cells run in one namespace, its functions are called from here.

    What NumPy does about overflow, and the filters of warnings, are at every call as they were before a line was run:
    a setting at the top of the file, or in one function, costs no other anything.
    """

    def __init__(self, wire: Wire, room: int, layout: Any, chance: Any, adapter: Any = None) -> None:
        """layout: where its code is (loading.py).    chance: what it draws random numbers from (seeds.py).

        adapter: what is called in its place, and calls it (adapting.py).
        """
        self.wire, self.room, self.layout, self.chance = wire, room, layout, chance
        self.namespace: Json = vars(layout.main)
        self.adapter = adapter
        self.called: Json = self.namespace if adapter is None else adapter.namespace
        self.running = False

    def alarm(self, *_: Any) -> None:
        if self.running:
            raise OutOfTime

    def load(self, cells: list[str], seconds: float, seed: int) -> Json:
        """Run every cell, a statement at a time: one that raises, ends Python or takes too long costs itself alone.

        Once the time is up, the alarm goes off again and again: what hangs after that has a tenth of it each.
        problems: [cell, line or 0 for all of it, what].
        """
        problems: list[list[Any]] = []
        self.chance.begin(seed)
        signal.signal(signal.SIGALRM, self.alarm)
        signal.setitimer(signal.ITIMER_REAL, seconds, seconds / 10)
        for index, source in enumerate(cells):
            self.load_cell(index, source, f"<cell {index}>", self.namespace, problems)
        signal.setitimer(signal.ITIMER_REAL, 0)
        with contextlib.suppress(BaseException):  # a stranger's module may hold anything
            self.chance.know(self.layout.modules())
        functions = [
            name
            for name, value in list(self.namespace.items())
            if type(value) is types.FunctionType and self.layout.place(value.__code__.co_filename) is not None
            if type(name) is str and len(name) <= NAME
        ]
        return {"problems": problems[:PROBLEMS], "functions": functions[:NAMES]}

    def load_cell(self, index: int, source: str, name: str, namespace: Json, problems: list[list[Any]]) -> None:
        try:
            found = self.layout.statements(source, name)
        except BaseException as unread:
            problems.append([index, 0, self.describe(unread)])
            return
        for line, code in found:
            problem = self.run(code, namespace)
            if problem is not None and len(problems) < PROBLEMS:
                problems.append([index, line, self.describe(problem)])

    def load_adapter(self, source: str, seconds: float) -> list[list[Any]]:
        """Run the adapter, in names of its own. Its problems, as those of the cells are told."""
        problems: list[list[Any]] = []
        signal.setitimer(signal.ITIMER_REAL, seconds, seconds / 10)
        with self.layout.apart():
            self.load_cell(ADAPTER, source, ADAPTER_FILE, self.adapter.namespace, problems)
        signal.setitimer(signal.ITIMER_REAL, 0)
        return problems

    def describe(self, problem: BaseException) -> Json:
        return describe(problem, self.layout.place)

    def run(self, code: types.CodeType, namespace: Json) -> BaseException | None:
        """Run a statement; what it raised."""
        try:
            try:
                self.running = True
                exec(code, namespace)
            finally:
                self.running = False
        except BaseException as problem:
            return problem
        return None

    def begin(self, seed: int) -> None:
        with contextlib.suppress(BaseException):  # the submission may have put anything in a generator's place
            self.chance.begin(seed)

    def call(self, message: Json, cases: list[list[Any]], order: list[int], payload: bytes) -> None:
        name, seed = message["call"], message["seed"]
        self.begin(seed)
        function = self.called.get(name)
        if not callable(function):
            found = "" if name not in self.called else type(function).__name__[:NAME]
            self.wire.answer(frame(to_json({"missing": found}).encode()))
            return
        left = self.room
        parsed = [specs(case) for case in cases]
        for index in order:
            case = parsed[index]
            arguments = build(case, payload)
            chunks: list[bytes] = []
            if message["anew"]:
                self.begin(seed)
            try:
                result = copy_context().run(function, *arguments)  # where np.seterr keeps what it is told
                tree = convert(result, chunks, left)
                header = returned(tree, kind_of(result), changed(arguments, case, payload))
            except BaseException as problem:
                chunks = []
                outcome = {**self.describe(problem), "changed": changed(arguments, case, payload)}
                header = to_json(outcome).encode()
            record = frame(header, b"".join(chunks))
            left -= len(record)
            self.wire.answer(record)

    def record(self, name: str, seed: int, case: list[Any], payload: bytes, ours: Any) -> None:
        """Call a function of the adapter once, and answer with what it called of the submission."""
        self.begin(seed)
        arguments = build(specs(case), payload)
        record = ours(frozenset(self.namespace))
        self.adapter.watch = record.watch
        results: list[Any] = []
        with contextlib.suppress(BaseException):  # what it raises has been told
            result = copy_context().run(self.called[name], *arguments)
            results = list(result) if isinstance(result, (tuple, list)) else [result]
        self.adapter.watch = None
        told = {"lines": record.lines, "last": record.last, "roots": record.roots_used()}
        told["results"] = [record.expression(x)[:TEXT] for x in results[:NAMES]]
        told["arguments"] = [record.expression(x, first=True)[:TEXT] for x in arguments]
        told["whole"] = record.whole
        self.wire.answer(frame(to_json({"recorded": told}).encode()))

    @contextlib.contextmanager
    def right(self, names: list[str]) -> Iterator[None]:
        """Right values in place of these functions: by name in the running module, in others wherever they stand.

        Where there is an adapter, in that alone.
        """
        before: list[tuple[Json, str, Any]] = []
        for name in names:
            own, ask = self.called.get(name, self), self.stand_in(name)  # self: there is none
            for namespace in self.layout.modules() if self.adapter is None else [self.called]:
                here = namespace is self.called
                for key in [name] if here else [key for key, value in namespace.items() if value is own]:
                    before.append((namespace, key, own))
                    namespace[key] = ask
        yield
        for namespace, key, own in before:
            if own is self:
                namespace.pop(key, None)
            else:
                namespace[key] = own

    def stand_in(self, name: str) -> Any:
        """A function that asks the marker for the right values of `name`, under the submission's signature."""
        try:
            signature = inspect.signature(self.called[name])
        except (KeyError, TypeError, ValueError):
            signature = None

        def ask(*arguments: Any, **named: Any) -> Any:
            values = [("", value) for value in arguments] + list(named.items())
            if signature is not None:
                with contextlib.suppress(TypeError):  # called as it cannot be called, perhaps as it should be
                    values = by_name(signature.bind(*arguments, **named))
            chunks: list[bytes] = []
            tree = [convert(value, chunks, self.room) for _, value in values]
            names = [parameter for parameter, _ in values]
            asked = {"ask": name, "names": names, "returned": ["tuple", tree], "type": "tuple"}
            self.wire.send(asked, b"".join(chunks))
            reply, payload = self.wire.receive()
            if "refused" in reply:
                raise ValueError(reply["refused"])
            results = build(specs(reply["cases"][0]), payload)
            results = [result[()] if type(result) is ndarray else result for result in results]
            return tuple(results) if reply["several"] else results[0]

        return ask


def by_name(bound: inspect.BoundArguments) -> list[tuple[str, Any]]:
    """The values of a call, each with its parameter; "" for those of *args."""
    bound.apply_defaults()
    kinds = {name: parameter.kind for name, parameter in bound.signature.parameters.items()}
    found: list[tuple[str, Any]] = []
    for name, value in bound.arguments.items():
        if kinds[name] is inspect.Parameter.VAR_POSITIONAL:
            found += [("", item) for item in value]
        elif kinds[name] is inspect.Parameter.VAR_KEYWORD:
            found += value.items()
        else:
            found.append((name, value))
    return found


def limit(which: int, soft: int, hard: int | None = None) -> None:
    """Lower a resource limit, never above the one in force already."""
    ceiling = resource.getrlimit(which)[1]
    wanted = [soft, soft if hard is None else hard]
    if ceiling != resource.RLIM_INFINITY:
        wanted = [min(value, ceiling) for value in wanted]
    resource.setrlimit(which, (wanted[0], wanted[1]))


def confine(settings: Json) -> None:
    """Give up what is not needed, for good, before a stranger's line runs."""
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")  # where the machine runs out of memory, the kernel takes us before the marker
    if settings["user"]:  # root outside: become nobody in particular, so that the limit on processes binds
        os.setgroups([])
        os.setresgid(settings["user"], settings["user"], settings["user"])
        os.setresuid(settings["user"], settings["user"], settings["user"])
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_NOFILE, 64)
    limit(resource.RLIMIT_CPU, settings["cpu"], settings["cpu"] + 5)
    limit(resource.RLIMIT_NPROC, settings["processes"])


def bound(settings: Json) -> None:
    """The limits that what was handed in need not keep to: of a file's size and of memory."""
    limit(resource.RLIMIT_FSIZE, settings["written"] + (1 << 20))  # answers fit `written`; their headers beside
    with open("/proc/self/statm") as sizes:
        used = int(sizes.read().split()[0]) * resource.getpagesize()
    limit(resource.RLIMIT_AS, used + settings["memory"])


def open_wire(files: list[int]) -> Wire:
    """Keep requests, control and answers for ourselves: no program that the submission starts has them."""
    for file in files:
        os.set_inheritable(file, False)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
    return Wire(*files)


def flush() -> None:
    for stream in {sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__}:
        with contextlib.suppress(BaseException):  # the submission may have closed or replaced it
            stream.flush()  # type: ignore[union-attr]  # None included


def hide() -> None:
    """No import of a submission finds a file of ours: its own may have the same name."""
    ours = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [folder for folder in sys.path if folder != ours]
    for name in ("nursery", "loading", "seeds", "standins", "adapting", "recording"):
        sys.modules.pop(name, None)


def main() -> None:
    import adapting  # type: ignore[import-not-found]  # beside this file, as the others
    import loading  # type: ignore[import-not-found]
    import recording  # type: ignore[import-not-found]
    import seeds  # type: ignore[import-not-found]
    import standins  # type: ignore[import-not-found]

    settings = json.loads(sys.argv[1])
    if "nursery" in settings:
        from nursery import serve  # type: ignore[import-not-found]

        settings = serve(settings["nursery"], settings["scratch"], settings["jailed"])
    wire = open_wire(settings["files"])
    for name in ("exit", "quit"):  # missing without the site module; they raise as sys.exit does
        setattr(builtins, name, sys.exit)
    del sys.argv[1:]
    hide()
    confine(settings)
    gc.freeze()
    gc.enable()
    seeds.install()
    packages = standins.Finder()
    sys.meta_path.append(packages)
    wire.send({"ready": True})
    message, payload = wire.receive()
    folder = os.path.join(os.getcwd(), "handed_in")  # of its own: Python and NumPy may be somewhere in /tmp, too
    layout = loading.Layout(folder, message["file"], [path for path, _ in message["files"]])
    loading.furnish(folder, message["files"], payload)
    if b"random" in payload or any("random" in cell for cell in message["load"]):
        seeds.expect()
    del payload
    layout.enter()
    if message["file"].endswith(".ipynb"):
        standins.in_a_notebook()
    bound(settings)
    adapter = adapting.Adapter(vars(layout.main)) if message["adapter"] else None
    submission = Submission(wire, settings["written"], layout, seeds.Chance(), adapter)
    with warnings.catch_warnings():
        loaded = copy_context().run(submission.load, message["load"], message["seconds"], message["seed"])
        if adapter is not None:
            loaded["adapter"] = copy_context().run(submission.load_adapter, message["adapter"], message["seconds"])
    flush()
    wire.send({"loaded": {**loaded, "absent": [name for name in packages.absent if len(name) <= NAME]}})
    while True:
        message, _ = wire.receive()
        cases, payload = wire.receive()
        os.lseek(wire.answers, 0, os.SEEK_SET)
        with submission.right(message["replaced"]), warnings.catch_warnings():
            if message["record"]:
                submission.record(message["call"], message["seed"], cases["cases"][0], payload, recording.Record)
            else:
                submission.call(message, cases["cases"], cases["order"], payload)
        flush()
        wire.send({"done": message["serial"]})


if __name__ == "__main__":
    main()
