"""Golden case of make_statistics.R: unit means with slopes pooled over the units."""

import numpy as np

from survey.stats.estimation.pooled_slopes import PooledSlopes
from survey.stats.weighting.auxiliary import Auxiliary
from tests.golden.reference import Table, differences, read_case

EXACT = 1e-10


def test_d28_pooled_slopes() -> None:
    table, margins = Table("review_dev"), Table("review_dev_margins")
    score = table.numbers("score")
    rated = np.isfinite(score)
    y, weights = score[rated], 1 + table.numbers("wave")[rated] / 10
    units, unit = table.codes("unit")
    codes, known = [], []
    for variable in ("age", "sex"):
        categories, code = table.codes(variable)
        total = dict(zip(margins.text("category"), margins.numbers("total"), strict=True))
        share = np.array([total[category] for category in categories])
        codes.append(code[rated])
        known.append(np.tile(share / share.sum(), (len(units), 1)))
    tilt = 1 + 0.05 * (np.arange(1, 31) % 4)[:, None] * (np.arange(1, known[0].shape[1] + 1) - 3)
    known[0] = known[0] * tilt / (known[0] * tilt).sum(axis=1, keepdims=True)
    pooled = PooledSlopes.build(
        auxiliary=Auxiliary(
            codes=tuple(codes), sizes=tuple(part.shape[1] for part in known),
            values=np.zeros((y.size, 0)),
        ),
        unit=unit[rated], weights=weights, known=np.concatenate(known, axis=1),
    )  # fmt: skip
    mean, error = pooled.mean(y) + pooled.shift(y), np.sqrt(pooled.variance(y))
    got = {
        "mean": dict(zip(units, mean.tolist(), strict=True)),
        "se": dict(zip(units, error.tolist(), strict=True)),
        "raw": pooled.mean(y).tolist(),
    }
    case = read_case("d28") | {"rtol": EXACT, "atol": EXACT}
    assert differences(case, got) == []
