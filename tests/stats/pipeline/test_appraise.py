from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from survey.stats.campaign.plan import MarginPlan, ScreeningPlan
from survey.stats.campaign.sample import Sample, SampleError
from survey.stats.campaign.verdicts import ScreeningVerdict
from survey.stats.pipeline.appraise import appraise
from tests.stats.small_county import (
    DAY,
    MORNING,
    POINTS,
    corrections,
    small_plan,
    small_sample,
    some_of,
)

SEXES = MarginPlan(variable="sex", categories=("male", "female"), totals=(60.0, 40.0))


def random_sample(n: int, *, seed: int = 3) -> Sample:
    rng = np.random.default_rng(seed)
    return small_sample(
        rng.integers(1, 6, size=(n, 2)),
        unit=rng.integers(0, 2, n),
        group=rng.integers(0, 2, n),
        sex=rng.integers(0, 2, n),
        submitted_at=MORNING + DAY * np.arange(n) // 10,
    )


def test_two_groups_by_hand() -> None:
    sample = small_sample([[5, 3], [3, 5], [4, 4]], group=[0, 0, 1])
    unit = appraise(small_plan(n_units=1), sample).units[0]
    # G1: items 80 and 80; G2: 80.
    assert unit.score is not None
    assert str(unit.score) == "80.00"
    assert str(unit.points) == "16.00"
    assert (unit.grade_zh, unit.rank, unit.tier, unit.n) == ("良好", 1, 1, 3)


def test_answers_that_left_no_mark_of_a_device_are_scored_alike() -> None:
    marked = random_sample(60)
    unknown = np.full(60, -1)
    by_phone = replace(marked, network=unknown, device=unknown)
    assert appraise(small_plan(), by_phone).units == appraise(small_plan(), marked).units


def test_units_whose_answers_are_all_alike_stand_alike() -> None:
    # Raked means of nothing but 100 come out as 100.00000000000001 in two of the three.
    row = np.arange(33)
    sample = small_sample([[5, 5]] * 33, unit=row % 3, sex=row % 7 > 2)
    units = appraise(small_plan(n_units=3, groups=(100,), margins=(SEXES,)), sample).units
    assert len({unit.se for unit in units}) == 1
    assert [(unit.tier, unit.rank_lower, unit.rank_upper) for unit in units] == [(1, 1, 3)] * 3


def test_one_rating_among_sheets_that_know_nothing_has_the_largest_error() -> None:
    # A scheme without the rule that sets such sheets aside.
    plan = small_plan(n_units=2, groups=(100,), screening=ScreeningPlan(rules=()))
    sample = small_sample([[4, 4], [0, 0], [0, -1], [0, 0]], unit=[0, 0, 0, 1])
    one, none = appraise(plan, sample).units
    assert one.se == pytest.approx(50)
    assert (none.estimate, none.status) == (None, "insufficient")


def test_a_scale_that_ends_between_two_published_figures() -> None:
    points = (0.0, 33.3333, 40.0, 50.0, 60.0, 66.6666)
    sample = small_sample([[1, 1], [1, 1], [5, 5], [5, 5]], unit=[0, 0, 1, 1])
    appraisal = appraise(small_plan(groups=(100,), points=points), sample)
    assert [str(unit.score) for unit in appraisal.units] == ["33.33", "66.67"]


def test_standard_error_of_an_unweighted_unit_is_the_textbooks() -> None:
    items = [[5], [4], [2], [3], [4], [1]]
    plan = small_plan(n_units=1, coefficients=(100,), groups=(100,))
    unit = appraise(plan, small_sample(items)).units[0]
    worth = np.array([POINTS[item] for (item,) in items])
    se = worth.std(ddof=1) / np.sqrt(worth.size)
    lower, upper = stats.t.interval(0.95, worth.size - 1, worth.mean(), se)
    assert unit.se == pytest.approx(se)
    assert (unit.lower, unit.upper) == (pytest.approx(lower), pytest.approx(upper))
    assert unit.df == pytest.approx(5)


def test_standard_error_of_post_stratified_answers() -> None:
    # V = sum over strata of W^2 s^2 / n up to the n/(n-1) convention of the linearisation.
    items = [[5], [4], [2], [3], [4], [1], [5], [2]]
    sex = [0, 0, 0, 1, 1, 1, 1, 1]
    plan = small_plan(n_units=1, coefficients=(100,), groups=(100,), margins=(SEXES,))
    unit = appraise(plan, small_sample(items, sex=sex)).units[0]
    worth = np.array([POINTS[item] for (item,) in items])
    men = np.array(sex) == 0
    spread = sum(
        share**2 * worth[here].var() / here.sum() for share, here in ((0.6, men), (0.4, ~men))
    )
    assert unit.estimate == pytest.approx(0.6 * worth[men].mean() + 0.4 * worth[~men].mean())
    assert unit.se == pytest.approx(np.sqrt(spread * 8 / 7))


