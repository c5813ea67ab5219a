"""The units that take part in a campaign: new ones, or those an earlier campaign made known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, CampaignUnit, Unit
from survey.problems import Problem, Refused
from survey.scheme.county import CountyFolder

_FACTS = {
    "area_code": "area_code12",
    "is_vertical": "is_vertical",
    "name_zh": "name_zh",
    "short_zh": "short_zh",
    "name_en": "name_en",
}  # and the columns of units.csv that give them


def add_units(session: Session, campaign: Campaign, folder: CountyFolder) -> None:
    """Let the units of a folder take part in a campaign.

    A code is one body's in every campaign of an installation. Raises Refused where it is another
    body's already, or where the facts would change under a campaign that is not released yet.
    """
    known = {unit.code: unit for unit in session.scalars(sa.select(Unit))}
    problems = list(_contradictions(known, _running(session), folder))
    if problems:
        raise Refused(problems)
    new = []
    for given in folder.units:
        facts = {name: getattr(given, name) for name in _FACTS}
        unit = known.get(given.unit_code)
        if unit is None:
            new.append({"code": given.unit_code, "uscc": given.uscc, **facts})
        for name, fact in facts.items() if unit else ():
            setattr(unit, name, fact)
    if new:
        session.execute(sa.insert(Unit), new)
    ids = dict(session.execute(sa.select(Unit.code, Unit.id)).all())
    taking_part = [
        {
            "campaign_id": campaign.id,
            "unit_id": ids[given.unit_code],
            "position": position,
            "class_code": given.class_code,
            "item_ids": list(given.item_ids),
        }
        for position, given in enumerate(folder.units, start=1)
    ]
    session.execute(sa.insert(CampaignUnit), taking_part)


def _running(session: Session) -> dict[int, str]:
    """Return the units of campaigns that are not released, each with one campaign's code."""
    query = (
        sa.select(CampaignUnit.unit_id, Campaign.code)
        .join(Campaign, Campaign.id == CampaignUnit.campaign_id)
        .where(Campaign.state != "released")
    )
    return dict(session.execute(query).all())


def _contradictions(
    known: Mapping[str, Unit], running: Mapping[int, str], folder: CountyFolder
) -> Iterator[Problem]:
    for given in folder.units:
        unit = known.get(given.unit_code)
        if unit is None:
            continue
        if unit.uscc != given.uscc:
            yield Problem(
                file="units.csv",
                row=given.row,
                field="unit_code",
                zh=f"“{unit.code}”在本系统中已是“{unit.name_zh}”（{unit.uscc}）；"
                "请换一个代码，或另设一套系统（SURVEY_HOME）",
                en=f"{unit.code!r} is {unit.name_en} ({unit.uscc}) here already; give another "
                "code, or use an installation of its own (SURVEY_HOME)",
            )
            continue
        changed = [name for name in _FACTS if getattr(unit, name) != getattr(given, name)]
        if changed and unit.id in running:
            yield Problem(
                file="units.csv",
                row=given.row,
                field=_FACTS[changed[0]],
                zh=f"与尚未发布的评议 {running[unit.id]} 不同，会改变其中的单位；请在其发布后载入",
                en=f"differs from campaign {running[unit.id]}, which is not released yet and would "
                "change with it; load this folder after its release",
            )
