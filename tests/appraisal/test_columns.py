"""Answers taken column by column are digested and coded as one by one."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from survey.appraisal.inputs.columns import Columns, places_in_order
from survey.problems import Refused
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


_MANY = 20_001  # more than are spelled together


def row(n: int, *rest: object) -> tuple[object, ...]:
    return (n, bytes([n % 256]), 4, "G2", "sms", *rest)


def taken(*parts: list[tuple[object, ...]], chances: dict[int, float] | None = None):  # type: ignore[no-untyped-def]
    columns = Columns(_CAMPAIGN, _LISTS, area_codes={0: "T1", 1: "乡"})  # type: ignore[arg-type]
    for part in parts:
        columns.take(part)
    return columns, columns.end(chances=chances or {})


def test_a_line_is_the_canonical_one_and_a_column_what_it_means() -> None:
    first = [
        row(1, "5-0", 1, 0, 1, 0, 1000, None, b"d", None, 9, None, 0),
        row(2, "123", 2, 7, 9, 1, 2500, 30, b"e", b"n", None, 3, 1),
    ]
    second = [row(7, "444", 0, 1, 0, 5, 9000, 0, b"d", b"n", 9, 3, 0)]
    columns, chance = taken(first, second, chances={9: 0.25})
    lines = b"".join(columns.lines()).decode().splitlines()
    profile = ["male", "18-39", "rural", "T1"]
    assert [json.loads(line) for line in lines] == [
        ["01", 'A"1', "G2", "sms", "5-0", *profile, 1000, -1, 0, -1, 0, -1, 0],
        ["02", 'A"1', "G2", "sms", "123", "", "", "", "乡", 2500, 30, 1, 0, -1, 0, 1],
        ["07", 'A"1', "G2", "sms", "444", "female", "40+", "urban", "", 9000, 0, 0, 0, 0, 0, 0],
    ]
    for line in lines:
        assert line == json.dumps(json.loads(line), ensure_ascii=False, separators=(",", ":"))
    assert columns.column("id", np.int64).tolist() == [1, 2, 7]
    assert columns.column("items", np.int8).tolist() == [[5, NONE, 0], [1, 2, 3], [4, 4, 4]]
    assert columns.column("township", np.intp).tolist() == [0, NONE, NONE]
    assert columns.column("age", np.int8).tolist() == [0, NONE, 1]
    np.testing.assert_array_equal(chance, [0.25, np.nan, 0.25])
    assert columns.column("device", np.int64).tolist() == [0, 1, 0]


def test_rows_in_the_order_of_the_ledger_are_taken_in_that_of_their_ids() -> None:
    one, two = (
        row(1, "444", 0, 1, 0, 5, 9000, 0, b"e", b"n", 9, 3, 0),
        row(2, "123", 2, 7, 9, 1, 2500, 30, b"d", None, None, 4, 1),
    )
    (columns, _none), (mixed, _nobody) = taken([one, two]), taken([two], [one])
    assert [*mixed.lines()] == [*columns.lines()]
    assert mixed.column("rater", np.int64).tolist() == [0, 1]


def test_very_many_are_spelled_as_few_and_numbers_by_their_own_length() -> None:
    times = [0, 9, 10, 99_999, 100_000, 12_345_678]
    rows = [
        row(1, "555", 1, 0, 1, 0, times[n % 6], n, n.to_bytes(8), None, n, None, 0)
        for n in range(_MANY)
    ]
    columns, chance = taken(rows)
    lines = b"".join(columns.lines()).decode().splitlines()
    assert chance is None
    assert [json.loads(line)[-7:-3] for line in lines] == [
        [times[n % 6], n, n, -1] for n in range(_MANY)
    ]


def test_marks_of_any_length_are_equal_where_they_are() -> None:
    marks = [b"", b"d", bytes(8), b"d", bytes(9), None, bytes(8), b"d\0"]
    rows = [row(n, "555", 1, 0, 1, 0, 1, n, mark, None, n, None, 0) for n, mark in enumerate(marks)]
    columns, _chance = taken(rows[:3], rows[3:])
    assert columns.column("device", np.int64).tolist() == [0, 1, 2, 1, 3, NONE, 2, 4]


@pytest.mark.parametrize("answers", ['5"0', "55", "5551", "5五0", "5 0"])
def test_answers_that_are_no_digits_are_refused(answers: str) -> None:
    with pytest.raises(Refused, match="survey ledger audit"):
        taken([row(1, answers, 0, 0, 0, 0, 1, 1, None, None, None, None, 0)])


def test_of_no_answers_there_are_columns_without_rows() -> None:
    columns, chance = taken()
    assert (chance, [*columns.lines()]) == (None, [])
    assert columns.column("items", np.int8).shape == (0, 3)


@pytest.mark.parametrize("n", [0, 1, 12_345])
def test_places_are_written_so_that_they_sort_as_they_count(n: int) -> None:
    assert places_in_order(n).tolist() == [f"{place:010d}" for place in range(n)]
