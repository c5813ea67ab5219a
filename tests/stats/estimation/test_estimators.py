import dataclasses
from functools import partial

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit

from survey.stats.estimation import domain_sums
from survey.stats.estimation.design import Design
from survey.stats.estimation.design_effect import design_effect, effective_n, kish_design_effect
from survey.stats.estimation.domain_sums import Task, by_cells, by_rows
from survey.stats.estimation.estimators import (
    Domains,
    EstimationError,
    linearised_covariance,
    mean,
    proportion,
    ratio,
    total,
)
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.weighting.bounded import Total, calibrate
from survey.stats.weighting.calibration import poststratify, rake
from survey.stats.weighting.margin import Margin, ShapeError, WeightError
from tests.stats.samples import SEEDS, draw, reordered

STATISTICS = st.sampled_from(["mean", "total", "ratio"])


def element_sample(seed: int, *, calibrated: bool, strata: bool, equal: bool, rule: str):
    sample = draw(seed, equal=equal)
    generator = np.random.default_rng(seed)
    stratum = np.concatenate([[0], generator.integers(1, 5, sample.n - 1)])
    design = Design.build(
        n=sample.n,
        strata=[stratum] if strata else (),
        fpc=[np.bincount(stratum)[stratum] * 3.0] if strata and seed % 2 else (),
        lonely_psu=rule,
    )
    calibration = (
        rake(base_weights=sample.base_weights, margins=sample.margins) if calibrated else None
    )
    weights = WeightSet(base_weights=sample.base_weights, design=design, calibration=calibration)
    return sample, weights


@given(
    seed=SEEDS,
    statistic=STATISTICS,
    calibrated=st.booleans(),
    strata=st.booleans(),
    equal=st.booleans(),
    missing=st.booleans(),
    rule=st.sampled_from(["adjust", "average", "remove", "certainty"]),
)
@settings(max_examples=150, deadline=None)
def test_cells_and_rows_give_the_same(
    *, seed, statistic, calibrated, strata, equal, missing, rule
) -> None:
    sample, weights = element_sample(
        seed, calibrated=calibrated, strata=strata, equal=equal, rule=rule
    )
    generator = np.random.default_rng(seed)
    task = Task(
        weights=weights,
        statistic=statistic,
        y=sample.y,
        x=generator.uniform(1, 2, sample.n) if statistic == "ratio" else None,
        codes=sample.domain,
        size=6,
        rows=np.flatnonzero(generator.random(sample.n) < 0.8) if missing else None,
    )
    cells, rows = by_cells(task), by_rows(task)
    for field in dataclasses.fields(rows):
        want = getattr(rows, field.name)
        np.testing.assert_allclose(
            getattr(cells, field.name), want, rtol=1e-10, atol=1e-10 * np.abs(want).max()
        )


@given(seed=SEEDS)
@example(seed=2789)  # a domain of one answer: its variance is nothing, and no error is told of it
@settings(max_examples=25, deadline=None)
def test_domains_in_blocks_give_the_same(seed: int) -> None:
    sample, weights = element_sample(seed, calibrated=True, strata=False, equal=False, rule="fail")
    y = sample.y.copy()
    y[::9] = np.nan
    domains = Domains(codes=sample.domain, size=5)
    whole = mean(weights=weights, y=y, domains=domains)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(domain_sums, "COVARIANCE_LIMIT", 2)
        for compute in (by_cells, by_rows):
            task = Task(weights=weights, statistic="mean", y=y, x=None, codes=sample.domain,
                        size=5, rows=np.flatnonzero(~np.isnan(y)))  # fmt: skip
            parts = compute(task)
            assert parts.covariance is None
            np.testing.assert_allclose(parts.value, whole.value, rtol=1e-12)
            error, untold = np.sqrt(parts.variance), np.isnan(whole.se)
            np.testing.assert_allclose(error[~untold], whole.se[~untold], rtol=1e-9)
            assert (error[untold] < 1e-9).all()


