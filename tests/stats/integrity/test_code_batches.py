"""Honest batches of codes are left alone, those an official keeps are found: a few campaigns.

`bench/code_batches.py` does the same over 500.
"""

import numpy as np
import pytest

from bench.code_batches import OWN, measure
from survey.stats.integrity.code_batches import UnlikeBatch, unlike_batches


def test_own_codes_are_found_and_honest_ones_are_not() -> None:
    figures = measure(2)
    assert figures["honest batches found"] <= 0.01
    assert figures["60 of 60, over all days"] == 1.0
    assert figures["60 of 120, in 2 days"] == 1.0
    assert set(OWN) < set(figures)


def found(withdrawn: int) -> tuple[UnlikeBatch, ...]:
    """Thirteen batches of 60 codes, the last answered to the last code not withdrawn."""
    n = np.array([22, 25, 21, 24, 23, 26, 20, 22, 24, 25, 23, 21, 60 - withdrawn])
    rng = np.random.default_rng(1)
    gone = np.zeros(13, dtype=np.int64)
    gone[12] = withdrawn
    return unlike_batches(
        strata=np.zeros((13, 1), dtype=np.intp),
        issued=np.full(13, 60),
        withdrawn=gone,
        batch=np.repeat(np.arange(13), n),
        waited=rng.integers(3600, 864000, n.sum()),
        items=rng.integers(1, 6, (n.sum(), 8)).astype(np.int8),
        best=5,
    )


@pytest.mark.parametrize("withdrawn", [10, 37])
def test_what_is_left_of_a_withdrawn_batch_was_answered_to_the_last_and_is_no_finding(
    withdrawn: int,
) -> None:
    assert [(one.batch, one.measure) for one in found(0)] == [(12, "share")]
    assert found(withdrawn) == ()
