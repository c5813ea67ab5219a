"""Every way a request can be wrong, and the problem it gets."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from survey.api import reading
from survey.app import create_app
from survey.model import Base, ReceiverToken, ReceiverUse
from survey.receivers import tokens
from survey.site.installation import Site
from tests.api.systems import NOW, Standing, System, received_by
from tests.demonstrated import CODE

SCORES = f"/campaigns/{CODE}/scores"
SAID = f"/releases/{CODE}-R1/acknowledgement"
WRONG = {
    "GET /campaigns?page=2": (400, "unknown-parameter"),
    "GET /campaigns?limit=2&limit=3": (400, "unknown-parameter"),
    "GET /campaigns?limit=0": (400, "invalid-parameter"),
    "GET /campaigns?limit=201": (400, "invalid-parameter"),
    "GET /campaigns?limit=-1": (400, "invalid-parameter"),
    "GET /campaigns?limit=ten": (400, "invalid-parameter"),
    "GET /campaigns?limit=": (400, "invalid-parameter"),
    "GET /campaigns?cursor=": (400, "invalid-parameter"),
    "GET /campaigns?cursor=0": (400, "invalid-parameter"),
    "GET /campaigns?cursor=%C3%A9": (400, "invalid-parameter"),
    f"GET {SCORES}?number=0": (400, "invalid-parameter"),
    f"GET {SCORES}?number=9999999": (400, "invalid-parameter"),
    f"GET {SCORES}?lang=en": (400, "unknown-parameter"),
    "GET /openapi.json?x=1": (400, "unknown-parameter"),
    "GET /nowhere": (404, "not-found"),
    "GET /campaigns/NONE/scores": (404, "not-found"),
    "GET /campaigns/NONE/progress": (404, "not-found"),
    "GET /releases/NONE": (404, "not-found"),
    f"GET /releases/{CODE}-R2": (404, "not-found"),
    f"GET /releases/{CODE}-R01": (404, "not-found"),
    f"GET {SCORES}?number=2": (404, "no-release"),
    "POST /campaigns": (405, "wrong-method"),
    f"DELETE /releases/{CODE}-R1": (405, "wrong-method"),
    f"GET {SAID}": (405, "wrong-method"),
}
BODIES = {
    "": (400, "bad-request"),
    "[]": (400, "bad-request"),
    "{": (400, "bad-request"),
    "[" * 50_000: (400, "bad-request"),
    "{}": (422, "invalid-body"),
    '{"outcome": "lost"}': (422, "invalid-body"),
    '{"outcome": ["received"]}': (422, "invalid-body"),
    '{"outcome": "received", "reference": 7}': (422, "invalid-body"),
    '{"outcome": "received", "reference": "%s"}' % ("9" * 101): (422, "invalid-body"),
    '{"outcome": "received", "reference": "a\\u0000b"}': (422, "invalid-body"),
    '{"outcome": "rejected", "note": "%s"}' % ("长" * 501): (422, "invalid-body"),
    '{"outcome": "received", "reason": "x"}': (422, "invalid-body"),
    " " * 70_000: (413, "too-large"),
}


def test_what_cannot_be_answered_gets_a_problem(system: System) -> None:
    for asked, (status, kind) in WRONG.items():
        method, path = asked.split(" ")
        answer = system.ask(method, path)
        told = answer.get_json()
        assert answer.mimetype == "application/problem+json"
        assert (answer.status_code, told["type"]) == (status, f"/api/v1/#{kind}"), asked
        assert told["status"] == status
        assert told["instance"] == f"/api/v1{path.partition('?')[0]}"
        if status == 405:
            assert answer.headers["Allow"]
        if "page" in path:
            assert told["errors"][0]["where"] == "page"


def test_what_is_no_acknowledgement_gets_a_problem(system: System) -> None:
    for body, (status, kind) in BODIES.items():
        answer = system.post(SAID, body)
        told = answer.get_json()
        assert (answer.status_code, told["type"]) == (status, f"/api/v1/#{kind}"), body[:60]
    form = system.ask("POST", SAID, body="outcome=received", Content_Type="text/plain")
    assert (form.status_code, form.get_json()["type"]) == (415, "/api/v1/#not-json")
    assert system.get(f"/releases/{CODE}-R1").get_json()["acknowledgements"] == []


def test_who_shows_no_token_is_asked_for_one(app: Flask, system: System) -> None:
    for shown in ("", "Basic YTpi", "Bearer", "Bearer "):
        answer = system.get("/campaigns", Authorization=shown)
        assert (answer.status_code, answer.get_json()["type"]) == (401, "/api/v1/#no-token")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="gongping"'
    answer = system.get("/campaigns", Authorization="Bearer gp_wrong")
    assert (answer.status_code, answer.get_json()["type"]) == (401, "/api/v1/#invalid-token")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_token_ends_and_is_shut(system: System, site: Site, clock: Standing) -> None:
    with site.database.reading() as session:
        expires_at = session.scalars(sa.select(ReceiverToken.expires_at)).one()
    clock.at = expires_at
    assert system.get("/campaigns").status_code == 200
    clock.at = expires_at + timedelta(seconds=1)
    assert "已到期" in system.get("/campaigns").get_json()["detail_zh"]
    clock.at = NOW
    with site.database.writing() as session:
        tokens.revoke_token(session, number=system.number, by="review", clock=clock)
    answer = system.get("/campaigns")
    assert (answer.status_code, answer.get_json()["type"]) == (401, "/api/v1/#invalid-token")
    assert "was revoked" in answer.get_json()["detail"]


def test_a_right_that_is_lacking(app: Flask) -> None:
    reader = received_by(app, rights=["scores"])
    refused = reader.get(f"/campaigns/{CODE}/progress")
    assert (refused.status_code, refused.get_json()["type"]) == (403, "/api/v1/#out-of-scope")
    assert 'scope="progress"' in refused.headers["WWW-Authenticate"]
    assert reader.post(SAID, {"outcome": "received"}).status_code == 403
    assert reader.get(SCORES).status_code == 200
    watcher = received_by(app, rights=["progress"])
    assert watcher.get(SCORES).status_code == 403
    assert watcher.get(f"/campaigns/{CODE}/progress").status_code == 200


def test_another_campaign_is_told_as_one_that_is_not_there(app: Flask, site: Site) -> None:
    system = received_by(app)
    with site.database.writing() as session:
        token = session.get_one(ReceiverToken, system.number)
        token.campaigns = ["ANOTHER"]
    assert system.get("/campaigns").get_json()["items"] == []
    for there, nowhere in (
        (f"/campaigns/{CODE}/progress", "/campaigns/NONE/progress"),
        (SCORES, "/campaigns/NONE/scores"),
        (f"/releases/{CODE}-R1", "/releases/NONE-R1"),
    ):
        of_other, of_none = system.get(there), system.get(nowhere)
        assert of_other.status_code == of_none.status_code == 404
        said = [{**each.get_json(), "instance": ""} for each in (of_other, of_none)]
        assert said[0] == said[1]
    assert system.post(SAID, {"outcome": "received"}).status_code == 404


def test_the_secret_is_nowhere_in_the_database_and_the_use_is_noted(
    system: System, site: Site
) -> None:
    with site.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ReceiverUse)) == 0
    system.get("/campaigns")
    with site.database.reading() as session:
        assert session.scalars(sa.select(ReceiverUse.used_at)).one() == NOW
        for table in Base.metadata.sorted_tables:
            assert system.secret not in str(session.execute(sa.select(table)).all()), table.name
    kept = site.settings.home.rglob("*")
    assert not any(system.secret.encode() in path.read_bytes() for path in kept if path.is_file())


def test_a_fault_of_ours_is_a_problem_too(
    site: Site, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_given: object, **_named: object) -> None:
        raise RuntimeError("secret of the house")

    monkeypatch.setattr(reading, "campaigns_for", break_down)
    answer = system.get("/campaigns")
    assert (answer.status_code, answer.get_json()["type"]) == (500, "/api/v1/#server-error")
    assert "house" not in answer.text


def test_a_foreign_host_gets_a_problem(site: Site) -> None:
    settings = replace(site.settings, base_url="https://survey.example.cn")
    client = create_app(replace(site, settings=settings)).test_client()
    answer = client.get("/api/v1/campaigns", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_a_signed_in_official_is_no_token(app: Flask, system: System) -> None:
    """Nothing of a browser's session counts: only the header does."""
    client = app.test_client()
    client.set_cookie("session", "anything")
    assert client.get("/api/v1/campaigns").status_code == 401
