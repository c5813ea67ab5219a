"""A county written as a workbook and read again is the same county, whatever it says."""

import copy
import csv
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.problems import Refused
from survey.scheme.county import CountyFolder, plain_document
from survey.scheme.folder import read_folder
from survey.scheme.kinds import ANYTHING, NUMBER, SHORT, TEXT
from survey.scheme.planning import build_plan
from survey.scheme.settings import WORDS, Kind
from survey.scheme.workbook.reading import read_sheets, read_workbook
from survey.scheme.workbook.sheets import SHEETS
from survey.scheme.workbook.values import read, written
from survey.scheme.workbook.writing import sheets_of, workbook_of_county
from tests.factories import ANLAN
from tests.scheme.test_folder import change, folder

__all__ = ["folder"]  # the fixture
FACTS = ("campaign", "groups", "class_groups", "units", "townships", "questionnaire", "texts")
ANY_TEXT = st.text(max_size=12)


@cache
def anlan() -> CountyFolder:
    return read_folder(ANLAN)


def again(county: CountyFolder) -> CountyFolder:
    return read_workbook(workbook_of_county(county), "plan.xlsx")


def need_same(found: CountyFolder, county: CountyFolder) -> None:
    """Fail unless two counties say the same, to the digest of the plan."""
    for name in FACTS:
        assert getattr(found, name) == getattr(county, name), name
    assert set(found.margins) == set(county.margins)
    # As text, for 1, 1.0 and true are three things to a digest.
    assert as_text(found.document) == as_text(county.document)
    assert as_text(found.questionnaire) == as_text(county.questionnaire)
    assert build_plan(found).digest() == build_plan(county).digest()


def as_text(document: dict[str, Any]) -> str:
    return json.dumps(plain_document(document), sort_keys=True, ensure_ascii=False)


def test_the_demonstration_is_the_same_after_a_workbook() -> None:
    need_same(again(anlan()), anlan())
    assert sheets_of(again(anlan())) == sheets_of(anlan())
    assert workbook_of_county(anlan()) == workbook_of_county(anlan())


def _local_items(folder: Path) -> None:
    path = folder / "questionnaire.json"
    content = json.loads(path.read_text("utf-8"))
    named = {"zh": "您来办过事吗？", "en": "Did you come here?"}
    options = [{"value": "Y", "zh": "来过 | 常来", "en": "Yes"}, {"value": "N", "zh": "没有"}]
    content["local_items"] = [
        {"id": "L1", "type": "single", **named, "options": options, "classes": ["A", "B"]},
        {
            "id": "L2",
            "type": "multiple",
            **named,
            "options": [{"value": v, "zh": f"选项{v}", "en": v} for v in "AB"],
            "at_most": 1,
            "relevant": "${L1} = 'Y'",
            "classes": ["A"],
            "hint": {"zh": "可以不选", "en": "Leave it"},
            "notes": {"by": "统计局"},
        },
    ]
    content["local_items"][1]["options"][0]["en"] = "a"
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def _without_townships(folder: Path) -> None:
    (folder / "townships.csv").unlink()


def _dotted_class(folder: Path) -> None:
    for name in ("units.csv", "class_group_weights.csv"):
        path = folder / name
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
        place = rows[0].index("class")
        for row in rows[1:]:
            row[place] = "C.1" if row[place] == "C" else row[place]
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
    change(folder, "scheme.yaml", "  C: {zh", "  C.1: {zh")
    change(folder, "questionnaire.json", '"C": [', '"C.1": [')


def _settings(folder: Path) -> None:
    change(
        folder,
        "scheme.yaml",
        "  rounding:",
        "  debiasing: {limit: none, min_units: 5, leniency: within, notes: {why: 试点}}\n"
        "  seed: 7\n  rounding:",
    )
    change(folder, "scheme.yaml", "classes:   ", 'hotline: "12345"\ncontact: "null"\nclasses:   ')
    change(folder, "scheme.yaml", "fictional: true", "simulated: true")


def _texts(folder: Path) -> None:
    change(folder, "notices.yaml", "thanks:", "notes: {a: [1, 2.0, true, null]}\nthanks:")
    change(folder, "notices.yaml", "提交成功", "“提交”[成功] \\n  提交成功")


def _offset(folder: Path) -> None:
    change(folder, "scheme.yaml", "2026-12-01T00:00:00+08:00", "2026-12-01T00:00:00+07:00")


@pytest.mark.parametrize(
    "vary", [_local_items, _without_townships, _dotted_class, _settings, _texts, _offset]
)
def test_other_counties_are_the_same_too(folder: Path, vary: Callable[[Path], None]) -> None:
    vary(folder)
    county = read_folder(folder)
    need_same(again(county), county)


REAL = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | REAL | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)
LINE = st.text(st.sampled_from('ab1.0 中|"[]{}null是:，、\n\t'), min_size=1).filter(str.strip)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (ANYTHING, JSON),
        (TEXT, LINE | st.sampled_from(["null", "true", "1", "[1]", '"a"', " a ", "a\r\nb", "是"])),
        (SHORT, st.from_regex(r"[0-9]{1,12}", fullmatch=True)),
        (NUMBER, st.integers() | REAL),
        (WORDS, st.lists(LINE, min_size=1, max_size=4)),
    ],
)
def test_what_is_written_in_a_cell_is_read_as_it_was(kind: Kind, values: Any) -> None:
    @given(values)
    @settings(max_examples=150, deadline=None)
    def holds(value: Any) -> None:
        found = read(kind, written(kind, value))
        assert json.dumps(found, sort_keys=True) == json.dumps(value, sort_keys=True)

    holds()


@given(notes=JSON, words=LINE, offered=st.lists(LINE, min_size=2, max_size=2))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_words_a_county_uses_come_back(notes: Any, words: str, offered: Any) -> None:
    document = {**plain_document(anlan().document), "notes": notes}
    questionnaire = copy.deepcopy(anlan().questionnaire)
    questionnaire["open_comment"]["zh"] = words
    for option, said in zip(questionnaire["conditional"][0]["options"], offered, strict=False):
        option["zh"] = said
    texts = copy.deepcopy(anlan().texts)
    texts["already"]["zh"] = words
    county = replace(anlan(), document=document, questionnaire=questionnaire, texts=texts)
    need_same(again(county), county)


@pytest.mark.parametrize("name", [sheet.name for sheet in SHEETS])
def test_no_sheet_may_be_missing(name: str) -> None:
    filled = sheets_of(anlan())
    del filled[name]
    with pytest.raises(Refused) as caught:
        read_sheets(filled)
    assert f"工作表“{name}”：缺少该工作表" in caught.value.problems[0].text("zh")


def test_what_no_cell_could_hold_is_not_cut_off() -> None:
    document = {**anlan().document, "notes": "字" * 20_001}
    with pytest.raises(Refused, match="方案"):
        workbook_of_county(replace(anlan(), document=document))
