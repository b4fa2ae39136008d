"""The rules, a file a kind of operator. Importing this fills the table."""

from gradecheck.traced.rules import (  # noqa: F401
    arithmetic,
    choices,
    composites,
    distances,
    functions,
    gathered,
    indexing,
    margins,
    maxima,
    order,
    pooling,
    products,
    reductions,
    resampling,
    reshaped,
    spaced,
    special,
    steps,
    structure,
    systems,
)
