"""A questionnaire as an XLSForm: the further items as they are asked, the scored ones among them.

Scored items stand there for reference, so that conditions can name them and what comes before
them is asked before them. They are changed elsewhere.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from survey.office_files.written import WrittenSheet, workbook_of_sheets
from survey.problems import Problem, Refused
from survey.scheme.kinds import ANYTHING, NOTES
from survey.scheme.settings import WORDS
from survey.scheme.workbook.sheets import Rows, Sheets
from survey.scheme.workbook.values import written
from survey.scheme.workbook.writing import need_room
from survey.scheme.xlsform.columns import CHOICES, LANGUAGES, SETTINGS, SUPPORTED, SURVEY
from survey.scheme.xlsform.limits import MULTILINE, constraint_of
from survey.scheme.xlsform.row_types import BEGIN, CHOICE, END
from survey.scheme.xlsform.scored import Cells, scale_cells, scored_cells, words_cells

# Longer than the code of an item may be, so that none has the same name.
_HEADING = "heading_of_items_{}"
_RESERVED = "meta"  # by the form itself

_WIDTHS = {
    SURVEY: (30, 18, 40, 40, 24, 24, 10, 30, 30, 12, 12),
    CHOICES: (22, 18, 40, 40, 10),
    SETTINGS: (40, 24, 10, 20),
}
_TYPES = {ours: theirs for theirs, ours in CHOICE.items()} | {
    "integer": "integer",
    "short_text": "text",
    "long_text": "text",
}


def xlsform_of(questionnaire: Mapping[str, Any], *, form_id: str) -> bytes:
    """Return a checked questionnaire as an XLSForm; raises Refused where XLSForm cannot say it."""
    sheets = sheets_of_items(questionnaire, form_id=form_id)
    need_room(sheets)
    return workbook_of_sheets(
        WrittenSheet(name=name, rows=rows, widths=_WIDTHS[name]) for name, rows in sheets.items()
    )


def sheets_of_items(questionnaire: Mapping[str, Any], *, form_id: str) -> Sheets:
    """Return the three sheets of the XLSForm as rows of texts, the heading first."""
    if problems := list(_unsayable(questionnaire)):
        raise Refused(problems)
    title = questionnaire["title"]["zh"]
    facts = {
        "form_title": title,
        "form_id": form_id,
        "version": str(questionnaire["version"]),
        "default_language": LANGUAGES["zh"],
    }
    return {
        SURVEY: _rows(SURVEY, [*_survey(questionnaire)]),
        CHOICES: _rows(CHOICES, [*_choices(questionnaire)]),
        SETTINGS: _rows(SETTINGS, [facts]),
    }


def _rows(sheet: str, filled: list[Cells]) -> Rows:
    columns = list(SUPPORTED[sheet])
    if any(NOTES in cells for cells in filled):
        columns.append(NOTES)
    shown = [_shown(column) for column in columns]
    return [shown, *([cells.get(column, "") for column in columns] for cells in filled)]


def _shown(column: str) -> str:
    base, apart, lang = column.partition("::")
    return f"{base}::{LANGUAGES[lang]}" if apart else column


def _in_order(questionnaire: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    local = questionnaire.get("local_items") or ()
    first = [item for item in local if item.get("first")]
    return [*first, *questionnaire["scored_items"], *(i for i in local if not i.get("first"))]


def _heading_of(questionnaire: Mapping[str, Any]) -> dict[str, int]:
    headings = questionnaire.get("headings") or ()
    return {item_id: n for n, heading in enumerate(headings) for item_id in heading["items"]}


def _survey(questionnaire: Mapping[str, Any]) -> Iterator[Cells]:
    scored = {item["id"] for item in questionnaire["scored_items"]}
    headings, heading_of = questionnaire.get("headings") or (), _heading_of(questionnaire)
    stands: int | None = None
    for item in _in_order(questionnaire):
        under = heading_of.get(item["id"])
        if stands is not None and under != stands:
            yield {"type": END}
        if under is not None and under != stands:
            heading = headings[under]
            name = _HEADING.format(under + 1)
            yield {"type": BEGIN, "name": name, **words_cells("label", heading), **_notes(heading)}
        stands = under
        yield scored_cells(item) if item["id"] in scored else _local_cells(item)
    if stands is not None:
        yield {"type": END}


def _local_cells(given: Mapping[str, Any]) -> Cells:
    item = {name: value for name, value in given.items() if value is not None}
    type_ = _TYPES[item["type"]]
    return {
        "type": f"{type_} {item['id']}" if type_ in CHOICE else type_,
        "name": item["id"],
        **words_cells("label", item),
        **words_cells("hint", item.get("hint")),
        "required": "yes" if item.get("required") else "no",
        "relevant": item.get("relevant", ""),
        "constraint": constraint_of(item),
        "appearance": MULTILINE if item["type"] == "long_text" else "",
        "classes": written(WORDS, list(item["classes"])) if item.get("classes") else "",
        **_notes(item),
    }


def _choices(questionnaire: Mapping[str, Any]) -> Iterator[Cells]:
    yield from scale_cells(questionnaire)
    for item in questionnaire.get("local_items") or ():
        for option in item.get("options") or ():
            yield {
                "list_name": item["id"],
                "name": option["value"],
                **words_cells("label", option),
                "eligible": "no" if option.get("eligible") is False else "",
                **_notes(option),
            }


def _notes(said: Mapping[str, Any]) -> Cells:
    return {NOTES: written(ANYTHING, said[NOTES])} if NOTES in said else {}


def _unsayable(questionnaire: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what XLSForm would read as something else, or has no place for."""
    at = "questionnaire.json"
    items = _in_order(questionnaire)
    for item in items:
        if item["id"] == _RESERVED:
            zh = f"题号“{_RESERVED}”在 XLSForm 中另有用途；请换一个题号，再导出"
            en = f"{_RESERVED!r} is taken by XLSForm itself; give the item another id"
            yield Problem(file=at, field=item["id"], zh=zh, en=en)
    options = [option for item in items for option in item.get("options") or ()]
    hints = [item["hint"] for item in items if item.get("hint")]
    headings = questionnaire.get("headings") or ()
    for said in (*items, *options, *hints, *headings, *questionnaire["scale"]):
        for lang in LANGUAGES:
            if "${" in said.get(lang, ""):
                zh = f"“{said[lang]}”中的 ${{ 在 XLSForm 中是引用别的题；请改写，再导出"
                en = f"${{ in {said[lang]!r} would name another item in XLSForm; word it otherwise"
                yield Problem(file=at, field=lang, zh=zh, en=en)
    runs = [_heading_of(questionnaire).get(item["id"]) for item in items]
    begins = [run for run, before in zip(runs, [None, *runs], strict=False) if run != before]
    for number, heading in enumerate(headings):
        if begins.count(number) > 1:
            zh = f"标题“{heading['zh']}”下的题目不相连，XLSForm 的一个组放不下；请排在一起，再导出"
            en = f"the items under {heading['en']!r} do not follow each other, as those of a group"
            yield Problem(file=at, field=f"headings[{number}].items", zh=zh, en=f"{en} must")
