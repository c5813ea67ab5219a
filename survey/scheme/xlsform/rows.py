"""The rows of a survey made items and headings, each fault at its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from survey.office_files.signs import meant_code
from survey.scheme.csv_rows import Row
from survey.scheme.settings import WORDS
from survey.scheme.workbook.values import read
from survey.scheme.xlsform.cells import notes_of, text_of, tidy, words_of
from survey.scheme.xlsform.columns import SUPPORTED, SURVEY
from survey.scheme.xlsform.form import Form
from survey.scheme.xlsform.limits import MULTILINE, NoLimit, limits_of
from survey.scheme.xlsform.row_types import BEGIN, END, NotAType, RowType, row_type
from survey.scheme.xlsform.scored import SCALE, scored_cells

_FLAGS = {"yes": True, "true": True, "true()": True, "是": True} | {
    "no": False,
    "false": False,
    "false()": False,
    "否": False,
}
_QUOTES = str.maketrans("‘’“”", "''\"\"")  # what Excel and Word make of straight ones
_OF_ITEMS = ("hint::zh", "hint::en", "required", "relevant", "constraint", "appearance", "classes")


def take_rows(form: Form, rows: Sequence[Row]) -> None:
    """Make a form's items and headings of the rows of its survey."""
    for row in rows:
        _take(form, row)
    if form.group is not None:
        zh, en = "组没有结束；请加一行 end_group", "the group does not end; add a row end_group"
        form.group.refuse("type", zh=zh, en=en)


def _take(form: Form, row: Row) -> None:
    cell = row.cells["type"]
    if not cell.strip():
        row.refuse("type", zh="不能为空，请填写", en="is empty; fill it in")
        form.lost.add(meant_code(row.cells["name"]))
        return
    try:
        kind = row_type(cell)
    except NotAType as unknown:
        row.refuse("type", zh=unknown.zh, en=unknown.en)
        form.lost.add(meant_code(row.cells["name"]))
        return
    if kind.type == BEGIN:
        _begin(form, row)
    elif kind.type == END:
        _end(form, row)
    elif scored := _scored(form, meant_code(row.cells["name"])):
        _take_scored(form, row, kind, scored)
    else:
        _take_item(form, row, kind)


def _begin(form: Form, row: Row) -> None:
    if form.group is not None:
        zh = "标题下不能再有标题；请先结束上一组（end_group）"
        row.refuse("type", zh=zh, en="no heading under a heading; end the group before first")
        form.within += 1
        return
    form.group = row
    heading = {**words_of(row), **notes_of(row), "items": []}
    for name in _OF_ITEMS:
        if row.cells.get(name, "").strip():
            zh = f"组只作标题用，不能写 {name}；请写在组内各题上"
            en = f"a group is a heading alone, without {name}; say it of its items"
            row.refuse(name, zh=zh, en=en)
    form.headings.append(heading)
    form.heading_rows.append(row)


def _end(form: Form, row: Row) -> None:
    if form.within:
        form.within -= 1
        return
    if form.group is None:
        row.refuse("type", zh="前面没有 begin_group；请删去", en="no group begins; remove it")
    elif not form.headings[-1]["items"] and not form.lost:
        zh, en = "组内没有题目；请删去这一组", "the group has no items; remove it"
        form.group.refuse("type", zh=zh, en=en)
    form.group = None


def _put(form: Form, item_id: str) -> None:
    if form.group is not None:
        form.headings[-1]["items"].append(item_id)


def _scored(form: Form, name: str) -> Mapping[str, Any] | None:
    return next((i for i in form.questionnaire["scored_items"] if i["id"] == name), None)


