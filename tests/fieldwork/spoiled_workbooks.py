"""A campaign's workbook as it comes back from offices: what was done to it, and what is said."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import openpyxl
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from survey.scheme.folder import read_folder
from survey.scheme.workbook.writing import workbook_of_county
from tests.factories import ANLAN
from tests.office_files.books import OLD_EXCEL, PROTECTED

NEXT = "ANLAN-2027-GZPY"
Spoil = Callable[[Workbook], object]


@dataclass(frozen=True, kw_only=True)
class SpoiledBook:
    """A workbook, what is done to it, and how a line of its refusal begins; none, and it reads."""

    name: str
    spoil: Spoil = lambda book: None
    content: Callable[[bytes], bytes] = lambda content: content
    zh: str = ""
    en: str = ""

    def given_out(self) -> Workbook:
        """Return the workbook as the office took it."""
        book = openpyxl.load_workbook(io.BytesIO(template()))
        put(book, "方案", "campaign.id", NEXT)
        return book

    def made(self) -> bytes:
        """Return the workbook as the office sends it."""
        book = self.given_out()
        self.spoil(book)
        out = io.BytesIO()
        book.save(out)
        return self.content(out.getvalue())


@cache
def template() -> bytes:
    """Return the workbook of the demonstration county."""
    return workbook_of_county(read_folder(ANLAN))


def row_of(sheet: Worksheet, key: str) -> int:
    """Return the row whose first cell says something."""
    return next(row[0].row for row in sheet.iter_rows() if row[0].value == key)


def put(book: Workbook, name: str, key: str, value: object, column: int = 2) -> None:
    """Put a value into the row of a key."""
    sheet = book[name]
    sheet.cell(row_of(sheet, key), column).value = value


def _put(name: str, key: str, value: object, column: int = 2) -> Spoil:
    return lambda book: put(book, name, key, value, column)


def _cell(name: str, at: str, value: object, shown: str = "General") -> Spoil:
    def change(book: Workbook) -> None:
        book[name][at] = value
        book[name][at].number_format = shown

    return change


def _every(change: Callable[[str], object]) -> Spoil:
    """Change every text of every sheet but the headings."""

    def spoil(book: Workbook) -> None:
        for sheet in book.worksheets:
            for row in sheet.iter_rows(min_row=2):
                for cell in row:
                    if cell.value is not None:
                        cell.value = change(str(cell.value))

    return spoil


def _full_width(text: str) -> str:
    digits = str.maketrans("0123456789", "０１２３４５６７８９")
    return text.translate(digits) if text.isdecimal() else text


def _as_number(text: str) -> object:
    """Return what Excel makes of a number that somebody types over it."""
    if text.isdecimal() and len(text) <= 15 and not (text[0] == "0" and len(text) > 1):
        return int(text)
    return text


def _blank_rows(book: Workbook) -> None:
    for sheet in book.worksheets:
        sheet.insert_rows(3, 2)
        sheet.insert_rows(1)


def _days(book: Workbook) -> None:
    put(book, "方案", "campaign.fieldwork.start", datetime(2026, 12, 1))  # noqa: DTZ001
    put(book, "方案", "campaign.fieldwork.end", "2026/12/20")
    for row in book["日程"].iter_rows(min_row=2):
        for cell in row[3:5]:
            cell.value = datetime.fromisoformat(str(cell.value))
            cell.number_format = "yyyy/m/d"


def _moved(book: Workbook) -> None:
    book.move_sheet("单位", -5)
    sheet = book["单位"]
    sheet.move_range(f"A1:A{sheet.max_row}", cols=12)
    sheet["K1"], sheet["K3"] = "备注", "待核"
    book.create_sheet("备注")["A1"] = "打电话问"


def _hide(book: Workbook) -> None:
    book["日程"].sheet_state = "hidden"


def _rename(name: str, new: str) -> Spoil:
    def change(book: Workbook) -> None:
        book[name].title = new

    return change


def _macros(content: bytes) -> bytes:
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


_PLACE = "county.xlsx 工作表“{}” 第 {} 行 {} 列 {}："
_PLACE_EN = "county.xlsx, sheet '{}', row {}, column {}, {}: "


def _at(sheet: str, row: int, column: str, field: str) -> tuple[str, str]:
    place = (sheet, row, column, field)
    return _PLACE.format(*place), _PLACE_EN.format(*place)


def _refused(name: str, spoil: Spoil, at: tuple[str, str], zh: str, en: str) -> SpoiledBook:
    return SpoiledBook(name=name, spoil=spoil, zh=at[0] + zh, en=at[1] + en)


SPOILED = [
    SpoiledBook(name="as it is"),
    SpoiledBook(name="blank rows, before the heading too", spoil=_blank_rows),
    SpoiledBook(name="blanks around", spoil=_every(lambda text: f"\u3000{text} \u3000")),
    SpoiledBook(name="full-width digits", spoil=_every(_full_width)),
    SpoiledBook(name="numbers as numbers", spoil=_every(_as_number)),
    SpoiledBook(name="line breaks of Windows", spoil=_every(lambda t: t.replace("\n", "\r\n"))),
    SpoiledBook(name="days as days", spoil=_days),
    SpoiledBook(name="sheets and columns moved, remarks", spoil=_moved),
    _refused(
        "a code in scientific notation",
        _cell("单位", "F3", "9.90621E+11"),
        _at("单位", 3, "F", "area_code12"),
        "“9.90621E+11”",
        "'9.90621E+11'",
    ),
    _refused(
        "the county's code in scientific notation",
        _put("方案", "county.area_code12", "9.90621E+11"),
        _at("方案", 4, "B", "county.area_code12"),
        "“9.90621E+11”是表格软件改写过的编码",
        "'9.90621E+11' is a code that a spreadsheet has changed",
    ),
    _refused(
        "a township code that lost its zeros",
        _cell("单位", "F3", 990621002),
        _at("单位", 3, "F", "area_code12"),
        "区划代码“990621002”",
        "the area code '990621002'",
    ),
    _refused(
        "a code of 18 digits as a number",
        _cell("单位", "B4", 119906219906000369.0),
        _at("单位", 4, "B", "uscc"),
        "是超过 15 位的数字",
        "is a number of more than 15 digits",
    ),
    _refused(
        "a code that became a day",
        _cell("单位", "A5", datetime(2026, 1, 2), "yyyy-mm-dd"),  # noqa: DTZ001
        _at("单位", 5, "A", "unit_code"),
        "“2026-01-02”是表格软件改成日期的编码",
        "'2026-01-02' is a code that a spreadsheet made a day of",
    ),
    _refused(
        "merged cells",
        lambda book: book["题目"].merge_cells("B2:B3"),
        _at("题目", 2, "B", "zh"),
        "是合并单元格",
        "is merged with others",
    ),
    _refused(
        "a formula without a result",
        _cell("权重", "C2", "=100-50"),
        _at("权重", 2, "C", "weight_percent"),
        "是没有计算结果的公式",
        "is a formula without a result",
    ),
    _refused(
        "an error",
        _cell("人口", "E9", "#N/A"),
        _at("人口", 9, "E", "population_18plus"),
        "是错误值 #N/A",
        "holds the error #N/A",
    ),
    _refused(
        "a percentage for a number",
        _cell("权重", "C2", 0.5, "0%"),
        _at("权重", 2, "C", "weight_percent"),
        "“50%”不是非负数",
        "'50%' is not a number",
    ),
    _refused(
        "weights that do not sum to 100",
        _cell("权重", "C6", "15"),
        _at("权重", 6, "C", "weight_percent"),
        "A 类各组权重合计为",
        "the group weights of class A sum to",
    ),
    _refused(
        "items that do not sum to 100",
        _put("题目", "C1", "25", 5),
        _at("问卷", 16, "B", "item_sets.A"),
        "各题权重合计为 110，应为 100",
        "the item weights sum to 110, not 100",
    ),
    _refused(
        "a setting misspelt",
        _cell("方案", "A48", "scoring.debiasing.limitt"),
        _at("方案", 48, "A", "scoring.debiasing.limitt"),
        "没有“limitt”这一项，是否为 limit？",
        "'limitt' is not known; is it limit?",
    ),
    _refused(
        "a setting out of its range",
        _put("方案", "scoring.debiasing.unprotected_share", "20"),
        _at("方案", 53, "B", "scoring.debiasing.unprotected_share"),
        "“20”不符，应为 0 至 1 的数",
        "20 must be a number from 0 to 1",
    ),
    _refused(
        "an end before the start",
        _put("方案", "campaign.fieldwork.end", "2026/11/20"),
        _at("方案", 13, "B", "campaign.fieldwork.end"),
        "结束时间须晚于开始时间",
        "the end must come after the start",
    ),
    _refused(
        "a setting given twice",
        _cell("方案", "A15", "hotline"),
        _at("方案", 15, "A", "setting"),
        "“hotline”与第 14 行重复",
        "'hotline' repeats row 14",
    ),
    _refused(
        "a setting that has a sheet of its own",
        _cell("方案", "A80", "classes.D.zh"),
        _at("方案", 80, "A", "setting"),
        "“classes.D.zh”请填在工作表“类别”中",
        "'classes.D.zh' belongs in the sheet '类别'",
    ),
    _refused(
        "a class without its name",
        _put("类别", "B", None),
        _at("类别", 3, "B", "classes.B.zh"),
        "缺少该项",
        "is missing",
    ),
    _refused(
        "a rule with a word for a number",
        _put("有效性规则", "V04", "二十秒", 5),
        _at("有效性规则", 5, "E", "validity_rules.V04.seconds"),
        "“二十秒”不符，应为正数",
        "'二十秒' must be a positive number",
    ),
    _refused(
        "a poster of five lines",
        _put("告知文字", "poster", "\n".join("一二三四五")),
        _at("告知文字", 11, "B", "poster.zh"),
        "应有6行，现有5行",
        "has 5 lines, not 6",
    ),
    _refused(
        "a unit of an unknown class",
        _cell("单位", "E2", "D"),
        _at("单位", 2, "E", "class"),
        "“D”不在 工作表“方案” 的类别",
        "'D' is not in the classes of the sheet '方案'",
    ),
    _refused(
        "a heading changed",
        _cell("单位", "C1", "单位全称"),
        _at("单位", 1, "C", "单位全称"),
        "没有“单位全称”这一项",
        "'单位全称' is not known",
    ),
    SpoiledBook(
        name="a sheet renamed",
        spoil=_rename("单位", "单位表"),
        zh="county.xlsx 工作表“单位表”：不会被读取，请删去；是否应名为“单位”？",
        en="county.xlsx, sheet '单位表': would not be read; remove it; is it '单位'?",
    ),
    SpoiledBook(
        name="a sheet hidden",
        spoil=_hide,
        zh="county.xlsx 工作表“日程”：已隐藏，隐藏的工作表不读；请取消隐藏",
        en="county.xlsx, sheet '日程': is hidden",
    ),
    SpoiledBook(
        name="macros",
        content=_macros,
        zh="county.xlsx：含有宏，不能使用",
        en="county.xlsx: holds macros",
    ),
    SpoiledBook(
        name="an old workbook renamed",
        content=lambda _content: OLD_EXCEL,
        zh="county.xlsx：是旧版 Excel 文件",
        en="county.xlsx: is a file of old Excel",
    ),
    SpoiledBook(
        name="a password",
        content=lambda _content: PROTECTED,
        zh="county.xlsx：有打开密码",
        en="county.xlsx: is protected by a password",
    ),
    SpoiledBook(
        name="cut off on its way",
        content=lambda content: content[: len(content) // 2],
        zh="county.xlsx：已损坏",
        en="county.xlsx: is damaged",
    ),
    SpoiledBook(
        name="one sheet saved as CSV in GBK, under the old name",
        content=lambda _content: "单位代码 unit_code,类别 class\r\nA01,A\r\n".encode("gbk"),
        zh="county.xlsx：不是 Excel 工作簿",
        en="county.xlsx: is no Excel workbook",
    ),
]
