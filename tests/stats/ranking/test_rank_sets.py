import csv
import json
from pathlib import Path

import numpy as np
import pytest

from survey.stats.ranking.rank_sets import RankingError, RankSets, rank_sets, tiers

GOLDEN = Path(__file__).parents[2] / "golden"


def golden() -> tuple[dict[str, list[list[int]]], np.ndarray, np.ndarray]:
    case = json.loads((GOLDEN / "cases" / "d19_rank_sets.json").read_text("utf-8"))
    with (GOLDEN / "data" / "ranks_dev.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    scores = np.array([float(row["score"]) for row in rows])
    return case["expected"], scores, np.array([float(row["se"]) for row in rows])


@pytest.mark.parametrize(
    ("key", "stepdown", "simultaneous"),
    [
        ("simultaneous_stepdown", True, True),
        ("simultaneous_singlestep", False, True),
        ("marginal", True, False),
    ],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sets_agree_with_csranks(
    key: str, seed: int, *, stepdown: bool, simultaneous: bool
) -> None:
    expected, scores, se = golden()
    sets = rank_sets(
        scores=scores,
        covariance=np.diag(se**2),
        rng=np.random.default_rng(seed),
        stepdown=stepdown,
        simultaneous=simultaneous,
    )
    assert np.stack([sets.lower, sets.upper], axis=1).tolist() == expected[key]


def sets_of(scores: list[float], se: list[float], **options: int) -> RankSets:
    return rank_sets(
        scores=np.array(scores),
        covariance=np.diag(np.array(se) ** 2),
        rng=np.random.default_rng(1),
        **options,
    )


def test_the_set_of_a_unit_alone_is_smaller_and_holds_its_rank_as_often_as_it_says() -> None:
    truth = np.linspace(60, 90, 15)
    rank = np.arange(15, 0, -1)
    held, widths = 0.0, np.zeros(2)
    for seed in range(100):
        rng = np.random.default_rng(seed)
        scores = truth + 2.0 * rng.standard_normal(15)
        for kind, simultaneous in enumerate((True, False)):
            sets = rank_sets(
                scores=scores, covariance=4.0 * np.eye(15), rng=np.random.default_rng(seed),
                draws=1000, simultaneous=simultaneous,
            )  # fmt: skip
            widths[kind] += (sets.upper - sets.lower).mean() / 100
        held += ((sets.lower <= rank) & (rank <= sets.upper)).mean() / 100
    assert held > 0.94
    assert widths[1] < 0.85 * widths[0]


def test_exact_scores_have_exact_ranks_and_exact_ties_share_a_set() -> None:
    sets = sets_of([90, 80, 80], [0, 0, 0])
    assert sets.lower.tolist() == [1, 2, 2]
    assert sets.upper.tolist() == [1, 3, 3]


def test_one_unit_is_first() -> None:
    sets = sets_of([77], [3])
    assert (sets.lower.tolist(), sets.upper.tolist()) == ([1], [1])
    assert tiers(sets).tolist() == [1]


def test_covariance_between_units_is_used() -> None:
    # Two scores that err together are told apart although each alone is uncertain.
    covariance = np.array([[4.0, 3.99], [3.99, 4.0]])
    scores = np.array([81.0, 80.0])
    together = rank_sets(scores=scores, covariance=covariance, rng=np.random.default_rng(1))
    assert together.upper.tolist() == [1, 2]
    assert sets_of([81, 80], [2, 2]).upper.tolist() == [2, 2]


def test_sets_hold_all_true_ranks_as_often_as_promised() -> None:
    rng = np.random.default_rng(11)
    truth = np.linspace(80, 70, 8)
    held = 0
    for _ in range(200):
        sets = rank_sets(
            scores=truth + rng.normal(0, 1.5, 8),
            covariance=np.diag(np.full(8, 1.5**2)),
            rng=rng,
            draws=2000,
        )
        ranks = np.arange(1, 9)
        held += bool(((sets.lower <= ranks) & (ranks <= sets.upper)).all())
    assert held >= 190


@pytest.mark.parametrize(
    ("scores", "covariance"),
    [
        (np.zeros(2), np.eye(3)),
        (np.array([1.0, np.nan]), np.eye(2)),
        (np.zeros(2), -np.eye(2)),
    ],
)
def test_what_cannot_be_ranked_is_refused(scores: np.ndarray, covariance: np.ndarray) -> None:
    with pytest.raises(RankingError):
        rank_sets(scores=scores, covariance=covariance, rng=np.random.default_rng(1))


def test_tiers_are_chains_of_overlapping_sets() -> None:
    _, scores, se = golden()
    sets = rank_sets(scores=scores, covariance=np.diag(se**2), rng=np.random.default_rng(1))
    assert tiers(sets).tolist() == [1] * 6 + [2] * 3 + [3] + [4] * 2
    order = np.random.default_rng(2).permutation(12)
    mixed = RankSets(lower=sets.lower[order], upper=sets.upper[order], critical=0.0)
    assert tiers(mixed).tolist() == tiers(sets)[order].tolist()
