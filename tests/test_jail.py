"""Strangers' code against the real jail: what it does costs itself, and nothing else."""

import ctypes
import json
import os
import select
import subprocess
import sys
import tempfile
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gradecheck.grading.assignments.assignment import Question
from gradecheck.grading.feedback.examples import ladder
from gradecheck.grading.feedback.repro import texts
from gradecheck.grading.jail import bubblewrap, process, workers
from gradecheck.grading.jail import isolation as jails
from gradecheck.grading.jail.answers import Absent, Died, Limit, Missing, NoArray, Problem, Raised, Returned
from gradecheck.grading.jail.folders import Folder
from gradecheck.grading.jail.inside import landlock, seccomp
from gradecheck.grading.jail.inside.protocol import Cases, ProtocolError
from gradecheck.grading.jail.isolation import isolation
from gradecheck.grading.jail.limits import Limits
from gradecheck.grading.jail.probing import leaks
from gradecheck.grading.jail.process import JailError
from gradecheck.grading.jail.session import Session
from gradecheck.grading.jail.unpacking import read
from gradecheck.grading.judging import followthrough
from tests.lecture import CONTRACTS, PROVED
from tests.tiers import TIERS, lacking, tier

ROOT = Path(__file__).parents[1]
QUICK = Limits(question=1.0, load=1.0, memory=256 << 20, processes=8, written=4 << 20)
SHORT = replace(QUICK, question=0.5, load=0.5)  # for what does nothing but use it up
JAIL = isolation("auto")
RAISED = JAIL.apart and JAIL.nursery
WALLS = replace(JAIL, filtered=False)
"""The jail's walls alone: behind the filter, nobody gets as far as to try them."""
jail_only = pytest.mark.skipif(
    not JAIL.apart,
    reason=f"not exercised: that a submission reaches no network, no file, no process and no torch ({JAIL.line})",
)
# What a jail is from outside, its walls and its end, is tried in both kinds.
KINDS = [pytest.param("nursery", marks=jail_only), "of its own"]
IN_JAILS = pytest.mark.parametrize("jail", KINDS, indirect=True)
X = np.array([1.0, -2.0, 3.0])
ONE = Cases.pack([(X,)])
HONEST = "\ndef honest(x): return x * 2\n"


def source(text):
    return textwrap.dedent(text) + HONEST


@pytest.fixture(params=TIERS)
def where(request):
    return tier(request.param)


@pytest.fixture(scope="session")
def of_its_own():
    """The strongest jail that serves one worker only."""
    candidates = (j for j in bubblewrap.candidates() if not j.nursery and not leaks(j))
    return next(candidates, None) or pytest.skip("not exercised: jails of one worker, which do not start here")


@pytest.fixture
def jail(request):
    if request.param == "of its own":
        return request.getfixturevalue("of_its_own")
    if request.param in TIERS:
        return tier(request.param)
    if not RAISED:
        pytest.skip("not exercised: the nursery, whose children get no namespaces of their own here")
    return JAIL


@pytest.fixture(scope="module")
def nurseries():
    """They are there before a test begins, and stay."""
    for kind in (JAIL, WALLS, *(tier(name) for name in TIERS if not lacking(name))):
        Session([], kind, QUICK).close()


@pytest.fixture(autouse=True)
def nothing_is_left(nurseries):
    """No process, zombie, open file or folder of ours outlives a session, but the nursery."""

    def ours():
        found = set()
        nurseries = {str(nursery._process.popen.pid) for nursery in workers._nurseries.values()}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                status = (folder / "status").read_text()
            except OSError:
                continue
            # the zombie of a daemon is init's to take away
            daemon = f"Name:\t{DAEMON}\n" in status and "State:\tZ" not in status
            if daemon or f"PPid:\t{os.getpid()}\n" in status:
                found.add(folder.name)
        return found - nurseries

    files = len(os.listdir("/proc/self/fd"))
    before = ours()
    yield
    deadline = time.monotonic() + 2
    while ours() - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not ours() - before
    assert len(os.listdir("/proc/self/fd")) == files


DAEMON = f"daemon-{os.getpid()}"


def daemons():
    """Whether one is seen."""
    return any(DAEMON in text_of(path) for path in Path("/proc").glob("[0-9]*/comm"))


def honest(session):
    """Another function of the same submission still gets its answer."""
    (answer,) = session.call("honest", ONE).answers
    assert isinstance(answer, Returned)
    assert np.array_equal(answer.value, X * 2)


# -- honest work, and honest accidents


def test_values_come_back_and_only_values(where):
    code = source("""
        import numpy as np
        def relu(x): return np.maximum(x, 0)
        def both(x): return x, [1.0, 2.0], float(x[0])
        def spoiled(x): x[:] = 0; return x
        def nothing(x): pass
        def wrong(x): return helper(x)
        def helper(x): raise ValueError("no \\x1b[31mred")
        four = 4
    """)
    with Session([code], where, QUICK) as session:
        assert session.loaded.functions == ("relu", "both", "spoiled", "nothing", "wrong", "helper", "honest")
        first, again = session.call("relu", Cases.pack([(X,)], order=[0, 0])).answers
        assert first.type == "ndarray"
        assert first.value.tolist() == again.value.tolist() == [1, 0, 3]
        (answer,) = session.call("both", ONE).answers
        assert [type(x) for x in answer.value] == [np.ndarray, list, float]
        assert session.call("spoiled", ONE).answers[0].changed == (0,)
        assert session.call("nothing", ONE).answers == (NoArray("None"),)
        assert session.call("absent", Cases.pack([(X,), (X,)])).answers == (Missing(""), Missing(""))
        assert session.call("four", ONE).answers == (Missing("int"),)
        (answer,) = session.call("wrong", ONE).answers
        assert (answer.type, answer.message) == ("ValueError", "no �[31mred")
        assert [line.text for line in answer.lines] == [
            "def wrong(x): return helper(x)",
            'def helper(x): raise ValueError("no \\x1b[31mred")',
        ]
        honest(session)


