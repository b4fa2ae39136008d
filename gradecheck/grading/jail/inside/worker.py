"""The process that runs a stranger's code.

Started by `workers.py`, spoken to by `session.py`, in frames that `protocol.py` describes. It holds the
submission and the inputs of the function being called. No expected value and no verdict ever enters it, so
the worst that a submission can do here is to send wrong values for itself. Answers are appended to a file
in memory, one record a call: what was answered before a crash or a hang is not lost, and no call wakes
the marker up. Through nursery.py one start of Python and NumPy serves many workers.
"""

import builtins
import gc
import io
import json
import os
import sys
import warnings
from contextvars import copy_context

from . import seeds, standins
from .adapting import Adapter
from .confining import close_doors, confine, confine_sizes, prepare
from .loading import Layout, furnish
from .printing import flush
from .protocol import NAME
from .running import Submission
from .wire import Wire


def hide() -> None:
    """No import of a submission finds a file of ours: its own may have the same name."""
    package = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [folder for folder in sys.path if folder != os.path.dirname(package)]
    for name in [name for name in sys.modules if name.partition(".")[0] == __package__]:
        del sys.modules[name]


def main() -> None:
    settings = json.loads(sys.argv[1])
    if "nursery" in settings:
        from .nursery import serve

        prepare(settings)
        settings |= serve(settings["nursery"], settings["scratch"], settings["jailed"])
    wire = Wire(*settings["files"])
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
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
    layout = Layout(folder, message["file"], [path for path, _ in message["files"]])
    furnish(folder, message["files"], payload)
    if b"random" in payload or any("random" in cell for cell in message["load"]):
        seeds.expect()
    del payload
    layout.enter()
    if message["file"].endswith(".ipynb"):
        standins.in_a_notebook()
    confine_sizes(settings)
    close_doors(settings)
    adapter = Adapter(vars(layout.main)) if message["adapter"] else None
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
        submission.answer(message, cases, payload)
        flush()
        wire.send({"done": message["serial"]})
