"""Units with few answers: a model’s help, and when not to publish."""

from survey.stats.small_areas.borrowing import Borrowed, borrow
from survey.stats.small_areas.fay_herriot import (
    SmallAreaError,
    fay_herriot,
    smooth_variances,
    smoothed_freedom,
)
from survey.stats.small_areas.publication import (
    DIRECT,
    FEWEST,
    MODEL_ASSISTED,
    MOST_BORROWED,
    WITHHELD,
    decide_publication,
)

__all__ = [
    "DIRECT",
    "FEWEST",
    "MODEL_ASSISTED",
    "MOST_BORROWED",
    "WITHHELD",
    "Borrowed",
    "SmallAreaError",
    "borrow",
    "decide_publication",
    "fay_herriot",
    "smooth_variances",
    "smoothed_freedom",
]
