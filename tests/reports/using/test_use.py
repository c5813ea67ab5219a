"""Results leave for budgets and cadre files: from a release alone, on record, year over year."""

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from docx import Document
from flask import Flask
from flask.testing import FlaskClient

from survey.app import create_app
from survey.appraisal.record.reported import ChangeReported
from survey.exchange.document import FrozenDocument, find_document
from survey.fieldwork.campaigns import find_campaign
from survey.model import AuditEntry
from survey.reports.handing_out import drawn, wanted
from survey.reports.using.sheets import use_workbook
from survey.site.installation import Site
from tests.demonstrated import CODE, released
from tests.factories import open_anlan
from tests.officials import add_officials, signed_in

HERE = f"/office/campaigns/{CODE}"
Sheet = list[tuple[Any, ...]]


@pytest.fixture
def app(site: Site) -> Flask:
    released(site, n=900)
    add_officials(site)
    return create_app(site)


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return signed_in(app, "admin")


@pytest.fixture
def document(site: Site, app: Flask) -> FrozenDocument:
    assert app
    with site.database.reading() as session:
        return find_document(session, campaign=find_campaign(session, CODE))


def taken(client: FlaskClient, path: str) -> bytes:
    answer = client.get(f"{HERE}/{path}")
    assert answer.status_code == 200, answer.text[:500]
    return answer.data


def sheets(content: bytes) -> dict[str, Sheet]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def words_of(content: bytes) -> str:
    word = Document(io.BytesIO(content))
    cells = [c.text for table in word.tables for row in table.rows for c in row.cells]
    return "\n".join([*(p.text for p in word.paragraphs), *cells])


def test_every_figure_for_use_is_that_of_the_release(
    admin: FlaskClient, document: FrozenDocument
) -> None:
    units = {unit["unit_code"]: unit for unit in json.loads(document.text)["units"]}
    budget = sheets(taken(admin, "use/budget.xlsx"))
    head, *rows = budget["结果运用表（预算安排）（模拟数据）"]
    for row in rows:
        told, unit = dict(zip(head, row, strict=True)), units[row[head.index("单位编码")]]
        assert (told["统一社会信用代码"], told["等次"]) == (unit["uscc"], unit["grade"])
        for name, key in (("折算得分", "points"), ("百分制得分", "score")):
            assert told[name] == (float(unit[key]) if unit[key] else None)
    head, *rows = sheets(taken(admin, "use/cadre.xlsx"))["结果运用表（干部考核）（模拟数据）"]
    for row in rows:
        told, unit = dict(zip(head, row, strict=True)), units[row[head.index("单位编码")]]
        between = f"{unit['lower']}–{unit['upper']}" if unit["lower"] else None
        assert told["得分区间"] == between
    assert len(rows) == len(units)
    assert dict(budget["发布信息（模拟数据）"])["得分文件（JSON）摘要 SHA-256"] == document.digest
    files = {kind: taken(admin, f"documents/{kind}.zh.docx") for kind in ("budget", "cadre")}
    whole = {kind: words_of(content) for kind, content in files.items()}
    for unit in units.values():
        assert all(unit["name"] in words for words in whole.values())
        if unit["score"]:
            assert unit["points"] in whole["budget"]
            assert f"{unit['lower']}–{unit['upper']}" in whole["cadre"]
    assert "区间或名次范围有重叠的单位，不宜据此分出高低" in whole["budget"]


def test_each_unit_has_its_own_sheet_and_nothing_of_another(
    admin: FlaskClient, document: FrozenDocument, site: Site
) -> None:
    units = json.loads(document.text)["units"]
    with zipfile.ZipFile(io.BytesIO(taken(admin, "use.zh.zip"))) as archive:
        assert len(archive.namelist()) == len(units)
    with site.database.reading() as session:
        newest = sa.select(AuditEntry.detail).order_by(AuditEntry.id.desc()).limit(1)
        assert session.scalars(newest).one()["format"] == "cadre.zh.zip"
    one = words_of(taken(admin, "use/A01.zh.docx"))
    assert [unit["name"] for unit in units if unit["name"] in one] == [units[0]["name"]]
    assert units[0]["name_en"] in words_of(taken(admin, "use/A01.en.docx"))


def test_every_taking_is_on_record_with_who_and_what(app: Flask, site: Site) -> None:
    for who, path in (
        ("admin", "use/budget.xlsx"),
        ("leader", "use/A01.zh.docx"),
        ("leader", "documents/cadre.en.docx"),
    ):
        taken(signed_in(app, who), path)
    with site.database.reading() as session:
        of = sa.select(AuditEntry.by, AuditEntry.detail).order_by(AuditEntry.id)
        found = session.execute(of.where(AuditEntry.action == "release.export")).all()
    assert [(by, detail["format"], detail["number"]) for by, detail in found] == [
        ("admin", "budget.xlsx", 1),
        ("leader", "cadre-A01.zh.docx", 1),
        ("leader", "cadre.en.docx", 1),
    ]


def test_who_may_not_take_results_is_not_shown_them(app: Flask) -> None:
    assert "结果运用表" in signed_in(app, "leader").get(f"{HERE}/documents").text
    auditor = signed_in(app, "auditor")
    assert "结果运用表" not in auditor.get(f"{HERE}/documents").text
    assert auditor.get(f"{HERE}/documents/cadre.zh.docx").status_code == 403


def test_nothing_leaves_before_a_release(site: Site) -> None:
    open_anlan(site)
    add_officials(site)
    admin = signed_in(create_app(site), "admin")
    for path in ("use/budget.xlsx", "use/A01.zh.docx", "use.zh.zip", "documents/cadre.zh.docx"):
        assert admin.get(f"{HERE}/{path}").status_code == 404


def test_year_over_year_says_the_change_or_why_there_is_none(
    document: FrozenDocument, site: Site
) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("delta", "lower", "upper", "side"))
    nothing |= {"reasons": (), "reasons_en": ()}
    surely = {"delta": "4.10", "lower": "1.20", "upper": "7.00", "side": "improved"}
    unsure = {"delta": "-0.50", "lower": "-3.00", "upper": "2.00"}
    other = {"reasons": ("题目不同",), "reasons_en": ("other items",)}
    told = [nothing | surely, nothing | unsure, nothing | other]
    units = list(document.content.units)
    for place, words in enumerate(told):
        reported = units[place].reported
        assert reported is not None
        change = ChangeReported(campaign="ANLAN-2025", **words)
        units[place] = replace(units[place], reported=replace(reported, change=change))
    later = replace(document, content=replace(document.content, units=tuple(units)))
    head, *rows = sheets(use_workbook(later, "cadre"))["年度对比（模拟数据）"]
    assert head[4] == "比上次（ANLAN-2025）变化"
    assert len(rows) == len(units)
    assert [row[4:] for row in rows[:4]] == [
        ("+4.10", "+1.20至+7.00", "同类单位放在一起判断，肯定比上次提高。"),
        ("-0.50", "-3.00至+2.00", "不能肯定有变化"),
        ("–", "–", "不可比：题目不同"),
        ("–", "–", "未作比较"),
    ]
    with site.database.reading() as session:
        english = words_of(drawn(session, later, wanted("budget", "en")))
        alone = words_of(drawn(session, later, wanted("cadre", "zh", units[2].unit_code)))
    assert "Change since ANLAN-2025" in english
    assert "not comparable: other items" in english
    assert "题目不同" in alone
    assert "+4.10" not in alone
