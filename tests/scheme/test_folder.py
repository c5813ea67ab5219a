"""Every fault of a folder is named by file, row and field, in both languages."""

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path

import pytest

from survey.problems import Problem, Refused
from survey.scheme.checks import uscc_holds
from survey.scheme.folder import read_folder
from survey.scheme.planning import build_plan
from survey.stats.campaign.corrections import (
    BorrowingPlan,
    CombinationPlan,
    Corrections,
    NonresponsePlan,
    ProtectionPlan,
    QualityPlan,
    RatersPlan,
    SmallAreasPlan,
)
from survey.stats.campaign.plan import Plan

ANLAN = Path(__file__).parents[2] / "survey" / "demo" / "anlan"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "county"
    shutil.copytree(ANLAN, out, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    return out


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text("utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), "utf-8")


def refused(folder: Path) -> list[Problem]:
    with pytest.raises(Refused) as caught:
        build_plan(read_folder(folder))
    return list(caught.value.problems)


def only(folder: Path) -> Problem:
    (problem,) = refused(folder)
    return problem


def test_the_demonstration_county_is_read_whole() -> None:
    county = read_folder(ANLAN)
    assert county.scheme.county.area_code == "990621000000"
    assert county.scheme.county.simulated
    assert list(county.scheme.classes) == ["A", "B", "C"]
    assert [len(county.units), len(county.townships), len(county.groups)] == [26, 12, 5]
    assert county.campaign.starts_at.isoformat() == "2026-12-01T00:00:00+08:00"
    unit = county.units[12]
    assert (unit.unit_code, unit.item_ids[-2:]) == ("B01", ("S1B", "S2B01"))
    assert county.class_groups[0].coefficient == Decimal(50)
    adults = {
        margin.category: margin.total
        for margin in county.margins
        if (margin.area_code, margin.variable) == ("990621000000", "sex")
    }
    assert adults == {"male": 154242, "female": 153377}
    assert set(county.digests) >= {"scheme.yaml", "units.csv", "population_cells.csv"}


def test_margins_alone_and_cells_alone_say_the_same(folder: Path) -> None:
    both = read_folder(folder)
    (folder / "population_margins_18plus.csv").rename(folder / "kept.csv")
    cells = read_folder(folder)
    (folder / "population_cells.csv").unlink()
    (folder / "kept.csv").rename(folder / "population_margins_18plus.csv")
    margins = read_folder(folder)
    assert both.margins == cells.margins
    assert build_plan(margins).digest() == build_plan(cells).digest()


def test_townships_come_from_the_population_where_no_file_lists_them(folder: Path) -> None:
    (folder / "townships.csv").unlink()
    county = read_folder(folder)
    assert county.townships[0].name_zh == "城关街道"
    assert county.townships[0].resident_population == 68214


@pytest.mark.parametrize(
    "name",
    [
        *("units.csv", "respondent_groups.csv", "class_group_weights.csv"),
        *("scheme.yaml", "questionnaire.json"),
    ],
)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    problem = refused(folder)[0]
    assert problem.file == name
    assert "不存在" in problem.zh
    assert "missing" in problem.en


def test_missing_population_is_named(folder: Path) -> None:
    (folder / "population_cells.csv").unlink()
    (folder / "population_margins_18plus.csv").unlink()
    assert only(folder).file == "population_margins_18plus.csv"


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_files_are_read_in_every_encoding_offices_use(folder: Path, encoding: str) -> None:
    expected = read_folder(folder).units
    for name in ("units.csv", "townships.csv"):
        path = folder / name
        path.write_bytes(path.read_text("utf-8-sig").encode(encoding))
    assert read_folder(folder).units == expected


def test_a_file_in_no_encoding_is_refused_by_row(folder: Path) -> None:
    path = folder / "units.csv"
    path.write_bytes(path.read_bytes() + b"\xff\xff\xff")
    problem = refused(folder)[0]
    assert (problem.file, problem.row) == ("units.csv", 28)
    assert "UTF-8" in problem.zh
    assert "UTF-8" in problem.en


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_other_separators_are_read_too(folder: Path, separator: str) -> None:
    path = folder / "respondent_groups.csv"
    expected = read_folder(folder).groups
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    assert read_folder(folder).groups == expected


def test_codes_a_spreadsheet_made_numbers_of_are_refused_by_row_and_column(folder: Path) -> None:
    path = folder / "townships.csv"
    codes = [line.partition(",")[0] for line in path.read_text("utf-8-sig").splitlines()[1:]]
    text = path.read_text("utf-8-sig")
    for code in codes:
        text = text.replace(code, f"{float(code):.5E}")
    path.write_text(text, "utf-8")
    found = [problem for problem in refused(folder) if problem.file == "townships.csv"]
    assert found[0].row == 2
    assert found[0].field == "township_code"
    assert "文本" in found[0].zh


def test_a_byte_order_mark_does_no_harm(folder: Path) -> None:
    path = folder / "units.csv"
    path.write_text(path.read_text("utf-8"), "utf-8-sig")
    assert len(read_folder(folder).units) == 26


def test_a_heading_given_twice_and_one_left_out(folder: Path) -> None:
    change(folder, "units.csv", "uscc,name_zh,short_zh", "uscc,uscc,short_zh")
    problems = refused(folder)
    assert [(p.file, p.row, p.field) for p in problems[:2]] == [
        ("units.csv", 1, "uscc"),
        ("units.csv", 1, "name_zh"),
    ]


def test_a_ragged_row(folder: Path) -> None:
    change(folder, "units.csv", ",A,990621001000,0,S2A", ",A,990621001000,0")
    problem = refused(folder)[0]
    assert (problem.file, problem.row) == ("units.csv", 2)


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("units.csv", "A02,", "A01,", (3, "unit_code")),
        ("units.csv", "A02,", "A/02,", (3, "unit_code")),
        ("units.csv", "11990621990600047U", "11990621990600047A", (5, "uscc")),
        ("units.csv", ",A,990621001000", ",D,990621001000", (2, "class")),
        ("units.csv", "990621001000,0", "990621009999,0", (2, "area_code12")),
        ("units.csv", "990621001000,0", "990621001000,no", (2, "is_vertical")),
        ("units.csv", "S2B01", "S9", (14, "specific_item_2")),
        ("units.csv", ",城关街道,", ",,", (2, "short_zh")),
        ("class_group_weights.csv", "A,G1,50", "A,G1,51", (6, "weight_percent")),
        ("class_group_weights.csv", "A,G1,50", "A,G1,-5", (2, "weight_percent")),
        ("class_group_weights.csv", "A,G1,50", "A,G1,half", (2, "weight_percent")),
        ("class_group_weights.csv", "A,G1,50", "A,G7,50", (2, "group_code")),
        ("class_group_weights.csv", ",220", ",many", (2, "target_valid_per_unit")),
        ("respondent_groups.csv", ",50", ",few", (2, "min_valid_per_unit")),
        ("respondent_groups.csv", ",50", ",9", (2, "min_valid_per_unit")),
        ("population_cells.csv", "urban,male,0-14,7951", "urban,male,0-14,-3", (2, "population")),
        ("population_cells.csv", "urban,male,18-29", "urban,man,18-29", (6, "sex")),
        ("population_margins_18plus.csv", "154242", "154243", (2, "population_18plus")),
    ],
)
def test_a_fault_is_named_by_file_row_and_field(
    folder: Path, name: str, old: str, new: str, place: tuple[int, str]
) -> None:
    row, field = place
    change(folder, name, old, new)
    problem = refused(folder)[0]
    assert (problem.file, problem.row, problem.field) == (name, row, field)
    assert problem.text("zh").startswith(f"{name} 第 {row} 行 {field}：")
    assert problem.text("en").startswith(f"{name}, row {row}, {field}: ")


