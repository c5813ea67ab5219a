"""The unscored items of a questionnaire: read where they hold, refused by field where not."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey.problems import Refused
from survey.scheme.folder import read_folder
from survey.scheme.planning import build_plan
from tests.factories import ANLAN, LOCAL_ITEMS

Faults = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "county"
    shutil.copytree(ANLAN, out, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    return out


def write(folder: Path, items: list[dict[str, Any]]) -> None:
    path = folder / "questionnaire.json"
    content = json.loads(path.read_text("utf-8")) | {"local_items": items}
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


@pytest.fixture
def faults(folder: Path) -> Faults:
    """Returns field and English words of every fault of the example with one item changed."""

    def found(place: int, **changed: Any) -> list[tuple[str, str]]:
        items = [dict(item) for item in LOCAL_ITEMS]
        items[place] = items[place] | changed
        write(folder, items)
        try:
            read_folder(folder)
        except Refused as refused:
            told = refused.problems
        else:
            told = ()
        assert all(problem.zh and problem.file == "questionnaire.json" for problem in told)
        return [(problem.field, problem.en) for problem in told]

    return found


def test_the_example_of_the_documents_is_read_and_changes_no_plan(folder: Path) -> None:
    before = build_plan(read_folder(folder)).digest()
    write(folder, LOCAL_ITEMS)
    read = read_folder(folder)
    assert read.questionnaire["local_items"] == LOCAL_ITEMS
    assert build_plan(read).digest() == before


def test_what_is_null_counts_as_left_out(faults: Faults) -> None:
    assert faults(0, relevant=None, min=None, classes=None) == []


@pytest.mark.parametrize(
    ("place", "changed", "field", "words"),
    [
        (0, {"id": "C1"}, "id", "stands twice"),
        (1, {"id": "VISITED"}, "id", "stands twice"),
        (0, {"id": "l-1"}, "id", "letters, digits"),
        (0, {"type": "date"}, "type", "single, multiple, integer, short_text, long_text"),
        (0, {"zh": ""}, "zh", "must be a text"),
        (0, {"required": "yes"}, "required", "true or false"),
        (0, {"require": True}, "require", "is not known"),
        (0, {"at_most": 2}, "at_most", "is for multiple"),
        (0, {"max_chars": 9}, "max_chars", "is for long_text, short_text"),
        (1, {"options": LOCAL_ITEMS[0]["options"]}, "options", "is for multiple, single"),
        (0, {"options": LOCAL_ITEMS[0]["options"][:1]}, "options", "2 to 20"),
        (0, {"options": [{"value": "a b", "zh": "甲", "en": "A"}] * 2}, "options[0].value", "only"),
        (0, {"options": [{"value": "a", "zh": "甲", "en": "A"}] * 2}, "options[1].value", "twice"),
        (1, {"min": 9, "max": 3}, "min", "min <= max"),
        (1, {"max": 10**10}, "min", "min <= max"),
        (1, {"min": 1.5}, "min", "whole number"),
        (2, {"at_most": 6}, "at_most", "1 to 5"),
        (2, {"at_most": 0}, "at_most", "1 to 5"),
        (5, {"max_chars": 0}, "max_chars", "above zero"),
        (0, {"classes": ["A", "Z"]}, "classes", "no class 'Z'"),
    ],
)
def test_a_fault_is_named_by_its_field(
    faults: Faults, place: int, changed: dict[str, Any], field: str, words: str
) -> None:
    told = faults(place, **changed)
    assert told[0][0] == f"local_items[{place}].{field}"
    assert words in told[0][1]


@pytest.mark.parametrize(
    ("place", "relevant", "words"),
    [
        (1, "${VISITED} = ", "not complete"),
        (1, "count(${VISITED}) > 1", "'count' is not supported"),
        (1, "${NOWHERE} = 1", "no earlier item"),
        (1, "${TIMES} = 1", "no earlier item"),  # itself
        (1, "selected(${WAYS}, 'agent')", "no earlier item"),  # later
        (1, "${S1A} = 1", "no earlier item"),  # asked of class A alone
        (1, "${S2B01} = 1", "no earlier item"),  # asked about one unit alone
        (1, "${VISITED} = 'maybe'", "no option; use yes, no"),
        (1, "${VISITED} > 1", "0 is 不了解"),
        (1, "${C1} <= 2", "0 is 不了解"),
        (1, "${C1} = 6", "no option; use 5, 4, 3, 2, 1, 0"),
        (2, "${TIMES} = 'many'", "unquoted"),
        (2, "selected(${TIMES}, '3')", "unquoted"),
        (3, "${WAYS} = 'agent'", "selected("),
        (3, "selected(${WAYS}, 'bus')", "no option; use window"),
        (5, "${MATTER} != ''", "a text cannot be a condition"),
    ],
)
def test_a_condition_that_cannot_hold_is_refused(
    faults: Faults, place: int, relevant: str, words: str
) -> None:
    told = faults(place, relevant=relevant)
    assert told[0][0] == f"local_items[{place}].relevant"
    assert words in told[0][1]


@pytest.mark.parametrize(
    "relevant",
    ["${C1} = 1 or ${C1} = '2'", "${C1} != ''", "${TIMES} >= 2.5", "${WAYS} != ''", "0 < ${TIMES}"],
)
def test_conditions_that_hold_are_taken(faults: Faults, relevant: str) -> None:
    assert faults(3, relevant=relevant) == []


def test_an_item_of_one_class_may_name_that_classs_items_alone(faults: Faults) -> None:
    assert faults(5, classes=["A"], relevant="${S1A} = 1") == []
    assert faults(0, classes=["A"])[0][0] == "local_items[1].relevant"


def test_scored_items_are_asked_of_everybody(folder: Path) -> None:
    path = folder / "questionnaire.json"
    text = path.read_text("utf-8")
    path.write_text(text.replace('"id": "C2",', '"id": "C2", "relevant": "${C1} = 1",'), "utf-8")
    with pytest.raises(Refused) as caught:
        read_folder(folder)
    assert caught.value.problems[0].field == "scored_items[1].relevant"


def test_too_many_items_and_too_much_text_are_refused(folder: Path) -> None:
    many = [{**LOCAL_ITEMS[5], "id": f"T{n}", "max_chars": 100} for n in range(51)]
    write(folder, many)
    with pytest.raises(Refused) as caught:
        read_folder(folder)
    assert [problem.field for problem in caught.value.problems] == ["local_items", "local_items"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("item_order: shuffled", "questionnaire.item_order"),
        ("scale_direction: reversed", "questionnaire.scale_direction"),
        ("scale: random", "questionnaire.scale"),
    ],
)
def test_an_arrangement_that_is_not_known_is_refused(folder: Path, line: str, field: str) -> None:
    path = folder / "scheme.yaml"
    path.write_text(path.read_text("utf-8") + f"questionnaire: {{{line}}}\n", "utf-8")
    with pytest.raises(Refused) as caught:
        read_folder(folder)
    assert [(p.file, p.field) for p in caught.value.problems] == [("scheme.yaml", field)]


def test_a_known_arrangement_is_read_and_changes_no_plan(folder: Path) -> None:
    before = build_plan(read_folder(folder)).digest()
    path = folder / "scheme.yaml"
    asked = "questionnaire: {item_order: rotated, scale_direction: random}\n"
    path.write_text(path.read_text("utf-8") + asked, "utf-8")
    read = read_folder(folder)
    assert read.scheme.questionnaire.item_order == "rotated"
    assert build_plan(read).digest() == before


def test_fifty_items_are_read_and_one_more_is_not(folder: Path) -> None:
    text = {"type": "integer", "zh": "几次？", "en": "How often?"}
    items = [text | {"id": f"N{n}"} for n in range(51)]
    write(folder, items[:50])
    read_folder(folder)
    write(folder, items)
    with pytest.raises(Refused, match="51 items; at most 50"):
        read_folder(folder)


def test_a_hint_without_chinese_or_misspelt_is_refused_by_its_place(faults: Faults) -> None:
    assert faults(1, hint={"zh": "只算今年", "en": "this year only"}) == []
    assert [field for field, _en in faults(1, hint={"en": "x"})] == ["local_items[1].hint.zh"]
    assert [field for field, _en in faults(1, hnit={"zh": "x"})] == ["local_items[1].hnit"]


def test_what_is_asked_first_is_listed_first_and_hangs_on_no_scored_item(faults: Faults) -> None:
    assert faults(0, first=True) == []
    [(field, words)] = faults(1, first=True)
    assert (field, "must be listed before" in words) == ("local_items[1].first", True)
    [(field, words)] = faults(0, first=True, relevant="${C1} = 1")
    assert (field, "no earlier item" in words) == ("local_items[0].relevant", True)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"required": False}, "must be required: true"),
        ({"type": "multiple"}, "is for single items"),
        ({"all": False}, "at least one option"),
    ],
)
def test_an_option_that_bars_must_be_where_nobody_passes_it_by(
    faults: Faults, changed: dict[str, Any], says: str
) -> None:
    options = [dict(option) for option in LOCAL_ITEMS[0]["options"]]
    for option in options if "all" in changed else options[1:]:
        option["eligible"] = False
    kept = {name: value for name, value in changed.items() if name != "all"}
    found = [(field, en) for field, en in faults(0, options=options, **kept) if "eligible" in field]
    [(field, en)] = found
    assert field.startswith("local_items[0].options[")
    assert says in en
