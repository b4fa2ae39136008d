"""How fast the networks of the course train on the digits, beside torch: batches of 32 by Adam, one thread."""

import numpy as np
import torch
from tabulate import tabulate

from benchmarks.training import Run, ratio, take_turns
from lectures.beyond.exhibits.start import NETWORKS, start
from lectures.training import digits
from manual import beyond
from reference.beyond import networks

LR = 0.003
DTYPE = "float32"


def measure(rounds: int = 15) -> dict[str, float]:
    """Name -> figure: medians over rounds in which the contestants take turns; a ratio above 1 is NumPy's win."""
    batches = digits.epochs(digits.load(DTYPE), 1)
    figures: dict[str, float] = {}
    for network in NETWORKS:
        contestants = {"numpy": _numpy(network, batches), "torch": _torch(network, batches)}
        seconds = take_turns(contestants, rounds, threads=1)
        for name, times in seconds.items():
            figures[f"{network}, {name}, us a step"] = 1e6 * float(np.median(times)) / len(batches)
        figures[f"{network}, torch time / numpy time"] = ratio(seconds["torch"], seconds["numpy"])
    return figures


def _numpy(network: str, batches: list[tuple[digits.Array, digits.Array]]) -> Run:
    return lambda: beyond.fit(batches, [*start(network, DTYPE, 0)], network, "adam", LR)


def _torch(network: str, batches: list[tuple[digits.Array, digits.Array]]) -> Run:
    tensors = [(torch.from_numpy(A), torch.from_numpy(T)) for A, T in batches]
    return lambda: networks.fit(tensors, [torch.from_numpy(x) for x in start(network, DTYPE, 0)], network, "adam", LR)


if __name__ == "__main__":
    print(tabulate(measure().items(), headers=["figure", "value"], floatfmt=".2f"))
