"""Nobody learns of single people by subtracting what is told, nor by looking twice."""

from itertools import product

import pytest

from survey.fieldwork.counting import FEWEST_TOLD
from survey.watching.withheld import told

Told = list[int | None]


def seen(*counts: int) -> Told:
    return [*told(dict(enumerate(counts))).values()]


def possible(shown: Told, whole: int) -> list[set[int]]:
    """Return what each count can be, for whoever knows the whole and the rule."""
    could = [range(n, n + FEWEST_TOLD) if n is not None else range(whole + 1) for n in shown[:-1]]
    found: list[set[int]] = [set() for _ in shown]
    for counts in product(*could):
        last = whole - sum(counts)
        if last >= 0 and seen(*counts, last) == shown:
            for place, n in enumerate((*counts, last)):
                found[place].add(n)
    return found


@pytest.mark.parametrize(
    "counts", [(3, 47), (9, 49), (0, 60), (7, 8), (3, 12, 45), (9, 20, 39), (2, 15, 15), (4, 5, 30)]
)
def test_subtraction_from_the_whole_narrows_no_small_count_down(counts: tuple[int, ...]) -> None:
    found = possible(seen(*counts), sum(counts))
    for n, could in zip(counts, found, strict=True):
        assert n in could
        if n < FEWEST_TOLD:
            assert len(could) >= FEWEST_TOLD


def test_no_small_count_is_told_and_a_single_one_takes_another_with_it() -> None:
    assert seen(3, 47) == [None, None]
    assert seen(3, 12, 45) == [None, None, 40]
    assert seen(3, 4, 45) == [None, None, 40]
    assert seen(10, 19, 45) == [10, 10, 40]
    assert seen(8) == [None]
    assert seen(38) == [30]


def test_one_more_answer_moves_what_is_told_once_in_ten_times() -> None:
    moved = [seen(men, 100) != seen(men + 1, 100) for men in range(20, 120)]
    assert sum(moved) == len(moved) / FEWEST_TOLD
