"""The simulated county: its truth, who answers, who attacks."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.simulation.answering import Behaviour, invite, opinion_holders, volunteer
from survey.stats.simulation.attacks import STUFFINGS, Stuffing, stuff
from survey.stats.simulation.county import NO_UNIT, POINTS, County, Setting, build_county

SMALL = Setting(n_people=12_000, n_codes=2_000, n_open=2_000)


@pytest.fixture(scope="module")
def county() -> County:
    return build_county(SMALL, np.random.default_rng(1))


def test_truth_is_the_mean_of_everybody_who_can_rate_the_unit(county: County) -> None:
    unit = 25
    worth = np.array(POINTS)[county.answers[county.units == unit]]
    assert county.truth[unit] == pytest.approx(worth.mean())
    assert ((county.units != NO_UNIT).sum(axis=1) >= 3).all()
    assert (county.units[:, 0] == county.codes[:, 2]).all()


def test_no_unit_is_known_twice_by_one_person(county: County) -> None:
    for row in county.units[:500]:
        known = row[row != NO_UNIT]
        assert known.size == np.unique(known).size


def test_invited_answers_are_unbiased_and_volunteers_by_opinion_are_not(county: County) -> None:
    off: dict[str, list[float]] = {"invited": [], "open": []}
    for seed in range(10):
        rng = np.random.default_rng(seed)
        behaviour = Behaviour(selection=2.0, by_chance=True)
        for name, sheets in (
            ("invited", invite(county, behaviour, rng).sheets),
            ("open", volunteer(county, behaviour, rng)),
        ):
            mean = np.bincount(sheets.unit, sheets.points) / np.bincount(sheets.unit)
            off[name].append((mean - county.truth).mean())
    assert abs(np.mean(off["invited"])) < 0.5
    assert np.mean(off["open"]) < -2


def test_invited_waves_and_sheets_agree(county: County) -> None:
    invited = invite(county, Behaviour(), np.random.default_rng(3))
    assert invited.sheets.network.size == (invited.wave > 0).sum()
    assert (invited.sheets.codes == invited.codes[invited.wave > 0]).all()
    assert 0.3 < (invited.wave > 0).mean() < 0.4


def test_so_many_ratings_a_unit_and_no_more(county: County) -> None:
    invited = invite(county, Behaviour(per_unit=5), np.random.default_rng(4))
    assert np.bincount(invited.sheets.unit).max() == 5
    assert np.unique(invited.sheets.person).size == invited.sheets.network.size


def test_the_dissatisfied_without_opinion_leave_a_higher_mean(county: County) -> None:
    truth = opinion_holders(county, Behaviour(dont_know=0.03))
    assert (truth > county.truth).mean() > 0.9


def test_no_volunteers_where_nothing_is_open() -> None:
    closed = build_county(replace(SMALL, n_open=0), np.random.default_rng(2))
    assert volunteer(closed, Behaviour(), np.random.default_rng(1)).network.size == 0


def test_a_code_for_one_unit_is_as_likely_for_whoever_knows_it(county: County) -> None:
    invited = invite(county, Behaviour(by_chance=True), np.random.default_rng(6), sittings=False)
    assert invited.codes.shape[0] == 4 * SMALL.n_codes
    assert ((invited.units != NO_UNIT).sum(axis=1) == 1).all()
    assert np.unique(invited.sheets.person).size == invited.sheets.unit.size
    asked = invited.units.max(axis=1)
    towns = (asked < SMALL.n_towns).mean()
    assert towns == pytest.approx(SMALL.n_towns / SMALL.n_units, abs=0.02)
    off = np.bincount(invited.sheets.unit, invited.sheets.points, minlength=SMALL.n_units)
    off = off / np.bincount(invited.sheets.unit, minlength=SMALL.n_units) - county.truth
    assert abs(off.mean()) < 1.0


def test_whoever_scans_a_poster_of_one_unit_rates_it_alone(county: County) -> None:
    opened = volunteer(county, Behaviour(), np.random.default_rng(7), sittings=False)
    assert np.unique(opened.person).size == opened.unit.size > 0.9 * SMALL.n_open


def test_a_second_reminder_finds_more_people(county: County) -> None:
    invited = invite(county, Behaviour(waves=3), np.random.default_rng(8))
    found = [(invited.wave == wave).sum() for wave in (1, 2, 3)]
    assert found[0] > found[1] > found[2] > 100


@pytest.mark.parametrize("attack", STUFFINGS)
def test_false_answers_are_about_one_unit_and_marked(county: County, attack: Stuffing) -> None:
    rng = np.random.default_rng(5)
    honest = volunteer(county, Behaviour(), rng)
    false = stuff(county, honest, attack=attack, unit=7, number=50, rng=rng)
    own = false.unit == 7
    assert own.sum() == 50
    assert not false.honest.any()
    if attack == "rival":
        assert false.points.mean() < 20
    elif attack == "personas":
        # One better than what somebody of this county would have said, most of the time.
        assert county.truth[7] + 5 < false.points.mean() < county.truth[7] + 25
    else:
        assert false.points[own].mean() > 85


def test_who_rates_several_units_runs_down_others_of_the_class(county: County) -> None:
    rng = np.random.default_rng(5)
    honest = volunteer(county, Behaviour(), rng)
    false = stuff(county, honest, attack="several_units", unit=7, number=50, rng=rng)
    others = false.unit != 7
    assert (np.bincount(false.person) == 4).all()
    assert (false.unit[others] < SMALL.n_towns).all()
    assert false.points[others].mean() < 15
