"""A simulated county as a campaign: what the office would know, row by row."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.campaign.corrections import NonresponsePlan
from survey.stats.campaign.sample import check_sample
from survey.stats.pipeline.appraise import appraise
from survey.stats.simulation.answering import Behaviour, invite, volunteer
from survey.stats.simulation.campaign import Campaign, campaign_of
from survey.stats.simulation.county import POINTS, Setting, build_county
from survey.stats.simulation.groups import GroupAnswers, ask_groups
from survey.stats.simulation.plans import PLANS

COUNTY = build_county(
    Setting(n_people=12_000, n_codes=2_000, n_open=2_000), np.random.default_rng(1)
)
BEHAVIOUR = Behaviour(selection=1.0)
INVITED = invite(COUNTY, BEHAVIOUR, np.random.default_rng(2))
VOLUNTEERS = volunteer(COUNTY, BEHAVIOUR, np.random.default_rng(3))


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return campaign_of(COUNTY, INVITED, VOLUNTEERS, silence=NonresponsePlan(method="callbacks"))


def test_every_rating_is_a_response_of_its_channel(campaign: Campaign) -> None:
    sample = campaign.sample
    check_sample(sample, campaign.plan.lists)
    n = INVITED.sheets.unit.size
    assert sample.n_responses == n + VOLUNTEERS.unit.size
    assert (sample.channel[:n] == 0).all()
    assert (sample.channel[n:] == 1).all()
    assert (np.array(campaign.plan.points)[sample.items[:n, 0]] == INVITED.sheets.points).all()
    assert (np.unique(sample.rater[:n]) == np.unique(INVITED.sheets.person)).all()
    assert not np.intersect1d(sample.rater[:n], sample.rater[n:]).size


def test_towns_are_rated_by_their_people_and_raked_to_them(campaign: Campaign) -> None:
    plan, sample = campaign.plan, campaign.sample
    towns = COUNTY.setting.n_towns
    here = sample.unit < towns
    assert (sample.township[here] == sample.unit[here]).all()
    for k in (0, towns - 1):
        home = plan.units[k].home
        sex, age = next(each for each in plan.populations if each.population == home).margins
        people = COUNTY.codes[COUNTY.codes[:, 2] == k]
        assert sum(sex.totals) == sum(age.totals) == people.shape[0]
        assert (
            dict(zip(age.categories, age.totals, strict=True))["70+"] == (people[:, 0] == 4).sum()
        )
    assert {unit.home for unit in plan.units[towns:]} == {""}


def test_the_list_of_the_invited_names_every_unit_they_could_rate(campaign: Campaign) -> None:
    listed = campaign.invitations
    assert listed is not None
    assert listed.n_invited == (INVITED.units >= 0).sum()
    answers = listed.response[listed.response >= 0]
    assert sorted(answers) == list(range(INVITED.sheets.unit.size))
    assert (campaign.sample.unit[answers] == listed.unit[listed.response >= 0]).all()
    assert (campaign.sample.age[answers] == listed.age[listed.response >= 0]).all()
    assert ((listed.wave > 0) == (listed.response >= 0)).all()


def test_the_first_step_of_the_appraisal_is_the_plain_mean_of_the_answers() -> None:
    campaign = campaign_of(COUNTY, INVITED, VOLUNTEERS, silence=None)
    result = appraise(campaign.plan, campaign.sample)
    points = np.concatenate([INVITED.sheets.points, VOLUNTEERS.points])
    unit = np.concatenate([INVITED.sheets.unit, VOLUNTEERS.unit])
    mean = np.bincount(unit, points) / np.bincount(unit)
    assert [entry.raw_score for entry in result.units] == pytest.approx(mean)
    assert set(points) <= set(POINTS)
    assert result.weight_kept.shape == points.shape
    assert 0.9 < result.weight_kept.mean() < 1


@pytest.fixture(scope="module", params=["groups", "sittings"])
def of_groups(request: pytest.FixtureRequest) -> tuple[str, GroupAnswers, Campaign]:
    kind = PLANS[request.param]
    groups = ask_groups(COUNTY, kind, np.random.default_rng(4))
    return (
        request.param,
        groups,
        campaign_of(COUNTY, INVITED, VOLUNTEERS, silence=None, kind=kind, groups=groups),
    )


def test_every_group_is_asked_as_often_as_the_plan_says(
    of_groups: tuple[str, GroupAnswers, Campaign],
) -> None:
    name, groups, campaign = of_groups
    sample, n_units = campaign.sample, len(campaign.plan.units)
    check_sample(sample, campaign.plan.lists)
    for place, kind in enumerate(PLANS[name].groups, start=1):
        number = np.bincount(sample.unit[sample.group == place], minlength=n_units)
        assert (number == np.array(kind.invited)[COUNTY.of_class]).all()
    weights = [entry.coefficients for entry in campaign.plan.classes]
    assert [sum(each) for each in weights] == [100, 100]
    assert groups.truth.shape == (n_units, 4)


def test_only_in_sittings_is_it_known_that_one_person_rated_several_units(
    of_groups: tuple[str, GroupAnswers, Campaign],
) -> None:
    name, groups, campaign = of_groups
    sittings, rater = name == "sittings", campaign.sample.rater
    assert (rater >= 0).all() if sittings else (rater == -1).all()
    assert (np.bincount(groups.invited.person).max() > 1) is np.bool_(sittings)


def test_codes_are_numbered_in_the_order_of_issue_and_open_answers_have_none(
    of_groups: tuple[str, GroupAnswers, Campaign],
) -> None:
    name, _, campaign = of_groups
    sample = campaign.sample
    assert ((sample.token >= 0) == (sample.channel == 0)).all()
    first = [sample.token[sample.group == place].max() for place in range(5)]
    assert first == sorted(first)
    if name == "groups":  # a code is of one unit's batch
        order = np.argsort(sample.token[sample.group == 1])
        assert (np.diff(sample.unit[sample.group == 1][order]) >= 0).all()


def test_what_a_group_thinks_is_what_many_of_it_say() -> None:
    many = replace(PLANS["groups"].groups[0], invited=(4_000, 4_000))
    kind = replace(PLANS["groups"], groups=(many,))
    groups = ask_groups(COUNTY, kind, np.random.default_rng(5))
    mean = np.bincount(groups.invited.unit, groups.invited.points) / 4_000
    assert mean == pytest.approx(groups.truth[:, 0], abs=2.0)
    assert (groups.truth[:, 0] - COUNTY.truth).mean() == pytest.approx(many.above, abs=2.0)
