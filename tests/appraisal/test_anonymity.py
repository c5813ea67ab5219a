"""A released campaign made anonymous on its day: nothing leads to a person, all stays provable."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.appraisal.release import latest_release
from survey.cli import survey
from survey.demo.campaigns import stage_result
from survey.feedback.matters import Matters
from survey.fieldwork.campaigns import find_campaign
from survey.ledger import checker
from survey.model import AuditEntry, CommentMatter, Response, Sitting, SourceSeen
from survey.problems import Refused
from survey.site.installation import Site
from tests.demonstrated import CODE, answered
from tests.factories import FIELDWORK
from tests.officials import add_officials, signed_in, token
from tests.respond.factories import (
    invitation_codes,
    poster_code,
    receipt_in,
    sitting_codes,
    ticket_in,
)
from tests.respond.test_resident_page import ANSWERS, token_in
from tests.respond.test_sitting import rating

EDITS = (
    "UPDATE response SET answers = '55555555' WHERE leaf_index = 5",
    "UPDATE response SET leaf = zeroblob(32) WHERE leaf_index = 5",
    "UPDATE campaign SET anonymised_digest = '00'",
    "DELETE FROM response WHERE leaf_index = 5",
)
WORDS = "金丝雀路口的灯不亮"


class Resident:
    """Somebody who answered on the pages and kept his numbers and his proof."""

    def __init__(self, site: Site, code: str, form: dict[str, str], minutes: int) -> None:
        web = create_app(site).test_client(use_cookies=False)
        form = {"response_id": token_in(web.get(f"/q/{code}")), **form}
        done = web.post(f"/q/{code}", data=form)
        self.receipt, self.ticket = receipt_in(done), ticket_in(done)
        later = create_app(replace(site, clock=lambda: FIELDWORK + timedelta(minutes=minutes)))
        self.proof = later.test_client().get(f"/r/{self.receipt}.json").json


@pytest.fixture
def residents(site: Site) -> list[Resident]:
    """安澜县 released, three people among those who answered it."""
    answered(site, n=120)
    there = replace(site, clock=lambda: FIELDWORK + timedelta(seconds=7))
    form = ANSWERS | {"comment": WORDS}
    people = [
        Resident(there, poster_code(site), form, 10),
        Resident(there, invitation_codes(site, unit_code="A01")[0], ANSWERS, 20),
        Resident(there, sitting_codes(site, units="A01,A02")[0], deputy_form(), 30),
    ]
    stage_result(site, code=CODE)
    add_officials(site)
    return people


def deputy_form() -> dict[str, str]:
    person = {name: value for name, value in ANSWERS.items() if name[:2] != "q_"}
    del person["comment"]
    return {**person, **rating("A01", "A02")}


@pytest.fixture
def day(site: Site, residents: list[Resident]) -> datetime:
    """The first day on which it may be done."""
    with site.database.reading() as session:
        release = latest_release(session, campaign=find_campaign(session, CODE))
    assert release is not None
    return release.frozen_at + timedelta(days=30)


@pytest.fixture
def command(site: Site, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    return CliRunner()


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let commands believe it is then."""
    monkeypatch.setattr(Site.__init__, "__kwdefaults__", {"clock": lambda: moment})


def run(command: CliRunner, *words: str) -> Result:
    return command.invoke(survey, words)


def whole_file(site: Site) -> bytes:
    home = Path(site.settings.home)
    return b"".join(path.read_bytes() for path in home.glob("survey.db*"))


def test_nothing_leads_to_a_person_any_more_and_all_stays_provable(
    site: Site,
    residents: list[Resident],
    day: datetime,
    command: CliRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at(monkeypatch, day - timedelta(days=1))
    early = run(command, "anonymise", CODE, "--by", "admin")
    assert isinstance(early.exception, Refused)
    assert "may still be contested" in str(early.exception)
    assert len(kept(site)) == len(rows(site)) > 100
    before = rows(site)
    Matters(site.database).write()
    marks = [row.network_mark for row in before]
    with site.database.reading() as session:
        assert set(session.scalars(sa.select(CommentMatter.source))) & set(marks) - {None}
        held = [row.receipt for row in before] + [row.salt for row in before]
        held += session.scalars(sa.select(Sitting.receipt)).all()
    at(monkeypatch, day)
    assert run(command, "anonymise", CODE, "--by", "admin").exit_code == 1
    assert len(kept(site)) == len(before)
    there = create_app(replace(site, clock=lambda: day))
    assert approve(there, "review", number=2).status_code == 302
    assert run(command, "anonymise", CODE, "--by", "review").exit_code == 0  # what is left, if any
    after = rows(site)
    assert [row.answers for row in after] == [row.answers for row in before]
    assert [row.leaf for row in after] == [row.leaf for row in before]
    for row in after:
        dropped = (row.receipt, row.salt, row.invitation_id, row.sitting_id, row.device_mark)
        assert (*dropped, row.network_mark) == (None,) * 6
        assert row.submitted_ms % 60_000 == 0
    with site.database.reading() as session:
        assert session.scalars(sa.select(SourceSeen)).all() == []
        assert session.scalars(sa.select(Sitting)).all() == []
        assert set(session.scalars(sa.select(CommentMatter.source))) == {None}
        actions = session.scalars(sa.select(AuditEntry.action)).all()
    assert actions.count("campaign.anonymise") == 1
    site.database.wipe()
    left = whole_file(site)
    assert [value for value in held if value and value in left] == []

    for words in (("ledger", "audit", CODE), ("verify",)):
        whole = run(command, *words)
        assert whole.exit_code == 0, whole.output
    web = create_app(replace(site, clock=lambda: day)).test_client()
    ledger = web.get("/ledger?format=json").json
    for person in residents:
        assert web.post("/r", data={"code": person.receipt}).status_code == 404
        size = person.proof["head"]["size"]
        newest = ledger["campaigns"][0]["heads"][0]["size"]
        grown = web.get(f"/ledger?campaign={CODE}&from={size}&to={newest}").json
        lines = checker.check_files([person.proof, grown])
        assert any("counted" in line for line in lines)
    first = web.post("/r", data={"code": residents[0].ticket}).text
    assert "您的意见" in first  # the comment's number still opens its case
    scored = run(command, "score", CODE)
    assert scored.exit_code == 1
    assert "anonymous" in str(scored.exception)
    for edit in EDITS:
        assert audit_after(site, edit, command).exit_code == 1, edit


def approve(app: Flask, name: str, *, number: int) -> TestResponse:
    """Approve a proposal on its page."""
    client = signed_in(app, name)
    carried = token(client.get("/office/password"))
    return client.post(f"/office/proposals/{number}/approve", data={"csrf_token": carried})


def audit_after(site: Site, edit: str, command: CliRunner) -> Result:
    """Audit a copy of the installation in which somebody has edited the database."""
    file = Path(site.settings.home) / "survey.db"
    whole = file.read_bytes()
    with site.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(edit)
        connection.commit()
    audited = run(command, "ledger", "audit", CODE)
    site.database.wipe()
    site.database.close()
    file.write_bytes(whole)
    return audited


def rows(site: Site) -> list[Response]:
    with site.database.reading() as session:
        return list(session.scalars(sa.select(Response).order_by(Response.leaf_index)))


def kept(site: Site) -> list[Response]:
    return [row for row in rows(site) if row.receipt is not None]
