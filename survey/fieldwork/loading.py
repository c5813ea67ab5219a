"""A checked folder becomes a draft campaign."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.canonical import digest_of
from survey.clock import Clock
from survey.fieldwork.campaign_units import add_units, change_units
from survey.fieldwork.campaigns import need_state
from survey.model import (
    Area,
    Campaign,
    CoveredUnit,
    Entrance,
    GroupCoefficient,
    Margin,
    Questionnaire,
    RespondentGroup,
    Unit,
)
from survey.problems import Problem, Refused
from survey.scheme.county import CountyFolder, plain_document

_NO_TEXTS = Problem(
    file="texts.yaml",
    zh="缺少该文件（也可名为 notices.yaml）：居民的页面要用其中的说明",
    en="is missing (notices.yaml will do too): the residents' pages need its words",
)


def load_campaign(
    session: Session, *, folder: CountyFolder, by: str, clock: Clock, simulated: bool
) -> Campaign:
    """Store a checked folder as a draft campaign.

    Raises Refused if its code is taken, it has no words for residents, or a unit is another one.
    """
    code = folder.campaign.campaign_code
    if session.scalar(sa.select(Campaign.id).where(Campaign.code == code)) is not None:
        raise Refused.of(
            file="scheme.yaml",
            field="campaign.id",
            zh=f"评议活动 {code} 已存在，请改用新的编号",
            en=f"campaign {code} exists already; give the new one another id",
        )
    if not folder.texts:
        raise Refused([_NO_TEXTS])
    at = clock()
    campaign = Campaign(
        code=code,
        title_zh=folder.campaign.title_zh,
        title_en=folder.campaign.title_en,
        organiser_zh=folder.campaign.organiser_zh,
        year=folder.campaign.starts_at.year,
        timezone=folder.campaign.timezone,
        starts_at=folder.campaign.starts_at,
        ends_at=folder.campaign.ends_at,
        state="draft",
        simulated=simulated,
        scheme=plain_document(folder.document),
        notices=plain_document(folder.texts),
        questionnaire=_questionnaire(session, folder.questionnaire, at),
    )
    session.add(campaign)
    session.flush()
    add_units(session, campaign, folder)
    _add_groups(session, campaign, folder)
    _add_population(session, campaign, folder)
    audit.record(session, by=by, at=at, action="campaign.load", subject=code, files=folder.digests)
    return campaign


def store_again(
    session: Session, campaign: Campaign, *, folder: CountyFolder, at: datetime
) -> None:
    """Let a draft be what a checked folder says now; whoever calls records what has changed.

    Its code stays. Raises Refused where a code or poster in print would lead nowhere.
    """
    need_state(campaign, "draft")
    _need_same_code(campaign, folder)
    _need_entrances_kept(session, campaign, folder)
    facts = folder.campaign
    campaign.title_zh, campaign.title_en = facts.title_zh, facts.title_en
    campaign.organiser_zh, campaign.timezone = facts.organiser_zh, facts.timezone
    campaign.starts_at, campaign.ends_at = facts.starts_at, facts.ends_at
    campaign.year = facts.starts_at.year
    campaign.scheme = plain_document(folder.document)
    campaign.notices = plain_document(folder.texts)
    content = folder.questionnaire
    if content != campaign.questionnaire.content:
        campaign.questionnaire = _questionnaire(session, _superseding(session, content), at)
    # Posters and codes of a draft hold on to its units and groups: these are changed in place.
    _change_groups(session, campaign, folder)
    change_units(session, campaign, folder)
    for table in (Area, Margin):
        session.execute(sa.delete(table).where(table.campaign_id == campaign.id))
    _add_population(session, campaign, folder)
    session.expire(campaign, ["units", "groups"])


def store_amended(session: Session, campaign: Campaign, *, folder: CountyFolder) -> None:
    """Let an open campaign have the words and planned numbers of a new version of its plan.

    What scores are made of, what is asked and the period stay; whoever calls has seen to that.
    """
    need_state(campaign, "open")
    facts = folder.campaign
    campaign.title_zh, campaign.title_en = facts.title_zh, facts.title_en
    campaign.organiser_zh = facts.organiser_zh
    campaign.scheme = plain_document(folder.document)
    campaign.notices = plain_document(folder.texts)
    _change_groups(session, campaign, folder)
    session.flush()
    session.expire(campaign, ["groups"])


def _need_same_code(campaign: Campaign, folder: CountyFolder) -> None:
    if folder.campaign.campaign_code != campaign.code:
        raise Refused.of(
            file="scheme.yaml",
            field="campaign.id",
            zh=f"编号 {campaign.code} 不能再改；要用别的编号，请复制为新的评议活动",
            en=f"stays {campaign.code}; for another id, copy the campaign",
        )


def _need_entrances_kept(session: Session, campaign: Campaign, folder: CountyFolder) -> None:
    """Refuse to drop what posters or codes that are made already stand for."""
    of = sa.select(Entrance).where(Entrance.campaign_id == campaign.id).subquery()
    covered = sa.select(Unit.code).join(CoveredUnit, CoveredUnit.unit_id == Unit.id)
    used = {
        ("units.csv", "unit_code"): {
            *session.scalars(sa.select(Unit.code).join(of, of.c.unit_id == Unit.id).distinct()),
            *session.scalars(covered.where(CoveredUnit.campaign_id == campaign.id).distinct()),
        },
        ("respondent_groups.csv", "group_code"): {
            *session.scalars(sa.select(of.c.group_code).distinct())
        },
        ("scheme.yaml", "channels"): {*session.scalars(sa.select(of.c.channel).distinct())},
    }
    kept = {
        "unit_code": {unit.unit_code for unit in folder.units},
        "group_code": {group.group_code for group in folder.groups},
        "channels": set(folder.scheme.channels),
    }
    problems = [
        Problem(
            file=file,
            field=field,
            zh=f"“{code}”已有海报或评议码，不能删去",
            en=f"{code!r} has posters or codes already and cannot be removed",
        )
        for (file, field), codes in used.items()
        for code in sorted(codes - kept[field])
    ]
    if problems:
        raise Refused(problems)


def _superseding(session: Session, content: dict[str, Any]) -> dict[str, Any]:
    """Return a questionnaire as the next version of its code, or as it is where that is new."""
    newest = session.scalar(
        sa.select(sa.func.max(Questionnaire.version)).where(
            Questionnaire.code == content["questionnaire_id"]
        )
    )
    return content if newest is None else {**content, "version": newest + 1}


def _change_groups(session: Session, campaign: Campaign, folder: CountyFolder) -> None:
    session.execute(sa.delete(GroupCoefficient).where(GroupCoefficient.campaign_id == campaign.id))
    stated = {group.group_code for group in folder.groups}
    gone = [group.code for group in campaign.groups if group.code not in stated]
    session.execute(
        sa.delete(RespondentGroup).where(
            RespondentGroup.campaign_id == campaign.id, RespondentGroup.code.in_(gone)
        )
    )
    before = {group.code for group in campaign.groups}
    groups, coefficients = _group_rows(campaign, folder)
    for row in groups:
        if row["code"] in before:
            session.execute(
                sa.update(RespondentGroup)
                .where(
                    RespondentGroup.campaign_id == campaign.id,
                    RespondentGroup.code == row["code"],
                )
                .values(row)
            )
        else:
            session.execute(sa.insert(RespondentGroup).values(row))
    session.execute(sa.insert(GroupCoefficient), coefficients)


def _questionnaire(session: Session, content: dict[str, Any], at: datetime) -> Questionnaire:
    """Return the stored version of a questionnaire; one version never has two contents."""
    code, version = content["questionnaire_id"], int(content["version"])
    digest = digest_of(content)
    found = session.scalar(
        sa.select(Questionnaire).where(Questionnaire.code == code, Questionnaire.version == version)
    )
    if found is None:
        return Questionnaire(
            code=code, version=version, content=content, digest=digest, created_at=at
        )
    if found.digest != digest:
        raise Refused.of(
            file="questionnaire.json",
            field="version",
            zh=f"问卷 {code} 第 {version} 版已存在且内容不同，请提高版本号",
            en=f"version {version} of questionnaire {code} exists with other content; "
            "raise the version",
        )
    return found


def _add_groups(session: Session, campaign: Campaign, folder: CountyFolder) -> None:
    groups, coefficients = _group_rows(campaign, folder)
    session.execute(sa.insert(RespondentGroup), groups)
    session.execute(sa.insert(GroupCoefficient), coefficients)


def _group_rows(
    campaign: Campaign, folder: CountyFolder
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    groups = [
        {
            "campaign_id": campaign.id,
            "code": group.group_code,
            "position": position,
            "name_zh": group.name_zh,
            "name_en": group.name_en,
            "min_valid": group.min_valid,
        }
        for position, group in enumerate(folder.groups, start=1)
    ]
    coefficients = [
        {
            "campaign_id": campaign.id,
            "class_code": entry.class_code,
            "group_code": entry.group_code,
            "coefficient": entry.coefficient,
            "target_valid": entry.target_valid,
        }
        for entry in folder.class_groups
    ]
    return groups, coefficients


def _add_population(session: Session, campaign: Campaign, folder: CountyFolder) -> None:
    areas = [
        {
            "campaign_id": campaign.id,
            "code": township.township_code,
            "position": position,
            "name_zh": township.name_zh,
            "name_en": township.name_en,
            "kind_zh": township.type_zh,
            "resident_population": township.resident_population,
            "n_villages": township.n_villages,
        }
        for position, township in enumerate(folder.townships, start=1)
    ]
    margins = [
        {
            "campaign_id": campaign.id,
            "area_code": margin.area_code,
            "dimension": margin.variable,
            "level": margin.category,
            "population": margin.total,
        }
        for margin in folder.margins
    ]
    for table, rows in ((Area, areas), (Margin, margins)):
        if rows:
            session.execute(sa.insert(table), rows)
