"""Attention: laws that need no torch, what torch's kernels agree on, and bad input."""

import re

import numpy as np
import pytest
import torch
from drawn import DTYPES
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from gradecheck import bound
from gradecheck.arguments.scope import SUBMISSION
from gradecheck.cases.inputs import sample
from lectures.beyond import PACK
from manual.beyond import attention, attention_backward, multi_head_attention, multi_head_attention_backward
from reference import beyond as reference


def drawn(dtype="float64", n=2, heads=3, queries=4, keys=5, d=2, seed=0):
    """Q, K, V and a mask that leaves the first query no key."""
    rng = np.random.default_rng(seed)
    Q = rng.standard_normal((n, heads, queries, d)).astype(dtype)
    K, V = rng.standard_normal((2, n, heads, keys, d)).astype(dtype)
    mask = rng.random((queries, keys)) < 0.6
    mask[0] = False
    return Q, K, V, mask


def cases(name, dtype, count=60):
    return [case.arguments for case in sample(PACK.contracts[name], dtype, count, 0, SUBMISSION)]


# -- laws


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_query_that_may_look_at_one_key_gets_its_value(dtype):
    Q, K, V, _ = drawn(dtype)
    order = [3, 0, 3, 1]
    np.testing.assert_array_equal(attention(Q, K, V, np.eye(5, dtype=bool)[order]), V[:, :, order], strict=True)


def test_the_future_is_not_looked_at():
    Q, K, V, _ = drawn(queries=5)
    causal = np.tri(5, dtype=bool)
    before = attention(Q, K, V, causal)
    K[:, :, 3:], V[:, :, 3:] = 7, -7
    after = attention(Q, K, V, causal)
    np.testing.assert_array_equal(before[:, :, :3], after[:, :, :3])
    assert (before[:, :, 3:] != after[:, :, 3:]).all()


def test_samples_and_heads_stand_alone():
    Q, K, V, mask = drawn()
    Y = attention(Q, K, V, mask)
    for n, head in np.ndindex(2, 3):
        at = (slice(n, n + 1), slice(head, head + 1))
        np.testing.assert_array_equal(attention(Q[at], K[at], V[at], mask), Y[at])


@pytest.mark.parametrize("dtype", DTYPES)
def test_scores_that_overflow_without_the_shift_pick_the_largest(dtype):
    Q, K, V, _ = drawn(dtype, d=1)
    Y = attention(1e4 * np.sign(Q), K * 1e4, V, np.ones((4, 5), bool))
    largest, least = (np.take_along_axis(V, pick(K, axis=2, keepdims=True), 2) for pick in (np.argmax, np.argmin))
    np.testing.assert_array_equal(Y, np.where(Q > 0, largest, least))


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_query_without_a_key_gets_0_and_gives_no_gradient(dtype):
    Q, K, V, mask = drawn(dtype)
    assert not attention(Q, K, V, mask)[:, :, 0].any()
    dQ, dK, dV = attention_backward(np.ones_like(Q), Q, K, V, mask)
    assert not dQ[:, :, 0].any()
    assert all(np.isfinite(x).all() and x.any() for x in (dQ, dK, dV))
    assert not any(x.any() for x in attention_backward(np.ones_like(Q), Q, K, V, np.zeros_like(mask)))


def test_a_hidden_key_has_no_gradient():
    Q, K, V, mask = drawn()
    mask[:, 2] = False
    for x in attention_backward(np.ones_like(Q), Q, K, V, mask)[1:]:
        assert not x[:, :, 2].any()
        assert x[:, :, [0, 1, 3, 4]].any()


def test_gradients_double_with_grad():
    Q, K, V, mask = drawn()
    once, twice = (attention_backward(c * np.cos(Q), Q, K, V, mask) for c in (1, 2))
    for x, y in zip(once, twice, strict=True):
        np.testing.assert_array_equal(2 * x, y)


def test_no_keys_give_0():
    Q, K, V, mask = drawn(keys=0)
    np.testing.assert_array_equal(attention(Q, K, V, mask), np.zeros_like(Q))


