from dataclasses import replace

import numpy as np
import pytest

from survey.stats.ranking.change import Change, ChangeError, Measured, NotComparable, measure_change

BEFORE = Measured(
    score=np.array([70.0, 65.0]),
    covariance=np.array([[4.0, 1.0], [1.0, 9.0]]),
    questionnaire="a",
    margins=("sex", "age5"),
    channel_mix={"open": 0.6, "invited": 0.4},
)
NOW = replace(BEFORE, score=np.array([73.0, 64.0]), margins=("age5", "sex"))


def test_independent_campaigns_add_their_variances() -> None:
    found = measure_change(before=BEFORE, now=NOW)
    assert isinstance(found, Change)
    assert found.delta.tolist() == [3, -1]
    assert found.se == pytest.approx(np.sqrt([8, 18]))
    assert found.upper - found.delta == pytest.approx(1.959964 * found.se)
    assert found.covariance == pytest.approx(2 * BEFORE.covariance)


def test_shared_residents_make_the_difference_surer() -> None:
    shared = np.array([[1.0, 0.5], [0.0, 3.0]])
    found = measure_change(before=BEFORE, now=NOW, shared=shared)
    assert isinstance(found, Change)
    assert found.se == pytest.approx(np.sqrt([6, 12]))
    assert found.covariance[0, 1] == pytest.approx(2 - 0.5)


def test_the_stated_error_is_that_of_repeated_campaigns() -> None:
    rng = np.random.default_rng(5)
    root = np.linalg.cholesky(np.array([[4.0, 2.0], [2.0, 9.0]]))
    draws = root @ rng.standard_normal((2, 200_000))
    found = measure_change(
        before=replace(BEFORE, score=np.zeros(1), covariance=np.array([[4.0]])),
        now=replace(BEFORE, score=np.zeros(1), covariance=np.array([[9.0]])),
        shared=np.array([[2.0]]),
    )
    assert isinstance(found, Change)
    assert found.se[0] == pytest.approx(float(np.std(draws[1] - draws[0])), rel=0.01)


@pytest.mark.parametrize(
    ("now", "code", "values"),
    [
        (replace(NOW, questionnaire="b"), "other_questionnaire", {}),
        (
            replace(NOW, margins=("sex",)),
            "other_margins",
            {"before": ("age5", "sex"), "now": ("sex",)},
        ),
        (
            replace(NOW, channel_mix={"open": 0.5, "phone": 0.1, "invited": 0.4}),
            "other_channel_mix",
            {"moved": (("open", 0.6, 0.5), ("phone", 0.0, 0.1))},
        ),
    ],
)
def test_what_was_measured_otherwise_is_not_compared(
    now: Measured, code: str, values: dict[str, object]
) -> None:
    found = measure_change(before=BEFORE, now=now)
    assert isinstance(found, NotComparable)
    assert [notice.code for notice in found.notices] == [code]
    assert found.notices[0].values == values


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ChangeError, match="shapes"):
        measure_change(before=BEFORE, now=replace(NOW, score=np.ones(3)))
    with pytest.raises(ChangeError, match="shared_covariance"):
        measure_change(before=BEFORE, now=NOW, shared=20 * np.eye(2))
