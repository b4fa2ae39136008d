"""Everything that the comparison report holds, found in one run."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradecheck import digits
from gradecheck.compare import Verdict
from gradecheck.contract import Contract
from gradecheck.environment import environment
from gradecheck.implementation import Implementation
from gradecheck.records import Network, Pairs, Report, Training, Trajectory, Verification
from gradecheck.trajectory import follow, network_sides, perceptron_sides
from gradecheck.verify import Options, verify
from gradecheck.worked_example import worked_example

Progress = Callable[[str], None]

RATES: Final = tuple(itertools.product((0.01, 0.001), (0.0, 0.9)))
"""lr and mu as on the slides."""

DIGIT_RATES: Final = tuple(itertools.product((0.01, 0.1), (0.0, 0.9)))
EPOCHS: Final = 10
PERCEPTRON_STEPS: Final = 3
PERCEPTRON_STRETCHES: Final = 40
TRAJECTORY_STEPS: Final = 200


def two_moons(dtype: str, seed: int, rows: int = 64) -> tuple[Any, Any]:
    """Two interleaved half circles with a little noise: two features, two classes."""
    rng = np.random.default_rng(seed)
    angle = rng.uniform(0, np.pi, rows)
    label = np.arange(rows) % 2
    x = np.where(label == 0, np.cos(angle), 1 - np.cos(angle)) + 0.1 * rng.standard_normal(rows)
    y = np.where(label == 0, np.sin(angle), 0.5 - np.sin(angle)) + 0.1 * rng.standard_normal(rows)
    return np.stack([x, y], axis=1).astype(dtype), np.eye(2, dtype=dtype)[label]


def slide_trajectories(implementation: Implementation, options: Options) -> tuple[Trajectory, ...]:
    """SGD without and with momentum at the slides' rates, a small network on two features."""
    runs = []
    for dtype, (lr, mu) in itertools.product(options.dtypes, RATES):
        batch = two_moons(dtype, options.seed)
        network = Network(("tanh", "identity"), "softmax_cross_entropy", lr, mu)
        sides = network_sides(implementation, options.device)
        parameters = digits.start((2, 8, 2), dtype, options.seed)
        runs.append(follow(sides, network, parameters, [batch] * TRAJECTORY_STEPS, options.seed))
    return tuple(runs)


def digit_trainings(implementation: Implementation, options: Options) -> tuple[Training, ...]:
    """The network 64-64-10 and the single layer perceptron on the digits."""
    runs = []
    for dtype in options.dtypes:
        data = digits.load(dtype, options.seed)
        batches = digits.epochs(data, EPOCHS, options.seed)
        for lr, mu in DIGIT_RATES:
            network = Network(("relu", "identity"), "softmax_cross_entropy", lr, mu)
            sides = network_sides(implementation, options.device)
            run = follow(sides, network, digits.start((64, 64, 10), dtype, options.seed), batches, options.seed)
            runs.append(_training("digits, 64-64-10, ReLU", run, data, EPOCHS, len(batches) // EPOCHS))
        if "train" in implementation.functions:
            network = Network(("identity",), "softmax_cross_entropy", 0.1, 0.9)
            perceptron = perceptron_sides(implementation, PERCEPTRON_STEPS, options.device)
            whole = [(data.A, data.T)] * PERCEPTRON_STRETCHES
            run = follow(perceptron, network, digits.start((64, 10), dtype, options.seed), whole, options.seed)
            runs.append(_training("digits, single layer perceptron, train", run, data, PERCEPTRON_STRETCHES, 1))
    return tuple(runs)


def _training(title: str, run: Trajectory, data: digits.Digits, epochs: int, steps: int) -> Training:
    ours, theirs = (
        digits.accuracy(_logits(parameters, data.held_out_rows), data.held_out_labels)
        for parameters in (run.final, run.reference_final)
    )
    return Training(title, epochs, steps, run, ours, theirs)


def _logits(parameters: Pairs, A: Any) -> Any:
    """Outputs of a trained ReLU network or a single layer, for counting right answers on both sides alike."""
    for W, b in parameters[:-1]:
        A = np.maximum(A @ W.T + b, 0)
    W, b = parameters[-1]
    return A @ W.T + b


def build(
    contracts: list[Contract], implementation: Implementation, options: Options, command: str, progress: Progress
) -> Report:
    """Verify every contract, follow the trajectories, recompute the worked example, train on the digits."""
    verifications: list[Verification] = []
    for contract, dtype in itertools.product(contracts, options.dtypes):
        progress(f"{contract.name} {dtype}")
        verifications.append(verify(contract, implementation, dtype, options))
    unchecked: list[str] = []
    trajectories: tuple[Trajectory, ...] = ()
    trainings: tuple[Training, ...] = ()
    missing = [v.contract.name for v in verifications if v.verdict is Verdict.MISSING]
    if missing or len(contracts) < len(_every_contract()):
        unchecked.append("training runs: they need every function")
    else:
        progress("trajectories")
        trajectories = slide_trajectories(implementation, options)
        try:
            progress("digits")
            trainings = digit_trainings(implementation, options)
        except ModuleNotFoundError as error:
            unchecked.append(str(error))
    progress("worked example")
    return Report(
        environment=environment(command, options.seed),
        implementation=implementation.name,
        verifications=tuple(verifications),
        worked=worked_example(implementation, options.device),
        trajectories=trajectories,
        trainings=trainings,
        unchecked=tuple(unchecked),
    )


def _every_contract() -> tuple[str, ...]:
    from gradecheck.contracts import CONTRACTS

    return tuple(CONTRACTS)