# -- torch


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_form_that_is_traced_gives_what_the_fused_kernel_gives(dtype):
    for *arrays, mask in cases("attention", dtype, 30):
        Q, K, V, seen = (torch.tensor(x.copy()) for x in (*arrays, mask))
        (tight,) = bound(lambda Q, K, V, m=seen: functional.scaled_dot_product_attention(Q, K, V, m), Q, K, V).tight
        fused = functional.scaled_dot_product_attention(Q, K, V, seen)
        with sdpa_kernel(SDPBackend.MATH):
            plain = functional.scaled_dot_product_attention(Q, K, V, seen)
        assert ((fused - plain).abs().numpy()[np.isfinite(tight)] <= tight[np.isfinite(tight)]).all()


# -- what is drawn


def test_large_scores_are_asked():
    largest = [
        np.abs(Q @ K.swapaxes(-1, -2)).max() / np.sqrt(Q.shape[-1]) for Q, K, _, _ in cases("attention", "float64")
    ]
    assert sum(x > 710 for x in largest) > 5


# -- bad input


@pytest.mark.parametrize("function", [attention, attention_backward])
@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"Q": np.ones((2, 3))}, ValueError, "Q has shape (2, 3), but should be (n, heads, queries, d) with d of at"),
        ({"Q": np.ones((1, 1, 2, 0))}, ValueError, "Q has shape (1, 1, 2, 0), but should be (n, heads, queries, d)"),
        (
            {"K": np.ones((2, 3, 5, 4))},
            ValueError,
            "K has shape (2, 3, 5, 4), but should be (2, 3, keys, 2), as Q has shape (2, 3, 4, 2)",
        ),
        ({"K": np.ones(5)}, ValueError, "K has shape (5,), but should be (2, 3, keys, 2)"),
        (
            {"V": np.ones((2, 3, 4, 2))},
            ValueError,
            "V has shape (2, 3, 4, 2), but should be (2, 3, 5, 2), the shape of K",
        ),
        (
            {"mask": np.ones((5, 4), bool)},
            ValueError,
            "mask has shape (5, 4), but should be (4, 5), a row for each query and a column for each key",
        ),
        ({"mask": np.ones((2, 3, 4, 5), bool)}, ValueError, "mask has shape (2, 3, 4, 5), but should be (4, 5)"),
        ({"mask": np.ones((4, 5))}, TypeError, "mask is an array of float64, but should be an array of truth values"),
        ({"mask": None}, TypeError, "mask is of type NoneType, but should be an array of truth values"),
        ({"K": np.ones((2, 3, 5, 2), np.float32)}, TypeError, "K is a float32 array, but should be float64 as Q is"),
        ({"V": [[1.0]]}, TypeError, "V is a list, but should be a float32 or float64 array"),
    ],
)
def test_bad_input(function, change, error, message):
    arguments = dict(zip(("Q", "K", "V", "mask"), drawn(), strict=True))
    grad = (arguments["Q"],) if function is attention_backward else ()
    with pytest.raises(error, match="^" + re.escape(f"{function.__name__}: {message}")):
        function(*grad, *(arguments | change).values())


def test_bad_grad():
    with pytest.raises(ValueError, match=re.escape("grad has shape (2,), but should be (2, 3, 4, 2), the shape of Q")):
        attention_backward(np.ones(2), *drawn())
    with pytest.raises(TypeError, match="grad is a float32 array, but should be float64 as Q is"):
        attention_backward(drawn("float32")[0], *drawn())


# -- several heads


def drawn_heads(dtype="float64", n=2, tokens=3, d=4, seed=0):
    """x, the four weights and a mask that leaves the first token nothing."""
    rng = np.random.default_rng(seed)
    x, weights = rng.standard_normal((n, tokens, d)), rng.standard_normal((4, d, d))
    mask = np.tri(tokens, k=-1, dtype=bool)
    return x.astype(dtype), *weights.astype(dtype), mask


def test_one_head_of_unit_weights_is_attention():
    x, *_, mask = drawn_heads()
    unit = np.eye(4)
    expected = attention(x[:, None], x[:, None], x[:, None], mask)[:, 0]
    np.testing.assert_array_equal(multi_head_attention(x, unit, unit, unit, unit, mask, 1), expected)