def test_margins_that_disagree_among_themselves(folder: Path) -> None:
    (folder / "population_cells.csv").unlink()
    change(folder, "population_margins_18plus.csv", "18-29,45188", "18-29,45000")
    problem = refused(folder)[0]
    assert problem.file == "population_margins_18plus.csv"
    assert (problem.row, problem.field) == (4, "population_18plus")
    assert "307431" in problem.zh
    assert "307619" in problem.en


def test_a_township_that_disagrees_with_its_own_margins(folder: Path) -> None:
    (folder / "population_cells.csv").unlink()
    change(folder, "population_margins_18plus.csv", "female,6077", "female,6078")
    places = {(problem.row, problem.field) for problem in refused(folder)}
    # Its age and residence against its sex, and the county's list of townships against it.
    assert places == {(row, "population_18plus") for row in (15, 101, 105)}


def test_item_coefficients_must_sum_to_100(folder: Path) -> None:
    change(folder, "questionnaire.json", '"weight": 15', '"weight": 14')
    problems = refused(folder)
    assert (problems[0].file, problems[0].field) == ("questionnaire.json", "item_sets.A")
    assert "99" in problems[0].zh


def test_coefficients_of_units_own_items_are_summed_per_unit(folder: Path) -> None:
    text = (folder / "questionnaire.json").read_text("utf-8")
    at = text.index('"weight"', text.index('"S2B03"'))
    (folder / "questionnaire.json").write_text(
        text[:at] + text[at:].replace("10", "11", 1), "utf-8"
    )
    problem = only(folder)
    assert (problem.file, problem.row) == ("units.csv", 16)
    assert "B03" in problem.en


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('"weight": 15', '"weight": -15', "scored_items[0].weight"),
        ('"id": "C2"', '"id": "C1"', "scored_items[1].id"),
        ('"value": 1,', '"value": 2,', "scale.value"),
        ('"value": 0,', '"value": 10,', "scale.value"),
        ('"profile"', '"person"', "profile"),
        ('"id": "P2"', '"id": "P5"', "profile"),
        ('"under18",', "", "profile[0].options"),
        ('"male",', '"man",', "profile[1].options"),
        ('"en": "Your sex"', '"de": "Ihr Geschlecht"', "profile[1].de"),
        ('"max": 3', '"most": 3', "conditional[0].max"),
        ('"value": "R2"', '"value": "R;2"', "conditional[0].options"),
        ('"max_chars": 500', '"max_chars": "500"', "open_comment.max_chars"),
        ('"survey_label": {', '"survey_label": [], "label": {', "survey_label"),
    ],
)
def test_items_that_cannot_be_asked_or_scored(folder: Path, old: str, new: str, field: str) -> None:
    change(folder, "questionnaire.json", old, new)
    # A name that is missing may stand there under another one, which is a fault of its own.
    assert field in {problem.field for problem in refused(folder)}


