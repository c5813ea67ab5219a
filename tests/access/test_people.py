"""Accounts in the browser: made, changed, shut out and reset, by administrators alone."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.access import accounts
from survey.model import AuditEntry, Campaign, SecondFactor
from survey.site.installation import Site
from tests.factories import FIELDWORK
from tests.officials import sign_in, signed_in, token

PEOPLE = "/office/people/"


def post(client: FlaskClient, address: str, **form: str) -> TestResponse:
    carried = token(client.get("/office/password"))
    return client.post(address, data={"csrf_token": carried, **form})


def add(client: FlaskClient, **changed: str) -> TestResponse:
    given = {"username": "wang", "name": "王五", "role": "inspector", "class_code": "", "unit": ""}
    return post(client, PEOPLE, **{**given, **changed})


def shown_password(page: TestResponse) -> str:
    assert page.status_code == 200, page.text
    [password] = re.findall(r'<code id="password">(\w+)</code>', page.text)
    return password


def deeds(site: Site, subject: str) -> list[tuple[str, str]]:
    query = sa.select(AuditEntry.by, AuditEntry.action).where(AuditEntry.subject == subject)
    with site.database.reading() as session:
        return [(row.by, row.action) for row in session.execute(query.order_by(AuditEntry.id))]


def real(site: Site) -> None:
    """Let the campaign be no demonstration any more."""
    with site.database.writing() as session:
        session.execute(sa.update(Campaign).values(simulated=False))


def test_a_new_official_signs_in_with_the_password_shown_once_and_sets_an_own_one(
    each_office_app: Flask,
) -> None:
    app = each_office_app
    admin = signed_in(app, "admin")
    password = shown_password(add(admin, role="unit_liaison", unit="A01"))
    assert password not in admin.get(f"{PEOPLE}wang").text
    real(app.extensions["survey"])
    client = app.test_client()
    assert sign_in(client, "wang", password).status_code == 302
    assert client.get("/office/").location == "/office/password"
    words = {"password": "a better sentence", "again": "a better sentence"}
    assert post(client, "/office/password", old=password, **words).status_code == 302
    assert client.get("/office/").status_code == 200


def test_who_there_is_is_listed_with_role_scope_factor_and_last_sign_in(
    office_app: Flask, staffed: Site
) -> None:
    with staffed.database.writing() as session:
        factor = SecondFactor(sealed_secret=b"", enrolled_at=FIELDWORK, last_counter=0)
        factor.account_id = accounts.require_account(session, username="leader").id
        session.add(factor)
    admin = signed_in(office_app, "admin")
    post(admin, f"{PEOPLE}inspector/disable")
    page = admin.get(PEOPLE).text
    rows = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)[1:]
    cells = {
        re.search(r"<small>(\w+)</small>", row)[1]: re.sub(r"<[^>]+>|\s+", " ", row).split()
        for row in rows
    }
    assert cells["groupa"][2:] == ["考评组（A类）", "未开通", "还没有登录过", "可以登录"]
    assert cells["liaison"][2].startswith("单位联络员（")
    assert cells["leader"][3] == "已开通"
    assert cells["admin"][4:6] == ["2026-12-05", "10:00"]
    assert cells["inspector"][-1] == "已停用"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"username": "Wang Wu"}, "账号须为2至32个小写字母"),
        ({"username": "leader"}, "已存在"),
        ({"role": ""}, "请选择角色"),
        ({"role": "class_group"}, "考评组账号须指明类别"),
        ({"role": "leader", "unit": "A01"}, "联络员账号须指明单位，其他角色不得指明"),
    ],
)
def test_what_is_unfit_is_told_with_the_form_kept(
    office_app: Flask, staffed: Site, changed: dict[str, str], said: str
) -> None:
    answer = add(signed_in(office_app, "admin"), **changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="王五"' in answer.text
    assert deeds(staffed, "wang") == []


def test_another_role_disabling_and_another_password_sign_the_account_out(
    each_office_app: Flask,
) -> None:
    app, site = each_office_app, each_office_app.extensions["survey"]
    admin = signed_in(app, "admin")
    changed = {"role": "class_group", "class_code": "B", "unit": ""}
    for deed, form in (("role", changed), ("reset", {}), ("end-sessions", {}), ("disable", {})):
        password = shown_password(post(admin, f"{PEOPLE}leader/reset"))
        client = app.test_client()
        sign_in(client, "leader", password)
        assert client.get("/office/").status_code == 200, deed
        assert post(admin, f"{PEOPLE}leader/{deed}", **form).status_code in {200, 302}
        assert client.get("/office/").status_code == 302, deed
    assert sign_in(app.test_client(), "leader", password).status_code == 422
    assert post(admin, f"{PEOPLE}leader/enable").status_code == 302
    assert sign_in(app.test_client(), "leader", password).status_code == 302
    by_admin = [action for by, action in deeds(site, "leader") if by == "admin"]
    assert set(by_admin) == {
        *("account.role", "account.reset", "account.end_sessions"),
        *("account.disable", "account.enable"),
    }


def test_a_lost_telephone_is_taken_off_and_the_account_signed_out(
    office_app: Flask, staffed: Site
) -> None:
    client = signed_in(office_app, "leader")
    with staffed.database.writing() as session:
        factor = SecondFactor(sealed_secret=b"", enrolled_at=FIELDWORK, last_counter=0)
        factor.account_id = accounts.require_account(session, username="leader").id
        session.add(factor)
    admin = signed_in(office_app, "admin")
    assert post(admin, f"{PEOPLE}leader/reset-totp").status_code == 302
    assert client.get("/office/").status_code == 302
    assert ("admin", "account.reset_totp") in deeds(staffed, "leader")


@pytest.mark.parametrize("deed", ["disable", "reset", "reset-totp", "role"])
def test_nobody_changes_the_own_account_here(office_app: Flask, staffed: Site, deed: str) -> None:
    """A browser left alone must not open its account for good, nor leave no administrator."""
    admin = signed_in(office_app, "admin")
    before = deeds(staffed, "admin")
    form = {"role": "leader", "class_code": "", "unit": ""} if deed == "role" else {}
    answer = post(admin, f"{PEOPLE}admin/{deed}", **form)
    assert answer.status_code == 422
    assert "不能停用、重置自己的账号" in answer.text
    assert admin.get("/office/").status_code == 200
    assert deeds(staffed, "admin") == before


def test_the_page_of_another_offers_deeds_upon_that_account(office_app: Flask) -> None:
    page = signed_in(office_app, "admin").get(f"{PEOPLE}leader").text
    assert "<h1>测试leader</h1>" in page
    asked = set(re.findall(r'action="/office/people/([^"]+)"', page))
    assert asked == {"leader/role", "leader/reset", "leader/disable"}


def test_an_auditor_reads_who_there_is_and_changes_nothing(office_app: Flask) -> None:
    client = signed_in(office_app, "auditor")
    page = client.get(f"{PEOPLE}leader")
    assert page.status_code == 200
    assert "<form" not in page.text.split("<main")[1]
    assert "<form" not in client.get(PEOPLE).text.split("<main")[1]


def test_ones_own_page_and_the_administrators_tell_of_past_sign_ins(office_app: Flask) -> None:
    client = signed_in(office_app, "leader")
    post(client, "/office/sign-out")
    client = signed_in(office_app, "leader")
    for page in (
        client.get("/office/own/sessions").text,
        signed_in(office_app, "admin").get(f"{PEOPLE}leader").text,
    ):
        [table] = re.findall(r'<table id="recent"[^>]*>.*?</table>', page, re.DOTALL)
        assert table.count("2026-12-05 10:00 退出") == 1
        assert table.count("登录中") == 1
