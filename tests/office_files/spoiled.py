"""Files as they come back from offices: what each is, and what is said of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.office_files.books import OLD_EXCEL, PROTECTED, instead, with_part

Spoil = Callable[[Path], object]
WEIGHED = "region,income,weight\n城,12,1.5\n乡,7,2\n乡,8,2.5\n"
PLAN = '[design]\nweights = "weight"\n[[estimate]]\nvariable = "income"\n'


@dataclass(frozen=True, kw_only=True)
class Spoiled:
    """A file, the command that reads it, and how its lines of refusal begin; none, and it reads."""

    name: str
    command: str
    spoil: Spoil
    zh: str = ""
    en: str = ""


def _edit(file: str, old: str, new: str, count: int = 1) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / file
        text = path.read_text("utf-8-sig")
        assert old in text, (file, old)
        path.write_text(text.replace(old, new, count), "utf-8")

    return spoil


def _bytes(file: str, change: Callable[[str], bytes]) -> Spoil:
    return lambda folder: (folder / file).write_bytes(
        change((folder / file).read_text("utf-8-sig"))
    )


def _book(table: str, change: Callable[[Worksheet], object] = lambda sheet: None) -> Spoil:
    return lambda folder: instead(folder / table, change)


def _set(table: str, cell: str, value: object, shown: str = "General") -> Spoil:
    def change(sheet: Worksheet) -> None:
        sheet[cell] = value
        sheet[cell].number_format = shown

    return _book(table, change)


def _content(table: str, change: Callable[[bytes], bytes]) -> Spoil:
    def spoil(folder: Path) -> None:
        instead(folder / table)
        path = (folder / table).with_suffix(".xlsx")
        path.write_bytes(change(path.read_bytes()))

    return spoil


def _part(name: str, change: Callable[[bytes], bytes]) -> Spoil:
    return _content("units.csv", lambda book: with_part(book, name, change))


def _and(*spoils: Spoil) -> Spoil:
    return lambda folder: [spoil(folder) for spoil in spoils]


def _rename(old: str, new: str) -> Spoil:
    return lambda folder: (folder / old).rename(folder / new)


def _more_sheets(*names: str, hidden: bool = False) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        book = sheet.parent
        assert isinstance(book, Workbook)
        for name in names:
            book.create_sheet(name)["A1"] = "内容"
            book[name].sheet_state = "hidden" if hidden else "visible"

    return change


def _only_hidden(sheet: Worksheet) -> None:
    book = sheet.parent
    assert isinstance(book, Workbook)
    book.create_sheet("空")
    book.active = 1
    sheet.sheet_state = "hidden"


def _title(sheet: Worksheet) -> None:
    sheet.insert_rows(1)
    sheet["A1"] = "安澜县参评单位名册"
    sheet.merge_cells("A1:I1")


def _dates(sheet: Worksheet) -> None:
    for row in range(2, sheet.max_row + 1):
        cell = sheet.cell(row, 8)
        day = date.fromisoformat(str(cell.value)[:10])
        cell.value, cell.number_format = day, "yyyy/m/d"


def _ids(sheet: Worksheet) -> None:
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, 1).value = 123456789012345678 + row


_UNITS_ZH, _UNITS_EN = "units.xlsx 工作表“Sheet”", "units.xlsx, sheet 'Sheet'"
_ANSWERS_ZH = "responses_demo.xlsx 工作表“Sheet”"
_ANSWERS_EN = "responses_demo.xlsx, sheet 'Sheet'"
_LOST_ZH = "是超过 15 位的数字，表格软件没有保留后面的位数；请把该列设为“文本”，再从原文件重新填入"
_LOST_EN = (
    "is a number of more than 15 digits, of which a spreadsheet loses the rest; "
    "format the column as text and fill it in from the source again"
)

TEXTS = [
    ("load", "GB18030", _bytes("units.csv", lambda text: text.encode("gb18030")), "", ""),
    ("load", "UTF-16", _bytes("units.csv", lambda text: text.encode("utf-16")), "", ""),
    ("load", "BOM", _bytes("units.csv", lambda text: text.encode("utf-8-sig")), "", ""),
    ("load", "tabs", _edit("class_group_weights.csv", ",", "\t", -1), "", ""),
    ("load", "semicolons", _edit("townships.csv", ",", ";", -1), "", ""),
    ("load", "full-width", _edit("class_group_weights.csv", "A,G1,50", "A,Ｇ１,５０"), "", ""),
    ("load", "trailing blanks", _edit("units.csv", "A01,", "A01　 ,"), "", ""),
    ("load", "blank rows and columns", _edit("units.csv", "\nA02", "\n,,,,,,,,\nA02"), "", ""),
    ("load", "plain days", _edit("scheme.yaml", "2026-12-01T00:00:00+08:00", "2026/12/1"), "", ""),
    (
        "load", "open quotation mark", _edit("units.csv", "A01,", '"A01,'),
        "units.csv 第 2 行：不是有效的 CSV", "units.csv, row 2: not valid CSV",
    ),
    (
        "load", "heading misspelt", _edit("units.csv", "short_zh", "shrot_zh"),
        "units.csv 第 1 行 short_zh：缺少列“short_zh”；“shrot_zh”是否即此列",
        "units.csv, row 1, short_zh: the column 'short_zh' is missing",
    ),
    (
        "load", "heading twice", _edit("units.csv", "name_en", "name_zh"),
        "units.csv 第 1 行 name_zh：表头“name_zh”出现了不止一次",
        "units.csv, row 1, name_zh: the heading 'name_zh' stands twice",
    ),
    (
        "load", "ragged row", _edit("units.csv", ",0,S2A", ",S2A"),
        "units.csv 第 2 行：有 8 个单元格", "units.csv, row 2: has 8 cells",
    ),
    (
        "load", "code twice", _edit("units.csv", "\nA02,", "\nA01,"),
        "units.csv 第 3 行 unit_code：“A01”与第 2 行重复",
        "units.csv, row 3, unit_code: 'A01' repeats row 2",
    ),
    (
        "load", "credit code as a number",
        _edit("units.csv", "119906219906000129", "1.19906E+17"),
        "units.csv 第 2 行 uscc：“1.19906E+17”不是有效的统一社会信用代码",
        "units.csv, row 2, uscc: '1.19906E+17' is not a unified social credit code",
    ),
    (
        "load", "no encoding", _bytes("units.csv", lambda text: text.encode()[:400] + b"\xff\xff,"),
        "units.csv 第", "units.csv, row",
    ),
    (
        "load", "no content", _bytes("units.csv", lambda _text: b""),
        "units.csv 第 1 行 unit_code：缺少列", "units.csv, row 1, unit_code: the column",
    ),
    (
        "load", "missing", lambda folder: (folder / "units.csv").unlink(),
        "units.csv：文件不存在", "units.csv: the file is missing",
    ),
    (
        "load", "left as .xls", _rename("population_cells.csv", "population_cells.xls"),
        "population_cells.xls：不会被读取；请另存",
        "population_cells.xls: would not be read; save it",
    ),
    (
        "load", "name in capitals", _rename("units.csv", "UNITS.CSV"),
        "UNITS.CSV：不会被读取", "UNITS.CSV: would not be read",
    ),
    (
        "load", "JSON with a comma too many",
        _edit("questionnaire.json", '"version": 1,', '"version": 1,,'),
        "questionnaire.json 第 3 行：不是有效的 JSON",
        "questionnaire.json, row 3: is not valid JSON",
    ),
    (
        "load", "JSON name twice",
        _edit("questionnaire.json", '"version": 1,', '"version": 1, "version": 2,'),
        "questionnaire.json：“version”写了两次", "questionnaire.json: 'version' is said twice",
    ),
    (
        "load", "YAML name twice", _edit("scheme.yaml", "\nclasses:", "\ncounty: {}\nclasses:"),
        "scheme.yaml 第", "scheme.yaml, row",
    ),
    (
        "load", "YAML of reference", _edit("scheme.yaml", "cycle: annual", "cycle: *annual"),
        "scheme.yaml 第 10 行：不能使用引用", "scheme.yaml, row 10: the alias",
    ),
    (
        "load", "YAML with an open bracket",
        _edit("scheme.yaml", "fictional: true}", "fictional: true"),
        "scheme.yaml 第", "scheme.yaml, row",
    ),
    (
        "load", "setting misspelt", _edit("scheme.yaml", "dont_know:", "dont_knwo:"),
        "scheme.yaml dont_knwo：", "scheme.yaml, dont_knwo: ",
    ),
    (
        "load", "margin level in Chinese",
        _edit("population_margins_18plus.csv", "sex,male", "sex,男"),
        "population_margins_18plus.csv 第 2 行 level：",
        "population_margins_18plus.csv, row 2, level",
    ),
    (
        "load", "thousands", _edit("population_cells.csv", ",7951,", ',"7,951",'),
        "population_cells.csv 第 2 行 population：“7,951”不是非负整数",
        "population_cells.csv, row 2, population: '7,951' is not a whole number",
    ),
    (
        "load", "sign nobody sees", _edit("units.csv", "安澜县城关", "安澜\u200b县城关"),
        "units.csv 第 2 行 name_zh：含有看不见的控制字符",
        "units.csv, row 2, name_zh: holds control characters",
    ),
    (
        "load", "workbook named .csv",
        _and(_book("units.csv"), _rename("units.xlsx", "units.csv")),
        "units.csv：不是文本，而是 Excel 工作簿", "units.csv: is no text but a workbook",
    ),
    (
        "load", "old workbook named .csv",
        lambda folder: (folder / "units.csv").write_bytes(OLD_EXCEL),
        "units.csv：是旧版 Excel 文件", "units.csv: is a file of old Excel",
    ),
    (
        "appraise", "day alone",
        _edit("responses_demo.csv", "2026-12-01T07:03:35+08:00", "2026-12-01"),
        "responses_demo.csv 第 2 行 submitted_at：“2026-12-01”不是时间",
        "responses_demo.csv, row 2, submitted_at: '2026-12-01' is not a time",
    ),
    (
        "appraise", "answer beyond the scale",
        _edit("responses_demo.csv", "urban,5,4,", "urban,5,9,"),
        "responses_demo.csv 第 2 行 q_C2：“9”不是有效选项",
        "responses_demo.csv, row 2, q_C2: '9' is no answer",
    ),
    (
        "appraise", "unit of no campaign in each row",
        _edit("responses_demo.csv", ",B0", ",Z0", -1),
        "responses_demo.csv 第 2 行 unit_code：“Z07”不在本次评议的范围内",
        "responses_demo.csv, row 2, unit_code: 'Z07' is not part of this campaign",
    ),
    (
        "appraise", "marks as numbers",
        _edit("responses_demo.csv", "2a289934c929f8ad", "2.89934E+15"),
        "responses_demo.csv 第 2 行 device_hash：“2.89934E+15”是表格软件改成数字的编码",
        "responses_demo.csv, row 2, device_hash: '2.89934E+15' is a code that a spreadsheet",
    ),
    ("weigh", "GB18030, semicolons", _bytes(
        "data.csv", lambda text: text.replace(",", ";").encode("gb18030")), "", ""),
    (
        "weigh", "number in no plain notation", _edit("data.csv", ",12,", ",1_2,"),
        "data.csv 第 2 行 income：“1_2”不是一个数",
        "data.csv, row 2, income: '1_2' is not a number",
    ),
    (
        "weigh", "no rows", _bytes("data.csv", lambda text: text.splitlines()[0].encode()),
        "data.csv：文件里没有数据", "data.csv: the file has no data",
    ),
    (
        "weigh", "plan misspelt", _edit("plan.toml", "weights", "weihgts"),
        "plan.toml design.weihgts：", "plan.toml, design.weihgts: ",
    ),
    (
        "weigh", "ragged row", _edit("data.csv", ",8,2.5", ",8"),
        "data.csv 第 4 行：有 2 个值", "data.csv, row 4: 2 values",
    ),
]  # fmt: skip

BOOKS = [
    ("load", "numbers as numbers", _book("units.csv"), "", ""),
    ("load", "full-width", _set("class_group_weights.csv", "C2", "５０　"), "", ""),
    ("load", "trailing blanks", _set("units.csv", "A2", "A01　"), "", ""),
    ("load", "table in the middle", _book("units.csv", lambda sheet: (
        sheet.insert_rows(1, 3), sheet.insert_cols(1, 2))), "", ""),
    ("load", "sheet of its name", _book("units.csv", lambda sheet: (
        setattr(sheet, "title", "Units"), _more_sheets("填表说明")(sheet))), "", ""),
    ("load", "hidden lists", _book("units.csv", _more_sheets("选项", hidden=True)), "", ""),
    ("load", "zeros by format", _set("units.csv", "H2", 0, "0"), "", ""),
    (
        "load", "beside the CSV file",
        lambda folder: (folder / "units.xlsx").write_bytes(b""),
        "units.xlsx：与 units.csv 同在一个文件夹", "units.xlsx: stands beside units.csv",
    ),
    (
        "load", "18 digits as a number", _set("units.csv", "B2", 119906219906000129),
        f"{_UNITS_ZH} 第 2 行 B 列 uscc：是超过 15 位的数字",
        f"{_UNITS_EN}, row 2, column B, uscc: is a number of more than 15 digits",
    ),
    (
        "load", "merged cells", _book("units.csv", lambda sheet: sheet.merge_cells("D3:D5")),
        f"{_UNITS_ZH} 第 3 行 D 列 short_zh：是合并单元格",
        f"{_UNITS_EN}, row 3, column D, short_zh: is merged with others",
    ),
    (
        "load", "title above", _book("units.csv", _title),
        f"{_UNITS_ZH} 第 1 行 A 列：是合并单元格", f"{_UNITS_EN}, row 1, column A: is merged",
    ),
    (
        "load", "formula without a result", _set("units.csv", "C2", '="安澜县"&D2'),
        f"{_UNITS_ZH} 第 2 行 C 列 name_zh：是没有计算结果的公式",
        f"{_UNITS_EN}, row 2, column C, name_zh: is a formula without a result",
    ),
    (
        "load", "error value", _set("units.csv", "G3", "#N/A"),
        f"{_UNITS_ZH} 第 3 行 G 列 area_code12：是错误值 #N/A",
        f"{_UNITS_EN}, row 3, column G, area_code12: holds the error #N/A",
    ),
    (
        "load", "several sheets", _book("units.csv", _more_sheets("旧表")),
        "units.xlsx：有多张工作表有内容（Sheet、旧表）",
        "units.xlsx: has several sheets that hold something",
    ),
    (
        "load", "hidden sheet alone", _book("units.csv", _only_hidden),
        "units.xlsx：有内容的工作表（Sheet）都隐藏了",
        "units.xlsx: has hidden sheets alone (Sheet)",
    ),
    (
        "load", "old Excel", _content("units.csv", lambda _book: OLD_EXCEL),
        "units.xlsx：是旧版 Excel 文件", "units.xlsx: is a file of old Excel",
    ),
    (
        "load", "password", _content("units.csv", lambda _book: PROTECTED),
        "units.xlsx：有打开密码", "units.xlsx: is protected by a password",
    ),
    (
        "load", "CSV named .xlsx", _rename("units.csv", "units.xlsx"),
        "units.xlsx：不是 Excel 工作簿；CSV 文件请改名", "units.xlsx: is no Excel workbook; rename",
    ),
    (
        "load", "macros", _part("xl/vbaProject.bin", lambda _part: b"x"),
        "units.xlsx：含有宏", "units.xlsx: holds macros",
    ),
    (
        "load", "text document",
        _content("units.csv", lambda book: book.replace(b"workbook.xml", b"document.xml")),
        "units.xlsx：不是 .xlsx 工作簿", "units.xlsx: is no .xlsx workbook",
    ),
    (
        "load", "cut off", _content("units.csv", lambda book: book[: len(book) // 2]),
        "units.xlsx：已损坏", "units.xlsx: is damaged",
    ),
    (
        "load", "bomb", _part("xl/worksheets/sheet1.xml", lambda xml: xml + b" " * 70_000_000),
        "units.xlsx：解压后超过 64,000,000 字节", "units.xlsx: has more than 64,000,000 bytes",
    ),
    (
        "load", "entities",
        _part("xl/workbook.xml", lambda xml: b'<!DOCTYPE x [<!ENTITY a "b">]>' + xml),
        "units.xlsx：已损坏", "units.xlsx: is damaged",
    ),
    (
        "load", "truth value", _set("units.csv", "H2", value=True),
        f"{_UNITS_ZH} 第 2 行 H 列 is_vertical：“TRUE”应为 0 或 1",
        f"{_UNITS_EN}, row 2, column H, is_vertical: 'TRUE' must be 0 or 1",
    ),
    (
        "load", "percent", _set("class_group_weights.csv", "C2", 0.5, "0%"),
        "class_group_weights.xlsx 工作表“Sheet” 第 2 行 C 列 weight_percent：“50%”不是非负数",
        "class_group_weights.xlsx, sheet 'Sheet', row 2, column C, weight_percent: '50%' is not",
    ),
    (
        "load", "code that became a day", _set("units.csv", "A2", date(2026, 1, 2), "m-d"),
        f"{_UNITS_ZH} 第 2 行 A 列 unit_code：“2026-01-02”是表格软件改成日期的编码",
        f"{_UNITS_EN}, row 2, column A, unit_code: '2026-01-02'",
    ),
    (
        "load", "heading twice", _set("units.csv", "E1", "name_zh"),
        f"{_UNITS_ZH} 第 1 行 E 列 name_zh：表头“name_zh”出现了不止一次",
        f"{_UNITS_EN}, row 1, column E, name_zh: the heading 'name_zh' stands twice",
    ),
    (
        "load", "note beside the table", _set("units.csv", "K7", "填表人：张三"),
        f"{_UNITS_ZH} 第 1 行 K 列：该列有内容但没有表头",
        f"{_UNITS_EN}, row 1, column K: the column holds something but has no heading",
    ),
    (
        "load", "line break in a name", _set("units.csv", "C2", "安澜县\n城关街道"),
        f"{_UNITS_ZH} 第 2 行 C 列 name_zh：中间有换行",
        f"{_UNITS_EN}, row 2, column C, name_zh: holds a line break",
    ),
    (
        "load", "files that disagree, under blank rows", _book("units.csv", lambda sheet: (
            setattr(sheet["G2"], "value", 990699000000), sheet.insert_rows(1, 3))),
        f"{_UNITS_ZH} 第 5 行 G 列 area_code12：区划代码“990699000000”",
        f"{_UNITS_EN}, row 5, column G, area_code12: the area code '990699000000'",
    ),
    (
        "load", "empty", _book("units.csv", lambda sheet: sheet.delete_rows(1, 100)),
        "units.xlsx 第 1 行 unit_code：缺少列", "units.xlsx, row 1, unit_code: the column",
    ),
    (
        "appraise", "days for times", _book("responses_demo.csv", _dates),
        f"{_ANSWERS_ZH} 第 2 行 H 列 submitted_at：“2026-12-01”不是时间",
        f"{_ANSWERS_EN}, row 2, column H, submitted_at: '2026-12-01' is not",
    ),
    (
        "appraise", "numbers for answers' codes, in each row", _book("responses_demo.csv", _ids),
        f"{_ANSWERS_ZH} 第 2 行 A 列 response_id：{_LOST_ZH}（共 40 行）",
        f"{_ANSWERS_EN}, row 2, column A, response_id: {_LOST_EN} (40 rows)",
    ),
    (
        "appraise", "left as .ods", _rename("responses_demo.csv", "responses_demo.ods"),
        "responses_demo.ods：不会被读取", "responses_demo.ods: would not be read",
    ),
    ("weigh", "workbook", _book("data.csv"), "", ""),
    (
        "weigh", "error value", _set("data.csv", "B3", "#DIV/0!"),
        "data.xlsx 工作表“Sheet” 第 3 行 B 列 income：是错误值 #DIV/0!",
        "data.xlsx, sheet 'Sheet', row 3, column B, income: holds the error #DIV/0!",
    ),
    (
        "weigh", "words for a number", _set("data.csv", "B3", "七"),
        "data.xlsx 工作表“Sheet” 第 3 行 B 列 income：“七”不是一个数",
        "data.xlsx, sheet 'Sheet', row 3, column B, income: '七' is not a number",
    ),
    (
        "weigh", "several sheets", _book("data.csv", _more_sheets("旧")),
        "data.xlsx：有多张工作表", "data.xlsx: has several sheets",
    ),
]  # fmt: skip

SPOILED = [
    Spoiled(name=f"{command} {kind}: {name}", command=command, spoil=spoil, zh=zh, en=en)
    for kind, cases in (("text", TEXTS), ("workbook", BOOKS))
    for command, name, spoil, zh, en in cases
]