@pytest.mark.parametrize(
    ("items", "words"),
    [(["C1", "C99"], "没有题目“C99”"), (["C1", "C1"], "题目“C1”已在一个标题下")],
)
def test_headings_stand_over_items_there_are_and_over_each_once(
    folder: Path, items: list[str], words: str
) -> None:
    path = folder / "questionnaire.json"
    content = json.loads(path.read_text("utf-8"))
    content["headings"] = [{"zh": "办事", "en": "Service", "items": items}]
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    problem = only(folder)
    assert problem.field == "headings[0].items"
    assert words in problem.zh


@pytest.mark.parametrize(
    ("file", "line", "field", "words"),
    [
        ("class_group_weights.csv", "A,G2,", "group_code", "缺少 A 类 G2 组的一行"),
        ("respondent_groups.csv", "G3,", None, "G3"),
    ],
)
def test_a_row_that_is_missing_is_named(
    folder: Path, file: str, line: str, field: str | None, words: str
) -> None:
    path = folder / file
    kept = [each for each in path.read_text("utf-8-sig").splitlines() if not each.startswith(line)]
    path.write_text("\n".join(kept) + "\n", "utf-8")
    said = refused(folder)
    assert [each for each in said if words in each.zh and field in {None, each.field}]


def test_a_class_without_items_is_named(folder: Path) -> None:
    path = folder / "questionnaire.json"
    content = json.loads(path.read_text("utf-8"))
    del content["item_sets"]["A"]
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    assert "item_sets.A" in {problem.field for problem in refused(folder)}


