"""What offices and Excel do to a campaign's workbook is understood, or named by its cell."""

import html
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask

from survey.cli import survey
from survey.fieldwork.papers import font
from survey.model import AuditEntry, Campaign
from survey.problems import Refused
from survey.scheme.folder import read_folder
from survey.scheme.planning import build_plan
from survey.scheme.stored import stored_folder
from survey.site.installation import Site, upgrade_site
from tests.factories import ANLAN, CODE
from tests.fieldwork.spoiled_workbooks import NEXT, SPOILED, SpoiledBook
from tests.fieldwork.test_new_campaign import given, n_campaigns
from tests.officials import office, signed_in

REFUSED = [case for case in SPOILED if case.zh]
UNDERSTOOD = [case for case in SPOILED if not case.zh]
FILE = "county.xlsx"


@pytest.fixture(autouse=True)
def without_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font, "_system_families", frozenset[str])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def standing(home: Path) -> Iterator[tuple[Site, Flask]]:
    """An installation with officials and one campaign, which no test changes."""
    with upgrade_site({"SURVEY_HOME": str(home)}) as made:
        yield made, office(made)


def said_by_command(book: Path) -> str:
    """Return what the command says of a workbook it refuses."""
    with pytest.raises(Refused) as caught:
        CliRunner().invoke(survey, ["campaign", "load", str(book)], catch_exceptions=False)
    return str(caught.value)


def test_there_are_as_many_kinds_as_were_promised() -> None:
    assert len(SPOILED) >= 25


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_spoiled_workbook_is_refused_by_its_cell_and_nothing_is_kept(
    case: SpoiledBook,
    standing: tuple[Site, Flask],
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site, app = standing
    client = signed_in(app, "admin")
    content = case.made()
    for told, query in ((case.zh, ""), (case.en, "?lang=en")):
        answer = given(client, content, query=query, file=FILE)
        assert answer.status_code == 422
        assert f"<li>{told}" in html.unescape(answer.text), answer.text
    assert n_campaigns(site) == 1
    monkeypatch.setenv("SURVEY_HOME", str(home))
    (tmp_path / FILE).write_bytes(content)
    said = said_by_command(tmp_path / FILE).splitlines()
    assert any(line.startswith(case.zh) for line in said), said
    assert any(line.startswith(case.en) for line in said), said
    assert n_campaigns(site) == 1


@pytest.mark.parametrize("case", UNDERSTOOD, ids=lambda case: case.name)
def test_what_excel_does_is_understood(case: SpoiledBook, site: Site) -> None:
    client = signed_in(office(site), "admin")
    answer = given(client, case.made(), file=FILE)
    assert answer.location == f"/office/campaigns/{NEXT}", html.unescape(answer.text)
    county = read_folder(ANLAN)
    with site.database.reading() as session:
        loaded = session.scalars(sa.select(Campaign).filter_by(code=NEXT)).one()
        stored = stored_folder(session, loaded)
        assert replace(stored.campaign, campaign_code=CODE) == county.campaign
        for name in ("groups", "class_groups", "units", "townships", "questionnaire", "texts"):
            assert getattr(stored, name) == getattr(county, name), name
        assert build_plan(stored).digest() == build_plan(county).digest()
        entry = session.scalars(sa.select(AuditEntry).filter_by(subject=NEXT)).one()
        assert list(entry.detail["files"]) == [FILE]


def test_faults_of_several_sheets_are_told_at_once(standing: tuple[Site, Flask]) -> None:
    def spoil(book: object) -> None:
        for case in SPOILED:
            if case.name in {"a poster of five lines", "a unit of an unknown class", "an error"}:
                case.spoil(book)  # type: ignore[arg-type]

    answer = given(
        signed_in(standing[1], "admin"), SpoiledBook(name="three", spoil=spoil).made(), file=FILE
    )
    said = html.unescape(answer.text)
    for sheet in ("告知文字", "单位", "人口"):
        assert f"<li>{FILE} 工作表“{sheet}”" in said


def test_the_commands_write_a_workbook_and_take_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(home: str, *words: str) -> str:
        monkeypatch.setenv("SURVEY_HOME", str(tmp_path / home))
        result = CliRunner().invoke(survey, list(words), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    book, again = str(tmp_path / FILE), str(tmp_path / "again.xlsx")
    for home, county in (("one", str(ANLAN)), ("other", book)):
        run(home, "init")
        assert run(home, "campaign", "load", county) == f"{CODE}\n"
        out = book if home == "one" else again
        assert run(home, "campaign", "workbook", CODE, "--out", out) == f"{out}\n"
    assert Path(book).read_bytes() == Path(again).read_bytes()
    plans = {run(home, "campaign", "status", CODE).splitlines()[1] for home in ("one", "other")}
    assert len(plans) == 1
