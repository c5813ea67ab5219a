"""What weight is left to organised and careless answers."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.campaign.domains import cut_anew, cut_domains
from survey.stats.campaign.sample import Sample
from survey.stats.campaign.verdicts import ScreeningVerdict
from survey.stats.pipeline.quality import QualityWeights, quality_weights, response_scores
from survey.stats.pipeline.screening import screen
from tests.stats.small_county import RULES, corrections, small_plan, small_sample

OFFICE = 900  # the network the false answers come from


def stuffed(n_honest: int = 300, n_false: int = 40) -> Sample:
    rng = np.random.default_rng(1)
    honest = np.clip(np.rint(3.3 + rng.standard_normal((n_honest, 2))), 1, 5).astype(int)
    false = np.full((n_false, 2), 5)
    items = np.concatenate([honest, false]).tolist()
    unit = np.concatenate([rng.integers(0, 2, n_honest), np.zeros(n_false, dtype=int)])
    network = np.concatenate([np.arange(n_honest), np.full(n_false, OFFICE)])
    return small_sample(items, unit=unit, network=network)


def trusted(
    sample: Sample, *, decisions: np.ndarray | None = None, **changes: bool
) -> QualityWeights:
    plan = small_plan(groups=(100,), **corrections(**changes))
    kept = tuple(rule for rule in RULES if rule.rule_id not in {"V07", "V08"})
    plan = replace(plan, screening=replace(plan.screening, rules=kept))
    returned = cut_domains(plan, sample)
    screening = screen(returned, plan.screening, decisions=decisions)
    return quality_weights(cut_anew(returned, screening.valid), screening, plan.quality)


def test_one_network_that_stuffs_keeps_one_respondents_weight() -> None:
    found = trusted(stuffed(), weigh_carelessness=False)
    (case,) = found.findings
    assert set(case.rows.tolist()) <= set(range(300, 340))
    assert found.factor[300:].sum() < 3
    assert found.factor[:300].mean() > 0.99


def test_what_two_people_kept_counts_in_full() -> None:
    sample = stuffed()
    decisions = np.full(sample.n_responses, -1, dtype=np.int8)
    decisions[300:] = ScreeningVerdict.KEEP
    found = trusted(sample, decisions=decisions, weigh_carelessness=False)
    assert (found.factor[300:] == 1).all()


def test_nothing_open_changes_the_weight_of_an_invited_answer() -> None:
    honest = stuffed(n_false=0)
    invited = np.arange(honest.n_responses) % 2
    quiet = trusted(replace(honest, channel=invited))
    false = stuffed()
    channel = np.concatenate([invited, np.zeros(40, dtype=np.intp)])
    loud = trusted(replace(false, channel=channel))
    coded = np.flatnonzero(invited)
    assert (quiet.factor[coded] == loud.factor[coded]).all()


def test_switched_off_every_valid_answer_counts_one() -> None:
    found = trusted(stuffed(), cap_collusion=False, weigh_carelessness=False)
    assert (found.factor == 1).all()
    assert found.findings == ()


def test_carelessness_is_not_told_from_few_answers() -> None:
    assert not trusted(stuffed(n_honest=100, n_false=0)).careless.any()


def test_a_response_is_scored_over_what_it_rated() -> None:
    plan = small_plan(coefficients=(60, 40), groups=(100,))
    sample = small_sample([[5, 1], [4, 0], [0, -1]])
    returned = cut_domains(plan, sample)
    screening = screen(returned, plan.screening)
    scores = response_scores(cut_anew(returned, screening.valid))
    assert scores[:2] == pytest.approx([60, 80])
    assert np.isnan(scores[2])