def test_a_broken_cell_sinks_no_other(where):
    cells = ["import sys\n1 / 0", "def f(:", "sys.exit('bye')", "input()", "exit()", HONEST]
    with Session(cells, where, QUICK) as session:
        problems = session.loaded.problems
        assert [(p.cell, p.line, p.why.type) for p in problems] == [
            (0, 2, "ZeroDivisionError"),
            (1, 0, "SyntaxError"),
            (2, 1, "SystemExit"),
            (3, 1, "EOFError"),
            (4, 1, "SystemExit"),
        ]
        assert problems[0].why.lines[0].text == "1 / 0"
        assert problems[1].why.lines[0].text == "def f(:"
        honest(session)


BROKEN = """\
# a comment
'What the file is about.'
from __future__ import annotations
import torch; before = 1

@torch.no_grad
def decorated(x): return x

'a text'
def f(x: Unknown) -> Unknown:
    return x * before

if __name__ == "__main__":
    before = 2
raise KeyboardInterrupt
def about(x):
    return len(__doc__)
def late(x):
    return decorated(x)
"""


def test_a_statement_that_fails_costs_itself_alone(where):
    with Session([BROKEN + HONEST], where, QUICK) as session:
        told = [(p.cell, p.line, p.why.type) for p in session.loaded.problems]
        assert told == [(None, 4, "ModuleNotFoundError"), (None, 7, "NameError"), (None, 15, "KeyboardInterrupt")]
        assert session.loaded.problems[1].why.lines[-1].text == "@torch.no_grad"
        assert session.loaded.functions == ("f", "about", "late", "honest")
        assert session.call("f", ONE).answers[0].value.tolist() == X.tolist()
        assert session.call("about", ONE).answers[0].value == len("What the file is about.")
        (answer,) = session.call("late", ONE).answers
        assert (answer.message, answer.lines[-1].line) == ("name 'decorated' is not defined", 19)
        (answer,) = session.call("decorated", ONE).answers
        assert answer == Missing("", session.loaded.problems[1], Absent("torch", None, 4))
        honest(session)


@pytest.mark.parametrize("broken", ["def f(:", "return 1", "def f(x, x): pass", "nonlocal x", "f(" * 500])
def test_what_python_cannot_read_is_not_run_at_all(broken, where):
    with Session([f"def early(x): return x\n{broken}\n{HONEST}", "def later(x): return x"], where, QUICK) as session:
        (problem,) = session.loaded.problems
        assert (problem.cell, problem.line, problem.why.type) == (0, 0, "SyntaxError")
        assert session.loaded.functions == ("later",)
        assert session.call("early", ONE).answers == (Missing("", problem),)


ENDINGS = {
    "sys.exit": "import sys\nif True:\n    sys.exit(1)",
    "exit": "exit()",
    "quit": "\nquit('no data')",
    "argparse": "import argparse\np = argparse.ArgumentParser()\np.add_argument('--lr', required=True)\np.parse_args()",
    "a function": "def main():\n    raise SystemExit\nmain()",
    "no data": "import json\njson.load(open('digits.json'))",
}


@pytest.mark.parametrize("way", ENDINGS)
def test_what_ends_python_ends_nothing_but_its_statement(way, where):
    with Session([ENDINGS[way] + HONEST], where, QUICK) as session:
        (problem,) = session.loaded.problems
        assert problem.why.type == ("FileNotFoundError" if way == "no data" else "SystemExit")
        honest(session)
        assert session.call("absent", ONE).answers == (Missing(""),)


def test_thousands_of_failing_statements_sink_no_other(where):
    with Session(["plt.plot()\n" * 5000 + HONEST], where, QUICK) as session:
        assert len(session.loaded.problems) == 200
        honest(session)


