"""A workbook says what the CSV file would, and no cell is guessed at."""

import io
import random
import re
import shutil
import time as clock
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from survey.office_files.given import read_table
from survey.problems import Problem, Refused
from survey.scheme.folder import read_folder
from tests.factories import ANLAN
from tests.office_files.books import content, instead, sheet_of, with_part

SHEET = "xl/worksheets/sheet1.xml"


def table_of(tmp_path: Path, book: bytes) -> Any:
    path = tmp_path / "表.xlsx"
    path.write_bytes(book)
    return read_table(path)


def said(tmp_path: Path, value: Any, number_format: str = "General") -> str:
    sheet = sheet_of([["a"], [value]])
    sheet["A2"].number_format = number_format
    table = table_of(tmp_path, content(sheet))
    assert not table.faults
    [_heading, (number, [text])] = table.rows
    assert number == 2
    return str(text)


def doubted(tmp_path: Path, value: Any, number_format: str = "General") -> Problem:
    sheet = sheet_of([["编码"], [value]])
    sheet["A2"].number_format = number_format
    [problem] = table_of(tmp_path, content(sheet)).faults_told()
    assert (problem.file, problem.sheet, problem.row) == ("表.xlsx", "Sheet", 2)
    assert (problem.column, problem.field) == ("A", "编码")
    assert isinstance(problem, Problem)
    return problem


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        ("甲　", "General", "甲　"),
        (990621001000, "General", "990621001000"),
        (999_999_999_999_999, "0", "999999999999999"),
        (-5, "General", "-5"),
        (12.5, "0", "12.5"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-7, "General", "0.0000001"),
        (1234.0, "#,##0.00", "1234"),
        (13, "0000", "0013"),
        (0.205, "0.0%", "20.5%"),
        (True, "General", "TRUE"),
        (date(2026, 12, 1), "yyyy-mm-dd", "2026-12-01"),
        (datetime.fromisoformat("2026-12-01"), 'yyyy"年"m"月"d"日"', "2026-12-01"),
        (datetime.fromisoformat("2026-12-01"), "yyyy/m/d h:mm", "2026-12-01 00:00:00"),
        (datetime.fromisoformat("2026-12-01T07:03:35"), "[$-804]yyyy/m/d", "2026-12-01 07:03:35"),
        (date(1900, 1, 31), "yyyy-mm-dd", "1900-01-31"),
        (time(7, 3, 35), "h:mm:ss", "07:03:35"),
        (46357, "General", "46357"),
        (1.25, "[h]:mm", "30:00:00"),
        (5, '0"天"', "5"),
        (5, '[Red]0.00;[Blue]"d"0', "5"),
        ("a_x000D_b", "General", "a\rb"),
        ("_xD800_", "General", "_xD800_"),
    ],
)
def test_a_cell_says_what_a_reader_sees(
    tmp_path: Path, value: Any, number_format: str, text: str
) -> None:
    assert said(tmp_path, value, number_format) == text


@pytest.mark.parametrize(
    ("value", "number_format", "zh", "en"),
    [
        (119906219906000129, "General", "超过 15 位的数字", "more than 15 digits"),
        (1e15, "0", "超过 15 位的数字", "more than 15 digits"),
        ("=A1&A1", "General", "没有计算结果的公式", "a formula without a result"),
        ("#N/A", "General", "错误值 #N/A", "the error #N/A"),
        (3e6, "yyyy-mm-dd", "无法表示的日期", "a date that does not exist"),
    ],
)
def test_a_doubtful_cell_is_named_and_not_guessed(
    tmp_path: Path, value: Any, number_format: str, zh: str, en: str
) -> None:
    problem = doubted(tmp_path, value, number_format)
    assert zh in problem.zh
    assert en in problem.en


def test_a_formula_that_has_its_result_is_read(tmp_path: Path) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_formula(2, 0, '="甲"', None, "甲")
    assert [row for _number, row in table_of(tmp_path, out.getvalue()).rows] == [
        ["a"],
        ["2"],
        ["甲"],
    ]


def test_days_since_1904_and_words_with_their_reading(tmp_path: Path) -> None:
    sheet = sheet_of([["a"], ["甲"], [date(2026, 12, 1)]])
    book = content(sheet)
    since = b'<workbookPr date1904="1"'
    book = with_part(book, "xl/workbook.xml", lambda xml: xml.replace(b"<workbookPr", since, 1))
    reading = "<si><r><t>甲</t></r><rPh><t>jia</t></rPh></si>".encode()
    one = "<si><t>甲</t></si>".encode()
    book = with_part(book, "xl/sharedStrings.xml", lambda xml: xml.replace(one, reading))
    [_heading, (_two, [word]), (_three, [day])] = table_of(tmp_path, book).rows
    assert word == "甲"
    assert day == "2030-12-02"  # 1,462 days later, as Excel shows it


def test_cells_without_references_stand_after_one_another(tmp_path: Path) -> None:
    rows = (
        '<row><c t="inlineStr"><is><t>a</t></is></c><c t="str"><v>b</v></c></row>'
        "<row/><row><c><v>1</v></c><c/><c><v>2</v></c></row>"
    )
    book = with_part(content(sheet_of([["x"]])), SHEET, lambda _xml: in_sheet(rows))
    table = table_of(tmp_path, book)
    assert table.rows == [(1, ["a", "b", ""]), (3, ["1", "", "2"])]
    assert table.letters == ("A", "B", "C")


