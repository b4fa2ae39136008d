"""What students write in place of the formulas."""

import numpy as np

from gradecheck import Mistake

from .windows import windows

MISTAKES = (
    Mistake(
        "log_sigmoid/no-minus",
        "log_sigmoid",
        lambda x: np.log(1 + np.exp(-x)),
        "The logarithm has lost its minus.",
        "The logarithm of a number below 1 is negative.",
        sign="negated",
    ),
    Mistake(
        "log_sigmoid_backward/sigmoid",
        "log_sigmoid_backward",
        lambda grad, x: grad / (1 + np.exp(-x)),
        "It is multiplied by sigmoid(x), not by 1 - sigmoid(x).",
        "For large x the function is flat: its slope there should be close to 0.",
    ),
    Mistake(
        "blend/other-way-round",
        "blend",
        lambda a, b, share: share * a + (1 - share) * b,
        "share goes to a, not to b.",
        "With share = 1 the result should be b.",
    ),
    Mistake(
        "moving_average/sum",
        "moving_average",
        lambda x, width: windows(x, width).sum(axis=1),
        "The sum of each window is not divided by its width.",
        "The average of equal numbers should be that number.",
    ),
)
