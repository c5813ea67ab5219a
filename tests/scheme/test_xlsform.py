"""Items written as an XLSForm and read again are the same; pyxform takes the file and agrees."""

import copy
import re
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import ConvertResult, convert

from survey.problems import Refused
from survey.scheme.documents import questionnaire_faults
from survey.scheme.folder import read_folder
from survey.scheme.xlsform.reading import read_xlsform
from survey.scheme.xlsform.writing import xlsform_of
from tests.factories import ANLAN, LOCAL_ITEMS

Questionnaire = dict[str, Any]


@cache
def anlan() -> Questionnaire:
    return read_folder(ANLAN).questionnaire


def asking(items: list[Any], headings: list[Any] | None = None) -> Questionnaire:
    return {**anlan(), "local_items": items, **({"headings": headings} if headings else {})}


def again(questionnaire: Questionnaire) -> Questionnaire:
    return read_xlsform(xlsform_of(questionnaire, form_id="X-1"), "items.xlsx", questionnaire)


def judged(questionnaire: Questionnaire) -> ConvertResult:
    """Return what pyxform makes of the form; it raises where that is no XLSForm."""
    return convert(xlsform_of(questionnaire, form_id="X-1"), file_type=".xlsx")


def test_the_demonstration_and_the_example_are_the_same_again() -> None:
    headings = [
        {"zh": "办事经历", "en": "Visits", "items": ["VISITED", "TIMES", "WAYS"]},
        {"zh": "服务和作风", "en": "Service", "items": ["C1", "C2", "C3"]},
    ]
    items = [{**item, "first": True} for item in LOCAL_ITEMS[:3]] + LOCAL_ITEMS[4:]
    for questionnaire in (anlan(), asking(LOCAL_ITEMS), asking(items, headings)):
        assert again(questionnaire) == questionnaire
        assert judged(questionnaire).warnings == []
        assert xlsform_of(questionnaire, form_id="X-1") == xlsform_of(questionnaire, form_id="X-1")


def test_all_that_an_item_may_say_is_the_same_again() -> None:
    words = {"zh": "问", "en": "Q"}
    options = [{"value": v, "zh": v, "en": v} for v in "ab"]
    items = [
        {"id": "E", "type": "single", **words, "required": True, "first": True}
        | {"options": [{**options[0], "eligible": False}, options[1]]},
        {"id": "N", "type": "integer", **words, "min": -3, "max": 7, "classes": ["A", "B"]},
        {"id": "M", "type": "multiple", **words, "options": options, "at_most": 1},
        {"id": "S", "type": "short_text", **words, "hint": {"zh": "提示", "en": "Hint"}},
        {"id": "T", "type": "long_text", **words, "max_chars": 9, "notes": {"by": ["统计局"]}},
    ]
    assert again(asking(items)) == asking(items)
    assert list(questionnaire_faults(asking(items))) == []


TEXT = st.text(st.sampled_from("甲乙ab 1<>&'\"{}$[]，。\n"), min_size=1, max_size=8).filter(
    lambda text: text.strip() == text and "${" not in text
)
WORDS = st.fixed_dictionaries({"zh": TEXT, "en": TEXT})
ID = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,15}", fullmatch=True)
VALUE = st.from_regex(r"[A-Za-z0-9_]{1,20}", fullmatch=True)
TYPES = ["single", "multiple", "integer", "short_text", "long_text"]


@st.composite
def drawn(draw: st.DrawFn) -> Questionnaire:
    """Return a questionnaire with further items and headings that may be asked."""
    scored = [item["id"] for item in anlan()["scored_items"]]
    ids = draw(st.lists(ID, max_size=6, unique_by=str.casefold))
    items: list[Any] = []
    for item_id in ids:
        if item_id in {*scored, "meta"}:
            continue
        item: Any = {"id": item_id, "type": draw(st.sampled_from(TYPES)), **draw(WORDS)}
        if not items or items[-1].get("first"):
            item |= draw(st.sampled_from([{}, {"first": True}]))
        if draw(st.booleans()):
            item["hint"] = draw(WORDS)
        if item["type"] in {"single", "multiple"}:
            values = draw(st.lists(VALUE, min_size=2, max_size=4, unique=True))
            item["options"] = [{"value": value, **draw(WORDS)} for value in values]
        if item["type"] == "multiple" and draw(st.booleans()):
            item["at_most"] = draw(st.integers(1, len(item["options"])))
        if item["type"] == "integer":
            low = draw(st.integers(-9, 9))
            item |= ({"min": low} if low else {}) | draw(st.sampled_from([{}, {"max": 10}]))
        if item["type"] in {"short_text", "long_text"} and draw(st.booleans()):
            item["max_chars"] = draw(st.integers(1, 59))
        item |= draw(st.sampled_from([{}, {"required": True}]))
        if condition := draw(st.sampled_from([None, *_conditions(item, items)])):
            item["relevant"] = condition
        items.append(item)
    first = [item["id"] for item in items if item.get("first")]
    order = first + scored + [item["id"] for item in items if not item.get("first")]
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=4, unique=True)))
    runs = [order[i:j] for i, j in zip(cuts[::2], cuts[1::2], strict=False)]
    headings = [{**draw(WORDS), "items": run} for run in runs]
    return {
        **anlan(),
        **({"local_items": items} if items else {}),
        **({"headings": headings} if headings else {}),
    }


