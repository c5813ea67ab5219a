"""Between BEGIN and COMMIT there is nothing but SQL: no deed keeps residents waiting."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.cli import survey
from survey.fieldwork.papers import font
from tests.factories import ANLAN, CODE
from tests.transactions import WriteTransaction, too_long, watched_writes


@pytest.fixture
def writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[WriteTransaction]]:
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SURVEY_DATABASE", raising=False)
    monkeypatch.setattr(font, "_system_families", frozenset[str])
    run("init")
    with watched_writes() as done:
        yield done


def run(*words: str) -> str:
    result = CliRunner().invoke(survey, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def deeds(folder: Path, campaign: str, out: Path, *, count: int) -> None:
    out.mkdir()
    run("campaign", "load", str(folder))
    run("campaign", "open", campaign)
    run("poster", campaign, "--out", str(out / "posters.pdf"))
    words = ["--unit", "A01", "--group", "G2", "--count", str(count)]
    files = ["--out", str(out / "codes.csv"), "--letters", str(out / "letters.pdf")]
    run("code", "issue", campaign, *words, *files)
    run("campaign", "close", campaign)
    run("score", campaign)
    run("release", campaign, "--by", "tests")


def test_no_deed_of_an_office_holds_the_database_while_it_works(
    writes: list[WriteTransaction], tmp_path: Path
) -> None:
    another = tmp_path / "county"
    shutil.copytree(ANLAN, another, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    scheme = another / "scheme.yaml"
    scheme.write_text(scheme.read_text("utf-8").replace(CODE, f"{CODE}-2"), "utf-8")
    deeds(ANLAN, CODE, tmp_path / "first", count=2)  # the program's statements are built once
    writes.clear()
    deeds(another, f"{CODE}-2", tmp_path / "second", count=600)
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
    assert CliRunner().invoke(survey, ["code", "issue", CODE, *words]).exit_code == 1
    assert not out.exists()
