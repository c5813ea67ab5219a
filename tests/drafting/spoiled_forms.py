"""An XLSForm as it comes back from offices: what was done to it, and what is said of it."""

import io

import openpyxl
from openpyxl import Workbook

from survey.scheme.folder import read_folder
from survey.scheme.xlsform.writing import xlsform_of
from tests.factories import ANLAN, LOCAL_ITEMS
from tests.fieldwork.spoiled_workbooks import Spoil, SpoiledBook
from tests.office_files.books import OLD_EXCEL

FILE = "items.xlsx"


class SpoiledForm(SpoiledBook):
    """A form, what is done to it, and how lines of its refusal begin; none, and it is read."""

    def given_out(self) -> Workbook:
        """Return the form as the office took it."""
        questionnaire = read_folder(ANLAN).questionnaire | {"local_items": LOCAL_ITEMS}
        return openpyxl.load_workbook(io.BytesIO(xlsform_of(questionnaire, form_id="X-1")))


def _column(book: Workbook, sheet: str, heading: str) -> int:
    headings = [cell.value for cell in book[sheet][1]]
    if heading not in headings:
        book[sheet].cell(1, len(headings) + 1).value = heading
        return len(headings) + 1
    return headings.index(heading) + 1


def _row(book: Workbook, sheet: str, name: str) -> int:
    at = _column(book, sheet, "name")
    return next(row[0].row for row in book[sheet].iter_rows() if row[at - 1].value == name)


def put(sheet: str, name: str, heading: str, value: object) -> Spoil:
    """Put a value into the row of a name, in a column that is made where there is none."""

    def change(book: Workbook) -> None:
        row, column = _row(book, sheet, name), _column(book, sheet, heading)
        book[sheet].cell(row, column).value = value

    return change


def add(*cells: object) -> Spoil:
    """Put a row below the others of the survey."""
    return lambda book: book["survey"].append(cells)


def all_of(*changes: Spoil) -> Spoil:
    """Do one change after another."""
    return lambda book: [change(book) for change in changes]


def _without(sheet: str, name: str) -> Spoil:
    return lambda book: book[sheet].delete_rows(_row(book, sheet, name))


def _heading(sheet: str, before: str, after: str) -> Spoil:
    def change(book: Workbook) -> None:
        book[sheet].cell(1, _column(book, sheet, before)).value = after

    return change


def _hide(book: Workbook) -> None:
    book["choices"].sheet_state = "hidden"


def _curly(book: Workbook) -> None:
    column = _column(book, "survey", "relevant")
    for row in book["survey"].iter_rows(min_row=2):
        cell = row[column - 1]
        cell.value = str(cell.value).replace("'", "’") if cell.value else None


def _bare(book: Workbook) -> None:
    """Leave what somebody writes by hand: Chinese alone, no scored items, no settings."""
    del book["settings"]
    sheet = book["survey"]
    for row in reversed(range(2, sheet.max_row + 1)):
        if str(sheet.cell(row, 1).value).endswith("satisfaction_scale"):
            sheet.delete_rows(row)
    choices = book["choices"]
    for row in reversed(range(2, choices.max_row + 1)):
        if choices.cell(row, 1).value == "satisfaction_scale":
            choices.delete_rows(row)


def _move_up(book: Workbook) -> None:
    """Let an item stand where the second scored one did."""
    sheet = book["survey"]
    cells = [cell.value for cell in sheet[27]]
    sheet.delete_rows(27)
    sheet.insert_rows(3)
    for place, value in enumerate(cells, 1):
        sheet.cell(3, place).value = value


def _put_cell(book: Workbook, sheet: str, at: str, value: object) -> None:
    """Put a value into a cell."""
    book[sheet][at] = value


