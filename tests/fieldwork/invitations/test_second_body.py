"""Codes that a second body makes: the office has their hashes, and residents answer by them."""

import csv
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from survey import codes
from survey.app import create_app
from survey.cli import survey
from survey.model import AuditEntry, Entrance, Response
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK, in_fieldwork, open_anlan, standing_at
from tests.respond.factories import thanked
from tests.respond.test_resident_page import ANSWERS, token_in

TO_A01 = ("--unit", "A01", "--group", "G2", "--channel", "token_sheet")


@pytest.fixture
def opened(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    open_anlan(site)
    standing_at(monkeypatch, FIELDWORK)
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    return replace(site, clock=in_fieldwork)


def run(*words: str) -> Result:
    return CliRunner().invoke(survey, ["code", *words])


def made(folder: Path, count: int) -> tuple[list[str], Path]:
    """Make codes as a second body does, where no installation is."""
    hashes, list_ = folder / f"{count}.json", folder / f"{count}.csv"
    words = ("--codes", str(list_), "--hashes", str(hashes), "--url", "https://gp.example")
    ran = run("make", "--count", str(count), "--body", "县统计局", *words)
    assert ran.exit_code == 0, ran.output
    rows = list(csv.DictReader(list_.read_text("utf-8-sig").splitlines()))
    assert rows[0]["网址 url"].startswith("https://gp.example/q/")
    return [codes.normalise(row["评议码 code"]) for row in rows], hashes


def test_a_code_of_a_second_body_lets_its_holder_answer_once(opened: Site, tmp_path: Path) -> None:
    [first, *_more], hashes = made(tmp_path, 3)
    done = run("take-in", CODE, "--hashes", str(hashes), *TO_A01)
    assert done.exit_code == 0, (done.output, done.exception)
    web = create_app(opened).test_client()
    form = {**ANSWERS, "response_id": token_in(web.get(f"/q/{first}"))}
    assert thanked(web.post(f"/q/{first}", data=form))
    assert web.get(f"/q/{first}").status_code == 410
    with opened.database.reading() as session:
        kept = set(session.scalars(sa.select(Entrance.code_hash)))
        opening = session.scalars(sa.select(Response.code_opening)).one()
        query = sa.select(AuditEntry.detail).where(AuditEntry.action == "invitation.issue")
        detail = session.scalars(query).one()
    assert opening not in kept
    assert hashlib.sha256(opening or b"").digest() in kept
    assert (detail["made_by"], detail["count"], detail["commitment"]) == ("县统计局", 3, 2)
    checked = CliRunner().invoke(survey, ["verify"])
    assert checked.exit_code == 0, (checked.output, checked.exception)


def test_the_office_gets_no_code(tmp_path: Path) -> None:
    drawn, hashes = made(tmp_path, 5)
    said = json.loads(hashes.read_text("utf-8"))
    assert said["hashes"] == sorted(said["hashes"])
    for code in drawn:
        assert code not in hashes.read_text("utf-8").upper()
        opening = codes.foreign_opening(code)
        assert opening.hex() not in said["hashes"]
        assert hashlib.sha256(opening).hexdigest() in said["hashes"]
    again = ("--codes", str(tmp_path / "5.csv"), "--hashes", str(tmp_path / "x.json"))
    refused = run("make", "--count", "5", "--body", "统计局", *again)
    assert refused.exit_code == 1
    assert "exists already" in str(refused.exception)


def test_what_cannot_be_taken_in_is_refused(opened: Site, tmp_path: Path) -> None:
    _codes, hashes = made(tmp_path, 4)
    words = ("take-in", CODE, "--hashes", str(hashes))
    assert run(*words, *TO_A01).exit_code == 0
    for wrong, why in (
        (TO_A01, "some of these codes are here already"),
        (("--unit", "A01", "--group", "G2", "--channel", "qr_open"), "invites nobody"),
        (("--unit", "X99", "--group", "G2", "--channel", "token_sms"), "no unit 'X99'"),
        ((*TO_A01, "--by", "nobody"), "nobody"),
    ):
        assert why in str(run(*words, *wrong).exception)
    said = json.loads(hashes.read_text("utf-8"))
    for spoilt in (
        {**said, "hashes": ["x"]},
        {**said, "kind": "other"},
        {**said, "hashes": []},
        [],
    ):
        hashes.write_text(json.dumps(spoilt), "utf-8")
        assert "no file of hashes" in str(run(*words, *TO_A01).exception)
    _codes, many = made(tmp_path, 20_000)
    beyond = run("take-in", CODE, "--hashes", str(many), *TO_A01)
    assert "go beyond the plan's number" in str(beyond.exception)
    with opened.database.reading() as session:
        issued = sa.select(sa.func.count(Entrance.id)).where(Entrance.kind == "invitation")
        assert session.scalar(issued) == 4
