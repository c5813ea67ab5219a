"""Figures of counties together where their plans are the same, apart with the reason where not."""

from collections.abc import Callable
from functools import cache

import pytest

from survey.appraisal.record import ScoreDocument
from survey.city.rolling import CityClass, CountyOfClass, roll_counties_up
from survey.problems import Refused
from tests.city.counties import KEYS, Document, document, raised

NAMES = tuple(KEYS)


@cache
def plain(county: str) -> ScoreDocument:
    return ScoreDocument.from_dict(document(county))


def changed(county: str, change: Callable[[Document], None]) -> ScoreDocument:
    return ScoreDocument.from_dict(document(county, change=change))


def of_class(found: list[CityClass], code: str = "A") -> dict[str, CountyOfClass]:
    [wanted] = [each for each in found if each.code == code]
    return {each.county: each for each in wanted.counties}


def test_counties_of_one_plan_get_common_figures_by_hand_computed() -> None:
    found = roll_counties_up({"安澜县": plain("安澜县"), "临水县": changed("临水县", raised(2))})
    [first] = [each for each in found if each.code == "A"]
    units = [unit for unit in plain("安澜县").units if unit.class_code == "A" and unit.score]
    mean = sum(float(unit.score or 0) for unit in units) / len(units)
    # The longer half of each interval, and what rounding can have taken of it.
    half = sum(
        max(float(u.upper or 0) - float(u.score or 0), float(u.score or 0) - float(u.lower or 0))
        + 0.01
        for u in units
    ) / len(units)
    counties = of_class(found)
    one, other = counties["安澜县"].figure, counties["临水县"].figure
    assert one is not None
    assert other is not None
    assert (one.value, one.half_width) == pytest.approx((mean, half))
    assert other.value == pytest.approx(mean + 2)
    assert first.city is not None
    assert first.city.value == pytest.approx(mean + 1)
    assert first.city.independent == pytest.approx(half / 2**0.5)
    assert first.confidence == "0.95"


def test_ranks_are_told_only_as_far_as_intervals_tell_them() -> None:
    near = of_class(
        roll_counties_up({"安澜县": plain("安澜县"), "临水县": changed("临水县", raised(0.3))})
    )
    assert {each.ranks for each in near.values()} == {(1, 2)}
    far = of_class(
        roll_counties_up({"安澜县": plain("安澜县"), "临水县": changed("临水县", raised(-30))})
    )
    assert (far["安澜县"].ranks, far["临水县"].ranks) == ((1, 1), (2, 2))


def drop_item(found: Document) -> None:
    found["reported"]["items"] = [
        item for item in found["reported"]["items"] if item["item_id"] != "C3"
    ]


def reword_item(found: Document) -> None:
    found["reported"]["items"][0]["words"] = "您对{unit}是否满意？"


def other_points(found: Document) -> None:
    for unit in found["units"]:
        unit["full_points"] = "15.00"


def other_weights(found: Document) -> None:
    for unit in found["units"]:
        unit["groups"][0]["share"], unit["groups"][1]["share"] = "0.4000", "0.3000"


def other_name(found: Document) -> None:
    found["reported"]["classes"][0]["name"] = "街道"


def other_confidence(found: Document) -> None:
    found["reported"]["confidence"] = "0.90"


def other_version(found: Document) -> None:
    found["release"]["code_version"] = "0.2.0+abc"


def other_minimum(found: Document) -> None:
    found["reported"]["groups"][0]["min_valid"] = 30


def say_nothing(found: Document) -> None:
    del found["reported"]


def publish_few(found: Document) -> None:
    of_a = [unit for unit in found["units"] if unit["class"] == "A"]
    for unit in of_a[1:]:
        unit.update(status="insufficient", score=None, lower=None, upper=None)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (drop_item, "题目：缺 C3"),
        (reword_item, "题目：不同 C1"),
        (other_points, "满分不同：15.00，其他县为20.00"),
        (other_weights, "评议对象权重：不同 G1、G2"),
        (other_name, "类别名称不同：街道"),
        (other_confidence, "置信度不同：0.90"),
        (other_version, "程序版本（方法）不同：0.2"),
        (other_minimum, "评议对象：不同 G1"),
        (say_nothing, "没有写明题目和评议对象"),
        (publish_few, "不足八成"),
    ],
)
def test_a_county_that_differs_stands_apart_and_says_in_what(
    change: Callable[[Document], None], words: str
) -> None:
    found = roll_counties_up(
        {
            "安澜县": plain("安澜县"),
            "临水县": changed("临水县", change),
            "平川县": plain("平川县"),
        }
    )
    counties = of_class(found)
    assert counties["临水县"].figure is None
    assert counties["临水县"].ranks is None
    assert any(words in said.zh for said in counties["临水县"].why)
    assert all(said.en for said in counties["临水县"].why)
    for county in ("安澜县", "平川县"):
        assert counties[county].why == ()
        assert counties[county].figure is not None


def test_where_no_two_plans_match_there_is_no_common_figure() -> None:
    found = roll_counties_up({"安澜县": plain("安澜县"), "临水县": changed("临水县", drop_item)})
    assert all(each.city is None for each in found)
    assert all(county.figure is None for each in found for county in each.counties)


def test_weights_of_a_bureau_count_and_one_that_lacks_is_named() -> None:
    documents = {"安澜县": plain("安澜县"), "临水县": plain("临水县")}
    units = [unit for unit in plain("安澜县").units if unit.score]
    codes = [each.campaign.id for each in documents.values()]
    weights = {(code, unit.unit_code): 1.0 for code in codes for unit in units}
    first = next(unit for unit in units if unit.class_code == "A")
    weights[codes[0], first.unit_code] = 1e9
    figure = of_class(roll_counties_up(documents, weights=weights))["安澜县"].figure
    assert figure is not None
    assert figure.value == pytest.approx(float(first.score or 0), abs=1e-4)
    del weights[codes[1], first.unit_code]
    with pytest.raises(Refused, match=f"unit {first.unit_code} has no weight"):
        roll_counties_up(documents, weights=weights)
