"""`survey simulate` from the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.simulate.commands import simulate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    out = tmp_path_factory.mktemp("simulated")
    arguments = ["--scenario", "several", "--scenario", "leniency", "--repeat", "2", "--json"]
    run = CliRunner().invoke(simulate, [*arguments, "--out", str(out)], catch_exceptions=False)
    assert run.exit_code == 0
    return run.stdout, out


def test_json_holds_every_figure_and_says_it_is_simulated(result: tuple[str, Path]) -> None:
    data = json.loads(result[0])
    assert data["simulated"] is True
    several = [entry for entry in data["results"] if entry["scenario"] == "several"]
    assert [entry["share"] for entry in several] == ["0", "0.1"]
    assert several[1]["figures"]["moved_most_se_worst"] <= 1 + 1e-9


def test_page_and_charts_are_written_from_what_is_kept(result: tuple[str, Path]) -> None:
    out = result[1]
    page = (out / "simulation.md").read_text("utf-8")
    assert "every figure is of simulated data" in page
    assert "2 repeats: leniency, several" in page
    for name in ("varied-rmse.svg", "varied-movement.svg", "varied-several.json"):
        assert (out / "simulation" / name).stat().st_size > 200
        assert name.endswith(".json") or name in page


def test_a_table_with_the_promises_is_printed() -> None:
    run = CliRunner().invoke(simulate, ["--scenario", "no_leniency", "--repeat", "1"])
    assert run.exit_code == 0
    assert "no_leniency" in run.stdout


def test_an_unknown_scenario_is_refused() -> None:
    run = CliRunner().invoke(simulate, ["--scenario", "none"])
    assert run.exit_code == 2