SETTINGS = {
    "all errors": "numpy.seterr(all='raise')",
    "a call of its own": "numpy.seterrcall(lambda *_: 1 / 0); numpy.seterr(all='call')",
    "warnings": "warnings.simplefilter('error')",
    "one kind of them": "warnings.filterwarnings('error', category=RuntimeWarning); warnings.showwarning = None",
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("at_the_top", [True, False])
def test_a_setting_is_its_functions_own(setting, at_the_top, where):
    code = source(f"""
        import numpy, warnings
        {SETTINGS[setting] if at_the_top else ""}
        def f(x):
            {SETTINGS[setting]}
            return x
        def g(x):
            warnings.warn("odd")
            numpy.log(numpy.zeros(1)), numpy.exp(numpy.full(1, 1e4))
            return x
    """)
    with Session([code], where, QUICK) as session:
        for name in ("g", "f", "g"):
            assert isinstance(session.call(name, ONE).answers[0], Returned), name


def test_a_notebook_where_nothing_runs_is_told_as_far_as_it_fits(where):
    cells = ["raise ValueError('\\N{SNOWMAN}' * 10_000)"] * 300
    with Session([*cells, HONEST], where, QUICK) as session:
        assert len(session.loaded.problems) == 200
        honest(session)


def test_prints_are_kept_apart_from_answers(where):
    code = source("""
        import sys
        print("loading")
        def f(x):
            print("out"); print("err", file=sys.stderr)
            return x
    """)
    with Session([code], where, QUICK) as session:
        assert session.loaded.output.text == "loading\n"
        assert session.call("f", ONE).output.text == "out\nerr\n"
        assert session.call("honest", ONE).output.text == ""


def test_shadowed_and_patched_names_do_not_blind_the_worker(where):
    code = source("""
        import builtins, json, os, struct, sys
        import numpy
        numpy.asarray = numpy.array = numpy.dtype = numpy.float64 = numpy.generic = None
        np = sum = list = type = None
        json.dumps = json.loads = os.write = os.read = os.getpid = struct.pack = None
        sys.stdout = None
    """)
    with Session([code], where, QUICK) as session:
        honest(session)


def test_right_values_can_stand_in_for_one_function(where):
    code = source("""
        def scale(x, factor=3): return x * 0
        def total(x): return scale(x, factor=10).sum()
        def careful(x):
            try: return scale(x, 0)
            except ValueError as problem: return len(str(problem))
    """)

    def right(given):
        (_, x), (name, factor) = given
        assert name == "factor"
        if not factor:
            raise ValueError("factor is 0")
        return x * factor

    with Session([code], where, QUICK) as session:
        assert session.call("total", ONE, {"scale": right}).answers[0].value == 20.0
        assert session.call("careful", ONE, {"scale": right}).answers[0].value == len("factor is 0")
        assert session.call("total", ONE).answers[0].value == 0.0


# -- one function misbehaves, the next one is asked as if nothing had happened

HARMS = {
    "hang": ("while True: pass", Limit("time")),
    "swallow": ("while True:\n  try: time.sleep(9)\n  except BaseException: pass", Limit("time")),
    "ignore": ("[signal.signal(s, signal.SIG_IGN) for s in (2, 14, 15)]; time.sleep(60)", Limit("time")),
    "stop": ("os.kill(os.getpid(), signal.SIGSTOP)", Limit("time")),
    "exit": ("os._exit(0)", Died("exit status 0")),
    "status": ("os._exit(7)", Died("exit status 7")),
    "abort": ("os.abort()", Died("SIGABRT")),
    "segfault": ("import ctypes; ctypes.string_at(0)", Died("SIGSEGV")),
    "suicide": ("os.kill(os.getpid(), 9)", Died("SIGKILL")),
    "memory": ("numpy.ones(1 << 32)", Limit("memory")),
    "hoard": ("kept = []\n while True: kept.append(numpy.zeros(1 << 20))", Limit("memory")),
    "flood": ("while True: print('x' * 100_000)", Limit("output")),
    "large": ("numpy.zeros(10 << 20)", Limit("output")),
    "disk": ("open('file', 'wb').write(bytes(64 << 20))", Limit("output")),
    "disks": ("[open(f'file{i}', 'wb').write(bytes(3 << 20)) for i in range(100)]", Limit("output")),
    "sysexit": ("sys.exit()", "SystemExit"),
    "interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "recursion": ("f(x)", "RecursionError"),
    "stdin": ("input()", "EOFError"),
    "string": ("raise Unprintable", "Unprintable"),
    "closed": ("os.closerange(0, 64)", Died("exit status 120")),
}


@pytest.mark.parametrize("name", HARMS)
def test_harm_costs_one_function(name, where):
    if name == "disks" and not where.apart:
        pytest.skip("not exercised: the size of /tmp, which only bubblewrap limits")
    body, expected = HARMS[name]
    result = "" if "\n" in body or not body.startswith("numpy.") else "return "
    code = (
        source("""
        import numpy, os, signal, sys, time
        class Unprintable(Exception):
            def __str__(self): raise ValueError
    """)
        + f"\ndef f(x):\n {result}{body}\n"
    )
    with Session([code], where, SHORT if expected == Limit("time") else QUICK) as session:
        started = time.monotonic()
        (answer,) = session.call("f", ONE).answers
        assert time.monotonic() - started < 4
        if isinstance(expected, str):
            assert isinstance(answer, Raised)
            assert answer.type == expected
        else:
            assert answer == expected
        honest(session)


@pytest.mark.parametrize("name", ["stop", "exit", "status", "abort", "suicide", "closed"])
def test_how_a_worker_ended_is_told_by_a_jail_of_its_own_too(name, of_its_own):
    test_harm_costs_one_function(name, of_its_own)


def test_answers_before_the_hang_are_kept(where):
    code = source("""
        def f(x):
            while x[0] == 2: pass
            return x
    """)
    with Session([code], where, SHORT) as session:
        answers = session.call("f", Cases.pack([(np.full(1, float(i)),) for i in range(5)])).answers
        assert [type(a) for a in answers] == [Returned, Returned, Limit, Limit, Limit]
        assert [a.ran for a in answers[2:]] == [True, False, False]
        honest(session)


def test_a_file_that_never_ends_keeps_what_it_defined(where):
    cell = f"{HONEST}\nwhile True: pass\ndef below(x): return x\nwhile True: pass"
    with Session([cell, "def later(x): return x"], where, SHORT) as session:
        hung = Problem(0, 4, Limit("time"))
        assert session.loaded.problems == (hung, replace(hung, line=6))
        assert session.loaded.functions == ("honest", "below", "later")
        honest(session)


def test_a_limit_that_a_statement_meets_is_told_with_what_was_allowed(where):
    with Session([f"{HONEST}\nx = bytearray(1 << 40)\nwhile True: pass"], where, SHORT) as session:
        memory, hung = session.loaded.problems
        assert (memory.why.which, memory.why.most) == ("memory", SHORT.memory / (1 << 20))
        assert (hung.why.which, hung.why.most) == ("time", SHORT.load)


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("while True:\n  try: time.sleep(9)\n  except BaseException: pass", Limit("time", loading=True)),
        ("os._exit(0)", Died("exit status 0", loading=True)),
        ("os.kill(0, 9)", Died("SIGKILL", loading=True)),
    ],
)
def test_a_file_that_cannot_be_loaded_is_tried_once(ending, expected, where):
    with Session([f"import os, time\n{HONEST}\n{ending}"], where, SHORT) as session:
        started = time.monotonic()
        for _ in range(5):
            assert session.call("honest", ONE).answers == (expected,)
        assert session.loaded.failure == expected
        assert time.monotonic() - started < 4


