"""What the open box can do to scores and ranks, whatever is in it, from an empty one up."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.stats.campaign.figures import UnitFigure
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.appraise import appraise
from tests.stats.small_county import corrections, small_plan, small_sample

OPEN_CHANNEL, PHONE = 0, 1
UNITS, ENOUGH = 6, 8
WEIGHTS = (50, 30, 20)
# Invited answers by unit and group: U2 and U6 lack one of 20 %, U3 one of 30 %, U4 that of 50 %.
INVITED = 16 * np.array([[1, 1, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1], [1, 1, 0]])
INVITED[1, 2] = 3
FIRM = INVITED >= ENOUGH

Batch = tuple[int, int, int, int, bool]
BATCHES = st.lists(
    st.tuples(
        st.integers(0, UNITS - 1), st.integers(0, 2), st.integers(1, 5), st.integers(1, 15),
        st.booleans(),
    ),
    max_size=12,
)  # fmt: skip


def plan(**changes: object) -> Plan:
    """Three units with five answers of each kind are enough to combine a group; 8 are a group's."""
    settings = {"weigh_carelessness": False, "min_units": 3, "min_answers": 5} | changes
    made = small_plan(
        n_units=UNITS, coefficients=(100,), groups=WEIGHTS, min_valid=ENOUGH,
        **corrections(**settings),
    )  # fmt: skip
    return replace(made, protection=corrections(**settings)["protection"])


def county(batches: list[Batch] = [], *, raters: bool = False) -> Sample:  # noqa: B006
    """Give invited answers, always the same, and after them the batches thrown into the box."""
    rng = np.random.default_rng(7)
    unit, group = (
        np.repeat(place, INVITED.reshape(-1)) for place in np.indices(INVITED.shape).reshape(2, -1)
    )
    level = 3.4 + 0.5 * rng.standard_normal((UNITS, 3))
    place = np.concatenate([np.arange(count) for count in INVITED.reshape(-1)])
    # Everybody rates two units, some leniently: where that is known it is taken out.
    person = np.empty(unit.size, dtype=np.intp)
    person[np.lexsort((unit, place, group))] = np.arange(unit.size) // 2
    latent = level[unit, group] + 0.7 * rng.standard_normal(300)[person]
    answers = np.clip(np.rint(latent + 0.6 * rng.standard_normal(unit.size)), 1, 5)
    rater = np.where(raters, person, -1)
    thrown = [batch for batch in batches for _ in range(batch[3])]
    several = [
        1000 + place if batch[4] and raters else -1
        for batch in batches
        for place in range(batch[3])
    ]
    return small_sample(
        [[int(answer)] for answer in answers] + [[mark] for _, _, mark, _, _ in thrown],
        unit=[*unit, *(batch[0] for batch in thrown)],
        group=[*group, *(batch[1] for batch in thrown)],
        channel=[PHONE] * unit.size + [OPEN_CHANNEL] * len(thrown),
        rater=[*rater, *several],
    )


def ranked(appraisal: AppraisalResult) -> list[str]:
    return [unit.unit_code for unit in appraisal.units if unit.rank is not None]


def reaches(appraisal: AppraisalResult) -> dict[str, float]:
    """By unit, the points the groups without enough invited answers could move it."""
    return {
        notice.unit_code: float(notice.values["reach"])  # type: ignore[arg-type]
        for notice in appraisal.notices
        if notice.code == "bounded_group"
    }


def let_in(appraisal: AppraisalResult, unit: UnitFigure) -> float:
    """Return by how much the limiter lets the combined groups move a unit either way, together."""
    part = dict(zip(("G1", "G2", "G3"), WEIGHTS, strict=True))
    firm = sum(part[f"G{g + 1}"] for g in range(3) if FIRM[int(unit.unit_code[1:]) - 1, g])
    return sum(
        part[figure.group_code] / firm * figure.invited_se
        for figure in appraisal.channels
        if figure.unit_code == unit.unit_code
        and FIRM[int(unit.unit_code[1:]) - 1, int(figure.group_code[1:]) - 1]
    )


@cache
def empty(*, raters: bool) -> AppraisalResult:
    return appraise(plan(), county(raters=raters))


def check(one: AppraisalResult, other: AppraisalResult) -> None:
    assert ranked(one) == ranked(other) == ["U1", "U2", "U3", "U5", "U6"]
    for unit, again in zip(one.units, other.units, strict=True):
        if unit.unit_code == "U4":
            continue
        assert unit.estimate is not None
        assert again.estimate is not None
        room = max(let_in(one, unit), let_in(other, again))
        room += reaches(one).get(unit.unit_code, 0) + reaches(other).get(unit.unit_code, 0)
        assert abs(unit.estimate - again.estimate) <= room + 1e-9


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(BATCHES, st.booleans())
def test_no_open_sample_ranks_unranks_or_moves_a_unit_past_the_bound_from_an_empty_box(
    batches: list[Batch], raters: bool
) -> None:
    check(empty(raters=raters), appraise(plan(), county(batches, raters=raters)))


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(BATCHES, BATCHES)
def test_nor_do_any_two_open_samples_differ_by_more(
    batches: list[Batch], others: list[Batch]
) -> None:
    check(appraise(plan(), county(batches)), appraise(plan(), county(others)))


