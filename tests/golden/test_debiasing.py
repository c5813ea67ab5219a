"""Golden cases of small areas, careless indices, leniency and reference samples."""

import numpy as np
import pytest

from survey.stats.integrity.careless_indices import irv, longstring, mahalanobis
from survey.stats.small_areas.fay_herriot import fay_herriot_given
from tests.golden.reference import Table, differences, read_case
from tests.oracles.crossed_effects import cross, fit_random, fit_within


def areas() -> dict[str, np.ndarray]:
    table = Table("areas_dev")
    n = len(table.rows)
    _, kind = table.codes("type")
    dummies = [(kind == code).astype(np.float64) for code in range(1, int(kind.max()) + 1)]
    return {
        "direct": table.numbers("direct"),
        "variance": table.numbers("se") ** 2,
        "x": np.column_stack([np.ones(n), table.numbers("x1"), *dummies]),
    }


@pytest.mark.parametrize("method", ["reml", "ml", "fh"])
def test_d18_formulas_at_the_variance_where_r_stopped(method: str) -> None:
    # sae ends its iterations at a relative change of 1e-4; given its variance all else is exact.
    expected = read_case("d18")["expected"]
    found = fay_herriot_given(expected[f"{method}_refvar"], **areas(), method=method)
    np.testing.assert_allclose(found.value, expected[f"{method}_eblup"], rtol=1e-13)
    np.testing.assert_allclose(found.mse, expected[f"{method}_mse"], rtol=1e-13)


def test_d20_careless_indices() -> None:
    items = Table("careless_dev").matrix()
    longest, average = longstring(items)
    got = {"longstr": longest, "avgstr": average, "irv": irv(items), "mahad": mahalanobis(items)}
    assert differences(read_case("d20"), got) == []


def test_d21_leniency() -> None:
    table = Table("leniency_dev")
    names, unit = table.codes("unit")
    rater = np.unique(table.numbers("rater"), return_inverse=True)[1]
    crossed = cross(rater=rater, unit=unit, score=table.numbers("score"))
    random, within = fit_random(crossed), fit_within(crossed)
    r_names = [f"unit{name}" for name in names]
    got = {
        "raw_mean": dict(zip(names, crossed.sum_unit / crossed.n_unit, strict=True)),
        "unit_adjusted": dict(zip(r_names, random.units, strict=True)),
        "unit_se": dict(zip(r_names, np.sqrt(np.diag(random.covariance)), strict=True)),
        "var_rater": random.rater_variance,
        "var_resid": random.error_variance,
        "rater_blup": random.raters,
        "unit_fixed_effects_centred": dict(zip(r_names, within.units, strict=True)),
    }
    assert differences(read_case("d21"), got) == []
