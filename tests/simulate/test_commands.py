"""`survey simulate` from the command line."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from survey.appraisal.commands import appraise
from survey.problems import Refused
from survey.simulate.commands import simulate
from survey.stats.campaign.plan import Plan
from survey.stats.simulation.campaign import RANK_DRAWS
from survey.stats.simulation.repeating import draw_repeat, generator
from survey.stats.simulation.scenarios import SCENARIOS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    out = tmp_path_factory.mktemp("simulated")
    arguments = ["--scenario", "five_answers", "--scenario", "leniency", "--repeat", "2", "--json"]
    run = CliRunner().invoke(simulate, [*arguments, "--out", str(out)], catch_exceptions=False)
    assert run.exit_code == 0
    return run.stdout, out


def test_json_holds_every_figure_and_says_it_is_simulated(result: tuple[str, Path]) -> None:
    data = json.loads(result[0])
    assert data["simulated"] is True
    assert [(entry["scenario"], entry["share"]) for entry in data["results"]] == [
        ("five_answers", "0"),
        ("leniency", "0"),
    ]
    leniency = data["results"][1]
    assert leniency["figures"]["score_rmse"] < leniency["figures"]["raw_rmse"]
    assert 0 < leniency["errors"]["score_rmse"] < leniency["figures"]["score_rmse"]


def test_page_and_charts_are_written_from_what_is_kept(result: tuple[str, Path]) -> None:
    out = result[1]
    page = (out / "simulation.md").read_text("utf-8")
    assert "every figure is of simulated data" in page
    assert "2 repeats: five_answers, leniency" in page
    for name in ("varied-rmse.svg", "varied-leniency.json"):
        assert (out / "simulation" / name).stat().st_size > 200
        assert name.endswith(".json") or name in page


def test_the_page_says_first_where_the_score_is_worse_than_the_plain_mean(
    result: tuple[str, Path],
) -> None:
    page = (result[1] / "simulation.md").read_text("utf-8")
    _, worse, rest = page.split("\n## ", 2)
    assert worse.startswith("Where the published score is worse than the plain mean\n")
    assert rest.startswith("Promises")
    figures = json.loads((result[1] / "simulation" / "varied-five_answers.json").read_text("utf-8"))
    found = figures["results"][0]["figures"]
    # Five answers raked, with nothing to draw them to, are worse than five answers averaged.
    assert found["score_rmse"] > found["raw_rmse"]
    row = next(line for line in worse.splitlines() if "five_answers" in line)
    assert f"{found['raw_rmse']:.2f}" in row
    assert f"{found['score_rmse']:.2f}" in row
    assert "leniency" not in worse


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One county, simulated and kept as a folder, and the folder appraised."""
    place = tmp_path_factory.mktemp("drawn")
    arguments = ["--scenario", "nonignorable", "--repeat", "1", "--seed", "3", "--json"]
    run = CliRunner().invoke(
        simulate, [*arguments, "--write-county", str(place / "county")], catch_exceptions=False
    )
    scored = CliRunner().invoke(
        appraise, [str(place / "county"), "--out", str(place / "out")], catch_exceptions=False
    )
    assert (run.exit_code, scored.exit_code) == (0, 0)
    with (place / "county" / "truth.csv").open(encoding="utf-8") as file:
        truth = {row["unit_code"]: float(row["truth"]) for row in csv.DictReader(file)}
    return {
        "folder": place / "county",
        "simulated": json.loads(run.stdout),
        "appraised": json.loads((place / "out" / "appraisal.json").read_text("utf-8")),
        "truth": truth,
    }


def test_simulated_and_published_scores_are_the_same_to_the_last_digit(
    drawn: dict[str, Any],
) -> None:
    simulated = {unit["unit_code"]: unit for unit in drawn["simulated"]["county"]["units"]}
    published = {unit["unit_code"]: unit for unit in drawn["appraised"]["units"]}
    assert list(simulated) == list(published)
    assert len(simulated) == 60
    for code, unit in simulated.items():
        for figure in ("estimate", "score", "raw_score"):
            assert unit[figure] == published[code][figure]
        assert unit["truth"] == drawn["truth"][code]


def test_the_figures_of_a_repeat_are_those_of_the_published_file(drawn: dict[str, Any]) -> None:
    figures = drawn["simulated"]["results"][0]["figures"]
    units = drawn["appraised"]["units"]
    truth = np.array([drawn["truth"][unit["unit_code"]] for unit in units])
    score = np.array([unit["estimate"] for unit in units])
    raw = np.array([unit["raw_score"] for unit in units])
    lower = np.array([unit["lower"] for unit in units])
    upper = np.array([unit["upper"] for unit in units])
    invited = np.array([figure["invited"] for figure in drawn["appraised"]["channels"]])
    assert figures["score_rmse"] == pytest.approx(np.sqrt(np.mean((score - truth) ** 2)), rel=1e-12)
    assert figures["raw_rmse"] == pytest.approx(np.sqrt(np.mean((raw - truth) ** 2)), rel=1e-12)
    off = np.sqrt(np.mean((invited - truth) ** 2))
    assert figures["invited_rmse"] == pytest.approx(off, rel=1e-12)
    assert figures["score_coverage"] == ((lower <= truth) & (truth <= upper)).mean()
    assert figures["callback_g"] == drawn["appraised"]["nonresponse"]["g"]


def test_the_folder_says_what_the_simulation_scored_by(drawn: dict[str, Any]) -> None:
    draw = draw_repeat(
        SCENARIOS["nonignorable"], setting="varied", seed=3, county=0,
        rng=generator(seed=3, county=0, repeat=0),
    )  # fmt: skip
    plan = Plan.from_dict(drawn["appraised"]["plan"])
    assert replace(plan, rank_draws=RANK_DRAWS) == draw.campaign().plan
    assert drawn["appraised"]["simulated"] is True
    assert "Simulated" in (drawn["folder"] / "README.md").read_text("utf-8")


def test_a_county_is_kept_in_an_empty_folder_only(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    arguments = ["--scenario", "five_answers", "--repeat", "1", "--write-county", str(tmp_path)]
    run = CliRunner().invoke(simulate, arguments)
    assert isinstance(run.exception, Refused)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_table_with_the_promises_is_printed() -> None:
    run = CliRunner().invoke(simulate, ["--scenario", "no_leniency", "--repeat", "1"])
    assert run.exit_code == 0
    assert "no_leniency" in run.stdout


def test_an_unknown_scenario_is_refused() -> None:
    run = CliRunner().invoke(simulate, ["--scenario", "none"])
    assert run.exit_code == 2
