import numpy as np
import pytest

from survey.stats.estimation.design import Design, DesignError, LonelyUnitError

X = np.array([[1.0], [3.0], [2.0], [6.0]])


def test_element_sample() -> None:
    design = Design.build(n=4)
    # n / (n - 1) times the sum of squares about the mean.
    assert design.covariance(X)[0, 0] == pytest.approx(4 / 3 * 14)
    assert design.degrees_of_freedom() == 3


def test_a_census_has_no_variance() -> None:
    design = Design.build(n=4, fpc=[np.full(4, 4.0)])
    assert design.covariance(X)[0, 0] == 0
    assert Design.build(n=4, fpc=[np.ones(4)]).covariance(X)[0, 0] == 0


def test_population_size_and_sampled_fraction_say_the_same() -> None:
    sizes = Design.build(n=4, fpc=[np.full(4, 10.0)])
    fractions = Design.build(n=4, fpc=[np.full(4, 0.4)])
    assert sizes.covariance(X)[0, 0] == pytest.approx(0.6 * 4 / 3 * 14)
    assert fractions.covariance(X)[0, 0] == pytest.approx(sizes.covariance(X)[0, 0])


def test_single_unit_of_a_census_stratum_is_not_lonely() -> None:
    design = Design.build(n=3, strata=[np.array([0, 0, 1])], fpc=[np.array([9.0, 9.0, 1.0])])
    assert design.covariance(X[:3])[0, 0] == pytest.approx(7 / 9 * 2 * 2)


def test_lonely_units_need_a_rule() -> None:
    strata = [np.array([7, 7, 8, 9])]
    with pytest.raises(LonelyUnitError) as refused:
        Design.build(n=4, strata=strata)
    assert refused.value.strata == (8, 9)
    assert refused.value.code == "lonely_psu"
    assert refused.value.values == {"strata": (8, 9), "stage": 1, "rule": "fail"}
    figures = {
        rule: Design.build(n=4, strata=strata, lonely_psu=rule).covariance(X)[0, 0]
        for rule in ("adjust", "average", "remove", "certainty")
    }
    assert figures["remove"] == figures["certainty"] == pytest.approx(4.0)
    assert figures["average"] == pytest.approx(3 * 4.0)
    assert figures["adjust"] == pytest.approx(4.0 + 2.0**2 + 6.0**2)


def test_a_rule_that_cannot_help_is_refused() -> None:
    with pytest.raises(LonelyUnitError):
        Design.build(n=1)
    with pytest.raises(LonelyUnitError):
        Design.build(n=2, strata=[np.array([0, 1])], lonely_psu="average")
    # Below the first stage there is no other stratum to average over.
    with pytest.raises(LonelyUnitError):
        Design.build(
            n=4,
            units=[np.array([0, 0, 1, 1]), np.array([0, 1, 0, 0])],
            fpc=[np.full(4, 9.0), np.full(4, 5.0)],
            lonely_psu="average",
        )


def test_units_that_cross_strata_are_refused() -> None:
    with pytest.raises(DesignError, match="units_cross_strata"):
        Design.build(n=4, strata=[np.array([0, 0, 1, 1])], units=[np.array([0, 1, 1, 2])])


@pytest.mark.parametrize(
    ("fpc", "words"),
    [
        ([10.0, 10.0, 10.0, 9.0], "varying_correction"),
        ([3.0, 3.0, 3.0, 3.0], "more_sampled_than_there"),
        ([0.5, 0.5, 0.5, 20.0], "mixed_corrections"),
        ([np.nan, 9.0, 9.0, 9.0], "bad_correction"),
        ([0.0, 9.0, 9.0, 9.0], "bad_correction"),
    ],
)
def test_corrections_that_make_no_sense_are_refused(fpc: list[float], words: str) -> None:
    with pytest.raises(DesignError, match=words):
        Design.build(n=4, fpc=[np.array(fpc)])


def test_more_corrections_than_stages_are_refused() -> None:
    with pytest.raises(DesignError, match="corrections=2, stages=0"):
        Design.build(n=4, fpc=[np.full(4, 9.0), np.full(4, 9.0)])


def test_second_stage_counts_by_the_fraction_of_the_first() -> None:
    units = [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])]
    design = Design.build(n=4, units=units, fpc=[np.full(4, 10.0), np.full(4, 5.0)])
    first = (1 - 2 / 10) * 2 * ((4 - 6) ** 2 + (8 - 6) ** 2)
    second = 2 / 10 * (1 - 2 / 5) * 2 * (1 + 1 + 4 + 4)
    assert design.covariance(X)[0, 0] == pytest.approx(first + second)
    # Without a correction the first stage alone carries the variance.
    plain = Design.build(n=4, units=units)
    assert plain.covariance(X)[0, 0] == pytest.approx(2 * 8)
    assert len(plain.stages) == 1


def test_degrees_of_freedom_of_a_part() -> None:
    strata = np.array([0, 0, 0, 1, 1, 1])
    units = np.array([0, 0, 1, 2, 3, 3])
    design = Design.build(n=6, strata=[strata], units=[units])
    assert design.degrees_of_freedom() == 2
    assert design.degrees_of_freedom(np.array([True, True, True, False, False, True])) == 1
    codes = np.array([0, 1, 1, -1, 0, 0])
    assert design.degrees_of_freedom_by(codes, 3).tolist() == [0.0, 1.0, 0.0]
    elements = Design.build(n=6, strata=[strata])
    assert elements.degrees_of_freedom_by(codes, 3).tolist() == [1.0, 1.0, 0.0]
