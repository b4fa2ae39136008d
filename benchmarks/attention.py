"""How fast attention runs forward and backward in NumPy, beside torch's own, in one run and at equal thread counts."""

from statistics import median

import numpy as np
import torch
from tabulate import tabulate
from torch.nn import functional

from benchmarks.training import SEED, Run, ratio, take_turns
from manual.beyond import attention, attention_backward

SHAPE = (32, 8, 64, 32)
"""n, heads, tokens, d."""


def measure(rounds: int = 15) -> dict[str, float]:
    """Name -> figure: medians over rounds in which the two take turns, with a causal mask in float32."""
    figures: dict[str, float] = {}
    for threads in (1, 2):
        seconds = take_turns({"numpy": _numpy(), "torch": _torch()}, rounds, threads)
        case = f"attention, {threads} thread" + "s" * (threads > 1)
        figures |= {f"{case}, {name}, ms": 1e3 * median(times) for name, times in seconds.items()}
        figures[f"{case}, torch time / numpy time"] = ratio(seconds["torch"], seconds["numpy"])
    return figures


def _numpy() -> Run:
    grad, Q, K, V = np.random.default_rng(SEED).standard_normal((4, *SHAPE)).astype(np.float32)
    mask = np.tri(SHAPE[2], dtype=bool)
    return lambda: (attention(Q, K, V, mask), attention_backward(grad, Q, K, V, mask))


def _torch() -> Run:
    """Eager, with the kernel that torch picks. The graph of the forward run serves the backward one."""
    arrays = np.random.default_rng(SEED).standard_normal((4, *SHAPE)).astype(np.float32)
    grad, *inputs = map(torch.from_numpy, arrays)
    Q, K, V = (x.requires_grad_() for x in inputs)
    mask = torch.ones(SHAPE[2], SHAPE[2], dtype=torch.bool).tril()

    def run() -> object:
        Y = functional.scaled_dot_product_attention(Q, K, V, mask)
        return torch.autograd.grad(Y, (Q, K, V), grad)

    return run


if __name__ == "__main__":
    print(tabulate(measure().items(), headers=["figure", "value"], floatfmt=".2f"))
