"""Groups of a unit that invited answers hold borrow from one another, class by class.

What is lent rests on invited answers alone: on each group's own and, through the model, on those
of the unit's other groups and of other units. Where open answers were let in they are held to
that, by the same limit as before. So an open answer moves its own group's score, within the limit,
and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.corrections import BorrowingPlan, RatersPlan
from survey.stats.campaign.domains import CampaignDomains, Scored, cut_anew, rescore
from survey.stats.pipeline.combined_group import CombinedGroup
from survey.stats.pipeline.domain_weights import weigh_domains
from survey.stats.pipeline.raters import RaterAdjusted, remove_rater_effects
from survey.stats.pipeline.weighted import with_smoothed_spread
from survey.stats.small_areas.borrowing import Borrowed, borrow

MIN_UNITS = 5  # of a class, with two groups or more: below it nothing tells how alike groups are
MIN_EARLIER = 8  # of a class, with a score of last time: below it a slope on these is chance


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassBorrowing:
    """The groups of one class's units, drawn.

    Attributes
    ----------
    place : int
        Of the class among the plan's.
    units : ndarray of intp, shape (m,)
    several, needed : int
        Units with two groups or more that invited answers hold, and how many it takes.
    found : Borrowed or None
        None where these are too few.
    earlier : ndarray of bool, shape (m,), or None
        Units whose score of last time is known; None where none was looked at.
    slope : float or None
        Points by which a score is expected higher for one point of last time; None where last time
        tells nothing.
    needed_earlier : int
        Scores of last time that it takes.
    """

    place: int
    units: IndexArray
    several: int
    needed: int
    found: Borrowed | None
    earlier: BoolArray | None
    slope: float | None
    needed_earlier: int = MIN_EARLIER


@dataclass(frozen=True, slots=True, kw_only=True)
class LentScores:
    """What invited answers say of each group of a unit, with what they say of the others.

    Attributes
    ----------
    direct, direct_variance : ndarray of float64, shape (u, g)
        Of each group by itself; NaN where it takes no part.
    value, variance : ndarray of float64, shape (u, g)
        Drawn towards the others, and the mean squared error; NaN where nothing was drawn.
    others : ndarray of float64, shape (u, g)
        What the others alone say of it.
    apart : ndarray of bool, shape (u, g)
        Groups so far off what the others say that they hardly are drawn, nor draw these.
    coached : ndarray of bool, shape (u, g)
        Groups that would take part, but look coached: neither drawn nor drawing.
    follows, correlation : ndarray of float64, shape (u, g, g)
        By how much a score moves with what its unit's groups say by themselves; correlation of the
        errors of a unit's groups. The identity where nothing was drawn.
    classes : tuple of ClassBorrowing
    """

    direct: FloatArray
    direct_variance: FloatArray
    value: FloatArray
    variance: FloatArray
    others: FloatArray
    apart: BoolArray
    coached: BoolArray
    follows: FloatArray
    correlation: FloatArray
    classes: tuple[ClassBorrowing, ...]


def lend_between_groups(
    domains: CampaignDomains,
    *,
    firm: BoolArray,
    coached: BoolArray,
    factor: FloatArray,
    wanted: BorrowingPlan,
    raters: RatersPlan,
) -> LentScores | None:
    """Draw what invited answers say of firm groups together; None where that is not wanted.

    Parameters
    ----------
    domains : CampaignDomains
    firm, coached : ndarray of bool, shape (u, g)
    factor : ndarray of float64, shape (n,)
        What quality leaves of each response.
    wanted : BorrowingPlan
    raters : RatersPlan

    Notes
    -----
    Everything here is a function of the invited answers. Groups that are not firm take no part:
    what open answers say of them would say it of others.
    """
    if wanted.method == "none":
        return None
    own = _invited(domains, factor, raters)
    score = own.weighted.scored.groups.score.reshape(firm.shape)
    measured = firm & ~coached & np.isfinite(score)
    spread = with_smoothed_spread(
        domains, own.weighted.scored, own.weighted.variance, measured=measured, firm=measured
    )
    direct = np.where(measured, score, np.nan)
    variance = np.where(measured, spread, np.nan)
    earlier = _earlier(domains, wanted)
    classes = tuple(_classes(domains, direct, variance, own, earlier))
    return _together(direct, variance, classes, coached=firm & coached)


def with_borrowed(
    domains: CampaignDomains,
    final: Scored,
    variance: FloatArray,
    combined: tuple[CombinedGroup, ...],
    lent: LentScores,
) -> tuple[Scored, FloatArray]:
    """Put drawn scores in place of firm groups; return all scores and group variances.

    Parameters
    ----------
    domains : CampaignDomains
    final : Scored
        As measured, combined and limited.
    variance : ndarray of float64, shape (u, g)
    combined : tuple of CombinedGroup
        Held to ``lent``.
    lent : LentScores

    Notes
    -----
    A firm group that is not combined gets R, what ``lent`` says; one that is gets
    clip(combined, R - limit SE, R + limit SE), SE the error of its own invited answers as without
    borrowing. Any two open samples therefore give group scores at most 2 limit SE apart, and no
    open answer moves another group.
    """
    score, out = final.groups.score.reshape(domains.shape).copy(), variance.copy()
    drawn = np.isfinite(lent.value)
    score[drawn], out[drawn] = lent.value[drawn], lent.variance[drawn]
    for entry in combined:
        score[entry.units, entry.group] = entry.limited.score
        out[entry.units, entry.group] = entry.limited.se**2
    scale = domains.scale
    return rescore(domains, final, np.clip(score, scale.lowest, scale.highest)), out


def _invited(domains: CampaignDomains, factor: FloatArray, raters: RatersPlan) -> RaterAdjusted:
    """Weight the invited answers by themselves, net of raters."""
    counted = np.zeros(domains.sample.n_responses, dtype=np.bool_)
    counted[np.concatenate(domains.rows)] = True
    invited = cut_anew(domains, counted & domains.invited)
    return remove_rater_effects(invited, weigh_domains(invited, factor), raters)


def _earlier(domains: CampaignDomains, wanted: BorrowingPlan) -> FloatArray | None:
    """Return each unit's score of last time, (u,), NaN where there is none; None if not wanted."""
    if wanted.covariate == "none":
        return None
    last = dict(wanted.earlier)
    return np.array([last.get(unit.unit_code, np.nan) for unit in domains.units])


