"""Groups of one unit that borrow from one another, where the truth is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from survey.stats.small_areas import Borrowed, SmallAreaError, borrow

Floats = NDArray[np.float64]
GROUP_MEAN = np.array([0.0, 4.0, 2.0, 6.0])


def counties(
    rng: np.random.Generator, *, units: int, between: float, within: float
) -> tuple[Floats, Floats, Floats]:
    """Draw true figures, direct estimates and their variances, shape (units, 4)."""
    own = between * rng.standard_normal((units, 1))
    truth = 70 + own + GROUP_MEAN + within * rng.standard_normal((units, 4))
    variance = np.array([3.0, 5.5, 12.0, 18.0]) * rng.uniform(0.7, 1.3, (units, 4))
    return truth, truth + np.sqrt(variance) * rng.standard_normal(truth.shape), variance


def repeated(units: int, within: float, repeats: int = 60) -> tuple[list[Borrowed], Floats, Floats]:
    rng = np.random.default_rng([units, round(10 * within)])
    found, truths, directs = [], [], []
    for _ in range(repeats):
        truth, direct, variance = counties(rng, units=units, between=4.5, within=within)
        found.append(borrow(direct=direct, variance=variance))
        truths.append(truth)
        directs.append(direct)
    return found, np.array(truths), np.array(directs)


@pytest.mark.slow
@pytest.mark.parametrize("within", [0.0, 2.5])
@pytest.mark.parametrize("units", [6, 20])
def test_errors_say_what_they_are_and_are_smaller_than_without(units: int, within: float) -> None:
    found, truth, direct = repeated(units, within)
    off = np.array([one.value for one in found]) - truth
    se = np.array([one.se for one in found])
    assert 0.93 <= (np.abs(off) < 1.96 * se).mean() <= 0.99
    assert np.sqrt((off**2).mean()) < 0.93 * np.sqrt(((direct - truth) ** 2).mean())
    weight = np.broadcast_to([0.5, 0.2, 0.2, 0.1], truth.shape[1:])
    units_off, units_se = [], []
    for one, true in zip(found, truth, strict=True):
        value, error = one.of_units(weight)
        units_off.append(value - (weight * true).sum(axis=1))
        units_se.append(error)
    assert 0.92 <= (np.abs(units_off) < 1.96 * np.array(units_se)).mean() <= 0.98


def test_what_one_group_says_more_of_the_others_follow_and_of_other_units_hardly() -> None:
    rng = np.random.default_rng(3)
    _, direct, variance = counties(rng, units=20, between=4.5, within=2.0)
    found = borrow(direct=direct, variance=variance)
    moved = direct.copy()
    moved[4, 3] += 0.01
    again = borrow(direct=moved, variance=variance)
    change = (again.value - found.value) / 0.01
    np.testing.assert_allclose(change[4], found.follows[4, :, 3], atol=0.1)
    assert np.abs(np.delete(change, 4, axis=0)).max() < 0.1


@pytest.mark.parametrize("off", [20.0, 60.0, 200.0])
def test_a_group_far_off_stays_where_it_is_and_hardly_moves_the_others(off: float) -> None:
    rng = np.random.default_rng(5)
    _, direct, variance = counties(rng, units=20, between=4.5, within=1.5)
    variance[:, 2] = 4.0
    direct[7, 2] = direct[7, [0, 1, 3]].mean() + off
    found = borrow(direct=direct, variance=variance)
    assert found.apart[7, 2]
    assert found.value[7, 2] == pytest.approx(direct[7, 2], abs=2.0)
    without = direct.copy()
    without[7, 2] = np.nan
    rest = borrow(direct=without, variance=variance)
    others = [0, 1, 3]
    np.testing.assert_allclose(found.value[7, others], rest.value[7, others], atol=1.2)
    assert abs(found.value - rest.value)[np.isfinite(rest.value)].max() <= 1.2
    assert not np.isfinite(rest.value[7, 2])


def test_further_off_moves_the_others_less_and_in_the_end_not_at_all() -> None:
    rng = np.random.default_rng(5)
    _, direct, variance = counties(rng, units=20, between=4.5, within=1.5)
    gaps = []
    for off in (30.0, 300.0, 3000.0):
        one = direct.copy()
        one[7, 2] += off
        without = direct.copy()
        without[7, 2] = np.nan
        drawn, rest = (borrow(direct=given, variance=variance).value for given in (one, without))
        gaps.append(float(np.abs(drawn - rest)[7, [0, 1, 3]].max()))
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 0.01


def test_neither_variance_is_ever_zero_and_no_error_is() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        _, direct, variance = counties(rng, units=8, between=0.0, within=0.0)
        found = borrow(direct=direct, variance=variance)
        assert min(found.unit_variance, found.group_variance) > 0
        assert (found.se > 0.3).all()
        assert found.notices == ()
    plain = borrow(direct=np.tile([60.0, 70.0], (6, 1)), variance=np.ones((6, 2)), method="reml")
    assert (plain.unit_variance, plain.group_variance) == (0.0, 0.0)
    assert [notice.code for notice in plain.notices] == ["no_sub_area_variance"]


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.floats(0.3, 3.0), st.floats(-20.0, 20.0))
def test_order_and_scale_change_nothing_and_levels_follow(
    seed: int, scale: float, up: float
) -> None:
    rng = np.random.default_rng(seed)
    _, direct, variance = counties(rng, units=9, between=4.0, within=2.0)
    found = borrow(direct=direct, variance=variance)
    order, groups = rng.permutation(9), rng.permutation(4)
    turned = borrow(
        direct=direct[order][:, groups] * scale + up,
        variance=variance[order][:, groups] * scale**2,
    )
    np.testing.assert_allclose(turned.value, found.value[order][:, groups] * scale + up, rtol=1e-4)
    np.testing.assert_allclose(turned.se, found.se[order][:, groups] * scale, rtol=1e-3)


def test_what_all_units_share_is_drawn_by_nothing_and_part_of_every_error() -> None:
    rng = np.random.default_rng(8)
    _, direct, variance = counties(rng, units=15, between=4.5, within=2.0)
    shared = np.array([1.0, 0.0, 99.0, 0.0])
    found = borrow(direct=direct, variance=variance + shared * [1, 1, 0, 1], shared=shared)
    np.testing.assert_allclose(found.shared, [1.0, 0.0, 0.9 * variance[:, 2].min(), 0.0])
    plain = borrow(direct=direct, variance=variance - found.shared * [0, 0, 1, 0])
    np.testing.assert_allclose(found.value, plain.value)
    np.testing.assert_allclose(found.se**2, plain.se**2 + found.shared)


def test_last_time_helps_as_far_as_it_tells() -> None:
    rng = np.random.default_rng(11)
    errors = []
    for _ in range(40):
        truth, direct, variance = counties(rng, units=20, between=4.5, within=1.0)
        last = truth.mean(axis=1) + rng.standard_normal(20)
        for covariates in (None, (last - last.mean())[:, None]):
            found = borrow(direct=direct, variance=variance, covariates=covariates)
            errors.append(float(((found.value - truth) ** 2).mean()))
    assert sum(errors[1::2]) < 0.75 * sum(errors[::2])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"method": "ml"}, "unknown_method"),
        ({"variance": np.ones((6, 3))}, "shapes"),
        ({"variance": np.zeros((6, 2))}, "variance"),
        ({"covariates": np.ones((6, 1))}, "predictors"),
        ({"covariates": np.full((6, 1), np.nan)}, "missing"),
        ({"direct": np.ones((2, 2)), "variance": np.ones((2, 2))}, "predictors"),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, object], reason: str) -> None:
    good: dict[str, object] = {
        "direct": np.arange(12.0).reshape(6, 2), "variance": np.ones((6, 2))
    }  # fmt: skip
    with pytest.raises(SmallAreaError) as refused:
        borrow(**good | changes)  # type: ignore[arg-type]
    assert refused.value.reason == reason


def test_a_unit_unknown_last_time_counts_as_the_mean_and_as_less_exact() -> None:
    rng = np.random.default_rng(12)
    _, direct, variance = counties(rng, units=20, between=4.5, within=1.0)
    last = np.nanmean(direct, axis=1) - 72 + rng.standard_normal(20)
    lacking = last.copy()
    lacking[3] = np.nan
    mean = np.where(np.isnan(lacking), np.nanmean(lacking), last)
    found, filled = (
        borrow(direct=direct, variance=variance, covariates=one[:, None]) for one in (lacking, mean)
    )
    others = np.arange(20) != 3
    assert (found.se[3] > 1.02 * filled.se[3]).all()  # the mean is not known to be its own
    np.testing.assert_allclose(found.value[others], filled.value[others], atol=0.2)
    pulled = [np.abs(one.value[3] - direct[3]).sum() for one in (found, filled)]
    assert pulled[0] < pulled[1]


@pytest.mark.slow
def test_errors_hold_where_a_third_of_units_is_unknown() -> None:
    rng = np.random.default_rng(13)
    off, errors = [], []
    for _ in range(150):
        truth, direct, variance = counties(rng, units=18, between=4.5, within=1.0)
        last = truth.mean(axis=1) + 3 * rng.standard_normal(18)
        last[:6] = np.nan
        found = borrow(direct=direct, variance=variance, covariates=last[:, None])
        off.append(found.value[:6] - truth[:6])
        errors.append(found.se[:6])
    assert 0.93 <= (np.abs(off) < 1.96 * np.array(errors)).mean() <= 0.98
