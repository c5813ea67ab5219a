"""Weights by the chances of the draw, held against every sample a small population can give."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample, SampleError
from survey.stats.estimation import Design, WeightSet, mean
from survey.stats.pipeline.appraise import appraise
from survey.stats.sampling import design_weights
from tests.stats.small_county import corrections, small_plan, small_sample

# Two strata: the few content people of the town, of whom all but one are drawn; the others.
TOWN, VILLAGES = (5, 5, 4), (1, 2, 3, 4, 1)
DRAWN = (2, 2)
POINTS = np.array([0.0, 0.0, 30.0, 60.0, 80.0, 100.0])
PLAIN = corrections(cap_collusion=False, weigh_carelessness=False)


def plan_of_one(**changes: object) -> Plan:
    return small_plan(n_units=1, coefficients=(100,), groups=(100,), **PLAIN, **changes)


def invited(answers: list[int], probability: list[float] | None, **columns: object) -> Sample:
    given = {"channel": [1] * len(answers)} | columns
    sample = small_sample([[answer] for answer in answers], **given)
    return replace(sample, probability=None if probability is None else np.array(probability))


def score(result: AppraisalResult) -> float:
    [group] = result.groups
    assert group.score is not None
    return group.score


def every_sample() -> list[tuple[list[int], list[float]]]:
    chances = [DRAWN[0] / len(TOWN)] * DRAWN[0] + [DRAWN[1] / len(VILLAGES)] * DRAWN[1]
    ways = product(combinations(TOWN, DRAWN[0]), combinations(VILLAGES, DRAWN[1]))
    return [([*town, *villages], chances) for town, villages in ways]


def test_over_all_samples_the_weighted_score_is_the_populations_and_the_unweighted_is_not() -> None:
    plan = plan_of_one()
    truth = POINTS[[*TOWN, *VILLAGES]].mean()
    weighted, plain = [], []
    for answers, chances in every_sample():
        weighted.append(score(appraise(plan, invited(answers, chances))))
        plain.append(score(appraise(plan, invited(answers, None))))
    assert len(weighted) == 3 * 10
    assert np.mean(weighted) == pytest.approx(truth, abs=1e-9)
    assert np.mean(plain) - truth > 5


def test_a_score_and_its_error_are_those_of_the_survey_estimator() -> None:
    """`estimation.mean` by the same weights, which the golden cases hold to R's `svymean`."""
    rng = np.random.default_rng(5)
    answers = rng.integers(1, 6, 60).tolist()
    chances = rng.choice([0.05, 0.2, 0.8], 60).tolist()
    [group] = appraise(plan_of_one(), invited(answers, chances)).groups
    base = 1 / np.array(chances)
    meant = mean(weights=WeightSet(base_weights=base, design=Design.build(n=60)), y=POINTS[answers])
    assert group.score == pytest.approx(float(meant.value[0]), abs=1e-9)
    assert group.se == pytest.approx(float(meant.se[0]), rel=1e-9)
    assert group.effective_n == pytest.approx(base.sum() ** 2 / (base**2).sum())


def test_equal_chances_and_none_give_the_same_score() -> None:
    answers = [1, 3, 5, 5, 2, 4]
    plain = appraise(plan_of_one(), invited(answers, None))
    alike = appraise(plan_of_one(), invited(answers, [0.1] * 6))
    assert score(plain) == score(alike)
    [said] = [each for each in alike.notices if each.code == "design_weights"]
    assert dict(said.values) == {"n": 6, "least": 0.1, "most": 0.1}
    assert not [each for each in plain.notices if each.code == "design_weights"]


def test_open_answers_keep_their_part_beside_invited_ones() -> None:
    chances = np.array([0.5, 0.1, np.nan, np.nan, 0.1])
    factor = design_weights(
        probability=chances, domain=np.zeros(5, dtype=np.intp), counted=np.arange(5) < 4
    )
    assert factor[:2].sum() == pytest.approx(2)
    assert factor[1] / factor[0] == pytest.approx(5)
    assert factor[2:].tolist() == [1, 1, 1]


@pytest.mark.parametrize("chance", [0.0, -0.1, 1.1])
def test_a_chance_that_is_none_is_refused(chance: float) -> None:
    with pytest.raises(SampleError):
        appraise(plan_of_one(), invited([1, 2], [0.5, chance]))
