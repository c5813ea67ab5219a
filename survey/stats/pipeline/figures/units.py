"""Puts the arrays of the last step into the figures of the result, unit by unit."""

from __future__ import annotations

from decimal import Decimal
from typing import TypedDict

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.domains import CampaignDomains, Scored
from survey.stats.campaign.figures import GroupFigure, ItemFigure, Status, UnitFigure
from survey.stats.campaign.result import AppraisalNotice
from survey.stats.campaign.scoring import awareness
from survey.stats.campaign.verdicts import Screening
from survey.stats.notices import Notice
from survey.stats.pipeline.domain_weighting import DomainWeighting
from survey.stats.pipeline.figures.class_places import ClassPlace
from survey.stats.scipy_calls import stdtrit

_MANY = 1e9  # degrees of freedom of what has no variance


def unit_figures(
    domains: CampaignDomains,
    returned: Scored,
    final: Scored,
    variance: FloatArray,
    places: tuple[ClassPlace | None, ...],
    *,
    freedom: FloatArray,
    confidence: float,
) -> tuple[UnitFigure, ...]:
    """Return the figures of every unit.

    ``variance`` (u, g) is that of the group scores, ``freedom`` the degrees of freedom it was
    estimated with, ``confidence`` in (0, 1) the interval's.
    """
    n = final.groups.n.reshape(domains.shape)
    effective_n = _effective_n(final.units.share, final.groups.effective_n.reshape(domains.shape))
    figures = []
    for index, unit in enumerate(domains.units):
        share = final.units.share[index]
        n_used = int(n[index][share > 0].sum())
        figures.append(
            UnitFigure(
                unit_code=unit.unit_code,
                class_code=unit.class_code,
                n=n_used,
                effective_n=float(effective_n[index]),
                design_effect=n_used / float(effective_n[index]) if n_used else 1.0,
                group_weight_used=float(final.units.group_weight_used[index]),
                raw_score=known(returned.units.score[index]),
                **_estimated(
                    domains,
                    final,
                    index,
                    places[index],
                    parts=share**2 * variance[index],
                    freedom=freedom[index],
                    confidence=confidence,
                ),
                **_standing(places[index]),
            )
        )
    return tuple(figures)


class _Estimated(TypedDict):
    estimate: float | None
    se: float | None
    lower: float | None
    upper: float | None
    df: float | None


def _estimated(
    domains: CampaignDomains,
    final: Scored,
    index: int,
    place: ClassPlace | None,
    *,
    parts: FloatArray,
    freedom: FloatArray,
    confidence: float,
) -> _Estimated:
    """Return a unit's estimate and interval; ``parts`` (g,) sum to its variance."""
    if place is None:
        return _Estimated(estimate=None, se=None, lower=None, upper=None, df=None)
    estimate = float(final.units.score[index])
    se = float(np.sqrt(parts.sum()))
    df = _satterthwaite(parts, freedom)
    half = float(stdtrit(df, (1 + confidence) / 2)) * se
    scale = domains.scale
    return _Estimated(
        estimate=estimate,
        se=se,
        lower=max(estimate - half, scale.lowest),
        upper=min(estimate + half, scale.highest),
        df=df,
    )


def _satterthwaite(parts: FloatArray, freedom: FloatArray) -> float:
    """Satterthwaite's degrees of freedom of a sum of independent variances."""
    total = float(parts.sum())
    if total == 0:
        return _MANY
    return min(total**2 / float((parts**2 / freedom).sum()), _MANY)


class _Published(TypedDict):
    status: Status
    score: Decimal | None
    rank: int | None
    rank_lower: int | None
    rank_upper: int | None
    tier: int | None
    grade_zh: str
    grade_en: str
    points: Decimal | None


def _standing(place: ClassPlace | None) -> _Published:
    return _Published(
        status="published" if place else "insufficient",
        score=place.score if place else None,
        rank=place.rank if place else None,
        rank_lower=place.rank_lower if place else None,
        rank_upper=place.rank_upper if place else None,
        tier=place.tier if place else None,
        grade_zh=place.grade.zh if place else "",
        grade_en=place.grade.en if place else "",
        points=place.points if place else None,
    )


