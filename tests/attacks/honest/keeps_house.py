"""Much of what a system offers, on the way to right values: files of every kind, threads, pairs of sockets, copies."""

import asyncio
import ctypes
import os
import pathlib
import platform
import resource
import shutil
import signal
import tempfile
import threading
import time

import numpy as np

os.nice(0)
signal.signal(signal.SIGUSR1, lambda *_: seen.append(1))
seen = []
os.kill(os.getpid(), signal.SIGUSR1)
signal.raise_signal(signal.SIGUSR1)
assert len(seen) == 2
resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
assert ctypes.CDLL(None).getpid() == os.getpid()
platform.machine(), platform.python_version(), os.cpu_count(), time.localtime(), os.get_terminal_size
pathlib.Path("made/deep").mkdir(parents=True)
np.save("made/x.npy", np.arange(1000.0))
assert np.load("made/x.npy", mmap_mode="r").sum() == 499500
shutil.copy("made/x.npy", "made/deep")
shutil.copy2("made/x.npy", "made/y.npy")
os.rename("made/y.npy", "made/z.npy")
os.replace("made/z.npy", "y.npy")
os.symlink("y.npy", "link.npy")
os.chmod("y.npy", 0o600)
with open("y.npy", "r+b") as file:
    file.truncate(100)
assert os.path.getsize("link.npy") == 100
shutil.rmtree("made")
with tempfile.TemporaryFile() as file:
    file.write(b"x")
with tempfile.TemporaryDirectory() as folder:
    np.savez(os.path.join(folder, "z.npz"), np.ones(3))
    np.memmap(os.path.join(folder, "m"), mode="w+", shape=10).flush()


async def waited():
    await asyncio.sleep(0)
    return await asyncio.to_thread(np.linalg.norm, np.ones(4))


assert asyncio.run(waited()) == 2
A = np.eye(300) + np.ones((300, 300)) / 300
results = []
threads = [threading.Thread(target=lambda: results.append(np.linalg.inv(A) @ A)) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert all(abs(found - np.eye(300)).max() < 1e-9 for found in results)
np.linalg.svd(A), np.linalg.eigh(A), np.fft.fft(A), np.random.default_rng(0).normal(size=10)


def relu(x):
    return np.maximum(x, 0)


def tanh(x):
    return np.tanh(x)


def mse_backward(prediction, target):
    return 2 * (prediction - target) / prediction.size
