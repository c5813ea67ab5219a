"""Sessions live on the server: what is ended there opens nothing, however well it was copied."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from survey.model import OfficeSession
from survey.site.installation import Site
from tests.access.clocks import Clock
from tests.officials import PASSWORD, sign_in, signed_in, token

OFFICE = "/office/"
NEW = "a better sentence"


def stolen(client: FlaskClient) -> FlaskClient:
    """Return another browser with a copy of somebody's cookies."""
    thief: FlaskClient = client.application.test_client()
    cookie = client.get_cookie("session")
    assert cookie is not None
    thief.set_cookie("session", cookie.value)
    assert thief.get(OFFICE).status_code == 200
    return thief


def change_password(client: FlaskClient, old: str = PASSWORD, new: str = NEW) -> int:
    data = {"old": old, "password": new, "again": new}
    page = client.get("/office/password")
    return client.post("/office/password", data={**data, "csrf_token": token(page)}).status_code


def test_a_stolen_cookie_is_dead_once_its_owner_signs_out(each_office_app: Flask) -> None:
    owner = signed_in(each_office_app, "admin")
    thief = stolen(owner)
    owner.post("/office/sign-out", data={"csrf_token": token(owner.get(OFFICE))})
    assert thief.get(OFFICE).status_code == 302


def test_a_changed_password_ends_every_session_but_a_new_one_here(office_app: Flask) -> None:
    here, elsewhere = signed_in(office_app, "admin"), signed_in(office_app, "admin")
    thief = stolen(here)
    assert change_password(here) == 302
    assert here.get(OFFICE).status_code == 200
    assert elsewhere.get(OFFICE).status_code == 302
    assert thief.get(OFFICE).status_code == 302


def test_half_an_hour_without_use_ends_a_session(office_app: Flask, clock: Clock) -> None:
    client = signed_in(office_app, "admin")
    for _ in range(3):
        clock.forward(minutes=29)
        assert client.get(OFFICE).status_code == 200
    clock.forward(minutes=31)
    assert client.get(OFFICE).status_code == 302


def test_twelve_hours_end_a_session_in_any_case(office_app: Flask, clock: Clock) -> None:
    client = signed_in(office_app, "admin")
    for _ in range(35):
        clock.forward(minutes=20)
        assert client.get(OFFICE).status_code == 200
    clock.forward(minutes=21)
    assert client.get(OFFICE).status_code == 302


def test_signing_in_gives_another_session_than_the_one_a_stranger_planted(
    office_app: Flask,
) -> None:
    first = signed_in(office_app, "admin")
    planted = first.get_cookie("session")
    assert planted is not None
    first.post("/office/sign-out", data={"csrf_token": token(first.get(OFFICE))})
    victim = office_app.test_client()
    victim.set_cookie("session", planted.value)
    assert sign_in(victim, "admin").status_code == 302
    assert victim.get(OFFICE).status_code == 200
    fixed = office_app.test_client()
    fixed.set_cookie("session", planted.value)
    assert fixed.get(OFFICE).status_code == 302


def test_the_owner_sees_where_he_is_signed_in_and_ends_it(each_office_app: Flask) -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    elsewhere = each_office_app.test_client()
    sent = {"headers": {"User-Agent": firefox}, "environ_base": {"REMOTE_ADDR": "10.9.8.7"}}
    assert sign_in(elsewhere, "admin", **sent).status_code == 302
    here, colleague = signed_in(each_office_app, "admin"), signed_in(each_office_app, "leader")
    page = here.get("/office/own/sessions")
    assert "Firefox · Windows" in page.text
    assert "本次登录" in page.text
    assert "其他网络" in page.text
    [end] = re.findall(r'action="(/office/own/sessions/\d+/end)"', page.text)
    not_his = colleague.get("/office/own/sessions")
    assert colleague.post(end, data={"csrf_token": token(not_his)}).status_code == 422
    assert elsewhere.get(OFFICE).status_code == 200
    assert here.post(end, data={"csrf_token": token(page)}).status_code == 302
    assert elsewhere.get(OFFICE).status_code == 302
    assert here.get(OFFICE).status_code == 200


def test_all_other_devices_are_signed_out_at_once(office_app: Flask) -> None:
    here, *others = (signed_in(office_app, "admin") for _ in range(3))
    page = here.get("/office/own/sessions")
    here.post("/office/own/sessions/end-others", data={"csrf_token": token(page)})
    assert [other.get(OFFICE).status_code for other in others] == [302, 302]
    assert here.get(OFFICE).status_code == 200


def test_a_page_lists_the_latest_and_ends_the_others_with_them(
    office_app: Flask, staffed: Site
) -> None:
    first, here = signed_in(office_app, "admin"), signed_in(office_app, "admin")
    with staffed.database.writing() as writing:
        row = dict(writing.execute(sa.select(OfficeSession.__table__)).mappings().first() or {})
        del row["id"]
        more = [{**row, "token_hash": n.to_bytes(32)} for n in range(40)]
        writing.execute(sa.insert(OfficeSession), more)
    page = here.get("/office/own/sessions")
    assert page.text.count("退出这台设备") == 30
    assert "较早的 12 次登录没有列出" in page.text
    here.post("/office/own/sessions/end-others", data={"csrf_token": token(page)})
    assert (first.get(OFFICE).status_code, here.get(OFFICE).status_code) == (302, 200)
    assert "没有列出" not in here.get("/office/own/sessions").text


def test_neither_token_nor_address_is_kept(office_app: Flask, staffed: Site) -> None:
    client = office_app.test_client()
    sign_in(client, "admin", environ_base={"REMOTE_ADDR": "10.9.8.7"})
    with client.session_transaction() as cookie:
        carried = cookie["_user_id"]
    with staffed.database.reading() as reading:
        row = reading.execute(sa.select(OfficeSession.__table__)).mappings().one()
    kept = " ".join(map(str, row.values()))
    assert carried not in kept
    assert "10.9.8.7" not in kept
    assert carried.encode() not in row["token_hash"]


@pytest.mark.parametrize("path", ["/office/own/sessions/end-others", "/office/own/second-factor"])
def test_forms_without_a_token_are_refused(office_app: Flask, path: str) -> None:
    assert signed_in(office_app, "admin").post(path).status_code == 400


def test_a_database_that_cannot_be_written_may_still_be_read(
    office_app: Flask, staffed: Site, clock: Clock
) -> None:
    client = signed_in(office_app, "admin")
    clock.forward(minutes=5)
    staffed.database.close()

    @event.listens_for(staffed.database.engine, "connect")
    def read_only(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
        connection.execute("PRAGMA query_only=ON")  # type: ignore[attr-defined]

    assert client.get(OFFICE).status_code == 200
