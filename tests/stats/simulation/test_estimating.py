"""The estimators that are compared, against row-wise arithmetic and each other."""

import numpy as np
import pytest

from survey.stats.estimation.linearisation import linearised_covariance
from survey.stats.simulation.answering import Behaviour, invite, together, volunteer
from survey.stats.simulation.attacks import Attack, stuff
from survey.stats.simulation.channel import (
    channel_means,
    invited_net,
    open_net,
    rake_within,
)
from survey.stats.simulation.county import Setting, build_county
from survey.stats.simulation.estimating import estimate, estimate_anchor

SETTING = Setting(n_people=30_000, n_codes=4_000, n_open=4_000)
COUNTY = build_county(SETTING, np.random.default_rng(1))
RNG = np.random.default_rng(2)
INVITED = invite(COUNTY, Behaviour(selection=1.0), RNG)
VOLUNTEERS = volunteer(COUNTY, Behaviour(selection=1.0), RNG)


def test_variances_by_cells_are_those_of_the_rows() -> None:
    sheets = INVITED.sheets
    calibration = rake_within(COUNTY, sheets.codes, np.ones(sheets.network.size), 8.0)
    weight = calibration.weights[sheets.person]
    total = np.bincount(sheets.unit, weight, 60)
    mean = np.bincount(sheets.unit, weight * sheets.points, 60) / total
    influence = np.zeros((sheets.network.size, 60))
    influence[sheets.person, sheets.unit] = (sheets.points - mean[sheets.unit]) / total[sheets.unit]
    rows = np.diag(
        linearised_covariance(
            influence=influence, calibration=calibration, base_weights=calibration.base_weights
        )
    )
    found = channel_means(COUNTY, sheets, bound=8.0)
    assert found.mean.mean == pytest.approx(mean)
    # Smoothing and the domain's own degrees of freedom move each a little, all together less.
    assert found.mean.variance.mean() == pytest.approx(rows.mean(), rel=0.03)
    assert found.counts.sum() == sheets.points.size


def test_net_of_raters_the_invited_means_are_more_exact_and_say_so() -> None:
    raked = channel_means(COUNTY, INVITED.sheets, bound=8.0).mean
    net = invited_net(COUNTY, INVITED.sheets).means
    assert 0.75 < np.mean(net.variance / raked.variance) < 0.97
    assert 0 < net.shared < 0.1 * net.variance.min()


def test_open_means_leave_out_whom_screening_left_out() -> None:
    kept = (np.arange(4_000) % 4 > 0).astype(float)
    fewer = open_net(COUNTY, VOLUNTEERS, kept)
    everybody = open_net(COUNTY, VOLUNTEERS, np.ones(4_000))
    assert 1.1 < np.mean(fewer.variance / everybody.variance) < 1.6


def test_weights_meet_the_county_within_their_bound() -> None:
    calibration = rake_within(COUNTY, VOLUNTEERS.codes, np.ones(4_000), 5.0)
    for column, total in enumerate(COUNTY.totals):
        got = np.bincount(VOLUNTEERS.codes[:, column], calibration.weights)
        assert got == pytest.approx(total, rel=1e-6)


def test_the_pipeline_is_nearer_the_truth_than_raw_and_the_same_twice() -> None:
    reference = estimate_anchor(COUNTY, INVITED)
    first = estimate(COUNTY, INVITED, reference, VOLUNTEERS)
    second = estimate(COUNTY, INVITED, reference, VOLUNTEERS)
    assert (first.limited.score == second.limited.score).all()
    error = np.sqrt(np.mean((first.limited.score - COUNTY.truth) ** 2))
    assert error < 0.7 * np.sqrt(np.mean((first.raw - COUNTY.truth) ** 2))
    room = 0.5 * first.reference_se
    assert (np.abs(first.limited.score - reference.reference_only.score) <= room + 1e-9).all()


@pytest.mark.parametrize(("attack", "most"), [("bots", 0.1), ("staff", 0.3), ("careful", 1.0)])
def test_an_attack_moves_what_it_may_and_no_other_unit(attack: Attack, most: float) -> None:
    reference = estimate_anchor(COUNTY, INVITED)
    before = estimate(COUNTY, INVITED, reference, VOLUNTEERS)
    moves = []
    for unit in range(6, 60, 12):
        false = stuff(
            COUNTY, VOLUNTEERS, attack=attack, unit=unit, number=80, rng=np.random.default_rng(3)
        )
        after = estimate(COUNTY, INVITED, reference, together(VOLUNTEERS, false))
        moved = np.abs(after.limited.score - before.limited.score)
        moves.append(moved[unit])
        assert after.raw[unit] - before.raw[unit] > 3
        assert moved[unit] <= before.reference_se[unit] * (1 + 1e-9)
        assert np.delete(moved, unit).max() < 0.4
        if attack == "careful":
            assert after.alarm[unit]
    assert np.mean(moves) <= most
