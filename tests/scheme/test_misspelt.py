"""Nothing an office writes is passed over: a misspelt or impossible setting is refused by name.

Through the command that an office types, in both languages, with nothing stored.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from survey.cli import survey
from survey.fieldwork.campaigns import all_campaigns
from survey.problems import Refused
from survey.scheme.folder import read_folder
from survey.scheme.planning import build_plan
from survey.scheme.scheme import scheme_in
from survey.site.installation import open_site, upgrade_site
from tests.factories import ANLAN

CONTRACT = Path(__file__).parent / "contract" / "scheme.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "county"
    shutil.copytree(ANLAN, out, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    return out


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Result]:
    home = tmp_path / "home"
    monkeypatch.setenv("SURVEY_HOME", str(home))
    upgrade_site({"SURVEY_HOME": str(home)}).database.close()

    def run(folder: Path) -> Result:
        return CliRunner().invoke(survey, ["campaign", "load", str(folder)])

    return run


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text("utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def refused(result: Result) -> list[str]:
    """Return the lines of the one message; the command's wrapper prints them and ends with 1."""
    assert isinstance(result.exception, Refused), result.output
    return str(result.exception).splitlines()


MISSPELT = [
    ("scheme.yaml", "component_points: 20", "component_pointz: 20", "scoring", "component_points"),
    (
        "scheme.yaml",
        "min_group_weight_covered_percent: 60",
        "min_group_weight_coverd_percent: 95",
        "scoring",
        "min_group_weight_covered_percent",
    ),
    (
        "scheme.yaml",
        "min_cell_for_reports: 10",
        "min_cell_for_report: 50",
        "privacy",
        "min_cell_for_reports",
    ),
    ("scheme.yaml", "fictional: true", "fictitional: true", "county", "fictional"),
    ("scheme.yaml", "cycle: annual", "cycles: annual", "campaign", "cycle"),
    ("scheme.yaml", "en: burst, action", "en: burst, minuts: 20, action", "V08", "minutes"),
    ("scheme.yaml", "digits: 2", "digit: 2", "scoring.rounding", "digits"),
    ("scheme.yaml", "trim: [0.2", "trimm: [0.2", "scoring.weighting.G1", "trim"),
    ("scheme.yaml", "universe_B: whole", "universe_D: whole", "scoring.weighting.G1", "universe_"),
    ("scheme.yaml", "units: 12", "unit: 12", "classes.A", "units"),
    ("scheme.yaml", "recheck_share:", "recheck_shares:", "quality_targets", "recheck_share"),
    ("scheme.yaml", "who: inspector", "who: inspecter", "calendar[5].who", "inspector"),
    ("scheme.yaml", "simple_workdays:", "simpel_workdays:", "rectification", "simple_workdays"),
    ("scheme.yaml", "window_workdays:", "windows_workdays:", "appeal", "window_workdays"),
    ("scheme.yaml", "counted_in_score:", "count_in_score:", "dont_know", "counted_in_score"),
    ("scheme.yaml", "appeal:", "apeal:", "apeal", "appeal"),
    ("scheme.yaml", "scoring:", "scoring:\n  debiasing: {limt: 1}", "debiasing", "limit"),
    (
        "scheme.yaml",
        "scoring:",
        "scoring:\n  decisions: {threshold: [80]}",
        "decisions",
        "thresholds",
    ),
    ("scheme.yaml", "scoring:", "scoring:\n  decisions: {thresholds_D: [80]}", "decisions",
     "thresholds_"),
    (
        "scheme.yaml",
        "scoring:",
        "questionnaire: {item_oder: random}\nscoring:",
        "questionnaire",
        "item_order",
    ),
    ("scheme.yaml", "county: {", "hotlin: '12345'\ncounty: {", "hotlin", "hotline"),
    ("questionnaire.json", '"open_comment"', '"open_coment"', "open_coment", "open_comment"),
    ("questionnaire.json", '"required": false', '"requird": false', "conditional[0]", "required"),
    ("questionnaire.json", '"valid_until"', '"valid_untill"', "survey_label", "valid_until"),
    ("notices.yaml", "already:", "alredy:", "alredy", "already"),
    ("notices.yaml", "intro_sitting:", "intro_siting:", "intro_siting", "intro_sitting"),
    ("units.csv", "specific_item_2", "specific_item2", "specific_item2", "specific_item_2"),
    ("population_margins_18plus.csv", "18plus,share", "18plus,shares", "shares", "share"),
    ("respondent_groups.csv", "per_unit", "per_units", "min_valid_per_unit", "per_units"),
]  # fmt: skip


@pytest.mark.parametrize("case", MISSPELT, ids=lambda case: case[2].strip()[:30])
def test_a_misspelt_name_is_refused_with_the_one_meant(
    folder: Path, load: Callable[[Path], Result], case: tuple[str, ...]
) -> None:
    name, old, new, place, meant = case
    change(folder, name, old, new)
    told = [line for line in refused(load(folder)) if name in line and place in line]
    assert any("是否" in line and meant in line for line in told), told
    assert any("is it" in line and meant in line for line in told), told


