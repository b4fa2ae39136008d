"""A device is held to the CPU's bounds: tried with the CPU as the device, and with a GPU where there is one."""

import pytest
import torch
from click.testing import CliRunner

from benchmarks import devices


@pytest.mark.parametrize(
    "device", ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(devices.why_not("cuda") != "", reason="no GPU"))]
)
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
    cut = lambda x: ((x.view(torch.int32) + 2**7) & -(2**8)).view(torch.float32)
    monkeypatch.setattr(devices, "on", lambda device, twin: on(device, lambda *x: twin(*map(cut, x))))
    wrong = {found.name for found in devices.held("cpu") if found.verdict == "wrong"}
    assert wrong >= set(devices.OPERATORS) - {"max_pool2d", "tanh", "sigmoid"}


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
    assert result.output.count("agrees") == len(devices.OPERATORS) + len(devices.FORMULAS) + 2
    assert result.output.count("wrong") == 2
