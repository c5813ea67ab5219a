"""What the corrections of an appraisal leave, for the figures that are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survey.stats.arrays import BoolArray, FloatArray
    from survey.stats.campaign.domains import CampaignDomains, Scored
    from survey.stats.campaign.invitations import Invitations
    from survey.stats.campaign.verdicts import Screening
    from survey.stats.pipeline.combined_group import CombinedGroup
    from survey.stats.pipeline.group_leniency import GroupLeniency
    from survey.stats.pipeline.holding.bounded_units import BoundedUnits
    from survey.stats.pipeline.holding.invited_alone import InvitedAlone
    from survey.stats.pipeline.holding.lending import LentScores
    from survey.stats.pipeline.nonresponse_step import NonresponseStep
    from survey.stats.pipeline.quality import QualityWeights
    from survey.stats.pipeline.weighted import Weighted


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What every correction left; ``final`` is the score after the last, ``steps`` after each.

    ``variance`` (u, g) sums to that of the units by the squares of their groups' shares;
    ``group_variance`` is that of each group by itself: the same unless groups borrowed.
    ``undrawn`` is what ``bound`` would be if they had not.
    """

    domains: CampaignDomains
    screening: Screening
    quality: QualityWeights
    invitations: Invitations | None
    nonresponse: NonresponseStep | None
    weighted: Weighted
    leniency: Mapping[int, GroupLeniency]
    firm: BoolArray
    alone: InvitedAlone
    bound: BoundedUnits
    combined: tuple[CombinedGroup, ...]
    final: Scored
    variance: FloatArray
    group_variance: FloatArray
    lent: LentScores | None
    undrawn: BoundedUnits
    alike: BoolArray
    steps: dict[str, Scored]
