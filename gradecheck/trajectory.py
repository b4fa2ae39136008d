"""Training runs of two sides: a verdict in lock-step, and how far the free runs drift apart.

A free run is no oracle: at a high learning rate two right implementations part by any amount. So the verdict is
taken step by step, both sides starting from the same state, against the bound of that one step. The free run is
shown beside it, within an envelope of runs whose parameters were moved by a random last bit at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from gradecheck.compare import Verdict, errors, worst
from gradecheck.contracts import CONTRACTS
from gradecheck.implementation import Implementation
from gradecheck.records import Network, Pairs, Trajectory
from gradecheck.rounding import Ball

Array = NDArray[Any]
Batch = tuple[Array, Array]
Step = Callable[..., tuple[Pairs, Pairs, Any]]

ALPHA: Final = 0.01
PERTURBED_RUNS: Final = 8


# -- one step, composed from a lecture's functions by name


def composed(functions: Mapping[str, Callable[..., Any]]) -> Step:
    """forward -> loss -> backward -> update of any network, from functions under the contract's names."""

    def activate(name: str, Z: Any) -> Any:
        if name == "identity":
            return Z
        return functions[name](Z, ALPHA) if name == "leaky_relu" else functions[name](Z)

    def deactivate(name: str, grad: Any, Z: Any) -> Any:
        if name == "identity":
            return grad
        backward = functions[f"{name}_backward"]
        return backward(grad, Z, ALPHA) if name == "leaky_relu" else backward(grad, Z)

    def step(
        A: Any, T: Any, parameters: Pairs, velocities: Pairs, activations: Any, loss: str, lr: float, mu: float
    ) -> tuple[Pairs, Pairs, Any]:
        outputs, Zs = [A], []
        for (W, b), name in zip(parameters, activations, strict=True):
            Zs.append(functions["linear"](outputs[-1], W, b))
            outputs.append(activate(name, Zs[-1]))
        value = functions[loss](outputs[-1], T)
        grad = functions[f"{loss}_backward"](outputs[-1], T)
        moved, speeds = list(parameters), list(velocities)
        for i in reversed(range(len(parameters))):
            (W, b), (v_W, v_b) = parameters[i], velocities[i]
            dZ = deactivate(activations[i], grad, Zs[i])
            grad, dW, db = functions["linear_backward"](dZ, outputs[i], W)
            W, v_W = functions["momentum_step"](W, v_W, dW, lr, mu)
            b, v_b = functions["momentum_step"](b, v_b, db, lr, mu)
            moved[i], speeds[i] = (W, b), (v_W, v_b)
        return moved, speeds, value

    return step


@dataclass(frozen=True)
class Sides:
    """One step of a run as each party takes it: the implementation, the reference, and the two forms on balls."""

    implementation: Step
    reference: Step
    stable: Step
    literal: Step


def network_sides(implementation: Implementation, device: str = "cpu") -> Sides:
    """Steps of a network: the implementation's own where it has one, as manual/ does; else its functions, composed."""
    from gradecheck.tensors import reference_step

    own = implementation.functions.get("step")
    return Sides(
        own if own is not None else composed(implementation.functions),
        partial(reference_step, device=device),
        composed({name: c.stable for name, c in CONTRACTS.items()}),
        composed({name: c.literal for name, c in CONTRACTS.items()}),
    )


def perceptron_sides(implementation: Implementation, steps: int, device: str = "cpu") -> Sides:
    """Stretches of `steps` steps of the contract's `train`, each from v = 0, taken as one step of the run."""
    from gradecheck.tensors import run_reference

    contract = CONTRACTS["train"]

    def stretch(train: Callable[..., Any]) -> Step:
        def step(
            A: Any, T: Any, parameters: Pairs, velocities: Pairs, activations: Any, loss: str, lr: float, mu: float
        ) -> tuple[Pairs, Pairs, Any]:
            [(W, b)] = parameters
            W, b, losses = train(A, T, W, b, lr, mu, steps)
            return [(W, b)], velocities, losses

        return step

    return Sides(
        stretch(implementation.functions["train"]),
        stretch(lambda *arguments: run_reference(contract, arguments, device)),
        stretch(contract.stable),
        stretch(contract.literal),
    )


def zeros(parameters: Pairs) -> Pairs:
    return [(np.zeros_like(W), np.zeros_like(b)) for W, b in parameters]


# -- lock-step


def _flat(parameters: Pairs, velocities: Pairs, value: Any) -> list[Any]:
    return [*(x for pair in (*parameters, *velocities) for x in pair), value]


def _balls(pairs: Pairs) -> Pairs:
    return [(Ball(W), Ball(b)) for W, b in pairs]


