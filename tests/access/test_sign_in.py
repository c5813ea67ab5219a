from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from survey.access import accounts
from survey.app import create_app
from survey.fieldwork.campaigns import all_campaigns
from survey.site.installation import Site
from tests.factories import FIELDWORK, in_fieldwork
from tests.officials import PASSWORD, office, sign_in, signed_in, token


@pytest.fixture
def app(site: Site) -> Flask:
    return office(site)


def test_a_stranger_is_sent_to_sign_in_and_back(app: Flask) -> None:
    client = app.test_client()
    wanted = "/office/campaigns/ANLAN-2026-GZPY/progress?class=A"
    sent = client.get(wanted)
    assert sent.status_code == 302
    assert sent.location.startswith("/office/sign-in?next=")
    page = client.get(sent.location)
    back = client.post(
        sent.location,
        data={"csrf_token": token(page), "username": "admin", "password": PASSWORD},
    )
    assert back.location == wanted
    assert client.get(wanted).status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/office/\\evil", "javascript:1"],
)
def test_sign_in_never_leads_elsewhere(app: Flask, elsewhere: str) -> None:
    client = app.test_client()
    page = client.get("/office/sign-in", query_string={"next": elsewhere})
    back = client.post(
        "/office/sign-in",
        query_string={"next": elsewhere},
        data={"csrf_token": token(page), "username": "admin", "password": PASSWORD},
    )
    assert back.location == "/office/"
    assert (
        client.get("/office/language/en", query_string={"next": elsewhere}).location == "/office/"
    )


def test_wrong_passwords_are_refused_in_the_same_words_then_throttled(app: Flask) -> None:
    client = app.test_client()
    unknown, known = sign_in(client, "nobody", "x" * 12), sign_in(client, "admin", "x" * 12)
    assert unknown.status_code == known.status_code == 422
    assert "账号或密码不正确" in unknown.text
    assert "账号或密码不正确" in known.text
    for _ in range(4):
        sign_in(client, "admin", "x" * 12)
    shut = sign_in(client, "admin")
    assert shut.status_code == 429
    assert shut.headers["Retry-After"] == "900"


def test_forms_without_a_token_are_refused(app: Flask) -> None:
    client = app.test_client()
    data = {"username": "admin", "password": PASSWORD}
    assert client.post("/office/sign-in", data=data).status_code == 400
    assert signed_in(app, "admin").post("/office/sign-out").status_code == 400


def test_signing_out_ends_the_session(app: Flask) -> None:
    client = signed_in(app, "admin")
    page = client.get("/office/")
    assert client.get("/office/sign-out").status_code == 405
    client.post("/office/sign-out", data={"csrf_token": token(page)})
    assert client.get("/office/").status_code == 302


def test_a_changed_password_ends_the_other_sessions(app: Flask) -> None:
    here, elsewhere = signed_in(app, "admin"), signed_in(app, "admin")
    app.extensions["survey"] = replace(
        app.extensions["survey"], clock=lambda: FIELDWORK + timedelta(minutes=1)
    )
    data = {"old": PASSWORD, "password": "a better sentence", "again": "a better sentence"}
    page = here.get("/office/password")
    wrong = here.post("/office/password", data={**data, "csrf_token": token(page), "old": "x"})
    assert wrong.status_code == 422
    assert "原密码不正确" in wrong.text
    changed = here.post("/office/password", data={**data, "csrf_token": token(page)})
    assert changed.status_code == 302
    assert here.get("/office/").status_code == 200
    assert elsewhere.get("/office/").status_code == 302


def _newcomer(site: Site) -> str:
    with site.database.writing() as session:
        return accounts.create_account(
            session,
            username="newcomer",
            name="新同事",
            role="leader",
            by="tests",
            clock=in_fieldwork,
        )


def _make_real(site: Site) -> None:
    with site.database.writing() as session:
        for campaign in all_campaigns(session):
            campaign.simulated = False


def test_a_one_time_password_opens_nothing_but_the_page_that_changes_it(
    app: Flask, site: Site
) -> None:
    given = _newcomer(site)
    _make_real(site)
    client = app.test_client()
    sign_in(client, "newcomer", given)
    for path in ("/office/", "/office/campaigns/ANLAN-2026-GZPY/progress"):
        assert client.get(path).location == "/office/password"
    page = client.get("/office/password")
    assert "一次性密码" in page.text
    data = {"old": given, "password": "a better sentence", "again": "a better sentence"}
    client.post("/office/password", data={**data, "csrf_token": token(page)})
    assert client.get("/office/").status_code == 200


def test_a_demonstration_alone_may_be_looked_at_with_a_one_time_password(
    app: Flask, site: Site
) -> None:
    given = _newcomer(site)
    client = app.test_client()
    sign_in(client, "newcomer", given)
    assert client.get("/office/").status_code == 200
    _make_real(site)
    assert client.get("/office/").location == "/office/password"


def test_wrong_old_passwords_are_throttled(app: Flask) -> None:
    client = signed_in(app, "admin")
    page = client.get("/office/password")
    data = {"password": "a better sentence", "again": "a better sentence"}
    data["csrf_token"] = token(page)
    for _ in range(5):
        assert client.post("/office/password", data={**data, "old": "x"}).status_code == 422
    shut = client.post("/office/password", data={**data, "old": PASSWORD})
    assert shut.status_code == 429
    assert shut.headers["Retry-After"] == "900"


def test_a_disabled_account_loses_its_session(app: Flask, site: Site) -> None:
    client = signed_in(app, "leader")
    with site.database.writing() as session:
        account = accounts.require_account(session, username="leader")
        accounts.disable_account(session, account=account, by="tests", clock=in_fieldwork)
    assert client.get("/office/").status_code == 302


def test_the_session_is_new_after_signing_in(app: Flask) -> None:
    client = app.test_client()
    with client.session_transaction() as before:
        before["planted"] = "by a stranger"
    sign_in(client, "admin")
    with client.session_transaction() as after:
        assert "planted" not in after
        assert after.permanent


def test_the_session_cookie_is_kept_from_scripts_and_foreign_forms(app: Flask) -> None:
    client = app.test_client()
    cookie = sign_in(client, "admin").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_an_empty_installation_asks_for_its_first_administrator(site: Site) -> None:
    client = create_app(replace(site, clock=in_fieldwork)).test_client()
    assert client.get("/office/sign-in").location == "/office/first"
    page = client.get("/office/first")
    data = {
        "csrf_token": token(page),
        "username": "boss",
        "name": "主任",
        "password": PASSWORD,
        "again": PASSWORD,
    }
    unequal = client.post("/office/first", data={**data, "again": "something else"})
    assert unequal.status_code == 422
    assert "两次输入的密码不一致" in unequal.text
    short = client.post("/office/first", data={**data, "password": "short", "again": "short"})
    assert short.status_code == 422
    assert client.post("/office/first", data=data).status_code == 302
    assert "还没有评议活动" in client.get("/office/").text
    stranger = client.application.test_client()
    assert stranger.get("/office/first").location == "/office/sign-in"


def test_the_language_is_remembered(app: Flask) -> None:
    client = signed_in(app, "admin")
    client.get("/office/language/en", query_string={"next": "/office/"})
    page = client.get("/office/")
    assert 'lang="en"' in page.text
    assert "Campaigns" in page.text
    client.get("/office/language/xx")
    assert 'lang="en"' in client.get("/office/").text
