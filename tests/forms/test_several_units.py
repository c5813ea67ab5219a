"""One form class for one unit and for several: what is asked, what is valid, what is read."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from survey.forms.local_items import local_items
from survey.forms.questionnaire import FormUnit, QuestionnaireForm, build_form
from survey.forms.sheet import Sheet, Source
from tests.factories import FIELDWORK, LOCAL_ITEMS
from tests.forms.test_questionnaire_form import CONTENT, ITEMS

UNIT = FormUnit(
    code="B01",
    name="县公安局",
    short_name="公安",
    item_ids=ITEMS,
    local=tuple(local_items({"local_items": LOCAL_ITEMS})),
)
UNITS = (
    UNIT,
    replace(UNIT, code="B02", short_name="教育", name="县教育局"),
    FormUnit(code="A01", name="城关街道办", short_name="城关", item_ids=("S2A", "C1")),
)
PERSON = {"age": "45-59", "sex": "male", "area": "2", "residence": "rural"}
SOURCE = Source(receipt=b"0123456789", ticket=b"3456789", at=FIELDWORK, taken_ms=90_000, lang="zh")


def made(app: Flask, *units: FormUnit, **given: Any) -> tuple[bool, QuestionnaireForm]:
    with app.test_request_context():
        areas = [("1", "石桥镇"), ("2", "城关")]
        form = build_form(CONTENT, units=units, areas=areas, lang="zh")(MultiDict(PERSON | given))
        return form.validate(), form


def rating(*units: FormUnit, value: str = "4") -> dict[str, str]:
    return {f"q_{item_id}.{unit.code}": value for unit in units for item_id in unit.item_ids}


def read(app: Flask, *units: FormUnit, **given: Any) -> Sheet:
    valid, form = made(app, *units, **given)
    assert valid, form.errors
    return form.read(SOURCE)


def test_a_sheet_says_the_same_of_one_unit_and_of_several(app: Flask) -> None:
    alone = {f"q_{item_id}": "4" for item_id in ITEMS} | {"l_VISITED": "no", "comment": "路灯"}
    one = read(app, UNIT, **alone)
    several = read(app, *UNITS, **rating(*UNITS), **{"comment.B01": "路灯"})
    facts = ("age", "sex", "residence", "area", "source")
    assert [getattr(one, name) for name in facts] == [getattr(several, name) for name in facts]
    assert (one.age, one.sex, one.residence, one.area) == (3, 0, 1, 2)
    assert [rated.unit_code for rated in several.rated] == ["B01", "B02", "A01"]
    assert [rated.answers for rated in several.rated] == ["4" * 8, "4" * 8, "44"]
    assert replace(one.rated[0], local_answers="") == several.rated[0]
    assert one.rated[0].local_answers == '{"VISITED":"no"}'
    assert (one.duration_ms, several.duration_ms) == (90_000, 50_000)


def test_answers_stand_in_the_order_of_their_units_items(app: Flask) -> None:
    [rated] = read(app, *UNITS, **{"q_S2A.A01": "1", "q_C1.A01": "5"}).rated
    assert (rated.unit_code, rated.answers) == ("A01", "15")


def test_a_single_unit_keeps_its_own_order_and_several_the_questionnaires(app: Flask) -> None:
    assert made(app, UNITS[2])[1].item_ids == ("S2A", "C1")
    form = made(app, *UNITS)[1]
    assert form.item_ids.index("C1") < form.item_ids.index("S2A")
    rows = {question.item_id: len(question.rows) for question in form.questions()}
    assert (rows["C1"], rows["C2"], rows["S2A"], rows["S2B01"]) == (3, 2, 1, 2)


def test_the_unit_is_named_alone_and_not_among_several(app: Flask) -> None:
    alone, several = made(app, UNIT)[1].questions()[0], made(app, *UNITS)[1].questions()[0]
    assert alone.text == alone.rows[0][1].label.text == "您对县公安局工作人员的服务态度是否满意？"
    assert several.text == "您对下列各单位工作人员的服务态度是否满意？"
    assert several.rows[1][1].label.text == "您对教育工作人员的服务态度是否满意？"


def test_reasons_and_further_questions_are_asked_about_a_single_unit(app: Flask) -> None:
    low = {f"q_{item_id}": "1" for item_id in ITEMS} | {"reasons": "R1", "l_VISITED": "no"}
    assert read(app, UNIT, **low).rated[0].reasons == ("R1",)
    form = made(app, *UNITS)[1]
    assert form.unknown_names({"reasons": "R1", "l_VISITED": "no", "reasons.B01": "R1"}) == [
        "l_VISITED", "reasons", "reasons.B01",
    ]  # fmt: skip
    assert all(not rated.reasons for rated in read(app, *UNITS, **rating(*UNITS, value="1")).rated)


@pytest.mark.parametrize(("given", "marked"), [("", []), ("B02", ["B02"])])
def test_whoever_works_for_a_unit_marks_that_answer_alone(
    app: Flask, given: str, marked: list[str]
) -> None:
    sheet = read(app, *UNITS, **rating(*UNITS), own_staff=given)
    assert [rated.unit_code for rated in sheet.rated if rated.own_staff] == marked
    alone = read(app, UNITS[2], q_S2A="4", q_C1="4", own_staff="y" if given else "")
    assert alone.rated[0].own_staff is bool(given)


def test_an_unanswered_single_unit_is_as_wrong_as_a_half_rated_one(app: Flask) -> None:
    valid, form = made(app, UNITS[2], q_C1="4")
    assert (valid, list(form.errors)) == (False, ["q_S2A"])
    valid, form = made(app, *UNITS, **{"q_C1.A01": "4"})
    assert (valid, list(form.errors)) == (False, ["q_S2A.A01"])


def test_a_hint_of_a_scored_item_stands_once_over_the_units_and_beside_one(app: Flask) -> None:
    first, *others = CONTENT["scored_items"]
    hinted = first | {"hint": {"zh": "只说{unit}今年的", "en": "of {unit} this year"}}
    content = CONTENT | {"scored_items": [hinted, *others]}
    with app.test_request_context():
        of = {
            n: build_form(content, units=UNITS[:n], areas=[("1", "石桥镇")], lang="zh")(MultiDict())
            for n in (1, 2)
        }
    told = next(each for each in of[2].questions() if each.item_id == first["id"])
    assert told.hint == "只说下列各单位今年的"
    alone = next(each for each in of[1].questions() if each.item_id == first["id"])
    assert alone.rows[0][1].description == "只说县公安局今年的"