# -- what is meant to harm


FORGED = """
    import os, json, struct, sys
    def forge(data):
        for file in range(3, 64):
            try: os.write(file, data)
            except OSError: pass
    def frame(message, payload=b""):
        header = json.dumps(message).encode()
        return struct.pack("<IQ", len(header), len(payload)) + header + payload
    def nonsense(x): forge(b"\\xff" * 1000)
    def verdict(x): forge(frame({"verdict": "right"}))
    def flood(x):
        while True: forge(frame({"done": 99}))
    def claim(x): forge(struct.pack("<IQ", 1 << 31, 1 << 62))
    def never(x):
        forge(struct.pack("<IQ", 10, 1 << 20)); os._exit(0)
    def early(x): forge(frame({"done": 6})); return x
    def ask(x): forge(frame({"ask": "honest", "names": [], "returned": ["tuple", []], "type": "tuple"})); return x
"""


def test_a_forged_frame_is_never_more_than_a_lost_function(where):
    with Session([source(FORGED)], where, SHORT) as session:
        for name in ("nonsense", "verdict", "flood", "claim", "never", "early", "ask"):
            for answer in session.call(name, Cases.pack([(X,), (X,)])).answers:
                assert isinstance(answer, Died | Limit | Returned | NoArray), name
            honest(session)


def test_a_forged_answer_is_only_a_value(where):
    """A submission that finds the answer file can write what it likes there: it is compared like any other."""
    code = source(FORGED) + textwrap.dedent("""
        def f(x):
            forge(frame({"returned": ["number", "float64", "float64", []], "type": "right"}, struct.pack("<d", 7)))
            os._exit(0)
    """)
    with Session([code], where, QUICK) as session:
        first, second = session.call("f", Cases.pack([(X,), (X,)])).answers
        assert isinstance(first, Returned | Died)
        assert isinstance(second, Died)
        honest(session)


def test_a_fork_that_comes_back_answers_nothing(where):
    code = source("""
        import os
        def f(x): os.fork(); return x
    """)
    with Session([code], where, QUICK) as session:
        answers = session.call("f", Cases.pack([(X,), (X * 2,)])).answers
        assert [a.value.tolist() for a in answers] == [X.tolist(), (X * 2).tolist()]
        honest(session)


def test_daemons_end_with_the_session(where):
    code = source(f"""
        import ctypes, os, time, threading
        def f(x):
            ctypes.CDLL(None).prctl(15, b"{DAEMON}")  # PR_SET_NAME
            if os.fork() == 0:
                os.setsid()
                if os.fork(): os._exit(0)
                os.closerange(0, 64)
                while True: time.sleep(1)
            threading.Thread(target=time.sleep, args=(60,)).start()
            return x
    """)
    with Session([code], where, QUICK) as session:
        assert isinstance(session.call("f", ONE).answers[0], Returned)
        assert daemons()
        honest(session)


def test_who_never_stops_forking_ends_with_the_session(where):
    """One process after another, each of them gone by the time that it is sent a signal."""
    code = source(f"""
        import ctypes, os, time
        def f(x):
            ctypes.CDLL(None).prctl(15, b"{DAEMON}")
            if os.fork() == 0:
                os.setsid()
                end = time.monotonic() + 10  # should it get away
                while time.monotonic() < end:
                    if os.fork(): os._exit(0)
                os._exit(0)
            ctypes.CDLL(None).prctl(15, b"waits")
            return x
    """)

    with Session([code], where, QUICK) as session:
        assert isinstance(session.call("f", ONE).answers[0], Returned)
        assert sum(daemons() for _ in range(50)) > 5
        honest(session)
    assert not any(daemons() for _ in range(50))


@pytest.fixture
def nowhere():
    """No jail, and a nursery for one test."""
    kind = replace(isolation("none"), listed=("for this test",))
    yield kind
    workers._nurseries.pop((os.getpid(), kind)).close()
    assert not daemons()


@pytest.mark.parametrize("how", ["SIGSTOP", "SIGKILL"])
def test_without_a_jail_who_turns_on_its_keeper_leaves_nothing_either(how, nowhere):
    """A worker's own keeper can be reached; what that leaves behind ends with the nursery at the latest."""
    code = source(f"""
        import ctypes, os, signal, time
        keeper = os.getppid()
        def fork(x):
            ctypes.CDLL(None).prctl(15, b"{DAEMON}")
            if os.fork() == 0:
                os.setsid()
                while True: time.sleep(1)
            ctypes.CDLL(None).prctl(15, b"waits")
            return x
        def turn(x):
            os.kill(keeper, signal.{how})
            return x
    """)
    with Session([code], nowhere, QUICK) as session:
        assert isinstance(session.call("fork", ONE).answers[0], Returned)
        assert daemons()
        (answer,) = session.call("turn", ONE).answers
        assert isinstance(answer, Returned) or (how == "SIGKILL" and answer == Died("SIGKILL"))
    # a keeper that was killed may have been seen to end before its children were taken from it: then they have ended
    assert how == "SIGKILL" or not daemons()


