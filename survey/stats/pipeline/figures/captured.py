"""Puts units whose codes look captured into figures and notices, and widens their intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from survey.stats.arrays import FloatArray
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.campaign.doubt_figures import CapturedFigure
from survey.stats.campaign.figures import UnitFigure
from survey.stats.campaign.result import AppraisalNotice
from survey.stats.integrity.captured_codes import CapturedCodes
from survey.stats.notices import Notice
from survey.stats.pipeline.figures.channels import about


def captured_figures(
    domains: CampaignDomains,
    found: tuple[CapturedCodes, ...],
    units: tuple[UnitFigure, ...],
    leaked: Callable[[tuple[float, ...]], FloatArray],
) -> tuple[CapturedFigure, ...]:
    """Return what was found, and what it can mean for the scores that are published.

    ``leaked`` says for some shares of the invited answers by how much lower the scores (u, shares)
    would be without the best ones.
    """
    if not found:
        return ()
    points = leaked(tuple(share for one in found for share in (one.share, one.upper)))
    out = []
    for place, one in enumerate(found):
        published = units[one.unit].estimate is not None
        out.append(
            CapturedFigure(
                unit_code=domains.units[one.unit].unit_code,
                n=one.n,
                signs=one.signs,
                share=one.share,
                share_lower=one.lower,
                share_upper=one.upper,
                chance=one.chance,
                lowered=float(points[one.unit, 2 * place]) if published else None,
                widened=float(points[one.unit, 2 * place + 1]) if published else None,
            )
        )
    return tuple(out)


def with_captured(
    domains: CampaignDomains, units: tuple[UnitFigure, ...], captured: tuple[CapturedFigure, ...]
) -> tuple[UnitFigure, ...]:
    """Widen the intervals, at their lower end, by what cannot be excluded; no score moves."""
    widened = {figure.unit_code: figure.widened or 0.0 for figure in captured}
    return tuple(
        unit
        if unit.lower is None or unit.unit_code not in widened
        else replace(unit, lower=max(unit.lower - widened[unit.unit_code], domains.scale.lowest))
        for unit in units
    )


def captured_notices(
    domains: CampaignDomains,
    found: tuple[CapturedCodes, ...],
    captured: tuple[CapturedFigure, ...],
) -> tuple[AppraisalNotice, ...]:
    """Say of each unit what is unlike honest answers, how many there may be, what that means."""
    return tuple(
        about(domains, one.unit, None, _notice(figure))
        for one, figure in zip(found, captured, strict=True)
    )


def _notice(figure: CapturedFigure) -> Notice:
    if figure.lowered is None or figure.widened is None:
        return Notice(
            "codes_captured_unscored", n=figure.n, sign=figure.signs[0], share=figure.share,
            lower=figure.share_lower, upper=figure.share_upper,
        )  # fmt: skip
    return Notice(
        "codes_captured", n=figure.n, sign=figure.signs[0], share=figure.share,
        lower=figure.share_lower, upper=figure.share_upper, lowered=figure.lowered,
        widened=figure.widened,
    )  # fmt: skip
