"""What unit scores have in common, and what that does to their ranks."""

import numpy as np
import pytest

from survey.stats.campaign.domains import cut_domains
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.appraise import appraise
from survey.stats.pipeline.domain_weights import weigh_domains
from survey.stats.pipeline.figures.joint_covariance import joint_covariance
from survey.stats.pipeline.raters import RaterAdjusted, remove_rater_effects
from survey.stats.ranking.rank_sets import rank_sets
from tests.stats.pipeline.test_raters import UNITS, plan, rated


def lenient(sample: Sample) -> RaterAdjusted:
    n = sample.n_responses
    wanted = plan(leniency="random")
    domains = cut_domains(wanted, sample, np.ones(n, dtype=bool))
    return remove_rater_effects(domains, weigh_domains(domains, np.ones(n)), wanted.raters)


def covariance(found: RaterAdjusted, reference_only: np.ndarray | None = None) -> np.ndarray:
    return joint_covariance(
        share=np.ones((UNITS, 1)),
        variance=found.weighted.variance,
        combined=(),
        leniency=found.groups,
        reference_only=np.zeros(UNITS, dtype=bool) if reference_only is None else reference_only,
    )


def test_differences_between_units_err_by_what_the_joint_covariance_says() -> None:
    first, second = np.triu_indices(UNITS, 1)
    off, said, said_alone = [], [], []
    for seed in range(12):
        truth, sample = rated(seed)
        found = lenient(sample)
        error = found.weighted.scored.groups.score - truth
        joint = covariance(found)
        variance = np.diag(joint)
        assert variance == pytest.approx(found.weighted.variance[:, 0])
        assert np.linalg.eigvalsh(joint).min() > 0
        off.append((error[first] - error[second]) ** 2)
        said_alone.append(variance[first] + variance[second])
        said.append(said_alone[-1] - 2 * joint[first, second])
    # The truth is that of the very people drawn, a third of whose opinions are seen: smaller.
    assert 2 / 3 * np.mean(said) < np.mean(off) < np.mean(said) < 0.75 * np.mean(said_alone)


def test_what_is_common_makes_no_rank_surer_or_less_sure_of_a_model_s_unit() -> None:
    found = lenient(rated(1)[1])
    reference_only = np.arange(UNITS) == 3
    joint = covariance(found, reference_only)
    assert joint[3, 3] == found.weighted.variance[3, 0]
    assert not joint[3, ~reference_only].any()
    assert joint[0, 1] == covariance(found)[0, 1]


def test_ranks_are_told_apart_by_what_is_not_common() -> None:
    _, sample = rated(2)
    found = lenient(sample)
    scores = found.weighted.scored.groups.score
    widths = []
    for matrix in (covariance(found), np.diag(found.weighted.variance[:, 0])):
        sets = rank_sets(scores=scores, covariance=matrix, rng=np.random.default_rng(1))
        widths.append((sets.upper - sets.lower).sum())
    assert widths[0] < widths[1]
    shown = appraise(plan(leniency="random", rank_unprotected=True), sample).units
    joint = [
        unit.rank_upper - unit.rank_lower
        for unit in shown
        if unit.rank_upper is not None and unit.rank_lower is not None
    ]
    assert len(joint) == UNITS
    assert sum(joint) < widths[1]