def test_blank_lines_do_no_harm(folder: Path) -> None:
    change(folder, "respondent_groups.csv", "\nG2", "\n\nG2")
    assert len(read_folder(folder).groups) == 5


def test_a_county_without_units(folder: Path) -> None:
    path = folder / "units.csv"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert only(folder).file == "units.csv"


def test_an_item_set_with_an_unknown_item(folder: Path) -> None:
    change(folder, "questionnaire.json", '"S1A",\n   "S2A"\n  ]', '"S1A",\n   "S9"\n  ]')
    assert only(folder).field == "item_sets.A"


def test_scales_must_agree(folder: Path) -> None:
    change(folder, "scheme.yaml", "4: 80", "4: 75")
    problem = only(folder)
    assert (problem.file, problem.field) == ("questionnaire.json", "scale.points")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("conversion: direct ", "conversion: lottery ", "scoring.conversion"),
        ("rule: ROUND_HALF_UP", "rule: ROUND_DOWN", "scoring.rounding.rule"),
        ("method: raking", "method: guessing", "scoring.weighting.G1.method"),
        ("margins: [sex,", "margins: [shoe,", "scoring.weighting.G1.margins"),
        ("universe_A: own township", "universe_A: moon", "scoring.weighting.G1.universe_A"),
        ("id: V04", "id: V44", "validity_rules.V44"),
        ("action: quarantine", "action: burn", "validity_rules.V07.action"),
        ("en: Poor, min: 0}", "en: Poor, min: 5}", "scoring.grade_bands"),
        ("en: Poor, min: 0}", "en: Poor, min: low}", "scoring.grade_bands[3].min"),
        ("trim: [0.2, 5.0]", "trim: [5.0, 0.2]", "scoring.weighting.G1.trim"),
        ("trim: [0.2, 5.0]", "trim: [0.2]", "scoring.weighting.G1.trim"),
        ("    G1: {method", "    G9: {method", "scoring.weighting.G9"),
        ("trim: [0.2, 5.0]", "trims: [0.2, 5.0]", "scoring.weighting.G1.trims"),
        ("[sex, age4, residence]", "", "scoring.weighting.G1.margins"),
        ("method: raking", "method: none", "scoring.weighting.G1.method"),
        (
            "_covered_percent: 60",
            "_covered_percent: 150",
            "scoring.min_group_weight_covered_percent",
        ),
        ("component_points: 20", "component_points: -20", "scoring.component_points"),
        ("digits: 2", "digits: 12", "scoring.rounding.digits"),
        ("en: Fair, min: 60}", "en: Fair, min: 80}", "scoring.grade_bands"),
        ("id: V04", "id: V01", "validity_rules.V01"),
        ("seconds: 20", "second: 20", "validity_rules.V04.second"),
        ("quarantine}  ", "quarantine, min_answers: 9.5}  ", "validity_rules.V07.min_answers"),
        ("quarantine}  ", "quarantine, same_share: 80}  ", "validity_rules.V07.same_share"),
        ("invited: false", 'invited: "false"', "channels.qr_open.invited"),
        ("invited: false", "invite: false", "channels.qr_open.invited"),
        ("seconds: 20", "seconds: none", "validity_rules.V04.seconds"),
        ("digits: 2", "digits: two", "scoring.rounding.digits"),
        ("channels:\n", "channels: []\nother:\n", "channels"),
        ("en: SMS one-time token, invited: true", "en: SMS", "channels.token_sms.invited"),
        ("id: ANLAN-2026", "id: ../ANLAN-2026", "campaign.id"),
        ("min_cell_for_reports: 10", "min_cell_for_reports: ten", "privacy.min_cell_for_reports"),
        ("verify_workdays: 1", "verify_workdays: soon", "rectification.verify_workdays"),
        ("validity_rules:", "rules:", "validity_rules"),
        ("start: 2026-12-01T", "start: 2027-12-01T", "campaign.fieldwork.end"),
        ("2026-12-01T00:00:00+08:00", "soon", "campaign.fieldwork.start"),
        ("Asia/Shanghai", "Asia/Anlan", "campaign.timezone"),
        ("title_zh: 安澜县2026年度绩效管理公众评议\n", "title_zh:\n", "campaign.title_zh"),
        ("zh: 乡镇（街道）, en", "name: 乡镇（街道）, en", "classes.A.zh"),
    ],
)
def test_a_scheme_that_asks_for_what_is_not_known(
    folder: Path, old: str, new: str, field: str
) -> None:
    change(folder, "scheme.yaml", old, new)
    problems = refused(folder)
    assert ("scheme.yaml", field) in {(p.file, p.field) for p in problems}
    assert all(problem.zh and problem.en for problem in problems)


