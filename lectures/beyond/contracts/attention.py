"""What attention promises: by scaled dot products, and by several heads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from gradecheck import Argument, Contract, gradient_of
from gradecheck.arguments import kinds
from gradecheck.arguments.kinds import Filling, Kind


def _looks(f: Filling) -> Any:
    """All, causal, none, or some of the keys, so that a query may have none of its own."""
    queries, keys = f.shape
    match f.rng.choice(["all", "causal", "none", "some"], p=[0.2, 0.25, 0.1, 0.45]):
        case "all":
            return np.ones(f.shape, bool)
        case "causal":
            return np.tri(queries, keys, dtype=bool)
        case "none":
            return np.zeros(f.shape, bool)
        case _:
            return f.rng.random(f.shape) < f.rng.choice([0.3, 0.6, 0.9])


looks: Final = Kind(
    "mask",
    _looks,
    numbers="truth",
    simple=(1.0, 0.0),
    examples=((1.0,), (1.0, 0.0), (0.0, 1.0, 1.0), (0.0,)),
    fits=lambda x, sizes: x in (0, 1),
    says="True or False",
    told="{name} is True where a query may look at a key, and the same for all samples and heads.",
    called=("mask", "attnmask", "m"),
)


def _rows(name: str, tokens: str, called: tuple[str, ...]) -> Argument:
    return Argument(name, kinds.real, ("n", "heads", tokens, "d"), called=called)


Q: Final = _rows("Q", "queries", ("q", "query", "queries"))
K: Final = _rows("K", "keys", ("k", "key", "keys"))
V: Final = _rows("V", "keys", ("v", "value", "values"))
MASK: Final = Argument("mask", looks, ("queries", "keys"))
GRAD: Final = Argument("grad", kinds.upstream, ("n", "heads", "queries", "d"))
X: Final = Argument("x", kinds.real, ("n", "tokens", "d"), called=kinds.INPUTS)
GRAD_X: Final = Argument("grad", kinds.upstream, ("n", "tokens", "d"))
W_Q, W_K, W_V, W_O = (
    Argument(f"W_{letter}", kinds.real, ("d", "d"), called=(f"w{letter}", f"weight{letter}")) for letter in "qkvo"
)
MASK_OF_TOKENS: Final = Argument("mask", looks, ("tokens", "tokens"))
HEADS: Final = Argument(
    "heads", kinds.whole_number("heads", range(1, 5), called=("heads", "nheads", "numheads", "nhead", "h"))
)
NO_KEY: Final = (
    "A query that may look at no key gets 0, as in torch since 2.5. Elsewhere it is nan, or the mean of all values."
)


def _masks(at: int) -> dict[str, Callable[..., Any]]:
    """Branches of the mask, which is the argument at that place."""

    def of_mask(holds: Callable[[Any], Any]) -> Callable[..., Any]:
        return lambda *arguments: holds(arguments[at])

    return {
        "a mask of True alone": of_mask(lambda mask: mask.all()),
        "a mask of False alone": of_mask(lambda mask: not mask.any()),
        "a causal mask": of_mask(lambda mask: mask.size > 1 and np.array_equal(mask, np.tri(*mask.shape))),
        "some queries without a key": of_mask(lambda mask: mask.any() and not mask.any(axis=1).all()),
        "one token": of_mask(lambda mask: mask.size == 1),
    }


ATTENTION: Final = Contract(
    name="attention",
    chapter="attention",
    formula="softmax(Q Kᵀ / √d + M) V;  M = 0 where mask, -∞ elsewhere;  over the keys",
    latex=(
        r"\mathrm{softmax}\left(\frac{Q K^T}{\sqrt{d}} + M\right) V, \quad "
        r"M_{ij} = \begin{cases} 0 & \text{where } i \text{ may look at } j \\ -\infty & \text{elsewhere} \end{cases}"
    ),
    arguments=(Q, K, V, MASK),
    results=("Y",),
    slide="Scaled Dot-Product Attention",
    twin="torch.nn.functional.scaled_dot_product_attention",
    sizes=("n * heads * queries * keys <= 400", "n * heads * (queries + keys) * d <= 400"),
    branches={
        **_masks(at=3),
        "several heads": lambda Q, K, V, mask: Q.shape[1] > 1,
        "n > 1": lambda Q, K, V, mask: len(Q) > 1,
        "queries ≠ keys": lambda Q, K, V, mask: len(mask) != len(mask.T),
    },
    returns=" of Q's shape",
    note=NO_KEY,
    holds=(
        "d is the length of a query and of a key; where there are W, that of a token, and a head has d / heads of it.",
    ),
)
ATTENTION_BACKWARD: Final = gradient_of(
    ATTENTION,
    upstream=GRAD,
    formula=(
        "∂L/∂V = Pᵀ grad;  D = grad Vᵀ;  ∂L/∂S_ij = P_ij (D_ij - Σ_k P_ik D_ik);  "
        "∂L/∂Q = ∂L/∂S K / √d;  ∂L/∂K = (∂L/∂S)ᵀ Q / √d"
    ),
    latex=(
        r"\frac{\partial L}{\partial V} = P^T g, \quad D = g V^T, \quad "
        r"\frac{\partial L}{\partial S_{ij}} = P_{ij} \left(D_{ij} - \sum_k P_{ik} D_{ik}\right), \quad "
        r"\frac{\partial L}{\partial Q} = \frac{1}{\sqrt{d}} \frac{\partial L}{\partial S} K, \quad "
        r"\frac{\partial L}{\partial K} = \frac{1}{\sqrt{d}} \left(\frac{\partial L}{\partial S}\right)^T Q"
    ),
    results=("∂L/∂Q", "∂L/∂K", "∂L/∂V"),
    returns=" of the shapes of Q, K and V",
    note=f"P = softmax(S), S = Q Kᵀ / √d + M. {NO_KEY}",
)

MULTI_HEAD_ATTENTION: Final = Contract(
    name="multi_head_attention",
    chapter="attention",
    formula="[head_1 ... head_h] W_oᵀ;  head_i = attention of the i-th d / h columns of x W_qᵀ, x W_kᵀ, x W_vᵀ",
    latex=r"[\mathrm{head}_1 \dots \mathrm{head}_h] W_o^T, \quad \mathrm{head}_i = \mathrm{attention}(Q_i, K_i, V_i)",
    arguments=(X, W_Q, W_K, W_V, W_O, MASK_OF_TOKENS, HEADS),
    results=("Y",),
    slide="Multi-Head Attention",
    twin="torch.nn.functional.linear and scaled_dot_product_attention",
    sizes=("d % heads == 0", "d <= 4 * heads", "n <= 5", "n * tokens * d <= 200", "n * heads * tokens * tokens <= 200"),
    branches={
        **_masks(at=5),
        "several heads": lambda *arguments: arguments[6] > 1,
        "heads of more than one number": lambda *arguments: arguments[0].shape[2] > arguments[6] > 1,
        "n > 1": lambda *arguments: len(arguments[0]) > 1,
    },
    returns=" of x's shape",
    note=f"h is heads and divides d, each W is (out, in). There are no biases, as in the paper. {NO_KEY}",
)
MULTI_HEAD_ATTENTION_BACKWARD: Final = gradient_of(
    MULTI_HEAD_ATTENTION,
    upstream=GRAD_X,
    formula=(
        "∂L/∂W_o = gradᵀ [head_1 ... head_h];  ∂L/∂[head_1 ... head_h] = grad W_o;  ∂L/∂W_q = (∂L/∂Q)ᵀ x,  "
        "and so for W_k and W_v;  ∂L/∂x = ∂L/∂Q W_q + ∂L/∂K W_k + ∂L/∂V W_v"
    ),
    latex=(
        r"\frac{\partial L}{\partial W_o} = g^T [\mathrm{head}_1 \dots \mathrm{head}_h], \quad "
        r"\frac{\partial L}{\partial W_q} = \left(\frac{\partial L}{\partial Q}\right)^T x, \quad "
        r"\frac{\partial L}{\partial x} = \frac{\partial L}{\partial Q} W_q + \frac{\partial L}{\partial K} W_k "
        r"+ \frac{\partial L}{\partial V} W_v"
    ),
    results=("∂L/∂x", "∂L/∂W_q", "∂L/∂W_k", "∂L/∂W_v", "∂L/∂W_o"),
    returns=" of the shapes of x, W_q, W_k, W_v and W_o",
    note=f"Q = x W_qᵀ, K = x W_kᵀ, V = x W_vᵀ, cut into heads for attention. {NO_KEY}",
)

CONTRACTS: Final = (ATTENTION, ATTENTION_BACKWARD, MULTI_HEAD_ATTENTION, MULTI_HEAD_ATTENTION_BACKWARD)
