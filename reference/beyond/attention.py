"""Attention by torch.nn.functional. Tensors of any float dtype and device; results carry no graph."""

from functools import partial

from torch import Tensor
from torch.nn import functional

from reference.gradients import vjp


def attention(Q: Tensor, K: Tensor, V: Tensor, mask: Tensor) -> Tensor:
    """torch.nn.functional.scaled_dot_product_attention."""
    return functional.scaled_dot_product_attention(Q.detach(), K.detach(), V.detach(), mask)


def attention_backward(grad: Tensor, Q: Tensor, K: Tensor, V: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Autograd of `attention`."""
    dQ, dK, dV = vjp(lambda Q, K, V: functional.scaled_dot_product_attention(Q, K, V, mask), [Q, K, V], grad)
    return dQ, dK, dV


def multi_head_attention(
    x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, mask: Tensor, heads: int
) -> Tensor:
    """torch.nn.MultiheadAttention(bias=False) of one x: linear layers around scaled_dot_product_attention."""
    weights = (W.detach() for W in (W_q, W_k, W_v, W_o))
    return _multi_head(x.detach(), *weights, mask=mask, heads=heads)


def multi_head_attention_backward(
    grad: Tensor, x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, mask: Tensor, heads: int
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Autograd of `multi_head_attention`."""
    dx, dW_q, dW_k, dW_v, dW_o = vjp(partial(_multi_head, mask=mask, heads=heads), [x, W_q, W_k, W_v, W_o], grad)
    return dx, dW_q, dW_k, dW_v, dW_o


def _multi_head(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, *, mask: Tensor, heads: int) -> Tensor:
    n, tokens, d = x.shape
    apart = (n, tokens, heads, d // heads)
    Q, K, V = (functional.linear(x, W).reshape(apart).transpose(1, 2) for W in (W_q, W_k, W_v))
    merged = functional.scaled_dot_product_attention(Q, K, V, mask).transpose(1, 2).flatten(2)
    return functional.linear(merged, W_o)
