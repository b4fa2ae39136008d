"""The formulas of this folder beside their twins, and how each is held."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import gradecheck
from examples.library import adam, attention, cross_entropy, layer_norm, rms_norm, rotary, swiglu
from gradecheck import kinds

step = kinds.whole_number("t", range(1, 9))


@dataclass(frozen=True)
class Formula:
    """inputs: what each argument holds, by its axes or its kind.    grad: the gradient by hand, where there is one."""

    function: Callable
    twin: Callable
    inputs: Mapping
    grad: Callable | None = None
    sizes: tuple = ()

    @property
    def name(self) -> str:
        return self.function.__name__

    def held(self, **keywords: Any) -> Any:
        """The formula as a function that agrees with its twin; keywords: of agrees_with."""
        return gradecheck.agrees_with(self.twin, self.inputs, grad=self.grad, sizes=self.sizes, **keywords)(
            self.function
        )

    def emulated(self, way: Callable) -> "Formula":
        """The same formula in another precision, by one of the ways of bfloat16.py."""
        return replace(self, function=way(self.function), grad=way(self.grad) if self.grad else None)


FORMULAS = (
    Formula(rms_norm.rms_norm, rms_norm.twin, {"x": "n d", "w": "d"}, rms_norm.rms_norm_backward),
    Formula(swiglu.swiglu, swiglu.twin, {"x": "n d", "W": "h d", "V": "h d", "W2": "d h"}),
    Formula(rotary.rotary, rotary.twin, {"x": "n d"}, sizes=("d % 2 == 0",)),
    Formula(cross_entropy.cross_entropy, cross_entropy.twin, {"z": "n c", "y": (kinds.labels("c"), "n")}),
    Formula(attention.attention, attention.twin, {"q": "n d", "k": "m d", "v": "m e"}),
    Formula(layer_norm.layer_norm, layer_norm.twin, {"x": "n d", "w": "d", "b": "d"}, layer_norm.layer_norm_backward),
    Formula(
        adam.adam_step,
        adam.twin,
        {"p": "n d", "g": "n d", "m": "n d", "v": (kinds.positive, "n d"), "t": step},
    ),
)