def in_sheet(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<x:worksheet xmlns:x="{space}"><sheetData>{rows}</sheetData></x:worksheet>'.encode()


def test_merged_cells_are_told_once_by_their_place(tmp_path: Path) -> None:
    sheet = sheet_of([["a", "b"], ["甲", "1"], [None, "2"], [None, None], ["乙", "3"]])
    sheet.merge_cells("A2:A3")
    sheet.merge_cells("A8:B9")  # holds nothing
    table = table_of(tmp_path, content(sheet))
    assert set(table.faults) == {(2, 0), (3, 0)}
    [problem] = table.faults_told()
    assert (problem.row, problem.column, problem.field) == (2, "A", "a")


@pytest.mark.second
def test_a_million_blank_rows_and_far_columns_cost_little(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="B1" t="str"><v>a</v></c></row>' + "".join(
        f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(4, 1_048_577, 4)
    )
    book = with_part(content(sheet_of([["x"]])), SHEET, lambda _xml: in_sheet(rows))
    began = clock.process_time()
    assert table_of(tmp_path, book).rows == [(1, ["a"])]
    assert clock.process_time() - began < 60


@pytest.mark.second
@pytest.mark.parametrize(
    ("rows", "zh"),
    [
        ('<row><c r="AAAA1"><v>1</v></c></row>', "已损坏"),
        ('<row r="1"><c r="ALM1"><v>1</v></c></row>', "最多 1,000 个单元格"),
        (f'<row><c t="str"><v>{"长" * 20_001}</v></c></row>', "最多 1,000 个单元格"),
        ("<row>" * 60 + "</row>" * 60, "已损坏"),
        ("<row><c><v>1</v></c></row>" * 100_002, "超过 100,000 行"),
        ('<row><c t="s"><v>7</v></c></row>', "已损坏"),
        ('<row><c t="e"><v>#N/A</v></c></row>' * 20_000, "错误值"),
    ],
    ids=["column", "wide", "long", "deep", "rows", "word", "errors"],
)
def test_what_is_beyond_a_limit_is_refused(tmp_path: Path, rows: str, zh: str) -> None:
    book = with_part(content(sheet_of([["x"]])), SHEET, lambda _xml: in_sheet(rows))
    with pytest.raises(Refused) as refused:
        table_of(tmp_path, book)
    assert zh in refused.value.text("zh")
    assert len(refused.value.problems) <= 20


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    book = bytearray(content(sheet_of([["a", "b"], ["甲", 1], ["乙", date(2026, 12, 1)]])))
    for _ in range(chance.randint(1, 30)):
        book[chance.randrange(len(book))] = chance.randrange(256)
    assert all(problem.zh and problem.en for problem in refusal(tmp_path, bytes(book)))


def refusal(tmp_path: Path, book: bytes) -> tuple[Problem, ...]:
    try:
        table_of(tmp_path, book)
    except Refused as refused:
        return refused.problems
    return ()


TABLES = ("units", "townships", "respondent_groups", "class_group_weights")
POPULATION = ("population_cells", "population_margins_18plus")


def test_a_county_in_workbooks_is_the_same_county(tmp_path: Path) -> None:
    folder = tmp_path / "county"
    shutil.copytree(ANLAN, folder, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    for name in (*TABLES, *POPULATION):
        instead(folder / f"{name}.csv")
    theirs, ours = read_folder(ANLAN), read_folder(folder)
    for part in ("units", "groups", "class_groups", "townships", "margins", "campaign"):
        assert getattr(ours, part) == getattr(theirs, part), part
    assert "units.xlsx" in ours.digests
    assert "units.csv" not in ours.digests


Change = Callable[[Worksheet], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: sheet.insert_rows(1, 2),
        lambda sheet: sheet.insert_cols(1),
        lambda sheet: sheet.insert_cols(4),
        lambda sheet: sheet.insert_rows(5),
    ],
    ids=["rows above", "a column before", "a column between", "a row between"],
)
def test_blank_rows_and_columns_are_passed_over(tmp_path: Path, change: Change) -> None:
    folder = tmp_path / "county"
    shutil.copytree(ANLAN, folder, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    instead(folder / "units.csv", change)
    assert read_folder(folder).units == read_folder(ANLAN).units


@pytest.mark.parametrize(
    ("name", "field", "value", "place"),
    [
        ("units", "area_code12", "990699999999", (2, "area_code12")),
        ("class_group_weights", "weight_percent", "49", (6, "weight_percent")),
        ("respondent_groups", "min_valid_per_unit", "9", (2, "min_valid_per_unit")),
    ],
)
def test_a_fault_between_tables_names_sheet_and_column_of_the_workbook(
    tmp_path: Path, name: str, field: str, value: str, place: tuple[int, str]
) -> None:
    """Found when the rows have been read long ago: nothing but their numbers is left of them."""

    def change(sheet: Worksheet) -> None:
        sheet.title = "评议表"
        heading = [cell.value for cell in sheet[1]]
        sheet.cell(row=2, column=heading.index(field) + 1, value=value)

    folder = tmp_path / "county"
    shutil.copytree(ANLAN, folder, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    instead(folder / f"{name}.csv", change)
    with pytest.raises(Refused) as caught:
        read_folder(folder)
    problem = caught.value.problems[0]
    assert (problem.file, problem.sheet) == (f"{name}.xlsx", "评议表")
    assert (problem.row, problem.field) == place
    assert re.fullmatch("[A-Z]", problem.column)
    assert problem.text("zh").startswith(f"{name}.xlsx 工作表“评议表” 第 {place[0]} 行 ")
