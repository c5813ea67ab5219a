"""Says what open answers could not do: where they stay out, where they move a score within a bound.

And where nothing bounds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survey.stats.arrays import BoolArray
from survey.stats.campaign.corrections import CombinationPlan
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.campaign.result import AppraisalNotice
from survey.stats.notices import Notice
from survey.stats.pipeline.figures.channels import about, channel_counts
from survey.stats.ranking.robustness import SHARES

if TYPE_CHECKING:
    from survey.stats.pipeline.holding.bounded_units import BoundedUnits
    from survey.stats.pipeline.holding.invited_alone import InvitedAlone


def bound_notices(
    domains: CampaignDomains,
    valid: BoolArray,
    alone: InvitedAlone,
    bound: BoundedUnits,
    wanted: CombinationPlan,
    *,
    published: BoolArray,
) -> tuple[AppraisalNotice, ...]:
    """Say of each group of each unit what becomes of open answers that were not combined."""
    n_invited, n_open = channel_counts(domains, valid)
    unheld = (n_invited == 0) & (n_open > 0) & (domains.group_coefficients > 0)
    points = tuple(share * domains.scale.width for share in SHARES)
    out = []
    for u, g in np.argwhere(unheld & ~bound.bounded[:, None]).tolist():
        notice = Notice("unprotected", n=int(n_open[u, g]), shares=SHARES, points=points)
        out.append(about(domains, u, g, notice))
    for u, g in np.argwhere(alone.left_out > 0).tolist():
        notice = Notice(
            "open_left_out", n=int(alone.left_out[u, g]), units=wanted.min_units,
            answers=wanted.min_answers,
        )  # fmt: skip
        out.append(about(domains, u, g, notice))
    for u, g in np.argwhere(bound.others & published[:, None]).tolist():
        notice = Notice(
            "bounded_group", n=int(n_open[u, g]), invited=int(n_invited[u, g]),
            needed=domains.groups[g].min_valid, moved=float(bound.moved[u]),
            reach=float(bound.reach[u]) if np.isfinite(bound.reach[u]) else None,
        )  # fmt: skip
        out.append(about(domains, u, g, notice))
    return tuple(out)
