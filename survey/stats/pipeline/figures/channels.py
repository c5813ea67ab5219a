"""Puts what the defence against bias and attacks found into the figures of the result."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from survey.stats.arrays import BoolArray, IndexArray
from survey.stats.campaign.corrections import CombinationMethod, CombinationPlan
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.campaign.result import AppraisalNotice, ChannelFigure, OpenBias, SuspicionReport
from survey.stats.integrity.finding import Finding
from survey.stats.pipeline.combined_group import CombinedGroup
from survey.stats.pipeline.figures.units import known
from survey.stats.pipeline.quality import QualityWeights
from survey.stats.pipeline.raters import GroupLeniency


def channel_figures(
    domains: CampaignDomains, valid: BoolArray, combined: tuple[CombinedGroup, ...]
) -> tuple[ChannelFigure, ...]:
    """Return invited against open answers, unit by unit of every anchored group."""
    invited_n, open_n = _counts(domains, valid)
    return tuple(
        ChannelFigure(
            unit_code=domains.units[unit].unit_code,
            group_code=domains.groups[entry.group].group_code,
            invited=float(entry.reference.mean[i]),
            invited_se=float(np.sqrt(entry.reference.variance[i])),
            invited_n=int(invited_n[unit, entry.group]),
            open=known(entry.open.mean[i]),
            open_se=known(np.sqrt(entry.open.variance[i])),
            open_n=int(open_n[unit, entry.group]),
            reference_only=float(entry.reference_only[i]),
            combined=float(entry.combination.score[i]),
            score=float(entry.limited.score[i]),
            se=float(entry.limited.se[i]),
            open_share=float(entry.combination.open_share[i]),
            z=known(entry.alarms.mean[i]),
            stuffing=known(entry.alarms.extremes[i]),
            alarm=bool(entry.alarms.raised[i]),
            limited=bool(entry.limited.hit[i]),
        )
        for entry in combined
        for i, unit in enumerate(entry.units)
    )


def _counts(domains: CampaignDomains, valid: BoolArray) -> tuple[IndexArray, IndexArray]:
    """Return the numbers of valid invited and open answers, each of shape (u, g)."""
    invited = domains.invited
    n_invited, n_open = (
        np.bincount(domains.domain[valid & kind], minlength=len(domains.rows)).reshape(
            domains.shape
        )
        for kind in (invited, ~invited)
    )
    return n_invited, n_open


def open_biases(
    domains: CampaignDomains, combined: tuple[CombinedGroup, ...], wanted: CombinationPlan
) -> tuple[OpenBias, ...]:
    """Return what is known of the open entrance's bias in each group it was estimated in."""
    if wanted.method != "anchored":
        return ()
    return tuple(
        OpenBias(
            group_code=domains.groups[entry.group].group_code,
            n_units=int(np.isfinite(entry.open.mean).sum()),
            beta=entry.combination.beta,
            omega=entry.combination.omega,
            tau=entry.combination.tau,
        )
        for entry in combined
    )


def case_files(
    domains: CampaignDomains, findings: tuple[Finding, ...]
) -> tuple[SuspicionReport, ...]:
    """Return the cases of organised answering, for people to decide on."""
    return tuple(
        SuspicionReport(
            unit_code=domains.units[finding.unit].unit_code,
            kind=finding.kind,
            n=finding.n,
            first_at=finding.when[0],
            last_at=finding.when[1],
            keep=finding.keep,
            certainty=finding.certainty,
            score_with=finding.score_with,
            score_without=known(np.float64(finding.score_without)),
            words=finding.words,
            rows=tuple(finding.rows.tolist()),
        )
        for finding in findings
    )


def defence_notices(
    domains: CampaignDomains,
    valid: BoolArray,
    combined: tuple[CombinedGroup, ...],
    quality: QualityWeights,
    wanted: CombinationPlan,
) -> tuple[AppraisalNotice, ...]:
    """Return what a reader should know: cases, contradictions, scores without protection."""
    notices = [
        _notice(domains, finding.unit, None, "organised_answers", finding.words)
        for finding in quality.findings
    ]
    for entry in combined:
        for i in np.flatnonzero(entry.alarms.raised):
            message = (
                f"open answers ({entry.open.mean[i]:.1f}) contradict the invited ones"
                f" ({entry.reference.mean[i]:.1f}) more than chance and other units explain:"
                f" z = {entry.alarms.mean[i]:+.1f}, extreme answers {entry.alarms.extremes[i]:+.1f}"
            )
            if wanted.alarms_exclude:
                message += "; they do not count in this score until people have looked into them"
            unit = int(entry.units[i])
            notices.append(_notice(domains, unit, entry.group, "channels_contradict", message))
    return (*notices, *_corrected(domains, combined, wanted.method), *_unprotected(domains, valid))


def _corrected(
    domains: CampaignDomains, combined: tuple[CombinedGroup, ...], method: CombinationMethod
) -> list[AppraisalNotice]:
    """Say what the named alternatives take for granted, and where they could do less."""
    if method == "anchored":
        return []
    notices = []
    for entry in combined:
        notices.append(
            AppraisalNotice(
                unit_code="",
                group_code=domains.groups[entry.group].group_code,
                code="selection_assumed",
                message=(
                    f"open answers are corrected by {method}, which assumes that who takes part"
                    " depends on sex, age and residence alone, not on the opinion itself"
                ),
            )
        )
        message = "too few answers of each kind to correct on sex, age and residence together"
        notices += [
            _notice(domains, int(unit), entry.group, "selection_simplified", message)
            for unit in entry.units[entry.simplified]
        ]
    return notices


def leniency_notices(
    domains: CampaignDomains, groups: Mapping[int, GroupLeniency]
) -> tuple[AppraisalNotice, ...]:
    """Say of each group how people who rated several units were taken out of the comparison."""
    ways = {"random": "as random effects", "within": "by comparing within raters"}
    notices = []
    for group, found in groups.items():
        chosen = found.chosen
        tested = f"p = {chosen.p_value:.3f}" if np.isfinite(chosen.p_value) else "not tested"
        words = (
            f"{found.n_several} people rated several units; their leniency was taken out"
            f" {ways[chosen.choice]} (that it goes with whom they rate: {tested})"
        )
        notices.append(_notice(domains, None, group, "leniency", words))
        if chosen.n_components > 1:
            words = (
                f"no rater connects the units of {chosen.n_components} sets; units of different"
                " sets were not compared within raters"
            )
            notices.append(_notice(domains, None, group, "units_not_connected", words))
    return tuple(notices)


def _unprotected(domains: CampaignDomains, valid: BoolArray) -> list[AppraisalNotice]:
    """Name the scores no invited answer holds: whoever stuffs the open box moves them."""
    n_invited, n_open = _counts(domains, valid)
    unreferenced = (n_invited == 0) & (n_open > 0) & (domains.group_coefficients > 0)
    width = domains.scale.width
    return [
        _notice(
            domains, int(unit), int(group), "unprotected",
            f"{n_open[unit, group]} open answers and no invited one: a share of 5, 10 or 20 % of"
            f" false weight could have moved the score by up to {0.05 * width:g},"
            f" {0.1 * width:g} or {0.2 * width:g} points",
        )
        for unit, group in np.argwhere(unreferenced)
    ]  # fmt: skip


def _notice(
    domains: CampaignDomains, unit: int | None, group: int | None, code: str, message: str
) -> AppraisalNotice:
    return AppraisalNotice(
        unit_code="" if unit is None else domains.units[unit].unit_code,
        group_code="" if group is None else domains.groups[group].group_code,
        code=code,
        message=message,
    )