@given(seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_order_of_rows_and_scale_of_weights_do_not_matter(seed: int) -> None:
    sample = draw(seed)
    order = np.random.default_rng(seed).permutation(sample.n)
    design = Design.build(n=sample.n)
    found, moved = (
        mean(
            weights=WeightSet(
                base_weights=base,
                design=design,
                calibration=rake(base_weights=base, margins=margins, tolerance=1e-13),
            ),
            y=y,
            domains=Domains(codes=codes, size=5),
        )
        for base, margins, y, codes in (
            (sample.base_weights, sample.margins, sample.y, sample.domain),
            (
                1000 * sample.base_weights[order],
                [reordered(m, order) for m in sample.margins],
                sample.y[order],
                sample.domain[order],
            ),
        )
    )
    np.testing.assert_allclose(moved.value, found.value, rtol=1e-9)
    np.testing.assert_allclose(moved.se, found.se, rtol=1e-8)


@given(seed=SEEDS)
@settings(max_examples=25, deadline=None)
def test_known_totals_have_no_error(seed: int) -> None:
    sample = draw(seed)
    found = rake(base_weights=sample.base_weights, margins=sample.margins, tolerance=1e-13)
    weights = WeightSet(
        base_weights=sample.base_weights, design=Design.build(n=sample.n), calibration=found
    )
    known = sample.margins[0]
    counts = total(weights=weights, y=np.ones(sample.n), domains=Domains(codes=known.codes, size=3))
    np.testing.assert_allclose(counts.value, known.totals, rtol=1e-10)
    # Squares cancel there, so rounding shows at its square root.
    assert (counts.se < 1e-7 * known.totals).all()


def test_linearised_covariance_takes_the_parts_of_a_design() -> None:
    sample = draw(5)
    z = (sample.y - sample.y.mean())[:, None] / sample.n
    psu = np.arange(sample.n) // 3
    strata = (psu >= 6).astype(np.intp)
    fpc = np.where(strata == 1, 1000.0, 100.0)
    design = Design.build(n=sample.n, strata=[strata], units=[psu], fpc=[fpc])
    found = linearised_covariance(
        influence=z, calibration=None, base_weights=sample.base_weights, strata=strata, psu=psu,
        fpc=fpc,
    )  # fmt: skip
    np.testing.assert_allclose(found, design.covariance(z * sample.base_weights[:, None]))


def simple(n: int) -> WeightSet:
    return WeightSet(base_weights=np.full(n, 2.0), design=Design.build(n=n))


def test_domains_without_answers_are_left_out_and_named() -> None:
    y = np.array([1.0, np.nan, 3.0, 5.0])
    codes = np.array([0, 1, 2, 2])
    found = mean(weights=simple(4), y=y, domains=Domains(codes=codes, size=4))
    assert found.domain.tolist() == [0, 2]
    assert found.value.tolist() == [1.0, 4.0]
    notices = {notice.code: notice.domains for notice in found.notices}
    assert notices == {"empty_domain": (1, 3), "one_answer": (0,)}
    assert np.isnan([found.se[0], found.lower[0], found.upper[0]]).all()
    assert np.isfinite([found.se[1], found.lower[1], found.upper[1]]).all()
    assert "mean 0: 1 (no interval, n 1)" in found.summary()
    assert "empty_domain: domains=(1, 3)" in found.summary()


def test_equal_answers_have_no_error_and_say_so() -> None:
    sample = draw(11)
    calibration = rake(base_weights=sample.base_weights, margins=sample.margins)
    weights = WeightSet(
        base_weights=sample.base_weights,
        design=Design.build(n=sample.n),
        calibration=calibration,
    )
    for y in (np.full(sample.n, 83.7), np.where(sample.domain == 2, 61.3, sample.y)):
        found = mean(weights=weights, y=y, domains=Domains(codes=sample.domain, size=5))
        assert np.isnan(found.se[2])
        assert 2 in next(n for n in found.notices if n.code == "zero_variance").domains


def clusters(**parts) -> WeightSet:
    """Six units of two rows in two strata."""
    unit = np.repeat(np.arange(6), 2)
    design = Design.build(n=12, strata=[unit // 3], units=[unit], **parts)
    return WeightSet(base_weights=np.full(12, 2.0), design=design)


IN_ONE = Domains(codes=np.array([0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]), size=2)
SPREAD = np.array([60.0, 80, 70, 90, 65, 75, 50, 60, 85, 95, 40, 55])


@pytest.mark.parametrize("calibrated", [False, True])
def test_a_domain_inside_one_unit_has_a_value_and_no_interval(*, calibrated) -> None:
    weights = clusters()
    if calibrated:
        total_x = Total(variable="x", values=SPREAD**0.5, total=float(2.1 * (SPREAD**0.5).sum()))
        calibration = calibrate(base_weights=weights.base_weights, totals=[total_x])
        weights = dataclasses.replace(weights, calibration=calibration)
    for statistic in (mean, partial(ratio, x=np.ones(12))):
        found = statistic(weights=weights, y=SPREAD, domains=IN_ONE)
        assert found.value[0] == pytest.approx(np.average(SPREAD[:2], weights=weights.weights[:2]))
        assert np.isnan([found.se[0], found.lower[0], found.upper[0]]).all()
        assert found.lower[1] < found.value[1] < found.upper[1]
        assert [(n.code, n.domains) for n in found.notices] == [("one_sampling_unit", (0,))]
        assert np.isnan(found.contrast([1, -1])[1])
        assert found.contrast([0, 1])[1] == pytest.approx(found.se[1])
    share = proportion(weights=weights, y=(SPREAD > 65).astype(float), domains=IN_ONE)
    assert np.isnan([share.se[0], share.lower[0], share.upper[0]]).all()
    alike = proportion(weights=weights, y=np.ones(12), domains=IN_ONE)
    assert np.isnan(alike.lower[0])
    assert 0 < alike.lower[1] < alike.upper[1] == 1


def test_a_total_inside_one_unit_keeps_its_interval_for_others_have_none() -> None:
    found = total(weights=clusters(), y=SPREAD, domains=IN_ONE)
    assert found.se[0] > 0
    assert not found.notices


def test_a_stratum_taken_whole_is_known() -> None:
    weights = clusters(fpc=[np.repeat([3.0, 30.0], 6)])
    found = mean(weights=weights, y=SPREAD, domains=IN_ONE)
    assert (found.se[0], found.lower[0], found.upper[0]) == (0, 70, 70)
    # Rows of a second stage below units that were all taken have an error of their own.
    unit, row = np.repeat(np.arange(3), 4), np.arange(12)
    design = Design.build(n=12, units=[unit, row], fpc=[np.full(12, 3.0), np.full(12, 40.0)])
    below = mean(
        weights=WeightSet(base_weights=np.full(12, 10.0), design=design), y=SPREAD, domains=IN_ONE
    )
    assert below.se[0] > 0
    assert not below.notices


def test_ratio_over_zero_is_left_out() -> None:
    codes = np.array([0, 0, 1, 1])
    found = ratio(
        weights=simple(4), y=np.arange(4.0), x=np.array([0.0, 0.0, 1.0, 3.0]),
        domains=Domains(codes=codes, size=2),
    )  # fmt: skip
    assert found.domain.tolist() == [1]
    assert found.value.tolist() == [1.25]


def test_differences_count_the_covariance() -> None:
    sample, weights = element_sample(2, calibrated=True, strata=False, equal=False, rule="fail")
    found = mean(weights=weights, y=sample.y, domains=Domains(codes=sample.domain, size=5))
    value, se = found.contrast((1, -1, 0, 0, 0))
    v = found.covariance
    assert value == pytest.approx(found.value[0] - found.value[1])
    assert se == pytest.approx(np.sqrt(v[0, 0] + v[1, 1] - 2 * v[0, 1]))
    columns = found.to_columns()
    assert all(column.shape == (5,) for column in columns.values())


def test_proportions_stay_within_their_range() -> None:
    y = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 1.0])
    domains = Domains(codes=np.array([0, 0, 0, 1, 2, 2]), size=3)
    for method in ("logit", "beta"):
        found = proportion(weights=simple(6), y=y, domains=domains, method=method)
        assert found.value.tolist() == [1.0, 0.0, 0.5]
        assert ((found.lower >= 0) & (found.upper <= 1)).all()
        assert (found.lower < found.upper).all()
        # Clopper and Pearson for 3 of 3.
        assert found.lower[0] == pytest.approx(0.025 ** (1 / 3))


def test_too_few_units_for_a_degree_of_freedom_are_noticed() -> None:
    y = np.array([1.0, 0.0, 1.0, 1.0, 0.0, 1.0])
    codes = np.array([0, 1, 1, 1, 1, 1])
    found = proportion(weights=simple(6), y=y, domains=Domains(codes=codes, size=2))
    notices = {notice.code: notice.domains for notice in found.notices}
    assert notices == {"one_answer": (0,), "no_degree_of_freedom": (0,)}
    assert np.isfinite([found.lower, found.upper]).all()


def test_shapes_and_codes_that_do_not_fit_are_refused() -> None:
    weights = simple(3)
    with pytest.raises(EstimationError, match="values=2, rows=3"):
        mean(weights=weights, y=np.ones(2))
    with pytest.raises(EstimationError, match="domain_range"):
        mean(weights=weights, y=np.ones(3), domains=Domains(codes=np.array([0, 1, 2]), size=2))
    with pytest.raises(EstimationError, match="domain_rows"):
        mean(weights=weights, y=np.ones(3), domains=Domains(codes=np.zeros(2, int), size=2))
    with pytest.raises(EstimationError, match="infinite_answer"):
        mean(weights=weights, y=np.array([1.0, np.inf, 2.0]))
    with pytest.raises(EstimationError, match="not_zeros_and_ones"):
        proportion(weights=weights, y=np.array([1.0, 0.0, 2.0]))
    with pytest.raises(EstimationError, match="ratio_rows: y=3, x=2"):
        ratio(weights=weights, y=np.ones(3), x=np.ones(2))
    with pytest.raises(ShapeError):
        WeightSet(base_weights=np.ones(2), design=Design.build(n=3))
    with pytest.raises(WeightError):
        WeightSet(base_weights=np.zeros(3), design=Design.build(n=3))


def test_kish() -> None:
    weights = np.array([1.0, 1.0, 2.0, 0.0])
    assert kish_design_effect(weights) == pytest.approx(3 * 6 / 16)
    assert effective_n(weights) == pytest.approx(16 / 6)
    assert kish_design_effect(weights * 1e-200) == pytest.approx(3 * 6 / 16)


def test_design_effect_of_a_simple_sample_is_one() -> None:
    y = np.array([1.0, 5.0, 2.0, 8.0])
    _, effects = design_effect(weights=simple(4), y=y, replacement=True)
    assert effects == pytest.approx([1.0])
    _, flat = design_effect(weights=simple(4), y=np.ones(4), replacement=True)
    assert flat.tolist() == [1.0]
    small = WeightSet(base_weights=np.full(4, 0.5), design=Design.build(n=4))
    with pytest.raises(EstimationError, match="weights_too_small"):
        design_effect(weights=small, y=y)


# x <- data.frame(h = c(1,1,1,1,2,3,3,3,4,4), psu = c(1,1,2,2,3,4,5,6,7,8),
#   w = c(2,2,3,3,5,4,4,1.5,2,6), y = c(50,75,25,100,75,0,25,50,40,90),
#   x = c(4,5,6,7,8,9,3,2,5,6), g = c("a","b","a","b","a","b","a","b","b","b"))
# options(survey.lonely.psu = "average")
LONELY = {
    "h": np.array([1, 1, 1, 1, 2, 3, 3, 3, 4, 4]),
    "psu": np.array([1, 1, 2, 2, 3, 4, 5, 6, 7, 8]),
    "g": np.array([0, 1, 0, 1, 0, 1, 0, 1, 1, 1]),
}
LONELY_W = np.array([2, 2, 3, 3, 5, 4, 4, 1.5, 2, 6])
LONELY_Y = np.array([50.0, 75, 25, 100, 75, 0, 25, 50, 40, 90])
LONELY_X = np.array([4.0, 5, 6, 7, 8, 9, 3, 2, 5, 6])


def lonely_weights(*, psu: bool = True, calibrated: bool = False) -> WeightSet:
    design = Design.build(
        n=10, strata=[LONELY["h"]], units=[LONELY["psu"]] if psu else (), lonely_psu="average"
    )
    margin = Margin(
        variable="g", categories=("a", "b"), codes=LONELY["g"], totals=np.array([20.0, 30.0])
    )
    calibration = poststratify(base_weights=LONELY_W, margin=margin) if calibrated else None
    return WeightSet(base_weights=LONELY_W, design=design, calibration=calibration)


def test_a_domain_averages_over_its_own_strata_as_r() -> None:
    """In R, in the order of the figures.

    d <- svydesign(id = ~psu, strata = ~h, weights = ~w, data = x)
    SE(svyby(~y, ~g, d, svymean))
    SE(svyby(~y, ~g, d, svytotal))
    SE(svyby(~y, ~g, denominator = ~x, d, svyratio))
    x$y[x$h == 2] <- NA, d built again; SE(svymean(~y, d, na.rm = TRUE))
    e <- svydesign(id = ~1, strata = ~h, weights = ~w, data = x); SE(svyby(~y, ~g, e, svymean))
    """
    domains = Domains(codes=LONELY["g"], size=2)
    weights = lonely_weights()
    means = mean(weights=weights, y=LONELY_Y, domains=domains)
    np.testing.assert_allclose(means.se, [9.760778811076017, 17.934414718390684])
    totals = total(weights=weights, y=LONELY_Y, domains=domains)
    np.testing.assert_allclose(totals.se, [126.2438117295260, 489.6171974103851])
    ratios = ratio(weights=weights, y=LONELY_Y, x=LONELY_X, domains=domains)
    np.testing.assert_allclose(ratios.se, [1.701034543599429, 3.733169969790992])
    whole = mean(weights=weights, y=np.where(LONELY["h"] == 2, np.nan, LONELY_Y))
    np.testing.assert_allclose(whole.se, [11.26423664149658])
    rows = mean(weights=lonely_weights(psu=False), y=LONELY_Y, domains=domains)
    np.testing.assert_allclose(rows.se, [9.517733727641648, 18.257039629427616])


def test_a_domain_of_a_calibrated_sample_averages_over_all_strata_as_r() -> None:
    """In R: k <- postStratify(d, ~g, data.frame(g = c("a", "b"), Freq = c(20, 30))).

    SE(svyby(~y, ~g, k, svymean))
    """
    weights = lonely_weights(calibrated=True)
    found = mean(weights=weights, y=LONELY_Y, domains=Domains(codes=LONELY["g"], size=2))
    np.testing.assert_allclose(found.se, [9.202550515965092, 20.708878330842499])


def test_a_domain_of_lonely_strata_alone_is_noticed() -> None:
    design = Design.build(n=4, strata=[np.array([0, 0, 1, 2])], lonely_psu="average")
    weights = WeightSet(base_weights=np.ones(4), design=design)
    domains = Domains(codes=np.array([0, 0, 1, 1]), size=2)
    found = mean(weights=weights, y=np.array([1.0, 2, 3, 5]), domains=domains)
    notices = {notice.code: notice.domains for notice in found.notices}
    assert notices["lonely_domain"] == (1,)
    assert "zero_variance" not in notices


def test_a_ratio_with_a_zero_denominator_says_so() -> None:
    weights = WeightSet(base_weights=np.ones(4), design=Design.build(n=4))
    found = ratio(
        weights=weights,
        y=np.array([1.0, 2, 3, 4]),
        x=np.array([1.0, -1, 2, 2]),
        domains=Domains(codes=np.array([0, 0, 1, 1]), size=3),
    )
    assert found.domain.tolist() == [1]
    notices = {notice.code: notice.domains for notice in found.notices}
    assert notices["zero_denominator"] == (0,)
    assert notices["empty_domain"] == (2,)


@pytest.mark.parametrize("missing", [False, True])
def test_the_interval_of_a_domain_is_that_of_its_own_answers(*, missing: bool) -> None:
    # Five of a hundred answers are not a sample of a hundred: t has four degrees of freedom, and
    # the mean of all squared deviations is a fifth too small, not a hundredth.
    y = np.random.default_rng(3).normal(80, 10, 100)
    if missing:
        y[5:10] = np.nan
    codes = np.where(np.arange(100) < (10 if missing else 5), 0, 1)
    weights = WeightSet(base_weights=np.ones(100), design=Design.build(n=100))
    found = mean(weights=weights, y=y, domains=Domains(codes=codes, size=2))
    alone = mean(
        weights=WeightSet(base_weights=np.ones(5), design=Design.build(n=5)), y=y[:5]
    )  # fmt: skip
    assert found.df.tolist() == [4, 94 - 5 * missing]
    assert (found.lower[0], found.upper[0]) == pytest.approx((alone.lower[0], alone.upper[0]))
    assert found.se[0] == pytest.approx(alone.se[0] * np.sqrt(100 / 99 * 4 / 5))  # R's, of svyby
    whole = mean(weights=weights, y=np.where(np.isnan(y), 80.0, y))
    assert whole.df.tolist() == [99]
    half = stdtrit(99, 0.975) * whole.se
    assert whole.upper - whole.value == pytest.approx(half)
    share = ratio(weights=weights, y=y, x=np.ones(100), domains=Domains(codes=codes, size=2))
    assert share.upper == pytest.approx(found.upper)
    assert total(weights=weights, y=np.ones(100)).df.tolist() == [99]


@given(
    seed=SEEDS,
    statistic=st.sampled_from([mean, proportion]),
    clustered=st.booleans(),
    few=st.integers(1, 5),
)
@settings(max_examples=80, deadline=None)
def test_no_domain_has_an_interval_of_no_width_without_a_word(
    *, seed, statistic, clustered, few
) -> None:
    rng = np.random.default_rng(seed)
    n = 24
    y = rng.choice([0.0, 1.0], n, p=[0.2, 0.8])
    codes = rng.integers(-1, few, n)
    design = Design.build(n=n, units=[rng.integers(0, 5, n)] if clustered else ())
    weights = WeightSet(base_weights=rng.choice([1.0, 1.0, 3.0], n), design=design)
    found = statistic(weights=weights, y=y, domains=Domains(codes=codes, size=few))
    told = {code for notice in found.notices for code in notice.values.get("domains", ())}
    for place, code in enumerate(found.domain):
        wide = found.upper[place] - found.lower[place] > 1e-9
        assert wide or int(code) in told
