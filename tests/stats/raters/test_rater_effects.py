"""Weighted means net of raters: against the unweighted mixed model, and against known truth."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.raters.rater_effects import (
    NetMeans,
    RaterModel,
    Ratings,
    choose_net,
    contributions,
    fit_net,
    rater_effects_of,
    sandwich,
    variance_ratio,
)
from survey.stats.weighting.auxiliary import Auxiliary
from tests.oracles.crossed_effects import cross, fit_random, fit_within

UNITS = 20


def drawn(
    seed: int, *, association: float = 0.0, raters: int = 600, weighted: bool = False
) -> tuple[np.ndarray, Ratings]:
    rng = np.random.default_rng(seed)
    truth = 60 + 5 * rng.standard_normal(UNITS)
    leniency = rng.standard_normal(raters)
    keys = association * np.outer(leniency, rng.standard_normal(UNITS))
    keys = keys + rng.gumbel(size=(raters, UNITS))
    unit = np.argpartition(-keys, 3, axis=1)[:, :4].ravel().astype(np.intp)
    rater = np.repeat(np.arange(raters), 4)
    score = truth[unit] + 10 * leniency[rater] + 15 * rng.standard_normal(unit.size)
    weight = rng.uniform(0.5, 2.0, raters) if weighted else np.ones(raters)
    return truth, Ratings(
        rater=rater, unit=unit, score=score, weight=weight[rater], effect=np.zeros(unit.size),
        n_raters=raters, n_units=UNITS,
    )  # fmt: skip


def chosen(ratings: Ratings) -> RaterModel:
    def covariance(fits: tuple[tuple[NetMeans, float], ...]) -> np.ndarray:
        parts = sum(f * (contributions(ratings, net) @ net.slope) for net, f in fits)
        parts = parts - parts.mean(axis=0)
        return parts.T @ parts

    return choose_net(ratings, covariance=covariance)


def centred(means: np.ndarray) -> np.ndarray:
    return means - means.mean()


def test_with_equal_weights_it_is_the_mixed_model_of_lme4() -> None:
    _, ratings = drawn(1)
    crossed = cross(rater=ratings.rater, unit=ratings.unit, score=ratings.score)
    random, within = fit_random(crossed), fit_within(crossed)
    ratio = random.rater_variance / random.error_variance
    assert variance_ratio(ratings) == pytest.approx(ratio, rel=0.15)
    found = fit_net(ratings, choice="random", ratio=ratio)
    assert centred(found.mean) == pytest.approx(centred(random.units), abs=1e-8)
    found = fit_net(ratings, choice="within", ratio=ratio)
    assert centred(found.mean) == pytest.approx(centred(within.units), abs=1e-8)


def test_no_ratio_leaves_the_weighted_means_and_the_level_never_moves() -> None:
    _, ratings = drawn(2, weighted=True)
    total = np.bincount(ratings.unit, ratings.weight)
    direct = np.bincount(ratings.unit, ratings.weight * ratings.score) / total
    assert fit_net(ratings, choice="random", ratio=0.0).mean == pytest.approx(direct)
    for choice in ("random", "within"):
        net = fit_net(ratings, choice=choice, ratio=0.4)  # type: ignore[arg-type]
        assert total @ net.mean == pytest.approx(total @ direct)
        assert np.abs(net.mean - direct).max() > 0.1


def test_the_error_is_smaller_and_the_interval_holds() -> None:
    held, errors, raw = [], [], []
    for seed in range(25):
        truth, ratings = drawn(seed, weighted=True)
        found = fit_net(ratings, choice="random", ratio=variance_ratio(ratings))
        se = np.sqrt(np.diag(sandwich(contributions(ratings, found), found.slope)))
        held.append(np.abs(found.mean - truth) <= 1.96 * se)
        errors.append(centred(found.mean - truth))
        direct = fit_net(ratings, choice="random", ratio=0.0)
        raw.append(centred(direct.mean - truth))
    assert 0.92 < np.mean(held) < 0.97
    assert np.mean(np.square(errors)) < 0.9 * np.mean(np.square(raw))


def test_within_raters_where_lenient_people_choose_other_units() -> None:
    picked, unpicked = [], []
    for seed in range(8):
        truth, ratings = drawn(seed, association=1.0, weighted=True)
        found = chosen(ratings)
        picked.append(found.choice)
        assert np.sqrt(np.mean(centred(found.net.mean - truth) ** 2)) < 2.5
        unpicked.append(chosen(drawn(seed)[1]).choice)
    assert picked == ["within"] * 8
    assert unpicked.count("random") >= 6


def test_units_nobody_connects_are_not_compared_within_raters() -> None:
    _, ratings = drawn(3)
    apart = replace(ratings, unit=np.where(ratings.rater < 300, ratings.unit // 2 * 2, 1))
    found = chosen(apart)
    assert found.n_components == 2
    assert found.choice == "random"
    assert np.isnan(found.p_value)
    assert np.isnan(found.net.mean[3])  # nobody rated it
    assert np.isfinite(found.net.mean[[0, 1, 2]]).all()


def test_what_age_explains_is_no_leniency() -> None:
    _, ratings = drawn(4)
    old = np.arange(ratings.n_raters) % 2
    score = ratings.score + 8.0 * old[ratings.rater]
    found = rater_effects_of(
        auxiliary=Auxiliary(codes=(old.astype(np.intp),), sizes=(2,), values=np.zeros((600, 0))),
        row=ratings.rater,
        unit=ratings.unit,
        score=score,
        n_units=UNITS,
    )
    gap = found[old[ratings.rater] == 1].mean() - found[old[ratings.rater] == 0].mean()
    assert gap == pytest.approx(8.0, abs=2.0)
    assert found.mean() == pytest.approx(0.0, abs=1e-9)
    with_age = variance_ratio(replace(ratings, score=score, effect=found))
    assert with_age == pytest.approx(variance_ratio(ratings), rel=0.1)


def test_people_who_rate_once_tell_no_leniency() -> None:
    _, ratings = drawn(5)
    once = replace(ratings, rater=np.arange(ratings.rater.size), n_raters=ratings.rater.size)
    assert variance_ratio(once) == 0.0
    direct = np.bincount(once.unit, once.score) / np.bincount(once.unit)
    assert chosen(once).net.mean == pytest.approx(direct)