@pytest.mark.skipif(
    JAIL.mode == "none" or "not limited for root" in JAIL.line,
    reason="not exercised: the limit on processes, which does not bind for root without a user of its own",
)
def test_a_fork_bomb_meets_the_limit():
    code = source("""
        import os, threading, time
        def bomb(x):
            while True:
                if os.fork() == 0: time.sleep(60)
        def threads(x):
            while True: threading.Thread(target=time.sleep, args=(60,)).start()
        def explode(x):
            while True:
                try: os.fork()
                except OSError: pass
    """)
    with Session([code], JAIL, QUICK) as session:
        assert session.call("bomb", ONE).answers == (Limit("processes"),)
        session.close()
        assert session.call("threads", ONE).answers == (Limit("processes"),)
        session.close()
        assert session.call("explode", ONE).answers == (Limit("time"),)
        honest(session)


REACH = """
    import importlib.util, os, socket, sys
    import numpy as np
    def files(x):
        count = 0
        for folder, folders, names in os.walk("/"):
            folders[:] = [f for f in folders if f != "proc"]
            count += len(names)
            if folder in ("/", "/etc", "/dev", "/tmp") or folder.endswith("-packages"):
                print(*[os.path.join(folder, name) for name in names + folders], sep="\\n")
            words = ("torch", "gradecheck", "hypothesis", "lecture03")
            print(*[os.path.join(folder, n) for n in names + folders if any(w in n for w in words)], sep="\\n")
        return count
    def writable(x):
        for folder, folders, names in os.walk("/"):
            folders[:] = [f for f in folders if f != "proc"]
            for name in [os.path.join(folder, n) for n in names] + [os.path.join(folder, "new")]:
                if os.path.islink(name): continue
                try: open(name, "r+" if name in names else "w").close()
                except OSError: continue
                print(name)
        return 1
    def network(x):
        def closed(*where):
            try: return socket.socket().connect_ex(where)
            except PermissionError: return -1
        return [closed(h, p) for h, p in (("127.0.0.1", 22), ("1.1.1.1", 53))]
    def processes(x): return [int(p) for p in os.listdir("/proc") if p.isdigit()]
    def killed(x):
        n = 0
        for p in range(1, 100000):
            if p != os.getpid():
                try: os.kill(p, 9)
                except OSError: continue
                n += 1
        return n
    def user(x): return [os.getuid(), os.geteuid(), os.getgid(), len(os.getgroups())]
    def powers(x):
        return [int(line.split()[1], 16) for line in open("/proc/self/status") if line[:6] in ("CapPrm", "CapEff")]
    def root(x): os.setuid(0)
    def modules(x): return [importlib.util.find_spec(m) is not None for m in ("torch", "scipy", "gradecheck", "manual")]
    def secrets(x): print(dict(os.environ), sys.argv, sys.path); return 1
    def walk(x):
        frame, n = sys._getframe(), 0
        while frame: frame, n = frame.f_back, n + 1
        return n
"""


@IN_JAILS
def test_nothing_is_in_reach_of_the_jail(jail, monkeypatch):
    monkeypatch.setenv("SECRET", "hush")
    with Session([source(REACH)], jail, Limits()) as session:

        def ask(name):
            reply = session.call(name, ONE)
            assert isinstance(reply.answers[0], Returned), reply
            return reply.answers[0].value, reply.output.text

        count, seen = ask("files")
        assert count > 1000
        roots = {f"/{path.split('/')[1]}" for path in (np.__file__, sys.base_prefix, "/lib", "/lib64", "/usr", "/etc")}
        shown = {"numpy", "numpy.libs", "ld.so.cache", "alternatives", "null", "zero", "random", "urandom"}
        own = ("/proc", "/dev", "/tmp", "/tmp/handed_in", "/worker", "/worker/jail")
        for path in map(Path, seen.split()):
            needed = any(Path(here).is_relative_to(path) for here in (sys.base_prefix, np.__file__))
            assert needed or path.name in shown or str(path) in {*roots, *own}, path
        _, writable = ask("writable")
        assert all(line.startswith(("/tmp/", "/dev/")) for line in writable.split()), writable
        assert "/dev/new" not in writable
        assert all(ask("network")[0])
        assert len(ask("processes")[0]) <= 3
        user, power = ask("user")[0], ask("powers")[0]
        assert all(user[:3])
        assert user[3] == 0 or jail.drops_user is False
        assert not any(power)
        (answer,) = session.call("root", ONE).answers
        assert answer.type in ("PermissionError", "OSError")
        assert not any(ask("modules")[0])
        assert "hush" not in ask("secrets")[1]
        assert ask("walk")[0] < 10
        assert ask("killed")[0] <= 1  # the jail's own first process at most, which does not listen


@pytest.mark.parametrize("jail", [*KINDS, "landlock", "none"], indirect=True)
def test_the_jail_dies_with_the_marker(jail):
    """A marker that is killed leaves no submission running; nor does it without a jail."""
    code = f"""
from gradecheck.grading.jail.process import Isolation
from gradecheck.grading.jail.folders import Folder
from gradecheck.grading.jail.inside import landlock, seccomp
from gradecheck.grading.jail.inside.protocol import Cases
from gradecheck.grading.jail.session import Session
s = Session(["def f(x):\\n while True: pass"], {jail!r})
s.loaded
print("ready", flush=True)
s.call("f", Cases.pack([(1.0,)]))
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as marker:
        assert marker.stdout.readline() == "ready\n"
        alive = list(below(marker.pid))
        marker.kill()
    deadline = time.monotonic() + 3
    while any(map(lives, alive)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(alive) >= 3
    assert not [p for p in alive if lives(p)]


def lives(folder):
    """Whether a process is there, and no zombie, which is init's to take away."""
    return "State:" in (status := text_of(folder / "status")) and "State:\tZ" not in status