def test_groups_add_their_variances_and_satterthwaites_freedom() -> None:
    items = [[5], [4], [2], [3], [4], [1], [5]]
    plan = small_plan(n_units=1, coefficients=(100,))
    unit = appraise(plan, small_sample(items, group=[0, 0, 0, 0, 1, 1, 1])).units[0]
    worth = np.array([POINTS[item] for (item,) in items])
    parts = [0.6**2 * worth[:4].var(ddof=1) / 4, 0.4**2 * worth[4:].var(ddof=1) / 3]
    assert unit.se == pytest.approx(np.sqrt(sum(parts)))
    assert unit.df == pytest.approx(sum(parts) ** 2 / (parts[0] ** 2 / 3 + parts[1] ** 2 / 2))


def test_the_interval_stays_on_the_scale() -> None:
    plan = small_plan(n_units=1, coefficients=(100,), groups=(100,))
    unit = appraise(plan, small_sample([[5], [5], [5], [4]] * 3)).units[0]
    assert unit.upper == 100
    assert unit.lower is not None
    assert 75 < unit.lower < 95


def test_one_answer_is_as_unsure_as_can_be() -> None:
    plan = small_plan(n_units=1, coefficients=(100,), groups=(100,))
    unit = appraise(plan, small_sample([[4]])).units[0]
    assert (unit.se, unit.lower, unit.upper) == (50, 0, 100)


def test_a_group_below_its_minimum_is_noticed_and_left_out() -> None:
    plan = small_plan(n_units=1, min_valid=2)
    appraisal = appraise(plan, small_sample([[5, 3], [3, 5], [1, 1]], group=[0, 0, 1]))
    (unit,) = appraisal.units
    assert str(unit.score) == "80.00"
    assert (unit.group_weight_used, unit.n, unit.status) == (60, 2, "published")
    said = [(n.group_code, n.code) for n in appraisal.notices if n.code != "unprotected"]
    assert said == [("G2", "insufficient_group")]
    assert appraisal.groups[1].share == 0


def test_too_little_covered_is_not_published_and_says_nothing_of_the_score() -> None:
    plan = small_plan(n_units=2, min_valid=2)
    sample = small_sample([[5, 3], [3, 5], [4, 2], [4, 4]], group=[1, 1, 0, 0], unit=[0, 0, 1, 1])
    appraisal = appraise(plan, sample)
    short, good = appraisal.units
    assert short.status == "insufficient"
    withheld = (short.score, short.estimate, short.se, short.lower, short.rank, short.points)
    assert withheld == (None,) * 6
    assert appraisal.steps[-1].unit_scores[0] is None
    assert (good.rank, good.rank_upper) == (1, 1)
    said = {(notice.unit_code, notice.code) for notice in appraisal.notices}
    assert ("U1", "insufficient_unit") in said
    assert "1 of 2 units published" in appraisal.summary()


def test_quarantined_answers_stay_out_until_people_decide() -> None:
    honest = [[4, 3]] * 3 + [[3, 4]] * 3
    items = honest + [[5, 5]] * 12
    sample = small_sample(items, network=[*range(6), *[99] * 12])
    plan = small_plan(n_units=1, groups=(100,))
    before = appraise(plan, sample)
    assert before.units[0].n == 6
    assert before.steps[0].unit_scores[0] != before.steps[1].unit_scores[0]
    decisions = np.full(18, -1, dtype=np.int8)
    decisions[6:] = ScreeningVerdict.KEEP
    after = appraise(plan, sample, decisions=decisions)
    assert after.units[0].n == 18
    assert after.steps[1].unit_scores[0] == after.steps[0].unit_scores[0]


def test_answers_counted_as_one_weigh_like_one_answer() -> None:
    plan = small_plan(groups=(100,), n_units=1, **corrections(cap_collusion=False))
    rules = replace(plan.screening, rules=())
    plan = replace(plan, screening=rules)
    honest, same = [[4, 4], [2, 2], [3, 3]], [[5, 5]] * 8
    decisions = np.array([-1] * 3 + [int(ScreeningVerdict.KEEP)] * 8, dtype=np.int8)
    counted_as = np.array([1.0] * 3 + [1 / 8] * 8)
    merged = appraise(plan, small_sample(honest + same), decisions=decisions, counted_as=counted_as)
    single = appraise(plan, small_sample(honest + same[:1]))
    assert merged.units[0].estimate == pytest.approx(single.units[0].estimate)
    assert merged.units[0].n == 11  # so many came and count; together they weigh as one
    assert merged.weight_kept.sum() == pytest.approx(4.0)
    assert merged.groups[0].effective_n < 6


