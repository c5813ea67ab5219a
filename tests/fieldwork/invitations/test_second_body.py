"""Codes that a second body makes: the office has their hashes, and residents answer by them."""

import csv
import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from werkzeug.test import TestResponse

from survey import codes
from survey.app import create_app
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.invitations.balance.sheet import sheet_of
from survey.ledger.committed.commitments import statements_of
from survey.model import AuditEntry, Entrance, Response
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK, in_fieldwork, open_anlan, standing_at
from tests.officials import add_officials, signed_in, token
from tests.respond.factories import thanked
from tests.respond.test_resident_page import ANSWERS, token_in

HERE = f"/office/campaigns/{CODE}/invitations/take-in"
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
        (("--unit", "A01", "--group", "G9", "--channel", "token_sms"), "does not ask group 'G9'"),
        ((*TO_A01, "--by", "nobody"), "nobody"),
    ):
        assert why in str(run(*words, *wrong).exception)
    said = json.loads(hashes.read_text("utf-8"))
    for spoilt in (
        json.dumps({**said, "kind": "other"}),
        json.dumps({**said, "hashes": []}),
        json.dumps({**said, "hashes": "a" * 64}),
        "[]",
        "[" * 100_000,
        (tmp_path / "4.csv").read_text("utf-8-sig"),  # the codes themselves
    ):
        hashes.write_text(spoilt, "utf-8")
        assert "no file of hashes" in str(run(*words, *TO_A01).exception)
    one = said["hashes"]
    for wrong_hashes, where in (
        ([*one[:2], one[2].upper(), one[3]], "第 8 行 hashes[3]：不是 64 位"),
        ([*one[:3], one[1]], "第 9 行 hashes[4]：与第 2 个相同"),
        ([*one[:3], 7], "第 9 行 hashes[4]：不是 64 位"),
    ):
        spoilt = json.dumps({**said, "hashes": wrong_hashes}, indent=1)
        hashes.write_text("\ufeff" + spoilt, "utf-8")
        told = str(run(*words, *TO_A01).exception)
        assert f"4.json {where}" in told, told
    for body, why in (("", "say who made"), ("统计\u202e局", "控制字符"), (5, "no file of hashes")):
        hashes.write_text(json.dumps({**said, "body": body}), "utf-8")
        assert why in str(run(*words, *TO_A01).exception)
    _codes, many = made(tmp_path, 20_000)
    beyond = run("take-in", CODE, "--hashes", str(many), *TO_A01)
    assert "go beyond the plan's number" in str(beyond.exception)
    with opened.database.reading() as session:
        issued = sa.select(sa.func.count(Entrance.id)).where(Entrance.kind == "invitation")
        assert session.scalar(issued) == 4


def posted(site: Site, who: str, file: Path, **form: str) -> TestResponse:
    client = signed_in(create_app(site), who)
    carried = token(client.get("/office/password"))
    to = {"unit": "A01", "group": "G2", "channel": "token_sheet", **form}
    data = {"csrf_token": carried, "file": (io.BytesIO(file.read_bytes()), file.name), **to}
    return client.post(HERE, data=data)


def test_a_clerk_takes_them_in_by_the_page(opened: Site, tmp_path: Path) -> None:
    add_officials(opened)
    drawn, hashes = made(tmp_path, 5)
    assert posted(opened, "review", hashes).status_code == 403
    done = posted(opened, "admin", hashes, reason="统计局补制")
    assert done.status_code == 302, done.text
    again = posted(opened, "admin", hashes)
    assert (again.status_code, "5.json hashes[1]：其中有已经登记的" in again.text) == (422, True)
    wrong = posted(opened, "admin", tmp_path / "5.csv")
    assert (wrong.status_code, "不是 survey code make 写出的" in wrong.text) == (422, True)
    assert not [code for code in drawn if code in wrong.text.replace(" ", "")]
    _codes, many = made(tmp_path, 5_000)  # 340 KB, and the plan wants fewer
    beyond = posted(opened, "admin", many)
    assert (beyond.status_code, "超出方案计划数" in beyond.text) == (422, True)
    with opened.database.reading() as session:
        query = sa.select(AuditEntry).where(AuditEntry.action == "invitation.issue")
        entry = session.scalars(query).one()
        statements = statements_of(session, find_campaign(session, CODE))
        found = sheet_of(session, find_campaign(session, CODE))
    assert (entry.by, entry.detail["made_by"], entry.detail["count"]) == ("admin", "县统计局", 5)
    assert statements[-1]["reason"] == "统计局补制"
    assert [line.made_by for line in found.lines] == ["县统计局"]
