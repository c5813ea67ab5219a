"""Answers taken column by column are digested and coded as one by one."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from survey.appraisal.inputs.columns import Columns, places_in_order
from survey.stats.campaign.code_lists import CodeLists
from survey.stats.campaign.sample import NONE

_UNIT = SimpleNamespace(unit_id=4, unit=SimpleNamespace(code='A"1'))
_LISTS = CodeLists(
    units=('A"1',),
    groups=("G1", "G2"),
    channels=("sms",),
    invited=("sms",),
    townships=("T1",),
    ages=("18-39", "40+"),
    items=("C1", "C2", "C3"),
    n_points=6,
)
_CAMPAIGN = SimpleNamespace(
    units=[_UNIT],
    questionnaire=SimpleNamespace(
        content={
            "profile": [
                {"id": "P2", "options": ["female", "male", "other"]},
                {"id": "P4", "options": ["urban", "rural"]},
            ]
        }
    ),
)


def row(n: int, *rest: object) -> tuple[object, ...]:
    return (n, bytes([n]), 4, "G2", "sms", *rest)


def test_a_line_is_the_canonical_one_and_a_column_what_it_means() -> None:
    columns = Columns(_CAMPAIGN, _LISTS, area_codes={0: "T1", 1: "乡"}, chances={9: 0.25})  # type: ignore[arg-type]
    first = [
        row(1, "5-0", 1, 0, 1, 0, 1000, None, b"d", None, 9, None, 0),
        row(2, "123", 2, 7, 9, 1, 2500, 30, b"e", b"n", None, 3, 1),
    ]
    second = [row(7, "444", 0, 1, 0, 5, 9000, 0, b"d", b"n", 9, 3, 0)]
    lines = (columns.take(first) + columns.take(second)).decode().splitlines()
    assert [json.loads(line) for line in lines] == [
        [
            "01",
            'A"1',
            "G2",
            "sms",
            "5-0",
            "male",
            "18-39",
            "rural",
            "T1",
            1000,
            -1,
            0,
            -1,
            0,
            -1,
            0,
        ],
        ["02", 'A"1', "G2", "sms", "123", "", "", "", "乡", 2500, 30, 1, 0, -1, 0, 1],
        ["07", 'A"1', "G2", "sms", "444", "female", "40+", "urban", "", 9000, 0, 0, 0, 0, 0, 0],
    ]
    for line in lines:
        assert line == json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":"))
    assert columns.column("id", np.int64).tolist() == [1, 2, 7]
    assert columns.column("items", np.int8).tolist() == [[5, NONE, 0], [1, 2, 3], [4, 4, 4]]
    assert columns.column("township", np.intp).tolist() == [0, NONE, NONE]
    assert columns.column("age", np.int8).tolist() == [0, NONE, 1]
    np.testing.assert_array_equal(columns.column("chance", np.float64), [0.25, np.nan, 0.25])
    assert columns.column("device", np.int64).tolist() == [0, 1, 0]


def test_answers_that_are_no_digits_are_spelled_like_any_text() -> None:
    columns = Columns(_CAMPAIGN, _LISTS, area_codes={}, chances={})  # type: ignore[arg-type]
    [line] = columns.take([row(1, '5"0', 0, 0, 0, 0, 1, 1, None, None, None, None, 0)]).splitlines()
    assert json.loads(line)[4] == '5"0'


@pytest.mark.parametrize("n", [0, 1, 12_345])
def test_places_are_written_so_that_they_sort_as_they_count(n: int) -> None:
    assert places_in_order(n).tolist() == [f"{place:010d}" for place in range(n)]
