"""A release is made public by two persons, and says no more than it may."""

import json
import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from survey import audit
from survey.app import create_app
from survey.fieldwork.campaigns import find_campaign
from survey.model import AuditEntry, Campaign, Release
from survey.publication.publishing import PUBLISH
from survey.site.installation import Site
from survey.two_persons.both import done_by_both
from tests.demonstrated import CODE
from tests.officials import add_officials, approved, signed_in, token

ADDRESS = f"/p/{CODE}"
OFFICE = f"/office/campaigns/{CODE}/publish"


@pytest.fixture
def anybody(released_site: Site) -> FlaskClient:
    add_officials(released_site)
    return create_app(released_site).test_client()


def publish(site: Site) -> None:
    words = {"proposer": "admin", "approver": "review", "code": CODE, "reason": "公示五个工作日"}
    done_by_both(site, deed=PUBLISH, **words)


def set_scheme(site: Site, **publication: object) -> None:
    """Change what the scheme says of publication, as another county would have it."""
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        campaign.scheme = dict(campaign.scheme) | {"publication": publication}


def test_nothing_is_public_before_two_persons_want_it(
    released_site: Site, anybody: FlaskClient
) -> None:
    app = create_app(released_site)
    admin, review = signed_in(app, "admin"), signed_in(app, "review")
    assert anybody.get(ADDRESS).status_code == 404
    form = {"csrf_token": token(admin.get(OFFICE)), "reason": "公示五个工作日"}
    asked = admin.post(OFFICE, data=form)
    with released_site.database.reading() as session:
        newest = sa.select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)
        assert session.scalar(newest) == "proposal.propose"
    assert anybody.get(ADDRESS).status_code == 404
    assert f"/p/{CODE}" in review.get(asked.location).text
    approved(review, asked)
    assert anybody.get(ADDRESS).status_code == 200


def test_the_public_page_says_scores_with_intervals_and_how_to_check(
    released_site: Site, anybody: FlaskClient
) -> None:
    publish(released_site)
    page = anybody.get(ADDRESS).text
    with released_site.database.reading() as session:
        release = session.scalars(sa.select(Release)).one()
    document = json.loads(release.document)
    for unit in document["units"]:
        assert unit["name"] in page
        if unit["score"]:
            assert f"{unit['score']}分，区间{unit['lower']}–{unit['upper']}" in page
    assert release.digest in page
    assert document["release"]["ledger"]["root"] in page
    assert "演示数据" in page
    english = anybody.get(f"{ADDRESS}?lang=en").text
    assert not re.search(r"[一-鿿]", re.sub(r"<style>.*?</style>", "", english).replace("中文", ""))


@pytest.mark.parametrize("scores", ["tiers", "none"])
def test_scores_are_public_as_far_as_the_scheme_says(
    released_site: Site, anybody: FlaskClient, scores: str
) -> None:
    set_scheme(released_site, scores=scores)
    with released_site.database.writing() as session:
        document = json.loads(session.scalars(sa.select(Release.document)).one())
    record_as_public(released_site)
    page = anybody.get(ADDRESS).text
    assert not any(unit["score"] and unit["score"] in page for unit in document["units"])
    assert ("第1档" in page) == (scores == "tiers")


def record_as_public(site: Site) -> None:
    """Leave the entry alone that the deed would: it stops where the scheme was changed."""
    words = {"by": "review", "action": "release.publish", "subject": CODE, "number": 1}
    with site.database.writing() as session:
        audit.record(session, at=site.clock(), **words)


def test_a_release_is_made_public_once_and_leaves_its_entry(
    released_site: Site, anybody: FlaskClient
) -> None:
    publish(released_site)
    with released_site.database.reading() as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "release.publish")
        ).one()
        digest = session.scalars(sa.select(Release.digest)).one()
        assert session.scalars(sa.select(Campaign.state)).first() == "released"
    assert (entry.subject, entry.detail["number"], entry.detail["digest"]) == (CODE, 1, digest)
    admin = signed_in(create_app(released_site), "admin")
    form = {"csrf_token": token(admin.get("/office/password")), "reason": "再公布一次"}
    again = admin.post(OFFICE, data=form)
    assert again.status_code == 422
    assert "已经公布" in again.text


def test_few_answers_are_not_told_on_the_page(released_site: Site, anybody: FlaskClient) -> None:
    publish(released_site)
    page = anybody.get(ADDRESS).text
    counts = re.split("谁参加了评议|哪些答卷没有计入", page)[1]
    found = re.findall(r" ([\d,]+)(?:；|</dt>|\s*</dd>)", counts)
    numbers = [int(n.replace(",", "")) for n in found]
    assert len(numbers) > 100
    assert all(number >= 10 for number in numbers)
    assert "不显示" in counts


def test_altered_records_are_not_shown(released_site: Site, anybody: FlaskClient) -> None:
    publish(released_site)
    with released_site.database.writing() as session:
        session.execute(sa.update(Release).values(document=Release.document + " "))
    app = create_app(released_site)
    signed_in(app, "admin").get("/office/")  # the office's pages look, or a server does by itself
    page = app.test_client().get(ADDRESS)
    assert page.status_code == 503
    assert "暂停公示" in page.text
    assert "区间" not in page.text
