"""Which kind an operator is, from where torch declares it; a table for what no declaration tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import torch
from torch.testing._internal.opinfo import core

CLASSES: Final[Mapping[type, str]] = {
    core.UnaryUfuncInfo: "elementwise",
    core.BinaryUfuncInfo: "elementwise",
    core.ReductionOpInfo: "reduction",
    core.SpectralFuncInfo: "fft",
    core.ShapeFuncInfo: "shape",
}

NAMES: Final = (
    (r"^linalg\.(cross|diagonal|vander)$", "elementwise"),
    (r"^linalg\.(vecdot|multi_dot|matrix_power)$", "matrix product"),
    (r"^linalg\.|^_?linalg_", "linalg"),
    (r"^(fft\.|stft|istft)", "fft"),
    (r"^signal\.windows\.", "elementwise"),
    (r"attention", "attention"),
    (r"conv", "convolution"),
    (r"pool", "pooling"),
    (r"loss$|cross_entropy|^nn\.functional\.kl_div$", "loss"),
    (r"(batch|layer|group|instance|rms|response)_norm|^renorm$|normalize$", "normalisation"),
    (
        r"scatter|gather|^index_|index(_put)?(_accumulate)?$|embedding|unpool|^take|^put$|^masked_(fill|select)",
        "indexing",
    ),
    (r"interpolate|upsample|grid_sample", "pooling"),
    (r"(lstm|gru|rnn)(_cell)?$", "recurrent"),
)
"""What the words of a name say, the first that matches; interpolation weighs neighbours, as pooling does."""

TABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "elementwise": ("cross", "gradient", "diff", "masked.logaddexp"),
    "reduction": (
        *("cumsum", "cumprod", "cummax", "cummin", "logcumsumexp", "median", "nanmedian", "quantile", "nanquantile"),
        *(
            "softmax",
            "log_softmax",
            "nn.functional.softmin",
            "torch.ops.aten._safe_softmax.default",
            "_softmax_backward_data",
        ),
        *("masked.cumsum", "masked.cumprod", "masked.softmax", "masked.log_softmax", "masked.softmin", "masked.median"),
        *("trace", "trapz", "trapezoid", "cumulative_trapezoid", "dist", "aminmax", "kthvalue", "mode", "sum_to_size"),
        *("cov", "corrcoef", "histc", "histogram", "histogramdd", "bincount", "_segment_reduce", "segment_reduce"),
        *("nn.functional.cosine_similarity", "nn.functional.pairwise_distance", "nn.functional.pdist", "cdist"),
    ),
    "indexing": (
        *("sort", "msort", "topk", "argsort", "unique", "unique_consecutive", "nonzero", "nonzero_static", "argwhere"),
        *("searchsorted", "bucketize", "isin", "__getitem__", "repeat_interleave", "combinations", "where"),
        *("nn.functional.one_hot", "_unsafe_masked_index", "_unsafe_masked_index_put_accumulate"),
        *("triu_indices", "tril_indices", "unravel_index"),
    ),
    "shape": (
        *("cat", "stack", "hstack", "vstack", "dstack", "column_stack", "_chunk_cat", "block_diag", "cartesian_prod"),
        *("flip", "fliplr", "flipud", "roll", "rot90", "tril", "triu", "diag", "diagflat", "diag_embed", "narrow_copy"),
        *("nn.functional.pad", "constant_pad_nd", "nn.functional.unfold", "unsafe_split", "unsafe_chunk", "contiguous"),
        *("reshape", "reshape_as", "ravel", "flatten", "resize_", "resize_as_", "broadcast_shapes", "T", "H", "to"),
        *("nn.functional.pixel_shuffle", "nn.functional.pixel_unshuffle", "nn.functional.channel_shuffle"),
        *("zeros", "ones", "full", "eye", "zeros_like", "ones_like", "full_like", "new_zeros", "new_ones", "new_full"),
        *(
            "broadcast_tensors",
            "atleast_1d",
            "atleast_2d",
            "atleast_3d",
            "meshgrid",
            "arange",
            "linspace",
            "logspace",
            "scalar_tensor",
            "zero_",
        ),
    ),
    "matrix product": (
        *("addmm", "addmv", "addbmm", "baddbmm", "addr", "mm", "bmm", "mv", "dot", "vdot", "inner", "outer", "kron"),
        *("matmul", "__rmatmul__", "einsum", "tensordot", "nn.functional.linear", "nn.functional.bilinear"),
        *("sparse.sampled_addmm", "sparse.mm", "torch._scaled_mm", "torch._scaled_mm_v2"),
    ),
    "linalg": (
        *("cholesky", "cholesky_inverse", "cholesky_solve", "geqrf", "ormqr", "qr", "lu", "lu_solve", "lu_unpack"),
        *("svd", "svd_lowrank", "pca_lowrank", "pinverse", "triangular_solve", "logdet", "matrix_exp"),
    ),
}
"""By name, for what torch declares as a plain OpInfo."""

BY_NAME: Final = {name: kind for kind, names in TABLE.items() for name in names}


def kind(operator: Any) -> str:
    """One of elementwise, reduction, ..., linalg, fft, other.

    torch's class of the declaration says it, then the words of the name, then the tags of the aten operator, then
    whether that returns a view, then the table.
    """
    name = operator.name
    if name in BY_NAME:
        return BY_NAME[name]
    for word, said in NAMES:
        if re.search(word, name):
            return said
    for declared, said in CLASSES.items():
        if isinstance(operator, declared):
            return said
    overloads = aten(operator)
    tags = {tag for overload in overloads for tag in overload.tags}
    if torch.Tag.reduction in tags or torch.Tag.pointwise in tags:
        return "reduction" if torch.Tag.reduction in tags else "elementwise"
    views = any(r.alias_info is not None for overload in overloads for r in overload._schema.returns)
    if views or torch.Tag.view_copy in tags:
        return "shape"
    return "elementwise" if re.search(r"^nn\.functional\.", name) else "other"


def aten(operator: Any) -> list[Any]:
    """The functional overloads of the aten operator of that name; none where there is no such operator."""
    packet = getattr(torch.ops.aten, operator.aten_name, None)
    if packet is None:
        return []
    overloads = [getattr(packet, name) for name in packet.overloads()]
    return [
        overload for overload in overloads if torch.Tag.out not in overload.tags and "out" not in overload._overloadname
    ]


def randomness(operator: Any) -> str:
    """Why an operator's results are no function of its inputs, as far as torch declares it."""
    if any(torch.Tag.nondeterministic_seeded in overload.tags for overload in aten(operator)):
        return "draws random numbers"
    return "leaves memory as it was" if re.search(r"(^|_)empty", operator.name) else ""
