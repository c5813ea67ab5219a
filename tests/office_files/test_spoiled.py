"""Spoiled files through the commands: each read, or refused by its place, with nothing kept."""

import shutil
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from survey import cli
from survey.fieldwork.papers import font
from survey.model import Campaign
from survey.site.installation import open_site, upgrade_site
from tests.factories import ANLAN
from tests.office_files.spoiled import BOOKS, PLAN, SPOILED, TEXTS, WEIGHED, Spoiled

_FEW = 41  # the heading and forty answers


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    upgrade_site({"SURVEY_HOME": str(folder / "home")}).database.close()
    shutil.copytree(
        ANLAN, folder / "county", ignore=shutil.ignore_patterns("responses*", "main_system*")
    )
    answers = (ANLAN / "responses_demo.csv").read_text("utf-8-sig").splitlines(keepends=True)
    (folder / "county/responses_demo.csv").write_text("".join(answers[:_FEW]), "utf-8")
    (folder / "county/data.csv").write_text(WEIGHED, "utf-8")
    (folder / "county/plan.toml").write_text(PLAN, "utf-8")
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(font, "_system_families", frozenset[str])
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SURVEY_DATABASE", raising=False)
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return tmp_path / "county"


def words(command: str, folder: Path) -> list[str]:
    if command == "load":
        return ["campaign", "load", str(folder)]
    if command == "appraise":
        return ["appraise", str(folder), "--out", str(folder.parent / "out")]
    data = next(path for path in sorted(folder.glob("data.*"), reverse=True))
    return ["weigh", str(data), str(folder / "plan.toml"), "--out", str(folder.parent / "out")]


def is_kept(command: str, folder: Path) -> bool:
    if command != "load":
        return (folder.parent / "out").exists()
    environment = {"SURVEY_HOME": str(folder.parent / "home")}
    with open_site(environment) as site, site.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Campaign)) == 1


@pytest.mark.parametrize("case", SPOILED, ids=lambda case: case.name)
def test_a_spoiled_file_is_read_or_refused_by_its_place(
    case: Spoiled,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    case.spoil(folder)
    monkeypatch.setattr(sys, "argv", ["survey", *words(case.command, folder)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    lines = capsys.readouterr().err.splitlines()
    assert ended.value.code == (1 if case.zh else 0), lines
    assert is_kept(case.command, folder) is not bool(case.zh)
    for told in filter(None, (case.zh, case.en)):
        assert any(line.startswith(told) for line in lines), lines


def test_they_are_many_of_both_kinds() -> None:
    assert len(TEXTS) >= 30
    assert len(BOOKS) >= 30
    assert len({case.name for case in SPOILED}) == len(SPOILED)
