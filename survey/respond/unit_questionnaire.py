"""The questionnaire as it is asked about one unit: all that its page and its intake need."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.forms.local_items import LocalItem, local_items
from survey.model import Area, Campaign, CampaignUnit, Unit
from survey.stats.campaign.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitQuestionnaire:
    """What is fixed once the campaign is open, so that a process may keep it.

    `campaign` is a copy: its state is whatever it was when read. `home_area` is the position of
    the township whose residents alone may rate the unit, 0 if anybody may. `rules` are the
    validity rules in force that exclude, `timed` the channels where people answer on a screen.
    """

    campaign: Campaign
    unit: Unit
    item_ids: tuple[str, ...]
    local_items: tuple[LocalItem, ...]
    areas: tuple[Area, ...]
    home_area: int
    resident_groups: frozenset[str]
    timed_channels: frozenset[str]
    excluding_rules: frozenset[str]
    min_seconds: float

    def name(self, lang: str) -> str:
        """Return what is rated, for headings and notices."""
        return self.unit.name(lang)

    def home_for(self, group_code: str) -> int:
        """Return the position of the township a person of this group must live in, or 0."""
        needed = group_code in self.resident_groups and "V06" in self.excluding_rules
        return self.home_area if needed else 0


def read_unit_questionnaire(
    session: Session, *, campaign_id: int, unit_id: int
) -> UnitQuestionnaire:
    """Read what is asked about a unit in a campaign that is open or was."""
    campaign = session.get_one(Campaign, campaign_id)
    taking_part = session.get_one(CampaignUnit, (campaign_id, unit_id))
    areas = session.scalars(
        sa.select(Area).where(Area.campaign_id == campaign_id).order_by(Area.position)
    ).all()
    plan = Plan.from_dict(campaign.plan or {})
    home = next(unit.home for unit in plan.units if unit.unit_code == taking_part.unit.code)
    return UnitQuestionnaire(
        campaign=campaign,
        unit=taking_part.unit,
        item_ids=tuple(taking_part.item_ids),
        local_items=tuple(local_items(campaign.questionnaire.content, taking_part.class_code)),
        areas=tuple(areas),
        home_area=next((area.position for area in areas if area.code == home), 0),
        resident_groups=frozenset(g.group_code for g in plan.groups if g.weighting != "none"),
        timed_channels=frozenset(c.channel for c in plan.channels if c.timed),
        excluding_rules=frozenset(
            rule.rule_id for rule in plan.screening.rules if rule.action == "exclude"
        ),
        min_seconds=plan.screening.min_seconds,
    )
