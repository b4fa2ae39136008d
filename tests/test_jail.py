"""Strangers' code against the real jail: what it does costs itself, and nothing else."""

import os
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gradecheck.grading.answers import Died, Limit, Missing, NoArray, Raised, Returned
from gradecheck.grading.jail import isolation
from gradecheck.grading.process import JailError, Limits
from gradecheck.grading.protocol import Cases
from gradecheck.grading.session import Session

ROOT = Path(__file__).parents[1]
QUICK = Limits(question=1.0, load=1.0, memory=256 << 20, processes=8, written=4 << 20)
JAIL = isolation("auto")
jail_only = pytest.mark.skipif(
    JAIL.mode == "none",
    reason=f"not exercised: that a submission reaches no network, no file, no process and no torch ({JAIL.line})",
)
MODES = [pytest.param("auto", marks=jail_only), "none"]
X = np.array([1.0, -2.0, 3.0])
ONE = Cases.pack([(X,)])
HONEST = "\ndef honest(x): return x * 2\n"


def source(text):
    return textwrap.dedent(text) + HONEST


@pytest.fixture(params=MODES)
def where(request):
    return isolation(request.param)


@pytest.fixture(autouse=True)
def nothing_is_left():
    """No process, zombie, open file or folder of ours outlives a session."""

    def ours():
        found = set()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                status = (folder / "status").read_text()
            except OSError:
                continue
            if f"PPid:\t{os.getpid()}\n" in status or f"Name:\t{DAEMON}\n" in status:
                found.add(folder.name)
        return found

    files = set(os.listdir("/proc/self/fd"))
    before = ours()
    yield
    deadline = time.monotonic() + 2
    while ours() - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not ours() - before
    assert set(os.listdir("/proc/self/fd")) == files


DAEMON = f"daemon-{os.getpid()}"


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
        assert [(cell, problem.type) for cell, problem in problems] == [
            (0, "ZeroDivisionError"),
            (1, "SyntaxError"),
            (2, "SystemExit"),
            (3, "EOFError"),
            (4, "SystemExit"),
        ]
        assert problems[0][1].lines[0].text == "1 / 0"
        assert problems[1][1].lines[0].text == "def f(:"
        honest(session)


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

    def right(x, factor):
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
    if name == "disks" and where.mode == "none":
        pytest.skip("not exercised: the size of /tmp, which only the jail limits")
    body, expected = HARMS[name]
    result = "" if "\n" in body or not body.startswith("numpy.") else "return "
    code = source("""
        import numpy, os, signal, sys, time
        class Unprintable(Exception):
            def __str__(self): raise ValueError
    """) + f"\ndef f(x):\n {result}{body}\n"
    with Session([code], where, QUICK) as session:
        started = time.monotonic()
        (answer,) = session.call("f", ONE).answers
        assert time.monotonic() - started < 4
        if isinstance(expected, str):
            assert isinstance(answer, Raised)
            assert answer.type == expected
        else:
            assert answer == expected
        honest(session)


def test_answers_before_the_hang_are_kept(where):
    code = source("""
        def f(x):
            while x[0] == 2: pass
            return x
    """)
    with Session([code], where, QUICK) as session:
        answers = session.call("f", Cases.pack([(np.full(1, float(i)),) for i in range(5)])).answers
        assert [type(a) for a in answers] == [Returned, Returned, Limit, Limit, Limit]
        assert [a.ran for a in answers[2:]] == [True, False, False]
        honest(session)


def test_a_file_that_never_ends_keeps_what_it_defined(where):
    with Session([HONEST + "\nwhile True: pass", "def later(x): return x"], where, QUICK) as session:
        assert session.loaded.problems == ((0, Limit("time")),)
        assert session.loaded.functions == ("honest", "later")
        honest(session)


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("while True:\n  try: time.sleep(9)\n  except BaseException: pass", Limit("time", loading=True)),
        ("os._exit(0)", Died("exit status 0", loading=True)),
        ("os.kill(0, 9)", Died("SIGKILL", loading=True)),
    ],
)
def test_a_file_that_cannot_be_loaded_is_tried_once(ending, expected, where):
    with Session([f"import os, time\n{HONEST}\n{ending}"], where, QUICK) as session:
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
    def ask(x): forge(frame({"ask": "honest", "returned": ["tuple", []], "type": "tuple"})); return x
