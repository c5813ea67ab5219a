"""How the scores of a campaign were reached: the channels and their shares."""

from __future__ import annotations

import numpy as np

from survey.stats.campaign.corrections import CombinationPlan
from survey.stats.campaign.domains import CampaignDomains, Scored
from survey.stats.campaign.open_figures import ChannelShare
from survey.stats.pipeline.combined_group import CombinedGroup
from survey.stats.pipeline.weighted import Weighted


def channel_mix(
    domains: CampaignDomains,
    weighted: Weighted,
    final: Scored,
    combined: tuple[CombinedGroup, ...],
    wanted: CombinationPlan,
) -> tuple[ChannelShare, ...]:
    """Return each channel's share of the published scores, in the plan's order.

    Notes
    -----
    Within a unit and group, the channel's share of the weight after calibration; over groups by
    their part in the score; over published units the mean. Where open answers were combined
    with invited ones the score is measured by the invited channels: the open entrance's
    difference from them is taken off, and its answers are left out here.
    """
    invited = np.array([channel.invited for channel in domains.channels])
    held = np.zeros(domains.shape, dtype=np.bool_)
    if wanted.method == "anchored":
        for entry in combined:
            held[entry.units, entry.group] = True
    share = np.where(final.units.covered[:, None], final.units.share, 0.0)
    total = np.zeros(invited.size)
    for domain, how in weighted.weighting.items():
        unit, group = divmod(domain, domains.shape[1])
        if share[unit, group] == 0:
            continue
        channel = domains.sample.channel[domains.rows[domain]]
        weights = how.weights * (invited[channel] if held[unit, group] else 1.0)
        by_channel = np.bincount(channel, weights, invited.size)
        total += share[unit, group] * by_channel / by_channel.sum()
    total /= max(int(final.units.covered.sum()), 1)
    return tuple(
        ChannelShare(channel=entry.channel, share=float(part))
        for entry, part in zip(domains.channels, total, strict=True)
    )
