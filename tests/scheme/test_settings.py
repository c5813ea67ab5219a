from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from survey.scheme.kinds import COUNT, DAY, MOMENT, NUMBER, TEXT, choice, number, whole
from survey.scheme.settings import (
    Listed,
    Named,
    Part,
    Prose,
    Reading,
    faults_of,
    part,
    prose,
    setting,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    n: int = setting(COUNT, "数", "number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    loud: str = setting(choice("yes", "no"), "大声", "loud", default="no")
    often: int = setting(whole(1, 9), "几次", "how often", default=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    name: str = setting(TEXT, "名", "name")
    size: float = setting(NUMBER, "大小", "size", default=2.5)
    parts: tuple[Piece, ...] = setting(Listed(each=Part(of=Piece)), "块", "pieces")
    by: dict[str, str] = setting(Named(each=TEXT), "各", "by name")
    share: float = setting(
        number(0, 1), "比例", "share", default=0.2, name="a_share", also=("part",)
    )
    said: Prose = prose("说明", "words")
    switches: Switches = part(Switches, "开关", "switches")


GOOD: dict[str, Any] = {"name": "a", "size": 1.5, "parts": [{"n": 0}], "by": {1: "x"}}


def test_what_has_the_shape_has_no_fault() -> None:
    assert list(faults_of(Shape, GOOD)) == []
    assert list(faults_of(Shape, {**GOOD, "size": None, "notes": object(), "said": [1]})) == []
    assert MOMENT.holds(datetime(2026, 12, 1, tzinfo=UTC))
    assert MOMENT.holds("2026-12-01T00:00:00+08:00")
    assert DAY.holds(date(2026, 12, 1))
    assert not DAY.holds(datetime(2026, 12, 1, tzinfo=UTC))


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
        ({"parts": [{"n": 1, "m": 2}]}, "parts[0].m"),
        ({"by": {}}, "by"),
        ({"by": {"b": 2}}, "by.b"),
        ({"sizes": 2}, "sizes"),
        ({"a_share": 2}, "a_share"),
        ({"a_share": 0.1, "part": 0.1}, "part"),
        ({"switches": {"lout": "yes"}}, "switches.lout"),
        ({"switches": {"loud": True}}, "switches.loud"),
        ({"switches": {"often": 10}}, "switches.often"),
        ({"switches": []}, "switches"),
    ],
)
def test_every_fault_says_where(change: dict[str, object], field: str) -> None:
    (fault,) = faults_of(Shape, {**GOOD, **change})
    assert fault.field == field
    assert fault.zh
    assert fault.en


def test_a_time_without_its_offset_is_none() -> None:
    assert not MOMENT.holds(datetime(2026, 12, 1))  # noqa: DTZ001
    assert "2026-12-01 08:00" in MOMENT.zh


def test_a_name_that_is_not_known_is_told_with_the_nearest() -> None:
    (fault,) = faults_of(Shape, {**GOOD, "switches": {"offen": 2}})
    assert "是否为 often？" in fault.zh
    assert "is it often?" in fault.en
    (far,) = faults_of(Shape, {**GOOD, "switches": {"zzz": 2}})
    assert "可用 loud、often" in far.zh
    assert "notes" in far.en


def test_what_was_stored_is_read_by_what_is_known_of_it() -> None:
    reading = Reading(strict=False)
    stored = {**GOOD, "mood": "good", "size": "large", "switches": {"often": 4, "loudness": 1}}
    found = reading.value(Part(of=Shape), stored, "")
    assert not reading.faults
    assert (found.size, found.switches.often, found.switches.loud) == (2.5, 4, "no")


def test_a_text_that_yaml_cuts_at_a_comma_is_whole() -> None:
    cut = {"zh": "甲", "en": "keyed in", "at home (twice)": None}

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Words:
        zh: str = setting(TEXT, "中", "Chinese")
        en: str = setting(TEXT, "英", "English")

    reading = Reading()
    assert reading.value(Part(of=Words), cut, "").en == "keyed in, at home (twice)"
    assert [fault.field for fault in faults_of(Words, {**cut, "home": None})] == ["home"]
