"""What one answer can do to its unit's score, against scoring anew with it replaced."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.appraise import appraise
from tests.stats.small_county import small_plan, small_sample

PLAN = small_plan(n_units=2, coefficients=(60, 40), groups=(60, 40))


def county() -> Sample:
    rng = np.random.default_rng(3)
    n = 60
    items = rng.integers(1, 6, (n, 2))
    items[::7, 1] = 0  # 不了解
    return small_sample(
        items.tolist(),
        unit=(np.arange(n) % 2).tolist(),
        group=(np.arange(n) // 2 % 2).tolist(),
        channel=[1] * n,
    )


@pytest.mark.parametrize("row", [0, 5, 7, 31, 58])
def test_it_moves_the_score_by_what_scoring_with_another_answer_says(row: int) -> None:
    sample = county()
    before = appraise(PLAN, sample)
    for answer, moves in ((1, before.raises), (5, -before.lowers)):
        items = sample.items.copy()
        items[row] = np.where(items[row] > 0, answer, items[row])
        after = appraise(PLAN, replace(sample, items=items))
        unit = int(sample.unit[row])
        said = before.steps[3].unit_scores[unit], after.steps[3].unit_scores[unit]
        assert said[0] is not None
        assert said[1] is not None
        assert said[0] - said[1] == pytest.approx(moves[row])


def test_all_answers_of_a_unit_together_make_its_score() -> None:
    sample = county()
    found = appraise(PLAN, sample)
    for unit, figure in enumerate(found.units):
        here = sample.unit == unit
        assert found.raises[here].sum() == pytest.approx(figure.estimate)
        assert found.lowers[here].sum() == pytest.approx(100 - figure.estimate)


def test_an_open_answer_is_nobodys_to_call() -> None:
    sample = county()
    channel = sample.channel.copy()
    channel[:20] = 0
    found = appraise(PLAN, replace(sample, channel=channel))
    assert not found.raises[:20].any()
    assert not found.lowers[:20].any()
    assert found.raises[20:].any()