IMPOSSIBLE = [
    ("scheme.yaml", "component_points: 20", "component_points: 2000", "component_points", "1000"),
    ("scheme.yaml", "component_points: 20", "component_points: '20'", "component_points", "1000"),
    ("scheme.yaml", "_percent: 60", "_percent: 160", "min_group_weight", "0 to 100"),
    ("scheme.yaml", "recheck_share: 0.30", "recheck_share: 30", "recheck_share", "0 to 1"),
    ("scheme.yaml", "units: 12", "units: 13", "classes.A.units", "has 12"),
    ("scheme.yaml", "item_first", "group_first", "scoring.order", "item_first"),
    ("scheme.yaml", "value: 0, counted", "value: 9, counted", "dont_know.value", "only be 0"),
    ("scheme.yaml", "counted_in_score: false", "counted_in_score: true", "dont_know", "false"),
    ("scheme.yaml", "cycle: annual", "cycle: monthly", "campaign.cycle", "quarterly"),
    ("scheme.yaml", "id: leader", "id: chief", "roles.chief", "leader"),
    ("scheme.yaml", "to: 2026-11-14", "to: 2026-10-14", "calendar[0].to", "before the first"),
    ("scheme.yaml", "from: 2026-11-03", "from: soon", "calendar[0].from", "date"),
    ("scheme.yaml", "window_workdays: 5", "window_workdays: 0", "window_workdays", "1 or more"),
    ("scheme.yaml", "collect: [age_group, ", "collect: [phone, ", "privacy.collect", "age_group"),
    ("scheme.yaml", "collect: [age_group, ", "collect: [", "privacy.collect", "age_group"),
    ("scheme.yaml", "{zh: 良好, en: Good", "{zh: 良好, en: 5", "grade_bands[1].en", "text"),
    ("scheme.yaml", "county: {", "hotline: 57123456\ncounty: {", "hotline", "quotes"),
    ("scheme.yaml", "county: {", "indicator: GZPY\ncounty: {", "indicator", "named entries"),
    ("scheme.yaml", "county: {", "indicator: {name: 评议}\ncounty: {", "indicator.code", "missing"),
    ("questionnaire.json", "(1,2)", "(1)", "conditional[0].show_if", "(1,2)"),
    ("questionnaire.json", '"single"', '"multi"', "profile[0].type", "single"),
    ("notices.yaml", "thanks:\n  zh:", "thanks:\n  zh: 3\n  de:", "thanks.zh", "text"),
]  # fmt: skip


@pytest.mark.parametrize("case", IMPOSSIBLE, ids=lambda case: case[2].strip()[:30])
def test_a_value_out_of_range_is_refused_with_the_range(
    folder: Path, load: Callable[[Path], Result], case: tuple[str, ...]
) -> None:
    name, old, new, place, words = case
    change(folder, name, old, new)
    told = refused(load(folder))
    assert any(name in line and place in line and words in line for line in told), told


def test_all_faults_are_told_at_once_and_nothing_is_kept(
    folder: Path, load: Callable[[Path], Result], tmp_path: Path
) -> None:
    for name, old, new, _place, _meant in MISSPELT[:3]:
        change(folder, name, old, new)
    change(folder, "units.csv", "A02,", "A01,")
    change(folder, "notices.yaml", "already:", "alredy:")
    told = "\n".join(refused(load(folder)))
    for words in ("component_pointz", "coverd", "min_cell_for_report", "第 3 行", "alredy"):
        assert words in told
    with (
        open_site({"SURVEY_HOME": str(tmp_path / "home")}) as site,
        site.database.reading() as session,
    ):
        assert all_campaigns(session) == []


def test_appraising_a_folder_is_as_strict(folder: Path, tmp_path: Path) -> None:
    shutil.copy(ANLAN / "responses_demo.csv", folder)
    change(folder, "scheme.yaml", "component_points: 20", "component_pointz: 20")
    done = CliRunner().invoke(survey, ["appraise", str(folder), "--out", str(tmp_path / "out")])
    assert "是否为 component_points？" in "\n".join(refused(done))
    assert not (tmp_path / "out").exists()


def test_an_unread_column_of_answers_is_told(folder: Path, tmp_path: Path) -> None:
    rows = (ANLAN / "responses_demo.csv").read_text("utf-8-sig").splitlines()[:3]
    rows[0] = rows[0].replace("comment", "own_staf")
    (folder / "responses_demo.csv").write_text("\n".join(rows) + "\n", "utf-8")
    done = CliRunner().invoke(survey, ["appraise", str(folder), "--out", str(tmp_path / "out")])
    assert "是否为 own_staff？" in "\n".join(refused(done))


def test_a_campaign_held_here_adjusts_for_silence_as_a_folder_does(
    folder: Path, load: Callable[[Path], Result]
) -> None:
    change(folder, "scheme.yaml", "scoring:", "scoring:\n  debiasing: {nonresponse: classes}")
    done = load(folder)
    assert done.exit_code == 0, done.output
    assert build_plan(read_folder(folder)).nonresponse.method == "classes"