def below(pid):
    """The folders in /proc of all processes that came of this one."""
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield Path(f"/proc/{child}")
        yield from below(child)


# -- one jail for many submissions


nursery_only = pytest.mark.skipif(
    not RAISED, reason=f"not exercised: the walls between the submissions of one jail ({JAIL.line})"
)
NEIGHBOUR = """
    import ctypes, os, signal
    libc = ctypes.CDLL(None, use_errno=True)
    def leave(x):
        for path in ("/tmp/left", "left-here"): open(path, "w").close()
        libc.shmget(4711, 1 << 16, 0o1777)
        libc.sethostname(b"left", 4)
        os.environ["left"] = "left"
        return x
    def find(x):
        own = "handed_in"  # the folder that each has
        host = os.uname().nodename
        left = [name for name in os.listdir("/tmp") if name != own] + os.listdir() + [host * (host == "left")]
        return [len("".join(left)), libc.shmget(4711, 1 << 16, 0), "left" in os.environ]
    def fall(x):
        for number in {*range(1, 65)} - {signal.SIGKILL, signal.SIGSTOP, 32, 33}:
            signal.signal(number, signal.SIG_IGN)
            for target in (1, 0, -1):
                try: os.kill(target, number)
                except ProcessLookupError: pass
        for number in (signal.SIGKILL, signal.SIGSTOP): os.kill(1, number)
        return x
    def sockets(x):
        links = [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")[:-1]]  # the last: of this list
        return [len(links), sum(link.startswith(("socket", "anon_inode")) for link in links)]
    def first(x):
        read = 0
        for name in ("environ", "maps", "mem", "fd/0"):
            try: read += len(open(f"/proc/1/{name}", "rb").read(10))
            except OSError: pass
        return [read, libc.ptrace(16, 1, 0, 0), *(libc.unshare(kind) for kind in (0x10000000, 0x20000, 0x40000000))]
    def spaces(x):
        names = ("user", "pid", "mnt", "ipc", "uts", "net", "cgroup")
        return [int(os.readlink(f"/proc/self/ns/{name}").strip("]").partition("[")[2]) for name in names]
    def undo(x):
        return [libc.umount2(place, 2) for place in (b"/tmp", b"/proc")] + [libc.mount(b"x", b"/tmp", b"tmpfs", 0, 0)]
"""


@nursery_only
def test_a_submission_finds_nothing_of_the_one_before():
    for _ in range(2):
        with Session([source(NEIGHBOUR)], WALLS, QUICK) as session:
            assert session.call("find", ONE).answers[0].value == [0, -1, False]
            assert isinstance(session.call("leave", ONE).answers[0], Returned)
            size, shared, variable = session.call("find", ONE).answers[0].value
            assert (size > 0, shared >= 0, variable) == (True, True, True)
            honest(session)


@nursery_only
def test_a_submission_reaches_neither_its_first_process_nor_what_is_around_it():
    nursery = workers._nurseries[os.getpid(), WALLS]
    with Session([source(NEIGHBOUR)], WALLS, QUICK) as other, Session([source(NEIGHBOUR)], WALLS, QUICK) as session:
        assert session.call("first", ONE).answers[0].value == [0, -1, -1, -1, -1]
        assert session.call("undo", ONE).answers[0].value == [-1, -1, -1]
        assert session.call("sockets", ONE).answers[0].value == [6, 0]
        pairs = zip(*(s.call("spaces", ONE).answers[0].value for s in (session, other)), strict=True)
        assert [mine == theirs for mine, theirs in pairs] == [False] * 7
        assert isinstance(session.call("fall", ONE).answers[0], Returned)
        honest(session)
        honest(other)
    assert workers._nurseries[os.getpid(), WALLS] is nursery


@nursery_only
def test_what_is_said_of_a_jail_starts_no_second_nursery():
    """The line is complete only once a probe has run, which needs a nursery."""
    before = dict(workers._nurseries)
    with Session([HONEST], replace(WALLS, line="said otherwise"), QUICK) as session:
        honest(session)
    assert workers._nurseries == before


@nursery_only
def test_a_nursery_that_has_ended_is_replaced():
    nursery = workers._nurseries[os.getpid(), JAIL]
    with Session([HONEST], JAIL, QUICK) as session:
        honest(session)
        nursery._process.popen.kill()
        nursery._process.popen.wait()
        select.select([session._worker.process._first], [], [], 5)  # the kernel ends it a little later
        assert session.call("honest", ONE).answers == (Died("SIGKILL"),)
        honest(session)
    assert workers._nurseries[os.getpid(), JAIL] is not nursery


@nursery_only
@pytest.mark.parametrize("broken", ["walls", "start"])
def test_why_a_nursery_raises_no_worker_is_told(broken):
    words, at = list(JAIL.command), JAIL.command.index("--unshare-pid")
    if broken == "start":
        words[at], said = "--nonsense", "--nonsense"
    elif JAIL.drops_user:
        words[words.index("CAP_SYS_ADMIN")], said = "CAP_SETUID", "mount /proc: Operation not permitted"
    else:
        words[at:at], said = ["--disable-userns"], "unshare"
    with pytest.raises(JailError, match=said):
        Session([HONEST], replace(JAIL, command=tuple(words)), QUICK)


