"""What a scheme may say of visits: a list or none, ranges, what does not go together."""

from typing import Any

import pytest

from survey.scheme.consistency import contradictions
from survey.scheme.folder import read_folder
from survey.scheme.scheme import problems_of, scheme_in
from tests.factories import ANLAN

HOURS = {"id": "hours", "zh": "窗口有人", "en": "Staffed", "deduction": 0.5}


def document(**on_site: object) -> dict[str, Any]:
    return {**read_folder(ANLAN).document, "on_site": on_site}


def test_a_scheme_that_says_nothing_has_no_list() -> None:
    said = {k: v for k, v in read_folder(ANLAN).document.items() if k != "on_site"}
    wanted = scheme_in(said).on_site
    assert (wanted.items, wanted.most, wanted.indicator_code) == ((), 5.0, "CFHY")
    assert problems_of(said) == []


@pytest.mark.parametrize("most", [0, 0.01, 100])
def test_both_ends_of_the_ranges_are_taken(most: float) -> None:
    said = document(most=most, items=[{**HOURS, "deduction": most}])
    assert problems_of(said) == []
    assert scheme_in(said).on_site.items[0].deduction == most


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"most": 100.01}, "on_site.most"),
        ({"most": -1}, "on_site.most"),
        ({"most": 0.005}, "on_site.most"),
        ({"mast": 1}, "on_site.mast"),
        ({"items": [{**HOURS, "deduction": 0.125}]}, "on_site.items.hours.deduction"),
        ({"items": [{**HOURS, "deduction": 101}]}, "on_site.items.hours.deduction"),
        ({"items": [{**HOURS, "id": "a b"}]}, "on_site.items.a b.id"),
        ({"items": [{**HOURS, "deducted": 1}]}, "on_site.items.hours.deducted"),
    ],
)
def test_beyond_them_and_misspelt_it_is_named(change: dict[str, object], field: str) -> None:
    said = document(**{"most": 2, "items": [HOURS], **change})
    [problem] = problems_of(said)
    assert problem.field == field


def test_an_item_twice_and_one_beyond_the_most_are_named() -> None:
    said = document(most=1, items=[HOURS, {**HOURS, "deduction": 1.5}])
    faults = [fault.field for fault in contradictions(scheme_in(said), said)]
    assert faults == ["on_site.items.hours", "on_site.items.hours.deduction"]
