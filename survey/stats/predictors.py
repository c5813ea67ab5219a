"""What is known of a respondent, as the columns a model of taking part is fitted on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from survey.stats.plan import Plan
from survey.stats.sample import Sample

PREDICTORS = ("sex", "age4", "residence")
_FEWEST = 3


def design_matrix(
    sample: Sample,
    plan: Plan,
    rows: NDArray[np.intp],
    *,
    variables: Sequence[str],
    sides: Sequence[NDArray[np.bool_]],
) -> NDArray[np.float64]:
    """Return a constant and dummies of the variables, shape (m, p).

    Parameters
    ----------
    sample : Sample
    plan : Plan
    rows : ndarray of intp, shape (m,)
    variables : sequence of str
        Among ``PREDICTORS``.
    sides : sequence of ndarray of bool, shape (m,)
        Parts of the rows that are to be told apart: a category of which one has fewer than
        three goes with the reference, for no chance can be estimated in it.

    Returns
    -------
    ndarray of float64, shape (m, p)
        Not said is a category like any other.
    """
    columns = [np.ones(rows.size)]
    for variable in variables:
        categories, codes = sample.codes_of(variable, plan)
        here = codes[rows]
        found = [here == code for code in (*range(len(categories)), -1)]
        found = [members for members in found if _in_all(members, sides)]
        rest = ~np.any(found, axis=0) if found else np.ones(rows.size, dtype=np.bool_)
        # The rest is the reference if it can be one; else it goes with the first category.
        kept = found if _in_all(rest, sides) else found[1:]
        columns += [members.astype(np.float64) for members in kept]
    return np.stack(columns, axis=1)


def _in_all(members: NDArray[np.bool_], sides: Sequence[NDArray[np.bool_]]) -> bool:
    return min(int((members & side).sum()) for side in sides) >= _FEWEST
