"""A lecture of somebody else's: log-sigmoid, a blend of two arrays, a moving average."""

from gradecheck import Pack

from .rows import ROWS

PACK = Pack(
    name="tinylecture",
    title="A tiny lecture",
    module=__name__,
    rows=ROWS,
    by_hand="tinylecture.by_hand",
    by_torch="tinylecture.by_torch",
    mistakes="tinylecture.mistakes",
    variants="tinylecture.variants",
    exhibits="tinylecture.exhibits",
    assignments=("tiny.toml",),
)
