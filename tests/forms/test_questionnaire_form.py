import json
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from survey.forms.fields import clean_text
from survey.forms.questionnaire import FormUnit, QuestionnaireForm, build_form
from tests.factories import ANLAN

CONTENT = json.loads((ANLAN / "questionnaire.json").read_text("utf-8"))
ITEMS = ("C1", "C2", "C3", "C4", "C5", "C6", "S1B", "S2B01")
UNIT = FormUnit(code="B01", name="公安局", short_name="公安", item_ids=ITEMS)
GOOD = {f"q_{item}": "5" for item in ITEMS} | {
    "age": "18-29",
    "sex": "prefer_not",
    "area": "not_local",
    "residence": "rural",
}


def form_class(lang: str = "zh", content: dict[str, Any] = CONTENT) -> type[QuestionnaireForm]:
    return build_form(content, units=[UNIT], areas=[("1", "石桥镇")], lang=lang)


def made(app: Flask, **changed: Any) -> tuple[bool, QuestionnaireForm]:
    with app.test_request_context():
        form = form_class()(MultiDict(GOOD | changed))
        return form.validate(), form


def test_a_complete_answer_is_valid(app: Flask) -> None:
    valid, form = made(app)
    assert valid
    assert [field.data for field in form.item_fields()] == ["5"] * 8
    assert not form.is_low(UNIT)


@pytest.mark.parametrize(
    ("points", "low"),
    [
        ({"5": 100, "4": 80, "3": 60, "2": 30, "1": 0}, {"2", "1"}),
        ({"3": 100, "2": 60, "1": 0}, {"1"}),
        ({"2": 100, "1": 0}, {"1"}),
        ({"1": 100, "2": 60, "3": 0}, {"3"}),  # one is best
        ({str(n): 12 * n for n in range(1, 10)}, {"1", "2", "3", "4"}),
    ],
)
def test_which_answers_are_low_follows_from_the_scale(
    app: Flask, points: dict[str, int], low: set[str]
) -> None:
    scale = [{"value": int(v), "zh": v, "en": v, "points": p} for v, p in points.items()]
    scale.append({"value": 0, "zh": "不了解", "en": "Don't know", "points": None})
    with app.test_request_context():
        for value in [*points, "0"]:
            answers = {name: value for name in GOOD if name.startswith("q_")}
            form = form_class(content=CONTENT | {"scale": scale})(MultiDict(GOOD | answers))
            assert form.is_low(UNIT) is (value in low)


def test_the_unit_is_named_in_its_items(app: Flask) -> None:
    _valid, form = made(app)
    assert form["q_C1"].label.text == "您对公安局工作人员的服务态度是否满意？"
    assert all("{unit}" not in field.label.text for field in form.item_fields())


def test_every_label_is_english_in_english(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        form = form_class("en")(MultiDict(GOOD))
        questions = [field for field in form if field.name not in {"response_id", "device"}]
        texts = [field.label.text for field in questions]
        for name in ("age", "sex", "residence", "q_C1", "reasons"):
            texts += form[name].choices.values()
    assert [text for text in texts if not str(text).replace("公安局", "").isascii()] == [
        "18–29",
        "30–44",
        "45–59",
        "60–69",
    ]


@pytest.mark.parametrize("name", GOOD)
def test_each_question_must_be_answered_from_its_options(app: Flask, name: str) -> None:
    for wrong in ("", "9", "５", " 5", "5\x00", ["5", "4"]):
        valid, form = made(app, **{name: wrong})
        assert not valid
        assert list(form.errors) == [name]


@pytest.mark.parametrize(("reasons", "valid"), [(["R1", "R9", "R2"], True), (["R0"], False)])
def test_reasons_come_from_the_list(app: Flask, reasons: list[str], *, valid: bool) -> None:
    assert made(app, reasons=reasons)[0] is valid


def test_four_reasons_are_too_many(app: Flask) -> None:
    assert list(made(app, reasons=["R1", "R2", "R3", "R4"])[1].errors) == ["reasons"]


def test_a_comment_is_counted_after_cleaning(app: Flask) -> None:
    assert made(app, comment="字" * 500 + "\x00\u200b\r\n")[0]
    assert not made(app, comment="字" * 501)[0]


def test_unknown_names_are_found(app: Flask) -> None:
    _valid, form = made(app)
    assert form.unknown_names({"q_C1": "5", "q_S2A": "5", "lang": "zh"}) == ["q_S2A"]


def test_a_questionnaire_without_reasons_or_comment_is_one_too(app: Flask) -> None:
    content = {k: v for k, v in CONTENT.items() if k not in {"conditional", "open_comment"}}
    with app.test_request_context():
        form = form_class(content=content)(MultiDict(GOOD))
        assert form.validate()
        assert "comment" not in form.data


def test_cleaning_keeps_what_people_write() -> None:
    assert clean_text(None) == ""
    assert clean_text("  第一行\r第二行  ") == "第一行\n第二行"
    assert clean_text("e\u0301té \ud800 ok") == "été  ok"
    assert clean_text("\u202eabc\u2069\x1b[31m") == "abc[31m"
