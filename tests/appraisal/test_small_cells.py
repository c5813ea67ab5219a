"""No few people's answers follow from what the pages of all units and of each still show."""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

import pytest

from survey.appraisal.small_cells import Page, conceal, empty_page
from survey.forms.local_items import LocalItem, local_items
from tests.factories import LOCAL_ITEMS

ITEMS = local_items({"local_items": LOCAL_ITEMS[:2]})  # VISITED yes or no, then TIMES if yes
THREE = local_items(
    {
        "local_items": [
            {
                "id": "HOW",
                "type": "single",
                "zh": "",
                "en": "",
                "options": [{"value": value, "zh": "", "en": ""} for value in "abc"],
            }
        ]
    }
)


def pages(
    units: Sequence[Sequence[tuple[Mapping[str, Any], int]]], items: Sequence[LocalItem] = ITEMS
) -> list[Page]:
    """Return the page of all units and the page of each, with what is hidden of them."""
    total, parts = empty_page(items), [empty_page(items) for _ in units]
    for part, given in zip(parts, units, strict=True):
        for (answers, count), page in product(given, (total, part)):
            page.add(answers, count)
    conceal(items, total=total, units=parts, smallest=10)
    return [total, *parts]


def visits(yes: int, no: int) -> list[tuple[Mapping[str, Any], int]]:
    return [({"VISITED": "yes", "TIMES": 2}, yes), ({"VISITED": "no"}, no)]


def how(*counts: int) -> list[tuple[Mapping[str, Any], int]]:
    return [({"HOW": value}, count) for value, count in zip("abc", counts, strict=True)]


def shown(page: Page, item: str) -> dict[str, int] | None:
    """Return the cells of an item that can be read, None where the whole is hidden."""
    hidden, cells = page.hidden[item], page.counted[item].cells
    if hidden.whole:
        return None
    return {value: count for value, count in cells.items() if not hidden.hides(value)}


@pytest.mark.parametrize(
    ("yes", "no", "visited", "times"),
    [
        (21, 12, {"yes": 21, "no": 12}, {2: 21}),
        (21, 9, {}, None),  # 21 of 30 were asked how many times: nine were not
        (30, 0, {}, {2: 30}),
        (9, 30, {}, None),
        (4, 5, None, None),
    ],
)
def test_who_was_asked_is_a_cell_of_the_question_before(
    yes: int, no: int, visited: dict[str, int] | None, times: dict[int, int] | None
) -> None:
    for page in pages([visits(yes, no)]):
        assert (shown(page, "VISITED"), shown(page, "TIMES")) == (visited, times)


def test_all_units_less_the_others_tell_of_no_single_unit() -> None:
    total, small, middle, big = pages([visits(2, 3), visits(40, 20), visits(60, 50)])
    assert shown(total, "VISITED") == {"yes": 102, "no": 73}
    assert shown(small, "VISITED") is None
    assert shown(middle, "VISITED") is None  # or all less the two others were the small one
    assert shown(big, "VISITED") == {"yes": 60, "no": 50}


def test_a_second_cell_is_hidden_in_a_second_unit_too() -> None:
    total, first, second, third = pages([how(3, 12, 50), how(20, 30, 40), how(60, 70, 80)], THREE)
    assert shown(total, "HOW") == {"a": 83, "b": 112, "c": 170}
    assert shown(first, "HOW") == {"c": 50}
    assert shown(second, "HOW") == {"c": 40}
    assert shown(third, "HOW") == {"a": 60, "b": 70, "c": 80}


def test_a_unit_nobody_answered_about_needs_no_cover() -> None:
    total, empty, other = pages([[], visits(40, 20)])
    assert shown(total, "VISITED") == shown(other, "VISITED") == {"yes": 40, "no": 20}
    assert shown(empty, "VISITED") is None
