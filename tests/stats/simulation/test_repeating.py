"""One repeat, and repeats brought to figures and promises."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from survey.stats.simulation.goals import outcomes
from survey.stats.simulation.repeating import run_repeat
from survey.stats.simulation.scenarios import SCENARIOS, Scenario
from survey.stats.simulation.summary import Repeat, summarise

pytestmark = pytest.mark.slow


def small(name: str, **changes: Any) -> Scenario:
    """Return a scenario in counties a quarter of the usual size."""
    scenario = replace(SCENARIOS[name], **changes)
    size = {"n_people": 30_000, "n_codes": 3_000, "n_open": 3_000} | dict(scenario.changes)
    return replace(scenario, changes=size)


def run(scenario: Scenario) -> dict[str, dict[str, float]]:
    return run_repeat(scenario, setting="varied", seed=5, repeat=0, county=0)


def test_the_same_seed_gives_the_same_measures() -> None:
    first, second = (run(small("nonignorable")) for _ in range(2))
    assert first == second
    measures = first["0"]
    assert measures["sensitivity_half_width"] > measures["half_width"]
    assert measures["sensitivity_coverage"] >= measures["score_coverage"]
    assert measures["published"] == 1


def test_an_attack_moves_a_score_less_than_one_error_of_the_invited_answers() -> None:
    found = run(small("fifth", shares=(0.2,)))
    assert list(found) == ["0", "0.2"]
    after = found["0.2"]
    assert after["raw_moved"] > 3
    assert after["moved_most_se"] <= 1 + 1e-9
    assert after["moved"] < 0.5 * after["raw_moved"]
    assert after["honest_moved"] < 0.4
    assert after["alarm_power"] > after["false_alarms"]


def test_what_bots_send_is_set_aside_and_moves_nothing() -> None:
    after = run(small("bots", shares=(0.4,)))["0.4"]
    assert after["raw_moved"] > 5
    assert after["moved"] < 0.1
    assert after["honest_weight_lost"] < 0.02


def test_several_things_at_once_are_measured_with_and_without_the_attack() -> None:
    found = run(small("several"))
    assert list(found) == ["0", "0.1"]
    assert found["0.1"]["moved_most_se"] > 0
    assert 0 < found["0"]["sensitivity_coverage"] <= 1


def test_five_answers_need_no_volunteers() -> None:
    measures = run(SCENARIOS["five_answers"])["0"]
    assert 0.9 < measures["published"] <= 1
    assert measures["alarms"] == 0
    assert measures["score_mse"] == measures["alone_mse"]


def test_comparing_within_raters_mends_what_choice_bends() -> None:
    strong, none = (run(SCENARIOS[name])["0"] for name in ("strong_leniency", "no_leniency"))
    assert strong["raw_mse"] > 2 * none["raw_mse"]
    assert strong["score_mse"] < 0.5 * strong["raw_mse"]


def test_means_roots_and_worst_cases() -> None:
    repeats = [
        Repeat(county=k, measures={"0": {"raw_mse": m, "score_mse": 1.0, "score_coverage": c}})
        for k, m, c in ((0, 4.0, 0.9), (0, 12.0, 1.0), (1, 8.0, 0.92))
    ]
    (summary,) = summarise("plain", repeats)
    assert summary.figures["raw_rmse"] == pytest.approx(np.sqrt(8))
    assert summary.figures["score_coverage"] == pytest.approx(0.94)
    assert summary.figures["score_coverage_worst_county"] == pytest.approx(0.92)
    # Two repeats of one population hang together: its deviations 0, against 0 of the other.
    assert summary.errors["raw_rmse"] == pytest.approx(0.0)
    assert summary.errors["score_coverage"] == pytest.approx(np.sqrt(2 * 2 * 0.02**2) / 3)


def test_promises_are_held_against_the_figures() -> None:
    figures = {
        "score_rmse": 1.0, "raw_rmse": 2.0, "invited_rmse": 1.5, "unlimited_rmse": 0.9,
        "score_coverage": 0.95,
        "score_coverage_worst_county": 0.90, "alarms": 0.0, "honest_weight_lost": 0.0,
        "honest_set_aside": 0.0, "rank_sets_hold": 1.0,
    }  # fmt: skip
    (summary,) = summarise(
        "plain",
        [Repeat(county=0, measures={"0": {k: v for k, v in figures.items() if "rmse" not in k}})],
    )
    given = type(summary)(scenario="plain", share="0", repeats=1, figures=figures, errors={})
    found = {outcome.goal.en: outcome.reached for outcome in outcomes([given])}
    assert found["RMSE 40 % below the raw mean's"]
    assert not found["coverage at least 91 % in any one population"]
    assert not any("bots" in words for words in found)
