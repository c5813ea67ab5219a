"""Units with few answers: assisted by a model or withheld, by the stated rule."""

import numpy as np
import pytest

from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.appraise import appraise
from tests.stats.small_county import corrections, small_plan, small_sample

UNITS = 10
PLAIN = {"cap_collusion": False, "weigh_carelessness": False, "unprotected_share": 1.0}
# U1 has few answers, U2 too few for anything, the others many.
NUMBERS = (30, 4, *[150] * (UNITS - 2))


def county() -> Sample:
    rng = np.random.default_rng(2)
    unit = np.repeat(np.arange(UNITS), NUMBERS)
    level = 3.9 + 0.12 * rng.standard_normal(UNITS)
    answers = np.clip(np.rint(level[unit] + 0.8 * rng.standard_normal(unit.size)), 1, 5)
    return small_sample(answers[:, None].astype(int).tolist(), unit=unit)


def plan(**changes: object) -> Plan:
    wanted = corrections(**PLAIN | changes)
    return small_plan(n_units=UNITS, coefficients=(100,), groups=(100,), **wanted)


def codes(appraisal: AppraisalResult) -> list[tuple[str, str]]:
    return [(n.unit_code, n.code) for n in appraisal.notices if n.code != "unprotected"]


def test_the_rule_is_reported_and_nothing_changes_unless_the_plan_wants_it() -> None:
    appraisal = appraise(plan(), county())
    decisions = {figure.unit_code: figure.decision for figure in appraisal.publication}
    assert decisions["U1"] == "model_assisted"
    assert decisions["U2"] == "withheld"
    assert set(list(decisions.values())[2:]) == {"direct"}
    assert "assisted" not in [step.name for step in appraisal.steps]
    assert {unit.status for unit in appraisal.units} == {"published"}
    assert codes(appraisal) == []


def test_the_plan_lets_the_model_assist_and_withholds_what_it_cannot() -> None:
    plain, assisted = appraise(plan(), county()), appraise(plan(small_areas="assisted"), county())
    first, second = assisted.units[:2]
    figure = assisted.publication[0]
    assert first.estimate == pytest.approx(figure.model)
    assert first.se == pytest.approx(figure.model_se)
    assert figure.model_se < 2.5 < figure.direct_se
    assert 0 < figure.shrinkage <= 0.5
    assert (second.status, second.score, second.rank) == ("insufficient", None, None)
    assert [unit.estimate for unit in assisted.units[2:]] == [
        unit.estimate for unit in plain.units[2:]
    ]
    assert sum(unit.rank is not None for unit in assisted.units) == UNITS - 1
    assert codes(assisted) == [("U1", "model_assisted"), ("U2", "withheld")]
    last = assisted.steps[-1]
    assert last.name == "assisted"
    assert last.unit_scores[0] == pytest.approx(figure.model)
    assert last.unit_scores[1] is None
    assert assisted.groups == plain.groups


def test_a_wider_limit_leaves_the_score_as_measured() -> None:
    wide = appraise(plan(small_areas="assisted", largest_se=50.0, min_units=3), county())
    assert {figure.decision for figure in wide.publication[2:]} == {"direct"}
    assert wide.publication[0].decision == "direct"
    assert wide.units[0].estimate == pytest.approx(wide.publication[0].direct)


def test_too_few_units_for_a_model() -> None:
    whole = county()
    few = small_sample(
        whole.items[whole.unit < 3].tolist(), unit=whole.unit[whole.unit < 3]
    )  # fmt: skip
    small = small_plan(
        n_units=3, coefficients=(100,), groups=(100,),
        **corrections(**PLAIN, small_areas="assisted"),
    )  # fmt: skip
    appraisal = appraise(small, few)
    assert appraisal.publication == ()
    assert codes(appraisal) == [("", "no_model")]
