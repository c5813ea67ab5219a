"""Words of a county's files: what reaches residents and papers has the right shape."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from survey.problems import Problem, Refused
from survey.scheme.folder import read_folder
from survey.scheme.planning import build_plan
from tests.factories import ANLAN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "county"
    shutil.copytree(ANLAN, out, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    return out


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def refused(folder: Path) -> list[Problem]:
    with pytest.raises(Refused) as caught:
        build_plan(read_folder(folder))
    return list(caught.value.problems)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("scheme.yaml", "county: {", "hotline: 057123456\ncounty: {", "0?57123456"),
        ("scheme.yaml", "county: {", "hotline: [12345, 12340]\ncounty: {", "must be a text"),
        ("scheme.yaml", "county: {", "hotline: ''\ncounty: {", "must be a text"),
        ("scheme.yaml", "county: {", f"hotline: '{'1' * 41}'\ncounty: {{", "at most 40"),
        ("scheme.yaml", "county: {", "contact: 057112\ncounty: {", "57112"),
        ("scheme.yaml", "county: {", "indicator: GZPY\ncounty: {", "named entries"),
        ("scheme.yaml", "county: {", "indicator: {name: 评议}\ncounty: {", "missing"),
        ("scheme.yaml", "county: {", "indicator: {code: 0123, name: 评议}\ncounty: {", "0123"),
        ("scheme.yaml", "county: {", "indicator: {code: 1_0, name: 评议}\ncounty: {", "1_0"),
        ("scheme.yaml", "county: {", "indicator: {code: 7, name: 评议}\ncounty: {", "text"),
        ("scheme.yaml", "title_zh: 安澜县", "title_zh: 安澜县" + "县" * 100, "at most 100"),
        ("scheme.yaml", "title_zh: 安澜县2026年度绩效管理公众评议", "title_zh: [甲, 乙]", "text"),
        ("scheme.yaml", "component_points: 20", "component_points: 2_0", "2_0"),
        ("scheme.yaml", "component_points: 20", "component_points: 0x14", "0x14"),
        ("scheme.yaml", "component_points: 20", "component_points: 1:30", "1:30"),
        ("notices.yaml", "请您评一评", "请您评一评" + "评" * 4000, "at most 4000"),
        ("units.csv", "城关街道,", "城关街道" + "道" * 100 + ",", "at most 100"),
        ("units.csv", "A,990621001000,0", "A,990621001000,0_0", "0 or 1"),
        ("respondent_groups.csv", ",30", ",3_0", "3_0"),
        ("class_group_weights.csv", "A,G1,50", "A,G1,5_0", "5_0"),
        ("class_group_weights.csv", ",220", ",2_20", "2_20"),
    ],
)
def test_words_and_numbers_in_the_wrong_shape_are_refused(
    folder: Path, name: str, old: str, new: str, said: str
) -> None:
    change(folder, name, old, new)
    problems = refused(folder)
    assert {problem.file for problem in problems} == {name}
    with pytest.raises(Refused, match=said):
        raise Refused(problems)


@pytest.mark.parametrize(
    "sign",
    ["\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u2028", "\u3164", "\ufe0f", "\x07", "\n"],
    ids=lambda sign: f"U+{ord(sign):04X}",
)
@pytest.mark.parametrize(
    ("name", "old"),
    [
        ("units.csv", "安澜县城关街道办事处"),
        ("units.csv", "城关街道,"),
        ("respondent_groups.csv", "两代表一委员"),
        ("townships.csv", "城关街道"),
        ("scheme.yaml", "安澜县2026年度绩效管理公众评议"),
        ("scheme.yaml", "张贴二维码自愿参评"),
        ("questionnaire.json", "办事效率"),
    ],
)
def test_signs_nobody_sees_are_refused_in_names(
    folder: Path, name: str, old: str, sign: str
) -> None:
    broken = old[:2] + sign + old[2:]
    if name.endswith("csv"):
        broken = f'"{broken.rstrip(",")}"' + "," * old.count(",")
    elif name.endswith("yaml"):
        broken = json.dumps(broken)
    else:
        broken = json.dumps(broken)[1:-1]
    change(folder, name, old, broken)
    if sign == "\n" and name == "questionnaire.json":
        build_plan(read_folder(folder))  # a text may have lines
        return
    (problem, *others) = refused(folder)
    assert not others
    assert problem.file == name
    assert f"U+{ord(sign):04X}" in problem.zh or "换行" in problem.zh


def test_a_private_sign_is_refused_as_one(folder: Path) -> None:
    change(folder, "units.csv", "安澜县城关", "安澜\ue863城关")
    (problem,) = refused(folder)
    assert "自造字" in problem.zh
    assert (problem.row, problem.field) == (2, "name_zh")


def without_english(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if k not in {"en", "title_en", "name_en"}}
        return {name: without_english(entry) for name, entry in kept.items()}
    return [without_english(entry) for entry in value] if isinstance(value, list) else value


def blank(table: list[list[str]], at: int) -> None:
    for row in table[1:]:
        row[at] = ""


def gone(table: list[list[str]], at: int) -> None:
    for row in table:
        del row[at]


@pytest.mark.parametrize("left_out", [blank, gone])
def test_a_county_that_needs_no_english_leaves_it_out_everywhere(
    folder: Path, left_out: Callable[[list[list[str]], int], None]
) -> None:
    for name in ("units.csv", "townships.csv", "respondent_groups.csv"):
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.reader(file))
        left_out(table, table[0].index("name_en"))
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(table)
    for name in ("scheme.yaml", "notices.yaml"):
        content = without_english(yaml.safe_load((folder / name).read_text("utf-8")))
        (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    path = folder / "questionnaire.json"
    asked = without_english(json.loads(path.read_text("utf-8")))
    path.write_text(json.dumps(asked, ensure_ascii=False), "utf-8")
    county = read_folder(folder)
    build_plan(county)
    assert county.units[0].name_en == county.units[0].name_zh == "安澜县城关街道办事处"
    assert county.campaign.title_en == county.campaign.title_zh
    assert county.townships[0].name_en == county.townships[0].name_zh
    assert county.groups[0].name_en == county.groups[0].name_zh
    assert county.scheme.channels["qr_open"].name("en") == "张贴二维码自愿参评"
    assert county.texts["poster"]["en"] == county.texts["poster"]["zh"]
    assert county.questionnaire["scored_items"][0]["en"] == asked["scored_items"][0]["zh"]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-12-01", "2026-12-20"),
        ("2026/12/1", "2026/12/20"),
        ("2026年12月1日", "2026年12月20日"),
        ('"２０２６－１２－０１"', '"２０２６－１２－２０　"'),
        ("2026-12-01 00:00:00", "2026-12-20 23:59:59"),
        ("2026-12-01 0：00", "2026/12/20 23：59：59"),
        ("2026-12-01T00:00:00+08:00", "2026-12-20T15:59:59Z"),
    ],
)
def test_plain_dates_are_of_the_campaigns_zone_and_end_with_the_day(
    folder: Path, start: str, end: str
) -> None:
    period = "{start: 2026-12-01T00:00:00+08:00, end: 2026-12-20T23:59:59+08:00}"
    change(folder, "scheme.yaml", period, f"{{start: {start}, end: {end}}}")
    found, known = read_folder(folder), read_folder(ANLAN)
    assert found.campaign.starts_at == known.campaign.starts_at
    assert found.campaign.ends_at == known.campaign.ends_at
    assert found.scheme.campaign.fieldwork.ends_at == known.campaign.ends_at


def test_a_plain_date_follows_the_zone_that_is_named(folder: Path) -> None:
    period = "{start: 2026-12-01T00:00:00+08:00, end: 2026-12-20T23:59:59+08:00}"
    change(folder, "scheme.yaml", period, "{start: 2026-12-01, end: 2026-12-20}")
    change(folder, "scheme.yaml", "Asia/Shanghai", "Asia/Urumqi")
    assert read_folder(folder).campaign.ends_at.isoformat() == "2026-12-20T23:59:59+06:00"


@pytest.mark.parametrize("day", ["2026-13-01", "12月1日", "20261201", "2026-02-30"])
def test_a_date_that_is_none_is_refused(folder: Path, day: str) -> None:
    period = "start: 2026-12-01T00:00:00+08:00"
    change(folder, "scheme.yaml", period, f'start: "{day}"')
    (problem,) = refused(folder)
    assert problem.field == "campaign.fieldwork.start"


def test_full_width_digits_letters_and_colons_are_read_as_plain_ones(folder: Path) -> None:
    change(
        folder,
        "units.csv",
        "A01,119906219906000129",
        "Ａ０１ ,１１９９０６２１９９０６０００１２９",
    )
    change(folder, "units.csv", "A,990621001000,0", "Ａ,９９０６２１００１０００　,０")
    change(folder, "class_group_weights.csv", "A,G1,50", "Ａ,Ｇ１,５０")
    change(folder, "respondent_groups.csv", "G1,", "Ｇ１,")
    change(folder, "scheme.yaml", "  A: {zh", "  Ａ: {zh")
    change(folder, "scheme.yaml", "component_points: 20", "component_points: ２０")
    change(folder, "scheme.yaml", "id: ANLAN-2026-GZPY", "id: ＡＮＬＡＮ－2026－GZPY")
    change(folder, "questionnaire.json", '"id": "C1"', '"id": "Ｃ１"')
    found, known = read_folder(folder), read_folder(ANLAN)
    assert found.units == known.units
    assert found.groups == known.groups
    assert found.class_groups == known.class_groups
    assert build_plan(found) == build_plan(known)
    assert found.campaign == known.campaign


def test_codes_alike_but_for_their_width_are_the_same_code(folder: Path) -> None:
    change(folder, "units.csv", "A02,", "Ａ０１,")
    (problem,) = refused(folder)
    assert (problem.row, problem.field) == (3, "unit_code")
    assert "repeats row 2" in problem.en


def test_a_full_width_colon_is_named_where_it_spoils_the_yaml(folder: Path) -> None:
    change(folder, "scheme.yaml", "campaign:\n  id: ", "campaign:\n  id： ")
    (problem,) = refused(folder)
    assert "半角" in problem.zh
    assert problem.row


def test_a_name_in_latin_letters_may_be_twice_as_long(folder: Path) -> None:
    change(folder, "units.csv", "Chengguan Subdistrict Office", "Office " * 28)
    assert len(read_folder(folder).units[0].name_en) > 190
    change(folder, "units.csv", "Office " * 28, "Office " * 30)
    (problem,) = refused(folder)
    assert "at most 200" in problem.en
