"""One repeat, and repeats brought to figures and promises."""

import numpy as np
import pytest

from survey.stats.simulation.goals import outcomes
from survey.stats.simulation.lenient_raters import lenient_raters
from survey.stats.simulation.repeating import run_repeat
from survey.stats.simulation.scenarios import SCENARIOS
from survey.stats.simulation.summary import Repeat, summarise

pytestmark = pytest.mark.slow


def test_the_same_seed_gives_the_same_measures() -> None:
    first, second = (
        run_repeat(SCENARIOS["nonignorable"], setting="varied", seed=5, repeat=0, county=0)
        for _ in range(2)
    )
    assert first == second
    measures = first["0"]
    assert measures["sensitivity_half_width"] > measures["half_width"]
    assert measures["sensitivity_coverage"] >= measures["score_coverage"]


def test_several_things_at_once_are_measured_with_and_without_the_attack() -> None:
    found = run_repeat(SCENARIOS["several"], setting="varied", seed=5, repeat=0, county=0)
    assert list(found) == ["0", "0.1"]
    assert found["0.1"]["moved_most_se"] <= 1 + 1e-9
    assert found["0.1"]["honest_moved"] < 0.4
    assert 0 < found["0"]["bounds_hold"] <= 1


def test_five_answers_need_no_volunteers() -> None:
    found = run_repeat(SCENARIOS["five_answers"], setting="varied", seed=5, repeat=0, county=0)
    assert found["0"]["score_mse"] < found["0"]["raw_mse"]
    assert found["0"]["alarms"] == 0


def test_comparing_within_raters_mends_what_choice_bends() -> None:
    found = [lenient_raters(1.0, np.random.default_rng(seed)) for seed in range(4)]
    cut = np.mean([f["score_mse"] for f in found]) / np.mean([f["raw_mse"] for f in found])
    assert np.sqrt(cut) < 0.4
    assert all(f["within_chosen"] == 1 for f in found)


def test_means_roots_and_worst_cases() -> None:
    repeats = [
        Repeat(county=k, measures={"0": {"raw_mse": m, "score_mse": 1.0, "score_coverage": c}})
        for k, m, c in ((0, 4.0, 0.9), (0, 12.0, 1.0), (1, 8.0, 0.92))
    ]
    (summary,) = summarise("plain", repeats)
    assert summary.figures["raw_rmse"] == pytest.approx(np.sqrt(8))
    assert summary.figures["score_coverage"] == pytest.approx(0.94)
    assert summary.figures["score_coverage_worst_county"] == pytest.approx(0.92)


def test_promises_are_held_against_the_figures() -> None:
    figures = {
        "score_rmse": 1.0, "raw_rmse": 2.0, "anchor_rmse": 1.5, "unlimited_rmse": 0.9,
        "score_coverage": 0.95,
        "score_coverage_worst_county": 0.90, "alarms": 0.0, "honest_weight_lost": 0.0,
        "honest_set_aside": 0.0, "rank_sets_hold": 1.0,
    }  # fmt: skip
    (summary,) = summarise(
        "plain",
        [Repeat(county=0, measures={"0": {k: v for k, v in figures.items() if "rmse" not in k}})],
    )
    given = type(summary)(scenario="plain", share="0", repeats=1, figures=figures)
    found = {outcome.goal.en: outcome.reached for outcome in outcomes([given])}
    assert found["RMSE 40 % below the raw mean's"]
    assert not found["coverage at least 91 % in any one population"]
    assert not any("bots" in words for words in found)
