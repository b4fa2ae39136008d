"""The rest of the course, hand-written in NumPy: one module a chapter, as for Lecture 03.

Each `*_backward` returns the gradient for an upstream gradient, and stands under its formula.
"""

from manual.beyond.activations import (
    elu,
    elu_backward,
    gelu,
    gelu_backward,
    gelu_tanh,
    gelu_tanh_backward,
    silu,
    silu_backward,
    softplus,
    softplus_backward,
)
from manual.beyond.attention import attention, attention_backward, multi_head_attention, multi_head_attention_backward
from manual.beyond.convolution import conv2d, conv2d_backward, im2col, im2col_backward
from manual.beyond.dropout import dropout, dropout_backward
from manual.beyond.embedding import embedding, embedding_backward
from manual.beyond.gated import (
    gru,
    gru_backward,
    gru_step,
    gru_step_backward,
    lstm,
    lstm_backward,
    lstm_step,
    lstm_step_backward,
)
from manual.beyond.losses import (
    bce_with_logits,
    bce_with_logits_backward,
    huber,
    huber_backward,
    kl_div,
    kl_div_backward,
)
from manual.beyond.networks import cnn, cnn_backward, transformer, transformer_backward
from manual.beyond.normalisation import (
    batch_norm,
    batch_norm_backward,
    batch_norm_evaluated,
    batch_norm_evaluated_backward,
    batch_norm_running,
    layer_norm,
    layer_norm_backward,
    rms_norm,
    rms_norm_backward,
)
from manual.beyond.optimisers import adam_step, adamw_step, clip_by_norm, nesterov_step, rmsprop_step, weight_decay_step
from manual.beyond.pooling import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from manual.beyond.recurrent import rnn, rnn_backward, rnn_step, rnn_step_backward
from manual.beyond.training import fit, step

__all__ = [
    "adam_step",
    "adamw_step",
    "attention",
    "attention_backward",
    "avg_pool2d",
    "avg_pool2d_backward",
    "batch_norm",
    "batch_norm_backward",
    "batch_norm_evaluated",
    "batch_norm_evaluated_backward",
    "batch_norm_running",
    "bce_with_logits",
    "bce_with_logits_backward",
    "clip_by_norm",
    "cnn",
    "cnn_backward",
    "conv2d",
    "conv2d_backward",
    "dropout",
    "dropout_backward",
    "elu",
    "elu_backward",
    "embedding",
    "embedding_backward",
    "fit",
    "gelu",
    "gelu_backward",
    "gelu_tanh",
    "gelu_tanh_backward",
    "gru",
    "gru_backward",
    "gru_step",
    "gru_step_backward",
    "huber",
    "huber_backward",
    "im2col",
    "im2col_backward",
    "kl_div",
    "kl_div_backward",
    "layer_norm",
    "layer_norm_backward",
    "lstm",
    "lstm_backward",
    "lstm_step",
    "lstm_step_backward",
    "max_pool2d",
    "max_pool2d_backward",
    "multi_head_attention",
    "multi_head_attention_backward",
    "nesterov_step",
    "rms_norm",
    "rms_norm_backward",
    "rmsprop_step",
    "rnn",
    "rnn_backward",
    "rnn_step",
    "rnn_step_backward",
    "silu",
    "silu_backward",
    "softplus",
    "softplus_backward",
    "step",
    "transformer",
    "transformer_backward",
    "weight_decay_step",
]
