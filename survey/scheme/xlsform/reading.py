"""An XLSForm read as the further items of a questionnaire, every fault at its row and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from survey.forms.relevance import Unreadable, comparisons, parse
from survey.office_files.given import tables_in
from survey.office_files.signs import meant_code
from survey.office_files.tables import Table
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import Row, rows_of
from survey.scheme.documents import questionnaire_faults
from survey.scheme.kinds import near
from survey.scheme.meant import in_both
from survey.scheme.settings import WORDS
from survey.scheme.workbook.sheets import REMARKS
from survey.scheme.workbook.values import read
from survey.scheme.xlsform.cells import by_name, notes_of, text_of, tidy, words_of
from survey.scheme.xlsform.columns import (
    CHOICES,
    NEEDED,
    SETTINGS,
    SUPPORTED,
    SURVEY,
    is_unsupported,
    language_code,
)
from survey.scheme.xlsform.limits import MULTILINE, NoLimit, limits_of
from survey.scheme.xlsform.row_types import BEGIN, END, NotAType, RowType, row_type
from survey.scheme.xlsform.scored import SCALE, scale_cells, scored_cells

_SHEETS = (SURVEY, CHOICES, SETTINGS)
_FLAGS = {"yes": True, "true": True, "true()": True, "是": True} | {
    "no": False,
    "false": False,
    "false()": False,
    "否": False,
}
_QUOTES = str.maketrans("‘’“”", "''\"\"")  # what Excel and Word make of straight ones
_OF_ITEMS = ("hint::zh", "hint::en", "required", "relevant", "constraint", "appearance", "classes")
# The column where a setting of an item stands, if it is called otherwise there.
_COLUMNS = {"id": "name", "zh": "label::zh", "en": "label::en", "options": "type"} | {
    **dict.fromkeys(("at_most", "min", "max", "max_chars"), "constraint"),
    "hint": "hint::zh",
    "hint.zh": "hint::zh",
    "hint.en": "hint::en",
    "value": "name",
}

Questionnaire = Mapping[str, Any]


def read_xlsform(content: bytes, file: str, questionnaire: Questionnaire) -> dict[str, Any]:
    """Return a questionnaire with the further items and headings that an XLSForm says.

    Scored items may stand in it as they are, for conditions to name; further items above them are
    asked before them. Raises Refused with every fault there is, by sheet, row and column.
    """
    tables, hidden = tables_in(content, file)
    form = _Form(file=file, questionnaire=questionnaire)
    form.take(tables, hidden)
    if form.problems:
        raise Refused(sorted(dict.fromkeys(form.problems), key=_in_order))
    return form.result()


def _in_order(problem: Problem) -> tuple[int, int]:
    place = _SHEETS.index(problem.sheet) if problem.sheet in _SHEETS else -1
    return place, problem.row or 0


@dataclass(slots=True)
class _Form:
    """One XLSForm on its way to be items, its faults, and where each item and option stands."""

    file: str
    questionnaire: Questionnaire
    problems: list[Problem] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    headings: list[dict[str, Any]] = field(default_factory=list)
    _rows: list[Row] = field(default_factory=list)
    _heading_rows: list[Row] = field(default_factory=list)
    _lists: dict[str, list[Row]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _scored_seen: list[str] = field(default_factory=list)
    _group: Row | None = None
    _within: int = 0  # groups that begin in the group, refused
    _lost: set[str] = field(default_factory=set)  # what could not be read, so nothing to name

    def take(self, tables: Sequence[Table], hidden: Sequence[str]) -> None:
        """Read all sheets, then judge what they make together."""
        named = {meant_code(table.sheet).casefold(): table for table in tables}
        self.problems += self._astray(named, hidden)
        otherwise = self._settings(named.get(SETTINGS))
        self._choices(named.get(CHOICES), otherwise)
        rows = self._read(SURVEY, named.get(SURVEY), otherwise)
        for row in rows:
            self._take(row)
        if self._group is not None:
            zh, en = "组没有结束；请加一行 end_group", "the group does not end; add a row end_group"
            self._group.refuse("type", zh=zh, en=en)
        if rows:
            self._need_scored()
            self._need_used()
            self.problems += self._judged()

    def result(self) -> dict[str, Any]:
        """Return the questionnaire with what was read in the place of what it had."""
        said = {"local_items": self.items, "headings": self.headings}
        kept = {name: value for name, value in self.questionnaire.items() if name not in said}
        found: dict[str, Any] = in_both(kept | {name: v for name, v in said.items() if v})
        return found

    # Sheets

    def _astray(self, named: Mapping[str, Table], hidden: Sequence[str]) -> Iterator[Problem]:
        covered = {meant_code(name).casefold() for name in hidden}
        for name in (SURVEY, CHOICES):
            if name in covered:
                zh, en = "已隐藏，隐藏的工作表不读；请取消隐藏", "is hidden, so not read; show it"
            elif not named.get(name) or not named[name].rows:
                zh, en = "缺少该工作表，请补上", "is missing; put it in"
            else:
                continue
            yield Problem(file=self.file, sheet=name, zh=zh, en=en)
        for name, table in named.items():
            if name not in _SHEETS and table.sheet not in REMARKS and table.rows:
                meant = near(name, [sheet for sheet in _SHEETS if sheet not in named])
                yield Problem(
                    file=self.file,
                    sheet=table.sheet,
                    zh="不会被读取，请删去" + (f"；是否应名为“{meant}”？" if meant else ""),
                    en="would not be read; remove it" + (f"; is it {meant!r}?" if meant else ""),
                )

    def _read(self, sheet: str, table: Table | None, otherwise: str = "zh") -> list[Row]:
        """Return the rows of a sheet, cells that mean nothing here refused."""
        if table is None or not table.rows:
            return []
        named = by_name(sheet, table, otherwise)
        unsupported = [name for name in named.rows[0][1] if is_unsupported(name)]
        needed = NEEDED.get(sheet, ())
        rows = rows_of(
            named,
            columns=needed,
            optional=(*(name for name in SUPPORTED[sheet] if name not in needed), *unsupported),
            problems=self.problems,
            verbatim=True,
        )
        for row in rows:
            for name in unsupported:
                if row.cells[name].strip():
                    zh = f"不支持“{name}”，填了也不起作用；请清空这一格"
                    row.refuse(name, zh=zh, en=f"{name!r} is not supported; clear the cell")
        return rows

    def _settings(self, table: Table | None) -> str:
        """Return the language of labels that name none."""
        for row in self._read(SETTINGS, table)[:1]:
            said = row.cells.get("default_language", "").strip()
            if said and said != "default":
                code = language_code(said)
                if not code:
                    zh = f"“{said}”应为中文 (zh) 或 English (en)"
                    en = f"{said!r} must be 中文 (zh) or English (en)"
                    row.refuse("default_language", zh=zh, en=en)
                return code or "zh"
        return "zh"

    def _choices(self, table: Table | None, otherwise: str) -> None:
        for row in self._read(CHOICES, table, otherwise):
            list_name = meant_code(row.cells["list_name"])
            if not list_name:
                zh, en = "不能为空，请填写", "is empty; fill it in"
                row.refuse("list_name", zh=zh, en=en)
            self._lists.setdefault(list_name, []).append(row)

    # Rows of the survey

    def _take(self, row: Row) -> None:
        cell = row.cells["type"]
        if not cell.strip():
            row.refuse("type", zh="不能为空，请填写", en="is empty; fill it in")
            self._lost.add(meant_code(row.cells["name"]))
            return
        try:
            kind = row_type(cell)
        except NotAType as unknown:
            row.refuse("type", zh=unknown.zh, en=unknown.en)
            self._lost.add(meant_code(row.cells["name"]))
            return
        if kind.type == BEGIN:
            self._begin(row)
        elif kind.type == END:
            self._end(row)
        elif scored := self._scored(meant_code(row.cells["name"])):
            self._take_scored(row, kind, scored)
        else:
            self._take_item(row, kind)

    def _begin(self, row: Row) -> None:
        if self._group is not None:
            zh = "标题下不能再有标题；请先结束上一组（end_group）"
            row.refuse("type", zh=zh, en="no heading under a heading; end the group before first")
            self._within += 1
            return
        self._group = row
        heading = {**words_of(row), **notes_of(row), "items": []}
        for name in _OF_ITEMS:
            if row.cells.get(name, "").strip():
                zh = f"组只作标题用，不能写 {name}；请写在组内各题上"
                en = f"a group is a heading alone, without {name}; say it of its items"
                row.refuse(name, zh=zh, en=en)
        self.headings.append(heading)
        self._heading_rows.append(row)

    def _end(self, row: Row) -> None:
        if self._within:
            self._within -= 1
            return
        if self._group is None:
            row.refuse("type", zh="前面没有 begin_group；请删去", en="no group begins; remove it")
        elif not self.headings[-1]["items"] and not self._lost:
            zh, en = "组内没有题目；请删去这一组", "the group has no items; remove it"
            self._group.refuse("type", zh=zh, en=en)
        self._group = None

    def _put(self, item_id: str) -> None:
        if self._group is not None:
            self.headings[-1]["items"].append(item_id)

    def _scored(self, name: str) -> Mapping[str, Any] | None:
        return next((i for i in self.questionnaire["scored_items"] if i["id"] == name), None)

    def _take_scored(self, row: Row, kind: RowType, item: Mapping[str, Any]) -> None:
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
        self._used.add(SCALE)
        if item["id"] in self._scored_seen:
            zh, en = f"“{item['id']}”重复", f"{item['id']!r} stands twice"
            row.refuse("name", zh=zh, en=en)
        elif self.items and not self.items[-1].get("first") and self._scored_seen:
            zh = "计分题之间不能有别的题；请把不计分题排在全部计分题之前或之后"
            en = "other items stand before all scored ones or after them, not between"
            row.refuse("name", zh=zh, en=en)
        if not self._scored_seen:
            for earlier in self.items:
                earlier["first"] = True
        self._scored_seen.append(item["id"])
        self._put(item["id"])

    def _take_item(self, row: Row, kind: RowType) -> None:
        item: dict[str, Any] = {"id": meant_code(row.cells["name"]), "type": kind.type}
        if not item["id"]:
            row.refuse("name", zh="不能为空，请填写", en="is empty; fill it in")
            self._lost.add("")
            return
        item |= words_of(row)
        if text_of(row, "appearance"):
            self._appearance(row, item)
        if any(text_of(row, f"hint::{lang}") for lang in ("zh", "en")):
            item["hint"] = words_of(row, "hint")
        if kind.list_name:
            item["options"] = self._options(row, kind.list_name)
        if self._flag(row, "required"):
            item["required"] = True
        if relevant := text_of(row, "relevant"):
            item["relevant"] = relevant.translate(_QUOTES)
        if classes := text_of(row, "classes"):
            item["classes"] = read(WORDS, classes)
        try:
            item |= limits_of(item["type"], row.cells.get("constraint", ""))
        except NoLimit as beyond:
            row.refuse("constraint", zh=beyond.zh, en=beyond.en)
        self.items.append(item | notes_of(row))
        self._rows.append(row)
        self._put(item["id"])

    def _appearance(self, row: Row, item: dict[str, Any]) -> None:
        said = text_of(row, "appearance")
        if (item["type"], said) == ("short_text", MULTILINE):
            item["type"] = "long_text"
            return
        zh = f"只支持 text 题的 {MULTILINE}（多行）；“{said}”请删去"
        en = f"only {MULTILINE!r} of a text is supported; remove {said!r}"
        row.refuse("appearance", zh=zh, en=en)

    def _options(self, row: Row, list_name: str) -> list[dict[str, Any]]:
        self._used.add(list_name)
        if list_name not in self._lists:
            if listed := [name for name in self._lists if name]:  # or the sheet itself is refused
                zh = f"choices 工作表中没有选项列表“{list_name}”，现有 {'、'.join(listed)}"
                en = f"the sheet choices has no list {list_name!r}; it has {', '.join(listed)}"
                row.refuse("type", zh=zh, en=en)
            self._lost.add(meant_code(row.cells["name"]))
            return []
        return [self._option(each) for each in self._lists[list_name]]

    def _option(self, row: Row) -> dict[str, Any]:
        option: dict[str, Any] = {"value": meant_code(row.cells["name"]), **words_of(row)}
        if text_of(row, "eligible") and not self._flag(row, "eligible"):
            option["eligible"] = False
        return option | notes_of(row)

    def _flag(self, row: Row, name: str) -> bool:
        said = meant_code(row.cells.get(name, "")).casefold()
        if said and said not in _FLAGS:
            zh, en = f"“{said}”应为 yes 或 no", f"{said!r} must be yes or no"
            row.refuse(name, zh=zh, en=en)
        return _FLAGS.get(said, False)

    # All together

    def _need_scored(self) -> None:
        """Refuse some of the scored items: all stand there, or none."""
        wanted = [item["id"] for item in self.questionnaire["scored_items"]]
        missing = [item_id for item_id in wanted if item_id not in self._scored_seen]
        if missing and self._scored_seen and not self._lost:
            self.problems.append(
                Problem(
                    file=self.file,
                    sheet=SURVEY,
                    zh=f"缺少计分题 {'、'.join(missing)}；计分题不能在这里删去，请照原样补上",
                    en=f"the scored items {', '.join(missing)} are missing; none is removed here, "
                    "put them back as they were",
                )
            )
        if self._scored_seen and SCALE in self._lists:
            self._need_scale()

    def _need_scale(self) -> None:
        expected, rows = scale_cells(self.questionnaire), self._lists[SCALE]
        for row, cells in zip(rows, expected, strict=False):
            for name, value in cells.items():
                if row.cells.get(name, value).strip() != tidy(value):
                    zh = f"计分题的选项不能在这里改，应为“{value}”；请改回"
                    row.refuse(name, zh=zh, en=f"answers of scored items stay; it was {value!r}")
        if len(rows) != len(expected):
            zh, en = f"计分题应有 {len(expected)} 个选项", f"must be {len(expected)} answers"
            rows[0].refuse("list_name", zh=zh, en=en)

    def _need_used(self) -> None:
        for list_name, rows in self._lists.items():
            if list_name and list_name not in self._used and not self._lost:
                zh = f"没有题目使用选项列表“{list_name}”；请删去，或写在题目的 type 中"
                en = f"no item uses the list {list_name!r}; remove it, or name it in a type"
                rows[0].refuse("list_name", zh=zh, en=en)

    def _judged(self) -> Iterator[Problem]:
        """Yield what the checks of every questionnaire say, at the cells it is said of."""
        if not self._scored_seen:
            self._keep_scored_headings()
        named = {(p.sheet, p.row, p.column) for p in self.problems if p.row is not None}
        for fault in questionnaire_faults(self.result()):
            if fault.field.endswith(".relevant") and self._names_what_is_lost(fault.field):
                continue
            if fault.field.endswith(".options") and not self._lists:
                continue
            problem = self._placed(fault.field, fault.problem(self.file))
            if (problem.sheet, problem.row, problem.column) not in named:
                yield problem

    def _names_what_is_lost(self, at: str) -> bool:
        number = int(at.removeprefix("local_items[").partition("]")[0])
        try:
            named = {name for _sign, name, _ in comparisons(parse(self.items[number]["relevant"]))}
        except Unreadable:
            return False
        return bool(self._lost & {"", *named})

    def _keep_scored_headings(self) -> None:
        """Let headings over scored items stand, where the form says nothing of these."""
        scored = {item["id"] for item in self.questionnaire["scored_items"]}
        kept = [
            {**heading, "items": [item for item in heading["items"] if item in scored]}
            for heading in self.questionnaire.get("headings") or ()
        ]
        self.headings = [heading for heading in kept if heading["items"]] + self.headings

    def _placed(self, at: str, problem: Problem) -> Problem:
        head, _, rest = at.partition(".")
        part, _, number = head.rstrip("]").partition("[")
        if part == "headings" and number:
            n_kept = len(self.headings) - len(self._heading_rows)
            if (place := int(number) - n_kept) >= 0:
                return _at(self._heading_rows[place], _COLUMNS.get(rest, "type"), problem)
        if part != "local_items" or not number:
            return replace(problem, sheet=SURVEY)
        row, item = self._rows[int(number)], self.items[int(number)]
        if rest.startswith("options["):
            place_, _, name = rest.removeprefix("options[").partition("].")
            options = self._lists[row_type(row.cells["type"]).list_name]
            return _at(options[int(place_)], _COLUMNS.get(name, name), problem)
        if rest == "type" and item["type"] == "long_text":
            rest = "appearance"
        return _at(row, _COLUMNS.get(rest, rest), problem)


def _at(row: Row, column: str, problem: Problem) -> Problem:
    return replace(
        problem,
        sheet=row.place.sheet,
        row=row.number,
        column=row.letter(column),
        field=column,
    )
