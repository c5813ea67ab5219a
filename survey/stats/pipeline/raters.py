"""The step that takes raters' leniency out of the comparison of units, group by group."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray, sum_by
from survey.stats.campaign.corrections import RatersPlan
from survey.stats.campaign.domains import CampaignDomains, rescore
from survey.stats.campaign.sample import NONE, SEXES, Sample
from survey.stats.campaign.scoring import influence
from survey.stats.estimation.linearisation import weighted_residuals
from survey.stats.pipeline.group_leniency import GroupLeniency
from survey.stats.pipeline.weighted import Weighted, without_rounding
from survey.stats.raters.rater_effects import (
    NetMeans,
    Ratings,
    Wanted,
    choose_net,
    contributions,
    fit_net,
    rater_effects_of,
    sandwich,
)
from survey.stats.scipy_calls import SparseMatrix, csr_matrix, hstack
from survey.stats.weighting.auxiliary import Auxiliary

MIN_SEVERAL = 30  # raters of several units below which leniency is no more than a guess


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterAdjusted:
    """Weighted scores net of raters; ``groups`` is empty where nothing was taken out."""

    weighted: Weighted
    groups: dict[int, GroupLeniency]


def remove_rater_effects(
    domains: CampaignDomains, weighted: Weighted, wanted: RatersPlan
) -> RaterAdjusted:
    """Adjust the groups in which enough people are known to have rated several units.

    Parameters
    ----------
    domains : CampaignDomains
    weighted : Weighted
        Of the same domains.
    wanted : RatersPlan

    Returns
    -------
    RaterAdjusted
        The level of a group, its units weighted by their answers, stays as it is. Groups in
        which fewer than 30 people rated several units are left alone, and everything is where
        the plan says ``none``.

    Notes
    -----
    Sex, age and channel are no leniency: weights answer for the first two, and the mix of
    channels is not to be adjusted away. 不了解 is left out: an answer's score is over the items
    it rated. The variance is that of the weighted score plus the shift, raters drawn with
    replacement, each answer's part a residual on its domain's margins where it was raked; else
    what unit and slopes leave of it, with its part in the slopes.
    """
    found = {}
    if wanted.method != "none" and (domains.sample.rater != NONE).any():
        for group in range(domains.shape[1]):
            one = _group(domains, weighted, group, wanted.method)
            if one is not None:
                found[group] = one
    if not found:
        return RaterAdjusted(weighted=weighted, groups={})
    score = weighted.scored.groups.score.reshape(domains.shape).copy()
    variance = weighted.variance.copy()
    scale = domains.scale
    for group, one in found.items():
        score[:, group] = np.clip(score[:, group] + one.shift, scale.lowest, scale.highest)
        own = without_rounding(domains, np.diag(one.covariance))
        # The error of a single answer stays the largest possible: none can be estimated.
        told = (own > 0) & (one.n_rated > 1)
        variance[told, group] = own[told]
    scored = rescore(domains, weighted.scored, score)
    return RaterAdjusted(weighted=replace(weighted, scored=scored, variance=variance), groups=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """The weighted answers of one group, domain after domain."""

    group_domains: tuple[int, ...]
    rows: IndexArray
    ratings: Ratings
    rated: BoolArray


def _group(
    domains: CampaignDomains, weighted: Weighted, group: int, wanted: Wanted
) -> GroupLeniency | None:
    n_groups = domains.shape[1]
    group_domains = tuple(d for d in weighted.weighting if d % n_groups == group)
    if not group_domains:
        return None
    rows = np.concatenate([domains.rows[d] for d in group_domains])
    n_several = _several(domains.sample.rater[rows], domains.sample.unit[rows])
    if n_several < MIN_SEVERAL or not (domains.sample.items[rows] > 0).any():
        return None
    answers = _answers(domains, weighted, group_domains, rows)
    ratings = _taken(answers.ratings, answers.rated)

    def covariance(fits: tuple[tuple[NetMeans, float], ...]) -> FloatArray:
        parts = [_parts(weighted, answers, net) for net, _ in fits]
        slopes = [factor * net.slope for net, factor in fits]
        return sandwich(hstack(parts).tocsr(), np.vstack(slopes))

    # Sum of w (y - m_u - a_i) = 0 over each unit's answers: random or within raters (Hausman).
    chosen = choose_net(ratings, covariance=covariance, wanted=wanted)
    # Without leniency (l = 0) the same equations give the weighted means: the difference is what
    # raters do to the comparison, and all that is added to the score.
    plain = fit_net(ratings, choice="random", ratio=0.0)
    common = _slope_parts(weighted, answers, group, domains.shape[0])
    parts = [
        _direct_parts(domains, weighted, answers),
        _parts(weighted, answers, chosen.net),
        _parts(weighted, answers, plain),
        *(part for part, _ in common),
    ]
    # Score = weighted score + net - plain, so its error is that of the parts together.
    slope = np.vstack(
        [np.eye(domains.shape[0]), chosen.net.slope, -plain.slope, *(gap for _, gap in common)]
    )
    number = np.bincount(answers.ratings.unit, minlength=domains.shape[0])
    few = np.sqrt(number / np.maximum(number - 1, 1))  # a unit's own degrees of freedom
    return GroupLeniency(
        group=group,
        n_several=n_several,
        chosen=chosen,
        shift=np.nan_to_num(chosen.net.mean - plain.mean),
        covariance=sandwich(hstack(parts).tocsr(), slope) * np.outer(few, few),
        n_rated=np.bincount(ratings.unit, minlength=domains.shape[0]),
    )


def _several(rater: NDArray[np.int64], unit: IndexArray) -> int:
    known = rater != NONE
    pairs = np.unique(np.stack([rater[known], unit[known]]), axis=1)
    return int((np.unique(pairs[0], return_counts=True)[1] > 1).sum())


def _answers(
    domains: CampaignDomains,
    weighted: Weighted,
    group_domains: tuple[int, ...],
    rows: IndexArray,
) -> _Answers:
    sample = domains.sample
    own = sample.rater[rows]
    # Whoever is not known to have rated anything else is a rater of one unit.
    key = np.where(own == NONE, -1 - np.arange(rows.size), own)
    _, rater = np.unique(key, return_inverse=True)
    weights = []
    for domain in group_domains:
        w = weighted.weighting[domain].weights
        weights.append(w * (w.size / w.sum()))
    coefficients = np.where(
        sample.items[rows] > 0, domains.item_coefficients[domains.domain[rows]], 0
    )
    total = coefficients.sum(axis=1)
    points = np.asarray(domains.points)[np.maximum(sample.items[rows], 0)]
    rated = total > 0
    ratings = Ratings(
        rater=rater.astype(np.intp),
        unit=sample.unit[rows],
        score=(coefficients * points).sum(axis=1) / np.where(rated, total, 1.0),
        weight=np.concatenate(weights),
        effect=np.zeros(rows.size),
        n_raters=int(rater.max()) + 1,
        n_units=domains.shape[0],
    )
    effect = rater_effects_of(
        auxiliary=_traits(domains, rows), row=np.arange(rows.size), unit=ratings.unit,
        score=np.where(rated, ratings.score, ratings.score[rated].mean()), n_units=domains.shape[0],
    )  # fmt: skip
    return _Answers(
        group_domains=group_domains, rows=rows, rated=rated, ratings=replace(ratings, effect=effect)
    )


def _traits(domains: CampaignDomains, rows: IndexArray) -> Auxiliary:
    sample: Sample = domains.sample
    codes = (sample.sex[rows] + 1, sample.age[rows] + 1, sample.channel[rows])
    return Auxiliary(
        codes=tuple(code.astype(np.intp) for code in codes),
        sizes=(len(SEXES) + 1, len(sample.ages) + 1, len(domains.channels)),
        values=np.zeros((rows.size, 0)),
    )


def _taken(ratings: Ratings, kept: BoolArray) -> Ratings:
    return replace(
        ratings, rater=ratings.rater[kept], unit=ratings.unit[kept], score=ratings.score[kept],
        weight=ratings.weight[kept], effect=ratings.effect[kept],
    )  # fmt: skip


def _parts(weighted: Weighted, answers: _Answers, net: NetMeans) -> SparseMatrix:
    """Each rater's part in the equations, residuals on the margins of each domain."""
    both = np.zeros((answers.rows.size, 2))
    both[answers.rated] = np.stack([net.left, net.level], axis=1)
    start = 0
    for domain in answers.group_domains:
        how = weighted.weighting[domain]
        here = slice(start, start + how.weights.size)
        if how.calibration is not None:
            both[here] = how.calibration.residuals(both[here])
        start = here.stop
    return contributions(answers.ratings, net, left=both[:, 0], level=both[:, 1])