def test_a_submission_has_its_own_three_files_and_no_other(where):
    code = """
import os, stat
def f(x):
    kinds = [os.fstat(number).st_mode for number in range(3, 64) if is_open(number)]
    return [len(kinds), sum(map(stat.S_ISFIFO, kinds)), sum(map(stat.S_ISREG, kinds))]
def is_open(number):
    try: return os.fstat(number) is not None
    except OSError: return False
"""
    with Session([code], where, QUICK) as session:
        assert session.call("f", ONE).answers[0].value == [3, 2, 1]


def test_a_folder_goes_however_deep_it_is_and_takes_nothing_outside_along(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("kept")
    folder = Folder(of_another=False)
    monkeypatch.chdir(folder.name)
    os.mkdir("closed", 0)
    os.symlink(kept, "link")
    for _ in range(1200):
        os.mkdir("d")
        os.chdir("d")
    os.symlink(kept, "link")
    monkeypatch.undo()
    folder.remove()
    assert list(tmp_path.iterdir()) == [kept]
    assert (kept / "file").read_text() == "kept"


# -- what lasts, and what swells


def test_a_function_is_not_called_for_longer_than_it_may(where):
    """One that ends Python again and again, in a file that is slow to load, would hold its marker for an hour."""
    limits = replace(QUICK, question=0.1, most=0.4, load=0.4)
    code = source("""
        import os, time
        time.sleep(0.3)
        def f(x): os._exit(0)
    """)
    with Session([code], where, limits) as session:
        started = time.monotonic()
        answers = [session.call("f", ONE).answers for _ in range(30)]
        assert answers[0] == (Died("exit status 0"),)
        assert answers[-1] == (Limit("time", ran=False),)
        assert time.monotonic() - started < limits.function + 2
        honest(session)


def test_what_one_function_hoards_is_not_missing_to_the_next(where):
    code = source("""
        import numpy
        kept = []
        def f(x):
            while True: kept.append(numpy.zeros(1 << 20))
        def g(x): return numpy.zeros(4 << 20).size
    """)
    with Session([code], where, QUICK) as session:
        assert session.call("f", ONE).answers == (Limit("memory"),)
        assert session.call("g", ONE).answers[0].value == 4 << 20


@IN_JAILS
def test_a_jail_has_ended_when_it_is_closed(jail):
    """What is still being ended would count, and hold memory, beside the next submission."""
    code = source(f"""
        import ctypes, os, time
        def f(x):
            ctypes.CDLL(None).prctl(15, b"{DAEMON}")  # PR_SET_NAME
            for _ in range(6):
                if os.fork() == 0:
                    kept = b"x" * (100 << 20)
                    time.sleep(60)
            time.sleep(0.3)
            return x
    """)
    with Session([code], jail, QUICK) as session:
        assert isinstance(session.call("f", ONE).answers[0], Returned)
        session.close()
        assert not daemons()


def text_of(path):
    try:
        return path.read_text()
    except OSError:
        return ""


KEYS = """
    import ctypes
    call = ctypes.CDLL(None).syscall
    def leave(x): return [call(248, b"user", b"left", b"word", 4, ring) for ring in (-3, -4)]
    def find(x): return [call(250, 10, ring, b"user", b"left", 0) for ring in (-3, -4)]
"""


@IN_JAILS
@pytest.mark.skipif(os.uname().machine != "x86_64", reason="not exercised: keyrings, called otherwise here")
def test_no_word_is_left_in_the_kernels_keyrings(jail):
    call = ctypes.CDLL(None).syscall
    call(250, 1, None)
    if call(248, b"user", b"left", b"word", 4, -3) < 0:
        pytest.skip("not exercised: keyrings, which this system does not have")
    jail = replace(jail, filtered=False)
    with Session([source(KEYS)], jail, QUICK) as session:
        assert session.call("find", ONE).answers[0].value == [-1, -1], "nor in that of the session we are in"
        assert min(session.call("leave", ONE).answers[0].value) > 0
        assert min(session.call("find", ONE).answers[0].value) > 0
    with Session([source(KEYS)], jail, QUICK) as session:
        assert session.call("find", ONE).answers[0].value == [-1, -1]


@pytest.mark.parametrize("kind", ["list", "tuple"])
def test_rows_of_nothing_are_no_answer(kind):
    """They are no bytes on the wire, and lists without end here."""
    header = {"returned": [kind, "float64", "float64", [2_000_000, 0]], "type": kind}
    with pytest.raises(ProtocolError):
        read(json.dumps(header).encode(), b"")


def test_only_so_many_problems_are_told(where):
    problem = [0, 1, {"limit": "time"}]
    loaded = f"{{'problems': [{problem}] * 5000, 'functions': [], 'absent': []}}"
    code = source(FORGED) + f"\nforge(frame({{'loaded': {loaded}}}))"
    with Session([code], where, QUICK) as session:
        assert len(session.loaded.problems) == 200


def test_who_asks_without_reading_is_not_answered_for_ever(where):
    code = source("""
        import sys
        def scale(x): return x
        def f(x):
            frame = sys._getframe()
            while "wire" not in frame.f_locals: frame = frame.f_back
            wire = frame.f_locals["wire"]
            while True: wire.send({"ask": "scale", "names": [], "returned": ["tuple", []], "type": "tuple"})
    """)
    with Session([code], where, QUICK) as session:
        answers = session.call("f", ONE, {"scale": lambda given: np.zeros(100_000)}).answers
        assert answers == (Died("protocol"),)
        honest(session)


COLUMN = np.ones((1500, 1))


def test_right_values_are_computed_for_an_argument_with_the_same_axis_twice():
    """The state of a recurrent step is multiplied by a square, (out, out)."""
    right = followthrough.right([Question(PROVED["rnn_step"], "rnn_step", 1.0)])["rnn_step"]
    x, h, W_x, W_h, b = np.ones((4, 3)), np.zeros((4, 2)), np.zeros((2, 3)), np.ones((2, 2)), np.zeros(2)
    assert not right([("", value) for value in (x, h, W_x, W_h, b)]).any()
    with pytest.raises(ValueError, match="no larger than a case"):
        right([("", value) for value in (x, h, W_x, np.ones((2, 3)), b)])


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("mse_backward", (COLUMN, COLUMN.T)),
        ("momentum_step", (COLUMN[:, None], COLUMN[None], COLUMN, 0.1, 0.9)),
        ("softmax", (np.ones((101, 100)),)),
        ("linear", (COLUMN[None], COLUMN[None], np.ones(1))),
        ("train", (*(np.ones((2, 2)),) * 3, np.ones(2), 0.1, 0.9, 10**9)),
    ],
)
def test_right_values_are_not_computed_for_what_is_larger_than_a_case(function, arguments):
    contract = CONTRACTS[function]
    right = followthrough.right([Question(contract, function, 1.0)])[function]
    with pytest.raises(ValueError, match="no larger than a case"):
        right([("", x) for x in arguments])
    for case in ladder(CONTRACTS[function]).expectations:
        assert right([("", x) for x in case.arguments]) is not None