def _effective_n(share: FloatArray, group_effective_n: FloatArray) -> FloatArray:
    """Kish's number for a whole unit: one over the sum of squared parts of the responses."""
    spread = np.divide(
        share**2, group_effective_n, out=np.zeros_like(share), where=group_effective_n > 0
    ).sum(axis=1)
    out = np.zeros(share.shape[0])
    np.divide(1.0, spread, out=out, where=spread > 0)
    return out


def group_figures(
    domains: CampaignDomains,
    screening: Screening,
    final: Scored,
    variance: FloatArray,
    weighting: dict[int, DomainWeighting],
) -> tuple[GroupFigure, ...]:
    """Return the figures of every unit and group that has a part in the unit's class."""
    by_item, by_domain = awareness(
        items=domains.sample.items,
        returned=screening.aware_or_not,
        domain=domains.domain,
        coefficients=domains.item_coefficients,
    )
    figures = []
    for domain, (unit_index, group_index) in enumerate(np.ndindex(*domains.shape)):
        if domains.group_coefficients[unit_index, group_index] == 0:
            continue
        unit, group = domains.units[unit_index], domains.groups[group_index]
        score = known(final.groups.score[domain])
        how = weighting.get(domain)
        figures.append(
            GroupFigure(
                unit_code=unit.unit_code,
                group_code=group.group_code,
                score=score,
                se=None if score is None else float(np.sqrt(variance[unit_index, group_index])),
                n=int(final.groups.n[domain]),
                effective_n=float(final.groups.effective_n[domain]),
                awareness_rate=known(by_domain[domain]),
                method=how.method if how else "none",
                share=float(final.units.share[unit_index, group_index]),
                margins=how.variables if how else (),
                max_margin_error=how.max_margin_error if how else 0.0,
                items=tuple(
                    ItemFigure(
                        item_id=item.item_id,
                        score=known(final.groups.item_score[domain, j]),
                        awareness_rate=known(by_item[domain, j]),
                    )
                    for j, item in enumerate(unit.items)
                ),
            )
        )
    return tuple(figures)


def notices(
    domains: CampaignDomains,
    final: Scored,
    weighting: dict[int, DomainWeighting],
    alike: BoolArray,
    *,
    moving: BoolArray,
) -> tuple[AppraisalNotice, ...]:
    """Return what a reader of the figures should know, in the plan's order.

    ``moving`` (u, g) marks groups without a share that move the score within a bound all the
    same; they have a notice of their own.
    """
    notices = []
    n = final.groups.n.reshape(domains.shape)
    for u, unit in enumerate(domains.units):
        for g, group in enumerate(domains.groups):
            if domains.group_coefficients[u, g] == 0:
                continue
            how = weighting.get(u * domains.shape[1] + g)
            said = list(how.notices) if how else []
            if moving[u, g]:
                pass
            elif final.units.share[u, g] == 0:
                few = Notice("insufficient_group", n=int(n[u, g]), needed=group.min_valid)
                said.append(few)
            elif alike[u, g]:
                said.append(Notice("all_alike", n=int(n[u, g])))
            notices += [
                AppraisalNotice(
                    unit_code=unit.unit_code, group_code=group.group_code, notice=notice
                )
                for notice in said
            ]
        if not final.units.covered[u]:
            notices.append(_insufficient(domains, u, float(final.units.group_weight_used[u])))
    return tuple(notices)


def precision_notices(units: tuple[UnitFigure, ...], *, digits: int) -> tuple[AppraisalNotice, ...]:
    """Name the scores whose interval the published digits cannot show."""
    return tuple(
        AppraisalNotice(
            unit_code=unit.unit_code,
            group_code="",
            notice=Notice("interval_below_rounding", n=unit.n, digits=digits),
        )
        for unit in units
        if unit.lower is not None
        and unit.upper is not None
        and unit.upper - unit.lower < 10.0**-digits
    )


def _insufficient(domains: CampaignDomains, unit: int, percent: float) -> AppraisalNotice:
    return AppraisalNotice(
        unit_code=domains.units[unit].unit_code,
        group_code="",
        notice=Notice("insufficient_unit", covered=percent, needed=domains.min_covered),
    )


def known(value: np.float64) -> float | None:
    """Return a figure, or None where there is none (NaN)."""
    return float(value) if np.isfinite(value) else None
