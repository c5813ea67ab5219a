"""Means of published figures: safe whatever their errors have to do with each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from survey.stats import roll_up
from survey.stats.estimation.rolled_up import RollUpError

Z = float(ndtri(0.975))


def test_the_interval_holds_at_every_correlation_and_is_reached_at_the_worst() -> None:
    rng = np.random.default_rng(7)
    truth, se = np.array([70.0, 80.0, 90.0]), np.array([1.0, 2.0, 3.0])
    weights = np.array([1.0, 2.0, 1.0])
    held = {}
    for correlation in (0.0, 0.5, 1.0):
        shared, own = rng.standard_normal((20_000, 1)), rng.standard_normal((20_000, 3))
        errors = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
        means = (truth + se * errors) @ weights / weights.sum()
        found = roll_up(values=truth, half_widths=Z * se, weights=weights)
        off = np.abs(means - found.value)
        held[correlation] = (off <= found.half_width).mean(), (off <= found.independent).mean()
    assert held[1.0][0] == pytest.approx(0.95, abs=0.006)
    assert held[0.5][0] > 0.96
    assert held[0.0][1] == pytest.approx(0.95, abs=0.006)
    assert held[1.0][1] < 0.85  # what taking them as independent would have promised


@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.floats(0, 50), st.floats(0.01, 1e6)), min_size=1, max_size=9
    ),
    st.floats(0.1, 1e3),
)
def test_scale_order_and_bounds(rows: list[tuple[float, float, float]], scale: float) -> None:
    values, half_widths, weights = np.array(rows).T
    found = roll_up(values=values, half_widths=half_widths, weights=weights)
    again = roll_up(
        values=values[::-1], half_widths=half_widths[::-1], weights=scale * weights[::-1]
    )
    assert again.value == pytest.approx(found.value, abs=1e-9)
    assert again.half_width == pytest.approx(found.half_width, abs=1e-9)
    assert values.min() - 1e-9 <= found.value <= values.max() + 1e-9
    assert found.independent <= found.half_width + 1e-9
    assert found.half_width <= half_widths.max() + 1e-9


def test_one_figure_stays_as_it_is() -> None:
    found = roll_up(values=np.array([81.5]), half_widths=np.array([2.5]), weights=np.array([7.0]))
    assert (found.value, found.half_width, found.independent) == (81.5, 2.5, 2.5)


@pytest.mark.parametrize(
    ("values", "half_widths", "weights", "reason"),
    [
        ([], [], [], "shape"),
        ([1.0], [1.0, 2.0], [1.0], "shape"),
        ([1.0], [np.nan], [1.0], "not_finite"),
        ([1.0], [-1.0], [1.0], "negative"),
        ([1.0], [1.0], [-1.0], "negative"),
        ([1.0], [1.0], [0.0], "weights"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    values: list[float], half_widths: list[float], weights: list[float], reason: str
) -> None:
    with pytest.raises(RollUpError) as refused:
        roll_up(
            values=np.array(values),
            half_widths=np.array(half_widths),
            weights=np.array(weights),
        )
    assert refused.value.reason == reason
