"""The page and the intake's function take the same answers in the same way."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import sqlalchemy as sa

from survey.app import create_app
from survey.appraisal import load
from survey.demo import respondents as residents
from survey.demo.answering import answer_through_intake
from survey.demo.campaigns import stage_open
from survey.demo.county import days_between
from survey.demo.residents_http import answer_through_web
from survey.demo.respondents import Respondent
from survey.fieldwork.campaigns import find_campaign
from survey.model import Comment, ProgressCounter
from survey.site.installation import Site
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.sample import Sample
from tests.demonstrated import STARTS_ON

pytestmark = pytest.mark.slow

THROUGH_WEB = partial(answer_through_web, make_app=create_app)


def _some() -> list[Respondent]:
    """Return residents with a phone, of every kind: children, codes used twice, English."""
    people = residents.all_respondents(shift=days_between(STARTS_ON))
    people = [person for person in people if person.device]
    tokens = [person.token for person in people if person.token]
    twice = next(token for token in tokens if tokens.count(token) > 1)
    some = [person for person in people if person.token == twice]
    some += [person for person in people if person.age_group == "under18"][:2]
    some += [person for person in people if person.lang == "en"][:2]
    some += [person for person in people if person.comment][:3]
    some += [person for person in people if person.reasons][:3]
    for channel in ("qr_open", "token_sms", "token_sheet"):
        some += [person for person in people if person.channel == channel][:6]
    unique = {person.response_id: person for person in some}
    return sorted(unique.values(), key=lambda person: person.submitted_at)


def _answers(site: Site, code: str, answer: Callable[..., object]) -> tuple[object, Sample]:
    people = _some()
    codes = stage_open(site, starts_on=STARTS_ON, code=code, respondents=people)
    outcomes = answer(site, respondents=people, codes=codes, advance=lambda _more: None)
    with site.database.reading() as session:
        campaign = find_campaign(session, code)
        assert campaign.plan is not None
        plan = Plan.from_dict(campaign.plan)
        return outcomes, load.sample(session, campaign=campaign, lists=plan.lists).sample


def _kept_beside(site: Site, code: str) -> tuple[object, object]:
    with site.database.reading() as session:
        campaign = find_campaign(session, code)
        comments = session.execute(
            sa.text(
                "SELECT c.reasons, c.text FROM comment c JOIN response r ON r.id = c.response_id"
                " WHERE r.campaign_id = :id ORDER BY r.id"
            ),
            {"id": campaign.id},
        ).all()
        counted = session.execute(
            sa.select(
                sa.func.sum(ProgressCounter.received), sa.func.sum(ProgressCounter.valid)
            ).where(ProgressCounter.campaign_id == campaign.id)
        ).one()
    return [tuple(row) for row in comments], tuple(counted)


def test_the_page_stores_what_the_intake_stores(each_site: Site) -> None:
    by_page, first = _answers(each_site, "BY-PAGE", THROUGH_WEB)
    by_intake, second = _answers(each_site, "BY-INTAKE", answer_through_intake)
    assert by_page == by_intake
    assert by_page["under_age"] == 2  # type: ignore[index]
    assert by_page["used"] == 1  # type: ignore[index]
    for name in Sample.__dataclass_fields__:
        assert np.array_equal(getattr(first, name), getattr(second, name)), name
    assert _kept_beside(each_site, "BY-PAGE") == _kept_beside(each_site, "BY-INTAKE")


def test_comments_are_kept(site: Site) -> None:
    _answers(site, "BY-PAGE", THROUGH_WEB)
    with site.database.reading() as session:
        texts = set(session.scalars(sa.select(Comment.text)))
    assert {person.comment for person in _some() if person.age_group != "under18"} >= texts - {""}
    assert len(texts) > 3


def test_more_invitations_than_may_be_issued_at_a_time(site: Site) -> None:
    person = next(person for person in _some() if person.channel == "token_sms")
    crowd = [replace(person, token=f"T{number}") for number in range(8_000)]
    codes = stage_open(site, starts_on=STARTS_ON, code="CROWD", respondents=crowd)
    assert len({codes.code_of(person) for person in crowd}) == 8_000
