"""What a score would be without its best invited answers."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.campaign.plan import Plan
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.appraise import appraise
from tests.stats.pipeline import test_small_areas
from tests.stats.pipeline.test_combination import OPEN_CHANNEL, PHONE, UNITS, county
from tests.stats.small_county import corrections, small_plan, small_sample

ORDINARY = {"weigh_carelessness": False, "cap_collusion": False}


def plan(**changes: object) -> Plan:
    return small_plan(
        n_units=1, coefficients=(100,), groups=(60, 40),
        **corrections(**ORDINARY | changes),  # type: ignore[arg-type]
    )  # fmt: skip


def leaked(plan: Plan, sample: Sample, unit: int = 0) -> tuple[float, ...]:
    found = appraise(plan, sample).robustness[unit].leaked
    assert found is not None
    return found


def test_the_best_invited_answers_of_each_group_are_left_out() -> None:
    """By hand: 10 residents at 100, 80 and 60, 10 others all at 80."""
    answers = [[5]] * 3 + [[4]] * 3 + [[3]] * 4 + [[4]] * 10
    sample = small_sample(answers, group=[0] * 10 + [1] * 10, channel=[PHONE] * 20)
    mean = (300 + 240 + 240) / 10
    without = [(780 - 100 * 10 * e) / (10 - 10 * e) for e in (0.05, 0.1, 0.2)]
    assert leaked(plan(), sample) == pytest.approx([0.6 * (mean - left) for left in without])


def test_where_few_gave_full_marks_the_next_best_are_left_out() -> None:
    answers = [[5]] + [[4]] * 9
    sample = small_sample(answers, channel=[PHONE] * 10)
    whole = replace(plan(), min_covered=0.0)
    assert leaked(whole, sample) == pytest.approx([82 - (820 - 50) / 9.5, 2, 2])


def test_the_order_of_the_answers_is_nothing_to_it() -> None:
    rng = np.random.default_rng(7)
    items = rng.integers(0, 6, (40, 2))
    columns = {"group": rng.integers(0, 2, 40), "channel": rng.integers(0, 2, 40)}
    order = rng.permutation(40)
    wanted = replace(plan(), units=small_plan(n_units=1).units)
    turned = {name: values[order] for name, values in columns.items()}
    assert leaked(wanted, small_sample(items[order].tolist(), **turned)) == pytest.approx(
        leaked(wanted, small_sample(items.tolist(), **columns))
    )


def test_a_score_of_open_answers_alone_has_nothing_to_lose() -> None:
    sample = small_sample([[5]] * 20, group=[0] * 10 + [1] * 10, channel=[OPEN_CHANNEL] * 20)
    assert leaked(plan(), sample) == (0, 0, 0)


def test_combined_scores_fall_with_what_holds_them() -> None:
    """All invited answers of one unit lower by the trimmed part: about so the score moves."""
    sample = county()
    whole = small_plan(n_units=UNITS, groups=(100,), **corrections(**ORDINARY))
    told = leaked(whole, sample, unit=2)
    alone = leaked(
        replace(whole, combination=replace(whole.combination, min_units=UNITS + 1)), sample, unit=2
    )
    assert 0 < told[0] < told[1] < told[2]
    assert told[2] == pytest.approx(alone[2], rel=0.5)
    assert told[2] < alone[2]


def test_what_other_units_lend_a_score_is_not_lost() -> None:
    few = test_small_areas.county()
    sample = replace(few, channel=np.full_like(few.channel, PHONE))
    direct, lent = (
        appraise(test_small_areas.plan(small_areas=method), sample)
        for method in ("none", "assisted")
    )
    (first,) = [figure for figure in lent.publication if figure.unit_code == "U1"]
    assert first.decision == "model_assisted"
    plain, shown = direct.robustness[0].leaked, lent.robustness[0].leaked
    assert plain is not None
    assert shown == pytest.approx([(1 - first.shrinkage) * points for points in plain])
