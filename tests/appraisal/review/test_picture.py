"""When the answers of a case came and what they say, in steps no single answer is seen in."""

import numpy as np
import pytest

from survey.appraisal.review.picture import Picture, draw
from tests.stats.small_county import DAY, MORNING, small_sample

SCALE = [
    {"value": 5, "zh": "满意", "en": "Good"},
    {"value": 1, "zh": "不满意", "en": "Bad"},
    {"value": 0, "zh": "不了解", "en": "Unknown"},
]
ZONE = "Asia/Shanghai"


def picture(n: int, *, n_rest: int = 20, apart: int = 60, smallest: int = 10) -> Picture:
    items = [[5, 5]] * n + [[1, 0]] * n_rest
    moments = MORNING + apart * np.arange(n + n_rest, dtype=np.int64)
    sample = small_sample(items, submitted_at=moments)
    valid = np.ones(n + n_rest, dtype=np.bool_)
    return draw(sample, np.arange(n), valid=valid, scale=SCALE, timezone=ZONE, smallest=smallest)


@pytest.mark.parametrize(("n", "is_told"), [(9, False), (10, True)])
def test_under_the_smallest_number_nothing_is_told(n: int, is_told: bool) -> None:
    found = picture(n)
    assert bool(found.course) == bool(found.pattern) == bool(found.first_day) == is_told


def test_counts_are_rounded_up_to_whole_steps() -> None:
    found = picture(21)  # one a minute, all within an hour
    assert found.hourly
    assert [slot.count for slot in found.course] == [30]
    assert found.course[0].label.endswith(":00")


def test_what_lasts_longer_is_told_by_days_without_gaps() -> None:
    found = picture(12, apart=2 * DAY)
    assert not found.hourly
    assert [slot.count for slot in found.course] == [10, 0] * 11 + [10]
    assert found.first_day[5:] == found.course[0].label
    assert found.last_day[5:] == found.course[-1].label


@pytest.mark.parametrize(("n_rest", "rest"), [(9, [None] * 3), (10, [0, 50, 50])])
def test_the_rest_of_the_unit_is_told_where_it_is_not_too_few(
    n_rest: int, rest: list[int | None]
) -> None:
    found = picture(10, n_rest=n_rest)
    assert [level.here for level in found.pattern] == [100, 0, 0]
    assert [level.rest for level in found.pattern] == rest
