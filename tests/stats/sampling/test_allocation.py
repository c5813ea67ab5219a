"""Shares of strata: no other whole numbers within the limits make the variance smaller."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.stats.sampling import AllocationError, allocate


def variance(n: tuple[int, ...], sizes: list[int], spread: list[float]) -> float:
    return sum((size * s) ** 2 / k for k, size, s in zip(n, sizes, spread, strict=True))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_other_numbers_are_better(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))
    spread = [data.draw(st.sampled_from((0.5, 1.0, 3.0))) for _ in sizes]
    minimum = data.draw(st.integers(1, 3))
    lowest = [min(minimum, size) for size in sizes]
    total = data.draw(st.integers(sum(lowest), sum(sizes)))
    found = allocate(
        total=total, sizes=np.array(sizes), spread=np.array(spread), minimum=minimum
    ).tolist()
    ways = product(*(range(low, size + 1) for low, size in zip(lowest, sizes, strict=True)))
    best = min(variance(n, sizes, spread) for n in ways if sum(n) == total)
    assert sum(found) == total
    assert all(low <= n <= size for low, n, size in zip(lowest, found, sizes, strict=True))
    assert variance(tuple(found), sizes, spread) == pytest.approx(best)


@pytest.mark.parametrize(("total", "code"), [(8, "allocation.too_many"), (1, "allocation.too_few")])
def test_what_strata_cannot_give_is_refused(total: int, code: str) -> None:
    with pytest.raises(AllocationError) as told:
        allocate(total=total, sizes=np.array([4, 3]))
    assert told.value.full_code == code