def test_each_head_has_its_own_columns():
    """With a value of one number that is not 0, one head's columns alone are not 0."""
    x, W_q, W_k, W_v, _, _ = drawn_heads()
    W_v[[0, 1]] = 0
    Y = multi_head_attention(x, W_q, W_k, W_v, np.eye(4), np.ones((3, 3), bool), 2)
    assert not Y[..., :2].any()
    assert Y[..., 2:].all()


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_token_without_a_key_gets_0_of_all_heads(dtype):
    x, *weights, mask = drawn_heads(dtype)
    assert not multi_head_attention(x, *weights, mask, 2)[:, 0].any()
    none = np.zeros_like(mask)
    assert not any(g.any() for g in multi_head_attention_backward(np.ones_like(x), x, *weights, none, 2))


def test_equal_heads_give_equal_gradients():
    x, *weights, mask = drawn_heads()
    twice = [np.concatenate([W[:2], W[:2]]) for W in weights[:3]]
    W_o = np.hstack([weights[3][:, :2]] * 2)
    _, *gradients, dW_o = multi_head_attention_backward(np.cos(x), x, *twice, W_o, mask, 2)
    for dW in (*gradients, dW_o.T):
        assert dW.any()
        np.testing.assert_array_equal(dW[:2], dW[2:])


def test_the_twin_is_what_torch_calls_multi_head_attention():
    """Which reads a mask the other way round, and gives nan without a key: both are held to the same bound."""
    x, *weights, _ = (torch.tensor(x) for x in drawn_heads())
    mask = torch.ones(3, 3, dtype=torch.bool).tril()
    (tight,) = bound(lambda *given: reference.multi_head_attention(*given, mask, 2), x, *weights).tight
    W_q, W_k, W_v, W_o = weights
    theirs, _ = functional.multi_head_attention_forward(
        *[x.transpose(0, 1)] * 3, 4, 2, None, None, None, None, False, 0.0, W_o, None,
        training=False, need_weights=False, attn_mask=~mask, use_separate_proj_weight=True,
        q_proj_weight=W_q, k_proj_weight=W_k, v_proj_weight=W_v,
    )  # fmt: skip
    ours = reference.multi_head_attention(x, *weights, mask, 2)
    assert ((theirs.transpose(0, 1) - ours).abs().numpy() <= tight).all()


@pytest.mark.parametrize("function", [multi_head_attention, multi_head_attention_backward])
@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"x": np.ones((3, 4))}, ValueError, "x has shape (3, 4), but should be (n, tokens, d) with d of at least 1"),
        (
            {"W_k": np.ones((4, 3))},
            ValueError,
            "W_k has shape (4, 3), but should be (4, 4), as x has shape (2, 3, 4)",
        ),
        ({"W_o": np.ones((4, 4), np.float32)}, TypeError, "W_o is a float32 array, but should be float64 as x is"),
        ({"mask": np.ones((3, 4), bool)}, ValueError, "mask has shape (3, 4), but should be (3, 3), a row for each"),
        ({"heads": 3}, ValueError, "heads is 3, but should divide d = 4, the last axis of x"),
        ({"heads": 0}, ValueError, "heads is 0, but should divide d = 4, the last axis of x"),
        ({"heads": -1}, ValueError, "heads is -1, but should be at least 0"),
        ({"heads": 2.0}, TypeError, "heads is 2.0, but should be a whole number"),
    ],
)
def test_bad_input_of_several_heads(function, change, error, message):
    names = ("x", "W_q", "W_k", "W_v", "W_o", "mask", "heads")
    arguments = dict(zip(names, (*drawn_heads(), 2), strict=True))
    grad = (arguments["x"],) if function is multi_head_attention_backward else ()
    with pytest.raises(error, match="^" + re.escape(f"{function.__name__}: {message}")):
        function(*grad, *(arguments | change).values())


def test_bad_grad_of_several_heads():
    with pytest.raises(ValueError, match=re.escape("grad has shape (2,), but should be (2, 3, 4), the shape of x")):
        multi_head_attention_backward(np.ones(2), *drawn_heads(), 2)
