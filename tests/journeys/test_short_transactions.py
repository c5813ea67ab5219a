"""Between BEGIN and COMMIT there is nothing but SQL: no deed keeps residents waiting."""

import gc
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey.cli import survey
from survey.fieldwork.papers import font
from survey.site.installation import open_site
from tests.factories import ANLAN, CODE, FIELDWORK, standing_at
from tests.officials import add_officials, done_by_two
from tests.transactions import WriteTransaction, too_long, watched_writes


@pytest.fixture
def writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[WriteTransaction]]:
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SURVEY_DATABASE", raising=False)
    monkeypatch.setattr(font, "_system_families", frozenset[str])
    standing_at(monkeypatch, FIELDWORK)
    run("init")
    gc.collect()
    gc.freeze()  # a process of tests holds what no command does, and would look through it
    with watched_writes() as done:
        yield done
    gc.unfreeze()


def command(*words: str) -> Result:
    return CliRunner().invoke(survey, list(words))


def run(*words: str) -> None:
    result = command(*words)
    assert result.exit_code == 0, (result.output, result.exception)


def by_two(*words: str) -> None:
    result = done_by_two(command, *words)
    assert result.exit_code == 0, (result.output, result.exception)


def deeds(campaign: str, out: Path, *, count: int) -> None:
    run("campaign", "open", campaign)
    run("poster", campaign, "--out", str(out / f"{campaign}.pdf"))
    words = ["--unit", "A01", "--group", "G2", "--count", str(count)]
    files = ["--out", str(out / f"{campaign}.csv"), "--letters", str(out / f"{campaign}-l.pdf")]
    run("code", "issue", campaign, *words, *files)
    batch = command("code", "batches", campaign).stdout.split()[0]
    by_two("code", "withdraw", campaign, "--batch", batch, "--reason", "遗失")
    narrow = ["--units", "A02,A03", "--group", "G4"]
    run("code", "issue", campaign, "--all", *narrow, "--out", str(out / f"{campaign}.zip"))
    sheet = out / f"{campaign}-places.csv"
    sheet.write_text("unit,place\nA01,车站\nA02,车站\n", "utf-8")
    run("poster", campaign, "--sheet", str(sheet), "--out", str(out / f"{campaign}-s.pdf"))
    by_two("campaign", "close", campaign)
    run("score", campaign)
    by_two("release", campaign)


@pytest.mark.timed
def test_no_deed_of_an_office_holds_the_database_while_it_works(
    writes: list[WriteTransaction], tmp_path: Path
) -> None:
    county = tmp_path / "county"
    shutil.copytree(ANLAN, county, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    plan, scheme = county / "class_group_weights.csv", county / "scheme.yaml"
    plan.write_text(plan.read_text("utf-8-sig").replace("A,G2,20,60", "A,G2,20,600"), "utf-8")
    run("campaign", "load", str(ANLAN))
    with open_site(os.environ) as site:
        add_officials(site)
    deeds(CODE, tmp_path, count=2)  # the program's statements are built once
    writes.clear()
    scheme.write_text(scheme.read_text("utf-8").replace(CODE, f"{CODE}-2"), "utf-8")
    run("campaign", "load", str(county))
    deeds(f"{CODE}-2", tmp_path, count=600)
    assert len(writes) >= 30
    assert too_long(writes) == []


def test_codes_that_are_not_issued_leave_no_file(
    writes: list[WriteTransaction], tmp_path: Path
) -> None:
    run("campaign", "load", str(ANLAN))
    database = sqlite3.connect(tmp_path / "home" / "survey.db")
    database.execute(
        "CREATE TRIGGER full BEFORE INSERT ON entrance BEGIN SELECT RAISE(FAIL, 'disk full'); END"
    )
    database.commit()
    out = tmp_path / "codes.csv"
    words = ["--unit", "A01", "--group", "G2", "--count", "3", "--out", str(out)]
    assert command("code", "issue", CODE, *words).exit_code == 1
    assert not out.exists()
