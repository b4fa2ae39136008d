"""A device is held to the CPU's bounds: tried with the CPU as the device, and with a GPU where there is one."""

import pytest
import torch
from click.testing import CliRunner

from benchmarks import devices

NO_GPU = devices.why_not("cuda")


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(NO_GPU != "", reason=NO_GPU))])
def test_a_device_agrees_and_tf32_does_not(device):
    assert [found for found in devices.held(device) if found.verdict != "agrees"] == []
    verdicts = {found.name: found.verdict for found in devices.held_in_tf32(device)}
    assert verdicts == {
        "matmul in TF32, as float32": "wrong",
        "matmul in TF32, as inputs of 11 bits": "agrees",
        "conv2d in TF32, as float32": "wrong",
        "conv2d in TF32, as inputs of 11 bits": "agrees",
    }


def test_a_device_that_loses_digits_is_seen(monkeypatch):
    """Products of inputs that keep 16 bits, of 24."""
    on = devices.on

    def cut(x):
        return ((x.view(torch.int32) + 2**7) & -(2**8)).view(torch.float32) if x.is_floating_point() else x

    monkeypatch.setattr(
        devices,
        "on",
        lambda device, twin: on(device, lambda *x: twin(*(cut(y) if isinstance(y, torch.Tensor) else y for y in x))),
    )
    wrong = {found.name for found in devices.held("cpu") if found.verdict == "wrong"}
    library = {"exp", "log1p of x²", "tanh", "sigmoid", "gelu", "silu", "softmax", "log_softmax", "layer_norm"}
    assert wrong >= library | {"rms_norm", "rotary", "adam_step", "gradient of rms_norm", "max_pool2d"}


def test_ten_bits_are_too_few_for_tf32(monkeypatch):
    monkeypatch.setattr(devices, "ELEVEN_BITS", 2.0**-13)
    assert "wrong" in {found.verdict for found in devices.held_in_tf32("cpu") if "11 bits" in found.name}


def test_without_a_gpu_the_script_says_so(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    result = CliRunner().invoke(devices.main)
    assert result.output.startswith("skipped: cuda: torch ")
    assert result.output.endswith(" finds no GPU here, so nothing was held\n")
    assert result.exit_code == 0


def test_the_script_shows_what_it_found():
    result = CliRunner().invoke(devices.main, ["--device", "cpu"], catch_exceptions=False)
    gradients = sum(formula.grad is not None for formula in devices.FORMULAS)
    assert result.output.count("agrees") == len(devices.OPERATORS) + len(devices.FORMULAS) + gradients + 2
    assert result.output.count("wrong") == 2
