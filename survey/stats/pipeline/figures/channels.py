"""Puts what the defence against bias and attacks found into the figures of the result."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from survey.stats.arrays import BoolArray, IndexArray
from survey.stats.campaign.corrections import CombinationMethod, CombinationPlan
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.campaign.open_figures import ChannelFigure, OpenBias, SuspicionReport
from survey.stats.campaign.result import AppraisalNotice
from survey.stats.integrity.finding import Finding
from survey.stats.notices import Notice
from survey.stats.pipeline.combined_group import CombinedGroup
from survey.stats.pipeline.figures.units import known
from survey.stats.pipeline.group_leniency import GroupLeniency
from survey.stats.pipeline.quality import QualityWeights


def channel_figures(
    domains: CampaignDomains,
    valid: BoolArray,
    combined: tuple[CombinedGroup, ...],
    wanted: CombinationPlan,
) -> tuple[ChannelFigure, ...]:
    """Return invited against open answers, unit by unit of every anchored group."""
    invited_n, open_n = channel_counts(domains, valid)
    told = wanted.method == "anchored"
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
            equivalent_n=float(entry.equivalent.n[i]) if told else None,
            equivalent_lower=float(entry.equivalent.lower[i]) if told else None,
            equivalent_upper=float(entry.equivalent.upper[i]) if told else None,
        )
        for entry in combined
        for i, unit in enumerate(entry.units)
    )


def channel_counts(domains: CampaignDomains, valid: BoolArray) -> tuple[IndexArray, IndexArray]:
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
    domains: CampaignDomains,
    valid: BoolArray,
    combined: tuple[CombinedGroup, ...],
    wanted: CombinationPlan,
) -> tuple[OpenBias, ...]:
    """Return what is known of the open entrance's bias in each group it was estimated in."""
    if wanted.method != "anchored":
        return ()
    _, open_n = channel_counts(domains, valid)
    return tuple(
        OpenBias(
            group_code=domains.groups[entry.group].group_code,
            n_units=int(np.isfinite(entry.open.mean).sum()),
            beta=entry.combination.beta,
            omega=entry.combination.omega,
            tau=entry.combination.tau,
            open_n=int(open_n[entry.units, entry.group].sum()),
            equivalent_n=entry.equivalent.total,
            equivalent_lower=entry.equivalent.total_lower,
            equivalent_upper=entry.equivalent.total_upper,
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
            alike=finding.alike,
            first_at=finding.when[0],
            last_at=finding.when[1],
            keep=finding.keep,
            certainty=finding.certainty,
            score_with=finding.score_with,
            score_without=known(np.float64(finding.score_without)),
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
    """Return what a reader should know: cases, contradictions, what a correction assumes."""
    notices = [
        about(
            domains,
            finding.unit,
            None,
            Notice(
                "organised_answers",
                kind=finding.kind,
                n=finding.n,
                alike=finding.alike,
                minutes=finding.minutes,
                keep=float(finding.keep),
            ),
        )
        for finding in quality.findings
    ]
    for entry in combined:
        for i in np.flatnonzero(entry.alarms.raised):
            notice = Notice(
                "channels_contradict",
                open=known(entry.open.mean[i]),
                invited=known(entry.reference.mean[i]),
                z=known(entry.alarms.mean[i]),
                extremes=known(entry.alarms.extremes[i]),
                excluded=wanted.alarms_exclude,
            )
            notices.append(about(domains, int(entry.units[i]), entry.group, notice))
    return (*notices, *_corrected(domains, combined, wanted.method))


def _corrected(
    domains: CampaignDomains, combined: tuple[CombinedGroup, ...], method: CombinationMethod
) -> list[AppraisalNotice]:
    """Say what the named alternatives take for granted, and where they could do less."""
    if method == "anchored":
        return []
    notices = []
    for entry in combined:
        assumed = Notice("selection_assumed", method=method)
        notices.append(about(domains, None, entry.group, assumed))
        notices += [
            about(domains, int(unit), entry.group, Notice("selection_simplified"))
            for unit in entry.units[entry.simplified]
        ]
    return notices


def leniency_notices(
    domains: CampaignDomains, groups: Mapping[int, GroupLeniency]
) -> tuple[AppraisalNotice, ...]:
    """Say of each group how people who rated several units were taken out of the comparison."""
    notices = []
    for group, found in groups.items():
        chosen = found.chosen
        notice = Notice(
            "leniency",
            n=found.n_several,
            choice=chosen.choice,
            p_value=known(np.float64(chosen.p_value)),
        )
        notices.append(about(domains, None, group, notice))
        if chosen.n_components > 1:
            apart = Notice("units_not_connected", sets=chosen.n_components)
            notices.append(about(domains, None, group, apart))
    return tuple(notices)


def about(
    domains: CampaignDomains, unit: int | None, group: int | None, notice: Notice
) -> AppraisalNotice:
    """Say a notice of a unit, of a group, of a group of a unit, or of the campaign."""
    return AppraisalNotice(
        unit_code="" if unit is None else domains.units[unit].unit_code,
        group_code="" if group is None else domains.groups[group].group_code,
        notice=notice,
    )
