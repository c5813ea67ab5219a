"""What a form says as a whole: nothing scored changed, no list left over, every fault placed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from survey.forms.relevance import Unreadable, comparisons, parse
from survey.problems import Problem
from survey.scheme.csv_rows import Row
from survey.scheme.documents import questionnaire_faults
from survey.scheme.xlsform.cells import tidy
from survey.scheme.xlsform.columns import SURVEY
from survey.scheme.xlsform.form import Form
from survey.scheme.xlsform.row_types import row_type
from survey.scheme.xlsform.scored import SCALE, scale_cells

# The column where a setting of an item stands, if it is called otherwise there.
_COLUMNS = {"id": "name", "zh": "label::zh", "en": "label::en", "options": "type"} | {
    **dict.fromkeys(("at_most", "min", "max", "max_chars"), "constraint"),
    "hint": "hint::zh",
    "hint.zh": "hint::zh",
    "hint.en": "hint::en",
    "value": "name",
}


def judge(form: Form) -> None:
    """Add to a form's problems what is wrong with all of it together."""
    _need_scored(form)
    _need_used(form)
    form.problems += _judged(form)


def _need_scored(form: Form) -> None:
    """Refuse some of the scored items: all stand there, or none."""
    wanted = [item["id"] for item in form.questionnaire["scored_items"]]
    missing = [item_id for item_id in wanted if item_id not in form.scored_seen]
    if missing and form.scored_seen and not form.lost:
        form.problems.append(
            Problem(
                file=form.file,
                sheet=SURVEY,
                zh=f"缺少计分题 {'、'.join(missing)}；计分题不能在这里删去，请照原样补上",
                en=f"the scored items {', '.join(missing)} are missing; none is removed here, "
                "put them back as they were",
            )
        )
    if form.scored_seen and SCALE in form.lists:
        _need_scale(form)


def _need_scale(form: Form) -> None:
    expected, rows = scale_cells(form.questionnaire), form.lists[SCALE]
    for row, cells in zip(rows, expected, strict=False):
        for name, value in cells.items():
            if row.cells.get(name, value).strip() != tidy(value):
                zh = f"计分题的选项不能在这里改，应为“{value}”；请改回"
                row.refuse(name, zh=zh, en=f"answers of scored items stay; it was {value!r}")
    if len(rows) != len(expected):
        zh, en = f"计分题应有 {len(expected)} 个选项", f"must be {len(expected)} answers"
        rows[0].refuse("list_name", zh=zh, en=en)


def _need_used(form: Form) -> None:
    for list_name, rows in form.lists.items():
        if list_name and list_name not in form.used and not form.lost:
            zh = f"没有题目使用选项列表“{list_name}”；请删去，或写在题目的 type 中"
            en = f"no item uses the list {list_name!r}; remove it, or name it in a type"
            rows[0].refuse("list_name", zh=zh, en=en)


def _judged(form: Form) -> Iterator[Problem]:
    """Yield what the checks of every questionnaire say, at the cells it is said of."""
    if not form.scored_seen:
        _keep_scored_headings(form)
    named = {(p.sheet, p.row, p.column) for p in form.problems if p.row is not None}
    for fault in questionnaire_faults(form.result()):
        if fault.field.endswith(".relevant") and _names_what_is_lost(form, fault.field):
            continue
        if fault.field.endswith(".options") and not form.lists:
            continue
        problem = _placed(form, fault.field, fault.problem(form.file))
        if (problem.sheet, problem.row, problem.column) not in named:
            yield problem


def _names_what_is_lost(form: Form, at: str) -> bool:
    number = int(at.removeprefix("local_items[").partition("]")[0])
    try:
        named = {name for _sign, name, _ in comparisons(parse(form.items[number]["relevant"]))}
    except Unreadable:
        return False
    return bool(form.lost & {"", *named})


def _keep_scored_headings(form: Form) -> None:
    """Let headings over scored items stand, where the form says nothing of these."""
    scored = {item["id"] for item in form.questionnaire["scored_items"]}
    kept = [
        {**heading, "items": [item for item in heading["items"] if item in scored]}
        for heading in form.questionnaire.get("headings") or ()
    ]
    form.headings = [heading for heading in kept if heading["items"]] + form.headings


def _placed(form: Form, at: str, problem: Problem) -> Problem:
    head, _, rest = at.partition(".")
    part, _, number = head.rstrip("]").partition("[")
    if part == "headings" and number:
        n_kept = len(form.headings) - len(form.heading_rows)
        if (place := int(number) - n_kept) >= 0:
            return _at(form.heading_rows[place], _COLUMNS.get(rest, "type"), problem)
    if part != "local_items" or not number:
        return replace(problem, sheet=SURVEY)
    row, item = form.rows[int(number)], form.items[int(number)]
    if rest.startswith("options["):
        place_, _, name = rest.removeprefix("options[").partition("].")
        options = form.lists[row_type(row.cells["type"]).list_name]
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
