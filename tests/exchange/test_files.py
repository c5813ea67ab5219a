import csv
import io
import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

from survey.appraisal.record import ScoreDocument
from survey.exchange.document import FrozenDocument, find_document
from survey.exchange.files import FORMATS, file_name
from survey.exchange.schema import SCORE_DOCUMENT
from survey.exchange.tables import IMPORT_COLUMNS, csv_bytes, full_table
from survey.exchange.workbook import xlsx_bytes
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.papers.formulas import harmless
from survey.problems import Refused
from survey.site.installation import Site
from tests.demonstrated import CODE, answered
from tests.factories import ANLAN

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def document(released_site: Site) -> FrozenDocument:
    with released_site.database.reading() as session:
        return find_document(session, campaign=find_campaign(session, CODE))


def _frozen(content: dict[str, Any]) -> FrozenDocument:
    return FrozenDocument(text="", digest="", content=ScoreDocument.from_dict(content))


def _rows(content: bytes, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def test_the_document_is_valid_by_its_schema(document: FrozenDocument) -> None:
    jsonschema.Draft202012Validator.check_schema(SCORE_DOCUMENT)
    jsonschema.Draft202012Validator(SCORE_DOCUMENT).validate(json.loads(document.text))


def _published_without_interval(content: dict[str, Any]) -> None:
    content["units"][0]["lower"] = None


def _insufficient_with_score(content: dict[str, Any]) -> None:
    content["units"][0]["status"] = "insufficient"


def _score_as_number(content: dict[str, Any]) -> None:
    content["units"][0]["score"] = 81.71


def _unsigned(content: dict[str, Any]) -> None:
    del content["release"]["signature"]


@pytest.mark.parametrize(
    "spoil",
    [_published_without_interval, _insufficient_with_score, _score_as_number, _unsigned],
)
def test_the_schema_refuses_a_spoilt_document(document: FrozenDocument, spoil: Any) -> None:
    content = json.loads(document.text)
    spoil(content)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCORE_DOCUMENT).validate(content)


def test_the_schema_in_the_docs_is_the_one_in_the_code() -> None:
    text = (DOCS / "score-document.schema.json").read_text()
    assert json.loads(text) == SCORE_DOCUMENT


def test_the_import_columns_are_the_countys_in_its_order() -> None:
    with (ANLAN / "main_system_import_fields.csv").open(encoding="utf-8") as file:
        wanted = [row["列名"] for row in csv.DictReader(file)]
    assert [column.heading for column in IMPORT_COLUMNS] == wanted


@pytest.mark.parametrize("name", list(FORMATS))
def test_two_exports_give_the_same_bytes(document: FrozenDocument, name: str) -> None:
    first = FORMATS[name].write(document)
    time.sleep(1.1)  # a clock in the file would show
    assert FORMATS[name].write(document) == first


def test_the_json_export_is_the_document_as_signed(document: FrozenDocument) -> None:
    assert FORMATS["json"].write(document).decode() == document.text


def test_all_formats_carry_equal_figures(document: FrozenDocument) -> None:
    utf8 = _rows(csv_bytes(document, encoding="utf-8-sig"), "utf-8-sig")
    chinese = _rows(csv_bytes(document, encoding="gb18030"), "gb18030")
    sheets = _sheets(document)
    full = sheets["全部字段（模拟数据）"]
    assert utf8 == chinese == full
    imported = [column.heading for column in IMPORT_COLUMNS]
    assert sheets["导入表（模拟数据）"] == [{name: row[name] for name in imported} for row in full]
    for row, unit in zip(full, json.loads(document.text)["units"], strict=True):
        assert row["百分制得分"] == unit["score"]
        assert (row["得分区间下限"], row["得分区间上限"]) == (unit["lower"], unit["upper"])
        assert row["可能名次"] == "–".join(map(str, unit["rank_range"]))
        assert row["有效样本量"] == str(unit["n"])
        assert row["来源数（同一网络只算一个）"] == str(unit.get("sources", ""))
        for group in unit["groups"]:
            name = f"{group['group_code']}{group['name']}"
            assert row[f"{name} 得分"] == (group["score"] or "")
            assert row[f"{name} 标准误"] == (group["se"] or "")
            assert row[f"{name} 来源数"] == str(group.get("sources", ""))


