"""A county's own age bands: read, weighted to, and refused where they are none."""

import json
from pathlib import Path

import pytest

from survey.fieldwork.explaining.ends import off_the_ends
from survey.scheme.folder import read_folder
from survey.scheme.planning import build_plan
from survey.stats.campaign.plan import Plan
from tests.scheme.own_ages import copied, own_ages
from tests.scheme.test_folder import change, only, refused

WHOLE = "990621000000"
OWN = ("under18", "18-34", "35-59", "60+")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(tmp_path / "county")


def ages_in(folder: Path, ages: list[str]) -> None:
    path = folder / "questionnaire.json"
    content = json.loads(path.read_text("utf-8"))
    content["profile"][0]["options"] = ages
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")


def test_bands_of_a_household_register_are_read_and_weighted_to(folder: Path) -> None:
    own_ages(folder)
    county = read_folder(folder)
    found = {
        each.category: each.total
        for each in county.margins
        if (each.area_code, each.variable) == (WHOLE, "age")
    }
    # The register writes 18—35岁, 35—60岁 and 60岁以上.
    assert found == {"18-34": 72000, "35-59": 150749, "60+": 84870}
    plan = build_plan(county)
    assert plan.ages == OWN
    assert plan.groups[0].margins == ("sex", "age", "residence")
    assert Plan.from_dict(json.loads(plan.canonical())) == plan


def test_the_usual_bands_leave_the_plan_as_it_was(folder: Path) -> None:
    plan = build_plan(read_folder(folder))
    assert "ages" not in plan.to_dict()
    assert Plan.from_dict(plan.to_dict()).ages == plan.ages


def test_cells_are_read_by_the_countys_bands(folder: Path) -> None:
    ages = ["under18", "18-44", "45+"]
    ages_in(folder, ages)
    change(folder, "scheme.yaml", "age4", "age")
    (folder / "population_margins_18plus.csv").unlink()
    path = folder / "population_cells.csv"
    lines = path.read_text("utf-8").splitlines()
    merged = {"18-29": "18-45", "30-44": "", "45-59": "45岁以上", "60-69": "", "70+": ""}
    kept = [line for line in lines if merged.get(line.split(",")[4], "-")]
    for old, new in merged.items():
        kept = [line.replace(f",{old},", f",{new},") for line in kept] if new else kept
    path.write_text("\n".join(kept), "utf-8")
    variables = {each.variable for each in read_folder(folder).margins}
    assert variables == {"sex", "age", "residence", "township"}
    change(folder, "population_cells.csv", "18-45", "18-40")
    problem = refused(folder)[0]
    assert (problem.file, problem.field) == ("population_cells.csv", "age_group")
    assert "18-44、45+" in problem.zh


@pytest.mark.parametrize(("name", "slip"), [("60+", "60岁及以上"), ("18-29", "18–29")])
def test_one_band_spelt_otherwise_beside_the_others_is_a_slip(
    folder: Path, name: str, slip: str
) -> None:
    (folder / "population_cells.csv").unlink()
    path = folder / "population_margins_18plus.csv"
    path.write_text(path.read_text("utf-8-sig").replace(f",{name},", f",{slip},"), "utf-8")
    problem = refused(folder)[0]
    assert (problem.file, problem.field) == (path.name, "level")
    assert name in problem.zh


@pytest.mark.parametrize(
    "ages",
    [
        ["18-34", "35+"],  # nobody may say that he is too young
        ["under18", "18+"],
        ["under18", "18-34", "36+"],
        ["under18", "18-35", "35-59", "60+"],
        ["under18", "16-34", "35+"],
        ["under18", "18-34", "35-59"],
        ["under18", "18-34", "over60"],
        ["under18", "34-18", "35+"],
    ],
)
def test_what_is_no_list_of_ages_is_refused_by_its_field(folder: Path, ages: list[str]) -> None:
    ages_in(folder, ages)
    problem = only(folder)
    assert (problem.file, problem.field) == ("questionnaire.json", "profile[0].options")
    assert "under18" in problem.zh
    assert "without a gap" in problem.en


@pytest.mark.parametrize(("own", "wrong", "right"), [(True, "age4", "age"), (False, "age", "age4")])
def test_weights_by_other_ages_than_are_asked_are_refused(
    folder: Path, own: bool, wrong: str, right: str
) -> None:
    if own:
        own_ages(folder)
    change(folder, "scheme.yaml", f"[sex, {right}, residence]", f"[sex, {wrong}, residence]")
    problem = only(folder)
    assert (problem.file, problem.field) == ("scheme.yaml", "scoring.weighting.G1.margins")
    assert right in problem.zh


@pytest.mark.slow
def test_a_plan_of_own_ages_is_explained_and_proved_at_both_ends(folder: Path) -> None:
    own_ages(folder, too_old=True)
    assert off_the_ends(build_plan(read_folder(folder))) == ()
