"""Any function of torch on balls: its values, its gradients and an optimizer's step stay within the bound."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from gradecheck.traced import errors
from gradecheck.traced.bounds import bound, gradient_bound
from gradecheck.traced.calls import on_balls

RNG = np.random.default_rng(7)


def drawn(*shape, scale=3.0):
    return (RNG.standard_normal(shape) * scale).astype(np.float32)


def worst(found):
    """The largest error of torch's float32 over the radius, against float64."""
    ratios = [0.0]
    for value, tight, true, traced in zip(found.values, found.tight, found.truth, on_balls(found.run), strict=True):
        assert (np.abs(getattr(traced, "mid", traced).double().numpy() - true) <= tight / 2).all()
        error = np.abs(value.astype(np.float64) - true)
        assert np.isfinite(tight).all()
        ratios.append(np.divide(error, tight / 2, out=np.zeros_like(error), where=error > 0).max(initial=0.0))
    return max(ratios)


TWINS = {
    "softmax": (lambda x: functional.softmax(x, -1), drawn(8, 16)),
    "log_softmax": (lambda x: functional.log_softmax(x, -1), drawn(8, 16)),
    "gelu": (functional.gelu, drawn(8, 16)),
    "silu": (functional.silu, drawn(8, 16)),
    "softplus": (functional.softplus, drawn(8, 16)),
    "layer_norm": (lambda x: functional.layer_norm(x, (16,)), drawn(8, 16)),
    "layer_norm with weights": (
        lambda x, w, b: functional.layer_norm(x, (4, 4), w, b),
        *(drawn(*s, 4, 4) for s in ((6,), (), ())),
    ),
    "rms_norm": (lambda x: functional.rms_norm(x, (16,)), drawn(8, 16)),
    "cumsum": (lambda x: x.cumsum(-1), drawn(8, 16)),
    "prod": (lambda x: x.prod(-1), drawn(8, 4)),
    "linear": (functional.linear, drawn(5, 7), drawn(4, 7), drawn(4)),
    "cross_entropy": (functional.cross_entropy, drawn(8, 10), RNG.integers(0, 10, 8)),
    "cross_entropy of some": (
        lambda z, y: functional.cross_entropy(z, y, ignore_index=3),
        drawn(8, 4),
        np.array([0, 3, 1, 2, 3, 3, 0, 1]),
    ),
    "nll_loss of each": (lambda z: functional.nll_loss(z, torch.tensor([1, -100, 0]), reduction="none"), drawn(3, 4)),
    "conv2d": (lambda x, w, b: functional.conv2d(x, w, b, 2, 1), drawn(2, 4, 9, 9), drawn(6, 4, 3, 3), drawn(6)),
    "max_pool2d": (lambda x: functional.max_pool2d(x, 2), drawn(2, 4, 8, 8)),
    "attention": (functional.scaled_dot_product_attention, *(drawn(2, 2, 6, 8) for _ in range(3))),
    "embedding": (lambda w: functional.embedding(torch.tensor([1, 2, 1]), w), drawn(4, 8)),
    "in place": (lambda x: functional.relu(x * x, inplace=True), drawn(5)),
}


@pytest.mark.parametrize("name", TWINS)
def test_values_and_gradients_are_within_the_bound(name):
    twin, *inputs = TWINS[name]
    forward = bound(twin, *inputs)
    assert worst(forward) <= 1
    upstream = [drawn(*value.shape, scale=1.0) for value in forward.values]
    assert worst(gradient_bound(twin, *inputs, upstream=upstream)) <= 1


OPTIMIZERS = {
    "SGD": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    **{
        name: (getattr(torch.optim, name), {})
        for name in ("Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "NAdam", "RAdam")
    },
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_two_steps_of_an_optimizer_are_within_the_bound(name):
    make, keywords = OPTIMIZERS[name]

    def steps(weight, gradient):
        parameter = nn.Parameter(weight)
        optimizer = make([parameter], **keywords)
        for _ in range(2):
            parameter.grad = gradient.clone()
            optimizer.step()
        return parameter

    assert 0 < worst(bound(steps, drawn(20), drawn(20))) <= 1


def test_the_parameters_of_a_module_have_gradients_with_names():
    module = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    found = gradient_bound(module, drawn(5, 3), upstream=drawn(5, 2))
    assert found.names == tuple(f"gradient of {name}" for name in ("input", "0.weight", "0.bias", "2.weight", "2.bias"))
    assert worst(found) <= 1


def test_an_operator_without_a_rule_is_named_with_its_place_in_the_twin():
    def twin(x):
        return torch.segment_reduce(x, "sum", lengths=torch.tensor([3]))

    line = twin.__code__.co_firstlineno + 1
    with pytest.raises(
        errors.Unruled, match=rf"aten::segment_reduce, called at .*test_traced\.py, line {line}, has no"
    ):
        bound(twin, torch.rand(3))


def test_a_fused_optimizer_is_refused_with_what_to_do():
    def step(weight, gradient):
        parameter = nn.Parameter(weight)
        parameter.grad = gradient
        torch.optim.Adam([parameter], fused=True).step()
        return parameter

    with pytest.raises(errors.Unruled, match=r"aten::_fused_adam_, called at .*pass fused=False to the optimizer"):
        bound(step, drawn(3), drawn(3))


def test_a_twin_that_is_random_is_refused():
    with pytest.raises(errors.Random, match="bernoulli"):
        bound(functional.dropout, drawn(3))
    with pytest.raises(errors.Random, match="aten::rand"):
        bound(lambda x: x + torch.rand(3), drawn(3))
