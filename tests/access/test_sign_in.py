from dataclasses import replace

import pytest
from flask import Flask

from survey.access import accounts, passwords
from survey.fieldwork.campaigns import all_campaigns
from survey.site.installation import Site
from tests.factories import in_fieldwork
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


def test_whatever_is_wrong_is_refused_in_the_same_words(app: Flask) -> None:
    client = app.test_client()
    unknown, known = sign_in(client, "nobody", "x" * 12), sign_in(client, "admin", "x" * 12)
    assert unknown.status_code == known.status_code == 422
    assert "账号、密码或动态口令不正确" in unknown.text
    assert "账号、密码或动态口令不正确" in known.text


def test_forms_without_a_token_are_refused(app: Flask) -> None:
    client = app.test_client()
    data = {"username": "admin", "password": PASSWORD}
    assert client.post("/office/sign-in", data=data).status_code == 400
    assert signed_in(app, "admin").post("/office/sign-out").status_code == 400


def test_signing_out_empties_the_browsers_cache(app: Flask) -> None:
    client = signed_in(app, "leader")
    carried = {"csrf_token": token(client.get("/office/password"))}
    answer = client.post("/office/sign-out", data=carried)
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_signing_out_ends_the_session(app: Flask) -> None:
    client = signed_in(app, "admin")
    page = client.get("/office/")
    assert client.get("/office/sign-out").status_code == 405
    client.post("/office/sign-out", data={"csrf_token": token(page)})
    assert client.get("/office/").status_code == 302


def _newcomer(site: Site) -> str:
    with site.database.writing() as session:
        return accounts.create_account(
            session,
            username="newcomer",
            name="新同事",
            role="inspector",
            by="tests",
            clock=in_fieldwork,
            password=passwords.one_time(),
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
    cookies = sign_in(client, "admin").headers.getlist("Set-Cookie")
    assert len(cookies) == 2  # the session, and that this browser has been here
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie for cookie in cookies)


def test_cookies_of_https_have_names_only_https_can_set(site: Site) -> None:
    settings = replace(site.settings, base_url="https://ping.gov.cn")
    client = office(replace(site, settings=settings)).test_client()
    there = {"base_url": settings.base_url, "headers": {"Referer": settings.base_url}}
    page = client.get("/office/sign-in", **there)
    form = {"csrf_token": token(page), "username": "admin", "password": PASSWORD}
    cookies = client.post("/office/sign-in", data=form, **there).headers.getlist("Set-Cookie")
    assert sorted(cookie.split("=")[0] for cookie in cookies) == [
        "__Host-session",
        "__Secure-gongping_device",
    ]
    assert all("Secure;" in cookie and "Domain=" not in cookie for cookie in cookies)
    assert client.get("/office/", **there).status_code == 200


def test_what_a_role_may_not_do_is_logged(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    client = signed_in(app, "leader")
    refused = client.get("/office/campaigns/ANLAN-2026-GZPY/cases")
    assert refused.status_code == 403
    assert "leader may not case.read" in caplog.text


def test_the_language_is_remembered(app: Flask) -> None:
    client = signed_in(app, "admin")
    client.get("/office/language/en", query_string={"next": "/office/"})
    page = client.get("/office/")
    assert 'lang="en"' in page.text
    assert "Campaigns" in page.text
    client.get("/office/language/xx")
    assert 'lang="en"' in client.get("/office/").text
