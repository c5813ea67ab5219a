import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.stats.errors import StatsError
from survey.stats.weighting.bounded import Total, calibrate
from survey.stats.weighting.calibration import Margin, poststratify, rake
from survey.stats.weighting.margin import (
    CalibrationError,
    DisagreeingTotalsError,
    EmptyCategoryError,
    InfeasibleBoundsError,
    MarginTotalError,
    ShapeError,
    WeightError,
)
from tests.stats.samples import SEEDS, draw, reordered

METHODS = [
    ("linear", None),
    ("raking", None),
    ("logit", (0.1, 8.0)),
    ("linear", (0.05, 8.0)),
    ("raking", (0.05, 8.0)),
]


def margin(totals: dict[str, float], answers: list[str], variable: str = "地区") -> Margin:
    names = tuple(totals)
    return Margin(
        variable=variable,
        categories=names,
        codes=np.array([names.index(answer) for answer in answers]),
        totals=np.array(list(totals.values()), dtype=float),
    )


@given(seed=SEEDS, equal=st.booleans())
@settings(max_examples=40, deadline=None)
def test_raking_meets_every_margin(seed: int, equal: bool) -> None:
    sample = draw(seed, equal=equal)
    found = rake(base_weights=sample.base_weights, margins=sample.margins)
    assert found.converged
    assert (found.weights > 0).all()
    for known in sample.margins:
        met = np.bincount(known.codes, found.weights)
        np.testing.assert_allclose(met, known.totals, rtol=2e-10)
    assert found.max_margin_error <= 1e-10


@given(seed=SEEDS, method=st.sampled_from(METHODS))
@settings(max_examples=60, deadline=None)
def test_every_method_meets_its_totals_within_its_bounds(seed, method) -> None:
    sample = draw(seed)
    # Totals that weights within the bounds are known to give.
    generator = np.random.default_rng(seed)
    wanted = sample.base_weights * generator.uniform(0.5, 2, sample.n)
    margins = [dataclasses.replace(m, totals=np.bincount(m.codes, wanted)) for m in sample.margins]
    x = generator.normal(50, 10, sample.n)
    name, bounds = method
    found = calibrate(
        base_weights=sample.base_weights,
        margins=margins,
        totals=[Total(variable="x", values=x, total=float(wanted @ x))],
        method=name,
        bounds=bounds,
    )
    assert found.converged
    assert abs(found.weights @ x / (wanted @ x) - 1) < 1e-9
    for known in margins:
        np.testing.assert_allclose(np.bincount(known.codes, found.weights), known.totals, rtol=1e-9)
    if bounds is not None:
        assert found.g.min() >= bounds[0] - 1e-12
        assert found.g.max() <= bounds[1] + 1e-12


@given(seed=SEEDS)
@settings(max_examples=30, deadline=None)
def test_newton_and_proportional_fitting_agree(seed: int) -> None:
    sample = draw(seed)
    fitted = rake(base_weights=sample.base_weights, margins=sample.margins, tolerance=1e-12)
    newton = calibrate(base_weights=sample.base_weights, margins=sample.margins, method="raking")
    np.testing.assert_allclose(newton.weights, fitted.weights, rtol=1e-8)


@given(seed=SEEDS)
@settings(max_examples=30, deadline=None)
def test_order_of_rows_and_scale_of_weights_do_not_matter(seed: int) -> None:
    sample = draw(seed)
    order = np.random.default_rng(seed).permutation(sample.n)
    found = rake(base_weights=sample.base_weights, margins=sample.margins, tolerance=1e-12)
    moved = rake(
        base_weights=1000 * sample.base_weights[order],
        margins=[reordered(m, order) for m in sample.margins],
        tolerance=1e-12,
    )
    np.testing.assert_allclose(moved.weights, found.weights[order], rtol=1e-9)


@given(seed=SEEDS, method=st.sampled_from(METHODS))
@settings(max_examples=30, deadline=None)
def test_calibrating_a_calibrated_sample_changes_nothing(seed, method) -> None:
    sample = draw(seed)
    once = rake(base_weights=sample.base_weights, margins=sample.margins, tolerance=1e-13)
    name, bounds = method
    twice = calibrate(base_weights=once.weights, margins=sample.margins, method=name, bounds=bounds)
    np.testing.assert_allclose(twice.g, 1.0, rtol=1e-9)


@given(seed=SEEDS)
@settings(max_examples=30, deadline=None)
def test_residuals_are_orthogonal_to_the_calibration_variables(seed: int) -> None:
    sample = draw(seed)
    found = rake(base_weights=sample.base_weights, margins=sample.margins)
    residuals = found.residuals(sample.y[:, None])[:, 0]
    for known in sample.margins:
        sums = np.bincount(known.codes, sample.base_weights * residuals)
        assert np.abs(sums).max() < 1e-8 * np.abs(sample.base_weights @ sample.y)


