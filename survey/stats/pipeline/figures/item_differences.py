"""Holds every item of a unit against the mean of its class: what is surely different, what not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.campaign.decisions import Side
from survey.stats.campaign.domains import CampaignDomains, Scored
from survey.stats.campaign.figures import ItemDifference, UnitFigure
from survey.stats.campaign.plan import ClassPlan, PublicationPlan
from survey.stats.pipeline.domain_weighting import DomainWeighting
from survey.stats.ranking.decisions import about_mean, decide
from survey.stats.scipy_calls import stdtrit

_SIDES: dict[int, Side] = {1: "above", -1: "below"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """An item of one unit: its score, squared error, degrees of freedom, answers that rated it."""

    unit_code: str
    item_id: str
    score: float
    variance: float
    freedom: float
    n: int


def item_differences(
    domains: CampaignDomains,
    final: Scored,
    weighting: Mapping[int, DomainWeighting],
    *,
    units: tuple[UnitFigure, ...],
    classes: tuple[ClassPlan, ...],
    publication: PublicationPlan,
    error_rate: float,
) -> tuple[ItemDifference, ...]:
    """Return the items of every published unit against the mean of its class.

    Parameters
    ----------
    domains : CampaignDomains
    final : Scored
        Item scores, and the part of each group in its unit's score.
    weighting : mapping
        How each domain that somebody answered about was weighted.
    units : tuple of UnitFigure
        All of the plan's, in its order.
    classes : tuple of ClassPlan
    publication : PublicationPlan
        Its seed and confidence.
    error_rate : float
        In (0, 1): of items called surely above or below, as many may be wrong.

    Returns
    -------
    tuple of ItemDifference
        In the plan's order; items that a unit alone of its class is asked are left out.

    Notes
    -----
    An item's score is that of its groups, each by its part of the unit's score, of groups in which
    somebody rated it. Its variance is that of a weighted mean (linearised, with replacement),
    weights held fixed, so what weighting by known totals gains is not claimed; the spread of n
    answers is no less than one more, half the scale off, would make it. Freedom: Satterthwaite's.
    *Surely*: all items of all units of a class are one family, decided at the plan's error rate as
    its lines are (``survey.stats.ranking.decide``); on nobody named does the own interval of that
    confidence reach the mean.

    References
    ----------
    Williams, V. S. L., Jones, L. V. and Tukey, J. W. (1999), Journal of Educational and Behavioral
    Statistics 24, 42-69, doi:10.3102/10769986024001042.
    """
    found: dict[tuple[str, str], ItemDifference] = {}
    for place, entry in enumerate(classes):
        members = [
            (u, unit)
            for u, unit in enumerate(units)
            if unit.class_code == entry.class_code and unit.status == "published"
        ]
        measured = [item for u, _unit in members for item in _items(domains, final, weighting, u)]
        rng = np.random.default_rng([publication.seed, len(classes), 1, place])
        for told in _against_mean(
            measured, rng, error_rate=error_rate, confidence=publication.confidence
        ):
            found[told.unit_code, told.item_id] = told
    return tuple(
        found[unit.unit_code, item.item_id]
        for unit in domains.units
        for item in unit.items
        if (unit.unit_code, item.item_id) in found
    )


def _items(
    domains: CampaignDomains, final: Scored, weighting: Mapping[int, DomainWeighting], u: int
) -> Iterator[_Measured]:
    for j, item in enumerate(domains.units[u].items):
        parts = []
        for g in np.flatnonzero(final.units.share[u] > 0):
            domain = u * domains.shape[1] + int(g)
            score = float(final.groups.item_score[domain, j])
            if domain in weighting and np.isfinite(score):
                spread = _spread(domains, weighting[domain].weights, domain, j)
                if spread is not None:
                    parts.append((float(final.units.share[u, g]), score, *spread))
        if parts:
            yield _combined(domains.units[u].unit_code, item.item_id, parts)


def _spread(
    domains: CampaignDomains, weights: FloatArray, domain: int, j: int
) -> tuple[float, int] | None:
    """Return the squared error of an item's mean in a domain, and how many answers rated it."""
    answers = domains.sample.items[domains.rows[domain], j]
    rated = (answers > 0) & (weights > 0)
    n = int(rated.sum())
    if n == 0:
        return None
    worst = (domains.scale.width / 2) ** 2
    if n == 1:
        return worst, n
    w = weights[rated] / weights[rated].sum()
    value = np.asarray(domains.points, dtype=np.float64)[answers[rated]]
    effective = 1.0 / float((w**2).sum())
    own = n / (n - 1) * float((w**2 * (value - (w * value).sum()) ** 2).sum())
    return max(own, worst / (1 + effective) / effective), n


def _combined(
    unit_code: str, item_id: str, parts: list[tuple[float, float, float, int]]
) -> _Measured:
    share, score, variance, n = (np.array(column) for column in zip(*parts, strict=True))
    share = share / share.sum()
    each = share**2 * variance
    return _Measured(
        unit_code=unit_code,
        item_id=item_id,
        score=float((share * score).sum()),
        variance=float(each.sum()),
        freedom=float(each.sum() ** 2 / (each**2 / np.maximum(n - 1, 1)).sum()),
        n=int(n.sum()),
    )


def _against_mean(
    measured: list[_Measured], rng: np.random.Generator, *, error_rate: float, confidence: float
) -> Iterator[ItemDifference]:
    """Yield the items that two or more units of a class are asked, decided as one family."""
    family: list[tuple[_Measured, float, float]] = []
    for item_id in dict.fromkeys(one.item_id for one in measured):
        same = [one for one in measured if one.item_id == item_id]
        if len(same) > 1:
            mean = float(np.mean([one.score for one in same]))
            error = np.diag(about_mean(np.diag([one.variance for one in same])))
            family += [(one, mean, float(v)) for one, v in zip(same, error, strict=True)]
    if not family:
        return
    difference = np.round([one.score - mean for one, mean, _ in family], 10)
    variance = np.array([v for _, _, v in family])
    freedom = np.array([one.freedom for one, _, _ in family])
    sides = decide(
        estimate=difference,
        covariance=np.diag(variance),
        line=0.0,
        rng=rng,
        freedom=freedom,
        error_rate=error_rate,
    ).side
    half = stdtrit(freedom, (1 + confidence) / 2) * np.sqrt(variance)
    for i, (one, mean, _) in enumerate(family):
        yield ItemDifference(
            unit_code=one.unit_code,
            item_id=one.item_id,
            score=one.score,
            mean=mean,
            difference=float(difference[i]),
            lower=float(difference[i] - half[i]),
            upper=float(difference[i] + half[i]),
            n=one.n,
            side=_SIDES.get(int(sides[i])),
        )
