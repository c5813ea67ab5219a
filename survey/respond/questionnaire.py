"""What is asked behind an entrance: all that the page and the intake need, of 1..n units."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey.forms import arrangement
from survey.forms.local_items import LocalItem, local_items
from survey.forms.questionnaire import FormUnit, QuestionnaireForm, build_form
from survey.model import Area, Campaign, CampaignUnit, Unit
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.campaign.alone import AloneRules
from survey.stats.campaign.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedUnit:
    """A unit and what is asked about it."""

    unit: Unit
    item_ids: tuple[str, ...]
    local_items: tuple[LocalItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """What is fixed once the campaign is open, so that a process may keep it.

    `units` are in the scheme's order; there is at least one. `campaign` is a copy: its state is
    whatever it was when read. `amended` tells one version of its plan from another.
    """

    campaign: Campaign
    units: tuple[AskedUnit, ...]
    areas: tuple[Area, ...]
    alone: AloneRules
    amended: int = 0

    @property
    def is_several(self) -> bool:
        """Whether more than one unit may be rated: in one sitting, by one code."""
        return len(self.units) > 1

    @property
    def unit_ids(self) -> tuple[int, ...]:
        """What tells this questionnaire from another of its campaign."""
        return tuple(asked.unit.id for asked in self.units)

    @property
    def asks_more(self) -> bool:
        """Whether the page needs the script for unscored items and varied orders."""
        if self.is_several:
            return False
        return bool(self.units[0].local_items) or arrangement.is_varied(
            scheme_of(self.campaign).questionnaire
        )

    def name(self, lang: str) -> str:
        """Return what is rated, for headings and notices, in the language that is current."""
        if self.is_several:
            return str(_("%(n)s个单位", n=len(self.units)))
        return self.units[0].unit.name(lang)

    def unit(self, code: str) -> AskedUnit | None:
        """Return the unit of a code, None if it is not asked about."""
        return next((asked for asked in self.units if asked.unit.code == code), None)

    def home_for(self, asked: AskedUnit, group_code: str) -> int:
        """Return the position of the township a person of this group must live in, or 0."""
        return self.alone.home_for(asked.unit.code, group_code)

    def arrangement(self, draw: int) -> int:
        """Return the arrangement a random byte gives; several units stand as they are written."""
        return (
            0
            if self.is_several
            else arrangement.choose(scheme_of(self.campaign).questionnaire, draw)
        )

    def form_class(self, lang: str) -> type[QuestionnaireForm]:
        """Return the form class in the language that is current."""
        return build_form(
            self.campaign.questionnaire.content,
            units=[_form_unit(asked, lang) for asked in self.units],
            areas=[(area.code, area.name(lang)) for area in self.areas],
            lang=lang,
        )


def _form_unit(asked: AskedUnit, lang: str) -> FormUnit:
    unit = asked.unit
    return FormUnit(
        code=unit.code,
        name=unit.name(lang),
        short_name=unit.name_en if lang == "en" else unit.short_zh,
        item_ids=asked.item_ids,
        local=asked.local_items,
    )


def read_questionnaire(
    session: Session,
    *,
    campaign_id: int,
    unit_ids: Sequence[int],
    plan: Plan | None = None,
    amended: int = 0,
) -> Questionnaire:
    """Read what is asked about units in a campaign that is open or was, or by a draft's plan."""
    campaign = session.get_one(Campaign, campaign_id)
    taking_part = session.scalars(
        sa.select(CampaignUnit)
        .where(CampaignUnit.campaign_id == campaign_id, CampaignUnit.unit_id.in_(unit_ids))
        .order_by(CampaignUnit.position)
    )
    areas = session.scalars(
        sa.select(Area).where(Area.campaign_id == campaign_id).order_by(Area.position)
    ).all()
    plan = plan or Plan.from_dict(campaign.plan or {})
    return Questionnaire(
        campaign=campaign,
        units=tuple(_asked_unit(campaign, each) for each in taking_part),
        areas=tuple(areas),
        alone=AloneRules.of(plan, areas={area.code: area.position for area in areas}),
        amended=amended,
    )


def _asked_unit(campaign: Campaign, taking_part: CampaignUnit) -> AskedUnit:
    content = campaign.questionnaire.content
    return AskedUnit(
        unit=taking_part.unit,
        item_ids=tuple(taking_part.item_ids),
        local_items=tuple(local_items(content, taking_part.class_code)),
    )
