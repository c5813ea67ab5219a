"""What waves of reminders can tell of the slope at all: the bound that the method's page states."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

STEPS = 25


def chances(level: float, g: float, waves: int, *, lots: bool) -> NDArray[np.float64]:
    """Return least error per root of people: Cramer and Rao, y's distribution unknown."""
    y = norm.ppf((np.arange(STEPS) + 0.5) / STEPS)
    y = (y - y.mean()) / y.std()
    start = np.array(
        [level - 0.55, *[level - 1.1] * (waves - 1), level - 2.5, g, *[0.0] * (STEPS - 1)]
    )

    def cells(theta: NDArray[np.float64]) -> NDArray[np.float64]:
        share = np.exp(np.concatenate([[0.0], theta[waves + 2 :]]))
        share /= share.sum()
        found = []
        for half in (1, 2) if lots else (1,):
            levels = [theta[0], *([theta[waves]] if half == 2 else []), *theta[1:waves]]
            left = share / (2 if lots else 1)
            for each in levels:
                chance = 1 / (1 + np.exp(-(each + theta[waves + 1] * y)))
                found.append(left * chance)
                left = left * (1 - chance)
            found.append(np.array([left.sum()]))
        return np.concatenate(found)

    steps = 1e-5 * np.eye(start.size)
    if not lots:
        steps = np.delete(steps, waves, axis=0)
    change = np.stack([(cells(start + h) - cells(start - h)) / 2e-5 for h in steps], axis=1)
    information = (change.T / cells(start)) @ change
    place = waves + 1 if lots else waves
    return np.sqrt(np.linalg.inv(information)[place, place])


@pytest.mark.parametrize(
    ("people", "level", "stated"),
    [
        (3600, -0.4, ((0.31, 0.16, 0.15), (0.26, 0.13, 0.12), (0.18, 0.10, 0.09))),
        (6500, -0.95, ((0.44, 0.22, 0.21), (0.35, 0.18, 0.17), (0.22, 0.12, 0.11))),
        (5500, -0.62, ((0.32, 0.16, 0.15), (0.26, 0.14, 0.13), (0.18, 0.09, 0.09))),
        (4500, -0.62, ((0.35, 0.18, 0.17), (0.29, 0.15, 0.14), (0.19, 0.10, 0.10))),
    ],
)
def test_the_page_states_the_least_error_that_any_method_can_reach(
    people: int, level: float, stated: tuple[tuple[float, float, float], ...]
) -> None:
    for g, row in zip((0.0, 0.3, 0.6), stated, strict=True):
        ways = ((2, False), (3, False), (3, True))
        found = [chances(level, g, n, lots=lots) / people**0.5 for n, lots in ways]
        assert found == pytest.approx(row, abs=0.0065)
