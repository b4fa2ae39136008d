"""What an embedding promises: rows of a table, and the gradient of the table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from gradecheck import Argument, Contract, gradient_of
from gradecheck.arguments import kinds
from lectures.lecture03.contracts.linear import WEIGHTS

INDEX: Final = replace(
    kinds.labels("rows"), name="indices of rows", called=("indices", "index", "idx", "ids", "tokens", "x", "inputs")
)

W: Final = Argument("W", kinds.real, ("rows", "d"), called=(*WEIGHTS, "table", "embeddings", "e"))
INDICES: Final = Argument("indices", INDEX, ("n", "time"))


def repeated(W: Any, indices: Any) -> Any:
    return np.unique(indices).size < indices.size


EMBEDDING: Final = Contract(
    name="embedding",
    chapter="embedding",
    formula="y_ij = W_r, the row r = indices_ij",
    latex=r"y_{ij} = W_r, \quad r = \mathrm{indices}_{ij}",
    arguments=(W, INDICES),
    results=("y",),
    slide="Embedding",
    twin="torch.nn.Embedding",
    branches={
        "an index is repeated": repeated,
        "a row has no index": lambda W, indices: np.unique(indices).size < len(W),
        "n = 1": lambda W, indices: len(indices) == 1,
        "n > 1": lambda W, indices: len(indices) > 1,
        "the last row": lambda W, indices: indices == len(W) - 1,
    },
    sizes=("time <= 8", "d <= 8"),
    returns=" of shape (n, time, d)",
    note="This is what the product of one-hot rows with W gives.",
)
EMBEDDING_BACKWARD: Final = gradient_of(
    EMBEDDING,
    upstream=Argument("grad", kinds.upstream, ("n", "time", "d")),
    formula="∂L/∂W_r = Σ grad_ij, over all i, j with indices_ij = r",
    latex=r"\frac{\partial L}{\partial W_r} = \sum_{i,j:\, \mathrm{indices}_{ij} = r} g_{ij}",
    results=("∂L/∂W",),
    returns=" of W's shape",
    note="An index that is repeated adds up; a row without an index gets 0.",
)

CONTRACTS: Final = (EMBEDDING, EMBEDDING_BACKWARD)
