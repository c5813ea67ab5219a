from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from survey.stats.raters.crossed_effects import cross, fit_random
from survey.stats.raters.leniency import LeniencyError, adjust_leniency

UNITS = 40


def ratings(
    seed: int, *, association: float, leniency: float = 12.0
) -> tuple[dict[str, Any], NDArray[np.float64]]:
    """1,500 raters of four units each; with association the lenient rate the better units."""
    rng = np.random.default_rng(seed)
    truth = np.sort(60 + 5.4 * rng.standard_normal(UNITS))
    own = leniency * rng.standard_normal(1500)
    taste = association * own[:, None] / 12 * (np.arange(UNITS) / UNITS - 0.5) * 4
    chosen = np.argsort(-(taste + rng.gumbel(size=(1500, UNITS))), axis=1)[:, :4]
    rater, unit = np.repeat(np.arange(1500), 4), chosen.ravel()
    score = truth[unit] + own[rater] + 18 * rng.standard_normal(unit.size)
    return {"rater": rater, "unit": unit, "score": score}, truth


def spread(values: NDArray[np.float64], truth: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((values - values.mean()) - (truth - truth.mean()))


def test_within_rater_comparison_is_chosen_and_right_where_raters_choose_by_leniency() -> None:
    raw, adjusted, held = [], [], []
    for seed in range(6):
        given, truth = ratings(seed, association=1.0)
        found = adjust_leniency(**given)
        assert found.choice == "within"
        raw.append(np.mean(spread(found.raw, truth) ** 2))
        error = spread(found.units, truth)
        adjusted.append(np.mean(error**2))
        held.append(np.mean(np.abs(error) < 1.96 * found.se))
    assert np.sqrt(np.mean(adjusted)) < 0.4 * np.sqrt(np.mean(raw))
    assert 0.91 < np.mean(held) < 0.99


def test_without_association_random_effects_are_kept_and_never_worse() -> None:
    choices, gain = [], []
    for seed in range(10):
        given, truth = ratings(seed, association=0.0)
        found = adjust_leniency(**given)
        choices.append(found.choice)
        gain.append(
            np.mean(spread(found.units, truth) ** 2) / np.mean(spread(found.raw, truth) ** 2)
        )
    assert choices.count("random") >= 8
    assert np.mean(gain) < 1


def test_only_comparisons_change_never_the_level() -> None:
    given, _ = ratings(1, association=1.0)
    found = adjust_leniency(**given)
    n = np.bincount(given["unit"])
    assert n @ found.units == pytest.approx(given["score"].sum())
    assert found.n_components == 1
    assert found.notices == ()


def test_raters_without_leniency_leave_the_means_alone() -> None:
    given, _ = ratings(2, association=0.0, leniency=0.0)
    fit = fit_random(cross(**given))
    assert fit.rater_variance < 10
    found = adjust_leniency(**given)
    np.testing.assert_allclose(found.units, found.raw, atol=1.5)


def test_units_that_no_rater_connects_are_told_apart() -> None:
    rng = np.random.default_rng(3)
    rater = np.repeat(np.arange(200), 2)
    # Raters below 100 rate units 0 to 2, the others units 3 to 5.
    pairs = np.array([rng.choice(3, 2, replace=False) + 3 * (r >= 100) for r in range(200)])
    unit = pairs.ravel()
    score = 60 + 10 * (unit >= 3) + unit + rng.standard_normal(400)
    found = adjust_leniency(rater=rater, unit=unit, score=score)
    assert found.n_components == 2
    assert found.component.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.notices[0].code == "units_not_connected"
    assert found.units[3:].mean() - found.units[:3].mean() == pytest.approx(13, abs=1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"score": np.array([1.0, np.nan, 3.0, 4.0])}, "missing"),
        ({"unit": np.array([0, 2, 0, 2])}, "codes_with_gap: array=unit"),
        ({"rater": np.array([0, 1, 2, 3])}, "too_few_ratings"),
        ({"unit": np.array([0, 1])}, "lengths"),
    ],
)
def test_ratings_that_tell_nothing_are_refused(change: dict[str, Any], words: str) -> None:
    given = {
        "rater": np.array([0, 0, 1, 1]),
        "unit": np.array([0, 1, 0, 1]),
        "score": np.array([50.0, 60.0, 55.0, 70.0]),
    }
    with pytest.raises(LeniencyError, match=words):
        adjust_leniency(**(given | change))
