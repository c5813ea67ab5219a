"""Whether a unit's score is published as measured, as assisted by a model, or not at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray

DIRECT, MODEL_ASSISTED, WITHHELD = 0, 1, 2
LARGEST_SE = 2.5  # points on 0-100: a 95 % interval of about +-5
FEWEST = 5  # answers
MOST_BORROWED = 0.5


def decide_publication(
    *,
    n: NDArray[np.integer],
    direct_se: FloatArray,
    model_se: FloatArray,
    shrinkage: FloatArray,
    largest_se: float = LARGEST_SE,
) -> NDArray[np.int8]:
    """Apply the stated rule to every unit.

    Parameters
    ----------
    n : ndarray of int, shape (m,)
        Answers that count.
    direct_se, model_se : ndarray of float64, shape (m,)
        Standard errors of the direct and of the small-area estimate; nan is as good as infinite.
    shrinkage : ndarray of float64, shape (m,)
        Share of the small-area estimate that comes from other units.
    largest_se : float
        The standard error a published score may have, in points.

    Returns
    -------
    ndarray of int8, shape (m,)
        ``DIRECT`` if the direct standard error is within the limit. Else ``MODEL_ASSISTED`` if
        the unit has at least 5 answers of its own, the model's error is within the limit and at
        least half of the score is the unit's own. Else ``WITHHELD``: a score made mostly from
        other units' answers is no score of this one.
    """
    assisted = (n >= FEWEST) & (model_se <= largest_se) & (shrinkage <= MOST_BORROWED)
    direct = (n >= FEWEST) & (direct_se <= largest_se)
    return np.where(direct, DIRECT, np.where(assisted, MODEL_ASSISTED, WITHHELD)).astype(np.int8)
