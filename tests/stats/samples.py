"""Random samples for the tests of weighting, drawn from a seed."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from survey.stats.weighting.calibration import Margin

SEEDS = st.integers(min_value=0, max_value=2**32 - 1)
SIZES = (3, 2, 4)


@dataclass(frozen=True, kw_only=True)
class RandomSample:
    """Base weights, three margins with every category present, domains and answers."""

    base_weights: NDArray[np.float64]
    margins: tuple[Margin, ...]
    domain: NDArray[np.intp]
    y: NDArray[np.float64]

    @property
    def n(self) -> int:
        return self.base_weights.size


def draw(seed: int, *, n: int | None = None, equal: bool = False) -> RandomSample:
    generator = np.random.default_rng(seed)
    rows = int(generator.integers(40, 300)) if n is None else n
    margins = []
    for name, size in zip(("年龄", "sex", "area"), SIZES, strict=True):
        # The first rows hold every combination, so that raking has a solution.
        grid = np.unravel_index(np.arange(24), SIZES)[len(margins)]
        codes = np.concatenate([grid, generator.integers(0, size, rows - 24)])
        totals = generator.uniform(1, 3, size)
        margins.append(
            Margin(
                variable=name,
                categories=tuple(f"{name}{k}" for k in range(size)),
                codes=codes,
                totals=10_000 * totals / totals.sum(),
            )
        )
    base = np.full(rows, 7.5) if equal else generator.lognormal(1, 0.8, rows)
    return RandomSample(
        base_weights=base,
        margins=tuple(margins),
        domain=generator.integers(0, 5, rows),
        y=25.0 * generator.integers(0, 5, rows),
    )


def reordered(margin: Margin, order: NDArray[np.intp]) -> Margin:
    return Margin(
        variable=margin.variable,
        categories=margin.categories,
        codes=margin.codes[order],
        totals=margin.totals,
    )
