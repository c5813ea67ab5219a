"""What a system says of a release is kept once, sealed, and shown where releases are."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from survey.app import create_app
from survey.model import Acknowledgement, AuditEntry, ReceiverToken
from survey.receivers import tokens
from survey.site.installation import Site
from survey.verification.whole import verify
from tests.api.systems import Standing, System, received_by
from tests.demonstrated import CODE
from tests.officials import add_officials, signed_in

RELEASE = f"/releases/{CODE}-R1"
SAID = f"{RELEASE}/acknowledgement"


def test_the_same_words_again_change_nothing(system: System, site: Site) -> None:
    words = {"outcome": "imported", "reference": "KH-2026-0031"}
    first, again = system.post(SAID, words), system.post(SAID, words)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    with site.database.reading() as session:
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "release.acknowledge")
        ).one()
        assert (entry.by, entry.detail["reference"]) == (f"token-{system.number}", "KH-2026-0031")


def test_later_words_are_kept_after_the_earlier(system: System) -> None:
    for outcome in ("received", "rejected", "imported"):
        assert system.post(SAID, {"outcome": outcome, "note": ""}).status_code == 201
    told = system.get(RELEASE).get_json()["acknowledgements"]
    assert [(each["position"], each["outcome"]) for each in told] == [
        (1, "received"), (2, "rejected"), (3, "imported")
    ]  # fmt: skip


def test_systems_see_their_own_words_alone(app: Flask) -> None:
    one, other = received_by(app), received_by(app, name="市级平台")
    one.post(SAID, {"outcome": "received"})
    assert other.get(RELEASE).get_json()["acknowledgements"] == []


def test_the_office_sees_them_and_the_audit_tells_them(
    app: Flask, site: Site, system: System, clock: Standing
) -> None:
    words = {"outcome": "rejected", "reference": "KH-7", "note": "单位编码 A99 不认识"}
    system.post(SAID, {"outcome": "received"})
    system.post(SAID, words)
    system.get(f"/campaigns/{CODE}/scores")
    add_officials(site)
    office = signed_in(create_app(replace(site, clock=clock)), "admin")
    page = office.get(f"/office/campaigns/{CODE}/scores").text
    assert "考核主系统 已退回（对方编号KH-7）：单位编码 A99 不认识" in page
    assert "考核主系统 已收到" not in page
    audit = office.get("/office/audit/").text
    assert "的回执：已退回（KH-7）" in audit
    assert f"考核主系统（token-{system.number}）" in audit
    english = office.get("/office/audit/?lang=en").text
    assert "acknowledged release 1 of" in english


def test_verification_holds_them_to_the_audit(system: System, site: Site) -> None:
    system.post(SAID, {"outcome": "received"})
    assert verify(site) == []
    for change in (
        sa.update(Acknowledgement).values(outcome="imported"),
        sa.delete(Acknowledgement),
    ):
        with site.database.writing() as session:
            session.execute(change)
        assert any("接收回执" in problem.zh for problem in verify(site))


@pytest.mark.parametrize(
    "changed",
    [
        {"rights": ["scores"]},
        {"campaigns": [CODE]},
        {"name": "别的系统"},
        {"token_hash": b"x" * 32},
        {"revoked_at": None, "revoked_by": None},
    ],
    ids="-".join,
)
def test_verification_holds_tokens_to_the_audit(
    system: System, site: Site, clock: Standing, changed: dict[str, object]
) -> None:
    with site.database.writing() as session:
        tokens.revoke_token(session, number=system.number, by="review", clock=clock)
    assert verify(site) == []
    with site.database.writing() as session:
        session.execute(sa.update(ReceiverToken).values(**changed))
    assert any(f"token-{system.number}" in problem.zh for problem in verify(site))
