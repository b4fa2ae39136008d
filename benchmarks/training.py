"""How fast the NumPy network trains, beside torch and scikit-learn, in one run and at equal thread counts.

The digits network (64-64-10) is bound by the cost of a call, the wide one (1024-1024-1024-10) by matrix products.
"""

import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise
from statistics import median
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from tabulate import tabulate
from threadpoolctl import threadpool_limits
from torch import Tensor, nn

import manual
from manual.arguments import LayerList

LR, MU = 0.1, 0.9
SEED = 3

Float64s = NDArray[np.float64]
Run = Callable[[], object]


def measure(digits_rounds: int = 15, wide_rounds: int = 15) -> dict[str, float]:
    """Name -> figure: medians over rounds in which the contestants take turns; a ratio above 1 is NumPy's win.

    A ratio is taken in each round, for the machine's speed drifts from one to the next.
    """
    return {**_digits(digits_rounds), **_wide(1, wide_rounds), **_wide(2, wide_rounds)}


def _digits(rounds: int, epochs: int = 10, size: int = 32) -> dict[str, float]:
    """All three shuffle the rows in each epoch, which is scikit-learn's default."""
    X, y = load_digits(return_X_y=True)
    X, T = X / 16, np.eye(10)[y]
    contestants = {
        "numpy": _numpy([64, 64, 10], X, T, epochs, size),
        "torch": _torch([64, 64, 10], X, T, epochs, size),
        "sklearn": _sklearn([64], X, y, epochs, size),
    }
    seconds = take_turns(contestants, rounds, threads=1)
    steps = epochs * -(-len(X) // size)
    figures = {f"digits, {name}, us a step": 1e6 * median(times) / steps for name, times in seconds.items()}
    for name in ("torch", "sklearn"):
        figures[f"digits, {name} time / numpy time"] = ratio(seconds[name], seconds["numpy"])
    return figures


def _wide(threads: int, rounds: int, steps: int = 12, size: int = 256) -> dict[str, float]:
    rng = np.random.default_rng(SEED)
    A, T = rng.standard_normal((steps * size, 1024)), np.eye(10)[rng.integers(0, 10, steps * size)]
    widths = [1024, 1024, 1024, 10]
    contestants = {"numpy": _numpy(widths, A, T, 1, size), "torch": _torch(widths, A, T, 1, size)}
    seconds = take_turns(contestants, rounds, threads)
    case = f"wide, {threads} thread" + "s" * (threads > 1)
    figures = {f"{case}, {name}, ms a step": 1e3 * median(times) / steps for name, times in seconds.items()}
    figures[f"{case}, torch time / numpy time"] = ratio(seconds["torch"], seconds["numpy"])
    return figures


def ratio(theirs: list[float], ours: list[float]) -> float:
    return median(t / n for t, n in zip(theirs, ours, strict=True))


def take_turns(contestants: dict[str, Run], rounds: int, threads: int) -> dict[str, list[float]]:
    """Each one's seconds in every round, after one round to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    torch_threads = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with threadpool_limits(threads):
            for _ in range(1 + rounds):
                for name, run in contestants.items():
                    start = perf_counter()
                    run()
                    seconds[name].append(perf_counter() - start)
    finally:
        torch.set_num_threads(torch_threads)
    return {name: times[1:] for name, times in seconds.items()}


def _numpy(widths: list[int], X: Float64s, T: Float64s, epochs: int, size: int) -> Run:
    parameters = _start(widths)
    activations = ["relu"] * (len(parameters) - 1) + ["identity"]

    def batches() -> Iterator[tuple[Float64s, Float64s]]:
        rng = np.random.default_rng(SEED)
        for _ in range(epochs):
            order = rng.permutation(len(X))
            for start in range(0, len(X), size):
                rows = order[start : start + size]
                yield X[rows], T[rows]

    return lambda: manual.fit(batches(), parameters, activations, "softmax_cross_entropy", LR, MU)


def _torch(widths: list[int], X: Float64s, T: Float64s, epochs: int, size: int) -> Run:
    """The bare eager loop. The network and the optimizer are built outside of the measured time."""
    modules: list[nn.Module] = []
    for W, b in _start(widths):
        linear = nn.Linear(W.shape[1], W.shape[0]).double()
        linear.load_state_dict({"weight": torch.from_numpy(W), "bias": torch.from_numpy(b)})
        modules += [linear, nn.ReLU()]
    network = nn.Sequential(*modules[:-1])
    optimizer = torch.optim.SGD(network.parameters(), lr=LR, momentum=MU)
    criterion = nn.CrossEntropyLoss()
    inputs, targets = torch.from_numpy(X), torch.from_numpy(T)

    def run() -> list[Tensor]:
        losses = []
        generator = torch.Generator().manual_seed(SEED)
        for _ in range(epochs):
            order = torch.randperm(len(inputs), generator=generator)
            for start in range(0, len(inputs), size):
                rows = order[start : start + size]
                optimizer.zero_grad()
                loss = criterion(network(inputs[rows]), targets[rows])
                loss.backward()
                optimizer.step()
                losses.append(loss.detach())
        return losses

    return run


def _sklearn(hidden: list[int], X: Float64s, y: NDArray[np.int64], epochs: int, size: int) -> Run:
    classifier = MLPClassifier(
        hidden,
        solver="sgd",
        alpha=0,
        batch_size=size,
        learning_rate_init=LR,
        momentum=MU,
        nesterovs_momentum=False,
        max_iter=epochs,
        n_iter_no_change=epochs + 1,
        random_state=SEED,
    )

    def run() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # it is to stop after these epochs
            return classifier.fit(X, y)

    return run


def _start(widths: list[int]) -> LayerList:
    """W and b uniform in ±1/√in, as nn.Linear draws them."""
    rng = np.random.default_rng(SEED)
    layers: LayerList = []
    for features, out in pairwise(widths):
        k = features**-0.5
        layers.append((rng.uniform(-k, k, (out, features)), rng.uniform(-k, k, out)))
    return layers


if __name__ == "__main__":
    print(tabulate(measure().items(), headers=["figure", "value"], floatfmt=".2f"))