def test_trace_has_the_score_after_each_step() -> None:
    sample = small_sample([[5, 5], [2, 2], [2, 2], [1, 1]], sex=[0, 1, 1, 0], age=[2, 2, 2, 0])
    plan = small_plan(n_units=1, groups=(100,), margins=(SEXES,))
    steps = {step.name: step.unit_scores[0] for step in appraise(plan, sample).steps}
    assert steps == {
        "returned": pytest.approx(40),
        "screened": pytest.approx(160 / 3),
        "trusted": pytest.approx(160 / 3),
        "weighted": pytest.approx(0.6 * 100 + 0.4 * 30),
    }


def test_one_unit_cannot_move_another() -> None:
    # What careless answering looks like is learnt from all answers, and how far the answers of a
    # group lie apart; nothing else is shared.
    plan = small_plan(margins=(SEXES,), **corrections(weigh_carelessness=False))
    sample = random_sample(200)
    before = appraise(plan, sample).units[1]
    items = sample.items.copy()
    items[sample.unit == 0] = 1
    after = appraise(plan, replace(sample, items=items)).units[1]
    assert (before.estimate, before.n) == (after.estimate, after.n)
    assert before.se is not None
    assert after.se == pytest.approx(before.se, rel=0.1)


def test_order_of_the_answers_does_not_matter() -> None:
    plan = small_plan(margins=(SEXES,))
    sample = random_sample(200)
    order = np.random.default_rng(9).permutation(200)
    straight, mixed = appraise(plan, sample), appraise(plan, some_of(sample, order))
    for one, other in zip(straight.units, mixed.units, strict=True):
        assert one.score == other.score
        assert one.estimate == pytest.approx(other.estimate, abs=1e-10)
        assert one.se == pytest.approx(other.se, abs=1e-10)


def test_the_same_arguments_give_the_same_figures_and_are_left_alone() -> None:
    plan, sample = small_plan(margins=(SEXES,)), random_sample(100)
    kept = some_of(sample, np.arange(100))
    first, second = appraise(plan, sample), appraise(plan, sample)
    assert first.units == second.units
    assert first.groups == second.groups
    for name in sample.__dataclass_fields__:
        assert np.array_equal(getattr(sample, name), getattr(kept, name)), name
    with pytest.raises(FrozenInstanceError):
        first.units[0].n = 0  # type: ignore[misc]


def test_no_answers_at_all() -> None:
    appraisal = appraise(small_plan(), small_sample(np.empty((0, 2))))
    assert [unit.status for unit in appraisal.units] == ["insufficient"] * 2
    assert [unit.raw_score for unit in appraisal.units] == [None, None]


def test_a_sample_that_does_not_fit_is_refused() -> None:
    with pytest.raises(SampleError):
        appraise(small_plan(coefficients=(100,)), small_sample([[5, 4]]))


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(12)
    plan = small_plan(n_units=1, groups=(100,), margins=(SEXES,), rank_draws=10)
    worth = np.array(POINTS)
    likely = {0: [0.05, 0.1, 0.2, 0.35, 0.3], 1: [0.15, 0.25, 0.3, 0.2, 0.1]}
    truth = sum(
        share * float(np.dot(likely[sex], worth[1:])) for sex, share in ((0, 0.6), (1, 0.4))
    )
    held = 0
    for _ in range(300):
        sex = (rng.random(60) < 0.7).astype(int)
        items = np.array([rng.choice(5, size=2, p=likely[s]) + 1 for s in sex])
        unit = appraise(plan, small_sample(items, sex=sex)).units[0]
        held += unit.lower <= truth <= unit.upper
    assert 0.92 <= held / 300 <= 0.98


def test_units_equal_after_rounding_share_rank_and_points() -> None:
    items = [[5, 4], [4, 5], [3, 3]] * 2 + [[2, 2]]
    plan = small_plan(n_units=3, groups=(100,))
    units = appraise(plan, small_sample(items, unit=[0, 0, 0, 1, 1, 1, 2])).units
    assert [unit.rank for unit in units] == [1, 1, 3]
    assert units[0].points == units[1].points
    for unit in units:
        assert unit.rank_lower <= unit.rank <= unit.rank_upper