@pytest.mark.parametrize(
    ("name", "old", "new", "field"),
    [
        ("units.csv", "119906219906000204", "119906219906000129", "uscc"),
        ("units.csv", "安澜县东湖街道办事处", "安澜县城关街道办事处", "name_zh"),
        ("units.csv", "安澜县城关街道办事处", "安澜县\u200b城关街道办事处", "name_zh"),
        ("population_margins_18plus.csv", "000000,sex,male", "000000,sex,男", "level"),
        ("population_margins_18plus.csv", "000000,sex,male", "000000,gender,male", "dimension"),
    ],
)  # fmt: skip
def test_a_cell_that_stands_for_another_is_refused(
    folder: Path, name: str, old: str, new: str, field: str
) -> None:
    change(folder, name, old, new)
    with pytest.raises(Refused) as caught:
        read_folder(folder)
    assert (name, field) in {(problem.file, problem.field) for problem in caught.value.problems}


def test_rows_and_columns_a_spreadsheet_shows_as_empty_are_passed_over(folder: Path) -> None:
    before = read_folder(folder).units
    lines = (folder / "units.csv").read_text("utf-8-sig").splitlines()
    padded = [f"{line},," for line in lines] + [",,,,,,,,,,", ",,,,,,,,,,"]
    (folder / "units.csv").write_text("\n".join(padded) + "\n", "utf-8")
    assert read_folder(folder).units == before


def test_a_fault_of_every_row_is_told_once_with_its_count(folder: Path) -> None:
    path = folder / "units.csv"
    path.write_text(path.read_text("utf-8-sig").replace(",A,9906", ",甲,9906"), "utf-8")
    with pytest.raises(Refused) as caught:
        read_folder(folder)
    (problem,) = caught.value.problems
    assert (problem.row, problem.field) == (2, "class")
    assert "共 12 行" in problem.zh
    assert "12 rows" in problem.en


def test_the_contracts_scheme_is_taken_and_says_the_same(folder: Path) -> None:
    plan = build_plan(read_folder(folder))
    shutil.copy(CONTRACT, folder / "scheme.yaml")
    county = read_folder(folder)
    assert build_plan(county) == plan
    # Its words, cut by YAML at a comma, are whole.
    assert county.scheme.channels["paper_home"].en == "paper, household visit (keyed in)"
    change(folder, "scheme.yaml", "item_score:", "item_scores:")
    with pytest.raises(Refused, match="item_score"):
        read_folder(folder)


def test_words_may_stand_under_notes_in_every_part(folder: Path) -> None:
    plan = build_plan(read_folder(folder))
    change(folder, "scheme.yaml", "county: {", "county: {notes: [anything, 5], ")
    change(folder, "notices.yaml", "thanks:\n", "thanks:\n  notes: approved by the lawyer\n")
    content = json.loads((folder / "questionnaire.json").read_text("utf-8-sig"))
    content["scored_items"][0]["notes"] = {"asked_since": 2019}
    (folder / "questionnaire.json").write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    table = (folder / "units.csv").read_text("utf-8-sig").splitlines()
    table = [f"{table[0]},备注", *(f"{row},新设单位" for row in table[1:])]
    (folder / "units.csv").write_text("\n".join(table) + "\n", "utf-8")
    assert build_plan(read_folder(folder)) == plan


def test_the_countys_words_may_have_either_name_but_not_both(folder: Path) -> None:
    before = read_folder(folder).texts
    (folder / "notices.yaml").rename(folder / "texts.yaml")
    assert read_folder(folder).texts == before
    shutil.copy(folder / "texts.yaml", folder / "notices.yaml")
    with pytest.raises(Refused, match="keep one"):
        read_folder(folder)


def test_a_stored_scheme_is_read_by_what_is_known_of_it() -> None:
    stored: dict[str, Any] = {
        "county": {"name_zh": "甲县", "name_en": "Jia", "area_code12": "990000000000"},
        "campaign": {
            "id": "JIA-2025",
            "title_zh": "评议",
            "title_en": "Review",
            "organiser_zh": "县绩效办",
            "timezone": "Asia/Shanghai",
            "fieldwork": {
                "start": "2025-12-01T00:00:00+08:00",
                "end": "2025-12-20T23:59:59+08:00",
            },
        },
        "classes": {"A": {"zh": "乡镇", "en": "Townships", "units": "twelve", "boss": "x"}},
        "scale_points": {"2": 100, "1": 0},
        "scoring": {
            "grade_bands": [{"zh": "好", "en": "Good", "min": 0}],
            "component_pointz": 5,
            "debiasing": {"heed_alarms": False},
        },
        "validity_rules": [{"id": "V01", "action": "exclude", "why": "law"}],
        "channels": {"qr_open": {"zh": "海报", "en": "poster", "invited": False}},
        "privacy": {"collect": ["answers"]},
    }
    scheme = scheme_in(stored)
    assert scheme.classes["A"].n_units is None
    assert scheme.scoring.component_points == 100
    assert not scheme.scoring.debiasing.alarms_exclude
    assert scheme.validity_rules[0].name("zh") == "V01"
    assert (scheme.hotline, scheme.office_phone) == ("12345", "12345")
