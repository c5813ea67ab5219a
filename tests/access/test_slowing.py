"""Wrong passwords slow down whoever sends them; nobody is shut out for good, nor by others."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.access import slowing
from survey.app import create_app
from survey.model import Account, AuditEntry, SignInAttempts
from survey.serving.front import THREADS, Front
from survey.site.installation import Site
from tests import loops
from tests.access.clocks import Clock
from tests.officials import sign_in, signed_in, token

WRONG = "wrong wrong wrong"


def from_network(number: int) -> dict[str, dict[str, str]]:
    return {"environ_base": {"REMOTE_ADDR": f"10.{number // 250}.{number % 250}.1"}}


def guess(app: Flask, username: str = "admin", number: int = 1) -> TestResponse:
    """Try a wrong password, all with one form that was fetched once."""
    if "guesser" not in app.extensions:
        client = app.test_client()
        app.extensions["guesser"] = client, token(client.get("/office/sign-in"))
    client, carried = app.extensions["guesser"]
    form = {"csrf_token": carried, "username": username, "password": WRONG}
    return client.post("/office/sign-in", data=form, **from_network(number))


def test_the_wait_is_told_in_words_and_grows(each_office_app: Flask, clock: Clock) -> None:
    for _ in range(5):
        assert guess(each_office_app).status_code == 422
    waits = []
    for _ in range(4):
        slowed = guess(each_office_app)
        assert slowed.status_code == 429
        seconds = int(slowed.headers["Retry-After"])
        assert f"请等 {seconds} 秒后再试" in slowed.text
        assert 'value="admin"' in slowed.text  # nothing has to be typed again but the password
        waits.append(seconds)
        clock.forward(seconds=seconds)
        assert guess(each_office_app).status_code == 422
    assert waits == [1, 2, 4, 8]


def test_trying_while_waiting_makes_the_wait_no_longer(office_app: Flask, clock: Clock) -> None:
    for _ in range(8):
        guess(office_app)
        clock.forward(seconds=2)
    clock.forward(seconds=-2)
    before = int(guess(office_app).headers["Retry-After"])
    for _ in range(5):
        assert guess(office_app).status_code == 429
    assert int(guess(office_app).headers["Retry-After"]) == before
    clock.forward(seconds=before)
    assert sign_in(office_app.test_client(), "admin", **from_network(1)).status_code == 302


def test_nobody_can_lock_an_official_out_of_a_browser_used_before(each_office_app: Flask) -> None:
    owner = signed_in(each_office_app, "admin")
    owner.post("/office/sign-out", data={"csrf_token": token(owner.get("/office/"))})
    for number in range(18):  # from many networks, the owner's own among them
        guess(each_office_app, number=number % 3)
    assert guess(each_office_app, number=1).status_code == 429
    assert sign_in(owner, "admin", **from_network(1)).status_code == 302


def test_a_network_new_to_an_account_is_looked_at_at_once(
    office_app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(slowing.LIMITS, "account", (6, 30))
    for number in range(8):
        guess(office_app, number=number + 52)
        clock.forward(seconds=1)
    clock.forward(seconds=-1)
    assert guess(office_app, number=59).status_code == 429  # the account's wait, from the second on
    new_device = office_app.test_client()
    assert sign_in(new_device, "admin", **from_network(77)).status_code == 302


def test_one_network_against_many_accounts_is_slowed(
    office_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(slowing.LIMITS, "network", (6, 30))
    answers = [guess(office_app, f"user{number}").status_code for number in range(8)]
    assert answers == [422] * 6 + [429] * 2


def test_processes_share_what_they_count(staffed: Site, office_app: Flask, clock: Clock) -> None:
    other = create_app(office_app.extensions["survey"])
    for number in range(5):
        guess((office_app, other)[number % 2])
    assert guess(office_app).status_code == guess(other).status_code == 429


def test_a_browser_used_before_may_not_guess_for_ever(office_app: Flask) -> None:
    owner = signed_in(office_app, "admin")
    owner.post("/office/sign-out", data={"csrf_token": token(owner.get("/office/"))})
    answers = [sign_in(owner, "admin", WRONG).status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2


def test_what_was_counted_is_forgotten_after_success_and_after_a_while(
    staffed: Site, office_app: Flask, clock: Clock
) -> None:
    for number in range(4):
        guess(office_app, f"user{number}", number)
    clock.forward(minutes=16)
    assert sign_in(office_app.test_client(), "admin", **from_network(1)).status_code == 302
    with staffed.database.reading() as reading:
        left = reading.scalars(sa.select(SignInAttempts.attempts)).all()
    assert list(left) == [0, 0, 0]  # network, account, everybody: taken back


def test_wrong_old_passwords_are_slowed(office_app: Flask) -> None:
    client = signed_in(office_app, "admin")
    new = {"password": "a better sentence", "again": "a better sentence"}
    carried = {"csrf_token": token(client.get("/office/password"))}
    answers = [
        client.post("/office/password", data={**carried, **new, "old": WRONG}).status_code
        for _ in range(12)
    ]
    assert answers == [422] * 10 + [429] * 2


def test_attempts_are_on_record_counted_and_told_to_the_owner(
    each_office_app: Flask, each_site: Site, clock: Clock
) -> None:
    first = signed_in(each_office_app, "admin")
    assert "这是您第一次登录" in first.get("/office/").text
    clock.forward(hours=1)
    guess(each_office_app), guess(each_office_app), guess(each_office_app, "hunter2hunter2")
    page = told(each_office_app.test_client())
    assert "上次登录：2026-12-05 10:00，其间失败 2 次" in page
    assert "如不是您本人，请修改密码" in page
    again = told(each_office_app.test_client())
    assert "上次登录：2026-12-05 11:00，其间失败 0 次" in again
    metrics = each_office_app.test_client().get("/metrics").text
    assert 'survey_sign_ins_total{outcome="wrong"} 3' in metrics
    assert 'survey_sign_ins_total{outcome="right"} 3' in metrics
    with each_site.database.reading() as reading:
        entries = reading.execute(
            sa.select(AuditEntry.by, AuditEntry.action, AuditEntry.subject)
            .where(AuditEntry.action.like("account.sign_in%"))
            .order_by(AuditEntry.id)
        ).all()
    assert [tuple(entry)[:2] for entry in entries] == [
        ("admin", "account.sign_in"),
        *[("stranger", "account.sign_in_failed")] * 3,
        *[("admin", "account.sign_in")] * 2,
    ]
    assert [entry.subject for entry in entries[1:3]] == ["admin", "admin"]
    assert entries[3].subject.startswith("unknown:")  # it may be a password in the wrong field
    assert "hunter2" not in repr(entries)


def told(client: FlaskClient) -> str:
    assert sign_in(client, "admin").status_code == 302
    return client.get("/office/").text


@pytest.mark.parametrize("username", ["admin", "nobody"])
def test_a_shut_account_and_none_are_told_the_same(
    office_app: Flask, staffed: Site, username: str
) -> None:
    with staffed.database.writing() as session:
        session.execute(
            sa.update(Account).where(Account.username == "admin").values(disabled_at=Clock()())
        )
    answer = sign_in(office_app.test_client(), username)
    assert answer.status_code == 422
    assert "账号、密码或动态口令不正确" in answer.text


class Request:
    """A request to sign in, as granian hands it over, and what it is answered."""

    path, query_string, scheme, http_version = "/office/sign-in", "", "http", "1.1"
    server, client, authority = "127.0.0.1:8000", "10.0.1.1:5000", "127.0.0.1:8000"

    def __init__(self, method: str, form: str = "", cookie: str = "") -> None:
        self.method, self._body = method, form.encode()
        self.headers = {"content-type": "application/x-www-form-urlencoded", "cookie": cookie}
        self.status, self.seconds = 0, 0.0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._body

    def response_bytes(self, status: int, _headers: object, _body: bytes) -> None:
        self.status = status

    async def send(self, front: Front) -> None:
        begun = monotonic()
        await front.__rsgi__(self, self)
        self.seconds = monotonic() - begun


def test_whoever_is_made_to_wait_holds_no_thread(office_app: Flask) -> None:
    client = office_app.test_client()
    form = {"csrf_token": token(client.get("/office/sign-in")), "username": "admin"}
    cookie = client.get_cookie("session")
    assert cookie is not None
    for _ in range(5):
        guess(office_app)
    body = urlencode(form | {"password": WRONG})
    attackers = [Request("POST", body, f"session={cookie.value}") for _ in range(3 * THREADS)]

    async def all_at_once() -> Request:
        front = Front(office_app, say_alive=lambda: None)
        rush = asyncio.gather(*(attacker.send(front) for attacker in attackers))
        await asyncio.sleep(0.5)
        honest = Request("GET")
        await honest.send(front)
        await rush
        return honest

    honest = loops.run(all_at_once())
    assert {attacker.status for attacker in attackers} == {429}
    assert min(attacker.seconds for attacker in attackers) >= 2
    assert honest.status == 200
    assert honest.seconds < 2