def _kobo(book: Workbook) -> None:
    """Do what other tools do: their names of columns and types, columns that are empty."""
    _heading("survey", "label::中文 (zh)", "label::zh")(book)
    _heading("choices", "name", "value")(book)
    for heading in ("calculation", "constraint_message::中文 (zh)", "media::image"):
        _column(book, "survey", heading)
    for row in book["survey"].iter_rows(min_row=2, max_col=1):
        row[0].value = str(row[0].value).replace("select_one", "select one")


def _at(sheet: str, row: int, column: str, field: str) -> tuple[str, str]:
    return (
        f"{FILE} 工作表“{sheet}” 第 {row} 行 {column} 列 {field}：",
        f"{FILE}, sheet '{sheet}', row {row}, column {column}, {field}: ",
    )


def _refused(name: str, spoil: Spoil, at: tuple[str, str], zh: str, en: str) -> SpoiledForm:
    return SpoiledForm(name=name, spoil=spoil, zh=at[0] + zh, en=at[1] + en)


# The twenty scored items stand in the rows 2 to 21 of survey, VISITED in 22, WISH in 27.
SPOILED = [
    SpoiledForm(name="as it is"),
    SpoiledForm(name="curly quotation marks", spoil=_curly),
    SpoiledForm(name="written by hand", spoil=_bare),
    SpoiledForm(name="the ways of other tools", spoil=_kobo),
    _refused(
        "a repeat",
        add("begin_repeat", "R", "重复"),
        _at("survey", 28, "A", "type"),
        "不支持重复组；请一题一行写出",
        "repeats are not supported",
    ),
    _refused(
        "a calculation",
        put("survey", "TIMES", "calculation", "1+1"),
        _at("survey", 23, "L", "calculation"),
        "不支持“calculation”",
        "'calculation' is not supported",
    ),
    _refused(
        "a calculated row",
        add("calculate", "X", "算"),
        _at("survey", 28, "A", "type"),
        "不支持计算和隐藏题",
        "nothing is calculated",
    ),
    _refused(
        "a constraint beyond limits",
        put("survey", "MATTER", "constraint", "regex(., '[0-9]+')"),
        _at("survey", 26, "I", "constraint"),
        "本系统只支持如“string-length(.) <= 60”的限制",
        "may only limit the answer as 'string-length(.) <= 60' does",
    ),
    _refused(
        "an appearance",
        put("survey", "WAYS", "appearance", "minimal"),
        _at("survey", 24, "J", "appearance"),
        "只支持 text 题的 multiline",
        "only 'multiline' of a text is supported",
    ),
    _refused(
        "options of a file",
        add("select_one_from_file towns.csv", "TOWN", "乡镇"),
        _at("survey", 28, "A", "type"),
        "不支持外部选项文件",
        "options of other files are not supported",
    ),
    _refused(
        "or_other",
        put("survey", "VISITED", "type", "select_one VISITED or_other"),
        _at("survey", 22, "A", "type"),
        "不支持 or_other",
        "or_other is not supported",
    ),
    _refused(
        "an unknown type",
        put("survey", "TIMES", "type", "intger"),
        _at("survey", 23, "A", "type"),
        "没有题型“intger”，是否为 integer？",
        "there is no type 'intger'; is it integer?",
    ),
    _refused(
        "a type of other programs",
        put("survey", "TIMES", "type", "decimal"),
        _at("survey", 23, "A", "type"),
        "没有这种题型；可改用 integer",
        "there is no such type; use integer",
    ),
    _refused(
        "what no survey here collects",
        add("deviceid", "deviceid"),
        _at("survey", 28, "A", "type"),
        "系统不收集这一项",
        "no such thing is collected here",
    ),
    _refused(
        "a note",
        add("note", "N1", "请如实填写"),
        _at("survey", 28, "A", "type"),
        "没有只供阅读的一行",
        "there are no rows to read alone",
    ),
    _refused(
        "a condition by another function",
        put("survey", "TIMES", "relevant", "count-selected(${WAYS}) > 1"),
        _at("survey", 23, "H", "relevant"),
        "不支持“count-selected”，可用 and、or、not()、selected()",
        "'count-selected' is not supported",
    ),
    _refused(
        "a condition on a later item",
        put("survey", "TIMES", "relevant", "${AGENT_FEE} = 'yes'"),
        _at("survey", 23, "H", "relevant"),
        "前面没有对每个被问到的人都提问的题目“AGENT_FEE”",
        "'AGENT_FEE' is no earlier item",
    ),
    _refused(
        "a condition on what is no option",
        put("survey", "TIMES", "relevant", "${VISITED} = 'often'"),
        _at("survey", 23, "H", "relevant"),
        "${VISITED}：“often”不是选项",
        "${VISITED}: 'often' is no option",
    ),
    _refused(
        "a list that is not there",
        put("survey", "VISITED", "type", "select_one yesno"),
        _at("survey", 22, "A", "type"),
        "choices 工作表中没有选项列表“yesno”",
        "the sheet choices has no list 'yesno'",
    ),
    _refused(
        "an option given twice",
        put("choices", "village", "name", "online"),
        _at("choices", 12, "B", "name"),
        "“online”重复",
        "'online' stands twice",
    ),
    _refused(
        "an item given twice",
        put("survey", "MATTER", "name", "VISITED"),
        _at("survey", 26, "B", "name"),
        "“VISITED”重复",
        "'VISITED' stands twice",
    ),
    _refused(
        "a name with a dash",
        put("survey", "WISH", "name", "my-wish"),
        _at("survey", 27, "B", "name"),
        "“my-wish”须以英文字母开头",
        "'my-wish' must begin with a letter",
    ),
    _refused(
        "no Chinese",
        put("survey", "WISH", "label::中文 (zh)", None),
        _at("survey", 27, "C", "label::zh"),
        "不能为空，请填写中文",
        "is empty; fill in the Chinese",
    ),
    _refused(
        "words that quote an answer",
        put("survey", "WISH", "label::中文 (zh)", "您去了 ${TIMES} 次"),
        _at("survey", 27, "C", "label::zh"),
        "不支持在文字中引用别的题",
        "words cannot quote another answer",
    ),
    _refused(
        "a third language",
        _heading("survey", "label::English (en)", "label::Français (fr)"),
        _at("survey", 1, "D", "label::Français (fr)"),
        "没有“label::Français (fr)”这一项",
        "'label::Français (fr)' is not known",
    ),
    _refused(
        "required by a formula",
        put("survey", "WISH", "required", "${TIMES} > 3"),
        _at("survey", 27, "G", "required"),
        "“${times} > 3”应为 yes 或 no",
        "'${times} > 3' must be yes or no",
    ),
    _refused(
        "a scored item worded anew",
        put("survey", "C1", "label::中文 (zh)", "好不好？"),
        _at("survey", 2, "C", "label::zh"),
        "C1 是计分题，不能在这里改",
        "C1 is a scored item and stays",
    ),
    _refused(
        "a scored item that is skipped",
        put("survey", "C2", "relevant", "${C1} = 1"),
        _at("survey", 3, "H", "relevant"),
        "C2 是计分题，不能在这里改",
        "C2 is a scored item and stays",
    ),
    SpoiledForm(
        name="a scored item removed",
        spoil=_without("survey", "C2"),
        zh=f"{FILE} 工作表“survey”：缺少计分题 C2",
        en=f"{FILE}, sheet 'survey': the scored items C2 are missing",
    ),
    _refused(
        "a group that does not end",
        add("begin_group", "G", "办事"),
        _at("survey", 28, "A", "type"),
        "组没有结束",
        "the group does not end",
    ),
    _refused(
        "a group in a group",
        all_of(
            add("begin_group", "G", "一"),
            add("begin_group", "H", "二"),
            add("text", "Z", "问"),
            *(add("end_group"), add("end_group")),
        ),
        _at("survey", 29, "A", "type"),
        "标题下不能再有标题",
        "no heading under a heading",
    ),
    _refused(
        "a group that is skipped",
        all_of(
            add("begin_group", "G", "一", *[None] * 4, "${C1} = 1"),
            add("text", "Z", "问"),
            add("end_group"),
        ),
        _at("survey", 28, "H", "relevant"),
        "组只作标题用，不能写 relevant",
        "a group is a heading alone",
    ),
    _refused(
        "a list that nobody uses",
        lambda book: book["choices"].append(["spare", "a", "甲"]),
        _at("choices", 17, "A", "list_name"),
        "没有题目使用选项列表“spare”",
        "no item uses the list 'spare'",
    ),
    _refused(
        "a class that is not there",
        put("survey", "WISH", "classes", "A Z"),
        _at("survey", 27, "K", "classes"),
        "没有类别“A Z”，可用 A, B, C",
        "there is no class 'A Z'",
    ),
    _refused(
        "a row without a type",
        put("survey", "WISH", "type", None),
        _at("survey", 27, "A", "type"),
        "不能为空，请填写",
        "is empty; fill it in",
    ),
    _refused(
        "a row without a name",
        add("text", None, "问"),
        _at("survey", 28, "B", "name"),
        "不能为空，请填写",
        "is empty; fill it in",
    ),
    _refused(
        "a group without items",
        all_of(add("begin_group", "G", "一"), add("end_group")),
        _at("survey", 28, "A", "type"),
        "组内没有题目",
        "the group has no items",
    ),
    _refused(
        "an end of no group",
        add("end_group"),
        _at("survey", 28, "A", "type"),
        "前面没有 begin_group",
        "no group begins",
    ),
    _refused(
        "a scored item given twice",
        lambda book: book["survey"].append([cell.value for cell in book["survey"][3]]),
        _at("survey", 28, "B", "name"),
        "“C2”重复",
        "'C2' stands twice",
    ),
    _refused(
        "an item between scored ones",
        _move_up,
        _at("survey", 4, "B", "name"),
        "计分题之间不能有别的题",
        "other items stand before all scored ones",
    ),
    _refused(
        "an option of no list",
        lambda book: book["choices"].append([None, "a", "甲"]),
        _at("choices", 17, "A", "list_name"),
        "不能为空，请填写",
        "is empty; fill it in",
    ),
    _refused(
        "an answer of the scored items worded anew",
        lambda book: _put_cell(book, "choices", "C2", "极满意"),
        _at("choices", 2, "C", "label::zh"),
        "计分题的选项不能在这里改，应为“非常满意”",
        "answers of scored items stay",
    ),
    _refused(
        "an answer of the scored items left out",
        lambda book: book["choices"].delete_rows(7),
        _at("choices", 2, "A", "list_name"),
        "计分题应有 6 个选项",
        "must be 6 answers",
    ),
    _refused(
        "a language nobody here reads",
        lambda book: _put_cell(book, "settings", "D2", "Français (fr)"),
        _at("settings", 2, "D", "default_language"),
        "“Français (fr)”应为中文",
        "'Français (fr)' must be",
    ),
    _refused(
        "merged cells",
        lambda book: book["survey"].merge_cells("C26:C27"),
        _at("survey", 26, "C", "label::zh"),
        "是合并单元格",
        "is merged with others",
    ),
    SpoiledForm(
        name="external choices",
        spoil=lambda book: book.create_sheet("external_choices").append(["list_name", "name"]),
        zh=f"{FILE} 工作表“external_choices”：不会被读取，请删去",
        en=f"{FILE}, sheet 'external_choices': would not be read",
    ),
    SpoiledForm(
        name="a sheet hidden",
        spoil=_hide,
        zh=f"{FILE} 工作表“choices”：已隐藏",
        en=f"{FILE}, sheet 'choices': is hidden",
    ),
    SpoiledForm(
        name="an old workbook renamed",
        content=lambda _content: OLD_EXCEL,
        zh=f"{FILE}：是旧版 Excel 文件",
        en=f"{FILE}: is a file of old Excel",
    ),
]
