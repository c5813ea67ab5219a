"""A server's clock that is set back between page and answer: the duration is unknown, not zero."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from survey.app import create_app
from survey.appraisal import load
from survey.fieldwork.campaigns import find_campaign
from survey.model import ProgressCounter, Response
from survey.site.installation import Site
from survey.stats.campaign.plan import Plan
from tests.factories import CODE, FIELDWORK, open_anlan
from tests.respond.factories import invitation_codes
from tests.respond.test_resident_page import ANSWERS, token_in


def test_the_answer_counts_and_its_duration_is_unknown(each_site: Site) -> None:
    open_anlan(each_site)
    [code] = invitation_codes(each_site, unit_code="A01")
    moments = [FIELDWORK]
    web = create_app(replace(each_site, clock=lambda: moments[-1])).test_client(use_cookies=False)
    form = ANSWERS | {"response_id": token_in(web.get(f"/q/{code}"))}
    moments.append(FIELDWORK - timedelta(hours=1))
    assert web.post(f"/q/{code}", data=form).status_code in {200, 303}
    with each_site.database.reading() as session:
        assert session.scalars(sa.select(Response.duration_ms)).all() == [None]
        assert session.scalars(sa.select(ProgressCounter.valid)).all() == [1]
        campaign = find_campaign(session, CODE)
        plan = Plan.from_dict(campaign.plan or {})
        loaded = load.sample(session, campaign=campaign, lists=plan.lists)
    assert loaded.sample.duration_ms.tolist() == [-1]  # which no rule on haste looks at
