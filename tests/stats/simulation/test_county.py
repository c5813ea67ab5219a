"""The simulated county: its truth, who answers, who attacks."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.simulation.answering import Behaviour, invite, opinion_holders, volunteer
from survey.stats.simulation.attacks import ATTACKS, stuff
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


@pytest.mark.parametrize("attack", ATTACKS)
def test_false_answers_are_about_one_unit_and_marked(county: County, attack: str) -> None:
    rng = np.random.default_rng(5)
    honest = volunteer(county, Behaviour(), rng)
    false = stuff(county, honest, attack=attack, unit=7, number=50, rng=rng)  # type: ignore[arg-type]
    assert (false.unit == 7).all()
    assert not false.honest.any()
    assert false.points.mean() < 20 if attack == "rival" else false.points.mean() > 85
