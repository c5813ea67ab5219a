"""Invitations to a sitting: one one-time code lets its holder rate several units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, codes
from survey.clock import Clock
from survey.fieldwork.entrances import (
    check_asked,
    check_issue,
    invitation_rows,
    is_asked,
    require_unit,
)
from survey.fieldwork.invitations.batches import FEWEST_TOLD
from survey.forms.sitting import MOST_UNITS
from survey.model import Campaign, CampaignUnit, CoveredUnit, Entrance, Sitting
from survey.problems import Problem, Refused

MOST_SITTINGS = 2_000  # at a time: deputies and grass-roots units of a county are fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingBatch:
    """The codes of one issue; `answered` is None where it would tell of single people."""

    units: tuple[CampaignUnit, ...]
    group_code: str
    channel: str
    issued_at: datetime
    issued_by: str
    issued: int
    answered: int | None


def issue_sittings(
    session: Session,
    *,
    campaign: Campaign,
    units: Sequence[CampaignUnit],
    group_code: str,
    channel: str,
    count: int,
    by: str,
    clock: Clock,
    key: bytes,
    until: date | None = None,
) -> list[str]:
    """Issue one-time codes that each open all of the units; the only time they are in clear.

    Raises Refused as for codes of one unit, and for fewer than 2 or more than 30 units.
    """
    if not 2 <= len(units) <= MOST_UNITS:
        raise Refused([_wrong_number(len(units))])
    for taking_part in units:
        check_asked(session, campaign, taking_part.unit, group_code)
    check_issue(campaign, channel, count, MOST_SITTINGS)
    at = clock()
    issued = [codes.checked_code(codes.PERSONAL_LENGTH) for _ in range(count)]
    rows = invitation_rows(
        issued,
        kind="sitting",
        campaign=campaign,
        group_code=group_code,
        channel=channel,
        until=until,
        key=key,
    )
    dated = [row | {"issued_at": at, "issued_by": by} for row in rows]
    ids = session.scalars(sa.insert(Entrance).returning(Entrance.id), dated).all()
    covered = [
        {"invitation_id": id_, "unit_id": taking_part.unit_id, "campaign_id": campaign.id}
        for id_ in ids
        for taking_part in units
    ]
    session.execute(sa.insert(CoveredUnit), covered)
    audit.record(
        session,
        by=by,
        at=at,
        action="sitting.issue",
        subject=campaign.code,
        units=",".join(taking_part.unit.code for taking_part in units),
        group=group_code,
        channel=channel,
        count=count,
    )
    return issued


def named_units(session: Session, *, campaign: Campaign, codes: str) -> list[CampaignUnit]:
    """Return the units named by codes with commas between; raises Refused for one unknown."""
    parts = (code.strip() for code in codes.replace("，", ",").split(","))
    wanted = dict.fromkeys(code for code in parts if code)
    found = [require_unit(session, campaign=campaign, unit_code=code) for code in wanted]
    return sorted(found, key=lambda taking_part: taking_part.position)


def covered_name(units: Sequence[CampaignUnit], lang: str) -> str:
    """Return what a code covers, in the words of lists, cards and letters."""
    first, n = units[0].unit, len(units)
    return f"{first.name_en} and {n - 1} more" if lang == "en" else f"{first.short_zh}等{n}个单位"


def units_of_class(
    session: Session, *, campaign: Campaign, class_code: str, group_code: str
) -> list[CampaignUnit]:
    """Return the units of a class that the scheme asks a group about; raises Refused if none."""
    found = [
        taking_part
        for taking_part in campaign.units
        if taking_part.class_code == class_code
        and is_asked(session, campaign, class_code, group_code)
    ]
    if not found:
        raise Refused([_nothing_asked(class_code, group_code)])
    return found


def sitting_batches_of(session: Session, *, campaign: Campaign) -> list[SittingBatch]:
    """Return the campaign's batches of codes for sittings, newest first."""
    named = (Entrance.issued_at, Entrance.issued_by, Entrance.group_code, Entrance.channel)
    rows = session.execute(
        sa.select(
            *named,
            sa.func.min(Entrance.id),
            sa.func.count(Entrance.id),
            sa.func.count(Sitting.invitation_id),
        )
        .outerjoin(Sitting, Sitting.invitation_id == Entrance.id)
        .where(Entrance.campaign_id == campaign.id, Entrance.kind == "sitting")
        .group_by(*named)
        .order_by(Entrance.issued_at.desc(), sa.func.min(Entrance.id).desc())
    ).all()
    return [
        SittingBatch(
            units=_covered(session, campaign, first_id),
            group_code=group_code,
            channel=channel,
            issued_at=issued_at,
            issued_by=issued_by,
            issued=issued,
            answered=answered if issued >= FEWEST_TOLD else None,
        )
        for issued_at, issued_by, group_code, channel, first_id, issued, answered in rows
    ]


def _covered(session: Session, campaign: Campaign, invitation_id: int) -> tuple[CampaignUnit, ...]:
    ids = set(
        session.scalars(
            sa.select(CoveredUnit.unit_id).where(CoveredUnit.invitation_id == invitation_id)
        )
    )
    return tuple(taking_part for taking_part in campaign.units if taking_part.unit_id in ids)


def _wrong_number(n: int) -> Problem:
    return Problem(
        field="units",
        zh=f"一个评议码可评2至{MOST_UNITS}个单位，这里有{n}个；只评一个单位请用 --unit",
        en=f"one code may cover 2 to {MOST_UNITS} units, not {n}; for a single one use --unit",
    )


def _nothing_asked(class_code: str, group_code: str) -> Problem:
    return Problem(
        field="class",
        zh=f"方案中没有由“{group_code}”评议的 {class_code} 类单位",
        en=f"the scheme asks group {group_code!r} about no unit of class {class_code!r}",
    )