def _take_scored(form: Form, row: Row, kind: RowType, item: Mapping[str, Any]) -> None:
    """Take note of a scored item, which must stand as it is."""
    expected = scored_cells(item)
    for name in SUPPORTED[SURVEY]:
        if name == "type":
            same = (kind.type, kind.list_name) == ("single", SCALE)
        elif name == "required":
            same = _FLAGS.get(meant_code(row.cells.get(name, "yes")).casefold()) is True
        else:
            same = row.cells.get(name, expected.get(name, "")).strip() == tidy(
                expected.get(name, "")
            )
        if not same:
            zh = f"{item['id']} 是计分题，不能在这里改（应为“{expected.get(name, '')}”）；"
            en = f"{item['id']} is a scored item and stays {expected.get(name, '')!r} here"
            row.refuse(name, zh=zh + "请改回，另在方案的“题目”中修改", en=en)
    form.used.add(SCALE)
    if item["id"] in form.scored_seen:
        zh, en = f"“{item['id']}”重复", f"{item['id']!r} stands twice"
        row.refuse("name", zh=zh, en=en)
    elif form.items and not form.items[-1].get("first") and form.scored_seen:
        zh = "计分题之间不能有别的题；请把不计分题排在全部计分题之前或之后"
        en = "other items stand before all scored ones or after them, not between"
        row.refuse("name", zh=zh, en=en)
        form.items[-1]["first"] = True  # said once, not of every scored item that follows
    if not form.scored_seen:
        for earlier in form.items:
            earlier["first"] = True
    form.scored_seen.append(item["id"])
    _put(form, item["id"])


def _take_item(form: Form, row: Row, kind: RowType) -> None:
    item: dict[str, Any] = {"id": meant_code(row.cells["name"]), "type": kind.type}
    if not item["id"]:
        row.refuse("name", zh="不能为空，请填写", en="is empty; fill it in")
        form.lost.add("")
        return
    item |= words_of(row)
    if text_of(row, "appearance"):
        _appearance(form, row, item)
    if any(text_of(row, f"hint::{lang}") for lang in ("zh", "en")):
        item["hint"] = words_of(row, "hint")
    if kind.list_name:
        item["options"] = _options(form, row, kind.list_name)
    if _flag(form, row, "required"):
        item["required"] = True
    if relevant := text_of(row, "relevant"):
        item["relevant"] = relevant.translate(_QUOTES)
    if classes := text_of(row, "classes"):
        item["classes"] = read(WORDS, classes)
    try:
        item |= limits_of(item["type"], row.cells.get("constraint", ""))
    except NoLimit as beyond:
        row.refuse("constraint", zh=beyond.zh, en=beyond.en)
    form.items.append(item | notes_of(row))
    form.rows.append(row)
    _put(form, item["id"])


def _appearance(form: Form, row: Row, item: dict[str, Any]) -> None:
    said = text_of(row, "appearance")
    if (item["type"], said) == ("short_text", MULTILINE):
        item["type"] = "long_text"
        return
    zh = f"只支持 text 题的 {MULTILINE}（多行）；“{said}”请删去"
    en = f"only {MULTILINE!r} of a text is supported; remove {said!r}"
    row.refuse("appearance", zh=zh, en=en)


def _options(form: Form, row: Row, list_name: str) -> list[dict[str, Any]]:
    form.used.add(list_name)
    if list_name not in form.lists:
        if listed := [name for name in form.lists if name]:  # or the sheet itself is refused
            zh = f"choices 工作表中没有选项列表“{list_name}”，现有 {'、'.join(listed)}"
            en = f"the sheet choices has no list {list_name!r}; it has {', '.join(listed)}"
            row.refuse("type", zh=zh, en=en)
        form.lost.add(meant_code(row.cells["name"]))
        return []
    return [_option(form, each) for each in form.lists[list_name]]


def _option(form: Form, row: Row) -> dict[str, Any]:
    option: dict[str, Any] = {"value": meant_code(row.cells["name"]), **words_of(row)}
    if text_of(row, "eligible") and not _flag(form, row, "eligible"):
        option["eligible"] = False
    return option | notes_of(row)


def _flag(form: Form, row: Row, name: str) -> bool:
    said = meant_code(row.cells.get(name, "")).casefold()
    if said and said not in _FLAGS:
        zh, en = f"“{said}”应为 yes 或 no", f"{said!r} must be yes or no"
        row.refuse(name, zh=zh, en=en)
    return _FLAGS.get(said, False)
