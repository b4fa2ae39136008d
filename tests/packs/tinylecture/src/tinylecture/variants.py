"""Right answers that are written in another way."""

import numpy as np

from gradecheck import Variant

VARIANTS = (
    Variant("blend/from-a", "blend", lambda a, b, share: a * (1 - share) + b * share, "the factors change places"),
    Variant(
        "moving_average/convolve",
        "moving_average",
        lambda x, width: np.convolve(x, np.ones(width, x.dtype), "valid") / width,
        "by a convolution",
    ),
)
