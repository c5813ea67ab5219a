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
    return replace(SCENARIOS[name], **changes)


def run(scenario: Scenario, plan: str = "") -> dict[str, dict[str, float]]:
    plan = plan or scenario.plans[0]
    return run_repeat(scenario, setting="small", plan=plan, seed=5, repeat=0, county=0)


def test_the_same_seed_gives_the_same_measures() -> None:
    first, second = (run(small("nonignorable")) for _ in range(2))
    assert first == second
    measures = first["0"]
    assert measures["sensitivity_half_width"] > measures["half_width"]
    assert measures["sensitivity_coverage"] >= measures["score_coverage"]
    assert measures["published"] == 1
    assert measures["without_step_mse"] > 0
    assert measures["interval_alone_half_width"] > measures["half_width"]


def test_a_second_reminder_narrows_what_silence_could_have_done() -> None:
    two, three = (run(small(name))["0"] for name in ("nonignorable", "three_waves"))
    assert three["sensitivity_half_width"] < two["sensitivity_half_width"]
    assert "without_step_mse" not in run(small("plain"))["0"]


def test_an_attack_moves_a_score_less_than_one_error_of_the_invited_answers() -> None:
    found = run(small("fifth", amounts=(0.2,), attacked_units=3))
    assert list(found) == ["0", "0.2"]
    after = found["0.2"]
    assert after["raw_moved"] > 2
    assert after["moved_most_se"] <= 1 + 1e-9
    assert after["moved"] < 0.5 * after["raw_moved"]
    assert after["honest_moved"] < 0.4
    assert after["alarm_power"] > after["false_alarms"]


def test_what_bots_send_is_set_aside_and_moves_nothing() -> None:
    after = run(small("bots", amounts=(0.4,)))["0.4"]
    assert after["raw_moved"] > 2.5
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
    assert strong["score_mse"] < strong["raw_mse"]
    assert strong["score_mse"] < 1.2 * none["score_mse"]


def test_knowing_the_truth_within_the_bound_is_never_worse_than_the_score() -> None:
    for plan in ("groups", "sittings"):
        measures = run(small("selection"), plan)["0"]
        assert 0 < measures["floor_mse"] <= measures["score_mse"] + 1e-9
        assert measures["floor_mse"] < measures["alone_mse"]
        assert measures["published"] == 1


def test_a_flooded_poster_moves_no_more_however_much_comes_and_costs_no_rank() -> None:
    for name in ("praise_poster", "poster_alone"):
        found = run(small(name, amounts=(90, 300)))
        few, many = found["90"], found["300"]
        assert (few["false_answers"], many["false_answers"]) == (90, 300)
        assert many["raw_moved"] > 3
        assert many["moved"] == pytest.approx(few["moved"], abs=0.02)
        assert many["moved_most_se"] <= 0.5 + 1e-9
        assert few["still_ranked"] == many["still_ranked"] == 1


def test_nothing_bounds_what_comes_by_code_and_what_is_done_lazily_is_named() -> None:
    careful = run(small("leaked_careful", amounts=(0.05, 0.2)))
    assert careful["0.2"]["pulled"] > 1 > careful["0.05"]["pulled"] > 0
    lazy = run(small("leaked_batch", amounts=(0.2,)))["0.2"]
    assert lazy["found"] == 1
    told = run(small("coached", amounts=(1.0,)))["1"]
    assert told["found"] == 1
    assert told["false_answers"] == 60


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
        "score_rmse": 1.0, "raw_rmse": 2.0, "invited_rmse": 1.5, "floor_rmse": 0.9,
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
    assert found["plain nonresponse: RMSE at most 1.05 times the raw mean's"]
    assert not found["RMSE at most 1.10 times the least that the bound allows"]
    assert not found["coverage at least 91 % in any one population"]
    assert not any("bots" in words for words in found)
