"""Golden cases of small areas, careless indices, leniency and reference samples."""

import numpy as np
import pytest
from reference import Table, differences, read_case

from survey.stats.small_area import SmallAreas, fay_herriot, fay_herriot_given


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


def figures(found: SmallAreas, method: str) -> dict[str, object]:
    columns = {
        f"{method}_eblup": found.estimate,
        f"{method}_mse": found.mse,
        f"{method}_refvar": found.area_variance,
    }
    return columns | ({"reml_beta": found.beta} if method == "reml" else {})


def test_d18_fay_herriot() -> None:
    methods = ("reml", "ml", "fh")
    got = [figures(fay_herriot(**areas(), method=method), method) for method in methods]
    assert differences(read_case("d18"), got[0] | got[1] | got[2]) == []


@pytest.mark.parametrize("method", ["reml", "ml", "fh"])
def test_d18_formulas_at_the_variance_where_r_stopped(method: str) -> None:
    # sae ends its iterations at a relative change of 1e-4; given its variance all else is exact.
    expected = read_case("d18")["expected"]
    found = fay_herriot_given(expected[f"{method}_refvar"], **areas(), method=method)
    np.testing.assert_allclose(found.estimate, expected[f"{method}_eblup"], rtol=1e-13)
    np.testing.assert_allclose(found.mse, expected[f"{method}_mse"], rtol=1e-13)
