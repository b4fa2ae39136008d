"""The lecture's networks as each side steps them: (W, b) a layer, and velocities of the same structure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from gradecheck.numbers.rounding import Ball
from gradecheck.verifying.implementation import Implementation
from lectures.lecture03 import PACK
from lectures.lecture03.exhibits.records import Network, Pairs
from lectures.training import trajectory
from lectures.training.records import Array, State, Trajectory
from lectures.training.trajectory import PERTURBED_RUNS, Batch

Step = Callable[..., tuple[Pairs, Pairs, Any]]
"""(A, T, parameters, velocities, activations, loss, lr, mu) -> (parameters, velocities, the loss before the step)."""

ALPHA: Final = 0.01


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


# -- the sides of a network


@dataclass(frozen=True)
class Sides:
    """One step of a run as each party takes it: the implementation, the reference, and the two forms on balls."""

    implementation: Step
    reference: Step
    stable: Step
    literal: Step

    def of(self, network: Network) -> trajectory.Sides:
        """The steps of that network, on arrays in a row."""
        return trajectory.Sides(
            _on_arrays(self.implementation, network),
            _on_arrays(self.reference, network),
            lambda batch, state: _Bounds(self, network, batch, state),
        )


def _on_arrays(step: Step, network: Network) -> trajectory.Step:
    def on_arrays(batch: Batch, state: State) -> tuple[State, Any]:
        moved, speeds, value = step(*batch, *halves(state), network.activations, network.loss, network.lr, network.mu)
        return (*in_a_row(moved), *in_a_row(speeds)), value

    return on_arrays


@dataclass(frozen=True)
class _Bounds:
    """Twice the radii of a step's forms: each of two right answers may be off by one."""

    sides: Sides
    network: Network
    batch: Batch
    state: State

    @cached_property
    def tight(self) -> list[Array]:
        return self._apart(self.sides.stable)

    @cached_property
    def loose(self) -> list[Array]:
        """The slide's own form, where that is finite and wider."""
        wide = self._apart(self.sides.literal)
        return [np.where(np.isinf(w), t, np.maximum(w, t)) for w, t in zip(wide, self.tight, strict=True)]

    def _apart(self, form: Step) -> list[Array]:
        on_balls = _on_arrays(form, self.network)
        moved, value = on_balls(tuple(map(Ball, self.batch)), tuple(map(Ball, self.state)))
        return [2 * ball.rad for ball in (*moved, value)]


def network_sides(implementation: Implementation, device: str = "cpu") -> Sides:
    """Steps of a network: the implementation's own where it has one, as manual/ does; else its functions, composed."""
    from lectures.lecture03.exhibits.steps import ReferenceSteps

    own = implementation.functions.get("step")
    return Sides(
        own if own is not None else composed(implementation.functions),
        ReferenceSteps(device),
        composed({name: c.stable for name, c in PACK.contracts.items() if c.stable is not None}),
        composed({name: c.literal for name, c in PACK.contracts.items() if c.literal is not None}),
    )


def perceptron_sides(implementation: Implementation, steps: int, device: str = "cpu") -> Sides:
    """Stretches of `steps` steps of the contract's `train`, each from v = 0, taken as one step of the run."""
    from gradecheck.verifying.tensors import run_reference

    contract = PACK.contracts["train"]
    assert contract.stable is not None
    assert contract.literal is not None

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


def follow(
    sides: Sides,
    network: Network,
    parameters: Pairs,
    batches: Sequence[Batch],
    seed: int = 0,
    perturbed_runs: int = PERTURBED_RUNS,
) -> Trajectory:
    """Train both sides of the network from the same parameters, at rest, on the same batches (A, T)."""
    start = in_a_row(parameters)
    at_rest = tuple(np.zeros_like(x) for x in start)
    settings = {"lr": network.lr, "mu": network.mu}
    state = (*start, *at_rest)
    return trajectory.follow(sides.of(network), state, len(start), batches, settings, seed, perturbed_runs)


# -- pairs, and arrays in a row


def zeros(parameters: Pairs) -> Pairs:
    return [(np.zeros_like(W), np.zeros_like(b)) for W, b in parameters]


def in_a_row(pairs: Pairs) -> tuple[Any, ...]:
    return tuple(x for pair in pairs for x in pair)


def in_pairs(arrays: Sequence[Any]) -> Pairs:
    return list(zip(arrays[::2], arrays[1::2], strict=True))


def halves(state: Sequence[Any]) -> tuple[Pairs, Pairs]:
    """The parameters and the velocities of a state."""
    middle = len(state) // 2
    return in_pairs(state[:middle]), in_pairs(state[middle:])