def _direct_parts(domains: CampaignDomains, weighted: Weighted, answers: _Answers) -> SparseMatrix:
    """Each rater's part in the weighted group scores, as their own variance counts it."""
    groups = weighted.scored.groups
    parts = []
    through = {
        unit * domains.shape[1] + entry.group: part
        for entry in weighted.slopes
        for unit, part in zip(entry.units.tolist(), entry.direct_parts(), strict=True)
    }
    for domain in answers.group_domains:
        how, rows = weighted.weighting[domain], domains.rows[domain]
        if domain in through:
            parts.append(through[domain])
            continue
        z = influence(
            items=domains.sample.items[rows],
            points=domains.points,
            item_score=groups.item_score[domain],
            item_weight=groups.item_weight[domain],
            coefficients=domains.item_coefficients[domain],
        )
        base = how.weights if how.calibration is None else how.calibration.base_weights
        parts.append(weighted_residuals(z[:, None], how.calibration, base)[:, 0])
    shape = (answers.ratings.n_raters, domains.shape[0])
    where = (answers.ratings.rater, answers.ratings.unit)
    return csr_matrix((np.concatenate(parts), where), shape=shape)


def _slope_parts(
    weighted: Weighted, answers: _Answers, group: int, n_units: int
) -> list[tuple[SparseMatrix, FloatArray]]:
    """Each rater's part in the slopes of each class, and what these do to the units' scores."""
    place = np.zeros(int(answers.rows.max()) + 1, dtype=np.intp)
    place[answers.rows] = np.arange(answers.rows.size)
    out = []
    for entry in weighted.slopes:
        if entry.group != group:
            continue
        rater = answers.ratings.rater[place[entry.rows]]
        sums = sum_by(rater, answers.ratings.n_raters, entry.slope_parts())
        gap = np.zeros((sums.shape[1], n_units))
        gap[:, entry.units] = entry.pooled.gap.T
        out.append((csr_matrix(sums), gap))
    return out
