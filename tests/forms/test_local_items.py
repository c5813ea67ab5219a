import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from survey.forms.local_items import closed_answers, local_items, texts
from survey.forms.questionnaire import QuestionnaireForm, build_form
from survey.forms.relevance import parse
from survey.forms.relevance_words import ShownItem, in_words
from tests.factories import LOCAL_ITEMS
from tests.forms.test_questionnaire_form import CONTENT, GOOD, UNIT

ASKED = {"local_items": LOCAL_ITEMS}
VISITED = {"l_VISITED": "yes", "l_TIMES": "3", "l_WAYS": ["online", "window"]}


def made(app: Flask, **given: Any) -> tuple[bool, QuestionnaireForm]:
    with app.test_request_context():
        form_class = build_form(
            CONTENT,
            units=[replace(UNIT, local=tuple(local_items(ASKED)))],
            areas=[("1", "石桥镇")],
            lang="zh",
        )
        form = form_class(MultiDict(GOOD | given))
        return form.validate(), form


def kept(form: QuestionnaireForm) -> tuple[Any, Any]:
    asked = [field for field in form.local_fields() if form.is_asked(field.name)]
    return tuple(json.loads(text or "{}") for text in (closed_answers(asked), texts(asked)))  # type: ignore[return-value]


def test_every_type_is_read_checked_and_kept_in_the_questionnaires_order(app: Flask) -> None:
    valid, form = made(
        app, **VISITED, l_MATTER=" 办\n证 ", l_WISH="修路\r\n修桥", l_AGENT_FEE="yes"
    )
    assert valid
    assert form.errors == {}
    assert closed_answers(f for f in form.local_fields() if form.is_asked(f.name)) == (
        '{"VISITED":"yes","TIMES":3,"WAYS":["window","online"]}'
    )
    assert kept(form)[1] == {"MATTER": "办 证", "WISH": "修路\n修桥"}


def test_what_is_not_asked_is_neither_needed_nor_kept(app: Flask) -> None:
    valid, form = made(app, l_VISITED="no", l_TIMES="many", l_WAYS=["moon"], l_MATTER="秘密")
    assert valid
    assert kept(form) == ({"VISITED": "no"}, {})


def test_an_item_that_hangs_on_a_skipped_one_sees_it_empty(app: Flask) -> None:
    agent = {**VISITED, "l_WAYS": ["agent"], "l_AGENT_FEE": "no"}
    assert kept(made(app, **agent)[1])[0]["AGENT_FEE"] == "no"
    _valid, form = made(app, **{**agent, "l_VISITED": "no"})
    assert not form.is_asked("l_AGENT_FEE")
    _valid, form = made(app, **{**agent, "l_TIMES": "1"})
    assert not form.is_asked("l_AGENT_FEE")  # once, and C5 was answered 5
    _valid, form = made(app, **{**agent, "l_TIMES": "1", "q_C5": "0"})
    assert form.is_asked("l_AGENT_FEE")


@pytest.mark.parametrize(
    ("given", "field", "told"),
    [
        ({"l_VISITED": ""}, "l_VISITED", "请选择一项"),
        ({"l_VISITED": "maybe"}, "l_VISITED", "不在选项之中"),
        ({"l_VISITED": ["yes", "no"]}, "l_VISITED", "不在选项之中"),
        ({"l_TIMES": " "}, "l_TIMES", "请填写"),
        ({"l_TIMES": "0"}, "l_TIMES", "请填写1到99之间的整数"),
        ({"l_TIMES": "100"}, "l_TIMES", "请填写1到99之间的整数"),
        ({"l_TIMES": "3.5"}, "l_TIMES", "整数"),
        ({"l_TIMES": "三"}, "l_TIMES", "整数"),
        ({"l_TIMES": "1" * 400}, "l_TIMES", "整数"),
        ({"l_WAYS": []}, "l_WAYS", "请至少选一项"),
        ({"l_WAYS": ["moon"]}, "l_WAYS", "不在选项之中"),
        ({"l_WAYS": ["window", "online", "agent", "other"]}, "l_WAYS", "最多选3项"),
        ({"l_MATTER": "字" * 41}, "l_MATTER", "最多40字"),
        ({"l_WISH": "字" * 301}, "l_WISH", "最多300字"),
    ],
)
def test_a_wrong_answer_is_named(app: Flask, given: dict[str, Any], field: str, told: str) -> None:
    valid, form = made(app, **(VISITED | given))
    assert not valid
    assert list(form.errors) == [field]
    assert told in form.errors[field][0]


def test_digits_may_be_full_width(app: Flask) -> None:
    valid, form = made(app, **(VISITED | {"l_TIMES": " １２ "}))
    assert valid
    assert kept(form)[0]["TIMES"] == 12


def test_without_answers_nothing_is_kept(app: Flask) -> None:
    _valid, form = made(app)
    assert (closed_answers(form.local_fields()), texts(form.local_fields())) == ("", "")


def test_an_item_of_some_classes_is_asked_there_alone() -> None:
    item = {**LOCAL_ITEMS[0], "classes": ["A", "B"]}
    content = {"local_items": [item]}
    counts = [len(local_items(content, code)) for code in ("A", "B", "C", None)]
    assert counts == [1, 1, 0, 1]


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("${V} = 'yes'", "仅当第9题的回答是“办过”时回答，否则请留空。", "question 9 is “办过”;"),
        ("${N} > 3 and ${V} != ''", "仅当第10题大于3且第9题已答时", "above 3 and question 9 has"),
        (
            "not(selected(${V}, 'yes')) or (${N} <= 2 and ${N} != 0)",
            "仅当并非（第9题选了“办过”）或（第10题不大于2且第10题的回答不是“0”）时",
            "it is not so that (“办过” is chosen at question 9) or (question 10 is at most 2 and",
        ),
    ],
)
def test_a_condition_is_told_in_words(app: Flask, text: str, zh: str, en: str) -> None:
    known = {
        "V": ShownItem(number=9, options={"yes": "办过"}),
        "N": ShownItem(number=10, options={}),
    }
    with app.test_request_context():
        with force_locale("zh"):
            assert zh in in_words(parse(text), known)
        with force_locale("en"):
            assert en in in_words(parse(text), known)
