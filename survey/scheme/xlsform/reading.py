"""An XLSForm read as the further items of a questionnaire, every fault at its row and column."""

from __future__ import annotations

from typing import Any

from survey.office_files.given import tables_in
from survey.problems import Problem, Refused
from survey.scheme.xlsform.form import Form, Questionnaire
from survey.scheme.xlsform.judging import judge
from survey.scheme.xlsform.rows import take_rows
from survey.scheme.xlsform.sheets import SHEETS, survey_rows


def read_xlsform(content: bytes, file: str, questionnaire: Questionnaire) -> dict[str, Any]:
    """Return a questionnaire with the further items and headings that an XLSForm says.

    Scored items may stand in it as they are, for conditions to name; further items above them are
    asked before them. Raises Refused with every fault there is, by sheet, row and column.
    """
    tables, hidden = tables_in(content, file)
    form = Form(file=file, questionnaire=questionnaire)
    if rows := survey_rows(form, tables, hidden):
        take_rows(form, rows)
        judge(form)
    if form.problems:
        raise Refused(sorted(dict.fromkeys(form.problems), key=_in_order))
    return form.result()


def _in_order(problem: Problem) -> tuple[int, int]:
    place = SHEETS.index(problem.sheet) if problem.sheet in SHEETS else -1
    return place, problem.row or 0
