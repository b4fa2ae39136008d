"""Mistakes in the activation functions and their gradients."""

from __future__ import annotations

from typing import Final

from lectures.lecture03.mistakes.activations import leaky_relu, relu, sigmoid, softmax, softmax_backward, tanh

MISTAKES: Final = (
    *sigmoid.MISTAKES,
    *tanh.MISTAKES,
    *relu.MISTAKES,
    *leaky_relu.MISTAKES,
    *softmax.MISTAKES,
    *softmax_backward.MISTAKES,
)
