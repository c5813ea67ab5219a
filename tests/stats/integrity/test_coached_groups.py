"""Groups of invited people who were told what to tick, and honest ones who merely agree."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.campaign.result import AppraisalNotice, AppraisalResult
from survey.stats.campaign.verdicts import ScreeningVerdict
from survey.stats.integrity.coached_groups import CoachedGroup, find_coached_groups
from survey.stats.pipeline.appraise import appraise
from tests.stats.invited_county import (
    GROUP,
    UNIT,
    InvitedCounty,
    coached,
    in_one_hall,
    invited_county,
)
from tests.stats.small_county import POINTS


def found_in(county: InvitedCounty) -> tuple[CoachedGroup, ...]:
    sample = county.sample
    score = np.asarray(POINTS)[sample.items].mean(axis=1)
    return find_coached_groups(
        unit=sample.unit, group=sample.group, items=sample.items, score=score, praise=(5, 4)
    )


def places(county: InvitedCounty) -> set[tuple[int, int]]:
    return {(case.unit, case.group) for case in found_in(county)}


def said(result: AppraisalResult) -> list[AppraisalNotice]:
    return [each for each in result.notices if each.code.startswith("group_coached")]


def scored(county: InvitedCounty) -> AppraisalResult:
    return appraise(county.plan, county.sample)


@pytest.mark.parametrize("pattern", ["all 5", "all 4", "5 and 4", "5, 4, 5, 4"])
def test_a_whole_group_that_was_told_what_to_tick_is_found(pattern: str) -> None:
    county = coached(invited_county(1, level=84, n=30), pattern)
    case, *others = found_in(county)
    assert not others
    assert (case.unit, case.group, case.of) == (UNIT, GROUP, 30)
    assert set(case.rows) <= set(county.rows())
    assert case.rows.size >= 25
    assert case.share < 0.6
    assert case.alarms < 0.01


def test_half_a_group_is_found_by_an_answer_rarer_than_full_marks() -> None:
    county = coached(invited_county(2, level=84, n=60), "all 4", share=0.5)
    assert places(county) == {(UNIT, GROUP)}


def test_a_unit_coached_in_every_group_is_found_in_every_group() -> None:
    county = invited_county(3, level=80, n=30, n_units=26)
    for group in range(4):
        county = coached(county, "all 5", group=group)
    assert places(county) == {(UNIT, group) for group in range(4)}


def test_two_units_that_coach_the_same_group_do_not_hide_each_other() -> None:
    county = coached(invited_county(4, level=80, n=30, n_units=26), "all 5")
    county = coached(county, "all 5", unit=7)
    assert places(county) == {(UNIT, GROUP), (7, GROUP)}


@pytest.mark.parametrize("level", [78, 90])
def test_honest_groups_are_not_named(level: int) -> None:
    campaigns = [invited_county([5, k], level=level, n=15) for k in range(20)]
    assert not any(found_in(county) for county in campaigns)


def test_full_marks_that_are_usual_in_the_group_name_nobody() -> None:
    # Where most are content by themselves no test can tell the told from the content.
    assert not found_in(coached(invited_county(6, level=97, n=10), "all 5"))


def test_few_answers_or_few_units_are_compared_with_nothing() -> None:
    assert not found_in(coached(invited_county(7, level=80, n=7), "all 4"))
    assert not found_in(coached(invited_county(7, level=80, n=30, n_units=8), "all 4"))
    assert found_in(coached(invited_county(7, level=80, n=30, n_units=9), "all 4"))


def test_the_order_of_the_answers_does_not_matter() -> None:
    county = coached(invited_county(8, level=84, n=20), "all 5")
    back = np.arange(county.sample.n_responses)[::-1]
    items, unit, group = county.sample.items, county.sample.unit, county.sample.group
    score = np.asarray(POINTS)[items].mean(axis=1)
    turned = find_coached_groups(
        unit=unit[back], group=group[back], items=items[back], score=score[back], praise=(5, 4)
    )
    first, second = found_in(county)[0], turned[0]
    assert set(back[second.rows]) == set(first.rows)
    assert second.alarms == pytest.approx(first.alarms)


def test_a_coached_group_counts_and_its_unit_s_score_without_it_is_said() -> None:
    honest = invited_county(9, level=84, n=30)
    county = coached(honest, "all 5")
    result = scored(county)
    (notice,) = said(result)
    assert (notice.code, notice.unit_code, notice.group_code) == ("group_coached", "U4", "G2")
    assert notice.values["n"] == notice.values["of"] == 30
    assert notice.values["part"] == pytest.approx(0.25)
    unit = result.units[UNIT]
    assert notice.values["score"] == unit.estimate
    others = [g.score for g in result.groups if g.unit_code == "U4" and g.group_code != "G2"]
    assert notice.values["without"] == pytest.approx(np.mean([x or 0 for x in others]))
    assert (result.weight_kept[county.rows()] > 0.99).all()
    (case,) = (each for each in result.cases if each.kind == "coached_group")
    assert (case.unit_code, case.n) == ("U4", 30)
    assert case.score_without is not None
    assert case.score_without < case.score_with
    # Answers all alike borrow their error: full marks by order make no score surer.
    before = scored(honest).units[UNIT]
    assert unit.se is not None
    assert before.se is not None
    assert unit.se > 0.85 * before.se


def test_without_the_coached_group_there_may_be_no_score() -> None:
    county = coached(invited_county(10, level=84, n=30, n_groups=2), "all 5")
    few = replace(county.plan, min_covered=60.0)
    assert [each.code for each in said(appraise(few, county.sample))] == ["group_coached_alone"]


def test_what_two_people_decided_is_no_open_question() -> None:
    county = coached(invited_county(11, level=84, n=30), "all 5")
    decisions = np.full(county.sample.n_responses, -1, dtype=np.int8)
    decisions[county.rows()] = ScreeningVerdict.KEEP
    assert said(scored(county))
    assert not said(appraise(county.plan, county.sample, decisions=decisions))


def test_open_answers_name_no_group() -> None:
    county = coached(invited_county(12, level=84, n=30), "all 5")
    opened = replace(county.sample, channel=np.zeros(county.sample.n_responses, dtype=np.intp))
    assert not said(appraise(county.plan, opened))


@pytest.mark.parametrize("level", [84, 95])
def test_honest_people_in_one_hall_keep_their_group(level: int) -> None:
    # At 95 most of them give full marks, within an hour and through one address.
    county = invited_county([13, level], level=level, n=15)
    apart, together = scored(county), scored(in_one_hall(county))
    assert (together.screening.verdict[county.rows()] < ScreeningVerdict.QUARANTINE).all()
    assert together.units[UNIT].estimate == apart.units[UNIT].estimate


def test_a_hall_that_was_told_what_to_tick_is_set_aside_until_two_people_looked() -> None:
    county = in_one_hall(coached(invited_county(14, level=84, n=15), "all 5"))
    verdict = scored(county).screening.verdict[county.rows()]
    assert (verdict == ScreeningVerdict.QUARANTINE).all()
