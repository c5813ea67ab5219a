"""Puts groups that look coached into cases and notices, with the score their unit has without."""

from __future__ import annotations

import numpy as np

from survey.stats.campaign.domains import CampaignDomains, Scored, rescore
from survey.stats.campaign.open_figures import SuspicionReport
from survey.stats.campaign.result import AppraisalNotice
from survey.stats.integrity.coached_groups import CoachedGroup
from survey.stats.notices import Notice
from survey.stats.pipeline.figures.units import known
from survey.stats.pipeline.quality import response_scores


def coached_cases(
    domains: CampaignDomains, coached: tuple[CoachedGroup, ...]
) -> tuple[SuspicionReport, ...]:
    """Return the cases, for people to decide on; scores are plain means of the unit's answers."""
    if not coached:
        return ()
    score, sample = response_scores(domains), domains.sample
    cases = []
    for found in coached:
        here = (sample.unit == found.unit) & np.isfinite(score)
        others = here & (sample.group != found.group)
        when = sample.submitted_at[found.rows]
        cases.append(
            SuspicionReport(
                unit_code=domains.units[found.unit].unit_code,
                kind="coached_group",
                n=found.rows.size,
                alike=True,
                first_at=int(when.min()),
                last_at=int(when.max()),
                keep=found.share * found.of,
                certainty=1.0 - found.alarms,
                score_with=float(score[here].mean()),
                score_without=known(score[others].mean()) if others.any() else None,
                rows=tuple(found.rows.tolist()),
            )
        )
    return tuple(cases)


def coached_notices(
    domains: CampaignDomains, final: Scored, coached: tuple[CoachedGroup, ...]
) -> tuple[AppraisalNotice, ...]:
    """Say of each group that looks coached what the score of its unit is without it."""
    return tuple(
        AppraisalNotice(
            unit_code=domains.units[found.unit].unit_code,
            group_code=domains.groups[found.group].group_code,
            notice=_notice(domains, final, found),
        )
        for found in coached
    )


def _notice(domains: CampaignDomains, final: Scored, found: CoachedGroup) -> Notice:
    n, of, usual = found.rows.size, found.of, found.share
    part = float(final.units.share[found.unit, found.group])
    if part == 0:
        return Notice("group_coached_unused", n=n, of=of, usual=usual)
    group_score = final.groups.score.reshape(domains.shape).copy()
    group_score[found.unit, found.group] = np.nan
    without = rescore(domains, final, group_score).units
    if not without.covered[found.unit]:
        return Notice("group_coached_alone", n=n, of=of, usual=usual, part=part)
    return Notice(
        "group_coached",
        n=n,
        of=of,
        usual=usual,
        part=part,
        score=float(final.units.score[found.unit]),
        without=float(without.score[found.unit]),
    )