@pytest.mark.parametrize("points", [[60] * 5, [-50, 30, 60, 80, 100], [0, 30, 60, 80, 140]])
def test_points_that_make_no_scale(folder: Path, points: list[int]) -> None:
    stated = ", ".join(f"{value}: {worth}" for value, worth in enumerate(points, start=1))
    change(folder, "scheme.yaml", "{5: 100, 4: 80, 3: 60, 2: 30, 1: 0}", f"{{{stated}}}")
    assert only(folder).field == "scale_points"


def test_numbers_left_empty_keep_their_default_and_the_seed_is_the_schemes(folder: Path) -> None:
    usual = build_plan(read_folder(folder))
    change(folder, "scheme.yaml", "_covered_percent: 60", "_covered_percent:")
    change(folder, "scheme.yaml", "digits: 2,", "digits: ,")
    change(folder, "scheme.yaml", "component_points: 20", "component_points: 20\n  seed: 0")
    assert build_plan(read_folder(folder)) == replace(usual, seed=0)


def test_a_scheme_may_hold_the_units_of_each_class_against_lines(folder: Path) -> None:
    bare = build_plan(read_folder(folder))
    change(
        folder, "scheme.yaml", "  conversion: direct",
        "  decisions: {thresholds: [80, class_mean, 80], thresholds_B: [75.5], error_rate: 0.1}\n"
        "  conversion: direct",
    )  # fmt: skip
    plan = build_plan(read_folder(folder))
    assert [(line.class_code, line.score) for line in plan.decisions.thresholds] == [
        ("A", 80), ("A", None), ("B", 75.5), ("C", 80), ("C", None),
    ]  # fmt: skip
    assert plan.decisions.error_rate == 0.1
    assert "decisions" not in bare.to_dict()


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{thresholds: [mean]}", "thresholds[0]"),
        ("{thresholds: []}", "thresholds"),
        ("{thresholds: 80}", "thresholds"),
        ("{thresholds: [80], error_rate: 0}", "error_rate"),
        ("{thresholds: [80], error_rate: 1}", "error_rate"),
        ("{thresholds_A: ['80']}", "thresholds_A[0]"),
    ],
)
def test_lines_and_rates_that_are_none_are_refused(folder: Path, text: str, field: str) -> None:
    change(
        folder, "scheme.yaml", "  conversion: direct", f"  decisions: {text}\n  conversion: direct"
    )
    assert only(folder).field == f"scoring.decisions.{field}"


def corrected(folder: Path, text: str) -> None:
    change(
        folder, "scheme.yaml", "  conversion: direct", f"  debiasing: {text}\n  conversion: direct"
    )


def settings(plan: Plan) -> Corrections:
    return Corrections(**{step.name: getattr(plan, step.name) for step in fields(Corrections)})


