"""What stands in the column `type` of an XLSForm: an item, a heading, or what is not supported."""

import re
from dataclasses import dataclass

from survey.office_files.signs import meant_code
from survey.scheme.kinds import near

CHOICE = {"select_one": "single", "select_multiple": "multiple"}
PLAIN = {"integer": "integer", "text": "short_text"}
BEGIN, END = "begin_group", "end_group"

_TYPES = (*CHOICE, *PLAIN, BEGIN, END)
_SPACED = re.compile(r"^(begin|end|select)\s+(group|repeat|one|multiple)\b")
_OR_OTHER = re.compile(r"[\s_]or[\s_]other$")


def _told(zh: str, en: str, *names: str) -> dict[str, tuple[str, str]]:
    return dict.fromkeys(names, (zh, en))


_REMEDIES = {
    **_told(
        "不支持重复组；请一题一行写出，删去这一行",
        "repeats are not supported; write each question in a row of its own and remove this one",
        *("begin_repeat", "end_repeat"),
    ),
    **_told(
        "不支持计算和隐藏题；请删去这一行",
        "nothing is calculated or hidden here; remove the row",
        *("calculate", "hidden", "background-audio", "acknowledge"),
    ),
    **_told(
        "没有只供阅读的一行；说明请写在题目的 hint，或组的 label",
        "there are no rows to read alone; put the words into a hint, or a group's label",
        "note",
    ),
    **_told(
        "系统不收集这一项；请删去这一行",
        "no such thing is collected here; remove the row",
        *("start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit"),
        *("subscriberid", "simserial", "start-geopoint"),
    ),
    **_told(
        "不支持外部选项文件；请把选项写在 choices 工作表，改用 select_one 或 select_multiple",
        "options of other files are not supported; write them into the sheet choices and use "
        "select_one or select_multiple",
        *("select_one_from_file", "select_multiple_from_file", "select_one_external"),
        *("xml-external", "csv-external"),
    ),
    **_told(
        "没有这种题型；可改用 integer、text 或 select_one",
        "there is no such type; use integer, text or select_one",
        *("decimal", "range", "date", "time", "datetime", "dateTime", "geopoint", "geotrace"),
        *("geoshape", "image", "audio", "video", "file", "barcode", "rank", "osm"),
    ),
}


class NotAType(Exception):  # noqa: N818  said to whoever wrote the form
    """What stands in `type` and cannot be asked here, with the words that say what to do."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowType:
    """An item's type and the list of its options, or a heading that begins or ends."""

    type: str
    list_name: str = ""


def row_type(cell: str) -> RowType:
    """Return what a row is; raises NotAType."""
    said = _SPACED.sub(r"\1_\2", meant_code(cell))
    word, _, list_name = said.partition(" ")
    if word in CHOICE:
        return RowType(type=CHOICE[word], list_name=_list(said, list_name.strip()))
    if said in PLAIN or said in {BEGIN, END}:
        return RowType(type=PLAIN.get(said, said))
    if word in _REMEDIES:
        raise NotAType(*_REMEDIES[word])
    meant = near(said, _TYPES)
    listed = "、".join(_TYPES), ", ".join(_TYPES)
    raise NotAType(
        f"没有题型“{said}”" + (f"，是否为 {meant}？" if meant else f"，可用 {listed[0]}"),
        f"there is no type {said!r}" + (f"; is it {meant}?" if meant else f"; use {listed[1]}"),
    )


def _list(said: str, list_name: str) -> str:
    if _OR_OTHER.search(f" {list_name}"):
        raise NotAType(
            "不支持 or_other；请在 choices 中加选项 other，再加一行 text，relevant 写"
            " selected(${题号}, 'other')",
            "or_other is not supported; add an option other to choices, and a row text whose "
            "relevant is selected(${NAME}, 'other')",
        )
    if not list_name or " " in list_name:
        raise NotAType(
            f"“{said}”应为题型和一个选项列表名，如 select_one yesno",
            f"{said!r} must be a type and the name of one list, such as select_one yesno",
        )
    return list_name