def test_an_answer_of_millions_is_shown_by_its_shape():
    e = ladder(CONTRACTS["relu"]).expectations[0]
    assert texts(e, Returned(np.zeros(1 << 20, np.int8), "ndarray"))[1] == "an array of shape (1048576,)"


# -- what is in force is said


def test_isolation_says_what_is_in_force():
    assert isolation("none").line.startswith("process limits only")
    assert "in reach" in isolation("none").line
    assert isolation("auto") is isolation("auto")
    if JAIL.mode == "none":
        with pytest.raises(JailError, match="required"):
            isolation("required")
    else:
        assert isolation("required").line.startswith(("bubblewrap: no network", "Landlock: no network"))
        assert "; memory " in isolation("required").line


@pytest.fixture
def probed_anew():
    jails._probed.cache_clear()
    yield
    jails._probed.cache_clear()


def test_where_bubblewrap_does_not_work_the_second_tier_is_taken_and_the_reason_told(monkeypatch, probed_anew):
    tier("landlock")
    monkeypatch.setenv("PATH", "")
    found = isolation("required")
    assert (found.mode, found.filtered, found.drops_user) == ("landlock", True, os.getuid() == 0)
    assert "; no stronger tier works here (bwrap is not installed; " in found.line
    assert "not hidden: that a file is there" in found.line


def test_where_the_second_tier_does_not_work_either_both_reasons_are_told(monkeypatch, probed_anew):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(landlock, "version", lambda: 0)
    monkeypatch.setattr(seccomp, "available", lambda: False)
    lacks = "this machine lacks Landlock and a filter for system calls"
    assert f"(bwrap is not installed; install Debian's package bubblewrap; {lacks})" in isolation("auto").line
    with pytest.raises(JailError, match=lacks):
        isolation("required")


def test_a_jail_without_a_filter_says_so(monkeypatch):
    tier("bubblewrap")
    monkeypatch.setattr(seccomp, "available", lambda: False)
    found = next(bubblewrap.candidates())
    assert not found.filtered
    assert "system calls not filtered" in found.line


def test_a_second_tier_that_leaks_is_not_taken():
    """What is left open is found by the probe, and not believed to be shut."""
    found = tier("landlock")
    open_to = replace(found, readable=(*found.readable, "/etc"))
    assert leaks(open_to) == "in reach of the jail: /etc/passwd"
    workers._nurseries.pop((os.getpid(), open_to)).close()


@jail_only
def test_no_jail_that_starts_leaks():
    started = {c: found for c in bubblewrap.candidates() if "start" not in (found := leaks(c))}
    assert JAIL.command in {kind.command for kind in started}
    assert {*started.values()} == {""}


@jail_only
@pytest.mark.skipif(os.getuid() != 0, reason="not exercised: that nobody is kept from what root may write to")
def test_nobody_who_is_root_outside_is_kept_from_the_kernels_settings():
    (*_, weakest) = bubblewrap.candidates()
    bare = weakest.command[: -len(list(bubblewrap._settings()))]
    assert "core_pattern" in leaks(replace(weakest, command=bare))


def test_a_pipe_that_the_submission_has_emptied_is_no_fault_of_ours(where):
    with Session([HONEST], where, QUICK) as session:
        honest(session)
        session._worker._pull()
        honest(session)


def test_a_jail_that_does_not_start_is_not_the_submissions_fault(monkeypatch):
    broken = replace(isolation("none"), mode="bubblewrap", command=("false",), nursery=False)
    with Session([HONEST], broken, QUICK) as session, pytest.raises(JailError, match="did not start"):
        session.call("honest", ONE)


def test_a_file_of_the_jail_is_compiled_again_only_where_its_text_has_changed(tmp_path, monkeypatch):
    """Whatever its time says: in the jail nobody looks at the text once more."""
    monkeypatch.setattr(process, "INSIDE", tmp_path)
    source = tmp_path / "small.py"
    source.write_text("number = 1\n")
    (kept,) = process.jailed_files.__wrapped__().values()
    before, written, edited = kept.read_bytes(), kept.stat().st_mtime_ns, source.stat()
    (same,) = process.jailed_files.__wrapped__().values()
    assert same.stat().st_mtime_ns == written
    source.write_text("number = 2\n")
    os.utime(source, ns=(edited.st_atime_ns, edited.st_mtime_ns))
    (anew,) = process.jailed_files.__wrapped__().values()
    assert anew.read_bytes() != before