def test_a_scheme_may_set_every_step_of_the_correction(folder: Path) -> None:
    assert settings(build_plan(read_folder(folder))) == Corrections()
    corrected(
        folder,
        "{cap_collusion: false, weigh_carelessness: false, combination: chen_li_wu, limit: none,"
        " min_answers: 12, min_units: 9, false_alarm_rate: 0.05, unprotected_share: 0.3,"
        " rank_unprotected: true, nonresponse: callbacks, small_areas: assisted,"
        " largest_se: 2, leniency: within}",
    )
    assert settings(build_plan(read_folder(folder))) == Corrections(
        quality=QualityPlan(cap_collusion=False, weigh_carelessness=False, false_alarm_rate=0.05),
        nonresponse=NonresponsePlan(method="callbacks"),
        raters=RatersPlan(method="within"),
        combination=CombinationPlan(method="chen_li_wu", limit=None, min_answers=12, min_units=9),
        protection=ProtectionPlan(unprotected_share=0.3, rank_unprotected=True),
        small_areas=SmallAreasPlan(method="assisted", largest_se=2),
    )


def test_a_scheme_may_let_the_groups_of_a_unit_borrow(folder: Path) -> None:
    corrected(folder, "{borrowing: groups}")
    plan = build_plan(read_folder(folder))
    assert settings(plan) == Corrections(borrowing=BorrowingPlan(method="groups"))


@pytest.mark.parametrize(
    "text",
    ["[0]", "[367]", "['5 third']", "[5.5]", "[5, '5 first']", "['9 second']",
     "['5 second', '9 first']", "[true]"],
)  # fmt: skip
def test_days_of_reminders_that_cannot_be_are_refused(folder: Path, text: str) -> None:
    change(folder, "scheme.yaml", "calendar:", f"reminder_days: {text}\ncalendar:")
    assert only(folder).field.startswith("reminder_days")


def test_days_of_reminders_say_whose_turn_it_is(folder: Path) -> None:
    text = "[5 first, 9 second, 14]"
    change(folder, "scheme.yaml", "calendar:", f"reminder_days: {text}\ncalendar:")
    assert read_folder(folder).scheme.reminder_days == (
        (5, "first"), (9, "second"), (14, "all"),
    )  # fmt: skip


DOCUMENT = "ab" * 32


def test_a_scheme_may_let_the_scores_of_last_time_tell_where_units_lie(folder: Path) -> None:
    last = f"last_release: {{campaign: then, document: {DOCUMENT}, score_B01: 80.5, score_A01: 71}}"
    corrected(folder, f"{{borrowing: groups, borrowing_covariate: last_release, {last}}}")
    assert build_plan(read_folder(folder)).borrowing == BorrowingPlan(
        method="groups", covariate="last_release", earlier=(("A01", 71.0), ("B01", 80.5)),
        campaign="then", document=DOCUMENT,
    )  # fmt: skip


def test_scores_of_last_time_that_nobody_looks_at_are_no_part_of_the_plan(folder: Path) -> None:
    before = build_plan(read_folder(folder)).digest()
    corrected(folder, f"{{last_release: {{campaign: then, document: {DOCUMENT}, score_A01: 71}}}}")
    assert build_plan(read_folder(folder)).digest() == before


