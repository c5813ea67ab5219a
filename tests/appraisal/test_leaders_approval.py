"""Who stands behind a release: two officials, the leading group's paper, and why it came anew."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.appraisal.run import score_campaign
from survey.model import AuditEntry
from survey.publication.publishing import PUBLISH
from survey.site.installation import Site
from survey.two_persons.both import done_by_both
from tests.demonstrated import CODE
from tests.officials import add_officials, approved, signed_in, token

pytestmark = pytest.mark.slow

HERE = f"/office/campaigns/{CODE}"
PAGE = f"{HERE}/release/approval"
NOW = datetime(2027, 1, 20, 2, tzinfo=UTC)


@pytest.fixture
def at(released_site: Site) -> Site:
    add_officials(released_site)
    return replace(released_site, clock=lambda: NOW)


@pytest.fixture
def app(at: Site) -> Flask:
    return create_app(at)


def sent(client: FlaskClient, day: str, paper: str) -> TestResponse:
    form = {"csrf_token": token(client.get(PAGE)), "approved_on": day, "document_number": paper}
    return client.post(PAGE, data=form)


def test_the_paper_stands_with_the_release_and_a_correction_in_its_place(
    at: Site, app: Flask
) -> None:
    leader, review, admin = (signed_in(app, who) for who in ("leader", "review", "admin"))
    assert "尚未记录" in admin.get(f"{HERE}/scores").text
    assert admin.get(PAGE).status_code == 403
    assert sent(review, "2027-01-16", " 安绩〔2027〕\u3000 2号 ").status_code == 302
    assert "2027-01-16 安绩〔2027〕 2号" in admin.get(f"{HERE}/scores").text
    assert sent(leader, "2027-01-15", "安绩〔2027〕3号").status_code == 302
    page = admin.get(f"{HERE}/scores").text
    assert "2027-01-15 安绩〔2027〕3号" in page
    assert "2号" not in page
    with at.database.reading() as session:
        kept = session.scalars(sa.select(AuditEntry).filter_by(action="release.approve")).all()
    assert [(one.by, one.detail["number"]) for one in kept] == [("review", 1), ("leader", 1)]
    assert "领导小组于2027-01-15审定" in admin.get("/office/audit/").text


@pytest.mark.parametrize(
    ("day", "paper", "said"),
    [
        ("2020-01-01", "安绩1号", "应在发布之日"),
        ("2027-01-21", "安绩1号", "应在发布之日"),
        ("", "安绩1号", "请填写审定日期"),
        ("2027-01-15", " \u3000", "请填写文号"),
        ("2027-01-15", "号" * 61, "不超过60个字"),
        ("2027-01-15", "安绩\u202e3号", "看不见的控制字符"),
    ],
)
def test_a_paper_of_no_such_day_or_without_a_number_is_refused(
    app: Flask, day: str, paper: str, said: str
) -> None:
    leader = signed_in(app, "leader")
    answer = sent(leader, day, paper)
    assert answer.status_code == 422
    assert said in answer.text
    assert "尚未记录" in leader.get(f"{HERE}/scores").text


def test_another_release_needs_its_reason_and_an_approval_of_its_own(at: Site, app: Flask) -> None:
    leader, review, admin = (signed_in(app, who) for who in ("leader", "review", "admin"))
    sent(leader, "2027-01-15", "安绩〔2027〕3号")
    done_by_both(at, deed=PUBLISH, proposer="admin", approver="review", code=CODE, reason="公示")
    assert "2027-01-15 审定（安绩〔2027〕3号）" in app.test_client().get(f"/p/{CODE}").text
    score_campaign(at, campaign_code=CODE, by="admin")
    address = f"{HERE}/release"
    bare = admin.post(address, data={"csrf_token": token(admin.get(address)), "reason": " "})
    assert bare.status_code == 422
    assert "请写明理由" in bare.text
    form = {"csrf_token": token(admin.get(address)), "reason": "更正B03的名单"}
    assert approved(review, admin.post(address, data=form)).status_code == 302
    page = admin.get(f"{HERE}/scores").text
    assert f"取代 {CODE}-R1：更正B03的名单" in page
    assert "admin 提请，review 批准" in page
    assert page.index("尚未记录") < page.index("安绩〔2027〕3号")