"""


def test_a_forged_frame_is_never_more_than_a_lost_function(where):
    with Session([source(FORGED)], where, QUICK) as session:
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
        assert any(DAEMON in path.read_text() for path in Path("/proc").glob("[0-9]*/comm"))
        honest(session)


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
        return [socket.socket().connect_ex((h, p)) for h, p in (("127.0.0.1", 22), ("1.1.1.1", 53))]
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


@jail_only
def test_nothing_is_in_reach_of_the_jail(monkeypatch):
    monkeypatch.setenv("SECRET", "hush")
    with Session([source(REACH)], JAIL, Limits()) as session:

        def ask(name):
            reply = session.call(name, ONE)
            assert isinstance(reply.answers[0], Returned), reply
            return reply.answers[0].value, reply.output.text

        count, seen = ask("files")
        assert count > 1000
        roots = {f"/{path.split('/')[1]}" for path in (np.__file__, sys.base_prefix, "/lib", "/lib64", "/usr", "/etc")}
        shown = {"numpy", "numpy.libs", "ld.so.cache", "alternatives", "null", "zero", "random", "urandom"}
        for path in map(Path, seen.split()):
            needed = any(Path(here).is_relative_to(path) for here in (sys.base_prefix, np.__file__))
            assert needed or path.name in shown or str(path) in {*roots, "/proc", "/dev", "/tmp", "/worker"}, path
        _, writable = ask("writable")
        assert all(line.startswith(("/tmp/", "/dev/")) for line in writable.split()), writable
        assert "/dev/new" not in writable
        assert all(ask("network")[0])
        assert len(ask("processes")[0]) <= 3
        user, power = ask("user")[0], ask("powers")[0]
        assert all(user[:3])
        assert user[3] == 0 or JAIL.drops_user is False
        assert not any(power)
        (answer,) = session.call("root", ONE).answers
        assert answer.type in ("PermissionError", "OSError")
        assert not any(ask("modules")[0])
        assert "hush" not in ask("secrets")[1]
        assert ask("walk")[0] < 10
        assert ask("killed")[0] <= 1  # the jail's own first process at most, which does not listen


@jail_only
def test_the_jail_dies_with_the_marker():
    """A marker that is killed leaves no submission running."""
    code = """
from gradecheck.grading.jail import isolation
from gradecheck.grading.protocol import Cases
from gradecheck.grading.session import Session
s = Session(["def f(x):\\n while True: pass"], isolation())
s.loaded
print(s._worker.process.popen.pid, flush=True)
s.call("f", Cases.pack([(1.0,)]))
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True) as marker:
        jail = int(marker.stdout.readline())
        inside = Path(f"/proc/{jail}/task/{jail}/children").read_text().split()
        marker.kill()
    deadline = time.monotonic() + 3
    alive = [Path(f"/proc/{pid}") for pid in (jail, *inside)]
    while any(p.exists() for p in alive) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not [p for p in alive if p.exists()]


# -- what is in force is said


def test_isolation_says_what_is_in_force():
    assert isolation("none").line.startswith("process limits only")
    assert "in reach" in isolation("none").line
    assert isolation("auto") is isolation("auto")
    if JAIL.mode == "none":
        with pytest.raises(JailError, match="required"):
            isolation("required")
    else:
        assert isolation("required").line.startswith("bubblewrap: no network")


def test_a_jail_that_does_not_start_is_not_the_submissions_fault(monkeypatch):
    broken = replace(isolation("none"), mode="bubblewrap", command=("false",))
    with Session([HONEST], broken, QUICK) as session, pytest.raises(JailError, match="did not start"):
        session.call("honest", ONE)
