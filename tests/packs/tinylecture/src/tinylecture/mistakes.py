"""What students write in place of the formulas."""

import numpy as np

from gradecheck.mistakes.mistake import Mistake

from .windows import windows

MISTAKES = (
    Mistake(
        "softsign/no-abs",
        "softsign",
        lambda x: x / (1 + x),
        "x stands below the line without its absolute value.",
        "Try x = -2: the result should lie between -1 and 1.",
    ),
    Mistake(
        "softsign_backward/no-square",
        "softsign_backward",
        lambda grad, x: grad / (1 + np.abs(x)),
        "1 + |x| is not squared.",
        "Derive x / (1 + |x|) by the quotient rule.",
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