@pytest.mark.parametrize(
    ("last", "field", "words"),
    [
        (f"{{campaign: then, document: {DOCUMENT}}}", "", "no score of last time"),
        ("{score_A01: 71}", "", "which document"),
        ("{campaign: then, score_A01: 71}", "", "which document"),
        (f"{{campaign: then, document: {DOCUMENT}, score_A99: 71}}", ".score_A99", "score_A9"),
    ],
)
def test_scores_of_last_time_must_be_of_units_here_and_from_somewhere(
    folder: Path, last: str, field: str, words: str
) -> None:
    wanted = f"borrowing: groups, borrowing_covariate: last_release, last_release: {last}"
    corrected(folder, f"{{{wanted}}}")
    with pytest.raises(Refused) as raised:
        build_plan(read_folder(folder))
    (problem,) = raised.value.problems
    assert problem.field == f"scoring.debiasing.last_release{field}"
    assert words in problem.en


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", ""),
        ("[limit]", ""),
        ("{limits: 1}", ".limits"),
        ("{limit: }", ".limit"),
        ("{limit: -1}", ".limit"),
        ("{limit: .inf}", ".limit"),
        ("{cap_collusion: 1}", ".cap_collusion"),
        ("{combination: lottery}", ".combination"),
        ("{leniency: kind}", ".leniency"),
        ("{min_answers: 2.5}", ".min_answers"),
        ("{min_answers: true}", ".min_answers"),
        ("{min_units: 2}", ".min_units"),
        ("{combination: pooled, limit: 0.5}", ".limit"),
        ("{false_alarm_rate: 0}", ".false_alarm_rate"),
        ("{unprotected_share: 20}", ".unprotected_share"),
        ("{nonresponse: guess}", ".nonresponse"),
        ("{small_areas: true}", ".small_areas"),
        ("{largest_se: 0}", ".largest_se"),
        ("{borrowing: units}", ".borrowing"),
        ("{borrowing: groups, small_areas: assisted}", ".borrowing"),
        ("{borrowing_covariate: weather}", ".borrowing_covariate"),
        ("{borrowing_covariate: last_release}", ".borrowing_covariate"),
        ("{last_release: {document: AB}}", ".last_release.document"),
        ("{last_release: {score_A01: high}}", ".last_release.score_A01"),
        ("{last_release: {scores_A01: 1}}", ".last_release.scores_A01"),
    ],
)
def test_a_correction_that_is_not_known_is_refused(folder: Path, text: str, field: str) -> None:
    corrected(folder, text)
    problem = only(folder)
    assert (problem.file, problem.field) == ("scheme.yaml", f"scoring.debiasing{field}")
    assert problem.zh
    assert problem.en


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("scheme.yaml", "a: [1", "YAML"),
        ("scheme.yaml", "- 1", "named entries"),
        ("questionnaire.json", "{", "JSON"),
        ("questionnaire.json", "[]", "missing"),
    ],
)
def test_documents_that_are_none(folder: Path, name: str, content: str, words: str) -> None:
    (folder / name).write_text(content, "utf-8")
    problem = refused(folder)[0]
    assert problem.file == name
    assert words in problem.en


def test_all_problems_are_collected(folder: Path) -> None:
    change(folder, "units.csv", ",A,990621001000", ",D,990621001000")
    change(folder, "respondent_groups.csv", ",50", ",few")
    files = {problem.file for problem in refused(folder)}
    assert files == {"units.csv", "respondent_groups.csv"}


def test_uscc_check_character() -> None:
    assert uscc_holds("119906219906000129")
    assert not uscc_holds("119906219906000128")
    assert not uscc_holds("11990621990600012")
    assert not uscc_holds("11990621990600012I")


def test_words_for_a_sitting_are_of_an_item_there_is(folder: Path) -> None:
    change(folder, "questionnaire.json", '"S2A": {', '"S9A": {')
    problem = only(folder)
    assert problem.field == "sitting_items.S9A"
    assert "没有计分题“S9A”" in problem.zh
    assert "there is no scored item 'S9A'" in problem.en


MARGINS = "population_margins_18plus.csv"


def in_percent(folder: Path, chosen: Callable[[dict[str, str]], bool], places: int = 4) -> None:
    """Rewrite the margins chosen as percentages, and take the cells away."""
    (folder / "population_cells.csv").unlink(missing_ok=True)
    with (folder / MARGINS).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["percent"] = ""
        if chosen(row):
            row["percent"] = f"{100 * Decimal(row['share']):.{places}f}%"
            row["population_18plus"] = ""
    with (folder / MARGINS).open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [name for name in rows[0] if name != "share"])
        table.writeheader()
        table.writerows({n: v for n, v in row.items() if n != "share"} for row in rows)


def test_margins_may_be_percentages_of_a_number_that_is_known(folder: Path) -> None:
    # The townships' numbers say how many adults live in each, and in the county.
    (folder / "population_cells.csv").unlink()
    people = read_folder(folder).margins
    in_percent(folder, lambda row: row["dimension"] != "township")
    found = read_folder(folder).margins
    assert [replace(margin, total=0) for margin in found] == [
        replace(margin, total=0) for margin in people
    ]
    apart = [each.total - margin.total for each, margin in zip(found, people, strict=True)]
    assert set(apart) <= {-1, 0, 1}
    build_plan(read_folder(folder))


