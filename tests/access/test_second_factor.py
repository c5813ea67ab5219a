"""The second factor: a telephone's digits, each taken once, and recovery codes, each once."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pyotp
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.model import Account, Campaign, RecoveryCode, SecondFactor
from survey.site.installation import Site
from tests.access.clocks import Clock
from tests.officials import PASSWORD, sign_in, signed_in, token

PAGE = "/office/own/second-factor"


class Phone:
    """An authenticator app that has scanned the page's code."""

    def __init__(self, page: TestResponse, clock: Clock) -> None:
        found = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
        assert found, page.text
        self._app = pyotp.TOTP(found[1].replace(" ", ""))
        self._clock = clock

    def shows(self) -> str:
        return self._app.at(self._clock.at)


def enrolled(client: FlaskClient, clock: Clock) -> tuple[Phone, list[str]]:
    """Set the second factor up; returns the phone and the recovery codes."""
    page = client.get(PAGE)
    assert "<svg" in page.text
    phone = Phone(page, clock)
    data = {"csrf_token": token(page), "code": phone.shows(), "password": PASSWORD}
    done = client.post(PAGE, data=data)
    assert done.status_code == 200, done.text
    return phone, re.findall(r"<code>([0-9A-Z ]+)</code>", done.text)


def enter(app: Flask, code: str = "") -> int:
    return sign_in(app.test_client(), "admin", code=code).status_code


def test_a_password_alone_opens_nothing_once_it_is_set_up(
    each_office_app: Flask, clock: Clock
) -> None:
    client = signed_in(each_office_app, "admin")
    phone, _codes = enrolled(client, clock)
    assert client.get("/office/").status_code == 200
    clock.forward(seconds=30)
    assert enter(each_office_app) == 422
    assert enter(each_office_app, "000000") == 422
    assert enter(each_office_app, phone.shows()) == 302


def test_a_code_is_taken_once(each_office_app: Flask, clock: Clock) -> None:
    phone, _codes = enrolled(signed_in(each_office_app, "admin"), clock)
    assert enter(each_office_app, phone.shows()) == 422  # it was used to set this up
    clock.forward(seconds=30)
    older = phone.shows()
    clock.forward(seconds=30)
    with ThreadPoolExecutor(4) as four:
        answers = list(four.map(lambda _n: enter(each_office_app, phone.shows()), range(4)))
    assert answers.count(302) == 1
    assert set(answers) <= {302, 422, 429}
    assert enter(each_office_app, older) == 422
    clock.forward(seconds=30)
    assert enter(each_office_app, phone.shows()) == 302


def test_a_recovery_code_stands_in_once(each_office_app: Flask, clock: Clock) -> None:
    client = signed_in(each_office_app, "admin")
    _phone, given = enrolled(client, clock)
    assert len(set(given)) == 10
    assert given[0] not in client.get(PAGE).text
    assert enter(each_office_app, given[0].lower()) == 302
    assert enter(each_office_app, given[0]) == 422
    assert "还有 9 个恢复码" in client.get(PAGE).text
    assert sign_in(each_office_app.test_client(), "leader", code=given[1]).status_code == 302
    assert enter(each_office_app, given[1]) == 302  # another's sign-in used nothing up


def test_neither_secret_nor_recovery_codes_are_kept_readable(
    office_app: Flask, staffed: Site, clock: Clock
) -> None:
    client = signed_in(office_app, "admin")
    shown = client.get(PAGE).text
    _phone, given = enrolled(client, clock)
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", shown)
    assert found
    with staffed.database.reading() as reading:
        sealed = reading.scalars(sa.select(SecondFactor.sealed_secret)).one()
        hashes = reading.scalars(sa.select(RecoveryCode.code_hash)).all()
    assert found[1].replace(" ", "").encode() not in sealed
    assert len(hashes) == len(given) == 10
    assert not {code.replace(" ", "").encode() for code in given} & set(hashes)


def test_setting_it_up_asks_for_the_password_and_a_right_code(
    office_app: Flask, clock: Clock
) -> None:
    client = signed_in(office_app, "admin")
    page = client.get(PAGE)
    right = {"csrf_token": token(page), "code": Phone(page, clock).shows(), "password": PASSWORD}
    for wrong in ({"password": "wrong wrong"}, {"code": "000000"}, {"code": ""}):
        assert client.post(PAGE, data={**right, **wrong}).status_code == 422
    assert client.post(PAGE, data=right).status_code == 200
    assert client.post(PAGE, data=right).status_code == 400  # the form was another session's


def test_switching_it_off_asks_for_password_and_code(office_app: Flask, clock: Clock) -> None:
    client = signed_in(office_app, "admin")
    phone, _codes = enrolled(client, clock)
    clock.forward(seconds=30)
    page = client.get(PAGE)
    right = {"csrf_token": token(page), "code": phone.shows(), "password": PASSWORD}
    for wrong in ({"password": "wrong wrong"}, {"code": "000000"}):
        assert client.post(f"{PAGE}/remove", data={**right, **wrong}).status_code == 422
    assert client.post(f"{PAGE}/remove", data=right).status_code == 302
    assert enter(office_app) == 302


@pytest.mark.parametrize(
    ("username", "needs"),
    [
        *(("admin", True), ("review", True), ("leader", True), ("auditor", True)),
        *(("inspector", False), ("groupa", False)),
    ],
)
def test_who_decides_needs_it_before_anything_real(
    office_app: Flask, staffed: Site, clock: Clock, username: str, needs: bool
) -> None:
    client = signed_in(office_app, username)
    told = client.get("/office/")
    assert told.status_code == 200  # a demonstration is there to be tried
    assert ("没有开通两步登录" in told.text) is needs
    with staffed.database.writing() as session:
        session.execute(sa.update(Campaign).values(simulated=False))
    pages = ["/office/", "/office/campaigns/ANLAN-2026-GZPY/progress", "/office/own/sessions"]
    if not needs:
        assert client.get(pages[0]).status_code == 200
        return
    assert [client.get(page).location for page in pages] == [PAGE, PAGE, None]
    carried = {"csrf_token": token(client.get(PAGE))}
    for deed in ("close", "release"):
        assert (
            client.post(f"/office/campaigns/ANLAN-2026-GZPY/{deed}", data=carried).location == PAGE
        )
    enrolled(client, clock)
    assert client.get("/office/").status_code == 200


def test_a_one_time_password_is_changed_first(office_app: Flask, staffed: Site) -> None:
    with staffed.database.writing() as session:
        session.execute(sa.update(Campaign).values(simulated=False))
        session.execute(sa.update(Account).values(password_one_time=True))
    assert signed_in(office_app, "admin").get(PAGE).location == "/office/password"


def test_an_office_may_demand_it_of_everyone(staffed: Site, clock: Clock) -> None:
    settings = replace(staffed.settings, second_factor="everyone")
    app = create_app(replace(staffed, clock=clock, settings=settings))
    with staffed.database.writing() as session:
        session.execute(sa.update(Campaign).values(simulated=False))
    assert signed_in(app, "inspector").get("/office/").location == PAGE
