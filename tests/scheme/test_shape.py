from datetime import UTC, datetime

import pytest

from survey.scheme.shape import COUNT, MOMENT, NUMBER, TEXT, Listed, Maybe, Named, faults

SHAPE = {"name": TEXT, "size": Maybe(NUMBER), "parts": Listed({"n": COUNT}), "by": Named(TEXT)}
GOOD = {"name": "a", "size": 1.5, "parts": [{"n": 0}], "by": {1: "x"}}


def test_what_has_the_shape_has_no_fault() -> None:
    assert list(faults(GOOD, SHAPE)) == []
    assert list(faults({**GOOD, "size": None, "more": object()}, SHAPE)) == []
    assert list(faults(datetime(2026, 12, 1, tzinfo=UTC), MOMENT)) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": 7}, "name"),
        ({"name": None}, "name"),
        ({"size": True}, "size"),
        ({"size": float("nan")}, "size"),
        ({"parts": []}, "parts"),
        ({"parts": {"n": 1}}, "parts"),
        ({"parts": [{"n": 1}, {"n": -1}]}, "parts[1].n"),
        ({"parts": [3]}, "parts[0]"),
        ({"by": {}}, "by"),
        ({"by": {"b": 2}}, "by.b"),
    ],
)
def test_every_fault_says_where(change: dict[str, object], field: str) -> None:
    (fault,) = faults({**GOOD, **change}, SHAPE)
    assert fault.field == field
    assert fault.zh
    assert fault.en


def test_a_time_without_its_offset_is_none() -> None:
    (fault,) = faults(datetime(2026, 12, 1), MOMENT, "start")  # noqa: DTZ001
    assert "+08:00" in fault.zh