def test_making_a_group_combined_moves_it_no_further_than_the_limit() -> None:
    for raters in (False, True):
        batches = [(unit, 0, mark, 8, True) for unit, mark in ((0, 2), (1, 1), (4, 1), (5, 1))]
        combined = appraise(plan(), county(batches, raters=raters))
        assert [figure.group_code for figure in combined.channels] == ["G1"] * 5
        check(empty(raters=raters), combined)


def test_open_raters_of_other_units_tell_nothing_of_leniency() -> None:
    batches = [(3, 0, 5, 15, True), (3, 1, 5, 15, True), (0, 1, 1, 15, True), (2, 1, 1, 15, True)]
    before, after = empty(raters=True), appraise(plan(), county(batches, raters=True))
    assert [step.name for step in before.steps][-1] == "lenient"
    assert appraise(plan(), county()).units[0].estimate != before.units[0].estimate
    for place in (0, 1, 4, 5):
        one, other = before.units[place], after.units[place]
        assert (one.estimate, one.se, one.rank_upper) == (
            other.estimate, other.se, other.rank_upper,
        )  # fmt: skip


@pytest.mark.parametrize("number", [8, 40, 400])
def test_full_marks_thrown_at_a_rival_neither_help_him_nor_cost_him_his_rank(number: int) -> None:
    flooded = appraise(plan(), county([(0, 1, 5, number, False)]))
    before, after = empty(raters=False).units[0], flooded.units[0]
    assert (after.estimate, after.se, after.rank, after.n) == (
        before.estimate, before.se, before.rank, before.n,
    )  # fmt: skip
    (said,) = [notice for notice in flooded.notices if notice.code == "open_left_out"]
    assert (said.unit_code, said.group_code) == ("U1", "G2")
    assert said.values == {"n": number, "units": 3, "answers": 5}


@pytest.mark.parametrize("mark", [1, 5])
def test_a_group_that_nobody_was_invited_for_moves_the_score_by_half_an_error_and_no_more(
    mark: int,
) -> None:
    before = empty(raters=False).units[5]
    few, many = (appraise(plan(), county([(5, 2, mark, number, False)])) for number in (8, 300))
    after = many.units[5]
    assert few.units[5].estimate == pytest.approx(after.estimate)
    assert before.estimate is not None
    assert before.se is not None
    assert after.estimate == pytest.approx(before.estimate + 0.5 * before.se * np.sign(mark - 3))
    assert after.se == pytest.approx(before.se * 1.25**0.5)
    assert after.rank is not None
    (said,) = [notice for notice in many.notices if notice.code == "bounded_group"]
    assert (said.unit_code, said.group_code, said.values["n"]) == ("U6", "G3", 300)
    assert (said.values["invited"], said.values["needed"]) == (0, ENOUGH)
    assert said.values["moved"] == pytest.approx(after.estimate - before.estimate)
    # The groups that hold it have all of the score; what is left of the weight is said.
    assert after.group_weight_used == pytest.approx(80)
    assert not [n for n in many.notices if n.code in {"unprotected", "insufficient_group"}
                and n.unit_code == "U6"]  # fmt: skip


def test_a_flood_gets_no_unit_withheld_or_drawn_where_its_invited_answers_suffice() -> None:
    wanted = plan(small_areas="assisted", largest_se=1.05 * (empty(raters=False).units[5].se or 0))
    before, after = (appraise(wanted, county(batches)) for batches in ([], [(5, 2, 1, 300, False)]))
    assert (after.units[5].se or 0) > 1.1 * (before.units[5].se or 0)
    for appraisal in (before, after):
        figures = {figure.unit_code: figure for figure in appraisal.publication}
        assert figures["U6"].decision == "direct"
        assert appraisal.units[5].rank is not None


def test_the_unit_that_is_not_ranked_has_too_few_invited_answers_whatever_came() -> None:
    for batches in ([], [(3, 0, 5, 200, False)]):
        appraisal = appraise(plan(), county(batches))
        unit = appraisal.units[3]
        assert unit.rank is None
        assert unit.status == ("published" if batches else "insufficient")
    (notice,) = [n for n in appraisal.notices if n.code == "not_ranked"]
    assert (notice.unit_code, notice.values["part"], notice.values["allowed"]) == (
        "U4", pytest.approx(0.5), pytest.approx(0.4),
    )  # fmt: skip


def test_without_a_limit_the_others_count_as_they_come_and_the_rank_stays() -> None:
    appraisal = appraise(plan(limit=None), county([(5, 2, 5, 300, False)]))
    before = empty(raters=False).units[5].estimate
    assert before is not None
    assert appraisal.units[5].estimate == pytest.approx(0.8 * before + 0.2 * 100)
    assert appraisal.units[5].rank is not None
    (said,) = [notice for notice in appraisal.notices if notice.code == "bounded_group"]
    assert said.values["reach"] is None