def step_ratio(network: Network, state: tuple[Pairs, Pairs], batch: Batch, ours: Any, theirs: Any, form: Step) -> float:
    """Worst error / bound over parameters, velocities and loss after one step from a common state."""
    A, T = batch
    settings = (network.activations, network.loss, network.lr, network.mu)
    bounds = _flat(*form(Ball(A), Ball(T), _balls(state[0]), _balls(state[1]), *settings))
    most = 0.0
    for mine, other, ball in zip(_flat(*ours), _flat(*theirs), bounds, strict=True):
        if np.shape(mine) != np.shape(other):
            return float("inf")
        error = errors(np.asarray(mine), np.asarray(other))
        judged = (error > 0) & ~np.isinf(ball.rad)
        with np.errstate(all="ignore"):
            ratio = np.where(judged, error / (2 * ball.rad), 0.0)
        most = max(most, float(np.max(ratio, initial=0.0)))
    return most


def lock_step(
    sides: Sides, network: Network, state: tuple[Pairs, Pairs], batch: Batch, ours: Any
) -> tuple[float, Verdict]:
    """The implementation's step from that state held against the reference's step from the same state."""
    theirs = sides.reference(*batch, *state, network.activations, network.loss, network.lr, network.mu)
    ratio = step_ratio(network, state, batch, ours, theirs, sides.stable)
    if ratio <= 1:
        return ratio, Verdict.AGREES if ratio else Verdict.EXACT
    less = step_ratio(network, state, batch, ours, theirs, sides.literal) <= 1
    return ratio, Verdict.LESS_ACCURATE if less else Verdict.WRONG


# -- the whole run


def _distance(ours: Pairs, theirs: Pairs) -> float:
    """Largest difference of a parameter, over the largest parameter."""
    a = np.concatenate([np.ravel(x) for pair in ours for x in pair]).astype(np.float64)
    b = np.concatenate([np.ravel(x) for pair in theirs for x in pair]).astype(np.float64)
    largest = float(np.abs(a).max())
    return float(np.abs(a - b).max()) / largest if largest else 0.0


def _nudged(parameters: Pairs, rng: np.random.Generator) -> Pairs:
    """Every parameter moved by one last bit, up, down or not at all."""

    def nudge(x: Array) -> Array:
        moved: Array = np.nextafter(x, x + rng.choice([-1, 0, 1], x.shape).astype(x.dtype))
        return moved

    return [(nudge(W), nudge(b)) for W, b in parameters]


def follow(
    sides: Sides,
    network: Network,
    parameters: Pairs,
    batches: Sequence[Batch],
    seed: int = 0,
    perturbed_runs: int = PERTURBED_RUNS,
) -> Trajectory:
    """Train both sides from the same parameters on the same batches.

    Raises ValueError where there is no batch: a run of no steps shows nothing.
    """
    if not batches:
        msg = "follow: batches is empty, but should hold one (A, T) a step; a run of no steps shows nothing"
        raise ValueError(msg)
    settings = (network.activations, network.loss, network.lr, network.mu)
    rng = np.random.default_rng(seed)
    ours = theirs = (parameters, zeros(parameters))
    nudged = [ours] * perturbed_runs
    losses, reference_losses, ratios, verdicts, drift = [], [], [], [], []
    envelope: list[float] = []
    for A, T in batches:
        next_ours = sides.implementation(A, T, *ours, *settings)
        ratio, verdict = lock_step(sides, network, ours, (A, T), next_ours)
        free = sides.reference(A, T, *theirs, *settings)
        ours, theirs = (list(next_ours[0]), list(next_ours[1])), (free[0], free[1])
        moved = (sides.implementation(A, T, *state, *settings) for state in nudged)
        nudged = [(_nudged(p, rng), list(v)) for p, v, _ in moved]
        losses.append(float(np.ravel(next_ours[2])[0]))
        reference_losses.append(float(np.ravel(free[2])[0]))
        ratios.append(ratio)
        verdicts.append(verdict)
        drift.append(_distance(ours[0], theirs[0]))
        spread = max((_distance(ours[0], p) for p, _ in nudged), default=0.0)
        envelope.append(max(spread, envelope[-1] if envelope else 0.0))
    return Trajectory(
        network=network,
        dtype=str(parameters[0][0].dtype),
        seed=seed,
        losses=tuple(losses),
        reference_losses=tuple(reference_losses),
        ratios=tuple(ratios),
        verdict=worst(verdicts),
        drift=tuple(drift),
        envelope=tuple(envelope),
        final=ours[0],
        reference_final=theirs[0],
    )