def _classes(
    domains: CampaignDomains,
    direct: FloatArray,
    variance: FloatArray,
    own: RaterAdjusted,
    earlier: FloatArray | None,
) -> Iterator[ClassBorrowing]:
    there = np.isfinite(direct)
    for place in np.unique(domains.class_of):
        units = np.flatnonzero((domains.class_of == place) & there.any(axis=1))
        several = int((there[units].sum(axis=1) >= 2).sum())
        last = None if earlier is None else earlier[units]
        told = _told_by(last)
        found = None
        if several >= MIN_UNITS:
            found = borrow(
                direct=direct[units],
                variance=variance[units],
                covariates=told,
                shared=_shared(own, there, units),
            )
        if units.size:
            yield ClassBorrowing(
                place=int(place), units=units, several=several, needed=MIN_UNITS, found=found,
                earlier=None if last is None else np.isfinite(last),
                slope=None if told is None or found is None else float(found.coefficients[-1]),
            )  # fmt: skip


def _told_by(last: FloatArray | None) -> FloatArray | None:
    """Return scores of last time less their mean, (m, 1); None where they tell nothing."""
    if last is None:
        return None
    known = last[np.isfinite(last)]
    if known.size < MIN_EARLIER or np.ptp(known) == 0:
        return None
    return np.asarray((last - known.mean())[:, None])


def _shared(own: RaterAdjusted, there: BoolArray, units: IndexArray) -> FloatArray:
    """Return what people who rated several units give each group's scores in common, (g,)."""
    out = np.zeros(there.shape[1])
    for group, found in own.groups.items():
        rated = units[there[units, group]]
        among = found.covariance[np.ix_(rated, rated)]
        pairs = rated.size * (rated.size - 1)
        if pairs:
            out[group] = max(0.0, float(among.sum() - np.trace(among)) / pairs)
    return out


def _together(
    direct: FloatArray,
    variance: FloatArray,
    classes: tuple[ClassBorrowing, ...],
    *,
    coached: BoolArray,
) -> LentScores:
    n_units, n_groups = direct.shape
    none = np.tile(np.eye(n_groups), (n_units, 1, 1))
    value, others = np.full(direct.shape, np.nan), np.full(direct.shape, np.nan)
    mse, follows, correlation = np.zeros(none.shape), none, none.copy()
    apart = np.zeros(direct.shape, dtype=np.bool_)
    for entry in classes:
        if entry.found is None:
            continue
        here, found = entry.units, entry.found
        there = np.isfinite(found.value)
        missing = np.eye(n_groups) * ~there[:, :, None]
        root = np.where(there, found.se, 1.0)
        value[here], others[here], mse[here] = found.value, found.others, found.mse
        apart[here] = found.apart
        follows[here] = found.follows + missing
        correlation[here] = found.mse / (root[:, :, None] * root[:, None, :]) + missing
    return LentScores(
        direct=direct, direct_variance=variance, value=value,
        variance=np.einsum("ugg->ug", mse), others=others, apart=apart, coached=coached,
        follows=follows, correlation=correlation, classes=classes,
    )  # fmt: skip


def correlated(lent: LentScores, variance: FloatArray, share: FloatArray) -> FloatArray:
    """Return by how much each unit's variance, (u,), exceeds that of independent groups.

    ``variance`` (u, g) is that of the group scores, ``share`` (u, g) their part in the unit's.
    """
    error = share * np.sqrt(variance)
    alone = (error**2).sum(axis=1)
    whole = np.einsum("ug,ugh,uh->u", error, lent.correlation, error)
    out: FloatArray = np.ones_like(alone)
    np.divide(whole, alone, out=out, where=alone > 0)
    return out
