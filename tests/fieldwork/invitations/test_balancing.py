"""The balance of codes: by batch, signed by two, and held to what the answers show."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey import audit
from survey.app import create_app
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.invitations.balance import views
from survey.fieldwork.invitations.balance.sheet import sheet_of, told_lines
from survey.ledger.committed.balance import Balance, Line, balance_of
from survey.model import AuditEntry, CodeBatch, Entrance
from survey.problems import Refused
from survey.site.installation import Site
from tests.demonstrated import CODE, answered, close, closed
from tests.factories import FIELDWORK
from tests.officials import add_officials, approved, signed_in, token

N = 60
PAGE = f"/office/campaigns/{CODE}/invitations/balance"
REASON = {"reason": "已与印制登记核对"}


@pytest.fixture
def home(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    closed(site, n=N)
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    add_officials(site)
    return site


def run(*words: str) -> Result:
    return CliRunner().invoke(survey, ["code", "balance", CODE, *words])


def test_two_sign_what_was_made_used_withdrawn_and_left(home: Site, tmp_path: Path) -> None:
    out = tmp_path / "codes.xlsx"
    assert run("--out", str(out), "--by", "admin").exit_code == 1  # another must approve
    assert "两人确认" in run("--by", "review").output
    with home.database.reading() as session:
        balance = balance_of(session, find_campaign(session, CODE))
        entries = sa.select(AuditEntry).where(AuditEntry.action == "code.balance")
        entry = session.scalars(entries).one()
        codes = sa.select(sa.func.count(Entrance.id)).where(Entrance.kind != "poster")
        assert balance.total("made") == session.scalar(codes)
    said = entry.detail
    assert (entry.by, said["proposed_by"]) == ("review", "admin")
    assert said["made"] == said["used"] + said["void"] + said["left"] > said["used"] > 0
    assert all(line["made"] >= 10 for line in said["batches"])
    rows = list(openpyxl.load_workbook(out).active.values)
    sums = (said["made"], said["used"], said["void"], said["left"])
    assert (rows[-1][0], rows[-1][5:]) == ("合计 total", sums)
    assert len(rows) == len(balance.lines) + 2
    few = [row for row in rows[1:-1] if row[5] < 10]
    assert few
    assert all(row[6:] == (None, None, None) for row in few)
    checked = CliRunner().invoke(survey, ["verify"])
    assert checked.exit_code == 0, (checked.output, checked.exception)


def test_a_balance_that_does_not_hold_is_named(home: Site) -> None:
    run("--by", "admin")
    assert run("--by", "review").exit_code == 0
    with home.database.writing() as session:
        batch = session.scalars(sa.select(CodeBatch).order_by(CodeBatch.first_code)).first()
        assert batch is not None
        batch.issued += 1
    told = CliRunner().invoke(survey, ["verify"])
    said = told.output + str(told.exception or "")
    assert f"batch {batch.first_code} of codes does not add up" in said
    assert "is not the one that two signed" in said
    again = str(run("--by", "admin").exception)
    assert "is not the one that two signed" in again
    client = clients(home)[0]
    assert posted(client).status_code == 409  # altered: nobody goes on with it


def test_an_open_campaign_is_not_balanced(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(site, n=N)
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    add_officials(site)
    assert run().exit_code == 0
    assert "after the campaign is closed" in str(run("--by", "admin").exception)
    close(site)
    assert "review" in run("--by", "admin").stderr


def clients(site: Site) -> tuple[FlaskClient, FlaskClient]:
    app = create_app(replace(site, clock=lambda: FIELDWORK + timedelta(days=40)))
    return signed_in(app, "admin"), signed_in(app, "review")


def posted(client: FlaskClient) -> TestResponse:
    carried = token(client.get("/office/password"))
    return client.post(PAGE, data={"csrf_token": carried, **REASON})


def test_the_page_is_signed_by_two_and_says_who_and_when(home: Site) -> None:
    admin, review = clients(home)
    before = admin.get(PAGE)
    assert "提请签字确认" in before.text
    assert "提请签字确认" not in review.get(PAGE).text  # reads, and does not propose
    asked = posted(admin)
    with home.database.reading() as session:
        asking = sa.select(AuditEntry.by).where(AuditEntry.action == "proposal.propose")
        assert session.scalars(asking).all()[-1] == "admin"
    assert "等待另一人批准" in admin.get(PAGE).text
    approved(review, asked)
    after = review.get(PAGE).text
    assert "admin提请、review批准" in after
    assert "提请签字确认" not in admin.get(PAGE).text
    book = openpyxl.load_workbook(io.BytesIO(review.get(f"{PAGE}.xlsx").data))
    with home.database.reading() as session:
        entries = sa.select(AuditEntry).where(AuditEntry.action.like("%balance%"))
        signed, taken = session.scalars(entries.order_by(AuditEntry.id))
    assert (signed.by, taken.action, taken.by) == ("review", "balance.export", "review")
    sums = tuple(signed.detail[name] for name in ("made", "used", "void", "left"))
    assert [*book.active.values][-1][5:] == sums
    assert f'<td data-label="已用">{sums[1]}</td>' in after
    again = posted(admin)
    assert (again.status_code, "只签一次" in again.text) == (422, True)


def test_what_codes_no_longer_tell_is_not_told_as_nought(home: Site) -> None:
    """Once answers are anonymous no code says whether it was used: then what was signed holds."""
    with home.database.writing() as session:
        campaign = find_campaign(session, CODE)
        before = sheet_of(session, campaign)
        session.execute(sa.text("UPDATE response SET invitation_id = NULL"))
        campaign.anonymised_at, campaign.anonymised_digest = FIELDWORK, "a" * 64
        session.flush()
        with pytest.raises(Refused, match="匿名处理"):
            sheet_of(session, campaign)
        told = told_lines(balance_of(session, campaign))
        audit.record(
            session,
            by="review",
            at=FIELDWORK,
            action="code.balance",
            subject=CODE,
            **{"proposed_by": "admin", "digest": before.digest, "batches": told, **before.totals},
        )
        signed = sheet_of(session, campaign)
        session.rollback()
    assert signed.totals == before.totals
    assert signed.totals["used"] > 0


def test_a_code_of_no_batch_is_named(home: Site) -> None:
    with home.database.writing() as session:
        code = session.scalars(sa.select(Entrance).where(Entrance.kind == "invitation")).first()
        assert code is not None
        code.issued_by = "somebody"
        session.flush()
        told = [each.en for each in balance_of(session, find_campaign(session, CODE)).problems()]
        session.rollback()
    assert told[-1] == "1 codes are of no batch on record"


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ((3, 60, 40), (60,)),  # the sums less 60 and 40 would tell of the three
        ((3, 8, 60), (60,)),
        ((30, 60), (30, 60)),
        ((3, 4), ()),
    ],
)
def test_the_sums_do_not_tell_of_a_few(made: tuple[int, ...], told: tuple[int, ...]) -> None:
    lines = (
        Line(batch=place, made=n, used=n // 2, void=0, found=n) for place, n in enumerate(made)
    )
    assert tuple(line["made"] for line in told_lines(Balance(lines=tuple(lines)))) == told


def test_a_long_balance_is_read_page_by_page_and_the_totals_are_of_all(
    home: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with home.database.reading() as session:
        sheet = sheet_of(session, find_campaign(session, CODE))
    n = len(sheet.lines)
    monkeypatch.setattr(views, "_LINES", n - 1)
    admin = clients(home)[0]
    first, second = (admin.get(f"{PAGE}?p={page}").text for page in (1, 2))
    for number, text in ((1, first), (2, second)):
        assert f"共 {n} 批，第 {number} / 2 页" in text
        assert text.count(f">{sheet.totals['made']}<") >= 1
    rows = [re.findall(r'<th scope="row">(\d+)</th>', text) for text in (first, second)]
    assert [int(number) for page in rows for number in page] == [
        line.batch.number for line in sheet.lines
    ]
    assert len(rows[1]) == 1
    monkeypatch.setattr(views, "_LINES", n)
    assert "第 1 /" not in admin.get(PAGE).text
