"""Further items come from an XLSForm and go out as one, by page and command; spoiled ones do not.

What an XLSForm is, pyxform says: tests/scheme/test_xlsform.py.
"""

import html
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.testing import FlaskClient
from pyxform.xls2xform import convert
from werkzeug.test import TestResponse

from survey.app import create_app
from survey.cli import survey
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.given_county import load
from survey.fieldwork.opening import open_campaign
from survey.fieldwork.papers import font
from survey.model import AuditEntry
from survey.problems import Refused
from survey.scheme.source import FolderSource
from survey.site.installation import Site, upgrade_site
from tests.drafting.spoiled_forms import FILE, SPOILED, SpoiledForm, add, all_of, put
from tests.factories import ANLAN, CODE, LOCAL_ITEMS
from tests.officials import add_officials, signed_in, token

HERE = f"/office/campaigns/{CODE}/parts/items-form"
REFUSED = [case for case in SPOILED if case.zh]
UNDERSTOOD = [case for case in SPOILED if not case.zh]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def standing(home: Path) -> Iterator[tuple[Site, FlaskClient]]:
    """A draft and an administrator signed in; no test changes what is stored."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(font, "_system_families", frozenset[str])
        with upgrade_site({"SURVEY_HOME": str(home)}) as site:
            load(site, source=FolderSource(path=ANLAN), by="tests")
            add_officials(site)
            yield site, signed_in(create_app(site), "admin")


def made_from(page: str) -> str:
    return page.partition('name="made_from" value="')[2].partition('"')[0]


def given(client: FlaskClient, content: bytes, query: str = "", **more: str) -> TestResponse:
    page = client.get(HERE)
    said = {
        "csrf_token": token(page),
        "made_from": made_from(page.text),
        "file": (io.BytesIO(content), f"C:\\{FILE}"),
    }
    return client.post(HERE + query, data=said | more, content_type="multipart/form-data")


def asked(site: Site) -> dict[str, object]:
    with site.database.reading() as session:
        found: dict[str, object] = find_campaign(session, CODE).questionnaire.content
        return found


def command(home: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    monkeypatch.setenv("SURVEY_HOME", str(home))
    result = CliRunner().invoke(survey, ["campaign", "items", CODE, *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_there_are_as_many_kinds_as_were_promised() -> None:
    assert len(REFUSED) >= 12


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_spoiled_form_is_refused_by_its_cell_and_nothing_is_kept(
    case: SpoiledForm,
    standing: tuple[Site, FlaskClient],
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site, client = standing
    content, before = case.made(), asked(site)
    for told, query in ((case.zh, ""), (case.en, "?lang=en")):
        answer = given(client, content, query)
        assert answer.status_code == 422
        lines = [line for line in html.unescape(answer.text).splitlines() if FILE in line]
        assert [line for line in lines if f"<li>{told}" in line], lines
        assert len(lines) == 1, lines  # one fault is told once, and leads to no others
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(Refused) as caught:
        command(home, monkeypatch, "--from", str(tmp_path / FILE))
    assert f"{caught.value}".splitlines()[0].startswith(case.zh)
    assert f"{caught.value}".splitlines()[1].startswith(case.en)
    assert asked(site) == before


def test_faults_of_several_rows_and_sheets_are_told_at_once(
    standing: tuple[Site, FlaskClient],
) -> None:
    spoil = all_of(
        put("survey", "TIMES", "relevant", "${VISITED} = 'often'"),
        put("survey", "WAYS", "appearance", "minimal"),
        put("choices", "village", "name", "online"),
        add("note", "N1", "请"),
    )
    content = SpoiledForm(name="four", spoil=spoil).made()
    said = html.unescape(given(standing[1], content).text)
    told = [line for line in said.splitlines() if line.startswith(f"<li>{FILE}")]
    places = ("survey” 第 23 行 H 列", "survey” 第 24 行 J 列", "survey” 第 28 行 A 列")
    for line, place in zip(told, (*places, "choices” 第 12 行 B 列"), strict=True):
        assert line.startswith(f"<li>{FILE} 工作表“{place}"), told


@pytest.mark.parametrize("case", UNDERSTOOD, ids=lambda case: case.name)
def test_what_other_tools_write_is_understood(
    case: SpoiledForm, client: FlaskClient, site: Site
) -> None:
    answer = given(client, case.made())
    assert answer.status_code == 302, html.unescape(answer.text)
    assert asked(site)["local_items"] == LOCAL_ITEMS
    page = client.get(answer.location).text
    assert "已保存" in page
    assert "AGENT_FEE" in page
    with site.database.reading() as session:
        entry = session.scalars(sa.select(AuditEntry).filter_by(action="campaign.change")).one()
    assert (entry.by, entry.detail["sheet"]) == ("admin", "不计分题")
    assert list(entry.detail["files"]) == [FILE]


def test_what_goes_out_is_an_xlsform_and_comes_back_the_same(
    client: FlaskClient, site: Site
) -> None:
    given(client, UNDERSTOOD[0].made())
    before = asked(site)
    out = client.get(f"{HERE}.xlsx")
    assert out.headers["Content-Disposition"] == f'attachment; filename="{CODE}-XLSForm.xlsx"'
    assert convert(out.data, file_type=".xlsx").warnings == []
    answer = given(client, out.data)
    assert "没有改动" in client.get(answer.location).text
    assert asked(site) == before


def test_the_command_writes_and_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, client: FlaskClient, site: Site
) -> None:
    home = site.settings.home
    (tmp_path / FILE).write_bytes(UNDERSTOOD[0].made())
    assert "stored" in command(home, monkeypatch, "--from", str(tmp_path / FILE))
    assert asked(site)["local_items"] == LOCAL_ITEMS
    with site.database.reading() as session:
        entry = session.scalars(sa.select(AuditEntry).filter_by(action="campaign.change")).one()
    assert (entry.by, list(entry.detail["files"])) == ("system", [FILE])
    command(home, monkeypatch, "--out", str(tmp_path / "out.xlsx"))
    assert (tmp_path / "out.xlsx").read_bytes() == client.get(f"{HERE}.xlsx").data
    for words in ([], ["--from", str(tmp_path / FILE), "--out", str(tmp_path / "out.xlsx")]):
        with pytest.raises(Refused, match="one of the two"):
            command(home, monkeypatch, *words)


def test_who_was_overtaken_is_told_and_nothing_is_stored(client: FlaskClient, site: Site) -> None:
    before = made_from(client.get(HERE).text)
    assert given(client, UNDERSTOOD[0].made(), made_from=before).status_code == 302
    fewer = SpoiledForm(name="", spoil=lambda book: book["survey"].delete_rows(27)).made()
    answer = given(client, fewer, made_from=before)
    assert answer.status_code == 409
    assert "别人已改过不计分题" in answer.text
    assert asked(site)["local_items"] == LOCAL_ITEMS


def test_headings_and_what_is_asked_first_come_from_the_order_of_rows(
    client: FlaskClient, site: Site
) -> None:
    def spoil(book: object) -> None:
        sheet = book["survey"]  # type: ignore[index]
        sheet.insert_rows(2)
        sheet["A2"], sheet["B2"], sheet["C2"] = "text", "FIRST", "您来自哪个村？"
        for cells in (["begin_group", "G", "愿望"], ["text", "LAST", "还有吗？"], ["end_group"]):
            sheet.append(cells)

    assert given(client, SpoiledForm(name="", spoil=spoil).made()).status_code == 302
    content = asked(site)
    first, *_others, last = content["local_items"]  # type: ignore[misc]
    assert first == {
        "id": "FIRST",
        "type": "short_text",
        **dict.fromkeys(("zh", "en"), "您来自哪个村？"),
        "first": True,
    }
    assert last["id"] == "LAST"
    assert content["headings"] == [{"zh": "愿望", "en": "愿望", "items": ["LAST"]}]


def test_an_opened_plan_gives_its_form_and_takes_none(client: FlaskClient, site: Site) -> None:
    with site.database.writing() as session:
        open_campaign(session, campaign=find_campaign(session, CODE), by="t", clock=site.clock)
    assert "核对并载入" not in client.get(HERE).text
    assert client.get(f"{HERE}.xlsx").status_code == 200
    csrf = token(client.get("/office/new"))
    said = {"csrf_token": csrf, "file": (io.BytesIO(UNDERSTOOD[0].made()), FILE)}
    answer = client.post(HERE, data=said, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "处于“准备中”时才能进行此操作" in answer.text
