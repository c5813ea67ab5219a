"""Golden cases of the models that borrow strength: small areas, selection."""

from typing import Any

import numpy as np

from survey.stats.estimation.design import Design
from survey.stats.nonprobability.selection import (
    Samples,
    participation,
)
from survey.stats.small_areas.fay_herriot import fay_herriot
from tests.golden.reference import Table, differences, read_case
from tests.oracles.selection_means import doubly_robust, inverse_weighted, mass_imputation


def test_fay_herriot_equals_r() -> None:
    table = Table("areas_dev")
    names, codes = table.codes("type")
    dummies = [codes == k for k in range(1, len(names))]
    x = np.stack([np.ones(len(table.rows)), table.numbers("x1"), *dummies], axis=1)
    direct, variance = table.numbers("direct"), table.numbers("se") ** 2
    figures: dict[str, Any] = {}
    for method in ("reml", "ml", "fh"):
        found = fay_herriot(direct=direct, variance=variance, x=x, method=method)
        figures[f"{method}_eblup"] = found.value
        figures[f"{method}_mse"] = found.mse
        figures[f"{method}_refvar"] = found.area_variance
        if method == "reml":
            figures["reml_beta"] = found.coefficients
    assert differences(read_case("d18"), figures) == []


def test_selection_equals_r() -> None:
    a, b = Table("np_A_dev"), Table("np_B_dev")
    y, d = a.numbers("y"), b.numbers("w")
    samples = Samples(
        x_open=np.stack([np.ones(y.size), a.numbers("x1"), a.numbers("x2")], axis=1),
        x_reference=np.stack([np.ones(d.size), b.numbers("x1"), b.numbers("x2")], axis=1),
        reference_weights=d,
        design=Design.build(n=d.size),
    )
    chances = participation(samples=samples)
    calibrated = participation(samples=samples, equations="calibrated").weights
    inverse = inverse_weighted(samples=samples, chances=chances, y=y)
    robust = doubly_robust(samples=samples, chances=chances, y=y)
    imputed = mass_imputation(samples=samples, y=y)
    # nonprobsvy divides by the size of the reference sample, not by its own.
    coefficients = np.linalg.lstsq(samples.x_open, y, rcond=None)[0]
    residual = y - samples.x_open @ coefficients
    figures = {
        "clw_theta": chances.coefficients,
        "clw_ipw2": inverse.value,
        "clw_ipw2_se": inverse.se,
        "clw_dr2": robust.value,
        "clw_dr2_se": robust.se,
        "clw_N_A": chances.weights.sum(),
        "nonprobsvy_ipw1_mean": chances.weights @ y / d.sum(),
        "nonprobsvy_ipw_gee_mean": calibrated @ y / d.sum(),
        "nonprobsvy_mass_imputation": {"mean": imputed.value, "se": imputed.se},
        "nonprobsvy_dr_mean": chances.weights @ residual / d.sum() + imputed.value,
        "naive": y.mean(),
    }
    assert differences(read_case("d22"), figures) == []
