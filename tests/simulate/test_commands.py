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
from survey.stats.simulation.drawing import draw_repeat, generator
from survey.stats.simulation.scenarios import SCENARIOS

pytestmark = pytest.mark.slow


SMALL = ("--setting", "small")


def run(*arguments: str, out: Path | None = None) -> str:
    words = [*SMALL, *arguments, *(("--out", str(out)) if out else ())]
    result = CliRunner().invoke(simulate, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    out = tmp_path_factory.mktemp("simulated")
    scenarios = ("--scenario", "five_answers", "--scenario", "leniency")
    attack = ("--scenario", "poster_alone")
    return run(*scenarios, *attack, "--repeat", "2", "--json", out=out), out


def test_json_holds_every_figure_and_says_it_is_simulated(result: tuple[str, Path]) -> None:
    data = json.loads(result[0])
    assert data["simulated"] is True
    cells = [(entry["scenario"], entry["plan"], entry["setting"]) for entry in data["cells"]]
    assert cells == [
        ("five_answers", "residents", "small"),
        ("leniency", "sittings", "small"),
        ("poster_alone", "posters", "small"),
    ]
    found = data["cells"][1]["results"][0]
    assert 0 < found["errors"]["score_rmse"] < found["figures"]["score_rmse"]
    assert [each["share"] for each in data["cells"][2]["results"]] == ["0", "20", "50", "90", "300"]


def test_page_and_charts_are_written_from_what_is_kept(result: tuple[str, Path]) -> None:
    out = result[1]
    page = (out / "simulation.md").read_text("utf-8")
    assert "every figure is of simulated data" in page
    assert "Seed 1, method 5; 2 draws: five_answers." in page
    assert "| small | no |" in page
    assert "| leniency | 打分宽的人更多评热门单位 |" in page
    for name in ("small-residents-rmse.svg", "small-sittings-leniency.json"):
        assert (out / "simulation" / name).stat().st_size > 200
        assert name.endswith(".json") or name in page


def test_a_page_says_what_a_point_costs_and_where_it_cannot_be_had(
    result: tuple[str, Path],
) -> None:
    out = result[1]
    page = (out / "price-per-point.md").read_text("utf-8")
    row = next(line for line in page.splitlines() if line.startswith("| poster_alone | 向只有海报"))
    assert "then flat" in row
    # Taking the plain mean, a few answers buy a point, and more buy more.
    plain_mean = float(row.split(" | ")[4])
    assert 0 < plain_mean < 30
    assert (out / "simulation" / "small-posters-price.svg").stat().st_size > 500
    assert "leniency" not in page


def test_the_page_says_where_the_score_is_worse_than_the_plain_mean(
    result: tuple[str, Path],
) -> None:
    page = (result[1] / "simulation.md").read_text("utf-8")
    section = page.split("## Where the published score is worse", 1)[1].split("\n## ", 1)[0]
    for cell in json.loads(result[0])["cells"][:2]:
        figures = cell["results"][0]["figures"]
        place = f"| small/{cell['plan']} | {cell['scenario']} | {figures['raw_rmse']:.2f}"
        assert (place in section) == (figures["score_rmse"] > figures["raw_rmse"])


def test_each_promise_is_counted_with_the_worst_figure(result: tuple[str, Path]) -> None:
    page = (result[1] / "simulation.md").read_text("utf-8")
    floods = next(line for line in page.splitlines() if "no flood of a poster" in line)
    assert "| ≥ 1 | 4 of 4 | 1 |" in floods
    assert "withdrawn" in page
    assert "40 % below the raw mean's |" in page  # of five answers, whether kept or not


def test_what_is_kept_of_the_same_draws_is_not_drawn_again(tmp_path: Path) -> None:
    words = ("--scenario", "five_answers", "--repeat", "1", "--resume")
    first = run(*words, out=tmp_path)
    kept = tmp_path / "simulation" / "small-residents-five_answers.json"
    written = kept.stat().st_mtime_ns
    assert run(*words, out=tmp_path) == first
    assert kept.stat().st_mtime_ns == written
    run(*words, "--seed", "2", out=tmp_path)
    assert json.loads(kept.read_text("utf-8"))["seed"] == 2


def test_a_scenario_under_a_plan_that_cannot_have_it_is_refused() -> None:
    words = [*SMALL, "--scenario", "leniency", "--plan", "groups"]
    refused = CliRunner().invoke(simulate, words)
    assert refused.exit_code == 2
    assert "leniency: --plan sittings" in refused.output


@pytest.fixture(scope="module", params=["sittings", "groups"])
def drawn(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """One county, simulated and kept as a folder, and the folder appraised."""
    place = tmp_path_factory.mktemp("drawn")
    arguments = ["--scenario", "nonignorable", "--plan", request.param, "--repeat", "1"]
    simulated = run(*arguments, "--seed", "3", "--json", "--write-county", str(place / "county"))
    scored = CliRunner().invoke(
        appraise, [str(place / "county"), "--out", str(place / "out")], catch_exceptions=False
    )
    assert scored.exit_code == 0
    with (place / "county" / "truth.csv").open(encoding="utf-8") as file:
        truth = {row["unit_code"]: float(row["truth"]) for row in csv.DictReader(file)}
    return {
        "plan": request.param,
        "folder": place / "county",
        "simulated": json.loads(simulated),
        "appraised": json.loads((place / "out" / "appraisal.json").read_text("utf-8")),
        "truth": truth,
    }


def test_simulated_and_published_scores_are_the_same_to_the_last_digit(
    drawn: dict[str, Any],
) -> None:
    simulated = {unit["unit_code"]: unit for unit in drawn["simulated"]["county"]["units"]}
    published = {unit["unit_code"]: unit for unit in drawn["appraised"]["units"]}
    assert list(simulated) == list(published)
    assert len(simulated) == 20
    for code, unit in simulated.items():
        for figure in ("estimate", "score", "raw_score"):
            assert unit[figure] == published[code][figure]
        assert unit["truth"] == drawn["truth"][code]


def test_the_figures_of_a_repeat_are_those_of_the_published_file(drawn: dict[str, Any]) -> None:
    figures = drawn["simulated"]["cells"][0]["results"][0]["figures"]
    units = drawn["appraised"]["units"]
    truth = np.array([drawn["truth"][unit["unit_code"]] for unit in units])
    score = np.array([unit["estimate"] for unit in units])
    raw = np.array([unit["raw_score"] for unit in units])
    lower = np.array([unit["lower"] for unit in units])
    upper = np.array([unit["upper"] for unit in units])
    assert figures["score_rmse"] == pytest.approx(np.sqrt(np.mean((score - truth) ** 2)), rel=1e-12)
    assert figures["raw_rmse"] == pytest.approx(np.sqrt(np.mean((raw - truth) ** 2)), rel=1e-12)
    channels = {each["unit_code"]: each["invited"] for each in drawn["appraised"]["channels"]}
    invited = dict.fromkeys(drawn["truth"], 0.0)
    for each in drawn["appraised"]["groups"]:
        own = channels[each["unit_code"]] if each["group_code"] == "G1" else each["score"]
        invited[each["unit_code"]] += each["share"] * own
    off = np.sqrt(np.mean((np.array([*invited.values()]) - truth) ** 2))
    assert figures["invited_rmse"] == pytest.approx(off, rel=1e-9)
    assert figures["score_coverage"] == ((lower <= truth) & (truth <= upper)).mean()
    assert figures["callback_g"] == drawn["appraised"]["nonresponse"]["g"]


def test_the_folder_says_what_the_simulation_scored_by(drawn: dict[str, Any]) -> None:
    draw = draw_repeat(
        SCENARIOS["nonignorable"], setting="small", plan=drawn["plan"], seed=3, county=0,
        rng=generator(seed=3, county=0, repeat=0),
    )  # fmt: skip
    plan = Plan.from_dict(drawn["appraised"]["plan"])
    assert replace(plan, rank_draws=RANK_DRAWS) == draw.campaign().plan
    assert drawn["appraised"]["simulated"] is True
    assert "Simulated" in (drawn["folder"] / "README.md").read_text("utf-8")


def test_a_county_is_kept_in_an_empty_folder_only(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept", encoding="utf-8")
    arguments = ["--scenario", "five_answers", "--repeat", "1", "--write-county", str(tmp_path)]
    refused = CliRunner().invoke(simulate, [*SMALL, *arguments])
    assert isinstance(refused.exception, Refused)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_table_with_the_promises_is_printed() -> None:
    told = run("--scenario", "plain", "--plan", "groups", "--repeat", "1")
    assert "small/groups" in told
    assert "plain nonresponse: RMSE at most 1.05 times the raw mean's: plain" in told


def test_an_unknown_scenario_is_refused() -> None:
    refused = CliRunner().invoke(simulate, ["--scenario", "none"])
    assert refused.exit_code == 2