def test_post_stratification_needs_one_iteration() -> None:
    known = margin({"东": 300, "西": 100}, ["东", "东", "西"])
    found = poststratify(base_weights=np.ones(3), margin=known)
    assert found.weights.tolist() == [150, 150, 100]
    assert (found.converged, found.n_iter) == (True, 1)


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_weights_of_any_size(scale: float) -> None:
    sample = draw(3)
    base = sample.base_weights.copy()
    base[::7] *= scale
    found = rake(base_weights=base, margins=sample.margins, max_iterations=20_000)
    assert found.converged
    assert np.isfinite(found.residuals(sample.y[:, None])).all()


def test_structural_zero_without_respondents_is_allowed() -> None:
    known = margin({"东": 300, "西": 100, "海": 0}, ["东", "东", "西"])
    found = rake(base_weights=np.ones(3), margins=[known])
    assert found.weights.tolist() == [150, 150, 100]
    assert found.notices == ()


def test_total_of_zero_with_respondents_gives_them_no_weight_and_says_so() -> None:
    known = margin({"东": 400, "西": 0}, ["东", "东", "西"])
    found = rake(base_weights=np.ones(3), margins=[known])
    assert found.weights.tolist() == [200, 200, 0]
    assert [notice.code for notice in found.notices] == ["zero_total"]
    assert found.notices[0].values == {"categories": (("地区", "西"),)}


def test_near_empty_category_is_named() -> None:
    answers = ["东"] * 99 + ["西"]
    found = rake(base_weights=np.ones(100), margins=[margin({"东": 500, "西": 500}, answers)])
    assert [notice.code for notice in found.notices] == ["near_empty_category"]
    assert found.notices[0].values["where"] == (("地区", "西"),)
    assert found.notices[0].values["ratio"] == pytest.approx(50, abs=0.05)


def test_empty_category_is_refused_by_name() -> None:
    known = margin({"东": 300, "西": 100, "海": 5}, ["东", "东", "西"])
    with pytest.raises(EmptyCategoryError, match=r"地区.*海"):
        rake(base_weights=np.ones(3), margins=[known])


def test_category_of_weight_zero_counts_as_empty() -> None:
    known = margin({"东": 300, "西": 100}, ["东", "东", "西"])
    with pytest.raises(EmptyCategoryError, match="西"):
        rake(base_weights=np.array([1.0, 1.0, 0.0]), margins=[known])


def test_disagreeing_totals_are_refused_by_name() -> None:
    first = margin({"东": 200_000, "西": 10_000}, ["东", "西"], "地区")
    second = margin({"男": 100_000, "女": 100_000}, ["男", "女"], "性别")
    with pytest.raises(DisagreeingTotalsError, match=r"\(地区, 210000\), \(性别, 200000\)"):
        rake(base_weights=np.ones(2), margins=[first, second])
    with pytest.raises(DisagreeingTotalsError):
        calibrate(base_weights=np.ones(2), margins=[first, second])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0])
def test_bad_weights_and_totals_are_refused(bad: float) -> None:
    known = margin({"东": 3, "西": 1}, ["东", "东", "西"])
    with pytest.raises(WeightError, match="row=1"):
        rake(base_weights=np.array([1.0, bad, 1.0]), margins=[known])
    with pytest.raises(MarginTotalError, match="西"):
        margin({"东": 3, "西": bad}, ["东"])


def test_rows_without_a_category_are_refused_by_name() -> None:
    known = dataclasses.replace(margin({"东": 3, "西": 1}, ["东", "西"]), codes=np.array([0, -1]))
    with pytest.raises(ShapeError, match="uncategorised: variable=地区, rows=1, first=1"):
        rake(base_weights=np.ones(2), margins=[known])
    with pytest.raises(ShapeError, match="codes: variable=地区, codes=2, rows=3"):
        rake(base_weights=np.ones(3), margins=[known])
    with pytest.raises(ShapeError, match=r"totals: variable=地区, categories=2, shape=\(3\)"):
        dataclasses.replace(known, totals=np.ones(3))
    with pytest.raises(ShapeError, match="no_weights"):
        rake(base_weights=np.ones(0), margins=[known])


def test_nothing_to_calibrate_to_is_refused() -> None:
    with pytest.raises(ShapeError):
        rake(base_weights=np.ones(2), margins=[])
    with pytest.raises(ShapeError):
        calibrate(base_weights=np.ones(2))


def test_margins_without_a_solution_do_not_converge_and_say_so() -> None:
    # Everybody in the east is a man, so 300 eastern people and 100 men cannot both be.
    first = margin({"东": 300, "西": 100}, ["东", "西", "西"], "地区")
    second = margin({"男": 100, "女": 300}, ["男", "女", "男"], "性别")
    found = rake(base_weights=np.ones(3), margins=[first, second], max_iterations=50)
    assert not found.converged
    assert found.n_iter == 50
    assert "not_converged" in [notice.code for notice in found.notices]
    assert "did NOT converge" in found.summary()


