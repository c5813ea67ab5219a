"""What a stored campaign's folder stated, so that one function plans either."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Area, Campaign, CampaignUnit, GroupCoefficient, Margin
from survey.scheme.county import (
    CampaignFacts,
    ClassGroupFacts,
    CountyFolder,
    GroupFacts,
    MarginFacts,
    TownshipFacts,
    UnitFacts,
)


def stored_folder(session: Session, campaign: Campaign) -> CountyFolder:
    """Return everything the database holds of a campaign's folder."""
    return CountyFolder(
        campaign=_campaign(campaign),
        groups=tuple(
            GroupFacts(
                group_code=group.code,
                name_zh=group.name_zh,
                name_en=group.name_en,
                min_valid=group.min_valid,
            )
            for group in campaign.groups
        ),
        class_groups=_class_groups(session, campaign),
        units=tuple(_unit(entry) for entry in campaign.units),
        townships=_townships(session, campaign),
        margins=_margins(session, campaign),
        questionnaire=campaign.questionnaire.content,
        document=campaign.scheme,
        texts=campaign.notices,
        digests={},
    )


def _campaign(campaign: Campaign) -> CampaignFacts:
    return CampaignFacts(
        campaign_code=campaign.code,
        title_zh=campaign.title_zh,
        title_en=campaign.title_en,
        organiser_zh=campaign.organiser_zh,
        timezone=campaign.timezone,
        starts_at=campaign.starts_at,
        ends_at=campaign.ends_at,
    )


def _unit(entry: CampaignUnit) -> UnitFacts:
    unit = entry.unit
    return UnitFacts(
        unit_code=unit.code,
        uscc=unit.uscc,
        name_zh=unit.name_zh,
        short_zh=unit.short_zh,
        name_en=unit.name_en,
        class_code=entry.class_code,
        area_code=unit.area_code,
        is_vertical=unit.is_vertical,
        item_ids=tuple(entry.item_ids),
    )


def _class_groups(session: Session, campaign: Campaign) -> tuple[ClassGroupFacts, ...]:
    rows = session.scalars(
        sa.select(GroupCoefficient)
        .where(GroupCoefficient.campaign_id == campaign.id)
        .order_by(GroupCoefficient.class_code, GroupCoefficient.group_code)
    )
    return tuple(
        ClassGroupFacts(
            class_code=row.class_code,
            group_code=row.group_code,
            coefficient=row.coefficient,
            target_valid=row.target_valid,
        )
        for row in rows
    )


def _townships(session: Session, campaign: Campaign) -> tuple[TownshipFacts, ...]:
    rows = session.scalars(
        sa.select(Area).where(Area.campaign_id == campaign.id).order_by(Area.position)
    )
    return tuple(
        TownshipFacts(
            township_code=row.code,
            name_zh=row.name_zh,
            name_en=row.name_en,
            type_zh=row.kind_zh,
            resident_population=row.resident_population,
            n_villages=row.n_villages,
        )
        for row in rows
    )


def _margins(session: Session, campaign: Campaign) -> tuple[MarginFacts, ...]:
    rows = session.scalars(
        sa.select(Margin)
        .where(Margin.campaign_id == campaign.id)
        .order_by(Margin.area_code, Margin.dimension, Margin.level)
    )
    return tuple(
        MarginFacts(
            area_code=row.area_code,
            variable=row.dimension,
            category=row.level,
            total=row.population,
        )
        for row in rows
    )
