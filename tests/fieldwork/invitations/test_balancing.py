"""The balance of codes: by batch, signed by two, and held to what the answers show."""

from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.ledger.committed.balance import balance_of
from survey.model import AuditEntry, CodeBatch, Entrance
from survey.site.installation import Site
from tests.demonstrated import CODE, answered, close, closed
from tests.officials import add_officials

N = 60


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
    assert rows[-1] == ("合计 total", said["made"], said["used"], said["void"], said["left"])
    assert len(rows) == len(balance.lines) + 2
    few = [row for row in rows[1:-1] if row[1] < 10]
    assert few
    assert all(row[2:] == (None, None, None) for row in few)
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
    refused = run("--by", "admin")
    assert "does not add up" in str(refused.exception)


def test_an_open_campaign_is_not_balanced(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    answered(site, n=N)
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    add_officials(site)
    assert run().exit_code == 0
    assert "after the campaign is closed" in str(run("--by", "admin").exception)
    close(site)
    assert "review" in run("--by", "admin").stderr
