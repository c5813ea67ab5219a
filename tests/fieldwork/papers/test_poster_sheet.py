"""Posters for many places from a table: all its faults at once, nothing stored by halves."""

import io
from pathlib import Path

import pytest
import sqlalchemy as sa
import xlsxwriter
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey.cli import survey
from survey.model import Entrance
from survey.problems import Refused
from survey.site.installation import Site
from tests.factories import CODE, FIELDWORK, open_anlan, standing_at
from tests.fieldwork.papers.printed import scanned
from tests.officials import office, signed_in, token

HERE = f"/office/campaigns/{CODE}/posters"
GOOD = "unit,place,group\nA01,汽车站,\nA01,人民医院,G2\nB03,便民服务中心（二楼）,G2\n"
BAD = (
    "unit,place,group\nA01,汽车站,\nZ99,汽车站,\nA02,,\nC01,大厅,G1\n"
    f"A03,{'长' * 61},\nA01,汽车站,\nA04,大厅\n"
)


@pytest.fixture
def app(site: Site) -> Flask:
    return office(site)


def hung(site: Site) -> list[tuple[str, str, str]]:
    with site.database.reading() as session:
        rows = session.scalars(sa.select(Entrance).where(Entrance.kind == "poster")).all()
        return sorted((row.unit.code, row.group_code, row.place) for row in rows)


def pasted(client: FlaskClient, rows: str) -> TestResponse:
    data = {"csrf_token": token(client.get(HERE)), "rows": rows}
    return client.post(f"{HERE}/sheet", data=data)


def uploaded(client: FlaskClient, content: bytes, name: str = "地点.csv") -> TestResponse:
    data = {"csrf_token": token(client.get(HERE)), "file": (io.BytesIO(content), name)}
    return client.post(f"{HERE}/sheet", data=data, content_type="multipart/form-data")


WANTED = [
    ("A01", "G1", "汽车站"),
    ("A01", "G2", "人民医院"),
    ("B03", "G2", "便民服务中心（二楼）"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_file_registers_a_poster_for_each_row_once(app: Flask, site: Site, encoding: str) -> None:
    admin = signed_in(app, "admin")
    done = uploaded(admin, GOOD.encode(encoding))
    assert done.status_code == 302, done.text
    assert "登记了3张" in admin.get(HERE).text
    assert hung(site) == WANTED
    assert uploaded(admin, GOOD.encode(encoding)).status_code == 302
    assert "登记了0张" in admin.get(HERE).text
    assert hung(site) == WANTED


def test_cells_pasted_from_a_spreadsheet_do_as_well(app: Flask, site: Site) -> None:
    admin = signed_in(app, "admin")
    assert pasted(admin, GOOD.replace(",", "\t")).status_code == 302
    assert hung(site) == WANTED


def test_a_workbook_does_as_well(app: Flask, site: Site) -> None:
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer)
    sheet = workbook.add_worksheet()
    for number, line in enumerate(GOOD.splitlines()):
        sheet.write_row(number, 0, line.split(","))
    workbook.close()
    assert uploaded(signed_in(app, "admin"), buffer.getvalue(), "地点.xlsx").status_code == 302
    assert hung(site) == WANTED


def test_all_faults_are_told_by_row_and_nothing_is_stored(app: Flask, site: Site) -> None:
    admin = signed_in(app, "admin")
    page = uploaded(admin, BAD.encode())
    assert page.status_code == 422
    for row, told in (
        (3, "没有单位“Z99”"),
        (4, "不能为空"),
        (5, "不由“G1”评议"),
        (6, "张贴地点不超过60个字"),
        (7, "与第 2 行重复"),
        (8, "有 2 个单元格"),
    ):
        assert any(f"第 {row} 行" in line and told in line for line in page.text.splitlines()), told
    undrawn = pasted(admin, "unit,place\nA01,车站𪨷\n")
    assert undrawn.status_code == 422
    assert "U+2AA37" in undrawn.text
    for neither in (
        pasted(admin, ""),
        pasted(admin, "unit,place\n"),
        pasted(admin, "地点\n车站\n"),
    ):
        assert neither.status_code == 422
    assert hung(site) == []


def test_the_posters_of_the_units_ticked_are_one_file(app: Flask, site: Site) -> None:
    admin = signed_in(app, "admin")
    pasted(admin, GOOD + "A02,车站,\n")
    page = admin.get(HERE).text
    assert page.count('name="unit" value="') == 3
    assert page.count('" checked>') == 3
    assert admin.get(f"{HERE}?tick=none").text.count('" checked>') == 0
    chosen = admin.get(f"{HERE}.pdf?unit=A01&unit=B03&size=a4")
    assert chosen.mimetype == "application/pdf"
    assert "2x" in chosen.headers["Content-Disposition"]
    assert len(scanned(chosen.data, scale=2)) == 3
    assert admin.get(f"{HERE}.pdf?unit=A01&unit=Z99").status_code == 404


def run(*words: str) -> Result:
    return CliRunner().invoke(survey, list(words))


def test_the_command_writes_the_posters_of_the_sheet_alone(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(site.settings.home))
    monkeypatch.setenv("SURVEY_DATABASE", site.settings.database_url)
    standing_at(monkeypatch, FIELDWORK)
    open_anlan(site)
    sheet, out = tmp_path / "places.csv", tmp_path / "posters.pdf"
    sheet.write_text(BAD, "utf-8")
    refused = run("poster", CODE, "--sheet", str(sheet), "--out", str(out)).exception
    assert isinstance(refused, Refused)
    assert [problem.row for problem in refused.problems] == [8, 7, 3, 4, 5, 6]
    assert {problem.file for problem in refused.problems} == {"places.csv"}
    assert (hung(site), out.exists()) == ([], False)
    sheet.write_text(GOOD, "utf-8")
    for _twice in range(2):
        done = run("poster", CODE, "--sheet", str(sheet), "--out", str(out))
        assert done.exit_code == 0, done.output
        assert "3 张海报 posters" in done.stderr
        assert hung(site) == WANTED
    assert run("poster", CODE, "--sheet", str(sheet), "--unit", "A01", "--out", "x").exit_code == 2
