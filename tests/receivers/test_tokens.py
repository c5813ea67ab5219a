"""The office's page of receiving systems: a token is made by one and let in by another."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.model import AuditEntry, ReceiverToken
from survey.problems import Refused
from survey.receivers import tokens
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.factories import CODE, FIELDWORK
from tests.officials import office, signed_in, token

PAGE = "/office/receivers/"
GIVEN = {
    "name": "县绩效考核主系统",
    "rights": ["scores", "acknowledge"],
    "campaigns": [CODE],
    "until": "2027-12-05",
}


@pytest.fixture
def app(site: Site) -> Flask:
    return office(site)


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    """The administrator, once the reviewer has come in too: there are two from then on."""
    signed_in(app, "review")
    return signed_in(app, "admin")


def sent(client: FlaskClient, path: str = PAGE, **form: object) -> TestResponse:
    carried = token(client.get("/office/password"))
    return client.post(path, data={"csrf_token": carried, **form})


def made(client: FlaskClient, **changed: object) -> str:
    """Make a token as the page does and return the secret it shows."""
    page = sent(client, **{**GIVEN, **changed})
    assert page.status_code == 200, page.text
    [secret] = re.findall(r'<code id="secret">(gp_[\w-]{43})</code>', page.text)
    return str(secret)


def asks(app: Flask, secret: str) -> int:
    shown = {"Authorization": f"Bearer {secret}"}
    return app.test_client().get("/api/v1/campaigns", headers=shown).status_code


def test_a_token_opens_nothing_before_another_said_so(app: Flask, admin: FlaskClient) -> None:
    secret = made(admin)
    assert asks(app, secret) == 401
    assert secret not in admin.get(PAGE).text
    assert sent(admin, f"{PAGE}1/approve").status_code == 422
    assert asks(app, secret) == 401
    review = signed_in(app, "review")
    assert "有1个接入令牌待另一人确认" in review.get("/office/proposals/").text
    assert sent(review, f"{PAGE}1/approve").status_code == 302
    assert asks(app, secret) == 200
    assert "有1个接入令牌" not in review.get("/office/proposals/").text
    assert sent(review, f"{PAGE}1/approve").status_code == 422


def test_a_namesake_is_no_other_person(app: Flask, site: Site, admin: FlaskClient) -> None:
    made(admin)
    with site.database.writing() as session:
        session.connection().exec_driver_sql(
            "UPDATE account SET name = '测试admin ' WHERE username = 'review'"
        )
    assert sent(signed_in(app, "review"), f"{PAGE}1/approve").status_code == 422


def test_any_of_the_office_shuts_it_at_once_and_for_good(app: Flask, admin: FlaskClient) -> None:
    secret = made(admin)
    review = signed_in(app, "review")
    sent(review, f"{PAGE}1/approve")
    assert sent(signed_in(app, "leader"), f"{PAGE}1/revoke").status_code == 302
    assert asks(app, secret) == 401
    assert sent(review, f"{PAGE}1/approve").status_code == 422
    assert sent(review, f"{PAGE}1/revoke").status_code == 422
    assert sent(review, f"{PAGE}9/revoke").status_code == 422


def test_where_nobody_else_ever_came_in_one_person_does_it(app: Flask) -> None:
    secret = made(signed_in(app, "admin"))
    assert asks(app, secret) == 200


def test_what_is_refused(app: Flask) -> None:
    client = signed_in(app, "admin")
    for changed, words in (
        ({"name": " "}, "请填写接收系统的名称"),
        ({"name": "系" * 61}, "名称过长"),
        ({"name": "主\u200b系统"}, "看不见"),
        ({"rights": []}, "请至少勾选一项"),
        ({"campaigns": []}, "请至少勾选一项"),
        ({"until": ""}, "请填写日期"),
        ({"until": "2026-12-04"}, "有效期至须在今天和"),
        ({"until": "2028-12-05"}, "最长730天"),
    ):
        page = sent(client, **{**GIVEN, **changed})
        assert page.status_code == 422, words
        assert words in page.text
        assert 'id="secret"' not in page.text


def test_the_page_says_what_each_may_and_when_it_was_used(app: Flask, admin: FlaskClient) -> None:
    secret = made(admin, campaigns=["*"])
    sent(signed_in(app, "review"), f"{PAGE}1/approve")
    assert "还没有用过" in admin.get(PAGE).text
    asks(app, secret)
    page = admin.get(PAGE).text
    assert "还没有用过" not in page
    assert "读取已发布的得分、回执" in page
    assert "2026-12-05 10:00" in page
    assert "2027-12-05 23:59" in page
    english = admin.get(f"{PAGE}?lang=en").text
    assert "read released scores" in english


def test_each_deed_is_on_record_in_words_and_sealed(
    app: Flask, site: Site, admin: FlaskClient
) -> None:
    made(admin)
    review = signed_in(app, "review")
    sent(review, f"{PAGE}1/approve")
    sent(review, f"{PAGE}1/revoke")
    with site.database.reading() as session:
        deeds = sa.select(AuditEntry).where(AuditEntry.action.like("receiver.%"))
        entries = session.scalars(deeds.order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.by) for entry in entries] == [
        ("receiver.create", "admin"), ("receiver.approve", "review"), ("receiver.revoke", "review"),
    ]  # fmt: skip
    assert entries[0].detail["campaigns"] == [CODE]
    page = admin.get("/office/audit/").text
    assert "可以：读取已发布的得分、回执，评议活动：" in page
    assert "；须另一人确认，确认前不能使用" in page
    assert not any("token" in problem.zh for problem in verify(site))
    with site.database.writing() as session:
        session.execute(sa.update(ReceiverToken).values(revoked_at=None, revoked_by=None))
    assert any("token-1" in problem.zh for problem in verify(site))


def test_what_the_form_lets_through_the_rule_refuses(site: Site, app: Flask) -> None:
    asked = tokens.Asked(
        name="系统", rights=["everything"], campaigns=["NONE"], until=FIELDWORK.date()
    )
    with site.database.writing() as session, pytest.raises(Refused) as refused:
        tokens.make_token(session, asked=asked, by="admin", clock=lambda: FIELDWORK)
    assert [problem.field for problem in refused.value.problems] == ["rights", "campaigns"]


def test_a_day_that_is_over_in_the_county_is_refused(site: Site, app: Flask) -> None:
    early_next_morning = FIELDWORK + timedelta(hours=21)  # still the day before in UTC
    asked = tokens.Asked(name="系统", rights=["scores"], campaigns=None, until=FIELDWORK.date())
    with site.database.writing() as session, pytest.raises(Refused) as refused:
        tokens.make_token(session, asked=asked, by="admin", clock=lambda: early_next_morning)
    assert [problem.field for problem in refused.value.problems] == ["until"]


def test_a_token_that_nobody_let_in_ends_too(site: Site, app: Flask, admin: FlaskClient) -> None:
    made(admin, until="2026-12-05")
    with site.database.reading() as session:
        after = FIELDWORK + timedelta(days=1)
        assert tokens.n_waiting(session, at=FIELDWORK) == 1
        assert tokens.n_waiting(session, at=after) == 0
        assert tokens.list_tokens(session, at=after)[0].standing == "expired"