@pytest.mark.parametrize("rounds", [1, 2, 3, 50, 999, 1000])
def test_rounds_that_repeat_are_left_out_and_give_what_all_of_them_would(
    rounds: int,
) -> None:
    known = [
        margin({"东": 300, "西": 100}, ["东", "西", "西"], "地区"),
        margin({"男": 100, "女": 300}, ["男", "女", "男"], "性别"),
    ]
    g = np.ones(3)
    for _ in range(rounds):
        for one in known:
            now = np.bincount(one.codes, g, 2)
            g *= (one.totals / np.maximum(now, np.finfo(float).tiny))[one.codes]
    found = rake(base_weights=np.ones(3), margins=known, max_iterations=rounds)
    assert found.n_iter == rounds
    assert found.g.tolist() == g.tolist()


def test_bounds_a_category_cannot_keep_are_refused_by_name() -> None:
    known = margin({"东": 300, "西": 100}, ["东", "东", "西"])
    with pytest.raises(InfeasibleBoundsError, match="variable=地区, category=东"):
        calibrate(base_weights=np.full(3, 60.0), margins=[known], bounds=(0.5, 2.0))


def test_bounds_that_only_together_cannot_be_kept_are_refused() -> None:
    x = np.array([1.0, 2.0, 3.0, 4.0])
    totals = [
        Total(variable="n", values=np.ones(4), total=4.0),
        Total(variable="x", values=x, total=15.5),
    ]
    with pytest.raises(InfeasibleBoundsError, match="no_weights"):
        calibrate(base_weights=np.ones(4), totals=totals, bounds=(0.9, 1.1))


def test_the_only_weights_within_the_bounds_are_approached() -> None:
    sample = draw(7)
    x = np.random.default_rng(7).normal(50, 10, sample.n)
    # Totals that only the extreme weights give: every g on a bound.
    wanted = sample.base_weights * np.where(x > np.quantile(x, 0.3), 1.4, 0.7)
    found = calibrate(
        base_weights=sample.base_weights,
        margins=[dataclasses.replace(m, totals=np.bincount(m.codes, wanted))
                 for m in sample.margins],
        totals=[Total(variable="x", values=x, total=float(wanted @ x))],
        method="raking",
        bounds=(0.7 - 1e-9, 1.4 + 1e-9),
    )  # fmt: skip
    assert found.max_margin_error < 1e-8
    assert found.converged == (found.max_margin_error <= 1e-10)
    np.testing.assert_allclose(found.weights, wanted, rtol=1e-4)


def test_totals_of_zero_population_are_refused() -> None:
    with pytest.raises(MarginTotalError, match="zero_sum"):
        rake(base_weights=np.ones(2), margins=[margin({"东": 0, "西": 0}, ["东", "西"])])


def test_numeric_totals_that_are_not_finite_are_refused() -> None:
    total = Total(variable="x", values=np.ones(2), total=np.nan)
    with pytest.raises(MarginTotalError, match="not_finite: variable=x, total=nan"):
        calibrate(base_weights=np.ones(2), totals=[total])


@pytest.mark.parametrize("bounds", [(1.2, 2.0), (0.2, 0.9), (2.0, 0.5)])
def test_bounds_lie_around_one(bounds: tuple[float, float]) -> None:
    known = margin({"东": 3, "西": 1}, ["东", "西"])
    with pytest.raises(InfeasibleBoundsError):
        calibrate(base_weights=np.ones(2), margins=[known], bounds=bounds)


def test_logit_needs_bounds() -> None:
    known = margin({"东": 3, "西": 1}, ["东", "西"])
    with pytest.raises(CalibrationError):
        calibrate(base_weights=np.ones(2), margins=[known], method="logit")


def test_missing_auxiliary_value_is_refused() -> None:
    x = Total(variable="x", values=np.array([1.0, np.nan]), total=3.0)
    with pytest.raises(ShapeError, match="missing_value: variable=x"):
        calibrate(base_weights=np.ones(2), totals=[x])


def test_results_are_frozen_and_inputs_unchanged() -> None:
    sample = draw(1)
    before = sample.base_weights.copy()
    found = rake(base_weights=sample.base_weights, margins=sample.margins)
    np.testing.assert_array_equal(sample.base_weights, before)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.converged = False
    columns = found.to_columns()
    assert set(columns) == {"base_weight", "g", "weight"}
    np.testing.assert_allclose(columns["weight"], columns["g"] * columns["base_weight"])


def test_errors_carry_a_stable_code() -> None:
    for error, code in [
        (EmptyCategoryError, "empty_category"),
        (DisagreeingTotalsError, "disagreeing_totals"),
        (InfeasibleBoundsError, "infeasible_bounds"),
        (WeightError, "bad_weight"),
        (MarginTotalError, "bad_total"),
        (ShapeError, "shape"),
    ]:
        assert error.code == code
        assert issubclass(error, StatsError)
