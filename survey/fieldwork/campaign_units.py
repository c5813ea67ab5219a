"""The units that take part in a campaign: new ones, or those an earlier campaign made known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

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
    session.execute(sa.insert(CampaignUnit), _taking_part(session, campaign, folder, known))


def change_units(session: Session, campaign: Campaign, folder: CountyFolder) -> None:
    """Let the units of a folder, and no others, take part in a draft; raises as `add_units`.

    A unit that takes part in no other campaign may get another `uscc`: it was mistyped.
    """
    known = {unit.code: unit for unit in session.scalars(sa.select(Unit))}
    elsewhere = set(
        session.scalars(
            sa.select(CampaignUnit.unit_id).where(CampaignUnit.campaign_id != campaign.id)
        )
    )
    own = {code: unit for code, unit in known.items() if unit.id not in elsewhere}
    others = {code: unit for code, unit in known.items() if code not in own}
    problems = list(_contradictions(others, _running(session, besides=campaign), folder))
    if problems:
        raise Refused(problems)
    for given in folder.units:
        if given.unit_code in own:
            own[given.unit_code].uscc = given.uscc
    before = {entry.unit_id for entry in campaign.units}
    rows = _taking_part(session, campaign, folder, known)
    stated = [row["unit_id"] for row in rows]
    session.execute(
        sa.delete(CampaignUnit).where(
            CampaignUnit.campaign_id == campaign.id, CampaignUnit.unit_id.not_in(stated)
        )
    )
    new = [row for row in rows if row["unit_id"] not in before]
    changed = [row for row in rows if row["unit_id"] in before]
    if changed:
        session.execute(sa.update(CampaignUnit), changed)
    if new:
        session.execute(sa.insert(CampaignUnit), new)


def _taking_part(
    session: Session, campaign: Campaign, folder: CountyFolder, known: Mapping[str, Unit]
) -> list[dict[str, Any]]:
    """Return the rows of units that take part, after making known what was not."""
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
    session.flush()
    ids = dict(session.execute(sa.select(Unit.code, Unit.id)).all())
    return [
        {
            "campaign_id": campaign.id,
            "unit_id": ids[given.unit_code],
            "position": position,
            "class_code": given.class_code,
            "item_ids": list(given.item_ids),
        }
        for position, given in enumerate(folder.units, start=1)
    ]


def _running(session: Session, *, besides: Campaign | None = None) -> dict[int, str]:
    """Return the units of campaigns that are not released, each with one campaign's code."""
    query = (
        sa.select(CampaignUnit.unit_id, Campaign.code)
        .join(Campaign, Campaign.id == CampaignUnit.campaign_id)
        .where(Campaign.state != "released")
    )
    if besides:
        query = query.where(Campaign.id != besides.id)
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