def _sheets(document: FrozenDocument) -> dict[str, list[dict[str, str]]]:
    """Read the workbook's tables as they are shown: numbers in their cells' formats."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(document)))
    out = {}
    for sheet in book.worksheets[:2]:
        heading, *rows = sheet.iter_rows()
        names = [cell.value for cell in heading]
        out[sheet.title] = [dict(zip(names, map(_shown, row), strict=True)) for row in rows]
    return out


def _shown(cell: Any) -> str:
    if cell.value is None:
        return ""
    if isinstance(cell.value, int | float):
        places = len(cell.number_format.partition(".")[2])
        return str(Decimal(repr(cell.value)).quantize(Decimal(1).scaleb(-places)))
    return str(cell.value)


def test_codes_stay_text_and_scores_are_numbers(document: FrozenDocument) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(document)))
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]
    row = dict(zip(names, sheet[2], strict=True))
    assert row["统一社会信用代码"].data_type == "s"
    assert row["行政区划代码"].value == "990621001000"
    assert row["百分制得分"].data_type == "n"
    assert sheet.freeze_panes == "A2"


def test_simulated_is_said_in_every_file(document: FrozenDocument) -> None:
    for row in _rows(csv_bytes(document, encoding="utf-8-sig"), "utf-8-sig"):
        assert row["备注"].startswith("模拟数据")
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(document)))
    assert all("模拟" in sheet.title for sheet in book.worksheets)
    assert document.simulated is True
    assert all("SIMULATED" in file_name(document, name) for name in FORMATS)


def test_a_short_group_is_remarked_upon(document: FrozenDocument) -> None:
    rows = {row[3]: row for row in full_table(document).rows}
    assert rows["A12"][15] == "模拟数据；样本不足组权重已按比例分摊"
    assert rows["A01"][15] == "模拟数据"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_no_cell_is_a_live_formula(document: FrozenDocument, text: str) -> None:
    content = json.loads(document.text)
    content["units"][0]["name"] = text
    content["campaign"]["title"] = text
    spoilt = _frozen(content)
    assert harmless(text) == f"'{text}"
    row = _rows(csv_bytes(spoilt, encoding="utf-8-sig"), "utf-8-sig")[0]
    assert row["单位名称"] == f"'{text}"
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(spoilt)))
    assert book.worksheets[0]["F2"].data_type == "s"
    assert all(cell.data_type != "f" for sheet in book.worksheets for row in sheet for cell in row)


def test_an_unpublished_unit_has_no_figures_but_a_reason(document: FrozenDocument) -> None:
    content = json.loads(document.text)
    unit = content["units"][0]
    unit["status"] = "insufficient"
    withheld = ("score", "lower", "upper", "points", "class_rank", "rank_range", "tier", "grade")
    unit.update(dict.fromkeys(withheld))
    spoilt = _frozen(content)
    row = _rows(csv_bytes(spoilt, encoding="gb18030"), "gb18030")[0]
    assert row["百分制得分"] == row["折算得分"] == row["类内名次"] == ""
    assert row["备注"] == "模拟数据；样本不足，不公布得分"
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(spoilt)))
    assert book.worksheets[0]["J2"].value is None


def test_a_unit_published_without_a_rank_says_so(document: FrozenDocument) -> None:
    content = json.loads(document.text)
    unit = content["units"][0]
    unit.update(dict.fromkeys(("class_rank", "rank_range", "tier")))
    jsonschema.Draft202012Validator(SCORE_DOCUMENT).validate(content)
    row = _rows(
        csv_bytes(_frozen(content), encoding="utf-8-sig"),
        "utf-8-sig",
    )[0]
    assert row["百分制得分"] == unit["score"]
    assert row["类内名次"] == row["可能名次"] == row["档次"] == ""
    assert row["备注"] == "模拟数据；公开答卷缺少受邀样本作对照，不参与排名"
    unit["tier"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCORE_DOCUMENT).validate(content)


def test_a_number_nobody_released_is_named(released_site: Site) -> None:
    with released_site.database.reading() as session:
        campaign = find_campaign(session, CODE)
        with pytest.raises(Refused, match="there is no release number 9"):
            find_document(session, campaign=campaign, number=9)


def test_nothing_is_exported_before_a_release(site: Site) -> None:
    answered(site, n=5)
    with site.database.reading() as session, pytest.raises(Refused, match="尚未发布"):
        find_document(session, campaign=find_campaign(session, CODE))