def test_rounded_percentages_are_shared_out_to_the_last_person(folder: Path) -> None:
    in_percent(folder, lambda row: row["dimension"] == "age4", places=0)
    sums = {}
    for margin in read_folder(folder).margins:
        key = (margin.area_code, margin.variable)
        sums[key] = sums.get(key, 0) + margin.total
    assert {sums["990621000000", name] for name in ("sex", "age4", "residence")} == {307619}


@pytest.mark.parametrize(
    ("cells", "field", "zh", "en"),
    [
        (",40%", "percent", "合计 89.8594，应为 100", "sums to 89.8594"),
        ("154242,50.1406%", "percent", "请只留一项", "keep one"),
        ("154242,", "percent", "请只用一种", "use one"),
        (",一半", "percent", "“一半”不是非负数", "is not a number"),
        (",", "population_18plus", "不是非负整数", "whole number"),
    ],
)
def test_what_percentages_cannot_be_is_refused_by_its_row(
    folder: Path, cells: str, field: str, zh: str, en: str
) -> None:
    in_percent(folder, lambda row: row["dimension"] == "sex")
    change(folder, MARGINS, "sex,male,,50.1406%", f"sex,male,{cells}")
    first = next(p for p in refused(folder) if p.field == field)
    assert (first.file, first.row) == (MARGINS, 2)
    assert zh in first.zh
    assert en in first.en


def test_percentages_of_nobody_knows_how_many_are_refused(folder: Path) -> None:
    in_percent(folder, lambda row: True)
    problem = refused(folder)[0]
    assert (problem.file, problem.field) == (MARGINS, "percent")
    assert "改填人数 population_18plus" in problem.zh
    assert "in people, population_18plus" in problem.en


def test_percentages_beside_cells_must_agree_with_them(folder: Path) -> None:
    cells = (folder / "population_cells.csv").read_bytes()
    in_percent(folder, lambda row: row["dimension"] == "sex", places=1)
    (folder / "population_cells.csv").write_bytes(cells)
    read_folder(folder)
    change(folder, MARGINS, "sex,male,,50.1%", "sex,male,,52.1%")
    problem = only(folder)
    assert (problem.file, problem.row, problem.field) == (MARGINS, 2, "percent")
    assert "52.1 与 population_cells.csv 汇总的 50.14 不一致" in problem.zh


def test_slopes_of_earlier_campaigns_are_part_of_the_plan_where_waves_are_told_apart(
    folder: Path,
) -> None:
    bare = build_plan(read_folder(folder))
    assert bare.to_dict()["nonresponse"] == {"method": "none"}
    corrected(
        folder,
        "{nonresponse: waves_interval, slope_between: 0.3,"
        " earlier_slopes: ['0.21±0.14', '-1.5 +/- 1.5']}",
    )
    plan = build_plan(read_folder(folder))
    assert plan.nonresponse.earlier == ((0.21, 0.14), (-1.5, 1.5))
    assert plan.nonresponse.between == 0.3
    assert Plan.from_dict(plan.to_dict()) == plan


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{earlier_slopes: ['0.2']}", "earlier_slopes[0]"),
        ("{earlier_slopes: ['0.2±0.1'], earlier_slopes_of: [a, b]}", "earlier_slopes_of"),
        ("{earlier_slopes: [0.2]}", "earlier_slopes[0]"),
        ("{earlier_slopes: ['0.2±0']}", "earlier_slopes[0]"),
        ("{earlier_slopes: ['1.6±0.1']}", "earlier_slopes[0]"),
        ("{earlier_slopes: ['0.2±1.6']}", "earlier_slopes[0]"),
        ("{slope_between: 0.04}", "slope_between"),
        ("{slope_between: 0.31}", "slope_between"),
    ],
)
def test_slopes_that_are_none_are_refused(folder: Path, text: str, field: str) -> None:
    corrected(folder, text)
    assert only(folder).field == f"scoring.debiasing.{field}"