def test_answers_all_alike_are_no_certainty() -> None:
    spread = [[4, 4], [5, 3], [3, 5], [5, 5], [4, 3], [2, 4]]
    alike = [[5, 5]] * 6
    sample = small_sample([*spread, *alike], unit=[0] * 6 + [1] * 6)
    result = appraise(small_plan(groups=(100,)), sample)
    first, second = result.units
    assert float(second.score or 0) == 100.0
    assert second.lower is not None
    assert second.lower < 99.0
    assert second.upper == 100.0
    assert first.se is not None
    assert second.se is not None
    # Six answers each: most of it is what the answers about both units show.
    assert 0.5 * first.se < second.se < first.se
    said = {(n.unit_code, n.notice.code) for n in result.notices}
    assert ("U2", "all_alike") in said
    assert ("U1", "all_alike") not in said


def test_where_everybody_agrees_each_answer_has_half_the_scale() -> None:
    sample = small_sample([[4, 4]] * 8, unit=[0] * 4 + [1] * 4)
    result = appraise(small_plan(groups=(100,)), sample)
    assert [unit.se for unit in result.units] == [pytest.approx(50 / 2)] * 2
    assert {n.notice.code for n in result.notices} >= {"all_alike"}


def test_who_differs_makes_no_score_surer() -> None:
    others = [[4], [5], [3], [5], [2], [4], [5], [4], [5], [3]]
    plan = small_plan(coefficients=(100,), groups=(100,))
    errors = []
    for differing in range(6):
        one = [[4]] * differing + [[5]] * (10 - differing)
        unit = appraise(plan, small_sample([*others, *one], unit=[0] * 10 + [1] * 10)).units[1]
        assert unit.se is not None
        errors.append(unit.se)
    assert errors == sorted(errors)
    assert errors[0] < errors[1]


def test_intervals_of_few_and_skewed_answers_hold_what_they_say() -> None:
    # Ten answers about each of twelve units, at a level of about 90: full marks by the half.
    rng = np.random.default_rng(2026)
    unit = np.repeat(np.arange(12), 10)
    plan = small_plan(n_units=12, coefficients=(100,), groups=(100,), rank_draws=20)
    chances = np.array([0.01, 0.02, 0.07, 0.25, 0.65])
    truth = float(chances @ POINTS[1:])
    inside = []
    for _ in range(40):
        items = 1 + rng.choice(5, size=(120, 1), p=chances)
        units = appraise(plan, small_sample(items.tolist(), unit=unit)).units
        inside += [(u.lower or 0) <= truth <= (u.upper or 0) for u in units]
    assert 0.93 <= np.mean(inside) <= 0.97


def test_an_interval_narrower_than_the_published_digits_is_said() -> None:
    plan = small_plan(coefficients=(100,), groups=(100,), digits=0)
    items = [[5]] * 4000 + [[4]]
    sample = small_sample(items * 2, unit=np.repeat([0, 1], 4001), channel=np.ones(8002))
    result = appraise(plan, sample)
    for unit in result.units:
        assert unit.lower is not None
        assert unit.upper is not None
        assert unit.upper - unit.lower < 1
    said = [n.unit_code for n in result.notices if n.notice.code == "interval_below_rounding"]
    assert said == ["U1", "U2"]


@given(
    answers=st.lists(st.lists(st.integers(1, 5), min_size=2, max_size=2), min_size=4, max_size=24),
    alike=st.booleans(),
)
def test_no_published_score_is_certain_without_a_word(
    answers: list[list[int]], alike: bool
) -> None:
    rows = [answers[0]] * len(answers) if alike else answers
    sample = small_sample(rows, unit=[row % 2 for row in range(len(rows))])
    result = appraise(small_plan(groups=(100,)), sample)
    for unit in result.units:
        if unit.score is not None:
            assert unit.lower is not None
            assert unit.upper is not None
            wide = unit.upper - unit.lower > 0.01
            assert wide or "interval_below_rounding" in {n.notice.code for n in result.notices}


@given(
    seed=st.integers(0, 10_000),
    few=st.integers(1, 6),
    agreed=st.sampled_from([0.0, 0.8, 1.0]),
    digits=st.integers(0, 4),
)
@settings(max_examples=12, deadline=None)
def test_no_published_unit_is_sure_below_rounding_without_a_word(
    *, seed: int, few: int, agreed: float, digits: int
) -> None:
    rng = np.random.default_rng(seed)
    n = 3 * few
    answers = np.where(rng.random(n) < agreed, 5, rng.integers(0, 6, n))
    result = appraise(
        small_plan(n_units=3, coefficients=(100,), digits=digits),
        small_sample(
            answers[:, None].tolist(), unit=rng.integers(0, 3, n), group=rng.integers(0, 2, n),
            channel=rng.integers(0, 2, n),
        ),
    )  # fmt: skip
    said = {notice.unit_code for notice in result.notices}
    for unit in result.units:
        if unit.lower is not None and unit.upper is not None:
            assert unit.upper - unit.lower >= 10.0**-digits or unit.unit_code in said