def _conditions(item: Any, before: list[Any]) -> list[str]:
    named = {
        "single": "${%s} = '%s'",
        "multiple": "selected(${%s}, '%s')",
        "integer": "${%s} >= 1 or not(${%s} != '')",
    }
    found = [
        named[each["type"]] % (each["id"], each.get("options", [{"value": each["id"]}])[0]["value"])
        for each in before
        if each["type"] in named
    ]
    return found + ([] if item.get("first") else ["${C1} = 1 or ${C1} = '2'"])


@settings(max_examples=60, deadline=None)
@given(drawn())
def test_whatever_items_there_are_they_are_the_same_again_and_pyxform_takes_them(
    questionnaire: Questionnaire,
) -> None:
    assert list(questionnaire_faults(questionnaire)) == []
    assert again(questionnaire) == questionnaire
    found = judged(questionnaire)
    assert not [w for w in found.warnings if "same name" not in w]
    assert _by_pyxform(found) == _by_us(questionnaire)


def _by_pyxform(found: ConvertResult) -> list[Any]:
    """Return the items as pyxform read them: kind, words, options, conditions, what is above."""

    def of(children: list[Any], heading: Any) -> list[Any]:
        out = []
        for child in children:
            if child["type"] == "group":
                if child["name"] != "meta":
                    out += of(child["children"], _plain(child["label"]))
                continue
            bind = child.get("bind", {})
            out.append(
                (
                    (child["name"], child["type"], _plain(child["label"])),
                    (_plain(child.get("hint", {})), bind.get("required") == "yes"),
                    (_spaced(bind.get("relevant", "")), heading),
                    [(c["name"], _plain(c["label"])) for c in child.get("choices", ())],
                )
            )
        return out

    assert found._pyxform is not None
    return of(found._pyxform["children"], None)


def _by_us(questionnaire: Questionnaire) -> list[Any]:
    local = questionnaire.get("local_items", [])
    scale = [{**level, "value": str(level["value"])} for level in questionnaire["scale"]]
    scored = [
        {**item, "type": "single", "required": True, "options": scale}
        for item in questionnaire["scored_items"]
    ]
    order = [i for i in local if i.get("first")] + scored + [i for i in local if not i.get("first")]
    under = {
        item_id: _plain(heading)
        for heading in questionnaire.get("headings", ())
        for item_id in heading["items"]
    }
    theirs = {"single": "select one", "multiple": "select all that apply", "integer": "integer"}
    return [
        (
            (item["id"], theirs.get(item["type"], "text"), _plain(item)),
            (_plain(item.get("hint", {})), bool(item.get("required"))),
            (_spaced(item.get("relevant", "")), under.get(item["id"])),
            [(option["value"], _plain(option)) for option in item.get("options", ())],
        )
        for item in order
    ]


def _plain(words: Any) -> list[str]:
    """Return words as pyxform keeps them: blanks run together."""
    keys = ("zh", "en") if "zh" in words else ("中文 (zh)", "English (en)")
    return [_spaced(words.get(key, "")) for key in keys]


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda q: q["local_items"][0].update(id="meta"), "taken by XLSForm"),
        (lambda q: q["local_items"][0].update(zh="见 ${C1}"), "would name another item"),
        (
            lambda q: q.update(headings=[{"zh": "一", "en": "I", "items": ["C1", "C3"]}]),
            "do not follow each other",
        ),
    ],
)
def test_what_xlsform_cannot_say_is_not_written(change: Any, words: str) -> None:
    questionnaire = copy.deepcopy(asking(LOCAL_ITEMS))
    change(questionnaire)
    with pytest.raises(Refused, match=words):
        xlsform_of(questionnaire, form_id="X-1")
