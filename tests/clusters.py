"""A scheduler and workers of dask, started by their command lines, to be killed."""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
NO_TORCH = 'raise ImportError("no torch on this machine")\n'
STARTING = 120.0


class Processes:
    """A scheduler, and its workers.    host: on which it listens.    file: its scheduler file.    top: a new folder."""

    def __init__(self, top, host="127.0.0.1"):
        self.top = Path(top)
        self.file = self.top / "scheduler.json"
        (self.top / "without").mkdir()
        (self.top / "without" / "torch.py").write_text(NO_TORCH)
        self.log = (self.top / "log").open("ab")
        self.workers = []
        self.scheduler = self._start("scheduler", "--host", host, "--port", "0", "--no-dashboard", "--no-show")
        deadline = time.monotonic() + STARTING
        while not self.file.exists():
            assert self.scheduler.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def _start(self, what, *words, path=None):
        paths = [path or str(ROOT), str(self.top / "without"), str(ROOT / "tests")]
        return subprocess.Popen(
            [sys.executable, "-m", "dask", what, "--scheduler-file", str(self.file), *words],
            cwd=self.top,
            stdout=self.log,
            stderr=self.log,
            env={**os.environ, "PYTHONPATH": ":".join(paths), "PYTHONSAFEPATH": "1", "OMP_NUM_THREADS": "1"},
        )

    @property
    def address(self):
        return json.loads(self.file.read_text())["address"]

    def work(self, *, path=None, threads=1):
        """One more worker, with this gradecheck, or with the one at a path."""
        words = ("--host", "127.0.0.1", "--nthreads", str(threads), "--no-nanny", "--no-dashboard")
        self.workers.append(self._start("worker", *words, "--memory-limit", "0", path=path))
        return self.workers[-1]

    @contextmanager
    def kept_up(self):
        """Meanwhile, a worker that has ended is replaced."""
        ended = threading.Event()

        def replace():
            while not ended.wait(0.1):
                for process in [process for process in self.workers if process.poll() is not None]:
                    self.workers.remove(process)
                    self.work()

        thread = threading.Thread(target=replace)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def end(self):
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
