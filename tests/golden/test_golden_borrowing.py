"""Golden case of make_borrowing.R: groups of one unit borrow from one another."""

import numpy as np
from numpy.typing import NDArray

from survey.stats.small_areas import borrow
from survey.stats.small_areas.borrowing import borrowed_given
from survey.stats.small_areas.sub_areas import Components, SubAreas
from tests.golden.reference import Table, differences, read_case

EXACT = 1e-10
FOUND = 1e-6  # of variances: two searches for a maximum
Floats = NDArray[np.float64]


def cells(table: Table, column: str) -> Floats:
    unit, group = (table.numbers(name).astype(int) - 1 for name in ("unit", "group"))
    out = np.full((unit.max() + 1, group.max() + 1), np.nan)
    out[unit, group] = table.numbers(column)
    return out


def test_d31_variances_between_units_and_groups() -> None:
    table, expected = Table("borrowing_dev"), read_case("d31")["expected"]
    direct, variance = cells(table, "y"), cells(table, "v")
    last = np.nanmean(cells(table, "last"), axis=1)[:, None]
    plain = borrow(direct=direct, variance=variance, method="reml", apart_at=np.inf)
    with_last = borrow(
        direct=direct, variance=variance, covariates=last, method="reml", apart_at=np.inf
    )
    np.testing.assert_allclose(
        [plain.unit_variance, plain.group_variance], expected["variances"], rtol=FOUND
    )
    np.testing.assert_allclose(
        [with_last.unit_variance, with_last.group_variance],
        expected["covariate_variances"],
        rtol=FOUND,
    )
    np.testing.assert_allclose(with_last.coefficients[-1], expected["covariate"], rtol=FOUND)


def test_d31_estimates_and_errors_at_these_variances() -> None:
    case, table = read_case("d31"), Table("borrowing_dev")
    direct, variance = cells(table, "y"), cells(table, "v")
    there, n_groups = np.isfinite(direct), direct.shape[1]
    x = np.where(there[:, :, None], np.eye(n_groups), 0.0)
    given = SubAreas(
        direct=np.where(there, direct, 0.0), variance=np.where(there, variance, 0.0), x=x,
        there=there, apart=np.zeros(direct.shape), unknown=np.zeros(len(direct)),
    )  # fmt: skip
    unit, group = case["expected"]["variances"]
    found = borrowed_given(given, Components(unit=unit, group=group), shared=np.zeros(n_groups))
    weight = np.where(there, case["inputs"]["weights"], 0.0)
    value, error = found.of_units(weight)
    got = {
        "coefficients": found.coefficients.tolist(),
        "value": found.value[there].tolist(),
        "mse": (found.se[there] ** 2).tolist(),
        "others": found.others[there].tolist(),
        "unit_value": value.tolist(),
        "unit_mse": (error**2).tolist(),
    }
    exact = {name: case["expected"][name] for name in got}
    assert differences({"expected": exact, "rtol": EXACT, "atol": EXACT}, got) == []


def test_d31_means_of_people_borrow_as_people_do_in_a_mixed_model() -> None:
    table, expected = Table("borrowing_people"), read_case("d31")["expected"]
    unit, group, answer = (table.numbers(name) for name in ("unit", "group", "y"))
    *between, of_answers = expected["people_variances"]
    direct = np.full((24, 4), np.nan)
    for place in {(int(u) - 1, int(g) - 1) for u, g in zip(unit, group, strict=True)}:
        direct[place] = answer[(unit == place[0] + 1) & (group == place[1] + 1)].mean()
    variance = np.where(np.isfinite(direct), of_answers / 6, np.nan)
    found = borrow(direct=direct, variance=variance, method="reml", apart_at=np.inf)
    np.testing.assert_allclose([found.unit_variance, found.group_variance], between, rtol=1e-5)
    np.testing.assert_allclose(found.value[np.isfinite(direct)], expected["people"], rtol=1e-6)
